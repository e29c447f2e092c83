/* Questions as a learner sees them, before they are saved: the server fills its own page with what the editor holds. */
function WinsQuizPreview(tools) {
  "use strict";
  var one = tools.one, shown = null;

  function bank(item) {
    var now = tools.kinds.sent();
    if (!item) { return now; }
    return {
      items: now.items.filter(function (own) { return own.id === item.id; }),
      cases: (now.cases || []).filter(function (row) { return row.id === item["case"]; }),
      objectives: now.objectives.filter(function (row) { return row.id === item.objective; })
    };
  }
  function asked(seed, keys) {
    var settings = tools.quiz().settings, item = shown.item;
    return {bank: bank(item), alone: !!item, seed: seed, keys: keys, purpose: settings.purpose, draw_by: settings.draw_by, draw: settings.draw || 0};
  }
  function list(problems) {
    var box = one("preview-told");
    box.textContent = "";
    problems.forEach(function (problem) { box.appendChild(document.createElement("li")).textContent = problem.text; });
    box.hidden = !problems.length;
  }
  function load(seed, keys) {
    tools.during(function () {
      return tools.post("preview_questions", asked(seed, keys)).then(function (answer) {
        shown.seed = answer.seed;
        shown.keys = keys;
        one("previewed").innerHTML = answer.html;
        one('do="preview-keys"').setAttribute("aria-pressed", keys ? "true" : "false");
        list(answer.problems);
        if (shown.item) { tools.told.ofOne(shown.item, answer.problems); }
        if (!one("preview").open) { one("preview").showModal(); }
        one("previewed").scrollTop = 0;
      });
    });
  }
  function begin(item) {
    shown = {item: item, seed: 0, keys: false};
    tools.say(one("problem"), "");
    load(0, false);
  }
  return {
    actions: {
      "preview-one": function (place) { begin(tools.quiz().bank.items[place]); },
      "preview-all": function () { begin(null); },
      "preview-again": function () { load(0, shown.keys); },
      "preview-keys": function () { load(shown.seed, !shown.keys); },
      "preview-close": function () { one("preview").close(); }
    }
  };
}
