import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import vm from "node:vm";
import {Element, parse, world} from "./quiz_page.mjs";

const SCRIPT = readFileSync(new URL("../../static/wins_xblocks/js/exam_voucher.js", import.meta.url), "utf8");
const WORDS = {failed: "not reached", signed_out: "signed out", copied: "copied", not_copied: "copy it yourself"};
const card = (exam, kind, code = "") => `<section data-exam="${exam}"><h3 data-heading>${exam} ${kind}</h3>${code}
<p data-main><button data-do="${kind}">Press</button></p><p data-problem></p></section>`;
const BOX = `<div data-code-box hidden><span data-grouped></span><span data-spoken></span><button data-copy>Copy</button>
<button data-print>Print</button><span data-copied></span></div>`;
const SHOWN = {html: card("FND", "show", BOX), said: "Your code is shown.", code: "ABCD1234", grouped: "ABCD 1234", spoken: "A B C D, 1 2 3 4"};

Object.assign(Element.prototype, {
  replaceWith(fresh) {
    const siblings = this.parentNode.children;
    fresh.parentNode = this.parentNode;
    siblings[siblings.indexOf(this)] = fresh;
  },
});
Object.defineProperty(Element.prototype, "classList", {
  get() { this.classes = this.classes || new Set(); return {add: (name) => this.classes.add(name), remove: (name) => this.classes.delete(name)}; },
});

function open(html, wrap = (element) => element) {
  const all = world();
  const page = parse(`<div>${html}<p data-said></p></div>`).firstElementChild;
  const printed = [];
  const clipboard = [];
  all.context.document.documentElement = new Element("html");
  all.context.navigator = {clipboard: {writeText: async (text) => { clipboard.push(text); }}};
  all.window.fetch = all.context.fetch;
  all.window.print = () => printed.push([...all.context.document.documentElement.classes]);
  vm.runInNewContext(SCRIPT + ";this.start = WinsExamVoucher;", all.context);
  all.context.start({}, wrap(page), {urls: {get: "/get", show: "/show"}, words: WORDS});
  const find = (selector) => page.querySelector(selector);
  const click = async (selector) => { page.fire("click", find(selector)); await all.tick(); };
  return {...all, page, find, click, printed, clipboard};
}

async function shown() {
  const voucher = open(card("FND", "show"));
  voucher.made.answer = () => ({status: 200, body: SHOWN});
  await voucher.click("[data-do]");
  return voucher;
}

test("the button asks for its exam with the page's token and shows the new state", async () => {
  const voucher = open(card("FND", "get") + card("REG", "get"));
  voucher.made.answer = () => ({status: 200, body: {html: card("FND", "show"), said: "Reserved"}});
  await voucher.click("[data-do]");
  assert.deepEqual(voucher.made.asked.map((asked) => [asked.url, asked.body, asked.headers["X-CSRFToken"]]), [["/get", {exam: "FND"}, "tok="]]);
  assert.equal(voucher.find("[data-heading]").textContent, "FND show");
  assert.equal(Element.focused, voucher.find("[data-heading]"));
  assert.equal(voucher.find("[data-said]").textContent, "Reserved");
  assert.equal(voucher.page.querySelectorAll("[data-exam]").length, 2);
});

test("pressing twice asks once", async () => {
  const voucher = open(card("FND", "get"));
  voucher.made.answer = () => ({status: 200, body: {html: card("FND", "show"), said: ""}});
  voucher.page.fire("click", voucher.find("[data-do]"));
  voucher.page.fire("click", voucher.find("[data-do]"));
  await voucher.tick();
  assert.equal(voucher.made.asked.length, 1);
});

test("the code is written as text, for eyes and ears, and the button that showed it goes", async () => {
  const voucher = await shown();
  assert.equal(voucher.find("[data-grouped]").textContent, "ABCD 1234");
  assert.equal(voucher.find("[data-spoken]").textContent, "A B C D, 1 2 3 4");
  assert.equal(voucher.find("[data-code-box]").hidden, false);
  assert.equal(voucher.find("[data-main]").hidden, true);
});

test("copy takes the code without spaces and says so", async () => {
  const voucher = await shown();
  await voucher.click("[data-copy]");
  assert.deepEqual(voucher.clipboard, ["ABCD1234"]);
  assert.equal(voucher.find("[data-copied]").textContent, "copied");
});

test("where the browser does not copy, the learner reads what to do", async () => {
  const voucher = await shown();
  for (const clipboard of [undefined, {writeText: async () => { throw new Error("no"); }}]) {
    voucher.context.navigator.clipboard = clipboard;
    await voucher.click("[data-copy]");
    assert.equal(voucher.find("[data-problem]").textContent, "copy it yourself");
  }
});

test("print prints this card only and leaves no trace", async () => {
  const voucher = await shown();
  await voucher.click("[data-print]");
  assert.deepEqual(voucher.printed, [["wins-printing"]]);
  assert.equal(voucher.context.document.documentElement.classes.size, 0);
});

test("leaving the page takes the code away, also from a page that the browser keeps", async () => {
  const voucher = await shown();
  voucher.window.fire("pagehide");
  assert.ok(!voucher.page.textContent.includes("ABCD"));
  assert.ok(!voucher.page.textContent.includes("A B C D"));
  assert.equal(voucher.find("[data-code-box]").hidden, true);
  assert.equal(voucher.find("[data-main]").hidden, false);
});

for (const [name, answer, words] of [
  ["a refusal", {status: 409, body: {error: "Not yet."}}, "Not yet."],
  ["a server in trouble", {status: 503, body: {error: "Traceback"}}, "not reached"],
  ["an answer that is no JSON", {status: 200}, "not reached"],
  ["no connection", {lost: true}, "not reached"],
  ["a session that ended", {status: 403, body: {error: "CSRF"}}, "signed out"],
  ["a page of the sign-in", {status: 401}, "signed out"],
]) {
  test(`${name} is told beside the button, which works again`, async () => {
    const voucher = open(card("FND", "get"));
    voucher.made.answer = () => answer;
    await voucher.click("[data-do]");
    assert.equal(voucher.find("[data-problem]").textContent, words);
    voucher.made.answer = () => ({status: 200, body: {html: card("FND", "show"), said: ""}});
    await voucher.click("[data-do]");
    assert.equal(voucher.find("[data-heading]").textContent, "FND show");
  });
}

test("it runs where the element is wrapped", async () => {
  const voucher = open(card("FND", "get"), (element) => ({jquery: "3.7", 0: element}));
  voucher.made.answer = () => ({status: 200, body: {html: card("FND", "show"), said: ""}});
  await voucher.click("[data-do]");
  assert.equal(voucher.made.asked.length, 1);
});

test("an author picks which sample to see", () => {
  const voucher = open(`<select data-sample-picker value="0"></select><div data-sample>a</div><div data-sample>b</div>`);
  const seen = () => voucher.page.querySelectorAll("[data-sample]").filter((sample) => !sample.hidden).map((sample) => sample.textContent);
  assert.deepEqual(seen(), ["a"]);
  voucher.find("[data-sample-picker]").value = "1";
  voucher.find("[data-sample-picker]").fire("change");
  assert.deepEqual(seen(), ["b"]);
});
