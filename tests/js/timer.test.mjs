import assert from "node:assert/strict";
import test from "node:test";
import { Device, EIGHT, HOUR, MINUTE, Page, Server, worker } from "./timer_page.mjs";

async function opened(device, how) { return new Page(device, how).settle(); }
function fresh() { const server = new Server(); return { server, device: new Device(server) }; }
/* Read for so long, stopped, not sent yet. */
async function read(device, ms, { text = "Chapter 3", ...how } = {}) {
  const page = await opened(device, how);
  page.write(text);
  await page.press("press");
  device.now += ms;
  await page.press("press");
  return page;
}
async function sent(device, ms, how) { const page = await read(device, ms, how); return page.press("send"); }

test("start, stop, look at it, send: one entry with day, minutes and chapter", async () => {
  const { server, device } = fresh(), page = await read(device, 85 * MINUTE + 59000);
  assert.deepEqual([page.text("day"), page.text("time"), page.nodes.minutes.value, page.shows("midnight")],
    ["1 March 2027", "1 h 25 min", "85", false]);
  assert.equal(server.asked.length, 0);
  assert.equal(page.shows("press"), false);
  await page.press("send");
  assert.deepEqual(server.list, [{ learner: 7, token: "01".repeat(16), module: "foundation", started: EIGHT, minutes: 85, what: "Chapter 3" }]);
  assert.equal(page.headers["X-CSRFToken"], "lena");
  assert.deepEqual([page.text("say"), page.text("press"), page.shows("review"), page.shows("kept")], ["Saved", "Start", false, false]);
});

test("the clock shows the time by the second; to whoever wants no motion, by the minute", async () => {
  for (const [still, face] of [[false, "1:02:03"], [true, "1:02"]]) {
    const { device } = fresh(), page = await opened(device, { still });
    await page.press("press");
    device.now += HOUR + 2 * MINUTE + 3000;
    await page.run(1000);
    assert.equal(page.text("clock"), face);
  }
});

test("start and stop are announced, a second that passes is not", async () => {
  const { device } = fresh(), page = await opened(device);
  await page.press("press");
  assert.equal(page.text("say"), "started");
  device.now += 10 * MINUTE;
  await page.run(1000);
  assert.equal(page.text("say"), "started");
  await page.press("press");
  assert.equal(page.text("say"), "Stopped 10 min");
});

test("the time runs while the page is closed, and what was written stays", async () => {
  const { device, server } = fresh(), page = await opened(device);
  await page.press("press");
  page.write("Pages 4 to 9");
  page.close();
  device.now += 2 * HOUR;
  const again = await opened(device);
  assert.deepEqual([again.text("press"), again.text("clock"), again.nodes.what.value], ["Stop", "2:00:00", "Pages 4 to 9"]);
  await again.press("press");
  again.close();
  device.now += HOUR;
  const later = await opened(device);
  assert.equal(later.nodes.minutes.value, "120", "it was stopped, and waits to be looked at");
  await later.press("send");
  assert.deepEqual(server.list.map((one) => [one.minutes, one.what]), [[120, "Pages 4 to 9"]]);
});

test("minutes may be taken off, not added", async () => {
  const { device, server } = fresh(), page = await read(device, HOUR);
  for (const bad of ["61", "0", "", "-5", "1.5", "1e1", "x"]) {
    page.nodes.minutes.value = bad;
    await page.press("send");
    assert.equal(page.text("minutes-problem"), "1 to 60", bad);
  }
  assert.equal(server.asked.length, 0);
  page.nodes.minutes.value = "45";
  await page.press("send");
  assert.deepEqual([server.list[0].minutes, page.shows("minutes-problem")], [45, false]);
});

test("without a chapter nothing is sent, and it is said", async () => {
  const { device, server } = fresh(), page = await read(device, HOUR, { text: "  " });
  await page.press("send");
  assert.deepEqual([server.asked.length, page.text("what-problem"), page.nodes.what.attrs["aria-invalid"]], [0, "no_what", "true"]);
});

test("less than a minute is nothing", async () => {
  const { device } = fresh(), page = await read(device, 59000);
  assert.deepEqual([page.text("say"), page.text("press"), Object.keys(device.kept)], ["short", "Start", ["wins.timer.signed"]]);
});

test("what is thrown away can be had back, once", async () => {
  const { device, server } = fresh(), page = await read(device, HOUR);
  await page.press("drop");
  assert.deepEqual([page.text("say"), page.shows("again"), page.shows("review")], ["Dropped 1 h", true, false]);
  await page.press("undo");
  assert.deepEqual([page.shows("again"), page.shows("review"), page.nodes.minutes.value], [false, true, "60"]);
  await page.press("send");
  assert.equal(server.list.length, 1);
});

