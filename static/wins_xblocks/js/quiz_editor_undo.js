/* Steps back: one for each thing done, one for each field written in. A step keeps what it changed, never the whole bank.
   Whether all is saved is known from the same steps. */
function WinsQuizUndo(tools) {
  "use strict";
  var MOST = 200, steps = [], made = 0, floor = 0, stored = 0, writing = null, heard = [];
  var one = tools.one;

  function last() { return steps[steps.length - 1]; }
  function current() { return last() ? last().number : floor; }
  function dirty() { return current() !== stored; }
  function show() {
    one('do="undo"').hidden = !last();
    one("undoable").textContent = last() ? last().said : "";
    heard.forEach(function (act) { act(last()); });
  }
  function step(said, back) {
    made += 1;
    steps.push({number: made, said: said, back: back});
    if (steps.length > MOST) { floor = steps.shift().number; }
    writing = null;
    show();
    return last();
  }
  return {
    step: step,
    dirty: dirty,
    isWriting: function (field) { return writing === field; },
    written: function (field, said, back) {  // until another thing is done, this field is one step
      step(said, back);
      writing = field;
    },
    back: function () {
      var undone = steps.pop();
      if (!undone) { return; }
      writing = null;
      undone.back();
      show();
      one("said").textContent = tools.fill(tools.words.undone_step, {what: undone.said});
      if (!last()) { one('do="save"').focus(); }
    },
    saved: function () {
      writing = null;
      stored = current();
    },
    onStep: function (act) { heard.push(act); }
  };
}
