/* Two authors: what each changed since the second one opened the quiz, and both put together. Nothing of either is lost. */
function WinsQuizBoth(tools) {
  "use strict";
  var one = tools.one, words = tools.words, base = null, theirs = null, LISTS = ["objectives", "cases"];

  function sorted(value) {
    if (!value || typeof value !== "object" || Array.isArray(value)) { return Array.isArray(value) ? value.map(sorted) : value; }
    return Object.keys(value).sort().reduce(function (found, name) { found[name] = sorted(value[name]); return found; }, {});
  }
  function print(value) { return value === undefined ? "" : JSON.stringify(sorted(value)); }
  function by(rows) {
    return (rows || []).reduce(function (found, row) { found[row.id] = row; return found; }, {});
  }
  function kept(quiz) { base = tools.copy({settings: quiz.settings, bank: quiz.bank}); }
  function mine() { return {settings: tools.quiz().settings, bank: tools.kinds.sent()}; }
  function around(quiz) { return print([quiz.settings, quiz.bank.objectives || [], quiz.bank.cases || [], quiz.bank.blueprint || []]); }

  function whose(was, own, other) {  // who changed it: "", "mine", "theirs" or "both"
    if (print(own) === print(other)) { return ""; }
    return print(was) === print(own) ? "theirs" : print(was) === print(other) ? "mine" : "both";
  }
  function differences() {
    var was = by(base.bank.items), own = by(mine().bank.items), other = by(theirs.bank.items), told = [];
    var ids = Object.keys(Object.assign({}, other, own, was));
    ids.forEach(function (id) {
      var who = whose(was[id], own[id], other[id]), side = who === "mine" ? own[id] : other[id], what;
      if (!who) { return; }
      what = who === "both" ? "changed" : !was[id] ? "new" : side ? "changed" : "gone";
      told.push(tools.fill(words[who + "_" + what], {stem: tools.list.first(own[id] || other[id] || was[id])}));
    });
    if (around(theirs) !== around(base)) { told.push(words.theirs_settings); }
    if (around(mine()) !== around(base)) { told.push(words.mine_settings); }
    return told;
  }
  function show(conflict) {
    var list = one("differences");
    theirs = conflict;
    one("theirs").value = conflict.yaml;
    list.textContent = "";
    differences().forEach(function (text) { list.appendChild(document.createElement("li")).textContent = text; });
    one("conflict").hidden = false;
    one("conflict").focus();
  }
  function hide() {
    theirs = null;
    one("conflict").hidden = true;
  }

  function rows(was, own, other) {  // of a list with ids: mine where I changed it, else theirs
    var before = by(was), left = by(own), found = [];
    (other || []).forEach(function (row) {
      var who = whose(before[row.id], left[row.id], row);
      if (who === "mine" || who === "both") { if (left[row.id]) { found.push(left[row.id]); } } else { found.push(row); }
    });
    (own || []).forEach(function (row) { if (!by(other)[row.id] && print(before[row.id]) !== print(row)) { found.push(row); } });
    return found;
  }
  function questions() {
    var was = by(base.bank.items), own = mine().bank.items, left = by(own), other = by(theirs.bank.items), found = [], twice = 0;
    theirs.bank.items.forEach(function (item) {
      var mineToo = left[item.id], who = whose(was[item.id], mineToo, item);
      if (who !== "mine") { found.push(item); } else if (mineToo) { found.push(mineToo); }
      if (who === "both" && mineToo) {
        twice += 1;
        found.push(Object.assign({}, mineToo, {id: tools.newId()}));
      }
    });
    own.forEach(function (item, place) {  // after the question that I wrote it after
      var before = place && own[place - 1].id, at = found.map(function (row) { return row.id; }).indexOf(before);
      if (!other[item.id] && print(was[item.id]) !== print(item)) { found.splice(at < 0 ? found.length : at + 1, 0, item); }
    });
    return {items: found, twice: twice};
  }
  function settings() {
    var own = mine().settings, found = Object.assign({}, theirs.settings);
    Object.keys(found).forEach(function (name) { if (print(own[name]) !== print(base.settings[name])) { found[name] = own[name]; } });
    return found;
  }
  function together() {
    var put = questions(), now = tools.quiz(), own = mine(), list = tools.list;
    list.wholly(words.read_in);
    now.settings = settings();
    LISTS.forEach(function (name) { now.bank[name] = rows(base.bank[name], own.bank[name], theirs.bank[name]); });
    if (whose(base.bank.blueprint, own.bank.blueprint, theirs.bank.blueprint) === "theirs") { now.bank.blueprint = theirs.bank.blueprint; }
    now.bank.items = tools.copy(put.items);
    now.loaded = theirs.loaded;
    kept(theirs);
    hide();
    tools.showAll();
    one("said").textContent = tools.fill(words.together, {n: put.twice});
    one('do="save"').focus();
  }
  return {
    kept: kept, show: show, hide: hide,
    actions: {
      "together": function () { if (theirs) { together(); } },
      "keep-mine": function () { if (theirs) { tools.save(theirs.loaded); } },
      "use-theirs": function () {
        if (!theirs) { return; }
        tools.during(function () {
          return tools.yamlOut().then(function () {
            var now = tools.quiz();
            tools.list.wholly(words.read_in);
            Object.assign(now, tools.copy({settings: theirs.settings, bank: theirs.bank, loaded: theirs.loaded}));
            kept(theirs);
            hide();
            tools.showAll();
          });
        });
      }
    }
  };
}
