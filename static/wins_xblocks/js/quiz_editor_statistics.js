/* How the questions perform, in the editor: asked for once the questions stand there, so that it opens as quickly as
   without. `tools` is what the editor shares. */
function WinsQuizStatistics(tools) {
  "use strict";
  var one = tools.one, looks = {}, asked = 0;

  function show(row, item, place) {  // what is said of one question, beside it
    var list = one("looks", row), told = looks.hasOwnProperty(item.id) ? looks[item.id] : [];
    if (list.hidden && !told.length) { return; }
    list.textContent = "";
    told.forEach(function (text) {
      list.appendChild(document.createElement("li")).textContent = tools.fill(text, {n: place + 1});
    });
    list.hidden = !told.length;
  }
  function failed(told) {
    one("statistics-problem").hidden = !told;
    one("statistics-problem").textContent = told || "";
    one('do="statistics-again"').hidden = !told;
  }
  function load(data) {
    var mine = asked += 1;  // who turned pages quickly sees the last one
    return tools.post("question_statistics", data || {}).then(function (answer) {
      if (mine !== asked) { return; }
      failed("");
      looks = answer.looks;
      one("statistics").innerHTML = answer.html;
      tools.list.heads(0, tools.quiz().bank.items.length);
    }, function (error) {
      if (mine === asked) { failed(error.error || tools.words.failed); }
    });
  }
  function turned(place, button) {
    return load({page: Number(button.dataset.page)}).then(function () { one("statistics").focus(); });
  }
  return {
    show: show,
    load: function () { return load(); },
    actions: {
      "statistics-page": turned,
      "statistics-anew": function () { return load({anew: true}).then(function () { one("statistics").focus(); }); },
      "statistics-again": function () { load(); }
    }
  };
}
