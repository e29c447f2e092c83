import assert from "node:assert/strict";
import {test} from "node:test";
import {item, open as opened, stored} from "./quiz_editor_page.mjs";

const quiz = () => ({...stored(), bank: {bank_id: "b", objectives: [], items: ["q1", "q2", "q3"].map((id) => item(id, `${id}?`))}});
const TOLD = {html: "<p>Numbers</p>", looks: {q2: ["Question {n}: check the key.", "Question {n} is very hard."]}};

async function open(answer = {status: 200, body: TOLD}) {
  const later = [], editor = opened({quiz: quiz(), more: {question_statistics: "/statistics"}, timer: (work) => later.push(work)});
  editor.made.answer = () => answer;
  const before = editor.made.asked.length;
  later.forEach((work) => work());
  await editor.tick();
  const looks = () => editor.list.children.map((row) => row.querySelector("[data-looks]").children.map((one) => one.textContent));
  const click = async (name, from = editor.root) => { editor.click(name, from); await editor.tick(); };
  return {...editor, looks, click, before, find: (name) => editor.root.querySelector(`[data-${name}]`)};
}

test("nothing is asked before the questions stand there, then once", async () => {
  const editor = await open();
  assert.equal(editor.before, 0);
  assert.deepEqual(editor.made.asked.map((one) => [one.url, one.body]), [["/statistics", {}]]);
});

test("what is told of a question stands beside it, under its number of now", async () => {
  const editor = await open();
  assert.deepEqual(editor.looks(), [[], ["Question 2: check the key.", "Question 2 is very hard."], []]);
  assert.deepEqual(editor.list.children.map((row) => row.querySelector("[data-looks]").hidden), [true, false, true]);
  await editor.click("up", editor.list.children[1]);
  assert.deepEqual(editor.looks()[0], ["Question 1: check the key.", "Question 1 is very hard."]);
  await editor.click("copy", editor.list.children[0]);
  assert.deepEqual(editor.looks()[1], [], "a duplicate is another question");
});

test("a failure is told, keeps the editor as it is, and can be tried again", async () => {
  const editor = await open({status: 403, body: {error: "You may not."}});
  assert.equal(editor.find("statistics-problem").textContent, "You may not.");
  assert.equal(editor.find("statistics-problem").hidden, false);
  assert.deepEqual(editor.looks(), [[], [], []]);
  editor.made.answer = () => ({status: 200, body: TOLD});
  await editor.click("statistics-again");
  assert.equal(editor.find("statistics-problem").hidden, true);
  assert.equal(editor.looks()[1].length, 2);
});

test("ids that are names of something else do no harm", async () => {
  const own = {status: 200, body: {html: "", looks: {constructor: ["no"]}}}, editor = await open(own);
  assert.deepEqual(editor.looks(), [[], [], []]);
});
