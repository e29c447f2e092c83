/* The learner's quiz. The server renders every state; this script saves answers while one works and swaps the page. */
function WinsQuiz(runtime, element, args) {
  "use strict";
  var root = (element.jquery ? element[0] : element).querySelector("[data-quiz]");
  if (!root) { return; }
  var body = root.querySelector("[data-body]");
  var problem = root.querySelector("[data-problem]");
  var SAVE_AFTER = 1500, AGAIN_AFTER = 15000;
  var timer = null, changed = false, sending = false, busy = false;

  function find(name) { return body.querySelector("[data-" + name + "]"); }
  function form() { return body.querySelector("form[data-try]"); }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return name in values ? values[name] : all; });
  }
  function tell(text) { problem.hidden = !text; problem.textContent = text || ""; }
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
        throw {said: answer.error || args.words.failed, html: answer.html, refused: response.status < 500};
      });
    });
  }

  function questions() { return Array.prototype.slice.call(body.querySelectorAll("[data-question]")); }
  function each(question, selector) { return Array.prototype.slice.call(question.querySelectorAll(selector)); }
  function pairs(question) {
    var found = {};
    each(question, "[data-prompt]").forEach(function (select) { if (select.value) { found[select.dataset.prompt] = select.value; } });
    return Object.keys(found).length ? found : null;
  }
  function number(question) {
    var text = question.querySelector("[data-number]").value.trim(), unit = question.querySelector("[data-unit]");
    return text ? {text: text, unit: unit ? unit.value : ""} : null;
  }
  function answer(question) {  // as the question's kind reads it; null for none
    if (question.querySelector("[data-prompt]")) { return pairs(question); }
    if (question.querySelector("[data-number]")) { return number(question); }
    var refs = each(question, "input:checked").map(function (box) { return box.value; });
    return refs.length ? refs : null;
  }
  function answers() {
    var found = {};
    questions().forEach(function (question) {
      var own = answer(question);
      if (own) { found[question.dataset.question] = own; }
    });
    return found;
  }
  // The server reads the same, and has the last word.
  var NUMBER = /^[+\-\u2212]?(\p{Nd}{1,3}([ \u00a0\u2009\u202f]\p{Nd}{3})+|\p{Nd}{0,30})([.,\u066b]\p{Nd}{0,30})?(e[+-]?\p{Nd}{1,2})?$/iu;
  function unread(question) {
    var field = question.querySelector("[data-number]"), text = field ? field.value.trim() : "";
    each(question, "[data-unit-name]").concat(each(question, "option")).forEach(function (unit) {
      var name = unit.textContent;
      if (name && text.slice(-name.length) === name) { text = text.slice(0, -name.length).trim(); }
    });
    return !!field && !!field.value.trim() && (!NUMBER.test(text) || !/\p{Nd}/u.test(text));
  }
  function showUnread(question, told) {
    var field = question.querySelector("[data-number]");
    if (!field) { return; }
    question.querySelector("[data-unread]").hidden = !told;
    if (told) { field.setAttribute("aria-invalid", "true"); } else { field.removeAttribute("aria-invalid"); }
  }
  function sheet() {
    return {number: Number(form().dataset["try"]), revision: Number(form().dataset.revision), responses: answers()};
  }
  function progress() {
    var all = questions(), line = find("progress");
    if (line) {
      line.textContent = fill(args.words.answered, {done: all.filter(function (q) { return answer(q); }).length, all: all.length});
    }
  }
  function show(html) {
    clearTimeout(timer);
    changed = false;
    body.innerHTML = html;
    var heading = find("heading");
    if (heading) { heading.focus(); }
  }

  function later(wait) { clearTimeout(timer); timer = setTimeout(save, wait); }
  function save() {
    if (!changed || sending || busy || !form()) { return Promise.resolve(); }
    sending = true;
    changed = false;
    status(args.words.saving);
    return post("save_answers", sheet()).then(function (answer) {
      sending = false;
      if (form()) { form().dataset.revision = answer.revision; }
      status(changed ? "" : args.words.saved);
      if (changed) { later(SAVE_AFTER); }
    }, function (error) {
      sending = false;
      if (error.html) { show(error.html); tell(error.said); return; }
      if (error.refused) { tell(error.said); status(""); return; }
      changed = true;
      status(args.words.unsaved);
      later(AGAIN_AFTER);
    });
  }

  function act(name, data, button) {
    if (busy) { return; }
    busy = true;
    tell("");
    if (button) { button.setAttribute("aria-disabled", "true"); }
    post(name, data).then(function (answer) { busy = false; show(answer.html); }, function (error) {
      busy = false;
      if (button) { button.removeAttribute("aria-disabled"); }
      if (error.html) { show(error.html); }
      tell(error.said || args.words.failed);
    });
  }
  function submit() {
    clearTimeout(timer);
    if (sending) { setTimeout(submit, 200); return; }  // the save under way sets the revision
    if (form()) { act("submit", sheet(), find("submit")); }
  }
  function list(name, numbers, one, many) {
    find(name).hidden = !numbers.length;
    find(name).textContent = fill(numbers.length > 1 ? many : one, {numbers: numbers.join(", ")});
  }
  function ask() {
    var missing = [], unreadable = [];
    questions().forEach(function (question, place) {
      if (!answer(question)) { missing.push(place + 1); } else if (unread(question)) { unreadable.push(place + 1); }
    });
    if (!missing.length && !unreadable.length) { submit(); return; }
    list("missing", missing, args.words.missing, args.words.missing_many);
    list("unreadable", unreadable, args.words.unread, args.words.unread_many);
    find("confirm").hidden = false;
    find("confirm").focus();
  }

  function heard(event) {
    var question = event.target.closest("[data-question]");
    if (!question) { return; }
    showUnread(question, event.type === "change" && unread(question));  // while one writes, nothing is finished
    changed = true;
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
    if ("back" in button.dataset) {
      find("confirm").hidden = true;
      var open = questions().filter(function (question) { return !answer(question) || unread(question); })[0];
      if (open) { open.querySelector("[name]").focus(); }
    }
  });
  if (window.WinsQuizReport) { window.WinsQuizReport(root, post, args.words.failed); }  // the quiz works without it
  window.addEventListener("pagehide", function () {
    if (changed && !sending && !busy && form()) { changed = false; post("save_answers", sheet(), true).catch(function () {}); }
  });
}