test("past midnight it is told to which day it belongs, by the programme's clock", async () => {
  const { device } = fresh();
  device.now = Date.UTC(2027, 2, 1, 22, 30);  // half past eleven in Vienna
  const page = await read(device, HOUR);
  assert.deepEqual([page.text("day"), page.text("midnight")], ["1 March 2027", "midnight"]);
});

test("a clock that was set back, and a timer that was forgotten, ask for the minutes", async () => {
  for (const [passed, said, started] of [[-HOUR, "back", EIGHT - HOUR - 40 * MINUTE], [12 * HOUR + 1, "Ran for 12 h", EIGHT]]) {
    const { device, server } = fresh(), page = await read(device, passed);
    assert.deepEqual([page.text("odd"), page.nodes.minutes.value, page.nodes.minutes.max], [said, "", "720"]);
    await page.press("send");
    assert.equal(server.asked.length, 0);
    page.nodes.minutes.value = "40";
    await page.press("send");
    assert.deepEqual(server.list.map((one) => [one.minutes, one.started]), [[40, started]]);
  }
});

test("twelve hours are no mistake", async () => {
  const page = await read(fresh().device, 12 * HOUR);
  assert.deepEqual([page.shows("odd"), page.nodes.minutes.value], [false, "720"]);
});

test("without network it is kept and told, and sent once there is one", async () => {
  const { device, server } = fresh();
  server.away = true;
  const page = await sent(device, HOUR);
  await page.run(MINUTE);
  assert.deepEqual([page.text("count"), page.items.length, page.text("say"), page.shows("trouble")], ["Kept 1", 1, "Kept 1", false]);
  assert.match(page.items[0], /^1 March 2027 · 1 h · FoundationChapter 3Delete/);
  server.away = false;
  page.window.fire("online");
  await page.settle();
  assert.deepEqual([server.list.length, page.shows("kept"), page.text("say")], [1, false, "Saved"]);
});

for (const [when, act] of [["every minute", (page) => page.run(MINUTE)], ["when a page is opened", (page) => new Page(page.device).settle()]]) {
  test("it is also sent " + when, async () => {
    const { device, server } = fresh();
    server.away = true;
    const page = await sent(device, HOUR);
    server.away = false;
    await act(page);
    assert.equal(server.list.length, 1);
  });
}

test("what is being sent is not sent twice at once", async () => {
  const { device, server } = fresh();
  server.away = true;
  const page = await sent(device, HOUR);
  server.away = false;
  page.window.fire("online");
  page.window.fire("online");
  await page.run(MINUTE);
  assert.equal(server.asked.length, 1);
});

test("an answer that is lost leads to the same entry", async () => {
  const { device, server } = fresh(), answer = server.answer.bind(server);
  server.answer = (body) => { answer(body); throw new TypeError("lost"); };
  const page = await sent(device, HOUR);
  assert.equal(page.items.length, 1);
  server.answer = answer;
  await page.run(MINUTE);
  assert.deepEqual([server.asked.length, server.list.length, page.shows("kept")], [2, 1, false]);
});

test("two tabs show the same timer and send one entry", async () => {
  const { device, server } = fresh(), one = await opened(device), other = await opened(device);
  one.write("Chapter 3");
  await one.press("press");
  assert.equal(other.text("press"), "Stop");
  device.now += HOUR;
  await other.press("press");
  assert.deepEqual([one.shows("review"), other.nodes.what.value], [true, "Chapter 3"]);
  await Promise.all([one.press("send"), other.press("send")]);
  assert.equal(server.list.length, 1);
  assert.equal(one.text("press") + other.text("press"), "StartStart");
});

test("a refusal stands beside its entry, others go on; it is not asked again before the page is opened anew", async () => {
  const { device, server } = fresh();
  server.away = true;
  await sent(device, HOUR, { text: "Full" });
  const page = await sent(device, HOUR, { text: "Fits" });
  server.away = false;
  server.refuse = (body) => (body.what === "Full" ? { status: 400, told: { state: "refused", error: "The day is full." } } : null);
  await page.run(MINUTE);
  await page.run(MINUTE);
  assert.deepEqual(server.asked.map((one) => one.what), ["Full", "Fits"]);
  assert.equal(page.items.length, 1);
  assert.match(page.items[0], /The day is full\.Edit – 1 March 2027, 1 hDelete – /);
  server.refuse = null;
  const again = await opened(device);
  assert.deepEqual([server.list.length, again.items.length], [2, 0]);
});

