import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import vm from "node:vm";
import {Element, parse, world} from "./quiz_page.mjs";

const SCRIPT = ["quiz", "quiz_answers", "quiz_kept", "quiz_steps", "quiz_clock", "quiz_check"].map((name) =>
  readFileSync(new URL(`../../static/wins_xblocks/js/${name}.js`, import.meta.url), "utf8")).join(";\n");
const START = `<h2 data-heading>Unit</h2><button data-start>Start</button><button data-look="2">See</button>`;
const FORM = `<h2 data-heading>Unit</h2><form data-try="1" data-revision="0">
<fieldset data-question="q1"><input name="q1" value="a" type="radio"><input name="q1" value="b" type="radio"></fieldset>
<fieldset data-question="q2"><input name="q2" value="c" type="checkbox"><input name="q2" value="d" type="checkbox"></fieldset>
<span data-progress>0</span><span data-saved></span>
<div data-confirm hidden><p data-missing></p><p data-unreadable></p><p data-again></p><button data-send>Send</button><button data-back>Back</button></div>
<button data-submit>Submit</button></form>`;
const WORDS = {answered: "{done} of {all} answered", saving: "saving", saved: "saved", unsaved: "unsaved", failed: "failed",
  missing: "missing {numbers}", missing_many: "missing all of {numbers}", unread: "no number {numbers}", unread_many: "no numbers {numbers}", again: "again {numbers}",
  again_many: "again all of {numbers}"};

function open(html, wrap = (element) => element) {
  const all = world();
  const page = parse(`<div data-quiz><div data-body>${html}</div><p data-problem hidden></p></div>`);
  vm.runInNewContext(SCRIPT + ";this.start = WinsQuiz;", all.context);
  const urls = {begin: "/start", save_answers: "/save", submit: "/submit", result: "/result"};
  all.context.start({}, wrap(page), {urls, words: WORDS});
  const root = page.querySelector("[data-quiz]");
  const find = (selector) => page.querySelector(selector);
  const choose = (value) => { const box = find(`input[value="${value}"]`); box.checked = true; root.fire("change", box); };
  const click = (selector) => root.fire("click", find(selector));
  return {...all, page, root, find, choose, click};
}

test("start swaps the page for what the server answers and moves the focus there", async () => {
  const quiz = open(START);
  quiz.made.answer = () => ({status: 200, body: {html: FORM}});
  quiz.click("[data-start]");
  quiz.click("[data-start]");
  await quiz.tick();
  assert.equal(quiz.made.asked.length, 1);
  assert.equal(quiz.made.asked[0].headers["X-CSRFToken"], "tok=");
  assert.ok(quiz.find("form[data-try]"));
  assert.equal(Element.focused, quiz.find("[data-heading]"));
});

test("a refusal is shown in words and the page stays", async () => {
  const quiz = open(START);
  quiz.made.answer = () => ({status: 409, body: {error: "Not now."}});
  quiz.click("[data-start]");
  await quiz.tick();
  assert.equal(quiz.find("[data-problem]").textContent, "Not now.");
  assert.equal(quiz.find("[data-problem]").hidden, false);
  assert.equal(quiz.find("[data-start]").attrs["aria-disabled"], undefined);
});

test("answers are counted and saved after a pause, once for several changes", async () => {
  const quiz = open(FORM, (page) => ({jquery: "3", 0: page}));
  quiz.made.answer = () => ({status: 200, body: {revision: 1}});
  quiz.choose("b");
  quiz.choose("c");
  quiz.choose("d");
  assert.equal(quiz.find("[data-progress]").textContent, "2 of 2 answered");
  assert.equal(quiz.made.asked.length, 0);
  quiz.run();
  await quiz.tick();
  assert.deepEqual(quiz.made.asked.map((one) => one.body), [{number: 1, revision: 0, responses: {q1: ["b"], q2: ["c", "d"]}}]);
  assert.equal(quiz.find("form[data-try]").dataset.revision, "1");
  assert.equal(quiz.find("[data-saved]").textContent, "saved");
});

