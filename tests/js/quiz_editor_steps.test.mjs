import assert from "node:assert/strict";
import {test} from "node:test";
import {item, open, stored} from "./quiz_editor_page.mjs";
import {Element} from "./quiz_page.mjs";

const many = (...items) => ({...stored(), bank: {...stored().bank, items}});
const shown = (editor) => editor.list.children.filter((row) => !row.hidden).map((row) => row.querySelector("[data-title]").textContent);
const seek = (editor, name, value) => { editor.type(`[data-find="${name}"]`, value); editor.run(); return editor.find("[data-hits]").textContent; };

test("a form is made when it is opened and thrown away when it is shut", () => {
  const editor = open(), row = editor.list.children[0];
  assert.equal(editor.list.querySelectorAll("[data-form]").length, 0);
  editor.click("edit", row);
  assert.equal(row.querySelector("[data-item]").value, "First?");
  editor.click("edit", row);
  assert.equal(editor.list.querySelectorAll("[data-form]").length, 0);
});

test("steps go back one by one, a field that was written in is one of them", async () => {
  const editor = open(), before = stored().bank, row = editor.list.children[0];
  editor.click("edit", row);
  for (const text of ["F", "Fi", "Fir"]) { editor.type('[data-item="stem"]', text, row); }
  editor.click("delete-option", row);
  editor.click("down", row);
  editor.click("copy", editor.list.children[0]);
  editor.type('[data-set="display_name"]', "Other");
  editor.click("add-case");
  const said = ["Lists.", "Settings.", "Copied 2.", "1 to 2 of 2", "Changed 1.", "Changed 1."];
  for (const what of said) {
    assert.equal(editor.find("[data-undoable]").textContent, what);
    editor.click("undo");
    assert.equal(editor.find("[data-said]").textContent, `Undone: ${what}`);
  }
  assert.equal(editor.find('[data-do="undo"]').hidden, true);
  assert.equal(row.querySelector('[data-item="stem"]').value, "First?", "the open form shows what is again");
  const sent = await editor.save();
  assert.deepEqual([sent.bank, sent.settings], [before, stored().settings]);
});

test("Ctrl+Z takes back a step, but in a text the letters of that text", () => {
  const editor = open(), press = (target) => editor.root.fire("keydown", target, {key: "z", ctrlKey: true});
  editor.click("delete", editor.list.children[0]);
  const text = editor.find('[data-set="display_name"]');
  assert.equal(press(text).defaultPrevented, undefined);
  assert.equal(editor.titles().length, 1);
  assert.equal(press(editor.find('[data-do="save"]')).defaultPrevented, true);
  assert.deepEqual(editor.titles(), ["Question 1: First?", "Question 2: Second?"]);
});

test("whoever has not saved is asked before she leaves; nobody else is", async () => {
  const editor = open({runtime: {told: true}}), asked = () => Boolean(editor.window.fire("beforeunload").defaultPrevented);
  assert.equal(asked(), false);
  editor.type('[data-set="display_name"]', "Mine");
  assert.equal(asked(), true);
  editor.click("cancel");
  assert.deepEqual([editor.find("[data-leave]").hidden, editor.told.length], [false, 0]);
  editor.click("stay");
  assert.equal(editor.find("[data-leave]").hidden, true);
  await editor.save();
  assert.equal(asked(), false);
  editor.click("undo");
  assert.equal(asked(), true, "what is stored is not what is seen");
  editor.click("cancel");
  editor.click("leave");
  assert.deepEqual([editor.told.at(-1)[0], asked()], ["cancel", false]);
});

test("questions are found by words, id, category, kind, status and problem; the list keeps its order", async () => {
  const items = [item("q1", "Café at the fence"), {...item("q2", "Second"), category: "Law"}, {...item("q3", "Third"), kind: "multiple", status: "retired"}];
  const editor = open({quiz: many(...items), problems: [{text: "Question 2 …", item: "q2", about: "answers"}]});
  assert.equal(seek(editor, "text", "FENCE cafe"), "1 of 3");
  assert.deepEqual(shown(editor), ["Question 1: Café at the fence"]);
  assert.equal(seek(editor, "text", "q3"), "1 of 3");
  assert.equal(seek(editor, "text", "nothing of it"), "none fits");
  editor.click("find-all");
  assert.equal(Element.focused, editor.find('[data-find="text"]'));
  assert.equal(shown(editor).length, 3);
  for (const [name, value, found] of [["category", "Law", 2], ["kind", "multiple", 3], ["status", "retired", 3], ["problem", true, 2]]) {
    assert.equal(seek(editor, name, value), "1 of 3", name);
    assert.ok(shown(editor)[0].startsWith(`Question ${found}`), name);
    if (name !== "problem") { editor.click("find-all"); }
  }
  editor.click("down", editor.list.children[1]);
  assert.deepEqual((await editor.save()).bank.items.map((one) => one.id), ["q1", "q3", "q2"]);
});

