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
  function chosen(question) {
    return Array.prototype.slice.call(question.querySelectorAll("input:checked")).map(function (box) { return box.value; });
  }
  function answers() {
    var found = {};
    questions().forEach(function (question) {
      var refs = chosen(question);
      if (refs.length) { found[question.dataset.question] = refs; }
    });
    return found;
  }
  function sheet() {
    return {number: Number(form().dataset["try"]), revision: Number(form().dataset.revision), responses: answers()};
  }
  function progress() {
    var all = questions(), line = find("progress");
    if (line) {
      line.textContent = fill(args.words.answered, {done: all.filter(function (q) { return chosen(q).length; }).length, all: all.length});
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
  function ask() {
    var missing = [];
    questions().forEach(function (question, place) { if (!chosen(question).length) { missing.push(place + 1); } });
    if (!missing.length) { submit(); return; }
    var words = missing.length > 1 ? args.words.missing_many : args.words.missing;
    find("missing").textContent = fill(words, {numbers: missing.join(", ")});
    find("confirm").hidden = false;
    find("confirm").focus();
  }

  root.addEventListener("change", function (event) {
    if (!event.target.closest("[data-question]")) { return; }
    changed = true;
    progress();
    status("");
    find("confirm").hidden = true;
    later(SAVE_AFTER);
  });
  root.addEventListener("submit", function (event) { event.preventDefault(); ask(); });
  root.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) { return; }
    if ("start" in button.dataset) { act("begin", {}, button); }
    if ("look" in button.dataset) { act("result", {number: Number(button.dataset.look)}, button); }
    if ("send" in button.dataset) { submit(); }
    if ("back" in button.dataset) {
      find("confirm").hidden = true;
      var open = questions().filter(function (question) { return !chosen(question).length; })[0];
      if (open) { open.querySelector("input").focus(); }
    }
  });
  window.addEventListener("pagehide", function () {
    if (changed && !sending && !busy && form()) { changed = false; post("save_answers", sheet(), true).catch(function () {}); }
  });
}
