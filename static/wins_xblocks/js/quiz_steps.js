/* One question at a time, where its author chose so. All of them stand on the page: without this script one after the
   other, with it the one in turn. */
function WinsQuizSteps(body, sheets, words) {
  "use strict";
  var place = 0;
  function part(name) { return body.querySelector("[data-" + name + "]"); }
  function each(name) { return Array.prototype.slice.call(body.querySelectorAll("[data-" + name + "]")); }
  function told(question) {
    return [sheets.of(question) ? words.done : words.open, sheets.marked(question) ? words.look : ""].filter(Boolean).join(", ");
  }
  function refresh() {
    var all = sheets.all();
    each("step").forEach(function (button, number) {
      var question = all[number];
      button.querySelector("[data-sign]").textContent = (sheets.of(question) ? " ✓" : "") + (sheets.marked(question) ? " ⚑" : "");
      button.querySelector("[data-state]").textContent = ": " + told(question);
      if (number === place) { button.setAttribute("aria-current", "step"); } else { button.removeAttribute("aria-current"); }
    });
  }
  function inTurn(to) {
    var all = sheets.all(), last = all.length - 1, box;
    place = Math.max(0, Math.min(to, last));
    box = all[place].closest("[data-case]");
    all.forEach(function (question, number) { question.hidden = number !== place; });
    each("case").forEach(function (one) { one.hidden = one !== box; });  // its text stands with each of its questions
    part("previous").hidden = !place;
    part("next").hidden = place === last;
    refresh();
    return box || all[place];
  }
  function go(to) {
    var shown = inTurn(to);
    sheets.all()[place].focus({preventScroll: true});
    if (shown.scrollIntoView) { shown.scrollIntoView({block: "start"}); }
  }
  return {
    open: function () {  // a page that was just shown
      if (!part("steps") || !sheets.all().length) { return; }
      part("steps").hidden = part("moves").hidden = false;
      inTurn(0);
    },
    refresh: function () { if (part("steps")) { refresh(); } },
    by: function (count) { go(place + count); },
    to: go,
    show: function (question) { if (part("steps")) { inTurn(sheets.all().indexOf(question)); } }
  };
}
