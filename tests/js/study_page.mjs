/* A page that exists only as far as our scripts look at it, with clocks that stand still until they are moved. */
import fs from "node:fs";
import vm from "node:vm";

const SOURCE = fs.readFileSync(new URL("../../static/wins_xblocks/js/study_time.js", import.meta.url), "utf8");
const WORDS = new Proxy({ hm: "{hours} h {minutes} min", h: "{hours} h", m: "{minutes} min", stopped: "{why}",
  counting: "Counting {today} {module}", paused: "Paused since {time}", reached: "Reached" },
{ get: (own, name) => own[name] || (String(name).endsWith("_say") ? undefined : String(name)) });

class Target {
  constructor() { this.listeners = {}; }
  addEventListener(name, call) { (this.listeners[name] = this.listeners[name] || []).push(call); }
  fire(name, event = {}) { (this.listeners[name] || []).forEach((call) => call({ type: name, ...event })); }
}

class Node extends Target {
  constructor() { super(); this.hidden = false; this.firstChild = null; this.attributes = {}; }
  appendChild(child) { this.firstChild = child; }
  setAttribute(name, value) { this.attributes[name] = value; }
  focus() {}
  get text() { return this.firstChild ? this.firstChild.nodeValue : ""; }
}

/* The device: what stays when a page goes. */
export class Device {
  constructor() { this.kept = {}; this.setBack = 0; }
  storage() {
    const kept = this.kept;
    return new Proxy({
      getItem: (key) => (key in kept ? kept[key] : null),
      setItem: (key, value) => { kept[key] = value; },
      removeItem: (key) => { delete kept[key]; },
    }, { ownKeys: () => Object.keys(kept), getOwnPropertyDescriptor: (own, key) => (
      key in kept ? { value: kept[key], enumerable: true, configurable: true } : undefined) });
  }
}

/* A server as the ledger is: each visit's spans are instants, their union is the total. */
export class Server {
  constructor() { this.requests = []; this.instants = new Set(); this.epochs = {}; this.named = {}; this.begun = {}; this.now = 1_800_000_000_000; this.refuse = null; }
  get ms() { return this.instants.size * 100; }
  beats() { return this.requests.filter((one) => one.url === "/beat"); }
  answer(url, body) {
    this.requests.push({ url, body });
    const refused = this.refuse && this.refuse(url, body);
    if (refused) { return refused; }
    if (url === "/hello") {
      const ticket = "t" + Object.keys(this.epochs).length, known = this.begun[body.ticket + body.visit];
      this.epochs[ticket] = known ? known.epoch : this.now - body.at;
      this.named[ticket] = body.ticket + body.visit;
      return { status: 200, told: { ticket, total: this.ms, today: this.ms, state: "counting" } };
    }
    if (url === "/beat") {
      const epoch = this.epochs[body.ticket];
      if (!body.late && this.now - epoch - body.at > 60000) { return { status: 409, told: { state: "reopen" } }; }
      this.begun[this.named[body.ticket]] = { epoch };
      body.spans.forEach(([a, b]) => { for (let at = Math.ceil((epoch + a) / 100); at < (epoch + b) / 100; at++) { this.instants.add(at); } });
      return { status: 200, told: { total: this.ms, today: this.ms, state: "counting" } };
    }
    return { status: 200, told: {} };
  }
}

export class Page {
  constructor(server, { device = new Device(), args = {}, nodes = null } = {}) {
    Object.assign(this, { server, device, perf: 0, timers: [], alive: true, sleeping: false });
    this.nodes = nodes || {};
    ["line", "detail", "say", "answer", "start", "notice", "problem"].forEach((name) => { this.nodes[name] = this.nodes[name] || new Node(); });
    this.clock = new Node();
    this.window = new Target();
    this.window.parent = this.parent = {};
    this.document = Object.assign(new Target(), {
      visibilityState: "visible", cookie: "a=b; csrftoken=secret", activeElement: null,
      createTextNode: (text) => ({ nodeValue: text }),
    });
    this.args = { hello: "/hello", beat: "/beat", notice: "", ticket: "page", learner: 7, csrfCookie: "csrftoken", language: "en",
      beatSeconds: 90, keptSeconds: 60, idleSeconds: 300, total: 0, today: 0, required: 0, factor: 1, frame: "https://apps.example.org",
      words: WORDS, ...args };
    const page = this;
    this.globals = vm.createContext({
      window: this.window, document: this.document, navigator: {}, localStorage: device.storage(), console,
      performance: { now: () => page.perf },
      Date: class extends Date { constructor(...of) { super(...(of.length ? of : [server.now - device.setBack])); } static now() { return server.now - device.setBack; } },
      setInterval: (call, every) => page.timers.push({ call, every, at: page.perf + every }),
      fetch: (url, options) => page.fetch(url, options),
    });
    vm.runInContext(SOURCE, this.globals);
    this.root = new Node();
    this.root.querySelector = (selector) => (
      selector === ".wins-clock" ? this.clock : selector === "summary" ? new Node() : this.nodes[selector.slice(11, -1)] || null);
  }
  fetch(url, options) {
    this.last = options;
    if (this.offline) { return Promise.reject(new TypeError("offline")); }
    const answer = this.server.answer(url, JSON.parse(options.body));
    return Promise.resolve({ status: answer.status, json: () => Promise.resolve(answer.told) });
  }
  start(root = this.root) { this.globals.WinsStudyTime({}, root, this.args); return this.settle(); }
  async settle() { for (let turn = 0; turn < 30; turn++) { await Promise.resolve(); } return this; }
  /* Let seconds pass, second by second, both clocks; timers run as the browser would run them. */
  async pass(seconds, { touching = false } = {}) {
    for (let second = 0; second < seconds; second++) {
      this.perf += 1000;
      this.server.now += 1000;
      if (touching && second % 20 === 0) { this.touch(); }
      for (const timer of this.timers) {
        if (timer.at <= this.perf) { timer.at = this.perf + timer.every; timer.call(); }
      }
      await this.settle();
    }
    return this;
  }
  /* The device sleeps: time goes on without us. `standing`: this system's monotonic clock stands still meanwhile. */
  sleep(seconds, standing) {
    this.server.now += seconds * 1000;
    if (!standing) { this.perf += seconds * 1000; }
  }
  touch(event = { isTrusted: true }) { this.document.fire("pointerdown", event); }
  see(visible) { this.document.visibilityState = visible ? "visible" : "hidden"; this.document.fire("visibilitychange"); return this.settle(); }
  leave() { this.document.visibilityState = "hidden"; this.document.fire("visibilitychange"); this.window.fire("pagehide"); this.timers = []; return this.settle(); }
  get line() { return this.nodes.line.text; }
}
