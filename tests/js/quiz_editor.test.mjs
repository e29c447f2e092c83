import assert from "node:assert/strict";
import {test} from "node:test";
import {item, open, stored} from "./quiz_editor_page.mjs";
import {Element} from "./quiz_page.mjs";

test("what is stored is shown, and saved as it is when nothing was written", async () => {
  const editor = open();
  assert.deepEqual(editor.titles(), ["Question 1: First?", "Question 2: Second?"]);
  assert.equal(editor.find('[data-set="display_name"]').value, "Unit 1");
  assert.deepEqual(await editor.save(), stored());
  assert.equal(editor.find("[data-saved]").textContent, "Saved.");
});

test("a question is written in its form", async () => {
  const editor = open();
  editor.click("add");
  const row = editor.list.children[2];
  editor.type('[data-item="stem"]', "Third?", row);
  editor.type('[data-item="kind"]', "multiple", row);
  editor.type('[data-item="objective"]', "o1", row);
  editor.type('[data-option="text"]', "Yes", row);
  editor.type('[data-option="correct"]', true, row);
  editor.type('[data-item="rationale"]', "Because.", row);
  editor.click("add-option", row);
  editor.type('[data-option="text"]', "No", row.querySelector("[data-options]").children[4]);
  const made = (await editor.save()).bank.items[2];
  assert.match(made.id, /^q-[0-9a-f]{16}$/);
  assert.deepEqual(made.options.map((option) => option.id), ["a", "e"], "answers left empty are none");
  assert.deepEqual({...made.options[0]}, {id: "a", text: "Yes", correct: true});
  assert.deepEqual([made.stem, made.kind, made.objective, made.rationale], ["Third?", "multiple", "o1", "Because."]);
  assert.equal(editor.titles()[2], "Question 3: Third?");
});

test("changing a question keeps its id; a duplicate gets its own", async () => {
  const editor = open();
  editor.click("edit", editor.list.children[0]);
  editor.type('[data-item="stem"]', "Changed?", editor.list.children[0]);
  editor.click("copy", editor.list.children[0]);
  const items = (await editor.save()).bank.items;
  assert.deepEqual(items.map((one) => one.stem), ["Changed?", "Changed?", "Second?"]);
  assert.equal(items[0].id, "q1");
  assert.notEqual(items[1].id, "q1");
});

test("questions move by buttons, with the focus, and never off the list", async () => {
  const editor = open();
  editor.click("down", editor.list.children[0]);
  assert.deepEqual(editor.titles(), ["Question 1: Second?", "Question 2: First?"]);
  const moved = editor.list.children[1];
  assert.ok(moved.querySelector('[data-do="down"]').hidden && editor.list.children[0].querySelector('[data-do="up"]').hidden);
  assert.equal(Element.focused, moved.querySelector('[data-do="up"]'));
  editor.click("down", editor.list.children[1]);
  editor.click("up", editor.list.children[0]);
  assert.deepEqual((await editor.save()).bank.items.map((one) => one.id), ["q2", "q1"]);
});

test("a deleted question comes back where it was", async () => {
  const editor = open();
  editor.click("delete", editor.list.children[0]);
  assert.deepEqual(editor.titles(), ["Question 1: Second?"]);
  assert.equal(editor.find("[data-said]").textContent, "Deleted 1.");
  editor.click("undo");
  assert.deepEqual((await editor.save()).bank, stored().bank);
});

test("answers and objectives are deleted and added", async () => {
  const editor = open(), row = editor.list.children[0];
  editor.click("edit", row);
  editor.click("delete-option", row);
  editor.click("add-option", row);
  editor.type('[data-option="text"]', "Perhaps", row.querySelector("[data-options]").children[1]);
  editor.click("add-objective");
  const added = editor.find("[data-objectives]").children[1];
  editor.type('[data-objective="id"]', "o2", added);
  editor.type('[data-objective="text"]', "Compare", added);
  editor.click("delete-objective", editor.find("[data-objectives]").children[0]);
  const {bank} = await editor.save();
  assert.deepEqual(bank.items[0].options.map((option) => option.id), ["b", "a"]);
  assert.deepEqual(bank.objectives, [{id: "o2", text: "Compare"}]);
});

test("settings are numbers, and an empty weight is none", async () => {
  const editor = open();
  editor.type('[data-set="pass_percent"]', "80");
  editor.type('[data-set="weight"]', "");
  editor.type('[data-set="one_by_one"]', true);
  editor.type('[data-set="purpose"]', "test");
  const {settings} = await editor.save();
  assert.deepEqual([settings.pass_percent, settings.weight, settings.purpose, settings.one_by_one], [80, null, "test", true]);
});