test("a save that is lost says so and is tried again", async () => {
  const quiz = open(FORM);
  quiz.made.answer = (_url, times) => (times === 1 ? {lost: true} : {status: 200, body: {revision: 1}});
  quiz.choose("a");
  quiz.run();
  await quiz.tick();
  assert.equal(quiz.find("[data-saved]").textContent, "unsaved");
  quiz.run();
  await quiz.tick();
  assert.equal(quiz.find("[data-saved]").textContent, "saved");
  assert.equal(quiz.made.asked.length, 2);
});

test("an answer that is no JSON (a login page) counts as not saved", async () => {
  const quiz = open(FORM);
  quiz.made.answer = () => ({status: 200, body: undefined});
  quiz.choose("a");
  quiz.run();
  await quiz.tick();
  assert.equal(quiz.find("[data-saved]").textContent, "unsaved");
  assert.equal(quiz.find("form[data-try]").dataset.revision, "0");
});

test("a stale window shows the newest answers and says why", async () => {
  const quiz = open(FORM);
  quiz.made.answer = () => ({status: 409, body: {error: "Changed in another window.", html: FORM.replace('revision="0"', 'revision="7"')}});
  quiz.choose("a");
  quiz.run();
  await quiz.tick();
  assert.equal(quiz.find("form[data-try]").dataset.revision, "7");
  assert.equal(quiz.find("[data-problem]").textContent, "Changed in another window.");
});

test("sending names unanswered questions first and goes back to them", () => {
  const quiz = open(FORM);
  quiz.choose("a");
  quiz.root.fire("submit");
  assert.equal(quiz.find("[data-confirm]").hidden, false);
  assert.equal(quiz.find("[data-missing]").textContent, "missing 2");
  quiz.click("[data-back]");
  assert.equal(quiz.find("[data-confirm]").hidden, true);
  assert.equal(Element.focused, quiz.find('input[value="c"]'));
  assert.equal(quiz.made.asked.length, 0);
});

test("sending twice sends once", async () => {
  const quiz = open(FORM);
  quiz.made.answer = () => ({status: 200, body: {html: START}});
  quiz.choose("a");
  quiz.choose("c");
  quiz.root.fire("submit");
  quiz.root.fire("submit");
  await quiz.tick();
  quiz.run();
  assert.deepEqual(quiz.made.asked.map((one) => one.url), ["/submit"]);
  assert.ok(quiz.find("[data-start]"));
});

test("sending waits for a save under way and uses its revision", async () => {
  const quiz = open(FORM);
  quiz.made.answer = (url) => ({status: 200, body: url === "/save" ? {revision: 1} : {html: START}});
  quiz.choose("a");
  quiz.choose("c");
  quiz.run();
  quiz.root.fire("submit");
  await quiz.tick();
  quiz.run();
  await quiz.tick();
  assert.deepEqual(quiz.made.asked.map((one) => [one.url, one.body.revision]), [["/save", 0], ["/submit", 1]]);
});

test("leaving the page sends what is not saved yet", () => {
  const quiz = open(FORM);
  quiz.choose("a");
  quiz.window.fire("pagehide");
  quiz.window.fire("pagehide");
  assert.deepEqual(quiz.made.asked.map((one) => [one.url, one.keepalive]), [["/save", true]]);
});

const KINDS = `<h2 data-heading>Unit</h2><form data-try="1" data-revision="0">
<fieldset data-question="q1"><select name="q1" data-prompt="l1"></select><select name="q1" data-prompt="l2"></select></fieldset>
<fieldset data-question="q2"><input name="q2" data-number type="text"><select data-unit><option>GBq</option><option>MBq</option></select><p data-unread hidden></p></fieldset>
<fieldset data-question="q3"><input name="q3" data-number type="text"><span data-unit-name>m</span><p data-unread hidden></p></fieldset>
<span data-progress>0</span><span data-saved></span>
<div data-confirm hidden><p data-missing></p><p data-unreadable></p><p data-again></p><button data-send>Send</button><button data-back>Back</button></div></form>`;

