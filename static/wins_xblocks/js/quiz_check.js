/* Practice with an answer after each question. What the server told stands below it, and the answer is fixed. */
function WinsQuizCheck(body) {
  "use strict";
  function place(ref, html) {
    var question = body.querySelector('[data-question="' + ref + '"]'), box = question && question.querySelector("[data-told-here]");
    if (!box) { return null; }
    ["input", "select"].forEach(function (kind) {
      Array.prototype.forEach.call(question.querySelectorAll(kind), function (field) { field.disabled = true; });
    });
    question.querySelector("[data-check]").hidden = true;
    question.dataset.fixed = "1";
    box.innerHTML = html;
    box.hidden = false;
    return box;
  }
  return {
    place: place,
    open: function () {  // a page that was just shown
      Array.prototype.forEach.call(body.querySelectorAll("[data-told]"), function (one) { place(one.dataset.told, one.innerHTML); });
    }
  };
}
