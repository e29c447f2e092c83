/* Search in the list: rows that do not fit are hidden, and nothing else. The order, and what is saved, stay whole. */
function WinsQuizFind(tools) {
  "use strict";
  var one = tools.one, all = tools.all, words = tools.words, said = null, found = new WeakMap();
  var AFTER = 300;  // ms after the last key: a count is spoken once

  function items() { return tools.quiz().bank.items; }
  function bare(text) { return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(); }
  function texts(item) {
    var own = [item.id, item.stem, item.rationale, item.category, item.reference, item.objective, item["case"]];
    (item.options || []).forEach(function (option) { own.push(option.text); });
    (item.pairs || []).forEach(function (pair) { own.push(pair.left, pair.right); });
    if (item.answer && item.answer.value !== undefined) { own.push(item.answer.value, item.answer.unit); }
    return own.filter(Boolean).join("\n");
  }
  function written(item) {
    if (!found.has(item)) { found.set(item, bare(texts(item))); }
    return found.get(item);
  }
  function wanted() {
    var own = {};
    all("find").forEach(function (field) { own[field.dataset.find] = field.type === "checkbox" ? field.checked : field.value; });
    own.text = bare(own.text || "").split(/\s+/).filter(Boolean);
    return own;
  }
  function fits(item, own) {
    return (!own.kind || item.kind === own.kind) && (!own.status || (item.status || "live") === own.status) &&
      (!own.category || (item.category || "").trim() === own.category) && (!own.problem || tools.told.of(item).length > 0) &&
      own.text.every(function (word) { return written(item).indexOf(word) >= 0; });
  }
  function isEmpty(own) { return !own.text.length && !own.kind && !own.status && !own.category && !own.problem; }
  function tell(text) {
    clearTimeout(said);
    said = setTimeout(function () { one("hits").textContent = text; }, AFTER);
  }
  function apply() {
    var own = wanted(), none = isEmpty(own), hits = 0;
    items().forEach(function (item, place) {
      var row = tools.list.at(place), fit = none || fits(item, own);
      hits += fit ? 1 : 0;
      if (row.hidden === fit) { row.hidden = !fit; }
    });
    one('do="find-all"').hidden = none;
    tell(none ? "" : hits ? tools.fill(words.hits, {n: hits, all: items().length}) : words.no_hits);
  }
  function clear() {
    all("find").forEach(function (field) {
      if (field.type === "checkbox") { field.checked = false; } else { field.value = ""; }
    });
    apply();
  }
  function categories() {
    var select = one('find="category"'), now = select.value, known = {};
    items().forEach(function (item) { if ((item.category || "").trim()) { known[item.category.trim()] = true; } });
    while (select.children.length > 1) { select.removeChild(select.lastElementChild); }
    Object.keys(known).sort().forEach(function (name) {
      var choice = document.createElement("option");
      choice.value = choice.textContent = name;
      select.appendChild(choice);
    });
    select.value = known[now] ? now : "";
    select.closest("label").hidden = select.children.length < 2;
  }
  return {
    apply: apply,
    categories: categories,
    forget: function (item) { found["delete"](item); },
    changed: function () {  // a new list: all of it is seen
      categories();
      if (items().length > 15) { one("finding").open = true; }
      clear();
    },
    show: function (row) { if (row.hidden) { clear(); } },
    open: function () {
      one("finding").open = true;
      one('find="text"').focus();
    },
    actions: {
      "find-all": function () {
        clear();
        one('find="text"').focus();
      }
    }
  };
}
