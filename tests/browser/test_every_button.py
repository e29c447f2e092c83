"""Presses every button and link of every page, on a fresh page each time: something must happen, without an error."""

import json
import time
from dataclasses import replace

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.keys import Keys

from tests.browser.places import PLACES, opened

# Numbers every control; what it is, for the report; where a link leads; whether it ends what the page is about.
CONTROLS = """
const around = (e) => e.closest('nav, main')?.className;
const list = [...document.querySelectorAll('button, a[href], summary, input[type=submit], select')].filter((e) =>
  e.checkVisibility({visibilityProperty: true}) && !e.matches(':disabled') && !e.closest('fieldset[disabled]')
  && !(e.host && e.host !== location.host) && !e.hasAttribute('download'));
return list.map((e, number) => {
  e.dataset.press = String(number);
  return {number, html: e.outerHTML.slice(0, 200), frame: Boolean(e.closest('.wins-host')),
    href: e.tagName === 'A' ? e.href.split('#')[0] : '', hash: e.tagName === 'A' && e.hash ? e.hash : '',
    once: e.tagName === 'SUMMARY' || e.matches('.wins-skip') ? e.innerText : '',
    kind: e.tagName === 'A' ? around(e) + e.pathname.replace(/block@.*?(\\/|$)/, '').replace(/[0-9]+/g, '')
      : e.tagName === 'SUMMARY' ? around(e) + 'SUMMARY' + e.parentElement.className
      : e.tagName + (e.dataset.do || e.name || '') + (e.closest('table, ol, ul') ? '' : e.innerText)};
});
"""
# Everything by which a reader could notice that something happened.
NOTICED = """
const all = (css, told) => [...document.querySelectorAll(css)].map(told);
const fields = all('input, textarea, select', (f) => f.type === 'file' ? '' : f.checked + f.value);
const open = all('details', (d) => d.open);
const shown = document.body.innerText + all('[role=status], [role=alert]', (e) => e.textContent);
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
    """The page's controls; of many alike in a list the first one. The frame around it has a test of its own."""
    seen, chosen = set(), []
    for control in browser.js(CONTROLS):
        if control["kind"] not in seen and control["frame"] == frame:
            chosen.append(control)
        seen.add(control["kind"])
    return chosen


def press(browser, control):
    """Press one control of the page that is open; what is wrong with what follows."""
    element = browser.find(f"[data-press='{control['number']}']")[0]
    browser.js("arguments[0].focus()", element)  # a press that does no more than that is a dead one
    before = noticed(browser)
    if "wins-skip" in control["html"]:  # seen while it has the focus only
        element.send_keys(Keys.ENTER)
    elif element.tag_name == "select":
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
        except WebDriverException:  # the page is on its way to another one
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


# An empty form is refused in words; the browser notes it.
REFUSED = ("400 (Bad Request)", "409 (Conflict)")
PRESSED = [
    place for place in PLACES
    if not any(word in place.name for word in ("no such page", "not for a learner", "search", "path without"))
]  # fmt: skip


@pytest.fixture(autouse=True)
def spies(browser):
    script = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=SPIES)["identifier"]
    yield
    browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)


@pytest.fixture(scope="module")
def followed():
    return set()


@pytest.mark.parametrize("place", PRESSED, ids=lambda place: place.name)
def test_every_control_does_something(browser, host, place, followed):
    wrong = walk(browser, host, place, False, followed)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", ["", "lena", "arno", "ada"])
def test_every_control_of_the_frame_does_something(browser, host, person, followed):
    place = next(place for place in PLACES if place.person == person)
    wrong = walk(browser, host, replace(place, state="reading"), True, followed)
    assert not wrong, "\n".join(wrong)


def walk(browser, host, place, frame, followed):
    """Press each control of a page, but no link or fold that this person has pressed on another one."""
    opened(browser, host, place)
    here, wrong = browser.driver.current_url, []
    for number, planned in enumerate(to_press(browser, frame)):
        same = planned["href"] if planned["href"] and not planned["hash"] else planned["once"]
        if same:
            if same == here or (place.person, same) in followed:
                continue
            followed.add((place.person, same))
        since = host.log.stat().st_size
        opened(browser, host, place)
        control = to_press(browser, frame)[number]
        wrong += press(browser, control)
        settled(browser)
        wrong += [f"{control['html']}: {line}" for line in refusals(host, since)]
        complaints = [row for row in browser.complaints() if not any(part in row for part in REFUSED)]
        wrong += [f"{control['html']}: {row}" for row in complaints]
    return wrong


DEAD = "data:text/html,<main><button>Dead</button><button onclick='this.textContent+=1'>Alive</button></main>"


def test_a_dead_button_is_found(browser):
    browser.driver.get(DEAD)
    browser.js(SPIES)
    dead, alive = to_press(browser, False)
    assert press(browser, alive) == []
    assert press(browser, dead) == ['nothing happens: <button data-press="0">Dead</button>']
