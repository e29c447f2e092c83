"""Markdown of an author where learners see it: answered and looked back at, wide and narrow, by everybody."""

from tests.browser.test_kinds import begin, replaced_by, saved

TEXT = """cases:
- {id: c, stem: "A **store** with:\\n\\n- two fences\\n- one guard\\n\\n|what|how many|\\n|-|-|\\n|fence|2|"}
items:
- id: a1
  case: c
  stem: "*Which* of these is `right`? And 2*3*4?"
  options:
  - {id: a, text: "**Bold** <script>document.title = 'run'</script>", correct: true}
  - {id: b, text: "Other"}
  rationale: "Because:\\n\\n1. one\\n2. [two](https://example.org)"
"""


def looked_at(browser):
    assert browser.axe() == []
    browser.width(320)
    assert browser.js("return document.documentElement.scrollWidth <= innerWidth")
    browser.width(1200)
    assert "run" not in browser.driver.title


def test_marks_are_shown_and_scripts_are_words(editor, host):
    replaced_by(editor, TEXT)
    saved(editor)
    editor.sees("And 2*3*4?")
    looked_at(editor)
    begin(editor, host)
    assert [row.text for row in editor.find(".wins-quiz__case li")] == ["two fences", "one guard"]
    assert editor.one(".wins-quiz legend em").text == "Which"
    editor.sees("Bold <script>document.title = 'run'</script>")
    looked_at(editor)
    editor.one("input[type=radio]").click()
    editor.press("Send my answers")
    editor.sees("Your answers, one by one")
    assert editor.one(".wins-quiz__review a").get_attribute("href") == "https://example.org/"
    looked_at(editor)