test("pressed twice it is saved once; pressed while another request is under way it is saved after that", async () => {
  const editor = open(), asked = () => editor.made.asked.map((one) => one.url);
  editor.click("save");
  editor.click("save");
  await editor.tick();
  assert.deepEqual(asked(), ["/save"]);
  editor.made.answer = (url) => ({status: 200, body: url === "/write" ? {text: "items"} : {...stored(), loaded: "hash-3", problems: []}});
  editor.click("yaml-out");
  editor.click("save");
  assert.deepEqual(asked(), ["/save", "/write"]);
  await editor.tick();
  assert.deepEqual(asked(), ["/save", "/write", "/save"]);
});

test("the next save builds on the one before", async () => {
  const editor = open();
  await editor.save();
  assert.equal((await editor.save()).loaded, "hash-2");
});

test("Studio is told when saving begins and ends; cancel tells it too", async () => {
  const editor = open({runtime: {told: true}});
  await editor.save();
  editor.click("cancel");
  assert.deepEqual(editor.told, [["save", "start"], ["save", "end"], ["cancel", undefined]]);
});

test("Studio's own message of a refused save does not speak of a lost connection", async () => {
  const editor = open({runtime: {told: true}});
  editor.made.answer = () => ({status: 409, body: {error: "Choose a purpose."}});
  await editor.save();
  assert.deepEqual(editor.told.at(-1), ["error", "no"]);
});

test("without Studio around it, cancel loads the page again", () => {
  const editor = open();
  editor.click("cancel");
  assert.ok(editor.made.reloaded);
});

test("a refusal and a lost connection are said and lose nothing", async () => {
  const editor = open();
  editor.type('[data-set="display_name"]', "Mine");
  for (const [answer, said] of [[{status: 409, body: {error: "Choose a purpose."}}, "Choose a purpose."], [{lost: true}, "failed"]]) {
    editor.made.answer = () => answer;
    assert.equal((await editor.save()).settings.display_name, "Mine");
    assert.equal(editor.find("[data-problem]").textContent, said);
  }
});

const theirs = () => ({...stored(), settings: {...stored().settings, display_name: "Theirs"}, loaded: "hash-9", yaml: "their questions"});

test("after a conflict mine can be saved over theirs", async () => {
  const editor = open();
  editor.type('[data-set="display_name"]', "Mine");
  editor.made.answer = () => ({status: 409, body: {error: "Somebody saved.", theirs: theirs()}});
  await editor.save();
  assert.equal(editor.find("[data-conflict]").hidden, false);
  assert.equal(editor.find("[data-theirs]").value, "their questions");
  editor.made.answer = () => ({status: 200, body: {...stored(), loaded: "hash-10", problems: []}});
  editor.click("keep-mine");
  await editor.tick();
  const sent = editor.made.asked.at(-1).body;
  assert.deepEqual([sent.settings.display_name, sent.loaded], ["Mine", "hash-9"]);
  assert.equal(editor.find("[data-conflict]").hidden, true);
});

test("after a conflict theirs can be taken; mine goes into the text box", async () => {
  const editor = open();
  editor.made.answer = (url) => url === "/save" ? {status: 409, body: {error: "Somebody saved.", theirs: theirs()}} : {status: 200, body: {text: "my questions"}};
  await editor.save();
  editor.click("use-theirs");
  await editor.tick();
  assert.equal(editor.find("[data-yaml]").value, "my questions");
  assert.equal(editor.find('[data-set="display_name"]').value, "Theirs");
});

test("a text adds questions; ids that are taken are made new", async () => {
  const editor = open();
  editor.made.answer = () => ({status: 200, body: {items: [item("q1", "Read?")], objectives: [{id: "o1", text: "Explain"}], cases: [{id: "c1", stem: "Read case"}], blueprint: [], new: ["o1"], problems: ["Line 2"], said: "1 read."}});
  editor.click("yaml-add");
  await editor.tick();
  assert.deepEqual(editor.titles(), ["Question 1: First?", "Question 2: Second?", "Question 3: Read?"]);
  assert.equal(editor.find("[data-said]").textContent, "1 read. New: o1.");
  assert.equal(editor.find("[data-yaml-problem]").textContent, "Line 2");
  editor.click("yaml-replace");
  await editor.tick();
  assert.deepEqual(editor.titles(), ["Question 1: Read?"]);
});

test("a text that cannot be read changes nothing", async () => {
  const editor = open();
  editor.made.answer = () => ({status: 409, body: {error: "Line 3: This is not YAML."}});
  editor.click("yaml-replace");
  await editor.tick();
  assert.equal(editor.titles().length, 2);
  assert.equal(editor.find("[data-yaml-problem]").textContent, "Line 3: This is not YAML.");
});

test("problems known at the start are listed", () => {
  const editor = open({problems: [{text: "The stored questions cannot be read.", item: "", about: ""}]});
  assert.equal(editor.find("[data-problems]").hidden, false);
  assert.equal(editor.find("[data-problem-list]").textContent, "The stored questions cannot be read.");
});

