"""Every kind of question answered by pointer, by keyboard and by touch; practice with answers at once; a time limit.

One quiz of all kinds is written once, and each way of answering begins a try of its own.
"""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.places import EDITOR, page
from tests.browser.test_kinds import ALL, replaced_by
from tests.browser.touch import phone, tap

HOST_SETTINGS = "tests.browser.moved_settings"  # its clock can be moved on
LIVE = page("regulation", "u1-quiz-page")
DELAY = "Delay an adversary who comes over the outer fence with tools for long enough"
PAIRS = {"An alarm": "Detect", "Fence": DELAY}
# What the page says at once, and after the questions are sent: each is right, or partly.
REVIEW = ["✓ Right", "✓ Right", "✓ Right: 3 of 3 points", "✓ Right", "✓ Right"]
QUESTIONS = "return [...document.querySelectorAll('[data-question]')].map((one) => [one, one.dataset.kind])"
SPEAKING = """
window.__said = [];
const place = document.querySelector('[data-clock-said]');
new MutationObserver(() => window.__said.push(place.textContent)).observe(place, {childList: true});
"""


def settle(browser, host, changes):
    """Arno writes the quiz: every kind of question, and settings."""
    host.state("reading")
    browser.become(host, "arno")
    browser.open(EDITOR)
    browser.sees("Questions: 3")
    replaced_by(browser, ALL)
    put = """const field = document.querySelector(`[data-set=${arguments[0]}]`), value = arguments[1];
        if (field.type === 'checkbox') { field.checked = value; } else { field.value = value; }
        field.dispatchEvent(new Event('input', {bubbles: true}));"""
    for name, value in changes.items():
        browser.js(put, name, value)
    browser.press("Save")
    browser.until(lambda: browser.driver.current_url.endswith("/preview"), "the preview after saving")
    browser.become(host, "lena")
    browser.open(LIVE)


def label(question, text):
    return next(one for one in question.find_elements("css selector", "label") if one.text.startswith(text))


def selects(question):
    found = question.find_elements("css selector", "label")
    return [(one.find_element("css selector", "select"), one.text) for one in found]