test("what was written is found at once, and F2 leads to the search", () => {
  const editor = open(), row = editor.list.children[1];
  assert.equal(seek(editor, "text", "fence"), "none fits");
  editor.click("find-all");
  editor.click("edit", row);
  editor.type('[data-item="stem"]', "A fence?", row);
  assert.equal(seek(editor, "text", "fence"), "1 of 2");
  editor.root.fire("keydown", row, {key: "F2"});
  assert.equal(Element.focused, editor.find('[data-find="text"]'));
});

test("a question is moved to a place by its number", async () => {
  const editor = open({quiz: many(...["q1", "q2", "q3"].map((id) => item(id, id)))}), row = editor.list.children[0];
  editor.click("edit", row);
  const field = row.querySelector("[data-place]");
  field.value = "99";
  editor.root.fire("change", field);
  assert.equal(editor.find("[data-said]").textContent, "1 to 3 of 3");
  assert.deepEqual((await editor.save()).bank.items.map((one) => one.id), ["q2", "q3", "q1"]);
  editor.click("undo");
  assert.deepEqual((await editor.save()).bank.items.map((one) => one.id), ["q1", "q2", "q3"]);
});

test("a question is retired, asked again, and the next one takes after it", async () => {
  const editor = open({quiz: many({...item("q1", "One"), kind: "multiple", category: "Law", credit: "part"})}), row = editor.list.children[0];
  editor.click("edit", row);
  editor.click("retire", row);
  assert.deepEqual([editor.titles()[0], editor.find("[data-said]").textContent], ["Question 1 (retired): One", "Retired 1."]);
  assert.equal(row.querySelector('[data-item="status"]').value, "retired");
  editor.click("retire", row);
  assert.equal(editor.titles()[0], "Question 1: One");
  editor.click("next", row);
  const {bank} = await editor.save();
  assert.deepEqual([bank.items[1].kind, bank.items[1].category, bank.items[1].objective, bank.items[1].stem], ["multiple", "Law", "o1", ""]);
});

test("a problem leads to its field, which says it, too", () => {
  const told = [{text: "No right answer", item: "q2", about: "answers"}, {text: "Not known", item: "q1", about: "objective"}, {text: "Too much", item: "", about: "blueprint"}];
  const editor = open({problems: told}), go = (place) => editor.root.fire("click", editor.find("[data-problem-list]").children[place].children[0]);
  assert.deepEqual(editor.list.children.map((row) => row.querySelector("[data-wrong]").hidden), [false, false]);
  go(0);
  const field = Element.focused;
  assert.deepEqual([field.attrs["data-option"], field.attrs["aria-invalid"]], ["correct", "true"]);
  const beside = editor.list.children[1].querySelector("[data-beside]");
  assert.deepEqual([beside.textContent, field.attrs["aria-describedby"]], ["No right answer", beside.attrs.id]);
  go(1);
  assert.equal(Element.focused.attrs["data-item"], "objective");
  go(2);
  assert.equal(Element.focused.attrs["data-do"], "add-quota");
  editor.click("delete", editor.list.children[1]);
  go(0);
  assert.equal(editor.find("[data-said]").textContent, "gone");
});

test("a setting that is refused is told beside it, and nothing says that all is saved", async () => {
  const editor = open();
  editor.type('[data-set="pass_percent"]', "900");
  editor.made.answer = () => ({status: 409, body: {error: "0 to 100.", problems: [{text: "0 to 100.", item: "", about: "pass_percent"}]}});
  await editor.save();
  const field = editor.find('[data-set="pass_percent"]');
  assert.deepEqual([editor.find("[data-problems-said]").textContent, field.attrs["aria-invalid"], Element.focused], ["Mend.", "true", editor.find("[data-problems]")]);
  assert.equal(Boolean(editor.window.fire("beforeunload").defaultPrevented), true);
  editor.type('[data-set="pass_percent"]', "90");
  assert.equal("aria-invalid" in field.attrs, false);
});

