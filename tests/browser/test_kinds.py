"""Each kind of question by keyboard alone: written by its author in Studio's form, answered and looked back at."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.keyboard import walk
from tests.browser.places import page

LIVE = page("regulation", "u1-quiz-page")
CHOICES = ("Detect", "Delay", "Respond", "Report")
TAB, SPACE, ENTER = Keys.TAB, Keys.SPACE, Keys.ENTER
NOTHING = "items: []"
# What an author presses after she has chosen the kind.
WRITTEN = {
    "single": [SPACE, *(key for text in CHOICES for key in (TAB, text, TAB, TAB))],
    "multiple": [key for text in CHOICES for key in ([SPACE] if text < "E" else []) + [TAB, text, TAB, TAB]],
    "truefalse": ["F"],
    "matching": ["Alarm", TAB, "Detect", TAB, TAB, "Fence", TAB, "Delay", TAB, TAB, TAB, "Respond"],
    "numeric": ["3.7", TAB, "5 %", TAB, "GBq"],
}
KINDS = {
    "single": "One right", "multiple": "Several", "truefalse": "True or", "matching": "Matching", "numeric": "A number",
}  # fmt: skip
CASE = """cases:
- {id: site, stem: A site has two fences.}
items:
- {id: c1, kind: truefalse, case: site, stem: A fence delays., answer: true}
- id: c2
  kind: numeric
  case: site
  stem: How many fences?
  points: 3
  answer: {value: 2}
"""


ALL = """cases:
- {id: site, stem: A store holds ten sources behind two fences.}
items:
- id: s1
  kind: single
  stem: Which layer detects?
  options: [{id: a, text: Sensors, correct: true}, {id: b, text: Locks}]
- id: m1
  kind: multiple
  credit: part
  stem: Which ones delay?
  options: [{id: a, text: A fence, correct: true}, {id: b, text: A door, correct: true}, {id: c, text: A camera}]
  reference: Book, page 12
- id: x1
  kind: matching
  credit: part
  points: 3
  case: site
  stem: What does each do?
  pairs:
  - {id: a, left: An alarm on the inner fence which two guards look at day and night, right: Detect}
  - {id: b, left: Fence, right: Delay an adversary who comes over the outer fence with tools for long enough}
  - {id: c, right: Deter}
- {id: t1, kind: truefalse, case: site, stem: A fence delays., answer: true}
- id: n1
  kind: numeric
  case: site
  stem: How active are they together?
  answer: {value: 37, tolerance: "5 %", unit: GBq, units: [{name: MBq, factor: 0.001}]}
