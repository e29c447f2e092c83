// The editor as its page has it, in the small page of quiz_page.mjs.
import {readFileSync} from "node:fs";
import vm from "node:vm";
import {parse, world} from "./quiz_page.mjs";

const PARTS = ["_undo", "_list", "_find", "_kinds", "_told", "_preview", "_both", "_exchange", "_statistics", ""];
const SCRIPT = PARTS.map((name) => readFileSync(new URL(`../../static/wins_xblocks/js/quiz_editor${name}.js`, import.meta.url), "utf8")).join("\n");
const template = (name) => readFileSync(new URL(`../../wins_xblocks/templates/wins_xblocks/${name}.html`, import.meta.url), "utf8");
const TEMPLATE = template("quiz_editor").replace(/{% include "wins_xblocks.(\w+).html" %}/g, (_all, name) => template(name))
  .replace(/{%[^%]*%}|{{[^}]*}}/g, "");
const WORDS = {question: "Question {n}", empty: "(empty)", deleted: "Deleted {n}.", saved: "Saved.", failed: "failed", refused: "no", none: "none",
  new_objectives: "New: {names}.", count: "{n} questions", no_case: "no case", have: "{n} fit", draft: "draft", retired: "retired",
  hits: "{n} of {all}", no_hits: "none fits", moved: "{from} to {n} of {all}", retire: "Retire", ask_again: "Ask again", retired_now: "Retired {n}.",
  asked_again: "Asked {n}.", added: "Added {n}.", copied: "Copied {n}.", changed: "Changed {n}.", settings_changed: "Settings.", lists_changed: "Lists.",
  read_in: "Read.", undone_step: "Undone: {what}", not_found: "gone", mend: "Mend.", theirs_new: "They added {stem}", theirs_gone: "They deleted {stem}",
  theirs_changed: "They changed {stem}", mine_new: "You added {stem}", mine_gone: "You deleted {stem}", mine_changed: "You changed {stem}",
  both_changed: "Both {stem}", theirs_settings: "Their settings", mine_settings: "My settings", together: "Together, twice {n}"};
export const item = (id, stem) => ({id, kind: "single", objective: "o1", stem, rationale: "",
  options: [{id: "a", text: "Yes", correct: true}, {id: "b", text: "No", correct: false}]});
export const stored = () => ({
  settings: {display_name: "Unit 1", module_id: "", purpose: "unit", pass_percent: 70, max_tries: 0, draw: 0, draw_by: "", minutes: 0, one_by_one: false, check_each: false, weight: null},
  bank: {bank_id: "bank", objectives: [{id: "o1", text: "Explain"}], items: [item("q1", "First?"), item("q2", "Second?")]},
  loaded: "hash-1",
});

export function open({runtime = {}, quiz = stored(), problems = [], more = {}, timer = null} = {}) {
  const all = world(), page = parse(TEMPLATE), told = [];
  if (runtime.told) { runtime.notify = (name, data) => told.push([name, data.state || data.title]); }
  if (timer) { all.context.setTimeout = all.context.window.setTimeout = timer; }
  vm.runInNewContext(SCRIPT + ";this.start = WinsQuizEditor;", all.context);
  const urls = {save_quiz: "/save", read_yaml: "/read", write_yaml: "/write", preview_questions: "/preview", ...more};
  all.context.start(runtime, page, {urls, quiz, words: WORDS, problems});
  const root = page.querySelector("[data-editor]"), list = root.querySelector("[data-questions]");
  const click = (action, within = root) => root.fire("click", within.querySelector(`[data-do="${action}"]`));
  const type = (selector, value, within = root) => {
    const field = within.querySelector(selector);
    field[field.type === "checkbox" ? "checked" : "value"] = value;
    root.fire("input", field);
  };
  const titles = () => list.children.map((row) => row.querySelector("[data-title]").textContent);
  const save = async () => { click("save"); await all.tick(); return all.made.asked.at(-1).body; };
  all.made.answer = () => ({status: 200, body: {...stored(), loaded: "hash-2", problems: []}});
  return {...all, root, list, click, type, titles, save, told, find: (selector) => root.querySelector(selector)};
}
