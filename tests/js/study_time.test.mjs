import assert from "node:assert/strict";
import test from "node:test";
import { Device, Page, Server } from "./study_page.mjs";

const near = (actual, expected, by = 1100) =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} ms is not about ${expected} ms`);
const union = (beats) => beats.flatMap((one) => one.body.spans).sort((one, other) => one[0] - other[0]);

test("a page that is read tells every 90 seconds, and the sum is the time", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(600, { touching: true });
  await page.leave();
  assert.equal(server.beats().length, 7);
  near(server.ms, 600000);
  assert.equal(page.last.headers["X-CSRFToken"], "secret");
});

test("the line says the time while it runs", async () => {
  const page = await new Page(new Server()).start();
  await page.pass(125, { touching: true });
  assert.equal(page.line, "Counting 2 min 2 min");
  assert.equal(page.clock.attributes["data-state"], "counting");
});

test("in the demo a minute counts as many", async () => {
  const page = await new Page(new Server(), { args: { factor: 600 } }).start();
  await page.pass(60);
  assert.equal(page.line, "Counting 10 h 10 h");
});

test("a hidden page does not count, and tells at once what was open", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(30);
  await page.see(false);
  assert.equal(page.last.keepalive, true);
  near(server.ms, 30000, 100);
  await page.pass(600);
  await page.see(true);
  assert.equal(page.nodes.detail.text, "returned");
  await page.pass(90);
  await page.leave();
  near(server.ms, 120000);
});

test("nothing is sent when nothing changed", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(10);
  await page.see(false);
  const sent = server.requests.length;
  await page.pass(1000);
  await page.leave();
  assert.equal(server.requests.length, sent);
});

test("without a touch it asks after four minutes and pauses after five; the tail counts", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(239);
  assert.equal(page.nodes.answer.hidden, true);
  await page.pass(2);
  assert.equal(page.line, "asking");
  assert.equal(page.nodes.answer.hidden, false);
  await page.pass(62);
  assert.match(page.line, /^Paused since \d\d:\d\d/);
  assert.equal(page.nodes.answer.hidden, true);
  await page.pass(600);
  near(server.ms, 300000, 100);
  page.touch();
  await page.pass(91);
  await page.leave();
  near(server.ms, 391000, 2000);
});

test("any touch answers the question, a made-up one does not", async () => {
  const page = await new Page(new Server()).start();
  await page.pass(245);
  page.touch({ isTrusted: false });
  await page.pass(1);
  assert.equal(page.line, "asking");
  page.nodes.answer.fire("click");
  await page.pass(1);
  assert.match(page.line, /^Counting/);
});

test("a film that plays is study, a loop is decoration, and the parent's scroll is a touch", async () => {
  const page = await new Page(new Server()).start();
  await page.pass(200);
  page.document.fire("timeupdate", { target: { paused: false, loop: true } });
  await page.pass(45);
  assert.equal(page.line, "asking");
  page.document.fire("timeupdate", { target: { paused: false } });
  await page.pass(1);
  assert.equal(page.line, "media");
  await page.pass(245);
  const origin = "https://apps.example.org", data = { type: "unit.visibilityStatus" };
  for (const other of [{ source: {} }, { origin: "https://elsewhere.example.org" }, { origin: "" }, { data: { type: "other" } }]) {
    page.window.fire("message", { source: page.parent, origin, data, ...other });
    await page.pass(1);
    assert.equal(page.line, "asking", JSON.stringify(other));
  }
  page.window.fire("message", { source: page.parent, origin, data });
  await page.pass(1);
  assert.match(page.line, /^Counting/);
});

for (const standing of [true, false]) {
  test(`sleep does not count, also when the monotonic clock ${standing ? "stands still" : "goes on"}`, async () => {
    const server = new Server(), page = await new Page(server).start();
    await page.pass(50);
    page.sleep(3600, standing);
    await page.pass(50, { touching: true });
    await page.leave();
    near(server.ms, 100000, 2000);
    assert.equal(Object.keys(server.epochs).length, 2, "a new visit began");
  });
}

test("a page that comes back from the browser's memory begins a new visit", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(20);
  const timers = page.timers;
  await page.leave();
  page.sleep(300, false);
  page.timers = timers;
  page.document.visibilityState = "visible";
  page.window.fire("pageshow", { persisted: true });
  await page.pass(20);
  await page.leave();
  assert.equal(Object.keys(server.epochs).length, 2);
  near(server.ms, 40000, 1500);
});

test("after two hours a new visit begins without a gap", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(7300, { touching: true });
  await page.leave();
  assert.equal(Object.keys(server.epochs).length, 2);
  near(server.ms, 7300000, 2100);
});

test("nobody is at a page that begins a new visit by itself: who was away stays away", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.pass(7 * 3600);
  near(server.ms, 300000, 100);
  server.now += 3000;  // the network sets the clock
  await page.pass(1000);
  near(server.ms, 300000, 100);
  page.touch();
  await page.pass(100);
  server.now -= 3000;
  await page.pass(1000);
  near(server.ms, 600000, 3000);
});

test("a reload sends what was open, once", async () => {
  const server = new Server(), device = new Device(), first = await new Page(server, { device }).start();
  await first.pass(45);
  await first.leave();
  near(server.ms, 45000, 100);
  const second = await new Page(server, { device }).start();
  await second.pass(200, { touching: true });
  await second.leave();
  near(server.ms, 245000, 1500);
  assert.deepEqual(device.kept, {});
});

test("what could not be sent is kept with its own ticket and sent late by the next page", async () => {
  const server = new Server(), device = new Device(), first = await new Page(server, { device }).start();
  await first.pass(10);
  first.offline = true;
  await first.pass(100, { touching: true });
  assert.equal(first.line, "offline");
  await first.leave();
  assert.equal(server.ms, 0);
  const kept = Object.entries(device.kept);
  assert.equal(kept.length, 1);
  assert.deepEqual(Object.keys(JSON.parse(kept[0][1])).sort(), ["begun", "inputs", "page", "seen", "spans", "ticket"]);
  server.now += 3600000;
  const second = await new Page(server, { device }).start();
  near(server.ms, 110000, 1500);
  const late = server.beats().at(-1).body;
  assert.equal(late.late, true);
  assert.equal(late.ticket, "t0");
  assert.equal(second.nodes.detail.text, "added");
  assert.deepEqual(device.kept, {});
  await second.pass(95, { touching: true });
  assert.equal(server.beats().at(-1).body.ticket, "t1", "the old ticket is not gone on with");
});

test("another learner's time on the device is dropped, never sent", async () => {
  const server = new Server(), device = new Device();
  device.kept["wins.spans.8.x"] = JSON.stringify({ ticket: "t9", spans: [[0, 5000]], inputs: 0, seen: 0 });
  await new Page(server, { device }).start();
  assert.deepEqual(device.kept, {});
  assert.equal(server.beats().length, 0);
});

test("a page that still lives sends its own", async () => {
  const server = new Server(), device = new Device();
  device.kept["wins.spans.7.x"] = JSON.stringify({ ticket: "t9", spans: [[0, 5000]], inputs: 0, seen: server.now - 1000 });
  await new Page(server, { device }).start();
  assert.equal(server.beats().length, 0);
});

test("what an ended page kept is sent although the device's clock was set back since", async () => {
  const server = new Server(), device = new Device();
  device.kept["wins.spans.7.x"] = JSON.stringify({ ticket: "t9", spans: [[0, 5000]], inputs: 0, seen: server.now + 9000000 });
  await new Page(server, { device }).start();
  assert.equal(server.beats().at(-1).body.ticket, "t9");
});

test("an acknowledged beat drops exactly its spans", async () => {
  const server = new Server(), page = await new Page(server).start();
  let answerLater = null;
  const fetch = page.fetch.bind(page);
  page.fetch = (url, options) => (url === "/beat" && !answerLater
    ? new Promise((resolve) => { answerLater = () => resolve(fetch(url, options)); }) : fetch(url, options));
  await page.pass(100, { touching: true });
  await page.see(false);
  await page.see(true);
  answerLater();
  await page.settle();
  await page.pass(100, { touching: true });
  await page.leave();
  near(server.ms, 200000, 1500);
  const spans = union(server.beats().slice(-1));
  assert.ok(spans.every(([begin]) => begin >= 99000), "the last beat holds nothing acknowledged before");
});

test("a beat that got lost is sent again, and counts once", async () => {
  const server = new Server(), page = await new Page(server).start();
  const fetch = page.fetch.bind(page);
  let lost = 0;
  page.fetch = (url, options) => {
    const answer = fetch(url, options);
    return url === "/beat" && lost++ === 0 ? Promise.reject(new TypeError("lost on the way back")) : answer;
  };
  await page.pass(200, { touching: true });
  await page.leave();
  near(server.ms, 200000, 100);
});

test("when the server wants a new visit the same spans come as late", async () => {
  const server = new Server(), page = await new Page(server).start();
  let once = true;
  server.refuse = (url) => (url === "/beat" && once ? ((once = false), { status: 409, told: { state: "reopen" } }) : null);
  await page.pass(300, { touching: true });
  await page.leave();
  near(server.ms, 300000, 2000);
  assert.ok(server.beats().some((one) => one.body.late && one.body.ticket === "t0"));
  assert.ok(server.beats().some((one) => !one.body.late && one.body.ticket === "t1"));
});

test("two clocks on a page are one", async () => {
  const server = new Server(), page = await new Page(server).start();
  await page.start({ jquery: "3", 0: page.root });
  await page.pass(90);
  assert.equal(server.requests.filter((one) => one.url === "/hello").length, 1);
  assert.equal(server.beats().length, 1);
});

test("a runtime that wraps the element is understood", async () => {
  const page = new Page(new Server());
  await page.start({ jquery: "3", 0: page.root });
  await page.pass(1);
  assert.match(page.line, /^Counting/);
});

test("nothing is counted before the notice was accepted", async () => {
  const server = new Server(), page = await new Page(server, { args: { notice: "/notice" } }).start();
  await page.pass(200, { touching: true });
  assert.equal(server.requests.length, 0);
  page.offline = true;
  page.nodes.start.fire("click");
  await page.settle();
  assert.equal(page.nodes.problem.text, "failed");
  page.offline = false;
  page.nodes.start.fire("click");
  await page.pass(91);
  await page.leave();
  assert.equal(page.nodes.notice.hidden, true);
  near(server.ms, 91000);
});

test("without a ticket the script does nothing", async () => {
  const server = new Server(), page = await new Page(server, { args: { hello: undefined } }).start();
  await page.pass(100);
  assert.equal(server.requests.length + page.timers.length, 0);
});

test("signed out: it stops, keeps the time, and says so", async () => {
  const server = new Server(), page = await new Page(server).start();
  server.refuse = (url) => (url === "/beat" ? { status: 401, told: { state: "signed_out", error: "x" } } : null);
  await page.pass(100, { touching: true });
  assert.equal(page.line, "signed_out");
  assert.equal(Object.keys(page.device.kept).length, 1);
  const sent = server.requests.length;
  await page.pass(300, { touching: true });
  assert.equal(server.requests.length, sent);
});

test("a refusal is said in the server's words", async () => {
  const server = new Server();
  server.refuse = () => ({ status: 403, told: { state: "not_enrolled", error: "You are not enrolled." } });
  const page = await new Page(server).start();
  assert.equal(page.line, "You are not enrolled.");
});

test("a server that is busy is asked again", async () => {
  const server = new Server();
  server.refuse = () => ({ status: 503, told: {} });
  const page = await new Page(server).start();
  await page.pass(100, { touching: true });
  server.refuse = null;
  await page.pass(200, { touching: true });
  await page.leave();
  near(server.ms, 300000, 2000);
});

test("a beat the server cannot use is not sent for ever", async () => {
  const server = new Server(), page = await new Page(server).start();
  server.refuse = (url) => (url === "/beat" ? { status: 400, told: { state: "wrong" } } : null);
  await page.pass(91);
  server.refuse = null;
  await page.pass(90, { touching: true });
  assert.equal(server.beats().at(-1).body.spans.length, 1);
});

test("a slow first answer is asked for again, and the fastest is kept", async () => {
  const server = new Server(), page = new Page(server);
  const fetch = page.fetch.bind(page), delays = [3000, 200];
  page.fetch = (url, options) => {
    const answer = fetch(url, options);
    if (url === "/hello") { const by = delays.shift(); page.perf += by; server.now += by; }
    return answer;
  };
  await page.start();
  await page.pass(91);
  assert.equal(server.requests.filter((one) => one.url === "/hello").length, 2);
  assert.equal(server.beats()[0].body.ticket, "t1");
});

test("a device that keeps nothing counts all the same", async () => {
  const server = new Server(), page = new Page(server);
  Object.defineProperty(page.globals, "localStorage", { get() { throw new Error("blocked"); } });
  await page.start();
  await page.pass(91);
  near(server.ms, 91000, 2000);
});

test("changes are spoken once a minute at most, and the first line not at all", async () => {
  const page = await new Page(new Server()).start();
  assert.equal(page.nodes.say.text, "");
  await page.pass(241);
  assert.equal(page.nodes.say.text, "asking");
  page.touch();
  await page.pass(10);
  assert.equal(page.nodes.say.text, "asking");
  await page.pass(60);
  assert.equal(page.nodes.say.text, "Counting 5 min 5 min");
});

test("reached hours are said, and counting goes on", async () => {
  const server = new Server(), page = await new Page(server, { args: { required: 60000 } }).start();
  await page.pass(65);
  assert.equal(page.line, "Reached");
  await page.pass(30);
  near(server.ms, 90000);
});
