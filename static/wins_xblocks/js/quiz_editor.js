/* The author's editor in Studio and in the host. What is written lives in `quiz` and is sent as a whole when saved. */
function WinsQuizEditor(runtime, element, args) {
  "use strict";
  var root = (element.jquery ? element[0] : element).querySelector("[data-editor]");
  if (!root || !args || !args.quiz) { return; }
  var quiz = args.quiz, words = args.words, busy = "", waiting = null, templates = {};

  function one(name, within) { return (within || root).querySelector("[data-" + name + "]"); }
  function all(name, within) { return Array.prototype.slice.call((within || root).querySelectorAll("[data-" + name + "]")); }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? values[name] : whole; });
  }
  function copy(value) { return JSON.parse(JSON.stringify(value)); }
  function made(name) { return templates[name].cloneNode(true); }
  function say(place, text) { place.hidden = !text; place.textContent = text || ""; }
  function notify(name, data) { if (runtime && runtime.notify) { runtime.notify(name, data); } }
  function newId() {  // made once, never changed: statistics and tries hang on it
    var bytes = new Uint8Array(8);
    window.crypto.getRandomValues(bytes);
    return "q-" + Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }
  function cookie() {
    var found = document.cookie.match("(?:^|; )" + (args.csrfCookie || "csrftoken") + "=([^;]*)");
    return found ? decodeURIComponent(found[1]) : "";
  }
  function post(name, data) {
    return fetch(args.urls[name], {
      method: "POST", credentials: "same-origin", body: JSON.stringify(data),
      headers: {"Content-Type": "application/json", "X-CSRFToken": cookie()}
    }).then(function (response) {
      return response.json().catch(function () { throw {error: words.failed}; }).then(function (answer) {
        if (!response.ok) { throw {error: answer.error || words.failed, theirs: answer.theirs, problems: answer.problems}; }
        return answer;
      });
    });
  }
  function during(work, saves) {  // one request at a time: pressing twice is safe. Save waits for another that is under way
    if (busy) {
      if (saves && busy !== "save") { waiting = work; }
      return;
    }
    busy = saves ? "save" : "other";
    var over = function () {
      var next = waiting;
      busy = "";
      waiting = null;
      if (next) { during(next, true); }
    };
    work().then(over, function (error) { over(); throw error; }).catch(function (error) { say(one("problem"), error.error || words.failed); });
  }
  function placeOf(target, name) {
    var row = target.closest(name === "questions" ? ".wins-quiz-editor__question" : "li");
    return row ? Array.prototype.indexOf.call(row.parentNode.children, row) : -1;
  }
  function goTo(place) {
    var row = tools.list.at(place);
    if (!row) { return; }
    tools.find.show(row);
    one('do="edit"', row).focus();
  }

  function showObjectives() {
    var box = one("objectives");
    box.textContent = "";
    quiz.bank.objectives.forEach(function (objective) {
      var row = made("objective");
      one('objective="id"', row).value = objective.id;
      one('objective="text"', row).value = objective.text;
      box.appendChild(row);
    });
  }
  function showPurpose() {
    all("for").forEach(function (part) { part.hidden = part.dataset["for"].split(" ").indexOf(quiz.settings.purpose) < 0; });
  }
  function showSettings() {
    all("set").forEach(function (field) {
      var value = quiz.settings[field.dataset.set];
      if (field.type === "checkbox") { field.checked = value; } else { field.value = value === null ? "" : value; }
    });
    showPurpose();
    showObjectives();
    tools.kinds.showShared();
  }
  function showAll() {
    showSettings();
    tools.list.show();
  }

  all("template").forEach(function (part) { templates[part.dataset.template] = part.content.firstElementChild; });
  var tools = {
    one: one, all: all, fill: fill, copy: copy, made: made, say: say, newId: newId, post: post, during: during, words: words,
    placeOf: placeOf, goTo: goTo, showAll: showAll, showBank: showAll, save: save, yamlOut: yamlOut, quiz: function () { return quiz; },
    sent: function () { return tools.kinds.sent(); }
  };
  tools.undo = WinsQuizUndo(tools);
  tools.told = WinsQuizTold(tools);
  tools.kinds = WinsQuizKinds(tools);
  tools.statistics = WinsQuizStatistics(tools);
  tools.list = WinsQuizList(tools);
  tools.find = WinsQuizFind(tools);
  tools.both = WinsQuizBoth(tools);
  tools.exchange = WinsQuizExchange(tools);
  tools.preview = WinsQuizPreview(tools);

  function save(loaded) {
    during(function () {
      say(one("problem"), "");
      one("saved").textContent = "";
      notify("save", {state: "start"});
      return post("save_quiz", {settings: quiz.settings, bank: tools.kinds.sent(), loaded: loaded}).then(function (answer) {
        quiz.loaded = answer.loaded;
        quiz.bank.bank_id = answer.bank.bank_id;
        tools.undo.saved();
        tools.both.kept(answer);
        tools.both.hide();
        tools.told.show(answer.problems);
        one("saved").textContent = words.saved;
        notify("save", {state: "end"});
      }, function (error) {
        notify("error", {title: words.refused, message: error.error});
        if (error.problems) {
          tools.told.show(error.problems, words.mend);
          one("problems").focus();
        }
        if (!error.theirs) { throw error; }
        tools.both.show(error.theirs);
      });
    }, true);
  }
  function yamlProblem(text) { say(one("yaml-problem"), text); }
  function yamlOut() {
    return post("write_yaml", {bank: tools.kinds.sent()}).then(function (answer) { one("yaml").value = answer.text; yamlProblem(""); },
      function (error) { yamlProblem(error.error); });
  }
  function yamlIn(replace) {
    during(function () {
      return post("read_yaml", {text: one("yaml").value, objectives: quiz.bank.objectives, cases: tools.kinds.sent().cases || []}).then(function (answer) {
        var kept = replace ? [] : quiz.bank.items, used = kept.map(function (item) { return item.id; });
        tools.list.wholly(words.read_in);
        answer.items.forEach(function (item) { if (used.indexOf(item.id) >= 0) { item.id = newId(); } });
        quiz.bank.items = kept.concat(answer.items);
        quiz.bank.objectives = answer.objectives;
        quiz.bank.cases = answer.cases;
        if (answer.blueprint.length) { quiz.bank.blueprint = answer.blueprint; }
        showAll();
        yamlProblem(answer.problems.join("\n"));
        var added = answer["new"].length ? " " + fill(words.new_objectives, {names: answer["new"].join(", ")}) : "";
        one("said").textContent = answer.said + added;
      }, function (error) { yamlProblem(error.error); });
    });
  }
  function leave() {
    tools.undo.saved();
    if (runtime && runtime.notify) { notify("cancel", {}); } else { window.location.reload(); }
  }

  var actions = {
    "add-objective": function () {
      var used = quiz.bank.objectives.map(function (objective) { return objective.id; }), number = used.length + 1;
      while (used.indexOf("o" + number) >= 0) { number += 1; }
      quiz.bank.objectives.push({id: "o" + number, text: ""});
      showObjectives();
      one('objective="text"', one("objectives").lastElementChild).focus();
    },
    "delete-objective": function (_place, target) {
      quiz.bank.objectives.splice(placeOf(target, "objectives"), 1);
      showObjectives();
      one('do="add-objective"').focus();
    }
  };
  var plain = {  // leave no step behind, or make their own
    "undo": tools.undo.back,
    "go-exchange": function () { one("paste").focus(); },
    "go-yaml": function () { one("yaml").focus(); },
    "yaml-out": function () { during(yamlOut); },
    "yaml-add": function () { yamlIn(false); },
    "yaml-replace": function () { yamlIn(true); },
    "save": function () { save(quiz.loaded); },
    "cancel": function () {
      if (!tools.undo.dirty()) { leave(); return; }
      one("leave").hidden = false;
      one("leave").focus();
    },
    "stay": function () {
      one("leave").hidden = true;
      one('do="save"').focus();
    },
    "leave": leave
  };
  ["list", "find", "told", "both", "preview", "exchange", "statistics"].forEach(function (part) { Object.assign(plain, tools[part].actions); });
  Object.assign(actions, tools.kinds.actions);

  function around() { return JSON.stringify([quiz.settings, quiz.bank.objectives, quiz.bank.cases, quiz.bank.blueprint]); }
  /* What `work` changes of a question, or around all of them, can be taken back; `field` for one that is written in. */
  function noting(item, field, work) {
    var known = field && tools.undo.isWriting(field), before, step = field ? tools.undo.written.bind(null, field) : tools.undo.step;
    if (known) { work(); return; }
    before = item ? JSON.stringify(item) : around();
    work();
    if (before === (item ? JSON.stringify(item) : around())) { return; }
    if (!item) {
      step(words[field && field.dataset.set ? "settings_changed" : "lists_changed"], function () {
        var old = JSON.parse(before);
        quiz.settings = old[0];
        quiz.bank.objectives = old[1];
        quiz.bank.cases = old[2] || [];
        quiz.bank.blueprint = old[3] || [];
        showSettings();
      });
      return;
    }
    step(fill(words.changed, {n: quiz.bank.items.indexOf(item) + 1}), function () {
      Object.keys(item).forEach(function (name) { delete item[name]; });
      Object.assign(item, JSON.parse(before));
      tools.list.refresh(item);
    });
  }
  root.addEventListener("click", function (event) {
    var button = event.target.closest("[data-do]"), name = button && button.dataset["do"], place;
    if (!button) { return; }
    event.preventDefault();
    place = placeOf(button, "questions");
    if (plain[name]) { plain[name](place, button); return; }
    noting(quiz.bank.items[place], null, function () { actions[name](place, button); });
    if (place >= 0) { tools.find.forget(quiz.bank.items[place]); }
  });

  function inSettings(field) {
    var name = field.dataset.set;
    quiz.settings[name] = field.type === "checkbox" ? field.checked : field.type !== "number" ? field.value
      : field.value === "" ? null : Number(field.value);
    if (name === "purpose") { showPurpose(); }
    if (name === "draw_by") { tools.kinds.showDrawn(); }
  }
  function put(field, item) {
    if (field.dataset.set) {
      inSettings(field);
    } else if (field.dataset.objective) {
      quiz.bank.objectives[placeOf(field, "objectives")][field.dataset.objective] = field.value;
    } else {
      tools.kinds.changed(field, item);
    }
  }
  function changed(event) {
    var field = event.target, place, item;
    if (field.closest("[data-preview]")) { return; }
    if (field.dataset.find) { tools.find.apply(); return; }
    place = placeOf(field, "questions");
    item = quiz.bank.items[place];
    if ("place" in field.dataset) {
      if (event.type === "change") { tools.list.moved(item, Math.min(Math.max(Number(field.value) || 1, 1), quiz.bank.items.length) - 1); field.focus(); }
      return;
    }
    noting(item, field, function () { put(field, item); });
    tools.told.written(field);
    say(one("problem"), "");
    if (item) {
      tools.find.forget(item);
      tools.list.head(place);
      if (field.dataset.item === "category" && event.type === "change") { tools.find.categories(); }
    }
  }
  root.addEventListener("input", changed);
  root.addEventListener("change", changed);
  root.addEventListener("keydown", function (event) {
    var writes = /^(textarea|text|search|number)$/.test(event.target.type);
    if (one("preview").open) { return; }  // it keeps the rest away
    if (event.key === "F2") {
      event.preventDefault();
      tools.find.open();
    } else if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z" && !writes) {  // a text takes back its own letters
      event.preventDefault();
      tools.undo.back();
    } else if (event.key === "Enter" && event.target.dataset.option === "text") {
      event.preventDefault();
      tools.kinds.next(event.target);
    }
  });
  window.addEventListener("beforeunload", function (event) {
    if (root.isConnected === false || !tools.undo.dirty()) { return; }
    event.preventDefault();
    event.returnValue = "";  // older browsers ask only then
  });

  tools.both.kept(quiz);
  showAll();
  tools.told.show(args.problems);
  if (args.urls.question_statistics) { window.setTimeout(tools.statistics.load, 0); }  // once the questions stand there
}
