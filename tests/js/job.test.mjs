/* The page of a job keeps itself up to date while the job runs, and stops when it has ended. */
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import vm from "node:vm";

const SCRIPT = fs.readFileSync(new URL("../../static/wins_xblocks/js/job.js", import.meta.url), "utf8");

/* A page: whether the job is open, how many lines are behind it, and its words. */
function page(state, value, words) {
  const nodes = { job: { getAttribute: () => state }, bar: { value }, progress: { textContent: words } };
  return { getElementById: (id) => (state ? nodes[id] : null), nodes };
}

async function start(shown, answers) {
  const waits = [], asked = [];
  const fetch = async (address) => {
    asked.push(address);
    const next = answers.shift();
    if (next === "away") { throw new Error("network"); }
    return { ok: next !== "busy", text: async () => next };
  };
  class DOMParser { parseFromString(html) { return html; } }
  const window = { fetch, DOMParser, location: { href: "/wins/desk/jobs/3/" }, setTimeout: (act, after) => waits.push([act, after]) };
  vm.runInNewContext(SCRIPT, { document: shown, window, fetch, DOMParser });
  const turn = async () => {
    const [act, after] = waits.shift();
    assert.ok(after >= 2000, "a reader of the screen is not to be told all the time");
    act();
    for (let i = 0; i < 6; i += 1) { await null; }
    await new Promise((done) => { setImmediate(done); });
  };
  return { waits, asked, turn };
}

test("bar and words follow the job until it has ended", async () => {
  const shown = page("open", 0, "waits");
  const own = await start(shown, [page("open", 20, "20 of 60"), page("ended", 60, "60 of 60")]);
  await own.turn();
  assert.deepEqual([shown.nodes.bar.value, shown.nodes.progress.textContent], [20, "20 of 60"]);
  await own.turn();
  assert.deepEqual([shown.nodes.bar.value, shown.nodes.progress.textContent], [60, "60 of 60"]);
  assert.equal(own.waits.length, 0);
  assert.deepEqual(own.asked, ["/wins/desk/jobs/3/", "/wins/desk/jobs/3/"]);
});

test("the same words are not said twice", async () => {
  const shown = page("open", 0, "waits");
  let writes = 0;
  Object.defineProperty(shown.nodes.progress, "textContent", { get: () => "waits", set: () => { writes += 1; } });
  const own = await start(shown, [page("open", 0, "waits"), page("open", 1, "runs")]);
  await own.turn();
  assert.equal(writes, 0);
  await own.turn();
  assert.equal(writes, 1);
});

test("without network or server it is tried again", async () => {
  const shown = page("open", 0, "waits");
  const own = await start(shown, ["away", "busy", page("open", 9, "runs")]);
  await own.turn();
  await own.turn();
  assert.equal(shown.nodes.bar.value, 0);
  await own.turn();
  assert.equal(shown.nodes.bar.value, 9);
});

test("who is signed out is left alone, and so is a page without a job", async () => {
  const own = await start(page("open", 0, "waits"), [page(null)]);
  await own.turn();
  assert.equal(own.waits.length, 0);
  assert.equal((await start(page(null), [])).waits.length, 0);
});
