"""Presses every button and link of every page once, on a fresh page each time: something must happen, without an error."""

import json
import time
from dataclasses import replace

import pytest

from tests.browser.places import PLACES, opened

# Courses and Studio list alike things many times over: of links of one kind, this many are pressed on one page.
ALIKE = 2
# Numbers every control; what it is, for the report; where a link leads; whether it ends what the page is about.
CONTROLS = """
const hosts = location.host;
const list = [...document.querySelectorAll('button, a[href], summary, input[type=submit], select')].filter((e) =>
  e.checkVisibility({visibilityProperty: true}) && !e.matches(':disabled') && !e.closest('fieldset[disabled]')
  && !(e.host && e.host !== hosts) && !e.hasAttribute('download'));
return list.map((e, number) => {
  e.dataset.press = String(number);
  return {number, html: e.outerHTML.slice(0, 200), frame: Boolean(e.closest('.wins-host')),
    href: e.tagName === 'A' ? e.href.split('#')[0] : '', hash: e.tagName === 'A' && e.hash ? e.hash : '',
    kind: e.tagName === 'A' ? e.closest('nav, main')?.className + e.pathname.replace(/block@.*?(\\/|$)/, '').replace(/[0-9]+/g, '')
      : e.tagName + (e.dataset.do || e.name || '') + (e.closest('table, ol, ul') ? '' : e.innerText)};
});
"""
# Everything by which a reader could notice that something happened.
NOTICED = """
const fields = [...document.querySelectorAll('input, textarea, select')].map((f) => f.type === 'file' ? '' : f.checked + f.value);
const open = [...document.querySelectorAll('details')].map((d) => d.open);
const shown = document.body.innerText + [...document.querySelectorAll('[role=status], [role=alert]')].map((e) => e.textContent);
return JSON.stringify([location.href, performance.timeOrigin, shown.replace(/Counting.*|Paused.*/g, ''), fields, open,
  (document.activeElement.dataset.press || document.activeElement.id || document.activeElement.outerHTML.slice(0, 80)),
  document.querySelectorAll(':invalid').length ? document.querySelector(':invalid') === document.activeElement : '']);
"""
SPIES = """
window.__opened = []; window.open = (url) => { window.__opened.push(String(url)); return null; };
window.print = () => { window.__opened.push('print'); };
"""


def noticed(browser):
    return json.loads(browser.js(NOTICED)) + [len(browser.driver.window_handles), browser.js("return window.__opened")]


def to_press(browser, frame):
    """The page's controls, of many alike the first ones; those of the frame around it on one page only."""
    seen, chosen = {}, []
    for control in browser.js(CONTROLS):
        seen[control["kind"]] = seen.get(control["kind"], 0) + 1
        if seen[control["kind"]] <= ALIKE and control["frame"] == frame:
            chosen.append(control)
    return chosen


def press(browser, control, fill=None):
    """Press one control of the page that is open; what is wrong with what follows."""
    element = browser.find(f"[data-press='{control['number']}']")[0]
    before = noticed(browser)
    if element.tag_name == "select":
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
            if noticed(browser) != before:
                return []
        except Exception:  # noqa: BLE001  the page is on its way to another one
            return []
        time.sleep(0.05)
    return [f"nothing happens: {control['html']}"]


def settled(browser):
    browser.until(lambda: browser.js("return document.readyState === 'complete'"), "the next page")
    time.sleep(0.15)


def refusals(host, since):
    """Answers of the host that no button of ours may get, from its own log."""
    log = host.log.read_text()[since:]
    return [line for line in log.splitlines() if any(f'" {status} ' in line for status in (404, 405, 500))]


PRESSED = [
    place for place in PLACES
    if not any(word in place.name for word in ("no such page", "not for a learner", "search", "path without"))
]  # fmt: skip


@pytest.mark.parametrize("place", PRESSED, ids=lambda place: place.name)
def test_every_control_does_something(browser, host, place):
    wrong = walk(browser, host, place, frame=False)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", ["", "lena", "arno", "ada"])
def test_every_control_of_the_frame_does_something(browser, host, person):
    place = next(place for place in PLACES if place.person == person)
    wrong = walk(browser, host, replace(place, state="reading"), frame=True)
    assert not wrong, "\n".join(wrong)


def walk(browser, host, place, frame):
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=SPIES)
    opened(browser, host, place)
    here, wrong, pages = browser.driver.current_url, [], set()
    for number in range(len(to_press(browser, frame))):
        since = host.log.stat().st_size
        opened(browser, host, place)
        control = to_press(browser, frame)[number]
        if control["href"] and not control["hash"]:
            if control["href"] == here or control["href"] in pages:  # to itself, or pressed already
                continue
            pages.add(control["href"])
        wrong += press(browser, control)
        settled(browser)
        wrong += [f"{control['html']}: {line}" for line in refusals(host, since)]
        complaints = [row for row in browser.complaints() if "400 (Bad Request)" not in row]
        wrong += [f"{control['html']}: {row}" for row in complaints]
    return wrong


DEAD = "data:text/html,<main><button>Dead</button><button onclick='this.textContent+=1'>Alive</button></main>"


def test_a_dead_button_is_found(browser):
    browser.driver.get(DEAD)
    browser.js(SPIES)
    dead, alive = to_press(browser, False)
    assert press(browser, alive) == []
    assert press(browser, dead) == ["nothing happens: <button data-press=\"0\">Dead</button>"]