test("an objective whose id is none or stands twice is led to", async () => {
  const editor = open(), problems = [{text: "twice", item: "", about: "objectives"}], told = () => editor.find("[data-problem-list]").children[0];
  editor.click("add-objective");
  const own = editor.find("[data-objectives]").children[1].querySelector('[data-objective="id"]');
  assert.equal(own.value, "o2");
  for (const value of ["o1", "", "A b"]) {
    editor.type('[data-objective="id"]', value, editor.find("[data-objectives]").children[1]);
    editor.made.answer = () => ({status: 409, body: {error: "twice", problems}});
    await editor.save();
    editor.root.fire("click", told().children[0]);
    assert.equal(Element.focused, own);
    assert.equal(own.attrs["aria-invalid"], "true");
  }
});

test("two authors: each change is told, and both are put together", async () => {
  const base = many(item("q1", "One"), item("q2", "Two"), item("q3", "Three"), item("q4", "Four"), item("q5", "Five"));
  const theirs = {...many({...item("q1", "One theirs")}, item("q2", "Two theirs"), item("q3", "Three"), item("q5", "Five"), item("q7", "Seven")),
    settings: {...base.settings, display_name: "Theirs"}, loaded: "hash-9", yaml: ""};
  const editor = open({quiz: base}), row = (place) => editor.list.children[place];
  const write = (place, text) => { editor.click("edit", row(place)); editor.type('[data-item="stem"]', text, row(place)); };
  write(1, "Two mine");
  write(2, "Three mine");
  editor.click("delete", row(4));
  editor.click("copy", row(0));
  editor.type('[data-item="stem"]', "New mine", row(1));
  editor.type('[data-set="draw"]', "3");
  editor.made.answer = () => ({status: 409, body: {error: "Somebody saved.", theirs}});
  await editor.save();
  assert.deepEqual(editor.find("[data-differences]").children.map((line) => line.textContent).sort(), ["Both Two mine", "My settings", "Their settings",
    "They added Seven", "They changed One", "They deleted Four", "You added New mine", "You changed Three mine", "You deleted Five"].sort());
  editor.click("together");
  assert.deepEqual(editor.titles().map((title) => title.split(": ")[1]), ["One theirs", "New mine", "Two theirs", "Two mine", "Three mine", "Seven"]);
  editor.made.answer = () => ({status: 200, body: {...stored(), loaded: "hash-10", problems: []}});
  const sent = await editor.save();
  assert.deepEqual([sent.loaded, sent.settings.display_name, sent.settings.draw], ["hash-9", "Theirs", 3]);
  assert.equal(new Set(sent.bank.items.map((one) => one.id)).size, 6);
});

test("questions are looked at as they are now, with right answers on request, by the same draw", async () => {
  const editor = open(), dialog = editor.find("[data-preview]"), row = editor.list.children[0];
  Object.assign(dialog, {showModal() { this.open = true; }, close() { this.open = false; }});
  editor.made.answer = () => ({status: 200, body: {html: "<p>seen</p>", seed: 77, problems: [{text: "No text", item: "q1", about: "stem"}]}});
  editor.click("edit", row);
  editor.type('[data-item="stem"]', "Now?", row);
  editor.click("preview-one", row);
  await editor.tick();
  const asked = editor.made.asked.at(-1).body;
  assert.deepEqual([asked.bank.items.map((one) => one.stem), asked.alone, asked.keys, asked.seed], [["Now?"], true, false, 0]);
  assert.deepEqual([dialog.open, editor.find("[data-previewed]").textContent], [true, "seen"]);
  assert.equal(row.querySelector("[data-beside]").textContent, "No text");
  editor.click("preview-keys");
  await editor.tick();
  assert.deepEqual([editor.made.asked.at(-1).body.keys, editor.made.asked.at(-1).body.seed], [true, 77]);
  editor.click("preview-close");
  assert.equal(dialog.open, false);
  editor.click("preview-all");
  await editor.tick();
  assert.deepEqual([editor.made.asked.at(-1).body.alone, editor.made.asked.at(-1).body.bank.items.length], [false, 2]);
});
