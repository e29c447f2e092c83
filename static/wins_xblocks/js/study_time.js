/* The study clock of one page. A span is in ms since its visit began, which the server knows: it may be sent again.
   What was not yet acknowledged is kept on the device with its own ticket. */
function WinsStudyTime(runtime, element, args) {
  "use strict";
  if (!args || !args.hello || window.__winsClock) { return; }  // two blocks on a page: the first one counts
  window.__winsClock = true;
  const root = element.jquery ? element[0] : element;
  const find = (name) => root.querySelector("[data-wins-" + name + "]");
  const words = args.words, idleMs = args.idleSeconds * 1000, askMs = Math.min(60000, idleMs / 2);
  const STORE = "wins.spans.", OWN = STORE + args.learner + ".", LATE_TICK = 6000, APART = 2000, LONGEST = 7200000;
  const clock = () => performance.now(), hidden = () => document.visibilityState === "hidden";
  const thin = navigator.connection && (navigator.connection.saveData || /2g/.test(navigator.connection.effectiveType));
  const beatMs = args.beatSeconds * (thin ? 2000 : 1000);
  let visit = null, visits = [], state = "", detail = "", shown = { total: args.total, today: args.today };
  let lastTick = clock(), lastWall = Date.now(), lastBeat = lastTick, lastTouch = lastTick, lastInput = 0, media = 0;
  let saidAt = -Infinity, toSay = "", pausedAt = "", why = "";
  let setBack = 0, running = false, opening = false, openAt = 0, wait = 0, storage = true, live = null;

  /* --- words --- */
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
  function duration(ms) {
    const minutes = Math.floor(ms / 60000), values = { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
    return fill(!values.hours ? words.m : values.minutes ? words.hm : words.h, values);
  }
  const length = (spans) => spans.reduce((sum, span) => sum + span[1] - span[0], 0);
  const waiting = () => visits.filter((one) => !one.stored).reduce((sum, one) =>
    sum + length(one.spans) + (one.from === null ? 0 : offset(one) - one.from), 0);
  function put(name, text) {
    const node = find(name);
    if (!node) { return; }
    if (!node.firstChild) { node.appendChild(document.createTextNode("")); }
    if (node.firstChild.nodeValue !== text) { node.firstChild.nodeValue = text; }
  }
  function show() {
    const more = live ? waiting() * args.factor : 0;
    const values = { today: duration(shown.today + more), module: duration(shown.total + more), time: pausedAt,
      kept: duration(waiting()), why: why };
    const reached = state === "counting" && args.required && shown.total + more >= args.required;
    const playing = state === "counting" && media && clock() - lastInput > 60000;
    put("line", fill(reached ? words.reached : playing ? words.media : words[state], values));
    put("detail", fill(detail || words[state + "_more"] || "", values));
    root.querySelector(".wins-clock").setAttribute("data-state", state);
    const button = find("answer");
    if (button && button.hidden !== (state !== "asking")) {
      if (document.activeElement === button) { root.querySelector("summary").focus(); }
      button.hidden = state !== "asking";
    }
    if (toSay && clock() - saidAt >= 60000) {
      saidAt = clock();
      put("say", fill(toSay, values));
      toSay = "";
    }
  }
  function become(next, more) {
    detail = more || "";
    if (next !== state) { toSay = state && (words[next + "_say"] || words[next]); }
    state = next;
    show();
  }

  /* --- visits and their spans --- */
  const offset = (one) => Math.max(0, Math.round(clock() - one.base));
  const last = (one) => Math.max(0, ...one.spans.map((span) => span[1]));
  function newVisit() {
    visit = { id: String(Math.random()).slice(2), base: clock(), wall: Date.now(), page: args.ticket, ticket: "", spans: [],
      from: null, inputs: 0, late: false, busy: [], stood: 0 };
    visits = visits.filter((one) => one.spans.length).concat(visit);
    open();
  }
  function cut(one, at) {
    if (one.from === null) { return; }
    const end = Math.min(at === undefined ? offset(one) : Math.round(at - one.base), offset(one));
    if (end > one.from) {
      const before = one.spans[one.spans.length - 1], joins = before && before[1] === one.from && !one.busy.includes(before);
      one.spans.push([joins ? one.spans.pop()[0] : one.from, end]);
    }
    one.from = Math.max(end, one.from);
  }
  const pause = (at) => { cut(visit, at); visit.from = null; };
  function resume() {
    if (!running || hidden()) { return; }
    if (visit.from === null) { visit.from = offset(visit); }
    become("counting");
  }
  /* `used`: somebody is here, as after sleep. Else who was away stays away. */
  function renew(late, used) {
    const counting = visit.from !== null, gap = apart(), stood = gap > LATE_TICK ? gap : 0;
    setBack = gap < -APART ? gap : setBack;
    pause(lastTick);
    visits.forEach((one) => { one.base -= stood; one.stood += stood; });  // if this clock stood still
    visit.late = late;
    beat();
    look(used);
    newVisit();
    if (used || counting) { resume(); }
  }
  const apart = () => Date.now() - visit.wall - (clock() - visit.base);
  const parted = () => Math.abs(apart()) > APART;
  const overslept = () => clock() - lastTick > LATE_TICK || Date.now() - lastWall > LATE_TICK;
  function look(used) {
    lastTick = clock();
    lastWall = Date.now();
    if (used) { lastTouch = lastTick; }
  }

  /* --- the server --- */
  function post(url, body, keepalive) {
    const cookie = document.cookie.match("(?:^|; )" + args.csrfCookie + "=([^;]*)");
    return fetch(url, {
      method: "POST", credentials: "same-origin", keepalive: Boolean(keepalive), body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie ? decodeURIComponent(cookie[1]) : "" },
    }).then((response) => response.json().catch(() => ({})).then((told) => ({ status: response.status, told: told })));
  }
  /* One at a time: this visit, then those that ended without a ticket. */
  async function open() {
    const one = [visit, ...visits].find((each) => !each.ticket && (each === visit || each.spans.length));
    if (!one || opening) { return; }
    opening = true;
    let fastest = Infinity, answer = null;
    try {
      for (let tries = 0; tries < 3 && fastest > 1000; tries++) {
        const sent = clock();
        answer = await post(args.hello, { ticket: one.page, visit: one.id, at: Math.max(offset(one), last(one)) });
        if (answer.status !== 200) { break; }
        if (clock() - sent < fastest && !one.told) {  // what was told once must not move
          fastest = clock() - sent;
          one.ticket = answer.told.ticket;
          shown = live = answer.told;
        }
      }
    } catch (error) {
      if (visit.from !== null) { become("offline"); }
    }
    opening = false;
    wait = one.ticket ? 0 : Math.min(beatMs, wait * 2 || 5000);
    openAt = clock() + wait;
    if (answer && answer.status !== 200) { unopened(one, answer); }
    if (one.ticket) { if (one !== visit) { send(one); } open(); }
  }
  function unopened(one, answer) {
    if (answer.status === 401 || (one === visit && !one.ticket)) {
      refused(answer);
    } else if (answer.status === 400 && !one.moved) {  // too early: the clock was set, no sleep
      one.moved = true;
      one.base = one.stored ? -last(one) : one.base + one.stood;
    } else if (answer.status < 429 && !one.ticket) {
      drop(one, one.spans);
    }
  }
  function refused(answer) {
    if (answer.status === 429 || answer.status >= 500) { return; }
    pause();
    running = false;
    why = answer.told.error || words.closed;
    become(answer.status === 401 ? "signed_out" : "stopped");
  }
  function send(one, keepalive) {
    if (!one.ticket) { open(); }
    if (!one.ticket || !one.spans.length || (one.busy.length && !keepalive)) { return; }
    const sent = one.busy = one.spans.slice(0, 200), at = one.late || one !== visit ? last(one) : offset(one);
    one.told = true;
    post(args.beat, { ticket: one.ticket, at: at, spans: sent, inputs: one.inputs, late: one.late }, keepalive)
      .then((answer) => answered(one, sent, answer), () => { if (state === "counting") { become("offline"); } })
      .then(() => { one.busy = []; });
  }
  function drop(one, sent) {  // exactly those of this request
    one.spans = one.spans.filter((span) => !sent.includes(span));
    keep(one);
    if (one !== visit && !one.spans.length) { visits = visits.filter((each) => each !== one); }
  }
  function answered(one, sent, answer) {
    if (answer.status === 409 && answer.told.state === "reopen") {
      if (!one.late) { one.late = true; if (one === visit) { renew(true, overslept()); } }
      return;
    }
    if ([200, 400, 413].includes(answer.status)) { drop(one, sent); } else { refused(answer); }
    if (answer.status !== 200) { return; }
    if (one.stored) {
      become(state === "offline" ? "counting" : state, fill(words.added, { kept: duration(length(sent)) }));
    } else {
      shown = answer.told;
      if (state === "offline") { resume(); }
      if (state === "counting") { become(state, answer.told.state === "elsewhere" ? words.elsewhere : detail); }
    }
  }
  function beat(keepalive) {
    lastBeat = clock();
    cut(visit);
    visits.forEach((one) => { keep(one); send(one, keepalive); });
    if (!keepalive) { sendStored(); }
  }

  /* --- kept on the device: closed spans, never a ticket to go on with --- */
  function keep(one) {
    const key = OWN + one.id, seen = Date.now(), page = one.ticket ? "" : one.page;
    const kept = { ticket: one.ticket, page, spans: one.spans, inputs: one.inputs, begun: seen - offset(one), seen };
    stored(() => {
      if (!one.stored && one.spans.length) {
        localStorage.setItem(key, JSON.stringify(kept));
      } else if (!one.stored || (!one.spans.length && localStorage.getItem(key) === one.stored)) {
        localStorage.removeItem(key);  // its page may live, and have written anew
      }
    });
  }
  function stored(use) {
    try { use(); } catch (error) { storage = false; }
  }
  function sendStored() {
    stored(() => Object.keys(localStorage).filter((key) => key.startsWith(STORE)).forEach((key) => {
      if (!key.startsWith(OWN)) { localStorage.removeItem(key); return; }
      const text = localStorage.getItem(key), kept = JSON.parse(text), id = key.slice(OWN.length), now = Date.now();
      // A young entry may be of a page that lives. One of a time to come: the clock was set back.
      if (Math.abs(now - kept.seen) < args.keptSeconds * 1000 || visits.some((one) => one.id === id)) { return; }
      const back = kept.seen > now ? setBack : 0, base = clock() - now + kept.begun + back;
      Object.assign(kept, { id, from: null, late: true, busy: [], stored: text, base });
      if (kept.seen + back > now) { kept.base = Math.min(base, -last(kept)); }  // it ended before this page began
      visits.unshift(kept);
      send(kept);
    }));
  }

  /* --- the page --- */
  function tick() {
    if (!running || hidden()) { return; }
    const slept = overslept();
    if (slept || parted()) { renew(true, slept); } else if (clock() - visit.base > LONGEST) { renew(false); }
    look();
    const still = lastTick - lastTouch;
    if (visit.from !== null && still >= idleMs) {
      pause(lastTouch + idleMs);
      pausedAt = new Date().toLocaleTimeString(args.language, { hour: "2-digit", minute: "2-digit" });
      become("paused");
      beat();
    } else if (visit.from !== null && still >= idleMs - askMs) {
      become("asking");
    }
    if (visit.from !== null) { cut(visit); keep(visit); }  // whoever ends this page need not ask
    if (lastTick - lastBeat >= beatMs) { beat(); } else if (lastTick >= openAt) { open(); }
    show();
  }
  function touch(event) {
    if (event && event.isTrusted === false) { return; }
    lastTouch = clock();
    if (!running) { return; }
    if (lastTouch - lastInput >= 1000) { lastInput = lastTouch; visit.inputs += 1; }
    if (state === "asking" || state === "paused") { resume(); }
  }
  function hide() {
    if (!running || state === "hidden") { return; }
    pause(Math.min(overslept() ? lastTick : clock(), lastTouch + idleMs));
    become("hidden");
    beat(true);
  }
  function back(event) {
    if (!running || hidden()) { return; }
    look(true);
    if ((event && event.persisted) || parted() || lastTick - visit.base > LONGEST) { renew(true, true); }
    resume();
    become("counting", words.returned);
  }
  function start() {
    running = true;
    look(true);
    newVisit();
    if (hidden()) { become("hidden"); } else { resume(); }
    sendStored();
    if (!storage) { become(state, words.blocked); }
  }

  ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"].forEach((name) =>
    document.addEventListener(name, touch, { capture: true, passive: true }));
  document.addEventListener("timeupdate", (event) => {  // a loop is decoration
    if (event.target.paused || event.target.loop) { return; }
    media = lastTouch = clock();
    if (state === "asking" || state === "paused") { resume(); }
  }, true);
  window.addEventListener("message", (event) => {  // the course frame's parent scrolls
    const known = event.origin === args.frame && event.source === window.parent;
    if (known && event.data && event.data.type === "unit.visibilityStatus") { touch(); }
  });
  document.addEventListener("visibilitychange", () => (hidden() ? hide() : back()));
  window.addEventListener("pagehide", hide);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { back(event); } });
  document.addEventListener("resume", () => { if (running) { renew(true, true); } });
  setInterval(tick, 500);  // between two sleeps, each end may lose one
  const answer = find("answer"), begin = find("start");
  if (answer) { answer.addEventListener("click", () => touch()); }
  if (args.notice && begin) {
    begin.addEventListener("click", async () => {
      begin.disabled = true;
      const told = await post(args.notice, {}).catch(() => ({}));
      begin.disabled = find("notice").hidden = told.status === 200;
      if (begin.disabled) { start(); } else { put("problem", words.failed); }
    });
  } else {
    start();
  }
}
