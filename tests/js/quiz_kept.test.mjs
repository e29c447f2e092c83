import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import vm from "node:vm";
import {parse, Shelf, world} from "./quiz_page.mjs";

const SCRIPT = ["quiz", "quiz_answers", "quiz_kept", "quiz_steps", "quiz_clock", "quiz_check"].map((name) =>
  readFileSync(new URL(`../../static/wins_xblocks/js/${name}.js`, import.meta.url), "utf8")).join(";\n");
const WORDS = {answered: "{done} of {all}", saving: "saving", saved: "saved", unsaved: "unsaved", kept: "kept", restored: "restored",
  stale: "stale", late: "late", unsent: "unsent", failed: "failed", missing: "{numbers}", missing_many: "{numbers}",
  unread: "{numbers}", unread_many: "{numbers}"};
const KEY = "wins.quiz.lena.1";

// The form of try 1 at a revision, as the server shows it with these answers.
function form(revision = 0, {q1 = "", q2 = {}, q3 = ""} = {}, number = 1) {
  const radio = (value) => `<input name="q1" value="${value}" type="radio"${q1 === value ? " checked" : ""}>`;
  return `<h2 data-heading>Unit</h2><form data-try="${number}" data-revision="${revision}">
<fieldset data-question="q1">${radio("a")}${radio("b")}</fieldset>
<fieldset data-question="q2"><select name="q2" data-prompt="l1" value="${q2.l1 || ""}"></select></fieldset>
<fieldset data-question="q3"><input name="q3" data-number type="text" value="${q3}"><p data-unread hidden></p></fieldset>
<span data-progress>0</span><span data-saved></span>
<div data-confirm hidden><p data-missing></p><p data-unreadable></p><p data-again></p><button data-send>Send</button><button data-back>Back</button></div>
<button data-submit>Submit</button></form>`;
}
const RESULT = `<h2 data-heading>Unit</h2><p>You passed</p>`;

function open(html, shelf = new Shelf(), who = "lena", answer = null) {
  const all = world(shelf);
  if (answer) { all.made.answer = answer; }
  const page = parse(`<div data-quiz><div data-body>${html}</div><p data-problem hidden></p></div>`);
  vm.runInNewContext(SCRIPT + ";this.start = WinsQuiz;", all.context);
  const urls = {begin: "/start", save_answers: "/save", submit: "/submit", result: "/result", tell_outage: "/tell_outage"};
  all.context.start({}, page, {urls, words: WORDS, who});
  const root = page.querySelector("[data-quiz]"), find = (selector) => page.querySelector(selector);
  const choose = (value) => {
    page.querySelectorAll("input").forEach((box) => { if (box.type === "radio") { box.checked = box.value === value; } });
    root.fire("change", find(`input[value="${value}"]`));
  };
  const settle = async () => { all.run(); await all.tick(); };
  const said = () => find("[data-saved]").textContent, problem = () => find("[data-problem]").textContent;
  return {...all, page, root, find, choose, settle, said, problem, shelf, document: all.context.document};
}
const lost = () => ({lost: true});
const all = (quiz) => { quiz.choose("a"); quiz.find("select").value = "r1"; quiz.find("[data-number]").value = "5"; };

test("without a connection answers stand on the device and go when it is back", async () => {
  const quiz = open(form());
  quiz.made.answer = lost;
  quiz.choose("a");
  await quiz.settle();
  assert.equal(quiz.said(), "kept");
  assert.deepEqual(JSON.parse(quiz.shelf[KEY]).responses, {q1: ["a"]});
  quiz.made.answer = () => ({status: 200, body: {revision: 1}});
  quiz.window.fire("online");
  await quiz.tick();
  assert.equal(quiz.said(), "saved");
  assert.equal(quiz.shelf[KEY], undefined, "nothing stays once the server has it");
});

test("of a page closed without a connection the answers come back on the next one, and are saved", async () => {
  const first = open(form());
  first.made.answer = lost;
  all(first);
  first.choose("b");
  await first.settle();
  const next = open(form(), first.shelf);
  assert.equal(next.said(), "restored");
  assert.equal(next.find("[data-progress]").textContent, "3 of 3");
  next.made.answer = () => ({status: 200, body: {revision: 1}});
  await next.settle();
  assert.deepEqual(next.made.asked[0].body.responses, {q1: ["b"], q2: {l1: "r1"}, q3: {text: "5", unit: ""}});
  assert.equal(next.shelf[KEY], undefined);
});

test("what another learner keeps on the same device is neither shown nor sent nor lost", async () => {
  const first = open(form());
  first.made.answer = lost;
  first.choose("a");
  await first.settle();
  const other = open(form(), first.shelf, "omar");
  await other.settle();
  assert.equal(other.find('input[value="a"]').checked, false);
  assert.equal(other.made.asked.length, 0);
  assert.ok(first.shelf[KEY]);
  open(form(), first.shelf, "");  // a page that stores nothing: a preview
  assert.ok(first.shelf[KEY]);
});

test("what was saved elsewhere meanwhile wins, and that is told", async () => {
  const first = open(form());
  first.made.answer = lost;
  first.choose("a");
  await first.settle();
  const next = open(form(1, {q1: "b"}), first.shelf);
  assert.equal(next.problem(), "stale");
  assert.equal(next.find('input[value="b"]').checked, true);
  await next.settle();
  assert.equal(next.made.asked.length, 0);
  assert.equal(next.shelf[KEY], undefined);
});

