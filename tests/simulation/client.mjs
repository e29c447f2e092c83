/* Plays days in virtual time: the page's own script, unchanged, in as many fake pages as the day has, over a network
   that loses, delays and repeats. Days come in by stdin, one JSON a line; the server is asked by stdout, one line each. */
import fs from "node:fs";

const SOURCE = fs.readFileSync(process.argv[2], "utf8");
const makeScript = new Function("window", "document", "navigator", "localStorage", "performance", "Date", "setInterval",
  "fetch", SOURCE + "\nreturn WinsStudyTime;");

/* --- lines in and out, one after the other ------------------------------------------------------------------------ */
let pending = "";
const chunk = Buffer.alloc(1 << 16);
function readLine() {
  let end;
  while ((end = pending.indexOf("\n")) < 0) {
    const size = fs.readSync(0, chunk);
    if (!size) { return null; }
    pending += chunk.toString("utf8", 0, size);
  }
  const line = pending.slice(0, end);
  pending = pending.slice(end + 1);
  return JSON.parse(line);
}
function ask(question) {
  fs.writeSync(1, JSON.stringify(question) + "\n");
  return readLine();
}

/* --- chance, and what happens when ------------------------------------------------------------------------------- */
function chanceOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
class Agenda {
  constructor() { this.heap = []; this.count = 0; }
  before(one, other) { return one.t < other.t || (one.t === other.t && one.n < other.n); }
  add(t, call) {
    const heap = this.heap, entry = { t, n: this.count++, call };
    let at = heap.push(entry) - 1;
    for (let up = (at - 1) >> 1; at > 0 && this.before(entry, heap[up]); up = (at - 1) >> 1) { heap[at] = heap[up]; at = up; }
    heap[at] = entry;
  }
  next() {
    const heap = this.heap, first = heap[0], last = heap.pop();
    if (!heap.length) { return first; }
    let at = 0;
    for (let down = 1; down < heap.length; down = 2 * at + 1) {
      if (down + 1 < heap.length && this.before(heap[down + 1], heap[down])) { down++; }
      if (!this.before(heap[down], last)) { break; }
      heap[at] = heap[down];
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

/* --- what the script sees ----------------------------------------------------------------------------------------- */
class Target {
  constructor() { this.listeners = {}; }
  addEventListener(name, call) { (this.listeners[name] = this.listeners[name] || []).push(call); }
  fire(name, event = {}) { (this.listeners[name] || []).forEach((call) => call({ type: name, isTrusted: true, ...event })); }
}
class Node extends Target {
  constructor() { super(); this.hidden = false; this.firstChild = null; }
  appendChild(child) { this.firstChild = child; }
  setAttribute() {}
  focus() {}
}
class Storage {
  getItem(key) { return key in this ? this[key] : null; }
  setItem(key, value) { this[key] = String(value); }
  removeItem(key) { delete this[key]; }
}

class Device {
  constructor(play, told) {
    Object.assign(this, { play, asleep: false, slept: 0, sleptSince: 0, stepped: 0, signed: true, storage: new Storage(), held: [] }, told);
    const device = this;
    this.Date = class extends Date {
      constructor(...of) { super(...(of.length ? of : [device.wall()])); }
      static now() { return device.wall(); }
    };
  }
  wall() { return Math.floor(this.play.day.start + this.play.now * (1 + this.drift) + this.skew + this.stepped); }
  mono() { return (this.play.now - (this.standing ? this.slept : 0)) * (1 + this.drift); }
  net(at) { let name = "good"; for (const [since, which] of this.nets) { if (since <= at) { name = which; } else { break; } } return this.play.day.lines[name]; }
  sleep() { this.asleep = true; this.sleptSince = this.play.now; }
  wake() {
    this.asleep = false;
    this.slept += this.play.now - this.sleptSince;
    this.held.splice(0).forEach((call) => this.play.soon(this.play.chance() * 300, call));
    this.play.views.forEach((view) => view.device === this && view.wind(this.play.chance() * view.every));
  }
}

class View {
  constructor(play, event, args) {
    const device = play.devices[event.device];
    Object.assign(this, { play, id: event.view, device, args, alive: true, frozen: false, timer: null, turn: 0, flying: new Set(),
      stalled: 0, playing: false, film: { paused: false, loop: false } });
    this.born = device.mono();
    this.window = new Target();
    this.window.parent = {};
    this.document = Object.assign(new Target(), { visibilityState: event.hidden ? "hidden" : "visible", cookie: "csrftoken=x",
      activeElement: null, createTextNode: (text) => ({ nodeValue: text }) });
    const nodes = {}, root = { querySelector: (selector) => (nodes[selector] = nodes[selector] || new Node()) };
    const browser = device.thin ? { connection: { saveData: true } } : {};
    const script = makeScript(this.window, this.document, browser, device.storage, { now: () => device.mono() - this.born }, device.Date,
      (call, every) => { Object.assign(this, { timer: call, every }); this.wind(every); }, (url, options) => this.fetch(url, options));
    script({}, root, args);
  }
  get hidden() { return this.document.visibilityState === "hidden"; }
  /* Timers: as often as asked and a little later; a minute in a hidden page; none asleep, frozen or gone; late when the page stands still. */
  wind(after) {
    const turn = ++this.turn;
    this.play.soon(after, () => {
      if (turn !== this.turn || !this.alive || this.frozen || this.device.asleep) { return; }
      const late = this.stalled - this.play.now;
      if (late > 0) { this.wind(late); return; }
      this.timer();
      this.wind(this.hidden ? 60000 : this.every + this.play.chance() * 12);
    });
  }
  see(visible) {
    this.document.visibilityState = visible ? "visible" : "hidden";
    this.document.fire("visibilitychange");
    if (visible) { this.wind(this.play.chance() * this.every); }
  }
  /* Each request meets its own fate. What a gone page did not send with keepalive dies with it. */
  fetch(url, options) {
    const play = this.play, sent = play.now, [least, most, loss, slow] = this.device.net(sent), fly = () => least + play.chance() * (most - least);
    let up = fly();
    const down = fly(), body = JSON.parse(options.body), keep = options.keepalive, lost = play.chance() < loss / 2 || loss === 1;
    if (play.chance() < slow) { up += play.chance() * 100000; }
    const lostBack = play.chance() < loss / 2, again = play.chance() < 0.03;
    return new Promise((resolve, reject) => {
      const flight = { done: false };
      const end = (call) => () => {
        if (flight.done || !this.alive) { return; }
        if (this.device.asleep) { this.device.held.push(end(call)); return; }
        flight.done = true;
        this.flying.delete(flight);
        call();
        play.dirty = true;
      };
      const fail = (after) => play.soon(after, end(() => reject(new TypeError("no line"))));
      flight.abort = end(() => reject(new TypeError("page put away")));
      this.flying.add(flight);
      if (lost) { fail(100 + play.chance() * 20000); return; }
      const arrive = (first) => {
        if ((this.gone || this.killed) && !(keep && !this.killed)) { return; }
        const answer = play.serve(this, url, body, sent);
        if (!first) { return; }
        if (lostBack) { fail(down + play.chance() * 20000); return; }
        play.soon(down, end(() => {
          play.told(this, body, answer);
          resolve({ status: answer[0], json: () => Promise.resolve(answer[1]) });
        }));
      };
      play.soon(up, () => arrive(true));
      if (again) { play.soon(up + play.chance() * 60000, () => arrive(false)); }
    });
  }
  leave() { this.see(false); this.window.fire("pagehide", { persisted: false }); this.alive = false; this.gone = true; }
  kill() { this.alive = false; this.killed = true; }
  stash() {
    this.see(false);
    this.window.fire("pagehide", { persisted: true });
    this.frozen = true;
  }
  restore(resume) {
    this.frozen = false;
    this.flying.forEach((flight) => flight.abort());
    this.document.visibilityState = "visible";
    if (resume) { this.document.fire("resume"); }
    this.window.fire("pageshow", { persisted: true });
    this.document.fire("visibilitychange");
    this.wind(this.play.chance() * this.every);
  }
  runFilm() {
    if (!this.playing || !this.alive) { return; }
    if (!this.device.asleep && !this.frozen) { this.document.fire("timeupdate", { target: this.film }); }
    this.play.soon(500, () => this.runFilm());
  }
}

/* --- a day ---------------------------------------------------------------------------------------------------------- */
class Play {
  constructor(day) {
    Object.assign(this, { day, now: 0, agenda: new Agenda(), chance: chanceOf(day.seed), views: [], dirty: false, closed: [], reopened: [] });
    this.devices = day.devices.map((told) => new Device(this, told));
  }
  soon(after, call) { this.agenda.add(this.now + after, call); }
  serve(view, url, body, sent) {
    return ask({ t: this.now, url, body, view: view.id, sent, signed: view.device.signed });
  }
  /* What the page was told that ends its counting, or begins a new visit. */
  told(view, body, [status, told]) {
    const own = body.spans || body.ticket === view.args.ticket;
    if (status === 401 || (own && (status === 403 || (status === 409 && told.state !== "reopen")))) { this.closed.push([view.id, Math.round(this.now), told.state]); }
    if (status === 409 && told.state === "reopen") { this.reopened.push([view.id, Math.round(this.now)]); }
  }
  happen(event) {
    const view = this.views[event.view], device = this.devices[event.device];
    switch (event.do) {
      case "load": {
        const args = event.copy === null ? ask({ load: event.view, t: this.now - event.made, kind: event.kind }) : this.views[event.copy].args;
        this.views[event.view] = new View(this, event, args);
        break;
      }
      case "touch": view.document.fire("pointerdown"); break;
      case "hide": view.see(false); break;
      case "show": if (event.resume) { view.document.fire("resume"); } view.see(true); break;
      case "leave": view.leave(); break;
      case "kill": view.kill(); break;
      case "stash": view.stash(); break;
      case "restore": view.restore(event.resume); break;
      case "play": view.playing = true; view.runFilm(); break;
      case "stop": view.playing = false; break;
      case "stall": view.stalled = this.now + event.ms; break;
      case "sleep": device.sleep(); break;
      case "wake": device.wake(); break;
      case "step": device.stepped += event.by; break;
      case "expire": device.signed = false; break;
      case "signin": device.signed = true; break;
      default: throw new Error(event.do);
    }
  }
  async run() {
    this.day.events.forEach((event) => this.agenda.add(event.t, () => this.happen(event)));
    while (this.agenda.heap.length) {
      const entry = this.agenda.next();
      if (entry.t > this.day.ends) { break; }
      this.now = entry.t;
      entry.call();
      if (this.dirty) {
        this.dirty = false;
        await new Promise(setImmediate);
      }
    }
    return { closed: this.closed, reopened: this.reopened };
  }
}

for (let day = readLine(); day; day = readLine()) {
  const play = new Play(day);
  fs.writeSync(1, JSON.stringify({ done: await play.run() }) + "\n");
}
