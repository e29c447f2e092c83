"""One question at a time in a real browser: by keyboard, for everybody, and without a connection."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.places import EDITOR, page
from tests.browser.test_kinds import ALL, NOTHING, for_everybody, pressed_on, replaced_by

LIVE = page("regulation", "u1-quiz-page")
SHOWN = "return [...document.querySelectorAll('[data-question]')].filter((one) => one.checkVisibility()).length"
FOCUSED = "return document.activeElement.querySelector('legend') ? document.activeElement.innerText.split('.')[0] : ''"


@pytest.fixture
def quiz(browser, host):
    """Lena's, with a question of every kind and a case of three."""
    host.state("reading")
    browser.become(host, "arno")
    browser.open(EDITOR)
    browser.sees("Questions: 3")
    replaced_by(browser, NOTHING)
    replaced_by(browser, ALL)
    browser.js("arguments[0].click()", browser.one("[data-set=one_by_one]"))
    browser.press("Save")
    browser.until(lambda: browser.driver.current_url.endswith("/preview"), "the preview after saving")
    browser.become(host, "lena")
    browser.open(LIVE)
    browser.js("arguments[0].click()", browser.one("[data-start]"))
    browser.sees("Question 1 of 5")
    return browser


def moved(quiz, label, question):
    pressed_on(quiz, label)
    quiz.until(lambda: quiz.js(FOCUSED) == f"Question {question} of 5", f"the focus on question {question}")
    assert quiz.js(SHOWN) == 1


def test_questions_are_gone_through_by_keyboard_and_named_before_sending(quiz):
    assert quiz.js(SHOWN) == 1
    moved(quiz, "Next question", 2)
    pressed_on(quiz, "Look at this again later")
    moved(quiz, "Next question", 3)
    quiz.sees("A store holds ten sources behind two fences.")
    moved(quiz, "Next question", 4)
    quiz.sees("A store holds ten sources behind two fences.")
    quiz.js("document.activeElement.querySelector('input').focus()")
    ActionChains(quiz.driver).send_keys(Keys.SPACE).perform()
    quiz.sees("1 of 5 answered")
    assert quiz.one('[data-step="3"]').get_attribute("textContent") == "4 ✓Question 4: answered"
    pressed_on(quiz, "Send my answers")
    quiz.sees("You wanted to look again at question 2.")
    quiz.sees("You did not answer: questions 1, 2, 3, 5.")
    pressed_on(quiz, "Go back to my answers")
    quiz.until(lambda: quiz.js("return document.activeElement.tagName") == "INPUT", "the focus in question 1")
    quiz.driver.refresh()
    quiz.sees("1 of 5 answered")
    quiz.js("arguments[0].click()", quiz.one('[data-step="1"]'))
    assert quiz.one('[data-step="1"]').text.split()[:2] == ["2", "⚑"]
    assert quiz.one("fieldset:not([hidden]) [data-later]").get_attribute("aria-pressed") == "true"
    assert quiz.complaints() == []


def test_moving_needs_no_connection(quiz, network):
    network.cut()
    moved(quiz, "Next question", 2)
    moved(quiz, "Next question", 3)
    network.back()
    quiz.complaints()


def test_one_question_at_a_time_is_for_everybody(quiz):
    quiz.js("arguments[0].click()", quiz.one('[data-step="2"]'))
    quiz.js("arguments[0].click()", quiz.one("fieldset:not([hidden]) [data-later]"))
    wrong = for_everybody(quiz, "one question of a case")
    assert not wrong, "\n".join(wrong)
