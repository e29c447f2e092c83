/* What is wrong: a list at the top that leads to each field, and the same words beside the field. */
function WinsQuizTold(tools) {
  "use strict";
  var one = tools.one, all = tools.all, told = [], byItem = {}, marks = 0;
  var KEY = /^[a-z0-9][a-z0-9.-]{0,62}$/;  // as the server has it
  var ANSWERS = {single: 'option="correct"', multiple: 'option="correct"', truefalse: "truth", matching: 'pair="left"', numeric: 'number="value"'};

  function items() { return tools.quiz().bank.items; }
  function of(item) { return byItem[item.id] || []; }
  function named(id) { return items().filter(function (item) { return item.id === id; })[0]; }
  function objective() {  // whose id is none, or stands twice
    var seen = {};
    return all('objective="id"').filter(function (field) {
      var twice = seen[field.value];
      seen[field.value] = true;
      return twice || !KEY.test(field.value);
    })[0] || null;
  }
  function around(about) {
    return !about ? null : about === "blueprint" ? one('do="add-quota"') : about === "objectives" ? objective()
      : one('set="' + about + '"') || one('quota="' + about + '"');
  }
  function field(problem, item, row) {
    if (!item) { return around(problem.about); }
    if (problem.about === "answers" || !one('item="' + problem.about + '"', row)) {
      return problem.about && one(ANSWERS[item.kind], row) || one('item="stem"', row);
    }
    return one('item="' + problem.about + '"', row);
  }
  function unmark(within) {
    all("beside", within).forEach(function (line) { line.parentNode.removeChild(line); });
    all("marked", within).forEach(function (field) {
      ["aria-invalid", "aria-describedby", "data-marked"].forEach(function (name) { field.removeAttribute(name); });
    });
  }
  function beside(field, text) {
    var line = document.createElement("p"), holder = field.closest(".wins-field") || field.closest("fieldset") || field.parentNode;
    marks += 1;
    line.className = "wins-problem";
    line.setAttribute("data-beside", "");
    line.setAttribute("id", "wins-beside-" + marks);
    line.textContent = text;
    holder.appendChild(line);
    if (field.tagName === "BUTTON") { return; }
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("data-marked", "");
    field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), "wins-beside-" + marks].filter(Boolean).join(" "));
  }
  function mark(row, item) {
    unmark(row);
    if (one("form", row)) { of(item).forEach(function (problem) { beside(field(problem, item, row), problem.text); }); }
  }
  function line(problem) {
    var row = document.createElement("li"), link = problem.item || field(problem) ? document.createElement("button") : row;
    link.textContent = problem.text;
    if (link === row) { return row; }
    link.type = "button";
    link.className = "wins-quiz-editor__link";
    link.setAttribute("data-do", "go-problem");
    link.setAttribute("data-problem-number", String(told.indexOf(problem)));
    row.appendChild(link);
    return row;
  }
  function show(problems, intro) {
    var box = one("problems"), list = one("problem-list");
    told = problems || [];
    byItem = {};
    told.forEach(function (problem) { if (problem.item) { (byItem[problem.item] = byItem[problem.item] || []).push(problem); } });
    list.textContent = "";
    told.forEach(function (problem) { list.appendChild(line(problem)); });
    one("problems-said").textContent = intro || "";
    box.hidden = !told.length;
    unmark();
    told.forEach(function (problem) {
      var place = problem.item ? null : field(problem);
      if (place) { beside(place, problem.text); }
    });
    items().forEach(function (item) { if (of(item).length && tools.list.rowOf(item)) { mark(tools.list.rowOf(item), item); } });
    tools.list.heads(0, items().length);
  }
  function ofOne(item, problems) {  // the same of one question that was looked at by itself
    byItem[item.id] = problems.map(function (problem) { return {text: problem.text, item: item.id, about: problem.about}; });
    tools.list.head(items().indexOf(item));
    mark(tools.list.rowOf(item), item);
  }
  function go(_place, target) {
    var problem = told[Number(target.getAttribute("data-problem-number"))], item = problem.item && named(problem.item), place, more;
    if (problem.item && !item) { one("said").textContent = tools.words.not_found; return; }
    if (item) {
      tools.find.show(tools.list.rowOf(item));
      tools.list.open(item);
    }
    place = field(problem, item, item && tools.list.rowOf(item));
    more = place && place.closest("details");
    if (more) { more.open = true; }
    if (place) { place.focus(); }
  }
  return {of: of, mark: mark, show: show, ofOne: ofOne, actions: {"go-problem": go},
    written: function (field) {  // what was said of it is looked at again when it is saved
      if (field.getAttribute("aria-invalid") && field.getAttribute("data-marked") !== null) { unmark(field.closest(".wins-field") || field.closest("fieldset")); }
    }};
}
