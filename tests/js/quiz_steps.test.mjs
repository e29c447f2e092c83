import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import vm from "node:vm";
import {Element, parse, world} from "./quiz_page.mjs";

const SCRIPT = ["quiz", "quiz_answers", "quiz_kept", "quiz_steps", "quiz_clock", "quiz_check"].map((name) =>
  readFileSync(new URL(`../../static/wins_xblocks/js/${name}.js`, import.meta.url), "utf8")).join(";\n");
const WORDS = {answered: "{done} of {all}", missing: "{numbers}", missing_many: "missing {numbers}", unread: "", unread_many: "",
  again: "", again_many: "", done: "answered", open: "open", look: "look"};
const question = (ref) => `<fieldset data-question="${ref}"><input name="${ref}" value="${ref}a" type="radio">
<button data-later aria-pressed="false">Later</button></fieldset>`;
const step = (number) => `<li><button data-step="${number}"><i data-sign></i><i data-state></i></button></li>`;
const FORM = `<h2 data-heading>Unit</h2><form data-try="1" data-revision="0"><nav data-steps hidden>${[0, 1, 2, 3].map(step).join("")}</nav>
${question("q1")}<section data-case>${question("q2")}${question("q3")}</section>${question("q4")}
<p data-moves hidden><button data-previous>Back</button><button data-next>Next</button></p>
<span data-progress>0</span><span data-saved></span>
<div data-confirm hidden><p data-missing></p><p data-unreadable></p><p data-again></p><button data-send>Send</button><button data-back>Back</button></div></form>`;

function open(html = FORM) {
  const all = world(), page = parse(`<div data-quiz><div data-body>${html}</div><p data-problem hidden></p></div>`);
  vm.runInNewContext(SCRIPT + ";this.start = WinsQuiz;", all.context);
  all.context.start({}, page, {urls: {begin: "/start"}, words: WORDS, who: "lena"});
  const root = page.querySelector("[data-quiz]"), find = (selector) => page.querySelector(selector);
  const shown = () => page.querySelectorAll("[data-question]").filter((one) => !one.hidden).map((one) => one.dataset.question);
  const click = (selector) => root.fire("click", find(selector));
  const states = () => page.querySelectorAll("[data-state]").map((one) => one.textContent);
  return {...all, page, root, find, shown, click, states};
}

test("one question stands there, and the next one gets the focus", () => {
  const quiz = open();
  assert.deepEqual(quiz.shown(), ["q1"]);
  assert.deepEqual([quiz.find("[data-steps]").hidden, quiz.find("[data-moves]").hidden], [false, false]);
  assert.deepEqual([quiz.find("[data-previous]").hidden, quiz.find("[data-next]").hidden], [true, false]);
  quiz.click("[data-next]");
  assert.deepEqual(quiz.shown(), ["q2"]);
  assert.equal(Element.focused, quiz.find('[data-question="q2"]'));
  quiz.click('[data-step="3"]');
  assert.deepEqual(quiz.shown(), ["q4"]);
  assert.deepEqual([quiz.find("[data-previous]").hidden, quiz.find("[data-next]").hidden], [false, true]);
  assert.equal(quiz.find('[data-step="3"]').attrs["aria-current"], "step");
  quiz.click("[data-previous]");
  assert.deepEqual(quiz.shown(), ["q3"]);
  assert.equal(quiz.find('[data-step="3"]').attrs["aria-current"], undefined);
  assert.equal(quiz.made.asked.length, 0, "moving asks the server nothing");
});

test("a case stands with each of its questions and with no other one", () => {
  const quiz = open(), hidden = [];
  for (let count = 0; count < 4; count += 1) {
    hidden.push(quiz.find("[data-case]").hidden);
    quiz.click("[data-next]");
  }
  assert.deepEqual(hidden, [true, false, false, true]);
});

test("the list says in words and signs what is answered and what is to be looked at again", () => {
  const quiz = open();
  quiz.find('input[value="q1a"]').checked = true;
  quiz.root.fire("change", quiz.find('input[value="q1a"]'));
  quiz.root.fire("click", quiz.page.querySelectorAll("[data-later]")[1]);
  assert.deepEqual(quiz.states(), [": answered", ": open, look", ": open", ": open"]);
  assert.deepEqual(quiz.page.querySelectorAll("[data-sign]").map((one) => one.textContent), [" ✓", " ⚑", "", ""]);
});

test("going back from the confirmation shows the question that is open", () => {
  const quiz = open();
  ["q1a", "q2a"].forEach((value) => { quiz.find(`input[value="${value}"]`).checked = true; });
  quiz.root.fire("submit");
  assert.equal(quiz.find("[data-missing]").textContent, "missing 3, 4");
  quiz.click("[data-back]");
  assert.deepEqual(quiz.shown(), ["q3"]);
  assert.equal(Element.focused, quiz.find('input[value="q3a"]'));
});

test("where the author did not choose so, all questions stand there", () => {
  const quiz = open(FORM.replace(/<nav.*?<\/nav>/s, "").replace(/<p data-moves.*?<\/p>/s, ""));
  assert.deepEqual(quiz.shown(), ["q1", "q2", "q3", "q4"]);
});