test("edit takes it to the book form with its token; what the form entered is not kept", async () => {
  const { device, server } = fresh();
  server.refuse = () => ({ status: 400, told: { state: "refused", error: "The day is full." } });
  const page = await sent(device, 85 * MINUTE);
  page.in(0, "button")[0].fire("click");
  const values = Object.fromEntries(page.forms[0].children.map((one) => [one.name, one.value]));
  assert.deepEqual([page.forms[0].method, page.forms[0].action], ["post", "/book/"]);
  assert.deepEqual(values, { do: "edit", csrfmiddlewaretoken: "lena", token: "01".repeat(16), module: "foundation",
    day: "2027-03-01", hours: 1, minutes: 25, what: "Chapter 3" });
  assert.equal((await opened(device)).items.length, 1, "nothing was entered: it is still here");
  server.refuse = () => ({ status: 409, told: { state: "spent", error: "This form was sent before." } });
  assert.equal((await opened(device)).items.length, 0);
});

test("delete takes it off the device, and can be taken back", async () => {
  const { device, server } = fresh();
  server.away = true;
  const page = await sent(device, HOUR);
  page.in(0, "button")[0].fire("click");
  assert.deepEqual([page.items.length, page.text("say"), page.shows("again")], [0, "Dropped 1 h", true]);
  await page.press("undo");
  assert.equal(page.items.length, 1);
});

for (const [what, answer] of [["401", { status: 401, told: { state: "signed_out" } }], ["403", { status: 403 }],
  ["sent on to sign in", { status: 0 }], ["a page instead of an answer", { status: 200 }]]) {
  test("signed out, it is kept and told: " + what, async () => {
    const { device, server } = fresh();
    server.refuse = () => answer;
    const page = await sent(device, HOUR);
    assert.deepEqual([page.items.length, page.text("trouble"), page.shows("sign-in")], [1, "signed_out", true]);
    server.refuse = null;
    await page.run(MINUTE);
    assert.deepEqual([server.list.length, page.shows("sign-in")], [1, false]);
  });
}

for (const status of [404, 413, 429, 500, 503]) {
  test("an answer of " + status + " is no refusal of the entry: it is tried again", async () => {
    const { device, server } = fresh();
    server.refuse = () => ({ status, told: status === 429 ? { state: "later", error: "Too many requests." } : null });
    const page = await sent(device, HOUR);
    assert.deepEqual([page.items.length, page.text("trouble"), page.shows("sign-in")], [1, "later", false]);
    server.refuse = null;
    await page.run(MINUTE);
    assert.equal(server.list.length, 1);
  });
}

test("another learner on the same device neither sees nor sends what was kept, and it waits for its own", async () => {
  const { device, server } = fresh();
  server.away = true;
  const page = await sent(device, HOUR);
  await page.press("press");
  page.close();
  Object.assign(server, { away: false, user: 8 });
  device.cookie = "csrftoken=arno";
  const others = await opened(device, { learner: 8 });
  await others.run(MINUTE);
  assert.deepEqual([others.items.length, others.text("press"), others.nodes.what.value, server.asked.length], [0, "Start", "", 0]);
  others.close();
  Object.assign(server, { user: 7 });
  device.cookie = "csrftoken=lena again";
  const own = await opened(device);
  assert.deepEqual([server.list.length, own.text("press")], [1, "Stop"]);
});

test("an open page whose learner is not signed in any more shows nothing and sends nothing", async () => {
  const { device, server } = fresh();
  server.away = true;
  const page = await sent(device, HOUR);
  await page.press("press");
  page.write("Chapter 4");
  server.away = false;
  device.cookie = "csrftoken=arno";
  await page.run(1000);
  await page.run(MINUTE);
  assert.deepEqual([page.root.hidden, page.nodes.unknown.hidden, page.items.length, server.asked.length], [true, false, 0, 0]);
  assert.equal(page.nodes.what.value, "");
  device.cookie = "csrftoken=lena";
  assert.equal((await opened(device)).nodes.what.value, "Chapter 4", "it is kept for her");
});

test("where the cookie does not tell, the server does", async () => {
  const { device, server } = fresh();
  server.user = 8;
  const page = await sent(device, HOUR);
  assert.deepEqual([page.root.hidden, page.nodes.unknown.hidden, page.nodes.what.value, server.list.length], [true, false, "", 0]);
});