function write(quiz, selector, value, kind = "change") {
  const field = quiz.find(selector);
  field.value = value;
  quiz.root.fire(kind, field);
}

test("pairs and numbers are sent as their kinds read them", async () => {
  const quiz = open(KINDS);
  quiz.made.answer = () => ({status: 200, body: {revision: 1}});
  write(quiz, '[data-prompt="l2"]', "r1");
  write(quiz, "[data-unit]", "MBq");
  write(quiz, '[name="q2"]', " 3,7 ", "input");
  assert.equal(quiz.find("[data-progress]").textContent, "2 of 3 answered");
  quiz.run();
  await quiz.tick();
  assert.deepEqual(quiz.made.asked[0].body.responses, {q1: {l2: "r1"}, q2: {text: "3,7", unit: "MBq"}});
});

test("what is no number is told beside its field once it is written, and before sending", () => {
  const quiz = open(KINDS), field = quiz.find('[name="q3"]'), told = quiz.page.querySelectorAll("[data-unread]")[1];
  for (const [text, unread] of [["5", false], ["5 m", false], ["1 000,5", false], ["3e-2", false], ["٣٫٧", false], ["1,234.5", true], ["m", true],
    ["five", true], [".", true], ["", false], ["5 km", true]]) {
    write(quiz, '[name="q3"]', text);
    assert.equal(told.hidden, !unread, text);
    assert.equal(field.attrs["aria-invalid"], unread ? "true" : undefined, text);
  }
  write(quiz, '[name="q3"]', "fiv", "input");
  assert.equal(told.hidden, true);
  write(quiz, '[data-prompt="l1"]', "r1");
  quiz.root.fire("submit");
  assert.equal(quiz.find("[data-missing]").textContent, "missing 2");
  assert.equal(quiz.find("[data-unreadable]").textContent, "no number 3");
  quiz.click("[data-back]");
  assert.equal(Element.focused, quiz.find('[name="q2"]'));
  write(quiz, '[name="q2"]', "5");
  quiz.root.fire("submit");
  assert.equal(quiz.find("[data-missing]").hidden, true);
  assert.equal(quiz.made.asked.length, 0);
  quiz.click("[data-back]");
  assert.equal(Element.focused, field);
});

test("a question to be looked at again is saved with the answers, and told before sending", async () => {
  const quiz = open(FORM.replaceAll("</fieldset>", '<button data-later aria-pressed="false">Later</button></fieldset>'));
  quiz.made.answer = () => ({status: 200, body: {revision: 1}});
  const [first, second] = quiz.page.querySelectorAll("[data-later]");
  quiz.choose("a");
  quiz.choose("c");
  quiz.root.fire("click", first);
  quiz.root.fire("click", second);
  quiz.root.fire("click", first);
  assert.deepEqual([first.attrs["aria-pressed"], second.attrs["aria-pressed"]], ["false", "true"]);
  quiz.run();
  await quiz.tick();
  assert.deepEqual(quiz.made.asked[0].body.responses, {q1: ["a"], q2: ["c"], later: ["q2"]});
  quiz.root.fire("submit");
  assert.equal(quiz.made.asked.length, 1);
  assert.equal(quiz.find("[data-again]").textContent, "again 2");
  assert.equal(quiz.find("[data-missing]").hidden, true);
  quiz.click("[data-back]");
  assert.equal(Element.focused, quiz.find('input[value="c"]'));
});

test("an earlier try is asked for by its number", async () => {
  const quiz = open(START);
  quiz.made.answer = () => ({status: 200, body: {html: START}});
  quiz.click("[data-look]");
  await quiz.tick();
  assert.deepEqual(quiz.made.asked[0].body, {number: 2});
});

test("a page without the quiz is left alone", () => {
  const all = world();
  vm.runInNewContext(SCRIPT + ";WinsQuiz({}, {querySelector: () => null}, {});", all.context);
  assert.equal(all.made.asked.length, 0);
});
