"""A key is corrected by keyboard alone: the list, the question, who changes, done; and its learner reads it."""

from selenium.webdriver.common.keys import Keys

from tests.browser.places import TEST
from tests.browser.test_report import FOCUSED, focus, keys

REASON = "The guide of 2025 says so."


def fits(browser):
    """For everybody: by axe's rules, and on a narrow screen."""
    assert browser.axe() == []
    browser.width(320)
    assert browser.sideways() == 0
    browser.width(1200)


def test_the_whole_way_by_keyboard(browser, host):
    host.state("key was wrong")
    browser.become(host, "ada")
    browser.open("/wins/desk/quizzes")
    focus(browser, "nav a[href$='/quizzes/corrections']")
    keys(browser, Keys.ENTER)
    browser.sees("Choose the quiz")
    fits(browser)
    focus(browser, "a[href$='/1/keys']")
    keys(browser, Keys.ENTER)
    browser.sees("As it was asked")
    fits(browser)
    focus(browser, "[name^=do-]")
    keys(browser, Keys.ARROW_DOWN)
    assert browser.js(FOCUSED, "[name^=do-][value=key]:checked")
    focus(browser, "#told")
    keys(browser, "We looked at it again.", Keys.TAB, Keys.ENTER)
    # The browser itself says that the reason is missing, and puts the focus there.
    browser.until(lambda: browser.js(FOCUSED, "#reason:invalid"), "the focus in the reason")
    keys(browser, REASON)
    focus(browser, "[value=preview]")
    keys(browser, Keys.ENTER)
    browser.sees("39 marks change.")
    browser.sees("Lena Learner")
    fits(browser)
    focus(browser, "[value=store]")
    keys(browser, Keys.ENTER)
    browser.sees("The marks are changed in the background.")
    browser.until(lambda: "61 of 61 lines" in browser.text("#progress"), "all of the marks")
    assert browser.axe() == []
    browser.open("/wins/desk/quizzes/corrections/1/")
    browser.sees("39 marks were changed. 22 would have gone down and stay.")
    assert host.sql("SELECT COUNT(*) FROM wins_xblocks_attempt WHERE marked_by IS NULL AND submitted_at > 0") == [(0,)]
    browser.become(host, "lena")
    browser.open(TEST)
    browser.sees("Your mark would have gone down, and stays as it was.")
    browser.sees("We looked at it again.")
    assert browser.complaints() == []