test("a save that arrived without its receipt is no change from elsewhere: later answers stay", async () => {
  const quiz = open(form());
  quiz.made.answer = lost;
  for (const value of ["a", "b"]) {
    quiz.choose(value);
    await quiz.settle();
  }
  const heading = quiz.find("[data-heading]");
  quiz.find("[data-number]").value = "7";
  quiz.choose("a");
  quiz.made.answer = (_url, times) => (times === 3
    ? {status: 409, body: {error: "Changed.", html: form(1, {q1: "b"})}} : {status: 200, body: {revision: 2}});
  await quiz.settle();
  assert.equal(quiz.find("[data-heading]"), heading, "the page is not swapped under her hands");
  assert.equal(quiz.problem(), "");
  const saved = quiz.made.asked.at(-1).body;
  assert.deepEqual([saved.revision, saved.responses], [1, {q1: ["a"], q3: {text: "7", unit: ""}}]);
});

test("the same after the page was opened again", async () => {
  const first = open(form());
  first.made.answer = lost;
  first.choose("a");
  await first.settle();
  first.choose("b");
  const next = open(form(1, {q1: "a"}), first.shelf);
  assert.equal(next.problem(), "");
  assert.equal(next.find('input[value="b"]').checked, true);
  next.made.answer = () => ({status: 200, body: {revision: 2}});
  await next.settle();
  assert.equal(next.made.asked[0].body.revision, 1);
});

test("sending without a connection keeps the answers, says so, and is never done by itself", async () => {
  const quiz = open(form());
  quiz.made.answer = lost;
  all(quiz);
  quiz.root.fire("submit");
  await quiz.tick();
  assert.equal(quiz.problem(), "unsent");
  assert.ok(quiz.shelf[KEY]);
  quiz.made.answer = (url) => ({status: 200, body: url === "/save" ? {revision: 1} : {html: RESULT}});
  quiz.window.fire("online");
  await quiz.tick();
  assert.deepEqual(quiz.made.asked.map((one) => one.url), ["/submit", "/save"]);
  quiz.root.fire("submit");
  await quiz.tick();
  assert.equal(quiz.made.asked.at(-1).url, "/submit");
  assert.equal(quiz.shelf[KEY], undefined);
});

test("sending after a save without receipt goes on from it", async () => {
  const quiz = open(form());
  quiz.made.answer = lost;
  all(quiz);
  quiz.choose("a");
  await quiz.settle();
  quiz.made.answer = (_url, times) => (times === 2
    ? {status: 409, body: {error: "Changed.", html: form(1, {q1: "a", q2: {l1: "r1"}, q3: "5"})}} : {status: 200, body: {html: RESULT}});
  quiz.root.fire("submit");
  await quiz.tick();
  assert.deepEqual(quiz.made.asked.slice(1).map((one) => [one.url, one.body.revision]), [["/submit", 0], ["/submit", 1]]);
});

test("where the browser keeps nothing, the page says that answers are not saved", async () => {
  const closed = {setItem() { throw new Error("full"); }, getItem() { throw new Error("closed"); }};
  const quiz = open(form(), closed);
  quiz.made.answer = lost;
  quiz.choose("a");
  await quiz.settle();
  assert.equal(quiz.said(), "unsaved");
});

test("somebody else's session saves nothing of this page", async () => {
  const quiz = open(form());
  quiz.made.answer = () => ({status: 403, body: {error: "Somebody else."}});
  quiz.choose("a");
  await quiz.settle();
  assert.equal(quiz.made.asked[0].body.who, "lena");
  assert.equal(quiz.problem(), "Somebody else.");
  assert.ok(quiz.shelf[KEY]);
});

test("what came after the time is told once, when the page shows that the time was over", () => {
  const shelf = new Shelf();
  shelf.setItem(KEY, JSON.stringify({revision: 0, responses: {q1: ["a"]}, sent: []}));
  const late = RESULT + `<p data-late="1"></p>`;
  assert.equal(open(late, shelf).problem(), "late");
  assert.equal(open(late, shelf).problem(), "");
});

const CUT = JSON.stringify({revision: 0, responses: {q1: ["a"]}, sent: [], cut: Date.now() - 120000});

test("a line that was cut before the end is told of with what was kept, and the try is given back", async () => {
  const shelf = new Shelf();
  shelf.setItem(KEY, CUT);
  const page = open(RESULT + `<p data-late="1"></p>`, shelf, "lena", () => ({status: 200, body: {html: RESULT}}));
  await page.tick();
  const [asked] = page.made.asked;
  assert.deepEqual([asked.url, asked.body.number, asked.body.responses], ["/tell_outage", 1, {q1: ["a"]}]);
  assert.ok(asked.body.seconds >= 119 && asked.body.seconds <= 125);
  assert.equal(shelf.getItem(KEY), null);
  assert.equal(page.problem(), "");
});

test("what the server measured otherwise is said, and is not told again", async () => {
  const shelf = new Shelf();
  shelf.setItem(KEY, CUT);
  const page = open(RESULT + `<p data-late="1"></p>`, shelf, "lena", () => ({status: 409, body: {error: "All had arrived."}}));
  await page.tick();
  assert.equal(page.problem(), "All had arrived.");
  assert.equal(shelf.getItem(KEY), null);
});

test("without a connection it is told when the page is opened again", async () => {
  const shelf = new Shelf();
  shelf.setItem(KEY, CUT);
  const page = open(RESULT + `<p data-late="1"></p>`, shelf, "lena", () => { throw new Error("no line"); });
  await page.tick();
  assert.equal(page.problem(), "late");
  assert.notEqual(shelf.getItem(KEY), null);
});
