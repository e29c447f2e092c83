"""Questions in and out of the editor: tables of Word and Excel from the clipboard, files, the report."""

import base64
import time

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.exchange.banks import WHOLE
from tests.exchange.readers import EXCEL, WORD
from wins_xblocks.exchange import FORMATS

PASTE = """
const data = new DataTransfer();
data.setData('text/html', arguments[0]);
data.setData('text/plain', arguments[1]);
const pasted = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
document.activeElement.dispatchEvent(pasted);
"""
COPIED = """
const box = document.createElement('div');
box.innerHTML = arguments[0];
box.tabIndex = -1;
document.body.append(box);
getSelection().selectAllChildren(box);
"""
DOWNLOADS = """
window.__saved = [];
HTMLAnchorElement.prototype.click = function () {
  const name = this.download;
  fetch(this.href).then((answer) => answer.arrayBuffer()).then((bytes) => {
    window.__saved.push([name, btoa(String.fromCharCode(...new Uint8Array(bytes)))]);
  });
};
"""


def keys(browser, *pressed):
    ActionChains(browser.driver).send_keys(*pressed).perform()


def ctrl(browser, sign):
    ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys(sign).key_up(Keys.CONTROL).perform()


def to_paste(browser):
    browser.press("Paste a table or import a file")
    browser.until(lambda: browser.js("return 'paste' in document.activeElement.dataset"), "the focus on the box")


def paste(browser, html, text=""):
    to_paste(browser)
    browser.js(PASTE, html, text)


def reported(browser):
    browser.until(lambda: browser.js("return 'report' in document.activeElement.dataset"), "the focus on the report")
    return [row.text for row in browser.find("[data-report-lines] > li")]


def test_a_table_of_word_is_pasted_looked_at_taken_and_saved_with_the_keyboard(editor):
    paste(editor, WORD.decode())
    editor.sees("2 questions were read. New: 2. Changed: 0. There already: 0. Cannot be taken: 0.")
    rows = reported(editor)
    assert rows[0].startswith("Row 2 · New: Who answers for the security of a source?")
    assert rows[1].startswith("Row 3 · New: How many are 10³ Bq?")
    keys(editor, Keys.TAB, Keys.TAB, Keys.SPACE, Keys.TAB, Keys.ENTER)  # the second one stays out; "Take these"
    editor.sees("Questions taken: 1. Save the quiz to keep them.")
    editor.sees("Questions: 4")
    editor.press("Save")
    editor.until(lambda: editor.driver.current_url.endswith("/preview"), "the preview after saving")
    editor.sees("The holder of the licence")
    assert editor.complaints() == []


def test_a_table_of_excel_tells_of_each_row_and_what_was_taken_is_undone(editor):
    paste(editor, EXCEL.decode())
    rows = reported(editor)
    assert rows[0].startswith("Row 2 · New: Two lines?")
    assert rows[1].startswith("Row 3 · Cannot be taken: No answer?")
    assert "Question 2 (“No answer?”) needs at least two answers." in rows[1]
    editor.press("Take these")
    editor.sees("Questions: 4")
    keys(editor, Keys.ENTER)  # "Undo" has the focus
    editor.sees("The questions are as they were before.")
    editor.sees("Questions: 3")
    assert editor.complaints() == []


def test_what_was_copied_with_keys_is_pasted_with_keys(editor):
    editor.js(COPIED, "<table><tr><td>question<td>A<td>B<td>right<tr><td>By keys?<td>Yes<td>No<td>A</table>")
    ctrl(editor, "c")
    to_paste(editor)
    ctrl(editor, "v")
    assert reported(editor)[0].startswith("Row 2 · New: By keys?")


def test_words_without_a_table_are_refused_beside_the_box(editor):
    paste(editor, "<p>Who?</p>", "Who?")
    editor.sees("There is no table in what was pasted.")
    assert editor.js("return document.querySelector('[data-report]').hidden")


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_each_kind_is_chosen_and_every_question_has_its_line(editor, name, tmp_path):
    file = tmp_path / f"questions.{name}"
    file.write_bytes(FORMATS[name].write(WHOLE).data)
    editor.one("[data-file]").send_keys(str(file))
    rows = reported(editor)
    assert len(rows) == (4 if name == "xml" else 5)
    assert all("New" in row for row in rows)


def test_a_file_that_is_too_large_is_not_even_read(editor, tmp_path):
    file = tmp_path / "large.csv"
    with file.open("wb") as opened:
        opened.truncate(500_000_000)
    begun = time.monotonic()
    editor.one("[data-file]").send_keys(str(file))
    editor.sees("The file is too large. It may have at most 5 MB.")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(("label", "name"), [("Excel (.xlsx)", "xlsx"), ("CSV", "csv"), ("YAML", "yaml")])
def test_what_is_saved_as_a_file_is_found_to_be_there_already(editor, label, name, tmp_path):
    editor.js(DOWNLOADS)
    editor.press(label)
    told, content = editor.until(lambda: next(iter(editor.js("return window.__saved")), None), "the file")
    assert told == f"questions.{name}"
    file = tmp_path / told
    file.write_bytes(base64.b64decode(content))
    editor.one("[data-file]").send_keys(str(file))
    editor.sees("3 questions were read. New: 0. Changed: 0. There already: 3. Cannot be taken: 0.")
    editor.press("Show question 2")
    assert editor.js("return document.activeElement.dataset.do") == "edit"


@pytest.mark.parametrize("turned", [False, True])
def test_the_report_fits_a_narrow_window_either_way_round(editor, turned):
    editor.width(320)
    editor.js("document.documentElement.dir = arguments[0]", "rtl" if turned else "ltr")
    paste(editor, EXCEL.decode())
    reported(editor)
    assert editor.js("return document.documentElement.scrollWidth <= innerWidth")
    assert editor.axe() == []
