"""Forty things of four kinds wait: cleared by keyboard alone, at most eight keys each; nothing decided unseen."""

import logging
import time

import pytest

from tests.browser.keyboard import key

log = logging.getLogger(__name__)

MOST = 8  # keys for one item
NEXT = "/wins/desk/next"
STATES = (
    ("offlineclaim", "state NOT IN ('waiting') AND NOT (state = 'counted' AND sampled)"), ("case", "state != 'open'"),
    ("voucherrequest", "state != 'asked'"), ("examrow", "state != 'waiting'"),
)  # fmt: skip
KINDS = ("book", "case", "request", "row")


@pytest.fixture
def forty(browser, host):
    """Ada before a queue of forty."""
    host.state("new")
    host.run("from tests.browser.waiting import fill; fill()")
    browser.become(host, "ada")
    browser.open(NEXT)
    return browser


def item(browser):
    """Which item is shown; None when none is left."""
    return browser.js("const own = document.querySelector('[name=item]'); return own && own.value;")


def comes(browser, before):
    """Wait for another page than that of ``before``, whole."""
    browser.until(
        lambda: browser.js("return document.readyState === 'complete' && !window.pressedHere"), "the next page"
    )
    assert item(browser) != before


def press(browser, keys):
    """Press these keys; how many. The page is marked, so that the one after it is known."""
    browser.js("window.pressedHere = true;")
    for name in keys:
        key(browser, name)
    return len(keys)


def to_choose(browser, turn):
    """The keys to one of the choices, each in turn, but for own words; then Enter. The focus is on the first one."""
    values = browser.js("return [...document.querySelectorAll('[name=choice]')].map((own) => own.value);")
    places = [place for place, value in enumerate(values) if not value.endswith(".own")]
    place = places[turn % len(places)]
    down, up = ["ArrowDown"] * place or [" "], ["ArrowUp"] * (len(values) - place)
    return [*min(down, up, key=len), "Enter"]


def decided(host):
    return sum(host.sql(f"SELECT COUNT(*) FROM wins_xblocks_{table} WHERE {done}")[0][0] for table, done in STATES)


def answer_ms(browser):
    """From the press to the whole next page, its redirect too."""
    return round(browser.js("return performance.getEntriesByType('navigation')[0].responseEnd;"))


def test_forty_items_are_cleared_by_keyboard_alone(forty, host):
    browser, pressed, answers, turns = forty, {}, [], dict.fromkeys(KINDS, 0)
    first = item(browser)
    assert "40 left" in browser.text("h1")
    pressed[first] = press(browser, ["shift+Tab", "Enter"])  # Later
    comes(browser, first)
    assert "40 left" in browser.text("h1")
    for left in range(40, 0, -1):
        here = item(browser)
        kind = here.split("-")[0]
        assert f"{left} left" in browser.text("h1")
        pressed[here] = pressed.get(here, 0) + press(browser, to_choose(browser, turns[kind]))
        turns[kind] += 1
        comes(browser, here)
        assert browser.find("#told[role=status]"), browser.text("main")
        answers.append(answer_ms(browser))
    assert "Nothing waits for you." in browser.text("main")
    assert set(turns.values()) == {10}
    assert len(pressed) == 40
    assert max(pressed.values()) <= MOST, pressed
    assert decided(host) == 40
    log.info("keys: %s, at most %s; ms to the next page: %s", sum(pressed.values()), max(pressed.values()), answers)
    assert browser.complaints() == []


def test_the_queue_is_begun_by_keyboard_from_the_desk(forty):
    browser = forty
    browser.open("/wins/desk/")
    browser.js("document.querySelector('main a[href=\"/wins/desk/next\"]').focus();")
    press(browser, ["Enter"])
    comes(browser, "")
    assert browser.js("return document.activeElement.matches('button, input')")


@pytest.mark.parametrize("again", [0, 0.02, 0.05, 0.1, 0.2, 0.5, 1])
def test_enter_twice_decides_one_item(forty, host, again):
    browser = forty
    browser.open(f"{NEXT}?kind=book")
    before = item(browser)
    press(browser, [" ", "Enter"])
    time.sleep(again)
    key(browser, "Enter")
    comes(browser, before)
    time.sleep(0.3)
    assert decided(host) == 1, browser.text("main")
    assert "9 left" in browser.text("h1")


def test_enter_held_down_decides_one_item(forty, host):
    browser = forty
    browser.open(f"{NEXT}?kind=book")
    before = item(browser)
    press(browser, [" "])
    for _number in range(40):
        key(browser, "Enter")
        time.sleep(0.03)
    comes(browser, before)
    time.sleep(0.3)
    assert decided(host) == 1
    assert browser.complaints() == []
