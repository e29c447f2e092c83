"""Presses what can be pressed on a page, and says what is dead: nothing happened, or nobody says why it is disabled."""

import json
import re
import time
from collections import Counter

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.keys import Keys

REPEATED = 3
# Where a press leads outside the page; and which answers are still to come.
SPIES = """
window.__opened = []; window.open = (url) => { window.__opened.push(String(url)); return null; };
window.print = () => { window.__opened.push('print'); };
window.__pending = 0;
const send = window.fetch;
window.fetch = (...what) => {
  window.__pending += 1;
  return send(...what).finally(() => { window.__pending -= 1; });
};
const sendOld = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...what) {  // the editors of xblock-utils ask by jQuery
  window.__pending += 1;
  this.addEventListener('loadend', () => { window.__pending -= 1; });
  return sendOld.apply(this, what);
};
"""
# Numbers every control that can be pressed, in folds too. By its ``sign`` it is found again on the page loaded anew.
CONTROLS = """
[...document.querySelectorAll('details')].filter((e) => e.querySelector('button, select')).forEach((e) => {
  e.open = true;
});
const every = 'button, a[href], summary, input[type=submit], input[type=button], [role=button], select', equal = {};
const whole = document.querySelector('dialog:modal') || document;  // the rest cannot be reached
const list = [...whole.querySelectorAll(every)].filter((e) => e.checkVisibility({visibilityProperty: true})
  && !e.matches(':disabled') && e.getAttribute('aria-disabled') !== 'true');
return list.map((e, number) => {
  const html = e.outerHTML.replace(/ (data-press|aria-pressed)="[0-9a-z]+"/g, '').slice(0, 300);  // pressed or not
  equal[html] = (equal[html] || 0) + 1;
  e.dataset.press = String(number);
  return {number, html, sign: html + equal[html], tag: e.tagName, frame: Boolean(e.closest('.wins-host')),
    name: (e.getAttribute('aria-label') || e.innerText || e.value || '').replace(/\\s+/g, ' ').trim(),
    link: e.tagName === 'SUMMARY' || (e.tagName === 'A' && !e.getAttribute('href').startsWith('#'))};
});
"""
# Disabled, and no text beside it says why.
UNEXPLAINED = """
const told = (e) => (e.getAttribute('aria-describedby') || '').split(/\\s+/).some((id) => {
  const text = id && document.getElementById(id);
  return text && text.checkVisibility({visibilityProperty: true}) && text.innerText.trim();
});
const off = ':disabled, [aria-disabled=true]';
return [...document.querySelectorAll(off)].filter((e) => e.checkVisibility({visibilityProperty: true})
  && ![e, e.closest('fieldset')].some((one) => one && told(one))).map((e) => e.outerHTML.slice(0, 200));
"""
# Clicks each link and stays where it is: a link is alive when nothing covers it and nobody stops the browser.
LINKS = """
const wrong = [], leads = {}, folds = [...document.querySelectorAll('details:not([open])')];
folds.forEach((one) => { one.open = true; });
let stopped = null;
const guard = (event) => { stopped = event.defaultPrevented; event.preventDefault(); };
window.addEventListener('click', guard);
const whole = document.querySelector('dialog:modal') || document;
[...whole.querySelectorAll('a[href]')].filter((e) => e.checkVisibility({visibilityProperty: true})).forEach((e) => {
  if (arguments[0] !== Boolean(e.closest('.wins-host')) || e.getAttribute('href').startsWith('#')) { return; }
  e.scrollIntoView({block: 'center'});
  const box = e.getClientRects()[0], x = box.left + box.width / 2, y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  if (!top || !(e.contains(top) || top.contains(e))) { wrong.push(`covered: ${e.outerHTML.slice(0, 200)}`); }
  stopped = null;
  e.click();
  if (stopped !== false) { wrong.push(`nothing happens: ${e.outerHTML.slice(0, 200)}`); }
  if (e.host !== location.host) {
    const fit = e.protocol === 'https:' && e.target === '_blank' && e.relList.contains('noopener');
    if (!fit && e.protocol !== 'mailto:') { wrong.push(`another site in this window: ${e.outerHTML.slice(0, 200)}`); }
    return;
  }
  const folded = e.closest('details'), kind = e.pathname.replace(/[^\\/]*(block@|course-)[^\\/]*/g, '*') + e.search;
  leads[folded ? kind : e.pathname + e.search] = e.href;
});
window.removeEventListener('click', guard);
folds.forEach((one) => { one.open = false; });
return {wrong, leads};
"""
# Where links lead: what does not answer with a page.
FOLLOW = """
const done = arguments[1];
Promise.all(arguments[0].map((url) => fetch(url, {credentials: 'same-origin'}).then((a) => [a.status, url])))
  .then((all) => done(all.filter((one) => one[0] !== 200)), (error) => done([[0, String(error)]]));
"""
FOLDS = """
return [...document.querySelectorAll('summary')].filter((e) => e.checkVisibility({visibilityProperty: true}) && (() => {
  const before = e.parentElement.open;
  e.click();
  const same = e.parentElement.open === before;
  e.parentElement.open = before;
  return same;
})()).map((e) => `does not unfold: ${e.outerHTML.slice(0, 200)}`);
"""
# Everything by which a reader could notice that something happened; not the clock, which runs by itself.
NOTICED = """
const all = (css, told) => [...document.querySelectorAll(css)].map(told);
const fields = all('input, textarea, select', (f) => f.type === 'file' ? '' : f.checked + f.value);
const shown = document.body.innerText + all('[role=status]:not([data-wins-say]), [role=alert]', (e) => e.textContent);
return JSON.stringify([location.href, performance.timeOrigin, shown.replace(/Counting.*|Paused.*/g, ''), fields,
  (document.activeElement.dataset.press || document.activeElement.id || document.activeElement.outerHTML.slice(0, 80)),
  document.querySelectorAll(':invalid').length ? document.querySelector(':invalid') === document.activeElement : '',
  window.__opened]);
"""
QUIET = "return document.readyState === 'complete' && !window.__pending"


