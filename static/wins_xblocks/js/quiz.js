/* The learner's quiz. The server renders every state; this script saves answers while one works and swaps the page.
   What the server may not have yet is kept on the device, with the revision that it was written on. */
function WinsQuiz(runtime, element, args) {
  "use strict";
  var root = (element.jquery ? element[0] : element).querySelector("[data-quiz]");
  if (!root) { return; }
  var body = root.querySelector("[data-body]");
  var problem = root.querySelector("[data-problem]");
  var SAVE_AFTER = 1500, AGAIN_AFTER = 15000, ON_THEIR_WAY = 6000;
  var timer = null, cut = 0, changed = false, sending = false, busy = false, reports = null;
  var sheets = WinsQuizAnswers(body), kept = WinsQuizKept(args.who), steps = WinsQuizSteps(body, sheets, args.words);
  var checks = WinsQuizCheck(body);
  var clock = WinsQuizClock(body, args.words, timeOver);
  var sent = [];  // of answers given to the server on this revision: any of them may have arrived without a receipt

  function find(name) { return body.querySelector("[data-" + name + "]"); }
  function form() { return body.querySelector("form[data-try]"); }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return name in values ? values[name] : all; });
  }
  function tell(text) {
    problem.hidden = !text;
    if (problem.textContent !== (text || "")) { problem.textContent = text || ""; }
  }
  function status(text) { var line = find("saved"); if (line && line.textContent !== text) { line.textContent = text; } }

  function cookie() {
    var found = document.cookie.match("(?:^|; )" + (args.csrfCookie || "csrftoken") + "=([^;]*)");
    return found ? decodeURIComponent(found[1]) : "";
  }
  function post(name, data, leaving) {
    return fetch(args.urls[name], {
      method: "POST", credentials: "same-origin", keepalive: !!leaving, body: JSON.stringify(data),
      headers: {"Content-Type": "application/json", "X-CSRFToken": cookie()}
    }).then(function (response) {
      return response.json().catch(function () { throw {said: args.words.failed}; }).then(function (answer) {
        if (response.ok) { return answer; }
        var refused = response.status < 500 && response.status !== 401 && response.status !== 403;
        throw {said: answer.error || args.words.failed, html: answer.html, refused: refused};
      });
    });
  }

  function sheet() {
    return {number: Number(form().dataset["try"]), revision: Number(form().dataset.revision), responses: sheets.every(), who: args.who};
  }
  function keep(own) { return kept.write(own.number, {revision: own.revision, responses: own.responses, sent: sent, cut: cut}); }
  function print(responses) {  // a number that stands for them
    return JSON.stringify(responses).split("").reduce(function (sum, letter) { return (sum * 33 + letter.charCodeAt(0)) >>> 0; }, 5381);
  }
  function giving(own) {
    var mine = print(own.responses);
    if (sent.indexOf(mine) < 0) { sent.push(mine); }
    keep(own);
  }
  function progress() {
    var all = sheets.all(), line = find("progress");
    if (line) {
      line.textContent = fill(args.words.answered, {done: all.filter(function (q) { return sheets.of(q); }).length, all: all.length});
    }
    steps.refresh();
  }
  function show(html) {
    clearTimeout(timer);
    changed = false;
    body.innerHTML = html;
    if (reports) { reports.shown(); }
    var heading = find("heading");
    if (heading) { heading.focus(); }
    sent = [];
    steps.open();
    clock.open();
    checks.open();
    resume();
  }
  /* What this device still holds goes into the page, unless something newer was saved elsewhere. */
  function resume() {
    var own = form() ? sheet() : null, late = find("late"), record = own && kept.read(own.number);
    kept.only(own ? own.number : late ? Number(late.dataset.late) : 0);
    if (late && (record = kept.read(late.dataset.late))) { lost(Number(late.dataset.late), record); return; }
    if (!record || print(record.responses) === print(own.responses)) { if (own) { kept.drop(own.number); } return; }
    if (record.revision === own.revision) {
      sent = record.sent;
      cut = record.cut || 0;
    } else if (record.sent.indexOf(print(own.responses)) < 0) {
      kept.drop(own.number);
      tell(args.words.stale);
      return;
    }
    sheets.putAll(record.responses);
    changed = true;
    progress();
    status(args.words.restored);
    later(SAVE_AFTER);
  }
  /* The time closed a try whose answers stand here: if the connection was cut before, it is given back. */
  function lost(number, record) {
    tell(args.words.late);
    if (!record.cut) { kept.drop(number); return; }
    post("tell_outage", {
      number: number, seconds: Math.max(Math.round((Date.now() - record.cut) / 1000), 0), responses: record.responses, who: args.who
    }).then(function (answer) {
      kept.drop(number);
      if (form()) { return; }
      show(answer.html);
      tell("");
    }, function (error) { if (error.refused) { kept.drop(number); tell(error.said); } });
  }
  /* Is the newer state that the server shows the one that we sent, and whose receipt was lost? */
  function ours(html) {
    var page = document.createElement("div"), there;
    page.innerHTML = html || "";
    there = page.querySelector("form[data-try]");
    if (!there || !form() || there.dataset["try"] !== form().dataset["try"]) { return false; }
    if (sent.indexOf(print(WinsQuizAnswers(page).every())) < 0) { return false; }
    form().dataset.revision = there.dataset.revision;
    sent = [];
    return true;
  }

  function later(wait) { clearTimeout(timer); timer = setTimeout(save, wait); }
  function save() {
    if (!changed || sending || busy || !form()) { return Promise.resolve(); }
    var own = sheet();
    sending = true;
    changed = false;
    status(args.words.saving);
    giving(own);
    return post("save_answers", own).then(function (answer) {
      sending = false;
      cut = 0;
      sent = [];
      if (!form()) { return; }
      form().dataset.revision = answer.revision;
      if (changed) { keep(sheet()); later(SAVE_AFTER); } else { kept.drop(own.number); }
      status(changed ? "" : args.words.saved);
    }, function (error) {
      sending = false;
      if (ours(error.html)) { changed = true; return save(); }
      if (error.html) { show(error.html); tell(error.said); return; }
      if (error.refused) { tell(error.said); status(""); return; }
      wait();
      if (error.said && error.said !== args.words.failed) { tell(error.said); }
    });
  }
  function wait() {
    cut = cut || Date.now();
    var held = !!form() && keep(sheet());
    changed = true;
    status(held ? args.words.kept : args.words.unsaved);
    later(AGAIN_AFTER);
    return held;
  }

  function act(name, data, button, failed) {
    if (busy) { return; }
    busy = true;
    tell("");
    if (button) { button.setAttribute("aria-disabled", "true"); }
    post(name, data).then(function (answer) { busy = false; show(answer.html); }, function (error) {
      busy = false;
      if (button) { button.removeAttribute("aria-disabled"); }
      if (failed && failed(error)) { return; }
      if (error.html) { show(error.html); }
      tell(error.said || args.words.failed);
    });
  }
  function submit() {
    clearTimeout(timer);
    if (sending) { setTimeout(submit, 200); return; }  // the save under way sets the revision
    if (!form()) { return; }
    var own = sheet();
    giving(own);
    act("submit", own, find("submit"), notSent);
  }
  /* Never sent by itself later: whoever was cut off presses again, and sees what came of it. */
  function notSent(error) {
    if (ours(error.html)) { submit(); return true; }
    if (error.html || error.refused) { return false; }
    var held = wait();
    tell(error.said && error.said !== args.words.failed ? error.said : held ? args.words.unsent : args.words.failed);
    return true;
  }
  function check(question) {
    if (!sheets.of(question)) { tell(args.words.first); return; }
    if (sending) { setTimeout(function () { check(question); }, 200); return; }
    if (busy) { return; }
    clearTimeout(timer);
    tell("");
    busy = true;
    var own = sheet();
    changed = false;
    giving(own);
    own.ref = question.dataset.question;
    post("check_answer", own).then(function (answer) {
      busy = false;
      sent = [];
      form().dataset.revision = answer.revision;
      if (changed) { keep(sheet()); later(SAVE_AFTER); } else { kept.drop(own.number); }
      status(args.words.saved);
      checks.place(own.ref, answer.html).focus();
    }, function (error) {
      busy = false;
      if (ours(error.html)) { check(question); return; }
      if (error.html) { show(error.html); } else if (!error.refused) { wait(); }
      tell(error.said || args.words.failed);
    });
  }
  /* The last answers go at once; then the server closes the try with what it has. */
  function timeOver() {
    tell(args.words.over);
    save();
    setTimeout(submit, ON_THEIR_WAY);
  }
  function list(name, numbers, one, many) {
    find(name).hidden = !numbers.length;
    find(name).textContent = fill(numbers.length > 1 ? many : one, {numbers: numbers.join(", ")});
  }
  function ask() {
    var missing = [], unreadable = [], again = [];
    sheets.all().forEach(function (question, place) {
      if (sheets.marked(question)) { again.push(place + 1); }
      if (!sheets.of(question)) { missing.push(place + 1); } else if (sheets.unread(question)) { unreadable.push(place + 1); }
    });
    if (!missing.length && !unreadable.length && !again.length) { submit(); return; }
    list("missing", missing, args.words.missing, args.words.missing_many);
    list("unreadable", unreadable, args.words.unread, args.words.unread_many);
    list("again", again, args.words.again, args.words.again_many);
    find("confirm").hidden = false;
    find("confirm").focus();
  }

  function heard(event) {
    var question = event.target.closest("[data-question]");
    if (!question) { return; }
    sheets.showUnread(question, event.type === "change" && sheets.unread(question));  // while one writes, nothing is finished
    noted();
  }
  function noted() {
    changed = true;
    keep(sheet());
    progress();
    status("");
    find("confirm").hidden = true;
    later(SAVE_AFTER);
  }
  root.addEventListener("change", heard);
  root.addEventListener("input", function (event) { if (event.target.type === "text") { heard(event); } });
  root.addEventListener("submit", function (event) { event.preventDefault(); ask(); });
  root.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) { return; }
    if ("start" in button.dataset) { act("begin", {}, button); }
    if ("look" in button.dataset) { act("result", {number: Number(button.dataset.look)}, button); }
    if ("send" in button.dataset) { submit(); }
    if ("step" in button.dataset) { steps.to(Number(button.dataset.step)); }
    if ("check" in button.dataset) { check(button.closest("[data-question]")); }
    if ("hide" in button.dataset) { clock.hide(); }
    if ("previous" in button.dataset) { steps.by(-1); }
    if ("next" in button.dataset) { steps.by(1); }
    if ("later" in button.dataset) {
      sheets.mark(button.closest("[data-question]"), button.getAttribute("aria-pressed") !== "true");
      noted();
    }
    if ("back" in button.dataset) {
      find("confirm").hidden = true;
      var open = sheets.all().filter(function (question) {
        return !sheets.of(question) || sheets.unread(question) || sheets.marked(question);
      })[0];
      if (open) {
        steps.show(open);
        open.querySelector("[name]").focus();
      }
    }
  });
  if (window.WinsQuizReport) { reports = window.WinsQuizReport(root, post, args.words.failed); }  // the quiz works without it
  window.addEventListener("pagehide", function () {
    if (!changed || sending || busy || !form()) { return; }
    var own = sheet();
    changed = false;
    giving(own);
    post("save_answers", own, true).catch(function () {});
  });
  function again() { if (changed) { save(); } }
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  steps.open();
  clock.open();
  checks.open();
  resume();
}
