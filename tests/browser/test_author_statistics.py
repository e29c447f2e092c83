"""How questions perform, in the editor: beside the question and below, by keyboard, on a phone, for screen readers."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.places import studio

EDITOR = studio("edit", "foundation", "wins_quiz", "test")
LOOK = "[data-looks]:not([hidden])"


@pytest.fixture
def editor(browser, host):
    host.state("many tries")
    browser.become(host, "arno")
    browser.open(EDITOR)
    browser.until(lambda: browser.find(LOOK), "a sentence beside a question")
    return browser


def test_what_to_look_at_stands_beside_its_question(editor):
    rows = editor.find(".wins-quiz-editor__question")
    told = {n: row.find_element("css selector", "[data-looks]").text for n, row in enumerate(rows, 1)}
    assert told[3].startswith("Question 3: check the key. Strong learners choose")
    assert "Question 6 is very hard" in told[6]
    assert "" in told.values(), "others have nothing beside them"
    assert editor.complaints() == []


def test_the_numbers_are_opened_by_keyboard_and_fit_a_phone(editor):
    summary = editor.one("[data-statistics-part] > summary")
    editor.js("arguments[0].focus()", summary)
    ActionChains(editor.driver).send_keys(Keys.ENTER).perform()
    editor.until(lambda: "What to look at" in editor.text("[data-statistics]"), "the numbers")
    assert "61 learners, each with the first try" in editor.text("[data-statistics]")
    assert editor.axe() == []
    editor.width(320)
    assert editor.sideways() <= 0
    editor.width(640, scale=2)
    assert editor.sideways() <= 0
    assert editor.complaints() == []
