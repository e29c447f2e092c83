/* How a quiz's page is read and written: the answer of each question, in the shape of its kind. */
function WinsQuizAnswers(body) {
  "use strict";
  function all() { return Array.prototype.slice.call(body.querySelectorAll("[data-question]")); }
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
  function marked(question) { return !!question.querySelector('[data-later][aria-pressed="true"]'); }
  function mark(question, on) {  // to be looked at again
    var button = question.querySelector("[data-later]");
    if (button) { button.setAttribute("aria-pressed", on ? "true" : "false"); }
  }
  function answers() {  // and beside them what is to be looked at again
    var found = {}, again = all().filter(marked).map(function (question) { return question.dataset.question; });
    if (again.length) { found.later = again; }
    all().forEach(function (question) {
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
  function put(question, given) {
    var refs = Array.isArray(given) ? given : [], own = given || {}, unit = question.querySelector("[data-unit]");
    each(question, "input").forEach(function (box) {
      if ("number" in box.dataset) { box.value = own.text || ""; } else { box.checked = refs.indexOf(box.value) >= 0; }
    });
    each(question, "[data-prompt]").forEach(function (select) { select.value = own[select.dataset.prompt] || ""; });
    if (unit && own.unit) { unit.value = own.unit; }
    showUnread(question, unread(question));
  }
  function putAll(found) {
    all().forEach(function (question) {
      if (question.dataset.fixed) { return; }  // was checked
      put(question, found[question.dataset.question]);
      mark(question, (found.later || []).indexOf(question.dataset.question) >= 0);
    });
  }
  return {all: all, marked: marked, mark: mark, of: answer, every: answers, unread: unread, showUnread: showUnread, putAll: putAll};
}
