"""The author in Studio: the list, the question editor by keyboard, questions as text, two windows, settings."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.places import EDITOR, page, studio

PREVIEW = studio("preview", "regulation", "wins_quiz", "u1-quiz")
LIVE = page("regulation", "u1-quiz-page")
STEM = "Who grants a licence?"
ITEMS = """items:
- id: rg-new
  kind: single
  objective: rg1.1
  stem: Which text is binding on its parties?
  options:
  - {id: a, text: A convention, correct: true}
  - {id: b, text: A guide}
  rationale: Parties agree to be bound by a convention.
"""


def keys(browser, *pressed):
    ActionChains(browser.driver).send_keys(*pressed).perform()


def focus(browser, label):
    button = browser.button(label)
    browser.js("arguments[0].focus()", button)
    return button


def write_question(browser, stem=STEM, right=True):
    """With the keyboard alone: open the form, then Tab from field to field."""
    focus(browser, "Write a question")
    keys(browser, Keys.ENTER)
    focused = "return document.activeElement.dataset.item"
    browser.until(lambda: browser.js(focused) == "stem", "the question's text to have the focus")
    keys(browser, stem, Keys.TAB, Keys.TAB)  # over the kind, to the first answer's box
    for number, answer in enumerate(("The regulatory body", "The operator", "A contractor", "A neighbour")):
        if number == 0 and right:
            keys(browser, Keys.SPACE)
        keys(browser, Keys.TAB, answer, Keys.TAB, Keys.TAB)


def save(browser):
    focus(browser, "Save")
    keys(browser, Keys.ENTER)


def pasted(browser, text):
    box = browser.one("[data-yaml]")
    box.clear()
    put = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
    browser.js(put, box, text)


def test_the_list_leads_to_each_block(browser, host):
    host.state("new")
    browser.log_in("arno")
    browser.sees("Here you change the settings of a block")
    assert len(browser.find("main details")) == 10
    browser.press("Nuclear Security Regulation")
    row = browser.until(
        lambda: next((r for r in browser.find("main tr") if r.is_displayed() and "wins_quiz" in r.text), None), "a quiz"
    )
    row.find_element("css selector", "a[href$=edit]").click()
    browser.sees("1 · Title and purpose")
    assert browser.complaints() == []


def test_a_question_written_by_keyboard_reaches_the_learner(editor, host):
    write_question(editor)
    save(editor)
    editor.until(lambda: editor.driver.current_url.endswith("/preview"), "the preview after saving")
    editor.sees(STEM)
    editor.sees("4 questions")
    editor.become(host, "lena")
    editor.open(LIVE)
    editor.one("[data-start]").click()
    editor.sees(STEM)
    editor.sees("Question 4 of 4.")
    question = next(q for q in editor.find("[data-question]") if STEM in q.text)
    next(o for o in question.find_elements("css selector", "label") if "The regulatory body" in o.text).click()
    editor.press("Send my answers")
    editor.press("Send anyway")
    editor.sees("1 of 4 right (25 %)")
    assert editor.complaints() == []


def test_a_question_without_a_right_answer_is_named_and_kept_from_learners(editor, host):
    write_question(editor, right=False)
    save(editor)
    editor.sees("Question 4")
    editor.sees("has no right answer. Learners will not get it until this is fixed.")
    editor.become(host, "lena")
    editor.open(LIVE)
    editor.one("[data-start]").click()
    editor.sees("Question 3 of 3.")
    assert STEM not in editor.text()


def test_questions_go_out_as_text_and_come_in_again(editor):
    editor.press("Show my questions as text")
    box = editor.one("[data-yaml]")
    text = editor.until(lambda: box.get_attribute("value"), "the questions as text")
    assert text.startswith("items:")
    assert text.count("\n- id:") == 3
    pasted(editor, ITEMS)
    editor.press("Add these to my questions")
    editor.sees("1 question was read.")
    editor.sees("Questions: 4")
    pasted(editor, text)
    editor.press("Replace my questions by these")
    editor.sees("3 questions were read.")
    editor.sees("Questions: 3")
    save(editor)
    editor.until(lambda: editor.driver.current_url.endswith("/preview"), "the preview after saving")
    editor.sees("3 questions")


def test_bad_text_names_its_line(editor):
    pasted(editor, ITEMS.replace("correct: true", "correct: [true"))
    editor.press("Add these to my questions")
    editor.until(lambda: editor.text("[data-yaml-problem]").startswith("Line 7:"), "the line of the mistake")
    pasted(editor, ITEMS.replace(", correct: true", ""))
    editor.press("Add these to my questions")
    editor.until(lambda: "no right answer" in editor.text("[data-yaml-problem]"), "what is wrong with the question")


def test_two_windows_lose_nothing(editor):
    first = editor.driver.current_window_handle
    editor.driver.switch_to.new_window("tab")
    editor.open(EDITOR)
    editor.sees("Questions: 3")
    write_question(editor, "Theirs?")
    save(editor)
    editor.until(lambda: editor.driver.current_url.endswith("/preview"), "the second window's save")
    editor.driver.close()
    editor.driver.switch_to.window(first)
    write_question(editor, "Mine?")
    save(editor)
    editor.sees("Somebody saved this quiz while you were writing. Nothing is lost: yours is above")
    editor.sees("They added: Theirs? You added: Mine?")
    editor.press("Their questions as text")
    assert "Theirs?" in editor.one("[data-theirs]").get_attribute("value")
    editor.press("Show theirs above (mine goes into the text box)")
    editor.sees("Question 4: Theirs?")
    assert "Mine?" in editor.one("[data-yaml]").get_attribute("value")
    editor.press("Add these to my questions")
    editor.sees("Questions: 8")
    save(editor)
    editor.until(lambda: editor.driver.current_url.endswith("/preview"), "both together")
    editor.sees("Theirs?")
    editor.sees("Mine?")
    editor.complaints()  # the browser notes the 409


def test_a_deleted_question_comes_back(editor):
    editor.press("Delete")
    editor.sees("Question 1 was deleted.")
    editor.sees("Questions: 2")
    keys(editor, Keys.ENTER)  # "Undo" has the focus
    editor.sees("Questions: 3")
    assert editor.complaints() == []


@pytest.mark.parametrize(("kind", "name"), [("wins_module", "module"), ("wins_exam_voucher", "voucher")])
def test_the_module_is_chosen_by_its_title(browser, host, kind, name):
    host.state("new")
    browser.become(host, "arno")
    browser.open(studio("edit", "regulation", kind, name))
    choices = [option.text for option in browser.one("select").find_elements("css selector", "option")]
    assert choices[0].startswith("Found by the course number")
    assert len(choices) == 11
    assert {"Foundation Module", "Nuclear Security Regulation"} <= set(choices)
    title = browser.one("input[type=text]")
    title.clear()
    title.send_keys("Renamed by its author")
    browser.press("Save")
    browser.until(lambda: browser.driver.current_url.endswith("/preview"), "the preview after saving")
    browser.sees("Renamed by its author")
    assert browser.complaints() == []


def test_in_studios_modal_the_buttons_stay_at_the_foot_and_cover_no_field(editor):
    """The modal scrolls its content, and pins a block's own buttons by the rule written here."""
    editor.js(
        """const style = document.createElement('style'), box = document.createElement('div');
        style.textContent = '.modal-window .editor-with-buttons { margin-bottom: 60px; }' +
          '.modal-window .editor-with-buttons .xblock-actions { position: absolute; width: 100%; bottom: 0; }';
        document.head.appendChild(style);
        box.className = 'modal-window';
        box.style.cssText = 'position: fixed; inset: 100px 0; overflow-y: scroll';
        box.append(document.querySelector('[data-editor]'));
        document.body.append(box);"""
    )
    edges = """const box = document.querySelector('.modal-window'); box.scrollTop = arguments[0] * box.scrollHeight;
        const bar = box.querySelector('.xblock-actions').getBoundingClientRect();
        return [Math.round(box.getBoundingClientRect().bottom - bar.bottom), bar.height > 40];"""
    for part in (0, 0.4):
        assert editor.js(edges, part) == [0, True]
    field = editor.find('[data-set="draw"]')[0]
    field.clear()
    field.send_keys("9999")
    editor.press("Save")
    editor.sees("The number of questions drawn must be a whole number.")
    seen = """const box = document.querySelector('.modal-window').getBoundingClientRect();
        const told = document.querySelector('[data-problem]').getBoundingClientRect();
        return told.top > box.top && told.bottom < box.bottom;"""
    assert editor.js(seen)