test("a page that the device kept is for its own learner only, signed in as she was", async () => {
  const { device, server } = fresh();
  server.away = true;
  (await sent(device, HOUR)).close();
  const same = await opened(device, { cached: true });
  assert.deepEqual([same.root.hidden, same.items.length], [false, 1]);
  for (const cookie of ["csrftoken=arno", "other=1", ""]) {
    device.cookie = cookie;
    const page = await opened(device, { cached: true });
    assert.deepEqual([page.root.hidden, page.nodes.unknown.hidden, page.items.length, page.nodes.what.value], [true, false, 0, ""], cookie);
  }
  device.cookie = "csrftoken=arno";
  await opened(device, { learner: 8 });
  assert.equal((await opened(device, { cached: true })).root.hidden, true, "the page of one, signed in as another");
  assert.equal((await opened(device, { learner: 8, cached: true })).root.hidden, false);
});

test("where the cookie cannot be read, a page that was kept is nobody's", async () => {
  const { device } = fresh();
  device.cookie = "";
  assert.equal((await opened(device)).root.hidden, false);
  assert.equal((await opened(device, { cached: true })).root.hidden, true);
});

test("what is deleted while it is sent does not come back with a refusal", async () => {
  const { device, server } = fresh();
  server.away = true;
  const page = await sent(device, HOUR);
  server.away = false;
  server.refuse = () => ({ status: 400, told: { state: "refused", error: "The day is full." } });
  const asked = page.run(MINUTE);
  page.in(0, "button")[0].fire("click");
  await asked;
  assert.deepEqual([server.asked.length, page.items.length], [1, 0]);
});

test("where nothing can be kept it is said, and works as long as the page is open", async () => {
  const { device, server } = fresh();
  device.closed = true;
  const page = await read(device, HOUR);
  assert.equal(page.text("blocked"), "blocked");
  server.away = true;
  await page.press("send");
  assert.equal(page.items.length, 1);
  server.away = false;
  await page.run(MINUTE);
  assert.deepEqual([server.list.length, page.items.length], [1, 0]);
});

test("what is kept and cannot be read hurts nothing", async () => {
  const { device, server } = fresh();
  device.kept = { "wins.timer.7.running": "{", "wins.timer.7.kept.x": "nonsense", "wins.timer.signed": "[" };
  await sent(device, HOUR);
  assert.equal(server.list.length, 1);
});

const PAGE = "https://w/timer/";
const html = (text, status = 200) => new Response(text, { status });

test("the worker asks the network first and keeps the page; without network it says that it was kept", async () => {
  let answer = () => html('<div data-cached="">new</div>');
  const made = worker(() => answer());
  assert.equal(await (await made.ask(PAGE)).text(), '<div data-cached="">new</div>');
  answer = () => { throw new TypeError("offline"); };
  assert.equal(await (await made.ask(PAGE + "?module=x")).text(), '<div data-cached="yes">new</div>');
});

test("a server in trouble is no reason not to open; one that says no is heard", async () => {
  let answer = () => html("kept");
  const made = worker(() => answer());
  await made.ask(PAGE);
  answer = () => html("down", 502);
  assert.equal(await (await made.ask(PAGE)).text(), "kept");
  answer = () => html("not yours", 403);
  assert.equal(await (await made.ask(PAGE)).text(), "not yours");
});

test("who is sent to sign in does not find the page without network either", async () => {
  let answer = () => html("kept");
  const made = worker(() => answer());
  await made.ask(PAGE);
  answer = () => ({ type: "opaqueredirect", status: 0, ok: false });
  assert.equal((await made.ask(PAGE)).type, "opaqueredirect");
  answer = () => { throw new TypeError("offline"); };
  await assert.rejects(made.ask(PAGE), /offline/);
});

test("a network that hangs is not waited for when the page is kept", async () => {
  let answer = () => html("kept");
  const made = worker(() => answer());
  await made.ask(PAGE);
  answer = () => new Promise(() => {});
  const asked = made.ask(PAGE);
  made.late();
  assert.equal(await (await asked).text(), "kept");
});

test("files come from the network, and without one from what is kept", async () => {
  const css = "https://w/static/timer.css", made = worker(() => { throw new TypeError("offline"); });
  made.kept.set(css, html("css"));
  assert.equal(await (await made.ask(css, { mode: "no-cors" })).text(), "css");
});

test("other pages and what is sent do not pass through the worker", () => {
  const made = worker(() => html("never"));
  assert.equal(made.ask(PAGE + "entry", { method: "POST", mode: "cors" }), null);
  assert.equal(made.ask("https://w/timer/other"), null);
});
