/* The timer's page as far as its scripts look at it; a device that outlives pages; a server that keeps entries. */
import fs from "node:fs";
import vm from "node:vm";
import { Element } from "./quiz_page.mjs";

const script = (name) => fs.readFileSync(new URL("../../static/wins_xblocks/js/" + name, import.meta.url), "utf8");
const [KEPT, PAGE, WORKER] = ["timer_kept.js", "timer.js", "timer_worker.js"].map(script);
const HIDDEN = ["again", "review", "odd", "midnight", "minutes-problem", "what-problem", "kept", "trouble", "sign-in",
  "unknown", "blocked"];
const SHOWN = ["say", "undo", "clock", "press", "review-title", "day", "time", "minutes", "minutes-hint", "send", "drop",
  "count", "list", "what", "module", "args"];
const FILLED = { hm: "{hours} h {minutes} min", h: "{hours} h", m: "{minutes} min", start: "Start", stop: "Stop",
  stopped: "Stopped {time}", kept: "Kept {number}", no_minutes: "1 to {most}", most: "At most {minutes}",
  long: "Ran for {time}", dropped: "Dropped {time}", edit: "Edit", delete: "Delete" };
export const WORDS = new Proxy(FILLED, { get: (own, name) => own[name] || String(name) });
export const HOUR = 3600000, MINUTE = 60000, EIGHT = Date.UTC(2027, 2, 1, 8);  // nine o'clock in Vienna

/* What stays when a page goes: the clock, what is kept, the cookie of who signed in last. */
export class Device {
  constructor(server) { Object.assign(this, { server, now: EIGHT, kept: {}, cookie: "csrftoken=lena", closed: false, pages: [] }); }
  storage(page) {
    const device = this, open = () => { if (device.closed) { throw new Error("storage is closed"); } };
    const tell = (key) => device.pages.filter((one) => one !== page).forEach((one) => one.window.fire("storage", { key }));
    return new Proxy({
      getItem: (key) => { open(); return key in device.kept ? device.kept[key] : null; },
      setItem: (key, value) => { open(); device.kept[key] = value; tell(key); },
      removeItem: (key) => { open(); delete device.kept[key]; tell(key); },
    }, { ownKeys: () => { open(); return Object.keys(device.kept); }, getOwnPropertyDescriptor: (own, key) => (
      key in device.kept ? { value: device.kept[key], enumerable: true, configurable: true } : undefined) });
  }
}

/* Entries by token; `refuse` answers instead. */
export class Server {
  constructor() { Object.assign(this, { entries: {}, asked: [], refuse: null, away: false, user: 7 }); }
  answer(body) {
    this.asked.push(body);
    const said = this.refuse && this.refuse(body);
    if (said) { return said; }
    if (body.learner !== this.user) { return { status: 409, told: { state: "other" } }; }
    const before = this.entries[body.token];
    if (before && JSON.stringify(before) !== JSON.stringify(body)) { return { status: 409, told: { state: "spent" } }; }
    this.entries[body.token] = body;
    return { status: 200, told: { state: "entered", text: "Saved" } };
  }
  get list() { return Object.values(this.entries); }
}

class Root extends Element {
  fire(kind, more = {}) { (this.heard[kind] || []).forEach((act) => act({ type: kind, ...more })); }
}