def to_press(browser, frame: bool) -> list[dict]:
    """Buttons and choices of the page, or of the frame around it; what leads elsewhere is pressed on the spot."""
    return [one for one in browser.js(CONTROLS) if one["frame"] == frame and not one["link"]]


def without_repeats(controls: list[dict]) -> list[dict]:
    """Of what stands in each row of a list, as forty questions have it, the first three."""
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for control in controls:
        kind = control["tag"], re.sub(r"\d+", "", control["name"])
        seen[kind] += 1
        if seen[kind] <= REPEATED:
            kept.append(control)
    return kept


def press(browser, control: dict) -> list[str]:
    """Press one control of the page that is open; what is wrong with what follows."""
    element = browser.find(f"[data-press='{control['number']}']")[0]
    browser.js("arguments[0].focus()", element)  # a press that does no more than that is a dead one
    before = _noticed(browser)
    if "wins-skip" in control["html"]:  # seen while it has the focus only
        element.send_keys(Keys.ENTER)
    elif control["tag"] == "SELECT":
        browser.js(
            "const s = arguments[0]; s.selectedIndex = (s.selectedIndex + 1) % s.options.length;"
            "s.dispatchEvent(new Event('change', {bubbles: true}))", element,
        )  # fmt: skip
    else:
        browser.js("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
    end = time.monotonic() + 3
    while time.monotonic() < end:
        try:
            if _noticed(browser) != before:
                return []
        except WebDriverException:  # the page is on its way to another one
            return []
        time.sleep(0.02)
    return [f"nothing happens: {control['html']}"]


def _noticed(browser) -> list:
    return json.loads(browser.js(NOTICED)) + [len(browser.driver.window_handles)]


def settled(browser) -> None:
    browser.until(lambda: browser.js(QUIET), "every answer")


def links(browser, frame: bool, followed: set[str], own: int = 200) -> list[str]:
    """Press every link, and see once that there is a page where it leads.

    A page that says what broke (``own``, its status) may lead to others that say so: those are looked at again.
    """
    found = browser.js(LINKS, frame)
    new = {name: url for name, url in found["leads"].items() if name not in followed}
    others = browser.driver.execute_async_script(FOLLOW, sorted(new.values())) if new else []
    broken = {url for _, url in others}
    followed.update(name for name, url in new.items() if url not in broken)
    return found["wrong"] + [f"leads to nothing ({status}): {url}" for status, url in others if status != own]
