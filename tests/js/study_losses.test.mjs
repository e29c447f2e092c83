/* What a bad line, a page that ends and a sleeping device must not lose or add. */
import assert from "node:assert/strict";
import test from "node:test";
import { Device, Page, Server } from "./study_page.mjs";

const near = (actual, expected, by = 1100) =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} ms is not about ${expected} ms`);
const hellos = (server) => server.requests.filter((one) => one.url === "/hello");
/* A page whose hello gets no answer while `page.mute`. */
async function mutePage(server, more) {
  const page = new Page(server, more), fetch = page.fetch.bind(page);
  page.mute = true;
  page.fetch = (url, options) => (page.mute && url === "/hello" ? Promise.reject(new TypeError("no line")) : fetch(url, options));
  return page.start();
}

for (const standing of [true, false]) {
  test(`a visit that had no ticket when the device slept gets one later; the clock ${standing ? "stood" : "went on"}`, async () => {
    const server = new Server(), page = await mutePage(server), began = server.now;
    await page.pass(60, { touching: true });
    page.sleep(3600, standing);
    await page.pass(10);
    page.mute = false;
    await page.pass(200, { touching: true });
    await page.leave();
    near(server.ms, 270000, 2500);
    assert.ok(server.instants.has(began / 100 + 300), "it lies where it was read");
  });
}

test("a hello that failed is tried again soon, then less often", async () => {
  const server = new Server(), page = await mutePage(server);
  await page.pass(4);
  page.mute = false;
  await page.pass(2);
  assert.equal(hellos(server).length, 1);
  const other = new Server(), silent = new Page(other);
  let asked = 0;
  silent.fetch = () => { asked++; return Promise.reject(new TypeError("no line")); };
  await silent.start();
  await silent.pass(600, { touching: true });
  assert.ok(asked >= 5 && asked <= 12, `${asked} times in ten minutes`);
});

test("a page left before its hello was answered is opened by the next one, with its own ticket", async () => {
  const server = new Server(), device = new Device(), began = server.now;
  const first = await mutePage(server, { device, args: { ticket: "first" } });
  await first.pass(40);
  await first.leave();
  assert.equal(server.requests.length, 0);
  server.now += 600000;
  const second = await new Page(server, { device, args: { ticket: "second" } }).start();
  await second.pass(100);
  await second.leave();
  assert.deepEqual(hellos(server).map((one) => one.body.ticket), ["second", "first"]);
  near(server.ms, 140000, 1500);
  assert.ok(server.instants.has(began / 100 + 200), "it lies where it was read");
  assert.deepEqual(device.kept, {});
});

test("an older page's time is dropped when its ticket is too old, and the page that asked goes on", async () => {
  const server = new Server(), device = new Device(), first = await mutePage(server, { device, args: { ticket: "old" } });
  await first.pass(40);
  await first.leave();
  server.now += 50000000;
  server.refuse = (url, body) => (body.ticket === "old" ? { status: 409, told: { state: "reload", error: "x" } } : null);
  const second = await new Page(server, { device }).start();
  await second.pass(100);
  assert.match(second.line, /^Counting/);
  await second.leave();
  near(server.ms, 100000);
  assert.deepEqual(device.kept, {});
});

test("when the clock was set meanwhile, an older page's time is as if it had ended now", async () => {
  const server = new Server(), device = new Device(), first = await mutePage(server, { device, args: { ticket: "first" } });
  await first.pass(40);
  await first.leave();
  server.now += 90000000;
  server.refuse = (url, body) => (body.ticket === "first" && body.at > 60000 ? { status: 400, told: {} } : null);
  const second = await new Page(server, { device }).start();
  await second.pass(20);
  await second.leave();
  near(server.ms, 60000 - 5000, 6000);
  assert.deepEqual(device.kept, {});
});

test("what a page had counted when its browser ended is kept to the second", async () => {
  const server = new Server(), device = new Device(), first = await new Page(server, { device }).start();
  await first.pass(140, { touching: true });  // and no word more
  near(server.ms, 90000);
  server.now += 120000;
  await new Page(server, { device }).start();
  near(server.ms, 140000);
});

test("a page that is left at the moment its device wakes does not count the sleep", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(50);
  page.sleep(3600, false);
  await page.leave();
  near(server.ms, 50000);
});

test("a ticket that was used is kept, though a later hello was faster: the same time must not lie at two places", async () => {
  const server = new Server(), page = new Page(server), fetch = page.fetch.bind(page), waiting = [];
  page.fetch = (url, options) => (url !== "/hello" ? fetch(url, options)
    : new Promise((resolve) => waiting.push(() => resolve(fetch(url, options)))));
  await page.start();
  await page.pass(3);
  waiting.shift()();
  await page.settle();
  await page.see(false);
  waiting.shift()();
  await page.settle();
  await page.see(true);
  await page.pass(91);
  assert.equal(hellos(server).length, 2);
  assert.deepEqual([...new Set(server.beats().map((one) => one.body.ticket))], ["t0"]);
});

test("who sent another page's time does not remove what that page has written since", async () => {
  const server = new Server(), device = new Device();
  const entry = (spans) => JSON.stringify({ ticket: "t0", page: "", spans, inputs: 0, begun: 0, seen: server.now });
  server.epochs.t0 = server.now - 1000000;
  device.kept["wins.spans.7.x"] = entry([[0, 5000]]);
  server.now += 100000;
  const page = await new Page(server, { device }).start();
  assert.deepEqual(Object.keys(device.kept), []);
  device.kept["wins.spans.7.x"] = entry([[5000, 9000]]);
  await page.pass(200, { touching: true });
  assert.ok(server.beats().some((one) => one.body.spans[0][0] === 5000), "a later beat takes it along");
});

test("a film that begins on a paused page is study", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(400);
  page.document.fire("timeupdate", { target: { paused: false } });
  await page.pass(100);
  await page.leave();
  near(server.ms, 400000, 1500);
});

test("an answer that wakes with the device does not hide that it slept: who woke it is there", async () => {
  const server = new Server(), page = await new Page(server).start(), fetch = page.fetch.bind(page);
  let wake = null;
  page.fetch = (url, options) => (url === "/beat" && !wake
    ? new Promise((resolve) => { wake = () => resolve({ status: 409, json: () => Promise.resolve({ state: "reopen" }) }); }) : fetch(url, options));
  await page.pass(250);
  page.sleep(3600, true);
  wake();
  await page.settle();
  await page.pass(200);
  await page.leave();
  near(server.ms, 450000, 2500);
});

for (const alive of [true, false]) {
  test(`unopened time lies before a clock that was set back, also ${alive ? "when the next page saw it" : "before the next page"}`, async () => {
    const server = new Server(), device = new Device();
    const first = await mutePage(server, { device, args: { ticket: "first" } });
    await first.pass(40, { touching: true });
    await first.leave();
    const true_now = server.now;
    let shown = null;
    if (alive) {
      shown = await mutePage(server, { device, args: { ticket: "second" } });
      await shown.pass(10);
    }
    device.setBack = 3600000;
    shown = shown || await mutePage(server, { device, args: { ticket: "second" } });
    shown.mute = false;
    await shown.pass(100, { touching: true });
    await shown.leave();
    near(server.ms, alive ? 150000 : 140000, 2500);
    assert.ok(server.instants.has(true_now / 100 - 200), "it lies where it was read");
  });
}

test("time that another page opened and sent is not sent again by the page that wakes with a clock set forward", async () => {
  const server = new Server(), device = new Device();
  const first = await mutePage(server, { device, args: { ticket: "first" } });
  await first.pass(30, { touching: true });
  first.sleep(600, false);
  await first.pass(20, { touching: true });
  await first.see(false);
  device.setBack = -7200000;
  server.now += 300000;
  first.perf += 300000;
  const second = await new Page(server, { device, args: { ticket: "second" } }).start();
  await second.pass(100, { touching: true });
  await second.leave();
  const told = server.ms;
  first.mute = false;
  await first.see(true);
  await first.pass(5);
  await first.leave();
  near(told, 150000, 2500);
  near(server.ms, told + 5000, 2500);
});
