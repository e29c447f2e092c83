/* Questions out of tables and files into the editor, and out of the editor into files. `tools` is what the editor shares.
   Nothing is taken before its author has seen the report; what was taken can be undone. */
function WinsQuizExchange(tools) {
  "use strict";
  var one = tools.one, words = tools.words, MOST = 5000000;  // bytes of a file, as the server has it
  var report = null, step = null;

  function bank() { return tools.quiz().bank; }
  function problem(text) {
    var place = one("exchange-problem");
    place.hidden = !text;
    place.textContent = text || "";
  }
  function say(text, undo) {
    one("exchange-said").textContent = text;
    one('do="exchange-undo"').hidden = !undo;
  }
  function list(place, texts) {
    place.textContent = "";
    texts.forEach(function (text) { place.appendChild(document.createElement("li")).textContent = text; });
    place.hidden = !texts.length;
  }
  function closed() {
    report = null;
    one("report").hidden = true;
    one("report-lines").textContent = "";
  }

  function found(line) {
    var row = tools.made("found"), box = one("take", row), go = one("found-go", row);
    one("found-title", row).textContent = [line.place, line.means].join(" · ") + (line.stem ? ": " + line.stem : "");
    box.hidden = box.disabled = !line.item;
    box.checked = !!line.item;
    list(one("found-told", row), line.told);
    go.hidden = !line.stands;
    go.textContent = tools.fill(words.go, {n: line.stands});
    go.dataset.number = line.stands;
    return row;
  }
  function show(answer) {
    report = answer;
    problem("");
    say("");
    one("report-said").textContent = answer.said;
    list(one("report-told"), answer.told);
    var lines = one("report-lines");
    lines.textContent = "";
    answer.lines.forEach(function (line) { lines.appendChild(found(line)); });
    one('do="exchange-take"').hidden = !answer.lines.some(function (line) { return line.item; });
    one("report").hidden = false;
    one("report").focus();
  }
  function read(data) {
    tools.during(function () {
      closed();
      problem("");
      say(words.reading);
      data.bank = tools.sent();
      return tools.post("read_questions", data).then(show, function (error) {
        say("");
        problem(error.error);
      });
    });
  }

  function addMissing(item) {
    var now = bank();
    now.cases = now.cases || [];
    if (item.objective && !now.objectives.some(function (row) { return row.id === item.objective; })) {
      now.objectives.push({id: item.objective, text: item.objective});
    }
    report.cases.forEach(function (row) {
      if (row.id !== item["case"]) { return; }
      now.cases = now.cases.filter(function (own) { return own.id !== row.id; }).concat([row]);
    });
  }
  function put(line) {
    var item = line.item, items = bank().items, place = items.map(function (own) { return own.id; }).indexOf(item.id);
    if (place >= 0 && line.fate === "changed") { items[place] = item; return; }
    if (place >= 0) { item.id = tools.newId(); }  // written here in the meantime
    items.push(item);
  }
  function take() {
    var now = bank(), rows = Array.prototype.slice.call(one("report-lines").children);
    var taken = report.lines.filter(function (line, place) { return line.item && one("take", rows[place]).checked; });
    var before = tools.list.wholly(tools.fill(words.taken, {n: taken.length}));
    taken.forEach(function (line) {
      put(line);
      addMissing(line.item);
    });
    closed();
    tools.showBank();
    step = before;
    say(tools.fill(words.taken, {n: taken.length}), true);
    one('do="exchange-undo"').focus();
  }

  function saved(answer) {
    var bytes = Uint8Array.from(window.atob(answer.data), function (sign) { return sign.charCodeAt(0); });
    var link = document.createElement("a"), url = URL.createObjectURL(new Blob([bytes], {type: answer.kind}));
    link.href = url;
    link.download = answer.name;
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(url); }, 1000);
    list(one("written-told"), answer.told);
    say(tools.fill(words.written, {name: answer.name}));
  }

  var actions = {
    "exchange-take": function () { if (report) { take(); } },
    "exchange-leave": function () {
      closed();
      say(words.left);
      one("paste").focus();
    },
    "exchange-undo": function () {
      tools.undo.back();
      say(words.undone);
      one("paste").focus();
    },
    "exchange-go": function (_place, target) { tools.goTo(Number(target.dataset.number) - 1); },
    "exchange-save": function (_place, target) {
      problem("");
      tools.during(function () {
        return tools.post("write_questions", {bank: tools.sent(), format: target.dataset.format}).then(saved, function (error) {
          problem(error.error);
        });
      });
    }
  };

  one("paste").addEventListener("paste", function (event) {
    var html = event.clipboardData.getData("text/html"), text = event.clipboardData.getData("text/plain");
    event.preventDefault();
    if (html.length > MOST || text.length > MOST) { problem(words.too_large); return; }
    read({html: html, text: text});
  });
  one("file").addEventListener("change", function () {
    var field = one("file"), file = field.files[0];
    if (!file) { return; }
    if (file.size > MOST) {  // looked at before it is read
      closed();
      problem(words.too_large);
    } else {
      var reader = new FileReader();
      reader.onload = function () { read({name: file.name, data: String(reader.result).split(",")[1] || ""}); };
      reader.onerror = function () { problem(words.unread); };
      reader.readAsDataURL(file);
    }
    field.value = "";  // the same file, mended, may be chosen again
  });
  tools.undo.onStep(function (last) { if (step && last !== step) { step = null; say(""); } });  // something else is the last thing
  list(one("written-told"), []);
  return {actions: actions};
}
