"""Every page of every role: for all senses, on a phone, enlarged, from right to left, by keyboard."""

import pytest

from tests.browser.keyboard import walk
from tests.browser.language import SEEN, course_texts, untranslated
from tests.browser.places import PLACES, opened, page

BY_THE_LOADER = "rules of version"  # what is wrong with a rule file is told to operators in plain English
MOST_STOPS = 60  # of the Tab key on one page: a module test has more than a hundred
FASTER = """
const parse = JSON.parse;
JSON.parse = function (text) {
  const value = parse.apply(this, arguments);
  if (value && value.idleSeconds) { value.idleSeconds = 6; }
  return value;
};
"""
BOXES = """
const box = (e) => {
  const b = e.getBoundingClientRect();
  return [b.left, b.top + scrollY, b.width, b.height].map(Math.round);
};
const clock = document.querySelector('.wins-clock');
const line = document.querySelector('.wins-clock-line'), after = document.querySelector('[data-block-type=html]');
return {state: clock.dataset.state, words: line.textContent.trim(), boxes: [box(line), box(after)]};
"""


@pytest.fixture(scope="module")
def texts(host):
    return course_texts(sorted((host.home / "dist").glob("*.tar.gz")))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_is_for_everybody(browser, host, place, texts):
    opened(browser, host, place)
    wrong = [f"accessibility: {found}" for found in browser.axe()]
    wrong += [f"keyboard: {found}" for found in walk(browser, MOST_STOPS)]
    for width, scale, what in ((320, 1, "at 320 pixels"), (640, 2, "at 200 %")):
        browser.width(width, scale=scale)
        if browser.sideways() > 0:
            wrong.append(f"scrolls sideways by {browser.sideways()} {what}: {widest(browser)}")
    browser.width(1200)
    wrong += [f"console: {row}" for row in browser.complaints() if not expected(row, place)]
    opened(browser, host, place, "rtl")
    direction, read = browser.js("return document.documentElement.dir"), browser.js(SEEN)
    wrong += [] if direction == "rtl" else [f"direction is {direction}"]
    read = [text for text in read if not text.strip().startswith(BY_THE_LOADER)]
    wrong += [f"not translated: {text}" for text in untranslated(read, texts)]
    browser.width(320)
    wrong += [f"scrolls sideways from right to left: {widest(browser)}"] if browser.sideways() > 0 else []
    assert not wrong, "\n".join(wrong)


def expected(row, place):
    """A page that says no answers with a status of its own, and the browser notes it."""
    return place.status != 200 and f"status of {place.status}" in row


def widest(browser):
    return browser.js(
        "return [...document.querySelectorAll('body *')].filter((e) => {"
        "  const box = e.getBoundingClientRect();"
        "  const out = box.right > innerWidth + 1 || box.left < -1;"
        "  return out && !e.closest('.wins-scroll, .wins-unseen, .wins-skip');"
        "}).slice(0, 3).map((e) => e.outerHTML.slice(0, 150))"
    )


def test_the_check_of_words_finds_one_that_was_not_translated(texts):
    assert untranslated(["Continue studying", "2 of 3 הרק"], texts) == ["Continue studying"]
    assert untranslated(["Two exams at Pearson VUE"], texts)
    assert not untranslated(["המסטגץד: Nuclear Security Regulation", "12 h 35 m: Lena Learner"], texts)


@pytest.mark.parametrize("width", [1200, 390, 320])
def test_no_text_moves_when_the_clock_changes_its_words(browser, host, width):
    browser.become(host, "lena")
    host.state("reading")
    script = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=FASTER)["identifier"]
    try:
        browser.width(width)
        browser.open(page("foundation", "u1-r1"))
        seen = {"": browser.js(BOXES)["boxes"]}

        def look(state, touching=False):
            def now():
                if touching:
                    browser.one("h1").click()
                return (found := browser.js(BOXES))["state"] == state and found

            seen[state] = browser.until(now, f"the clock {state}", 15)["boxes"]

        for state in ("counting", "asking", "paused"):
            look(state)
        look("counting", touching=True)
        browser.offline(True)
        look("offline", touching=True)
    finally:
        browser.offline(False)
        browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    assert {str(boxes) for boxes in seen.values()} == {str(seen[""])}, seen
    browser.complaints()
