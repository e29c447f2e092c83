/* Forms of the question editor by kind, its cases and its blueprint. `tools` is what the editor shares. */
function WinsQuizKinds(tools) {
  "use strict";
  var one = tools.one, all = tools.all, made = tools.made, placeOf = tools.placeOf, words = tools.words;
  var FIELDS = {single: ["options"], multiple: ["options", "credit"], truefalse: ["answer"], matching: ["pairs", "credit"], numeric: ["answer"]};
  var COMMON = ["id", "kind", "objective", "stem", "rationale", "points", "category", "difficulty", "bloom", "reference", "status", "use", "case"];
  var ALWAYS = ["id", "kind", "objective", "stem", "rationale"];  // empty, too
  var MOST = 10;

  function bank() { return tools.quiz().bank; }
  function cases() { return bank().cases || (bank().cases = []); }
  function blueprint() { return bank().blueprint || (bank().blueprint = []); }
  function freeId(rows) {  // never changed once made: tries hang on it
    var used = rows.map(function (row) { return row.id; });
    for (var code = 97; code < 123; code += 1) {
      if (used.indexOf(String.fromCharCode(code)) < 0) { return String.fromCharCode(code); }
    }
    return tools.newId();
  }
  function option(id) { return {id: id, text: "", correct: false}; }
  function pair(id) { return {id: id, left: "", right: ""}; }
  function blank(like) {  // with what most often stays the same from one question to the next
    var item = {id: tools.newId(), kind: like ? like.kind : "single", objective: like ? like.objective || "" : "", stem: "", rationale: ""};
    ["category", "difficulty", "case", "use"].forEach(function (name) { if (like && like[name]) { item[name] = like[name]; } });
    ready(item);
    if (like && like.credit) { item.credit = like.credit; }
    return item;
  }
  function ready(item) {  // what its kind needs; what another kind left stays until the page is closed
    if (/single|multiple/.test(item.kind) && !(item.options || []).length) { item.options = ["a", "b", "c", "d"].map(option); }
    if (item.kind === "matching") { item.pairs = item.pairs || ["a", "b", "c"].map(pair); }
    if (item.kind === "numeric" && (!item.answer || typeof item.answer !== "object")) { item.answer = {value: ""}; }
  }
  function clean(item) {  // as it is stored: nothing of another kind, nothing that is not said
    var found = {};
    COMMON.concat(FIELDS[item.kind] || []).forEach(function (name) {
      var value = item[name], said = value !== undefined && value !== null && value !== "";
      if (said || (ALWAYS.indexOf(name) >= 0 && value !== undefined)) { found[name] = value; }
    });
    if (item.kind === "truefalse" && typeof item.answer !== "boolean") { delete found.answer; }
    if (found.options) { found.options = found.options.filter(function (row) { return row.correct || row.text.trim(); }); }
    if (found.pairs) { found.pairs = found.pairs.filter(function (row) { return row.left.trim() || row.right.trim(); }); }
    return found;
  }
  function sent() {
    var now = bank(), found = {bank_id: now.bank_id, objectives: now.objectives, items: now.items.map(clean)};
    if ((now.cases || []).length) { found.cases = now.cases; }
    if ((now.blueprint || []).length) { found.blueprint = now.blueprint; }
    return found;
  }

  function list(place, rows, template, part, within) {
    var box = one(place, within);
    box.textContent = "";
    rows.forEach(function (row) {
      var line = made(template);
      all(part, line).forEach(function (field) {
        var value = row[field.dataset[part]];
        if (field.type === "checkbox") { field.checked = !!value; } else { field.value = value === undefined ? "" : value; }
      });
      box.appendChild(line);
    });
  }
  function show(row, item) {
    ready(item);
    all("kinds", row).forEach(function (part) { part.hidden = part.dataset.kinds.split(" ").indexOf(item.kind) < 0; });
    list("options", item.options || [], "option", "option", row);
    list("pairs", item.pairs || [], "pair", "pair", row);
    one("truth", row).value = typeof item.answer === "boolean" ? String(item.answer) : "";
    if (item.kind === "numeric") {
      all("number", row).forEach(function (field) { field.value = item.answer[field.dataset.number] || ""; });
      list("units", item.answer.units || [], "unit", "other", row);
    }
    one('do="add-option"', row).hidden = (item.options || []).length >= MOST;
    one('do="add-pair"', row).hidden = (item.pairs || []).length >= MOST;
  }
  function showCaseChoice(row, item) {
    var select = one('item="case"', row), known = [""].concat(cases().map(function (row) { return row.id; }));
    select.textContent = "";
    if (item["case"] && known.indexOf(item["case"]) < 0) { known.push(item["case"]); }
    known.forEach(function (id) {
      var found = cases().filter(function (row) { return row.id === id; })[0], choice = document.createElement("option");
      choice.value = id;
      choice.textContent = id ? (found && found.stem.trim().split("\n")[0].slice(0, 80)) || id : words.no_case;
      select.appendChild(choice);
    });
    select.value = item["case"] || "";
    select.closest(".wins-field").hidden = known.length < 2;
  }
  function open(row, item) {
    ["stem", "kind", "rationale", "credit", "category", "difficulty", "bloom", "reference", "use"].forEach(function (name) {
      one('item="' + name + '"', row).value = item[name] || "";
    });
    one('item="credit"', row).value = item.credit || "all";
    one('item="points"', row).value = item.points || 1;
    one('item="status"', row).value = item.status || "live";
    showCaseChoice(row, item);
    show(row, item);
  }

  function fits(quota, item) {
    return (item.status || "live") === "live" && (!quota.category || quota.category.trim() === (item.category || "").trim()) &&
      (!quota.difficulty || quota.difficulty === item.difficulty);
  }
  function showHave() {
    Array.prototype.slice.call(one("blueprint").children).forEach(function (line, place) {
      var have = bank().items.filter(function (item) { return fits(blueprint()[place], item); }).length;
      one("have", line).textContent = tools.fill(words.have, {n: have});
    });
  }
  function showShared() {
    list("cases", cases(), "case", "case");
    list("blueprint", blueprint(), "quota", "quota");
    showHave();
    showDrawn();
  }
  function showDrawn() {
    var byBlueprint = tools.quiz().settings.draw_by === "blueprint";
    all("drawn").forEach(function (part) { part.hidden = (part.dataset.drawn === "blueprint") !== byBlueprint; });
    showHave();
  }

  function rowOf(target) { return target.closest(".wins-quiz-editor__question"); }
  function added(place, rows, row, within, redraw, part) {
    rows.push(row);
    redraw();
    one(part, one(place, within).lastElementChild).focus();
  }
  function removed(rows, target, place, redraw, button) {
    rows.splice(placeOf(target, place), 1);
    redraw();
    button().focus();
  }
  function inItem(name, action) {  // an action on a list of the question at `place`
    return function (place, target) {
      var item = bank().items[place], row = rowOf(target);
      action(item, row, target, function () { show(row, item); }, function () { return one('do="add-' + name + '"', row); });
    };
  }
  var actions = {
    "add-option": inItem("option", function (item, row, _target, redraw) {
      if (item.options.length < MOST) { added("options", item.options, option(freeId(item.options)), row, redraw, 'option="text"'); }
    }),
    "delete-option": inItem("option", function (item, _row, target, redraw, button) { removed(item.options, target, "options", redraw, button); }),
    "add-pair": inItem("pair", function (item, row, _target, redraw) {
      if (item.pairs.length < MOST) { added("pairs", item.pairs, pair(freeId(item.pairs)), row, redraw, 'pair="left"'); }
    }),
    "delete-pair": inItem("pair", function (item, _row, target, redraw, button) { removed(item.pairs, target, "pairs", redraw, button); }),
    "add-unit": inItem("unit", function (item, row, _target, redraw) {
      item.answer.units = item.answer.units || [];
      added("units", item.answer.units, {name: "", factor: ""}, row, redraw, 'other="name"');
    }),
    "delete-unit": inItem("unit", function (item, _row, target, redraw, button) { removed(item.answer.units, target, "units", redraw, button); }),
    "add-case": function () {
      added("cases", cases(), {id: tools.newId(), stem: ""}, null, showShared, 'case="stem"');
    },
    "delete-case": function (_place, target) {
      removed(cases(), target, "cases", showShared, function () { return one('do="add-case"'); });
    },
    "add-quota": function () {
      added("blueprint", blueprint(), {category: "", difficulty: "", count: 1}, null, showShared, 'quota="category"');
    },
    "delete-quota": function (_place, target) {
      removed(blueprint(), target, "blueprint", showShared, function () { return one('do="add-quota"'); });
    }
  };

  function written(field) {
    if (field.type === "checkbox") { return field.checked; }
    return field.type === "number" && field.value !== "" ? Number(field.value) : field.value;
  }
  function changed(field, item) {
    var name = field.dataset;
    if (name["case"]) {
      cases()[placeOf(field, "cases")].stem = field.value;
    } else if (name.quota) {
      blueprint()[placeOf(field, "blueprint")][name.quota] = written(field);
      showHave();
    } else if (!item) {
      return;
    } else if (name.option) {
      item.options[placeOf(field, "options")][name.option] = written(field);
    } else if (name.pair) {
      item.pairs[placeOf(field, "pairs")][name.pair] = field.value;
    } else if ("truth" in name) {
      item.answer = field.value === "" ? null : field.value === "true";
    } else if (name.number) {
      item.answer[name.number] = field.value;
    } else if (name.other) {
      item.answer.units[placeOf(field, "units")][name.other] = field.value;
    } else if (name.item) {
      item[name.item] = written(field);
      if (name.item === "kind") { turned(field, item); }
      if (/category|difficulty|status/.test(name.item)) { showHave(); }
    }
  }
  function turned(field, item) {  // a question that becomes one of several right answers pays for part of them
    if (/multiple|matching/.test(item.kind) && !item.credit) { item.credit = "part"; }
    one('item="credit"', rowOf(field)).value = item.credit || "all";
    show(rowOf(field), item);
  }

  function next(field) {  // from answer to answer
    var row = field.closest("li"), rows = row.parentNode.children, after = rows[Array.prototype.indexOf.call(rows, row) + 1];
    (after ? one('option="text"', after) : one('do="add-option"', rowOf(field))).focus();
  }

  return {blank: blank, open: open, sent: sent, actions: actions, changed: changed, next: next, showShared: showShared,
    showHave: showHave, showDrawn: showDrawn};
}
