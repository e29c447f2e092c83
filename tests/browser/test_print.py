"""The desk and the learner's pages on paper: nothing to press, tables whole, black on white, as wide as a page."""

import base64
import re

import pytest

from tests.browser.places import PLACES, opened
from tests.browser.screenshots import DESK

BY_NAME = {place.name: place for place in PLACES}
LEARNER = (
    "lena: path, step 3", "lena: path, step 5", "lena: study, weeks", "lena: study record",
    "lena: vouchers, shown before", "lena: all my questions, answered",
)  # fmt: skip
ALSO = ("ada: learners, filtered", "ada: no try left", "ada: results, an entry waits")
PAGES = sorted({*DESK.values(), *LEARNER, *ALSO})
PAPER = {"width": 718, "height": 1050}  # pixels of CSS on A4, within Chromium's margins
PRESSED = "nav, button, summary, input[type=submit], .wins-button, .wins-actions, .wins-skip, .wins-host-bar, footer"
LOOK = """
const seen = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true});
const told = (e) => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 120);
const all = (css) => [...document.querySelectorAll(css)].filter(seen);
const white = (paint) => paint === 'rgba(0, 0, 0, 0)' || paint === 'rgb(255, 255, 255)';
const own = (e) => [...e.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
const rows = [...document.querySelectorAll('main table:not(.wins-act table)')].map((table) =>
  [...table.querySelectorAll('tbody tr')].filter((row) => !seen(row)).length);
return {
  pressed: all(arguments[0]).filter((e) => e.getClientRects().length).map(told),
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  cut: all('.wins-scroll').filter((e) => getComputedStyle(e).overflowX !== 'visible').map(told),
  out: all('main *').filter((e) => !e.closest('.wins-unseen, svg') && e.getBoundingClientRect().right > innerWidth + 1)
    .map(told),
  pale: all('body *').filter((e) => own(e) && !e.closest('svg') && getComputedStyle(e).color !== 'rgb(0, 0, 0)')
    .map(told),
  dark: all('body, body *').filter((e) => !e.closest('svg') && !white(getComputedStyle(e).backgroundColor)).map(told),
  hidden: rows.reduce((sum, one) => sum + one, 0),
  heading: all('main h1').length,
};
"""


@pytest.fixture
def paper(browser, host):
    """Open a page as a printer sees it."""

    def lay(name, media="print"):
        browser.width(1200)
        opened(browser, host, BY_NAME[name])
        browser.cdp("Emulation.setEmulatedMedia", media=media)
        browser.width(**PAPER)
        return browser

    yield lay
    browser.cdp("Emulation.setEmulatedMedia", media="")
    browser.width(1200)


def printed(browser):
    """The pages of a PDF, counted: its objects are written as they are."""
    pdf = base64.b64decode(browser.cdp("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
    assert pdf.startswith(b"%PDF-")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_without_anything_to_press_whole_and_black_on_white(paper, name):
    browser = paper(name)
    found = browser.js(LOOK, PRESSED)
    assert found == {
        "pressed": [], "wide": 0, "cut": [], "out": [], "pale": [], "dark": [], "hidden": 0, "heading": 1,
    }  # fmt: skip
    assert printed(browser) >= 1


def test_on_the_screen_the_same_look_finds_what_is_to_be_pressed(paper):
    """If this fails, the tests above prove nothing."""
    found = paper("ada: learners", media="screen").js(LOOK, PRESSED)
    assert len(found["pressed"]) > 5
    assert found["cut"]
    assert found["pale"]
    assert found["dark"]


def test_a_list_says_what_was_asked_for_and_nothing_else_of_its_filter(paper):
    browser = paper("ada: learners, filtered")
    assert [label.text for label in browser.find("form label") if label.is_displayed()] == ["State", "Module", "Order"]
    shown = browser.js("return [...document.querySelectorAll('form select')].map((e) => e.selectedOptions[0].text)")
    assert shown == ["Holds a voucher", "Foundation Module", "Family name on the document, then user name"]
    browser = paper("ada: learners")
    assert [label.text for label in browser.find("form label") if label.is_displayed()] == []


def test_columns_of_acts_are_not_printed_and_the_others_are(paper):
    browser = paper("ada: no try left")
    heads = [head.text for head in browser.find("thead th") if head.is_displayed()]
    assert heads == ["Learner", "Module", "Module test", "Given beyond", "Last try"]
    assert "Lena Learner" in browser.text("tbody")
    assert "Give more tries" not in browser.text("tbody")
    assert "Put the result on hold" not in paper("ada: result, passed").text()


def test_what_a_learner_unfolds_on_the_screen_is_on_paper(paper):
    browser = paper("lena: study, weeks")
    assert not browser.js("return document.querySelector('details').open")
    rows = browser.js("return [...document.querySelectorAll('details tbody tr')].map((e) => e.checkVisibility())")
    assert rows
    assert all(rows)


def test_the_path_keeps_its_words(paper):
    text = paper("lena: path, step 3").text("main")
    for words in ("Step 3 of 5", "My modules", "Module test:", "Your exam voucher is not ready yet."):
        assert words in text
    assert "Continue" not in text


def test_a_long_table_goes_on_over_pages(paper):
    assert printed(paper("ada: policies")) > 3


def test_where_a_link_leads_out_its_address_is_printed(paper):
    browser = paper("lena: vouchers, shown before")
    after = "return getComputedStyle(document.querySelector('main a[href^=\"http\"]'), '::after').content"
    assert "pearsonvue.com" in browser.js(after)