class Pointer:
    """A mouse; a list is chosen from as its open menu would."""

    def __init__(self, browser):
        self.browser = browser

    def press(self, element):
        self.browser.js("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(self.browser.driver).move_to_element(element).click().perform()

    def choose(self, select, text):
        self.press(select)
        next(one for one in select.find_elements("css selector", "option") if one.text == text).click()

    def write(self, field, text):
        self.press(field)
        ActionChains(self.browser.driver).send_keys(text).perform()


class Touch(Pointer):
    """A finger. A phone draws lists and its keyboard itself, outside the page: their part is done by keys."""

    def press(self, element):
        tap(self.browser, element)

    def choose(self, select, text):
        self.press(select)
        self.browser.until(lambda: self.browser.js("return document.activeElement === arguments[0]", select), "a list")
        ActionChains(self.browser.driver).send_keys(text[:5], Keys.ENTER).perform()


class Keyboard(Pointer):
    """Keys alone: a group of choices is one stop, and its arrows choose."""

    def press(self, element):
        target = element.find_element("css selector", "input") if element.tag_name == "label" else element
        self.browser.js("arguments[0].focus()", target)
        ActionChains(self.browser.driver).send_keys(Keys.ENTER if target.tag_name == "button" else Keys.SPACE).perform()

    def choose(self, select, text):
        self.browser.js("arguments[0].focus()", select)
        ActionChains(self.browser.driver).send_keys(text[:5]).perform()

    def write(self, field, text):
        self.browser.js("arguments[0].focus()", field)
        ActionChains(self.browser.driver).send_keys(text).perform()


def answer(hand, question, kind):
    if kind == "single":
        hand.press(label(question, "Sensors"))
    elif kind == "multiple":
        for text in ("A fence", "A door"):
            hand.press(label(question, text))
    elif kind == "truefalse":
        hand.press(label(question, "True"))
    elif kind == "matching":
        for select, text in selects(question):
            hand.choose(select, next(PAIRS[left] for left in PAIRS if text.startswith(left)))
    else:
        hand.write(question.find_element("css selector", "[data-number]"), "37")


def answered(browser, hand):
    """A try with every question answered; how the hand began it, and what the page counts."""
    hand.press(browser.one("[data-start]"))
    browser.sees("Question 1 of 5")
    found = browser.js(QUESTIONS)
    assert sorted(kind for _question, kind in found) == ["matching", "multiple", "numeric", "single", "truefalse"]
    for number, (question, kind) in enumerate(found, 1):
        answer(hand, question, kind)
        browser.sees(f"{number} of 5 answered")
    browser.sees("Your answers are saved.")


@pytest.fixture(scope="module")
def written(host, chromium):
    chromium.reset(host.url)
    settle(chromium, host, {})
    return host


@pytest.mark.parametrize("way", [Pointer, Keyboard, Touch])
def test_every_kind_is_answered_in_every_way(written, browser, way):
    browser.become(written, "lena")
    browser.open(LIVE)
    hand = way(browser)
    if way is Touch:
        with phone(browser):
            answered(browser, hand)
            hand.press(browser.button("Send my answers"))
            browser.sees("7 of 7 points (100 %)")
            assert browser.sideways() <= 0
    else:
        answered(browser, hand)
        hand.press(browser.button("Send my answers"))
        browser.sees("7 of 7 points (100 %)")
    marks = [one.text for one in browser.find(".wins-quiz__review > li > p > strong")]
    assert sorted(marks) == sorted(REVIEW)
    assert browser.complaints() == []


def test_practice_tells_after_each_question_and_fixes_the_answer(browser, host):
    settle(browser, host, {"purpose": "practice", "check_each": True})
    hand = Keyboard(browser)
    hand.press(browser.one("[data-start]"))
    browser.sees("Question 1 of 5")
    found = browser.js(QUESTIONS)
    first = found[0][0]
    hand.press(first.find_element("css selector", "[data-check]"))
    browser.sees("Give an answer first.")
    for question, kind in found:
        answer(hand, question, kind)
        hand.press(question.find_element("css selector", "[data-check]"))
        told = question.find_element("css selector", "[data-told-here]")
        browser.until(lambda told=told: "✓ Right" in told.text and "right answer" in told.text, f"the answer of {kind}")
        assert browser.js("return document.activeElement === arguments[0]", told)
        fields = question.find_elements("css selector", "input, select")
        assert not any(field.is_enabled() for field in fields)
    assert browser.axe() == []
    browser.driver.refresh()
    browser.sees("5 of 5 answered")
    assert browser.text("body").count("right answer") >= 5
    browser.press("Send my answers")
    browser.sees("7 of 7 points (100 %)")
    assert browser.complaints() == []


def test_a_time_limit_is_told_at_few_moments_and_sends_what_was_saved(browser, host):
    settle(browser, host, {"minutes": 12})
    hand = Pointer(browser)
    hand.press(browser.one("[data-start]"))
    browser.sees("11 minutes left")
    place = browser.one("[data-clock]")
    assert not place.get_attribute("role")
    assert not place.get_attribute("aria-live")
    question = next(one for one, kind in browser.js(QUESTIONS) if kind == "single")
    hand.press(label(question, "Sensors"))
    browser.sees("Your answers are saved.")
    browser.js(SPEAKING)
    browser.press("Hide the time")
    browser.until(lambda: "minutes left" not in browser.text("[data-clock]"), "no time to be seen")
    begun = browser.js("return Date.now()")
    moved = "window.__ahead = arguments[0]; Date.now = () => arguments[1] + performance.now() - window.__since"
    browser.js("window.__since = performance.now()")
    for minutes in (1, 2.5, 4, 7.5, 9, 11.2):
        browser.js(moved, minutes, begun + minutes * 60_000)
        browser.js("document.dispatchEvent(new Event('visibilitychange'))")
    said = "return window.__said"
    assert browser.js(said) == ["10 minutes left", "5 minutes left", "1 minute left"]
    host.ahead = 12 * 60_000 + 10_000
    browser.js(moved, 12.2, begun + 12.2 * 60_000)
    browser.js("document.dispatchEvent(new Event('visibilitychange'))")
    browser.sees("The time is over. What was saved is sent for you.")
    browser.sees("1 of 7 points", 20)
    host.ahead = 0
    browser.complaints()  # the browser notes that the last save came too late