export class Page {
  constructor(device, { learner = 7, cached = false, still = false, modules = { foundation: "Foundation" } } = {}) {
    Object.assign(this, { device, nodes: {}, timers: [], window: new Root("window"), doc: new Root("document"), forms: [] });
    [...HIDDEN, ...SHOWN].forEach((name) => { this.nodes[name] = new Element("p"); });
    HIDDEN.forEach((name) => { this.nodes[name].hidden = true; });
    this.nodes.module.value = Object.keys(modules)[0];
    const root = this.root = new Element("div", { "data-cached": cached ? "yes" : "" });
    this.nodes.args.textContent = JSON.stringify({ learner, modules, entry: "/entry", page: "/timer/", worker: "/worker.js",
      book: "/book/", csrfCookie: "csrftoken", language: "en", zone: "Europe/Vienna", longest: 720, words: FILLED });
    const page = this;
    Object.assign(this.doc, {
      getElementById: (id) => (id === "timer" ? root : page.nodes[id.slice(6)] || null),
      createElement: (tag) => Object.assign(new Element(tag), { submit() { page.forms.push(this); } }),
      body: new Element("body"), querySelectorAll: () => [],
    });
    Object.defineProperty(this.doc, "cookie", { get: () => device.cookie });
    this.window.matchMedia = () => ({ matches: still });
    const globals = vm.createContext({
      window: this.window, document: this.doc, navigator: {}, localStorage: device.storage(this), Intl, console, URL,
      crypto: { getRandomValues: (bytes) => bytes.fill((device.tokens = (device.tokens || 0) + 1)) },
      setInterval: (call, every) => page.timers.push({ call, every }),
      Date: class extends Date { constructor(...of) { super(...(of.length ? of : [device.now])); } static now() { return device.now; } },
      fetch: (url, options) => page.fetch(url, options),
    });
    vm.runInContext(KEPT, globals);
    this.window.WinsTimerKept = globals.WinsTimerKept;
    const parse = vm.runInContext("JSON.parse", globals);  // sentences that a test does not name are their own names
    globals.JSON = { stringify: JSON.stringify, parse: (text) => {
      const found = parse(text);
      return found && found.words ? { ...found, words: WORDS } : found;
    } };
    device.pages.push(this);
    vm.runInContext(PAGE, globals);
  }
  fetch(url, options) {
    this.headers = options.headers;
    if (this.device.server.away) { return Promise.reject(new TypeError("offline")); }
    const answer = this.device.server.answer(JSON.parse(options.body));
    return Promise.resolve({ status: answer.status, json: () => (
      answer.told ? Promise.resolve(answer.told) : Promise.reject(new SyntaxError("no JSON"))) });
  }
  async settle() { for (let turn = 0; turn < 60; turn++) { await null; } return this; }
  press(name) { this.nodes[name].fire("click"); return this.settle(); }
  write(text, name = "what") { this.nodes[name].value = text; this.nodes[name].fire("input"); }
  run(every) { this.timers.filter((one) => one.every === every).forEach((one) => one.call()); return this.settle(); }
  close() { this.device.pages = this.device.pages.filter((one) => one !== this); this.timers = []; }
  text(name) { return this.nodes[name].textContent; }
  shows(name) { return !this.root.hidden && !this.nodes[name].hidden; }
  get items() { return this.nodes.list.children.map((item) => item.textContent); }
  in(item, tag) { return this.nodes.list.children[item].all.filter((one) => one.tag === tag); }
}

/* The worker, with what it keeps and what the network answers. */
export function worker(network) {
  const heard = {}, kept = new Map(), timers = [];
  const cache = { put: async (url, response) => { kept.set(url, response); }, delete: async (url) => kept.delete(url) };
  const self = { registration: { scope: "https://w/timer/" }, clients: { claim() {} }, skipWaiting() {},
    addEventListener: (kind, act) => { heard[kind] = act; } };
  vm.runInContext(WORKER, vm.createContext({ self, Response, setTimeout: (act) => timers.push(act), fetch: async (request) => network(request),
    caches: { open: async () => cache, match: async (url) => { const found = kept.get(url); return found && found.clone(); } } }));
  return { kept, late: () => timers.splice(0).forEach((act) => act()), ask: (url, how = {}) => {
    let answer = null;
    const request = { url, method: "GET", mode: "navigate", ...how };
    heard.fetch({ request, respondWith: (given) => { answer = given; }, waitUntil() {} });
    return answer;
  } };
}
