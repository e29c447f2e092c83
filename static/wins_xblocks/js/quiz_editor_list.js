/* The list of questions. A row is light: a question's form is made when it is opened, and thrown away when it is shut. */
function WinsQuizList(tools) {
  "use strict";
  var one = tools.one, words = tools.words, fill = tools.fill, box = one("questions"), rows = 0;

  function items() { return tools.quiz().bank.items; }
  function at(place) { return box.children[place]; }
  function rowOf(item) { return at(items().indexOf(item)); }
  function first(item) { return item.stem.trim().split("\n")[0].slice(0, 120) || words.empty; }
  function put(field, text) { if (field.textContent !== text) { field.textContent = text; } }
  function head(place) {
    var row = at(place), item = items()[place], field = one("place", row), retire = one('do="retire"', row);
    var status = item.status && item.status !== "live" ? " (" + words[item.status] + ")" : "";
    put(one("title", row), fill(words.question, {n: place + 1}) + status + ": " + first(item));
    one('do="up"', row).hidden = place === 0;
    one('do="down"', row).hidden = place === items().length - 1;
    one("wrong", row).hidden = !tools.told.of(item).length;
    tools.statistics.show(row, item, place);
    if (field) {
      field.value = place + 1;
      field.max = items().length;
      put(retire, item.status === "retired" ? words.ask_again : words.retire);
    }
  }
  function heads(from, to) {
    for (var place = Math.max(0, from); place <= Math.min(to, items().length - 1); place += 1) { head(place); }
    one("count").textContent = fill(words.count, {n: items().length});
  }
  function row() {
    var made = tools.made("question");
    rows += 1;
    one("title", made).setAttribute("id", "wins-question-" + rows);
    one("acts", made).setAttribute("aria-labelledby", "wins-question-" + rows);
    return made;
  }
  function objectives(row, item) {
    var select = one('item="objective"', row), known = [""];
    select.textContent = "";
    tools.quiz().bank.objectives.forEach(function (objective) { known.push(objective.id); });
    if (known.indexOf(item.objective) < 0) { known.push(item.objective); }
    known.forEach(function (id) {
      var found = tools.quiz().bank.objectives.filter(function (objective) { return objective.id === id; })[0];
      var choice = document.createElement("option");
      choice.value = id;
      choice.textContent = id ? id + (found ? " – " + found.text : "") : words.none;
      select.appendChild(choice);
    });
    select.value = item.objective || "";
  }
  function open(item) {
    var row = rowOf(item);
    if (!one("form", row)) { row.appendChild(tools.made("form")); }
    row.setAttribute("data-open", "");
    tools.kinds.open(row, item);
    objectives(row, item);
    one('do="edit"', row).setAttribute("aria-expanded", "true");
    head(items().indexOf(item));
    tools.told.mark(row, item);
  }
  function shut(row) {
    row.removeChild(one("form", row));
    row.removeAttribute("data-open");
    one('do="edit"', row).setAttribute("aria-expanded", "false");
  }
  function show() {
    box.textContent = "";
    items().forEach(function () { box.appendChild(row()); });
    heads(0, items().length);
    tools.find.changed();
  }
  function refresh(item) {  // what it holds was changed from outside its form
    var row = rowOf(item);
    tools.find.forget(item);
    if (!row) { return; }
    if (one("form", row)) { open(item); } else { head(items().indexOf(item)); }
    tools.kinds.showHave();
  }
  function insert(item, place) {
    items().splice(place, 0, item);
    box.insertBefore(row(), at(place) || null);
    heads(place - 1, items().length);
    tools.kinds.showHave();
  }
  function remove(item) {
    var place = items().indexOf(item);
    items().splice(place, 1);
    box.removeChild(at(place));
    heads(place - 1, items().length);
    tools.kinds.showHave();
    return place;
  }
  function move(item, to) {
    var from = items().indexOf(item), row = at(from), before = to > from ? at(to + 1) : at(to);
    items().splice(to, 0, items().splice(from, 1)[0]);
    box.insertBefore(row, before || null);
    heads(Math.min(from, to) - 1, Math.max(from, to) + 1);
  }

  function say(text) { one("said").textContent = text; }
  function added(item, place, said) {
    insert(item, place);
    tools.undo.step(fill(said, {n: place + 1}), function () { remove(item); });
    open(item);
    one('item="stem"', at(place)).focus();
  }
  function moved(item, to) {
    var from = items().indexOf(item), told = fill(words.moved, {from: from + 1, n: to + 1, all: items().length});
    if (to < 0 || to >= items().length || to === from) { return; }
    move(item, to);
    tools.undo.step(told, function () { move(item, from); });
    say(told);
  }
  function by(place, step) {
    var item = items()[place], name = step < 0 ? "up" : "down", button;
    moved(item, place + step);
    button = one('do="' + name + '"', rowOf(item));
    (button.hidden ? one('do="' + (step < 0 ? "down" : "up") + '"', rowOf(item)) : button).focus();
  }
  function wholly(said) {  // before many questions change at once: a step that puts the bank and the settings back
    var now = tools.quiz(), bank = {}, settings = tools.copy(now.settings), loaded = now.loaded;
    ["items", "objectives", "cases", "blueprint"].forEach(function (name) { bank[name] = (now.bank[name] || []).slice(); });
    return tools.undo.step(said, function () {
      tools.quiz().settings = settings;
      Object.keys(bank).forEach(function (name) { tools.quiz().bank[name] = bank[name]; });
      tools.quiz().loaded = loaded;
      tools.showAll();
    });
  }

  var actions = {
    "add": function () { added(tools.kinds.blank(), items().length, words.added); },
    "next": function (place) {
      shut(at(place));
      added(tools.kinds.blank(items()[place]), place + 1, words.added);
    },
    "edit": function (place) { if (one("form", at(place))) { shut(at(place)); } else { open(items()[place]); } },
    "up": function (place) { by(place, -1); },
    "down": function (place) { by(place, 1); },
    "copy": function (place) {
      var item = tools.copy(items()[place]);
      item.id = tools.newId();
      added(item, place + 1, words.copied);
    },
    "retire": function (place) {
      var item = items()[place], before = item.status, again = before === "retired";
      item.status = again ? "live" : "retired";
      tools.undo.step(fill(again ? words.asked_again : words.retired_now, {n: place + 1}), function () {
        item.status = before;
        refresh(item);
      });
      refresh(item);
      say(fill(again ? words.asked_again : words.retired_now, {n: place + 1}));
      one('do="retire"', at(place)).focus();
    },
    "delete": function (place) {
      var item = items()[place], told = fill(words.deleted, {n: place + 1});
      remove(item);
      tools.undo.step(told, function () {
        insert(item, Math.min(place, items().length));
        tools.goTo(items().indexOf(item));
      });
      say(told);
      one('do="undo"').focus();
    }
  };
  return {at: at, rowOf: rowOf, first: first, head: head, heads: heads, open: open, show: show, refresh: refresh,
    moved: moved, wholly: wholly, actions: actions};
}
