/* What the book timer keeps on the device, each learner's under her own number, and how it is sent: the same entry any
   number of times, until the server has it. `say` and `changed` are told what the page shows. */
function WinsTimerKept(args, cached, say, changed) {
  "use strict";
  const STORE = "wins.timer.", OWN = STORE + args.learner + ".", unsaved = {};
  const me = { unknown: false, blocked: false, trouble: "" };
  let sending = false;

  /* --- the device's store; where it is closed, the page keeps it as long as it lives ---------------------------- */
  function stored(use, otherwise) {
    try { return use(localStorage); } catch (error) { me.blocked = true; return otherwise; }
  }
  function read(key) {
    const text = key in unsaved ? unsaved[key] : stored((store) => store.getItem(key), null);
    try { return text && JSON.parse(text); } catch (error) { return null; }
  }
  function write(key, value) {
    const text = JSON.stringify(value);
    delete unsaved[key];
    if (!stored((store) => { store.setItem(key, text); return true; }, false)) { unsaved[key] = text; }
  }
  function remove(key) {
    delete unsaved[key];
    stored((store) => store.removeItem(key), null);
  }
  const place = (entry) => OWN + "kept." + entry.token;
  function entries() {
    const keys = stored((store) => Object.keys(store), []).concat(Object.keys(unsaved));
    const found = [...new Set(keys)].filter((key) => key.startsWith(OWN + "kept.")).map(read).filter(Boolean);
    return found.sort((one, other) => one.started - other.started);
  }

  /* --- who sits here: each sign-in changes this cookie. A page opened without network is its own learner's only --- */
  const cookie = () => (document.cookie.match("(?:^|; )" + args.csrfCookie + "=([^;]*)") || ["", ""])[1];
  function mark() {
    let sum = 5381;
    for (const letter of cookie()) { sum = (sum * 33 + letter.charCodeAt(0)) % 2 ** 32; }
    return cookie() ? String(sum) : "";
  }
  const own = mark(), signed = read(STORE + "signed") || {};
  if (cached) {
    me.unknown = !own || signed.learner !== args.learner || signed.mark !== own;
  } else {
    write(STORE + "signed", { learner: args.learner, mark: own });
  }
  function recognised() {
    if (!me.unknown && mark() !== own) {
      me.unknown = true;
      changed();
    }
    return !me.unknown;
  }

  /* --- the server ------------------------------------------------------------------------------------------------- */
  async function post(entry) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": decodeURIComponent(cookie()) };
    const { token, module, started, minutes, what } = entry;
    const body = JSON.stringify({ learner: args.learner, token, module, started, minutes, what });
    const how = { method: "POST", credentials: "same-origin", redirect: "manual", headers, body };
    const response = await fetch(args.entry, how);
    return { status: response.status, told: await response.json().catch(() => ({})) };
  }
  /* One entry; may the next one follow? */
  function answered(entry, status, told) {
    me.trouble = "";
    if (told.state === "other") {
      me.unknown = true;
    } else if ([0, 401, 403].includes(status) || (status === 200 && told.state !== "entered")) {
      me.trouble = "signed_out";  // 0: it was sent on to the page for that
    } else if ((status === 400 && told.error) || told.state === "refused") {
      if (read(place(entry))) { write(place(entry), { ...entry, refused: told.error }); }
      return true;
    } else if (status === 200 || told.state === "spent") {  // entered by this page, or by the form
      remove(place(entry));
      if (told.text) { say(told.text); }
      return true;
    } else {
      me.trouble = "later";
    }
    return false;
  }
  /* What was refused is not asked again before the page is opened anew. */
  async function send(again) {
    if (sending || !recognised()) { return; }
    sending = true;
    const tried = {}, next = () => entries().find((one) => !tried[one.token] && (again || !one.refused));
    try {
      for (let one = next(); one && recognised(); one = next()) {
        tried[one.token] = true;
        const answer = await post(one);
        if (!answered(one, answer.status, answer.told)) { break; }
        changed();
      }
    } catch (error) {
      me.trouble = "";  // no network: it is said that they wait for it
    }
    sending = false;
    changed();
  }

  return Object.assign(me, {
    entries, send, recognised, cookie: () => decodeURIComponent(cookie()), runs: (key) => key === OWN + "running",
    running: () => read(OWN + "running"), run: (one) => write(OWN + "running", one),
    halt: () => remove(OWN + "running"),
    keep: (entry) => write(place(entry), entry), forget: (entry) => remove(place(entry)),
  });
}
