"""The learner's whole way, from the first sign-in to the code of a voucher."""

import re

import pytest

from tests.browser.places import COURSES, block, page
from tests.browser.walk import take_test, whole_way

DEMO_FACTOR = 6000  # ten times the demo's speed: the soak walks at its own
A_DAY_PASSES = "UPDATE wins_xblocks_attempt SET submitted_at = datetime(submitted_at, '-25 hours')"


def test_the_whole_way_to_both_vouchers_by_the_clock_alone(browser, host):
    host.state("new")
    whole_way(browser, host)
    browser.open("/grades/")
    browser.sees("Foundation Module")
    assert len(browser.find("main tbody tr")) == 2
    assert browser.complaints() == []


def test_a_failed_module_test_shows_no_right_answer_and_may_be_taken_again_next_day(browser, host):
    """Fail once, see no right answer; pass, see marks by objective, and the grade after loading again."""
    host.state("reading")
    browser.become(host, "lena")
    browser.open(page("foundation", "test-page"))
    assert take_test(browser, host, "foundation", "Start the test", wrong=True) == 40
    browser.sees("You did not pass this time")
    browser.sees("Next try from")
    assert "right answer" not in browser.text(".wins-quiz__result").replace("You see the right answers when", "")
    host.sql(A_DAY_PASSES)
    browser.driver.refresh()
    take_test(browser, host, "foundation", "Try again")
    browser.sees("40 of 40 right (100 %)")
    assert len(browser.find(".wins-quiz__result tbody tr")) == 15, "one line for each objective of the module"
    assert "right answer" in browser.text(".wins-quiz__result")
    browser.driver.refresh()
    browser.sees("Your grade: 40 of 40")
    assert browser.complaints() == []


def test_a_question_gets_a_number(browser, host):
    host.state("reading")
    browser.become(host, "lena")
    browser.open("/wins/me/")
    browser.press("Ask WINS a question")
    browser.one("textarea").send_keys("May I sit both exams in one week?")
    browser.press("Send")
    browser.sees("We have your question. Its number is")
    number = re.search(r"Its number is (\S+)\.", browser.text())[1]
    browser.open("/wins/me/")
    browser.sees(number)
    browser.become(host, "ada")
    browser.open("/wins/desk/")
    browser.sees(number)
    browser.sees("May I sit both exams in one week?")


def test_two_windows_with_one_quiz_lose_no_answer(browser, host):
    """The second window saves over nothing: it is told, and shows what stands."""
    host.state("running")
    browser.become(host, "lena")
    address = page("foundation", "test-page")
    browser.open(address)
    first = browser.driver.current_window_handle
    browser.one("[data-question] label").click()
    browser.sees("Your answers are saved.")
    browser.driver.switch_to.new_window("tab")
    browser.open(address)
    browser.sees("1 of 40 answered")
    browser.find("[data-question] label:first-of-type")[1].click()
    browser.sees("Your answers are saved.")
    browser.driver.switch_to.window(first)
    browser.find("[data-question] label:first-of-type")[2].click()
    browser.sees("2 of 40 answered", 15)
    browser.complaints()  # the browser notes the 409


@pytest.mark.parametrize("path", ["/wins/me/", f"/courses/{COURSES['foundation']}/", page("foundation", "test-page")])
def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_comes_back(browser, host, path):
    host.state("reading")
    browser.open(path)
    browser.sees("Sign in to open this page.")
    browser.press("Sign in as Lena Learner")
    browser.until(lambda: browser.driver.current_url.endswith(path), "the page that was asked for")


def test_a_code_of_somebody_else_is_never_shown(browser, host):
    """Staff open the learner's voucher page and read why there is no code."""
    host.state("shown")
    browser.become(host, "arno")
    browser.open(page("regulation", "voucher-page"))
    browser.sees("Staff view: codes are never shown here.")
    assert not browser.find("[data-do]")
    status = browser.js(
        "const r = new XMLHttpRequest(); r.open('POST', arguments[0], false);"
        "r.setRequestHeader('Content-Type', 'application/json');"
        "r.setRequestHeader('X-CSRFToken', (document.cookie.match(/csrftoken=([^;]*)/) || [])[1] || '');"
        "r.send(JSON.stringify({exam: 'WINS-REG'})); return r.status",
        f"/handler/{block('regulation', 'wins_exam_voucher', 'voucher')}/show",
    )
    assert status == 409
    browser.complaints()