const FORM = {
  truefalse: (editor, row) => editor.type("[data-truth]", "false", row),
  matching: (editor, row) => {
    const [first, second] = row.querySelector("[data-pairs]").children;
    editor.type('[data-pair="left"]', "Alarm", first);
    editor.type('[data-pair="right"]', "Detect", first);
    editor.type('[data-pair="left"]', "Fence", second);
    editor.type('[data-pair="right"]', "Delay", second);
    editor.click("delete-pair", row.querySelector("[data-pairs]").children[2]);
  },
  numeric: (editor, row) => {
    editor.type('[data-number="value"]', "3,7", row);
    editor.type('[data-number="tolerance"]', "5 %", row);
    editor.type('[data-number="unit"]', "GBq", row);
    editor.click("add-unit", row);
    editor.type('[data-other="name"]', "MBq", row);
    editor.type('[data-other="factor"]', "0.001", row);
  },
};
const SENT = {
  truefalse: {answer: false},
  matching: {credit: "part", pairs: [{id: "a", left: "Alarm", right: "Detect"}, {id: "b", left: "Fence", right: "Delay"}]},
  numeric: {answer: {value: "3,7", tolerance: "5 %", unit: "GBq", units: [{name: "MBq", factor: "0.001"}]}},
};

for (const kind of Object.keys(FORM)) {
  test(`a ${kind} question is written in a form of its own, and nothing of another kind is sent`, async () => {
    const editor = open();
    editor.click("add");
    const row = editor.list.children[2];
    editor.type('[data-item="stem"]', "Third?", row);
    editor.type('[data-item="kind"]', kind, row);
    const parts = row.querySelectorAll("[data-kinds]");
    assert.deepEqual(parts.filter((part) => !part.hidden).map((part) => part.dataset.kinds.includes(kind)), parts.filter((part) => part.dataset.kinds.includes(kind)).map(() => true));
    FORM[kind](editor, row);
    const {id, ...made} = (await editor.save()).bank.items[2];
    assert.deepEqual(made, {kind, objective: "", stem: "Third?", rationale: "", ...SENT[kind]});
  });
}

test("what every question may say is sent once it is said", async () => {
  const editor = open(), row = editor.list.children[0];
  editor.click("edit", row);
  for (const [name, value] of [["points", "3"], ["category", "Law"], ["difficulty", "hard"], ["status", "draft"], ["use", "test"]]) {
    editor.type(`[data-item="${name}"]`, value, row);
  }
  editor.type('[data-item="difficulty"]', "", row);
  assert.equal(editor.titles()[0], "Question 1 (draft): First?");
  const made = (await editor.save()).bank.items[0];
  assert.deepEqual([made.points, made.category, made.status, made.use, "difficulty" in made], [3, "Law", "draft", "test", false]);
});

test("cases are written once and chosen in questions; what is deleted is gone", async () => {
  const editor = open(), row = editor.list.children[0];
  editor.click("add-case");
  editor.type('[data-case="stem"]', "Two fences.\nMore.", editor.find("[data-cases]").children[0]);
  editor.click("edit", row);
  assert.deepEqual(row.querySelector('[data-item="case"]').children.map((choice) => choice.textContent), ["no case", "Two fences."]);
  editor.type('[data-item="case"]', row.querySelector('[data-item="case"]').children[1].value, row);
  const {bank} = await editor.save();
  assert.deepEqual([bank.cases.length, bank.items[0].case], [1, bank.cases[0].id]);
  editor.click("delete-case", editor.find("[data-cases]").children[0]);
  assert.equal("cases" in (await editor.save()).bank, false);
});

test("a blueprint says of each row how many questions fit", async () => {
  const editor = open({quiz: {...stored(), settings: {...stored().settings, draw_by: "blueprint"}}});
  const drawn = (name) => editor.find(`[data-drawn="${name}"]`).hidden;
  assert.deepEqual([drawn("number"), drawn("blueprint")], [true, false]);
  editor.click("add-quota");
  const line = editor.find("[data-blueprint]").children[0], have = line.querySelector("[data-have]");
  assert.equal(have.textContent, "2 fit");
  editor.type('[data-quota="category"]', "Law", line);
  assert.equal(have.textContent, "0 fit");
  editor.click("edit", editor.list.children[1]);
  editor.type('[data-item="category"]', "Law", editor.list.children[1]);
  assert.equal(have.textContent, "1 fit");
  editor.type('[data-item="status"]', "retired", editor.list.children[1]);
  assert.equal(have.textContent, "0 fit");
  editor.type('[data-quota="count"]', "2", line);
  assert.deepEqual((await editor.save()).bank.blueprint, [{category: "Law", difficulty: "", count: 2}]);
  editor.type('[data-set="draw_by"]', "");
  assert.deepEqual([drawn("number"), drawn("blueprint")], [false, true]);
});
