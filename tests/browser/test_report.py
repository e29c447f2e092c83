"""A question is reported by keyboard alone, answered in the queue, and its learner reads the answer."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.places import TEST

FOCUSED = "return document.activeElement.matches(arguments[0])"
WORDS = "Two of the answers are right."


def keys(browser, *pressed):
    ActionChains(browser.driver).send_keys(*pressed).perform()


def focus(browser, selector):
    browser.js("document.querySelector(arguments[0]).focus()", selector)


def begun(browser, host):
    host.state("running")
    browser.become(host, "lena")
    browser.open(TEST)
    browser.sees("Question 1 of")
    focus(browser, "[data-report]")


def test_it_is_reported_while_the_test_runs_and_the_answer_is_read(browser, host):
    begun(browser, host)
    keys(browser, Keys.ENTER)
    browser.until(lambda: browser.js(FOCUSED, "[data-report-text]"), "the focus in the field")
    assert browser.axe() == []
    browser.width(320)
    assert browser.sideways() == 0
    browser.width(1200)
    keys(browser, Keys.TAB, Keys.ENTER)
    browser.sees("Write what is wrong with the question first.")
    assert browser.js(FOCUSED, "[data-report-text][aria-invalid]")
    keys(browser, WORDS, Keys.TAB, Keys.ENTER)
    browser.sees("WINS has your report. Its number is W-000001.")
    assert browser.js(FOCUSED, "[role=status]"), "what was said is read"
    assert "0 of 40 answered" in browser.text("[data-progress]"), "a report is no answer"
    assert browser.js("return document.querySelector('form[data-try]').dataset.revision") == "0"
    browser.open(TEST)
    browser.sees("You reported this question.")
    assert len(browser.find("[data-report]")) == 39, "of the others"
    answered(browser, host)
    browser.become(host, "lena")
    browser.open("/wins/me/questions/")
    browser.sees("We looked at the question. It is right as it stands.")
    browser.sees("About a question of “Module test”")
    # Nothing to send: the form was refused in words once.
    assert [row for row in browser.complaints() if "409 (Conflict)" not in row] == []


def answered(browser, host):
    browser.become(host, "ada")
    browser.open("/wins/desk/next?kind=reported")
    browser.sees(WORDS)
    keys(browser, Keys.SPACE, Keys.ARROW_DOWN, Keys.ENTER)
    browser.sees("the answer was sent")


def test_escape_and_cancel_put_the_form_away_and_the_focus_back(browser, host):
    begun(browser, host)
    for way in ((Keys.ESCAPE,), (Keys.TAB, Keys.TAB, Keys.ENTER)):
        keys(browser, Keys.ENTER)
        browser.until(lambda: browser.js(FOCUSED, "[data-report-text]"), "the focus in the field")
        keys(browser, *way)
        browser.until(lambda: browser.js(FOCUSED, "[data-report][aria-expanded=false]"), "the focus on the button")
        assert not browser.find("[data-report-panel]")


def test_without_a_connection_the_words_stay_where_they_are(browser, host):
    begun(browser, host)
    keys(browser, Keys.ENTER)
    browser.until(lambda: browser.js(FOCUSED, "[data-report-text]"), "the focus in the field")
    browser.js("window.fetch = () => Promise.reject(new TypeError('offline'))")
    keys(browser, WORDS, Keys.TAB, Keys.ENTER)
    browser.until(lambda: browser.js("return !document.querySelector('[data-report-problem]').hidden"), "a word")
    assert browser.js("return document.querySelector('[data-report-text]').value") == WORDS
    assert "We could not reach WINS" in browser.text("[data-report-problem]")
