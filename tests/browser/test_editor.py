"""The question editor in a real browser: found, undone, looked at, told what is wrong, by keyboard, and two at once."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.places import EDITOR
from tests.browser.test_author import keys, save, write_question
from tests.browser.test_kinds import ALL, for_everybody, replaced_by

FOCUSED = "return {...document.activeElement.dataset}"
TITLES = """return [...document.querySelectorAll('[data-questions] > li')].filter((row) => row.checkVisibility())
    .map((row) => row.querySelector('[data-title]').innerText)"""
ASKED = """const event = new Event('beforeunload', {cancelable: true}); window.dispatchEvent(event);
    return event.defaultPrevented"""
BROKEN = ALL.replace("{id: a, text: Sensors, correct: true}", "{id: a, text: Sensors}")


@pytest.fixture
def written(editor):
    """Five questions, one of each kind; those of a case together."""
    replaced_by(editor, ALL)
    return editor


def focused(browser, name, value=None):
    def stands():
        own = browser.js(FOCUSED)
        return name in own and (value is None or own[name] == value)

    browser.until(stands, f"the focus on {name} {value or ''}")


def ctrl(browser, sign):
    ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys(sign).key_up(Keys.CONTROL).perform()


def test_questions_are_found_moved_and_saved_by_keyboard_alone(written):
    keys(written, Keys.F2)
    focused(written, "find", "text")
    keys(written, "FENCE")
    written.until(lambda: written.text("[data-hits]") == "3 of 5 questions fit.", "the count")
    assert written.one("[data-hits]").get_attribute("role") == "status"
    keys(written, " delays")
    written.until(lambda: written.text("[data-hits]") == "1 of 5 questions fit.", "the count")
    assert written.js(TITLES) == ["Question 4: A fence delays."]
    keys(written, " nowhere")
    written.until(lambda: written.text("[data-hits]").startswith("No question fits."), "clear words")
    written.js("arguments[0].focus()", written.button("Show all"))
    keys(written, Keys.ENTER)
    focused(written, "find", "text")
    assert len(written.js(TITLES)) == 5
    keys(written, "delays", Keys.TAB, Keys.TAB, "True")  # and of one kind
    written.until(lambda: written.js(TITLES) == ["Question 4: A fence delays."], "the question")
    written.js("arguments[0].focus()", written.one("[data-do=up]"))
    keys(written, Keys.ENTER)
    written.until(lambda: written.text("[data-said]") == "Question 4 is now question 3 of 5.", "the move told")
    save(written)
    written.until(lambda: written.driver.current_url.endswith("/preview"), "the preview after saving")
    stems = [row.text.split(" (")[0] for row in written.find(".wins-quiz__review > li > p strong")]
    assert stems[2:4] == ["A fence delays.", "What does each do?"]
    assert len(stems) == 5
    assert written.complaints() == []


def test_steps_go_back_and_whoever_has_not_saved_is_asked(editor):
    assert editor.js(ASKED) is False
    title = editor.js(TITLES)[0]
    editor.press("Edit")
    editor.one("[data-item=stem]").send_keys(" And so on")
    editor.until(lambda: editor.js(TITLES)[0] == title + " And so on", "the title to follow")
    assert editor.js(ASKED) is True
    editor.press("Duplicate")
    editor.sees("Questions: 4")
    editor.press("Retire")
    editor.sees("Learners will not get it.")
    editor.js("arguments[0].focus()", editor.one("[data-do=retire]"))
    for left in ("Questions: 4", "Questions: 3", "Questions: 3"):  # retired, duplicated, written
        ctrl(editor, "z")
        editor.sees(left)
    editor.until(lambda: editor.js(TITLES)[0] == title, "the title of before")
    assert editor.js(ASKED) is False
    editor.one("[data-set=display_name]").send_keys("!")
    editor.press("Cancel")
    editor.sees("You have not saved what you wrote.")
    editor.press("Go on writing")
    assert editor.driver.current_url.endswith("/edit")
    editor.press("Cancel")
    editor.press("Leave without saving")
    editor.until(lambda: not editor.driver.current_url.endswith("/edit"), "the list of blocks")
    assert editor.complaints() == []


def test_what_is_wrong_leads_to_its_field_and_a_refused_save_loses_nothing(editor):
    replaced_by(editor, BROKEN)
    field = editor.one("[data-set=max_tries]")
    field.clear()
    field.send_keys("1000")
    save(editor)
    focused(editor, "problems")
    editor.sees("Mend these first. Nothing was saved.")
    told = editor.one("[data-problem-list] button")
    assert told.text == "The number of tries must be a whole number from 0 to 100."
    told.click()
    focused(editor, "set", "max_tries")
    assert field.get_attribute("aria-invalid") == "true"
    beside = editor.one(f"#{field.get_attribute('aria-describedby')}")
    assert beside.text == told.text
    assert editor.axe() == []
    field.clear()
    field.send_keys("0")
    assert field.get_attribute("aria-invalid") is None
    save(editor)
    editor.until(lambda: editor.driver.current_url.endswith("/preview"), "the preview after saving")
    editor.open(EDITOR)
    editor.press("Question 1 (“s1”) has no right answer.")
    focused(editor, "option", "correct")
    assert "has no right answer" in editor.text("[data-beside]")
    keys(editor, Keys.F2)
    editor.one("[data-find=problem]").click()
    editor.until(lambda: len(editor.js(TITLES)) == 1, "the question with a problem alone")
    editor.complaints()  # the browser notes the 409


def test_questions_are_seen_as_learners_see_them_before_they_are_saved(written, host):
    before = host.sql("SELECT COUNT(*) FROM wins_xblocks_attempt")
    for number, kind in enumerate(("single", "multiple", "matching", "truefalse", "numeric")):
        row = written.find("[data-questions] > li")[number]
        written.js("arguments[0].querySelector('[data-do=edit]').click()", row)
        button = written.js("return arguments[0].querySelector('[data-do=preview-one]')", row)
        written.js("arguments[0].focus(); arguments[0].click()", button)
        written.one(f"dialog [data-kind={kind}]")
        assert "right answer" not in written.text("dialog")
        written.press("Right answers")
        written.until(lambda: "right answer" in written.text("dialog .wins-quiz__review"), "the key")
        written.one(f"dialog [data-kind={kind}]")
        keys(written, Keys.ESCAPE)
        written.until(lambda: not written.find("dialog[open]"), "the page again")
    focused(written, "do", "preview-one")
    written.press("See a try as learners see it")
    written.until(lambda: len(written.find("dialog [data-question]")) == 5, "a whole try")
    wrong = [f"preview: {found}" for found in written.axe()]
    for turned in ("ltr", "rtl"):
        written.width(320)
        written.js("document.documentElement.dir = arguments[0]", turned)
        box = "const box = document.querySelector('dialog'); return box.scrollWidth - box.clientWidth"
        wrong += [f"{turned}: sideways"] if written.js(box) > 0 or written.sideways() > 0 else []
    assert not wrong
    written.press("Another draw")
    written.press("Close")
    assert host.sql("SELECT COUNT(*) FROM wins_xblocks_attempt") == before
    assert written.complaints() == []


def test_two_authors_see_what_differs_and_put_both_together(editor):
    first = editor.driver.current_window_handle
    editor.driver.switch_to.new_window("tab")
    editor.open(EDITOR)
    write_question(editor, "Theirs?")
    save(editor)
    editor.until(lambda: editor.driver.current_url.endswith("/preview"), "the second window's save")
    editor.driver.close()
    editor.driver.switch_to.window(first)
    editor.press("Delete")
    write_question(editor, "Mine?")
    save(editor)
    editor.until(lambda: "They added: Theirs?" in editor.text("[data-differences]"), "what differs")
    assert "You deleted: What is the legal character" in editor.text("[data-differences]")
    assert editor.axe() == []
    editor.press("Put both together above")
    editor.sees("Questions: 4")
    editor.sees("Both are together above now.")
    save(editor)
    editor.until(lambda: editor.driver.current_url.endswith("/preview"), "both together")
    editor.sees("Theirs?")
    editor.sees("Mine?")
    editor.complaints()  # the browser notes the 409


def test_the_editor_with_everything_open_is_for_everybody(written):
    written.js("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    written.js("document.querySelectorAll('[data-do=edit]')[2].click()")
    assert for_everybody(written, "editor") == []