def test_a_refused_setting_is_told_in_the_form(browser, host):
    """The frame of Studio's newer unit page has no place for a notice of ours."""
    host.state("reading")
    browser.become(host, "arno")
    browser.open(studio("edit", "regulation", "wins_exam_voucher", "voucher"))
    select = browser.one("select")
    browser.js("arguments[0].add(new Option('nonsense', 'nonsense')); arguments[0].value = 'nonsense'", select)
    browser.js("jQuery(arguments[0]).trigger('change')", select)
    browser.press("Save")
    told = "nonsense is not a module of the programme."
    browser.until(lambda: browser.text(".xblock-actions [role=alert]") == told, "the refusal in the form")


def test_minutes_that_the_rules_do_not_allow_are_refused_and_others_are_kept(browser, host):
    host.state("reading")
    browser.become(host, "arno")
    browser.open(studio("edit", "regulation", "wins_study_time", "u1-r1-time"))
    box = browser.one("#xb-field-edit-idle_minutes")
    assert box.get_attribute("value") == ""
    box.send_keys("40")
    browser.press("Save")
    told = "Minutes without a touch: write a number from 2 to 15, or nothing."
    browser.until(lambda: browser.text(".xblock-actions [role=alert]") == told, "the refusal in the form")
    box.clear()
    box.send_keys("12")
    browser.press("Save")
    browser.sees("Time is paused after 12 minutes without a touch.")
    browser.open(studio("edit", "regulation", "wins_study_time", "u1-r1-time"))
    browser.one("#xb-field-edit-idle_minutes").clear()
    browser.press("Save")
    browser.sees("Time is paused after 5 minutes without a touch.")


def test_the_hours_of_a_unit_are_planned_by_its_title(browser, host):
    host.state("reading")
    browser.become(host, "arno")
    browser.open(studio("edit", "regulation", "wins_module", "module"))
    box = browser.one("[id='xb-field-edit-unit_hours.regulation-u1']")
    box.clear()
    box.send_keys("-3")
    browser.press("Save")
    browser.until(lambda: "write hours from 0 to 1000" in browser.text(".xblock-actions [role=alert]"), "the refusal")
    box.clear()
    box.send_keys("6.5")
    browser.press("Save")
    browser.sees("of about 6.5 h")
