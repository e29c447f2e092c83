// A page small enough to read: elements, attributes and the few selectors that the quiz's scripts use.
const VOID = new Set(["input", "br"]);

function matches(element, selector) {
  const found = selector.match(/^([a-z]+)?((?:\.[\w-]+)*)((?:\[[\w-]+(?:="[^"]*")?\])*)(:checked)?$/);
  if (!found) { throw new Error("selector not known here: " + selector); }
  const [, tag, classes, attributes, checked] = found;
  if (tag && element.tag !== tag) { return false; }
  if (classes && !classes.slice(1).split(".").every((name) => (element.attrs.class || "").split(" ").includes(name))) { return false; }
  for (const [, name, value] of attributes.matchAll(/\[([\w-]+)(?:="([^"]*)")?\]/g)) {
    if (!(name in element.attrs) || (value !== undefined && element.attrs[name] !== value)) { return false; }
  }
  return !checked || element.checked;
}

export class Element {
  constructor(tag, attrs = {}) {
    Object.assign(this, {tag, attrs, children: [], words: "", parentNode: null, hidden: "hidden" in attrs});
    this.checked = "checked" in attrs;
    this.value = attrs.value || "";
    this.type = attrs.type || tag;
    this.dataset = new Proxy({}, {
      get: (_all, name) => attrs["data-" + name],
      has: (_all, name) => "data-" + name in attrs,
      set: (_all, name, value) => { attrs["data-" + name] = String(value); return true; },
    });
    this.heard = {};
  }
  get all() { return this.children.flatMap((child) => [child, ...child.all]); }
  querySelectorAll(selector) { return this.all.filter((element) => matches(element, selector)); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] || null; }
  closest(selector) { return matches(this, selector) ? this : this.parentNode && this.parentNode.closest(selector); }
  appendChild(child) { return this.insertBefore(child, null); }
  insertBefore(child, before) {
    if (child.parentNode) { child.parentNode.removeChild(child); }
    child.parentNode = this;
    this.children.splice(before ? this.children.indexOf(before) : this.children.length, 0, child);
    return child;
  }
  removeChild(child) { this.children = this.children.filter((one) => one !== child); child.parentNode = null; return child; }
  get firstElementChild() { return this.children[0]; }
  get lastElementChild() { return this.children.at(-1); }
  get content() { return this; }
  cloneNode() {
    const copy = new Element(this.tag, {...this.attrs});
    copy.words = this.words;
    this.children.forEach((child) => copy.appendChild(child.cloneNode()));
    return copy;
  }
  get textContent() { return this.words + this.children.map((child) => child.textContent).join(""); }
  set textContent(text) { this.words = text; this.children = []; }
  get innerHTML() { return this.words + this.children.map((one) => `<${one.tag}>${one.innerHTML}</${one.tag}>`).join(""); }
  set innerHTML(html) { this.children = []; this.words = ""; parse(html, this); }
  getAttribute(name) { return name in this.attrs ? this.attrs[name] : null; }
  setAttribute(name, value) { this.attrs[name] = value; }
  removeAttribute(name) { delete this.attrs[name]; }
  focus() { Element.focused = this; }
  addEventListener(kind, act) { (this.heard[kind] = this.heard[kind] || []).push(act); }
  fire(kind, target = this, more = {}) {
    const event = {type: kind, target, preventDefault() { event.defaultPrevented = true; }, ...more};
    (this.heard[kind] || []).forEach((act) => act(event));
    return event;
  }
}

export function parse(html, root = new Element("body")) {
  let here = root;
  for (const [, closing, tag, attributes, words] of html.matchAll(/<(\/?)(\w+)([^>]*)>|([^<]+)/g)) {
    if (words) { if (words.trim()) { here.words += words.trim(); } } else if (closing) { here = here.parentNode; } else {
      const attrs = Object.fromEntries([...attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, value || ""]));
      const child = here.appendChild(new Element(tag, attrs));
      if (!VOID.has(tag)) { here = child; }
    }
  }
  return root;
}

// What a browser keeps for a site; its keys are its own properties, as a browser's are.
export class Shelf {
  getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; }
  setItem(key, text) { this[key] = String(text); }
  removeItem(key) { delete this[key]; }
}

// What a script sees as its window: answers that the test sets, requests and timers that it reads.
export function world(shelf = new Shelf()) {
  const made = {asked: [], timers: [], answer: () => ({status: 200, body: {}})};
  const window = new Element("window"), document = new Element("document");
  Object.assign(document, {cookie: "a=1; csrftoken=tok%3D", createElement: (tag) => new Element(tag)});
  const context = {
    console, window, JSON, Promise,
    document,
    setTimeout: (act, wait) => made.timers.push({act, wait}),
    clearTimeout: (id) => { if (made.timers[id - 1]) { made.timers[id - 1].act = null; } },
    fetch: async (url, options) => {
      made.asked.push({url, headers: options.headers, keepalive: options.keepalive, body: JSON.parse(options.body)});
      const {status, body, lost} = made.answer(url, made.asked.length);
      if (lost) { throw new TypeError("network"); }
      return {ok: status < 400, status, json: async () => { if (body === undefined) { throw new SyntaxError("no JSON"); } return body; }};
    },
  };
  window.crypto = {getRandomValues: (bytes) => bytes.fill(made.asked.length + (made.ids = (made.ids || 0) + 1))};
  window.localStorage = shelf;
  window.location = {reload() { made.reloaded = true; }};
  context.Uint8Array = Uint8Array;
  return {made, context, window, tick: async () => { for (let n = 0; n < 20; n += 1) { await null; } },
    run: () => { const due = made.timers.filter((timer) => timer.act); made.timers.forEach((timer) => { timer.done = timer.act; timer.act = null; }); due.forEach((timer) => timer.done()); }};
}
