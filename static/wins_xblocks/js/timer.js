/* The book timer's page. The time is what the device's clock says between start and stop, so that it runs while
   nothing of this page does: closed, locked, without network. */
(function () {
  "use strict";
  const find = (name) => document.getElementById("timer-" + name), root = document.getElementById("timer");
  const args = JSON.parse(find("args").textContent), words = args.words, cached = Boolean(root.dataset.cached);
  const MINUTE = 60000, LONGEST = args.longest * MINUTE;
  const tool = find("press"), what = find("what"), module = find("module"), minutes = find("minutes");
  const say = (text) => { put(find("say"), text); }, device = window.WinsTimerKept(args, cached, say, () => render());
  let undo = null, reviewed = 0, listed = "";

  /* --- words -------------------------------------------------------------------------------------------------- */
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
  function length(ms) {
    const all = Math.max(0, Math.floor(ms / MINUTE)), values = { hours: Math.floor(all / 60), minutes: all % 60 };
    return fill(!values.hours ? words.m : values.minutes ? words.hm : words.h, values);
  }
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  function face(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000)), two = (number) => String(number).padStart(2, "0");
    const time = Math.floor(seconds / 3600) + ":" + two(Math.floor(seconds / 60) % 60);
    return still ? time : time + ":" + two(seconds % 60);
  }
  function parts(at, language, month) {
    const how = { timeZone: args.zone, calendar: "gregory", numberingSystem: "latn", year: "numeric", month };
    const all = new Intl.DateTimeFormat(language, { ...how, day: month === "2-digit" ? month : "numeric" });
    const found = all.formatToParts(new Date(at));
    return (...names) => names.map((name) => found.find((one) => one.type === name).value);
  }
  const date = (at) => parts(at, args.language, "long")("day", "month", "year").join(" ");  // as on the other pages
  const isoDate = (at) => parts(at, "en", "2-digit")("year", "month", "day").join("-");
  function put(node, text) {
    if (node.textContent !== text) { node.textContent = text; }
  }
  function told(node, text) {  // there only when there is something to say
    put(node, text);
    node.hidden = !text;
  }

  /* --- start, stop, look at it, send --------------------------------------------------------------------------- */
  const passed = (one) => one.ended - one.started;
  const odd = (one) => passed(one) < 0 || passed(one) > LONGEST;
  const most = (one) => (odd(one) ? args.longest : Math.floor(passed(one) / MINUTE));
  function begin() {
    device.run({ started: Date.now(), what: what.value, module: module.value });
    say(words.started);
  }
  function end(one) {
    one.ended = Date.now();
    if (!odd(one) && passed(one) < MINUTE) {
      device.halt();
      say(words.short);
      return;
    }
    device.run(one);
    say(fill(words.stopped, { time: length(passed(one)) }));
    render();
    find("review-title").focus();
  }
  function press() {
    const one = device.running();
    undo = null;
    if (!one) { begin(); } else if (!one.ended) { end(one); }
    render();
  }
  function noted() {  // what is written while it runs outlives the page
    const one = device.running();
    if (one) { device.run({ ...one, what: what.value, module: module.value }); }
  }
  /* The minutes to send; 0 when something is missing, which is then said beside its field. */
  function checked(one) {
    const number = /^\d{1,4}$/.test(minutes.value.trim()) ? Number(minutes.value) : 0;
    const badTime = number < 1 || number > most(one), noText = !what.value.trim();
    told(find("minutes-problem"), badTime ? fill(words.no_minutes, { most: most(one) }) : "");
    told(find("what-problem"), noText ? words.no_what : "");
    minutes.setAttribute("aria-invalid", String(badTime));
    what.setAttribute("aria-invalid", String(noText));
    if (noText) { what.focus(); } else if (badTime) { minutes.focus(); }
    return badTime || noText ? 0 : number;
  }
  function send() {
    const one = device.running(), number = one && one.ended ? checked(one) : 0;
    if (!number) { return; }
    const token = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
    const started = passed(one) < 0 ? one.ended - number * MINUTE : one.started;
    device.keep({ token: token.join(""), module: module.value, started, minutes: number, what: what.value.trim() });
    undo = null;
    say(fill(words.kept, { number: device.entries().length }));
    cleared();
    device.send();
  }
  function cleared() {
    device.halt();
    what.value = "";
    reviewed = 0;
    [minutes, what].forEach((field) => field.setAttribute("aria-invalid", "false"));
    ["minutes-problem", "what-problem"].forEach((name) => told(find(name), ""));
    render();
    tool.focus();
  }
  function drop() {
    const one = device.running();
    if (!one) { return; }
    one.what = what.value;
    undo = () => { device.run(one); what.value = one.what; };
    say(fill(words.dropped, { time: length(passed(one)) }));
    cleared();
  }
  function back() {
    undo();
    undo = null;
    say(words.restored);
    render();
    find(device.running() ? "review-title" : "count").focus();
  }

  /* --- what is kept ----------------------------------------------------------------------------------------------- */
  function element(tag, text, name) {
    return Object.assign(document.createElement(tag), { textContent: text, className: name || "" });
  }
  function button(text, about, act) {
    const node = element("button", text, "wins-button wins-button--quiet");
    node.type = "button";
    node.appendChild(element("span", " – " + about, "wins-unseen"));
    node.addEventListener("click", act);
    return node;
  }
  function edit(entry) {  // the book form, filled in; it sends the same token, so that both are one entry
    const form = Object.assign(document.createElement("form"), { method: "post", action: args.book });
    const values = { do: "edit", csrfmiddlewaretoken: device.cookie(), token: entry.token, module: entry.module,
      day: isoDate(entry.started), hours: Math.floor(entry.minutes / 60), minutes: entry.minutes % 60,
      what: entry.what };
    Object.keys(values).forEach((name) => {
      form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name, value: values[name] }));
    });
    document.body.appendChild(form);
    form.submit();
  }
  function forget(entry) {
    device.forget(entry);
    undo = () => device.keep(entry);
    say(fill(words.dropped, { time: length(entry.minutes * MINUTE) }));
    render();
    find("undo").focus();
  }
  function line(entry) {
    const day = date(entry.started), time = length(entry.minutes * MINUTE), about = day + ", " + time;
    const item = element("li", ""), actions = element("p", "", "wins-actions");
    item.appendChild(element("p", [day, time, args.modules[entry.module] || entry.module].join(" · "), "wins-big"));
    item.appendChild(element("p", entry.what));
    if (entry.refused) {
      item.appendChild(element("p", entry.refused, "wins-problem"));
      actions.appendChild(button(words.edit, about, () => edit(entry)));
    }
    actions.appendChild(button(words.delete, about, () => forget(entry)));
    item.appendChild(actions);
    return item;
  }
  function renderKept(entries) {
    const now = JSON.stringify(entries), list = find("list");
    find("kept").hidden = !entries.length;
    put(find("count"), fill(words.kept, { number: entries.length }));
    told(find("trouble"), words[device.trouble] || "");
    find("sign-in").hidden = device.trouble !== "signed_out";
    if (now === listed) { return; }
    listed = now;
    list.textContent = "";
    entries.forEach((entry) => list.appendChild(line(entry)));
  }

  /* --- the page --------------------------------------------------------------------------------------------------- */
  function renderReview(one) {
    if (reviewed === one.ended) { return; }
    reviewed = one.ended;
    const values = { time: length(passed(one)), minutes: most(one) }, strange = odd(one), past = passed(one) < 0;
    put(find("day"), date(past ? one.ended : one.started));
    put(find("time"), past ? "–" : values.time);
    told(find("odd"), strange ? fill(past ? words.back : words.long, values) : "");
    told(find("midnight"), !strange && isoDate(one.started) !== isoDate(one.ended) ? words.midnight : "");
    put(find("minutes-hint"), fill(words.most, values));
    minutes.max = String(values.minutes);
    minutes.value = strange ? "" : String(values.minutes);
  }
  function render() {
    root.hidden = device.unknown;
    find("unknown").hidden = !device.unknown;
    renderKept(device.unknown ? [] : device.entries());
    find("again").hidden = !undo;
    told(find("blocked"), device.blocked ? words.blocked : "");
    if (!tool) { return; }
    const one = device.unknown ? null : device.running(), over = Boolean(one && one.ended);
    if (device.unknown) { what.value = ""; }
    put(tool, one ? words.stop : words.start);
    tool.hidden = over;
    put(find("clock"), face(one ? (one.ended || Date.now()) - one.started : 0));
    find("review").hidden = !over;
    if (over) { renderReview(one); }
  }
  function resume() {
    const one = tool && !device.unknown && device.running();
    if (!one) { return; }
    what.value = one.what;
    if (one.module in args.modules) { module.value = one.module; }
  }
  /* Keep this page and what it loads, for times without network; of older ones nothing. */
  async function shelve() {
    const worker = navigator.serviceWorker;
    if (!worker || !window.caches || cached || !tool) { return; }
    const opener = worker.controller;  // has kept the page itself
    await worker.register(args.worker);
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
    const cache = await caches.open("wins-timer"), address = new URL(args.page, location.href).href;
    for (const { url } of await cache.keys()) {
      if (url !== address && !parts.includes(url)) { await cache.delete(url); }
    }
    for (const url of parts) {
      if (!await cache.match(url)) { await cache.put(url, await fetch(url, { mode: "no-cors" })); }
    }
    if (opener) { return; }
    const page = await fetch(address, { credentials: "same-origin", redirect: "manual" });
    if (page.ok) { await cache.put(address, page); }
  }

  if (tool) {
    tool.addEventListener("click", press);
    what.addEventListener("input", noted);
    module.addEventListener("change", noted);
    find("send").addEventListener("click", send);
    find("drop").addEventListener("click", drop);
  }
  find("undo").addEventListener("click", back);
  window.addEventListener("online", () => device.send());
  window.addEventListener("storage", (event) => {
    if (device.runs(event.key)) { resume(); }
    render();
  });
  document.addEventListener("visibilitychange", () => device.recognised());
  setInterval(() => { if (device.recognised()) { render(); } }, 1000);
  setInterval(() => device.send(), MINUTE);
  resume();
  render();
  device.send(true);
  shelve().catch(() => null);  // without it the page needs the network to open, and works on once it is there
}());