"""


def keys(browser, *pressed):
    ActionChains(browser.driver).send_keys(*pressed).perform()


def instead(browser, text):
    """Write over what stands in the field, and leave it."""
    ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
    keys(browser, text, TAB)


def pressed_on(browser, label):
    browser.js("arguments[0].focus()", browser.button(label))
    keys(browser, ENTER)


def replaced_by(browser, text):
    box = browser.one("[data-yaml]")
    put = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
    browser.js(put, box, text)
    browser.press("Replace my questions by these")
    browser.sees("read.")


def saved(browser):
    pressed_on(browser, "Save")
    browser.until(lambda: browser.driver.current_url.endswith("/preview"), "the preview after saving")


def write(browser, kind):
    pressed_on(browser, "Write a question")
    focused = "return document.activeElement.dataset.item"
    browser.until(lambda: browser.js(focused) == "stem", "the question's text to have the focus")
    keys(browser, f"Of {kind}?", TAB, KINDS[kind], TAB)
    keys(browser, *WRITTEN[kind])


def begin(browser, host):
    browser.become(host, "lena")
    browser.open(LIVE)
    browser.js("arguments[0].focus()", browser.one("[data-start]"))
    keys(browser, ENTER)
    browser.sees("Question 1 of")
    browser.until(lambda: browser.js("return 'heading' in document.activeElement.dataset"), "the focus on the heading")
    keys(browser, TAB)


def send(browser):
    pressed_on(browser, "Send my answers")


def choose(browser, *texts):
    """On the options of the question that has the focus, in whatever order they were drawn."""
    labels = "return [...document.activeElement.closest('fieldset').querySelectorAll('label')].map(l => l.innerText)"
    return [place for place, name in enumerate(browser.js(labels)) if name.strip() in texts]


def choose_one(browser, text):
    (place,) = choose(browser, text)
    keys(browser, SPACE, *[Keys.ARROW_DOWN] * place)


def answer(browser, kind):
    if kind in ("single", "truefalse"):
        choose_one(browser, "Detect" if kind == "single" else "False")
    elif kind == "multiple":
        wanted = choose(browser, "Detect", "Delay")
        for place in range(wanted[-1] + 1):
            keys(browser, *([SPACE] if place in wanted else []), TAB)
    elif kind == "matching":
        keys(browser, "Det", TAB, "Del")
    else:
        keys(browser, "3,75")


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_is_written_answered_and_looked_back_at_by_keyboard(editor, host, kind):
    replaced_by(editor, NOTHING)
    write(editor, kind)
    saved(editor)
    editor.sees(f"Of {kind}?")
    begin(editor, host)
    answer(editor, kind)
    editor.sees("1 of 1 answered")
    editor.sees("Your answers are saved.")
    send(editor)
    editor.sees("(100 %)")
    assert "✓ Right" in editor.text(".wins-quiz__review")
    assert editor.complaints() == []


def test_what_is_no_number_is_told_beside_the_field_and_before_sending(editor, host):
    replaced_by(editor, NOTHING)
    write(editor, "numeric")
    saved(editor)
    begin(editor, host)
    keys(editor, "about 4", TAB)
    editor.sees("We cannot read this as a number.")
    field = editor.one("[data-number]")
    assert field.get_attribute("aria-invalid") == "true"
    send(editor)
    editor.sees("Not a number: question 1.")
    pressed_on(editor, "Go back to my answers")
    editor.until(lambda: editor.js("return 'number' in document.activeElement.dataset"), "the focus in the field")
    instead(editor, "3700 MBq")
    editor.sees("We cannot read this as a number.")  # MBq is no unit of this question
    ActionChains(editor.driver).key_down(Keys.SHIFT).send_keys(TAB).key_up(Keys.SHIFT).perform()
    instead(editor, "3.8 GBq")
    editor.until(lambda: "We cannot read" not in editor.text(), "no complaint")
    send(editor)
    editor.sees("1 of 1 right (100 %)")
    assert "Right from 3.515 GBq to 3.885 GBq." in editor.text(".wins-quiz__review")


def test_the_questions_of_a_case_stand_below_its_text_and_points_are_told(editor, host):
    replaced_by(editor, CASE)
    saved(editor)
    begin(editor, host)
    editor.sees("Case for questions 1 to 2")
    editor.sees("A site has two fences.")
    assert len(editor.find(".wins-quiz__case fieldset")) == 2
    choose_one(editor, "False")
    keys(editor, TAB, TAB, TAB, "2")  # past "Look at this again later" and "Report this question"
    editor.sees("2 of 2 answered")
    send(editor)
    editor.sees("3 of 4 points (75 %).")
    assert editor.complaints() == []


def for_everybody(browser, what):
    """What is wrong with the page as it stands."""
    wrong = [f"{what}: {found}" for found in browser.axe()]
    wrong += [f"{what}, keyboard: {found}" for found in walk(browser, 80)]
    for width, scale in ((320, 1), (640, 2)):
        browser.width(width, scale=scale)
        wrong += [f"{what}, {width} pixels: sideways"] if browser.sideways() > 0 else []
    browser.js("document.documentElement.dir = 'rtl'")
    browser.width(320)
    wrong += [f"{what}, from right to left: sideways"] if browser.sideways() > 0 else []
    browser.js("document.documentElement.dir = 'ltr'")
    browser.width(1200)
    return wrong


def test_every_kind_is_for_everybody(editor, host):
    replaced_by(editor, ALL)
    for opened in editor.find("[data-do=edit]"):
        editor.js("arguments[0].click()", opened)
    editor.js("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    drawn = editor.one("[data-set=draw_by]")
    by = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', {bubbles: true}))"
    editor.js(by, drawn, "blueprint")
    editor.press("Add a row")
    editor.sees("5 live questions fit")
    wrong = for_everybody(editor, "editor")
    editor.js(by, drawn, "")
    saved(editor)
    begin(editor, host)
    wrong += for_everybody(editor, "questions")
    answered = """document.querySelectorAll('[data-question]').forEach((question) => {
        const told = (field) => field.dispatchEvent(new Event('change', {bubbles: true}));
        question.querySelectorAll('[data-prompt]').forEach((field) => { field.selectedIndex = 1; told(field); });
        question.querySelectorAll('[data-number]').forEach((field) => { field.value = 'about 4'; told(field); }); })"""
    editor.js(answered)
    wrong += for_everybody(editor, "no number")
    send(editor)
    pressed_on(editor, "Send anyway")
    editor.sees("Your answers, one by one")
    wrong += for_everybody(editor, "result")
    assert not wrong, "\n".join(wrong)
