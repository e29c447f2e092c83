/* The author's editor in Studio and in the host. What is written lives in `quiz` and is sent as a whole when saved. */
function WinsQuizEditor(runtime, element, args) {
  "use strict";
  var root = (element.jquery ? element[0] : element).querySelector("[data-editor]");
  if (!root || !args || !args.quiz) { return; }
  var quiz = args.quiz, words = args.words, deleted = null, busy = false, conflict = null;

  function one(name, within) { return (within || root).querySelector("[data-" + name + "]"); }
  function all(name, within) { return Array.prototype.slice.call((within || root).querySelectorAll("[data-" + name + "]")); }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? values[name] : whole; });
  }
  function copy(value) { return JSON.parse(JSON.stringify(value)); }
  function made(name) { return root.querySelector('[data-template="' + name + '"]').content.firstElementChild.cloneNode(true); }
  function say(place, text) { place.hidden = !text; place.textContent = text || ""; }
  function notify(name, data) { if (runtime && runtime.notify) { runtime.notify(name, data); } }
  function newId() {  // made once, never changed: statistics and tries hang on it
    var bytes = new Uint8Array(8);
    window.crypto.getRandomValues(bytes);
    return "q-" + Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }
  var kinds = WinsQuizKinds({
    one: one, all: all, made: made, placeOf: placeOf, words: words, newId: newId, fill: fill, quiz: function () { return quiz; }
  });

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
        if (!response.ok) { throw {error: answer.error || words.failed, theirs: answer.theirs}; }
        return answer;
      });
    });
  }
  function during(work) {  // one request at a time: pressing twice is safe
    if (busy) { return; }
    busy = true;
    var over = function () { busy = false; };
    work().then(over, function (error) { over(); throw error; }).catch(function (error) { say(one("problem"), error.error || words.failed); });
  }

  function title(item, place) {
    var status = item.status && item.status !== "live" ? " (" + words[item.status] + ")" : "";
    return fill(words.question, {n: place + 1}) + status + ": " + (item.stem.trim().split("\n")[0].slice(0, 120) || words.empty);
  }
  function showObjectiveChoice(row, item) {
    var select = one('item="objective"', row), known = [""];
    select.textContent = "";
    quiz.bank.objectives.forEach(function (objective) { known.push(objective.id); });
    if (known.indexOf(item.objective) < 0) { known.push(item.objective); }
    known.forEach(function (id) {
      var found = quiz.bank.objectives.filter(function (objective) { return objective.id === id; })[0];
      var choice = document.createElement("option");
      choice.value = id;
      choice.textContent = id ? id + (found ? " – " + found.text : "") : words.none;
      select.appendChild(choice);
    });
    select.value = item.objective || "";
  }
  function openForm(row, item) {
    kinds.open(row, item);
    showObjectiveChoice(row, item);
    one("form", row).hidden = false;
    one('do="edit"', row).setAttribute("aria-expanded", "true");
  }
  function showQuestions(opened) {
    var list = one("questions");
    list.textContent = "";
    quiz.bank.items.forEach(function (item, place) {
      var row = made("question");
      one("title", row).textContent = title(item, place);
      one('do="up"', row).hidden = place === 0;
      one('do="down"', row).hidden = place === quiz.bank.items.length - 1;
      list.appendChild(row);
      if (item === opened) { openForm(row, item); }
    });
    one("count").textContent = fill(words.count, {n: quiz.bank.items.length});
    one('do="undo"').hidden = !deleted;
  }
  function showObjectives() {
    var list = one("objectives");
    list.textContent = "";
    quiz.bank.objectives.forEach(function (objective) {
      var row = made("objective");
      one('objective="id"', row).value = objective.id;
      one('objective="text"', row).value = objective.text;
      list.appendChild(row);
    });
  }
  function showProblems(problems) {
    var box = one("problems"), list = box.querySelector("ul");
    list.textContent = "";
    (problems || []).forEach(function (text) { list.appendChild(document.createElement("li")).textContent = text; });
    box.hidden = !(problems || []).length;
  }
  function showPurpose() {
    all("for").forEach(function (part) { part.hidden = part.dataset["for"].split(" ").indexOf(quiz.settings.purpose) < 0; });
  }
  function showAll() {
    all("set").forEach(function (field) {
      var value = quiz.settings[field.dataset.set];
      if (field.type === "checkbox") { field.checked = value; } else { field.value = value === null ? "" : value; }
    });
    showPurpose();
    showObjectives();
    showQuestions();
    kinds.showShared();
  }

  function placeOf(target, name) {
    var row = target.closest(name === "questions" ? ".wins-quiz-editor__question" : "li");
    return row ? Array.prototype.indexOf.call(row.parentNode.children, row) : -1;
  }
  function move(place, by) {
    var items = quiz.bank.items, to = place + by;
    if (to < 0 || to >= items.length) { return; }
    items.splice(to, 0, items.splice(place, 1)[0]);
    showQuestions();
    var row = one("questions").children[to], button = one('do="' + (by < 0 ? "up" : "down") + '"', row);
    (button.hidden ? one('do="' + (by < 0 ? "down" : "up") + '"', row) : button).focus();
  }
  function insert(item, place) {
    quiz.bank.items.splice(place, 0, item);
    showQuestions(item);
    one('item="stem"', one("questions").children[place]).focus();
  }
  function showBank() {
    deleted = null;
    kinds.showShared();
    showObjectives();
    showQuestions();
  }
  function goTo(place) {
    var row = one("questions").children[place];
    if (row) { one('do="edit"', row).focus(); }
  }
  var exchange = WinsQuizExchange({
    one: one, made: made, words: words, fill: fill, newId: newId, post: post, during: during, showBank: showBank, goTo: goTo,
    sent: kinds.sent, quiz: function () { return quiz; }
  });

  function save(loaded) {
    during(function () {
      say(one("problem"), "");
      one("saved").textContent = "";
      notify("save", {state: "start"});
      return post("save_quiz", {settings: quiz.settings, bank: kinds.sent(), loaded: loaded}).then(function (answer) {
        quiz.loaded = answer.loaded;
        quiz.bank.bank_id = answer.bank.bank_id;
        conflict = null;
        one("conflict").hidden = true;
        showProblems(answer.problems);
        one("saved").textContent = words.saved;
        notify("save", {state: "end"});
      }, function (error) {
        notify("error", {title: words.refused, message: error.error});
        if (!error.theirs) { throw error; }
        conflict = error.theirs;
        one("theirs").value = conflict.yaml;
        one("conflict").hidden = false;
        one("conflict").focus();
      });
    });
  }
  function yamlProblem(text) { say(one("yaml-problem"), text); }
  function yamlOut() {
    return post("write_yaml", {bank: kinds.sent()}).then(function (answer) { one("yaml").value = answer.text; yamlProblem(""); },
      function (error) { yamlProblem(error.error); });
  }
  function yamlIn(replace) {
    during(function () {
      return post("read_yaml", {text: one("yaml").value, objectives: quiz.bank.objectives, cases: kinds.sent().cases || []}).then(function (answer) {
        var kept = replace ? [] : quiz.bank.items, used = kept.map(function (item) { return item.id; });
        answer.items.forEach(function (item) { if (used.indexOf(item.id) >= 0) { item.id = newId(); } });
        quiz.bank.items = kept.concat(answer.items);
        quiz.bank.objectives = answer.objectives;
        quiz.bank.cases = answer.cases;
        if (answer.blueprint.length) { quiz.bank.blueprint = answer.blueprint; }
        showBank();
        yamlProblem(answer.problems.join("\n"));
        var added = answer["new"].length ? " " + fill(words.new_objectives, {names: answer["new"].join(", ")}) : "";
        one("said").textContent = answer.said + added;
      }, function (error) { yamlProblem(error.error); });
    });
  }

  var actions = {
    "add": function () { insert(kinds.blank(), quiz.bank.items.length); },
    "edit": function (place, target) {
      var row = target.closest("li"), form = one("form", row);
      if (form.hidden) { openForm(row, quiz.bank.items[place]); return; }
      form.hidden = true;
      target.setAttribute("aria-expanded", "false");
    },
    "up": function (place) { move(place, -1); },
    "down": function (place) { move(place, 1); },
    "copy": function (place) {
      var item = copy(quiz.bank.items[place]);
      item.id = newId();
      insert(item, place + 1);
    },
    "delete": function (place) {
      deleted = {item: quiz.bank.items.splice(place, 1)[0], place: place};
      showQuestions();
      one("said").textContent = fill(words.deleted, {n: place + 1});
      one('do="undo"').focus();
    },
    "undo": function () {
      if (!deleted) { return; }
      var back = deleted;
      deleted = null;
      one("said").textContent = "";
      insert(back.item, Math.min(back.place, quiz.bank.items.length));
    },
    "add-objective": function () {
      quiz.bank.objectives.push({id: "", text: ""});
      showObjectives();
      one('objective="id"', one("objectives").lastElementChild).focus();
    },
    "delete-objective": function (place, target) {
      quiz.bank.objectives.splice(placeOf(target, "objectives"), 1);
      showObjectives();
      one('do="add-objective"').focus();
    },
    "go-exchange": function () { one("paste").focus(); },
    "go-yaml": function () { one("yaml").focus(); },
    "yaml-out": function () { during(yamlOut); },
    "yaml-add": function () { yamlIn(false); },
    "yaml-replace": function () { yamlIn(true); },
    "keep-mine": function () { if (conflict) { save(conflict.loaded); } },
    "use-theirs": function () {
      if (!conflict) { return; }
      during(function () {
        return yamlOut().then(function () {
          quiz = {settings: conflict.settings, bank: conflict.bank, loaded: conflict.loaded};
          conflict = null;
          one("conflict").hidden = true;
          showAll();
        });
      });
    },
    "save": function () { save(quiz.loaded); },
    "cancel": function () {
      if (runtime && runtime.notify) { notify("cancel", {}); } else { window.location.reload(); }
    }
  };

  root.addEventListener("click", function (event) {
    var button = event.target.closest("[data-do]");
    if (!button) { return; }
    event.preventDefault();
    var name = button.dataset["do"];
    (actions[name] || kinds.actions[name] || exchange.actions[name])(placeOf(button, "questions"), button);
  });
  function changed(event) {
    var field = event.target, name = field.dataset, item = quiz.bank.items[placeOf(field, "questions")];
    if (name.set) {
      quiz.settings[name.set] = field.type === "checkbox" ? field.checked : field.type !== "number" ? field.value
        : field.value === "" ? null : Number(field.value);
      if (name.set === "purpose") { showPurpose(); }
      if (name.set === "draw_by") { kinds.showDrawn(); }
    } else if (name.objective) {
      quiz.bank.objectives[placeOf(field, "objectives")][name.objective] = field.value;
    } else if (!kinds.changed(field, item) && item) {
      one("title", field.closest(".wins-quiz-editor__question")).textContent = title(item, placeOf(field, "questions"));
    }
  }
  root.addEventListener("input", changed);
  root.addEventListener("change", changed);
  showProblems(args.problems);
  showAll();
}
