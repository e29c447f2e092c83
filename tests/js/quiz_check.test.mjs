import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import vm from "node:vm";
import {Element, parse, world} from "./quiz_page.mjs";

const SCRIPT = ["quiz", "quiz_answers", "quiz_kept", "quiz_steps", "quiz_clock", "quiz_check"].map((name) =>
  readFileSync(new URL(`../../static/wins_xblocks/js/${name}.js`, import.meta.url), "utf8")).join(";\n");
const question = (ref) => `<fieldset data-question="${ref}"><input name="${ref}" value="${ref}a" type="radio">
<button data-check>Check</button><ul data-told-here hidden></ul></fieldset>`;

function open(more = "") {
  const all = world(), page = parse(`<div data-quiz><div data-body><h2 data-heading>Unit</h2><form data-try="1" data-revision="0">
${question("q1")}${question("q2")}${more}<span data-progress></span><span data-saved></span><div data-confirm hidden></div></form></div>
<p data-problem hidden></p></div>`);
  vm.runInNewContext(SCRIPT + ";this.start = WinsQuiz;", all.context);
  const urls = {save_answers: "/save", check_answer: "/check"}, words = {answered: "", first: "first", saved: "saved", kept: "kept", failed: "failed"};
  all.context.start({}, page, {urls, words, who: "lena"});
  const find = (selector) => page.querySelector(selector), root = page.querySelector("[data-quiz]");
  const check = (place) => root.fire("click", page.querySelectorAll("[data-check]")[place]);
  const choose = (value) => { find(`input[value="${value}"]`).checked = true; root.fire("change", find(`input[value="${value}"]`)); };
  const told = () => page.querySelectorAll("[data-told-here]").map((one) => (one.hidden ? null : one.textContent));
  return {...all, find, check, choose, told, problem: () => find("[data-problem]").textContent};
}

test("an answer is checked once, fixed, and read out where it stands", async () => {
  const quiz = open();
  quiz.made.answer = () => ({status: 200, body: {revision: 1, html: "<li>Right</li>"}});
  quiz.choose("q1a");
  quiz.check(0);
  quiz.check(0);
  await quiz.tick();
  assert.deepEqual(quiz.made.asked.map((one) => [one.url, one.body.ref, one.body.responses]), [["/check", "q1", {q1: ["q1a"]}]]);
  assert.deepEqual(quiz.told(), ["Right", null]);
  assert.equal(quiz.find('input[value="q1a"]').disabled, true);
  assert.equal(Element.focused, quiz.find("[data-told-here]"));
  assert.equal(quiz.find("form[data-try]").dataset.revision, "1");
  assert.equal(Object.keys(quiz.window.localStorage).length, 0);
});

test("without an answer there is nothing to check", () => {
  const quiz = open();
  quiz.check(1);
  assert.equal(quiz.problem(), "first");
  assert.equal(quiz.made.asked.length, 0);
});

test("without a connection the answer is kept, and not fixed", async () => {
  const quiz = open();
  quiz.made.answer = () => ({lost: true});
  quiz.choose("q2a");
  quiz.check(1);
  await quiz.tick();
  assert.equal(quiz.find("[data-saved]").textContent, "kept");
  assert.deepEqual(quiz.told(), [null, null]);
});

test("what was checked before stands below its question when the page is opened again", () => {
  const quiz = open(`<template data-told="q2"><li>Not right</li></template>`);
  assert.equal(quiz.find('[data-question="q2"]').dataset.fixed, "1");
  assert.equal(quiz.find('input[value="q2a"]').disabled, true);
  assert.equal(quiz.find('input[value="q1a"]').disabled, undefined);
});
