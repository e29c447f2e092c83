import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import vm from "node:vm";
import {parse, world} from "./quiz_page.mjs";

const SCRIPT = ["quiz", "quiz_answers", "quiz_kept", "quiz_steps", "quiz_clock", "quiz_check"].map((name) =>
  readFileSync(new URL(`../../static/wins_xblocks/js/${name}.js`, import.meta.url), "utf8")).join(";\n");
const WORDS = {answered: "", minutes_left: "{n} minutes", minute_left: "1 minute", last_minute: "under 1", hide_time: "hide", show_time: "show",
  over: "over", saving: "saving", saved: "saved", kept: "kept", unsent: "unsent", failed: "failed"};

function open(seconds) {
  const all = world(), clock = {now: 1e12};
  all.context.Date = {now: () => clock.now};
  const page = parse(`<div data-quiz><div data-body><h2 data-heading>Unit</h2><form data-try="1" data-revision="0">
<p data-clock data-left="${seconds}" hidden><b data-time></b><button data-hide></button></p><p data-clock-said></p>
<fieldset data-question="q1"><input name="q1" value="a" type="radio"></fieldset><span data-progress></span><span data-saved></span>
<div data-confirm hidden></div><button data-submit>Send</button></form></div><p data-problem hidden></p></div>`);
  vm.runInNewContext(SCRIPT + ";this.start = WinsQuiz;", all.context);
  all.context.start({}, page, {urls: {save_answers: "/save", submit: "/submit"}, words: WORDS, who: "lena"});
  const find = (selector) => page.querySelector(selector), root = page.querySelector("[data-quiz]");
  const after = (passed) => { clock.now += passed * 1000; all.run(); };
  const time = () => find("[data-time]").textContent, said = () => find("[data-clock-said]").textContent;
  const choose = () => { find("input").checked = true; root.fire("change", find("input")); };
  return {...all, find, root, after, time, said, choose};
}

test("the line counts in minutes and is spoken at ten, five and one", () => {
  const quiz = open(700), heard = [];
  assert.equal(quiz.find("[data-clock]").hidden, false);
  for (const [passed, line] of [[0, "11 minutes"], [99, "10 minutes"], [1, "10 minutes"], [299, "5 minutes"], [1, "5 minutes"], [239, "1 minute"],
    [1, "1 minute"], [1, "under 1"]]) {
    quiz.after(passed);
    assert.equal(quiz.time(), line);
    heard.push(quiz.said());
  }
  assert.deepEqual(heard, ["", "", "10 minutes", "10 minutes", "5 minutes", "5 minutes", "1 minute", "1 minute"]);
});

test("a try of four minutes is not told of five", () => {
  const quiz = open(240);
  quiz.after(1);
  assert.equal(quiz.said(), "");
  quiz.after(180);
  assert.equal(quiz.said(), "1 minute");
});

test("the time can be hidden, and is spoken all the same", () => {
  const quiz = open(400);
  quiz.root.fire("click", quiz.find("[data-hide]"));
  assert.deepEqual([quiz.time(), quiz.find("[data-hide]").textContent], ["", "show"]);
  quiz.after(101);
  assert.deepEqual([quiz.time(), quiz.said()], ["", "5 minutes"]);
  quiz.root.fire("click", quiz.find("[data-hide]"));
  assert.equal(quiz.time(), "4 minutes");
});

test("at the end the last answer is saved, and then the server closes the try", async () => {
  const quiz = open(60);
  quiz.made.answer = (url) => ({status: 200, body: url === "/save" ? {revision: 1} : {html: "<h2 data-heading>Over</h2>"}});
  quiz.choose();
  quiz.after(61);
  await quiz.tick();
  assert.equal(quiz.find("[data-problem]").textContent, "over");
  assert.deepEqual(quiz.made.asked.map((one) => one.url), ["/save"]);
  quiz.run();
  await quiz.tick();
  assert.deepEqual(quiz.made.asked.map((one) => one.url), ["/save", "/submit"]);
  assert.equal(quiz.find("[data-heading]").textContent, "Over");
});
