"""The learner's whole way, from the first sign-in to the code of a voucher."""

import re
import time

import pytest

from tests.browser.answers import Bank, words
from tests.browser.places import COURSES, block, page

EXAM = {"foundation": "WINS-FND", "regulation": "WINS-REG"}
# What the Academy does elsewhere: accept hours without a record. And a day that passes.
ACCEPT = """
from django.contrib.auth import get_user_model
from wins_xblocks import context
from wins_xblocks.domain.registration import api
lena, ada = (get_user_model().objects.get(username=name).id for name in ("lena", "ada"))
for module, hours in {hours!r}.items():
    api.waive(api.latest(lena, module).id, hours * 3_600_000, "Read on paper.", ada, context.now())
"""
TOMORROW = "UPDATE wins_xblocks_attempt SET submitted_at = datetime(submitted_at, '-25 hours')"


def bank(host, module):
    return Bank(host.home / "dist" / f"{module}.tar.gz")


def counted(host):
    """Milliseconds in the ledger."""
    return host.sql("SELECT COALESCE(SUM(ms), 0) FROM wins_xblocks_studyday")[0][0]


def minutes(browser):
    """(today, module) in minutes, as the clock line tells them."""
    line = browser.text(".wins-clock-line")
    assert "today" in line, line
    times = re.findall(r"(?:today|module) (?:(\d+) h ?)?(?:(\d+) min)?", line)
    return tuple(int(hours or 0) * 60 + int(rest or 0) for hours, rest in times)


def answer_all(browser, right, wrong=False):
    """Mark every question of the open test; how many there were."""
    questions = browser.js(
        "return [...document.querySelectorAll('[data-question]')].map((q) => ({"
        "  stem: q.querySelector('legend span').innerText,"
        "  options: [...q.querySelectorAll('label')].map((label) => [label.innerText, label])}))"
    )
    chosen = []
    for question in questions:
        right_ones = right.right(question["stem"])
        fitting = [label for text, label in question["options"] if (words(text) in right_ones) != wrong]
        chosen += fitting[:1] if wrong else fitting
    chosen[0].click()
    browser.js("arguments[0].forEach((label) => label.click())", chosen[1:])
    return len(questions)


def take_test(browser, host, module, start, wrong=False):
    browser.open(page(module, "test-page"))
    browser.press(start)
    browser.one("[data-question]")
    asked = answer_all(browser, bank(host, module), wrong)
    browser.sees(f"{asked} of {asked} answered")
    browser.press("Send my answers")
    return asked


def test_the_whole_way_to_both_vouchers(browser, host):
    host.state("new")
    browser.log_in("lena")
    first_steps(browser)
    reading(browser, host)
    both_module_tests(browser, host)
    not_ready_then_ready(browser, host)
    code = get_and_show(browser)
    the_same_code_again(browser, code)
    assert browser.complaints() == []


def first_steps(browser):
    browser.sees("My WINS path")
    browser.sees("Before you start, read how your time is counted.")
    assert browser.text().count("Regulation: module test not taken yet") == 1, "one list for both exams"
    browser.press("OK, start")
    browser.sees("Step 2 of 5: Study the Foundation Module")
    browser.press("Continue: Unit 1, page 1")
    browser.sees("Counting")
    browser.press("Next: Why security matters")
    browser.until(lambda: "Why security matters" in browser.text("h1"), "the reading")


def reading(browser, host):
    """The clock runs, stops while the page is hidden, and goes on; what was counted is on the path."""
    browser.sees("Counting · today")
    before = browser.text(".wins-clock-line")
    browser.until(lambda: browser.text(".wins-clock-line") != before, "the clock to run", 8)
    mine = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("tab")
    time.sleep(2)  # what was counted until now arrives
    hidden = counted(host)
    assert hidden > 0
    time.sleep(8)
    assert counted(host) == hidden, "time was counted while the page was hidden"
    browser.driver.close()
    browser.driver.switch_to.window(mine)
    browser.sees("Counting · today")
    total = minutes(browser)[1]
    browser.driver.refresh()
    browser.sees("Counting · today")
    assert minutes(browser)[1] >= total > 0
    began = time.monotonic()
    while time.monotonic() - began < 75:
        browser.one("h1").click()
        time.sleep(3)
    assert minutes(browser)[1] >= 660, browser.text(".wins-clock-line")
    browser.open("/wins/me/")
    shown = re.search(r"Your study time: (\d+) h", browser.text())
    assert shown
    assert int(shown[1]) >= 11
    assert counted(host) * 600 >= int(shown[1]) * 3_600_000


def both_module_tests(browser, host):
    """Fail once, see no right answer; pass both, see marks by objective, and the grade after loading again."""
    asked = take_test(browser, host, "foundation", "Start the test", wrong=True)
    assert asked == 40
    browser.sees("You did not pass this time")
    browser.sees("Next try from")
    assert "right answer" not in browser.text(".wins-quiz__result").replace("You see the right answers when", "")
    host.sql(TOMORROW)
    browser.driver.refresh()
    take_test(browser, host, "foundation", "Try again")
    browser.sees("40 of 40 right (100 %)")
    assert len(browser.find(".wins-quiz__result tbody tr")) == 15, "one line for each objective of the module"
    assert "right answer" in browser.text(".wins-quiz__result")
    browser.driver.refresh()
    browser.sees("Your grade: 40 of 40")
    take_test(browser, host, "regulation", "Start the test")
    browser.sees("You passed")
    browser.open("/grades/")
    browser.sees("Foundation Module")
    assert len(browser.find("main tbody tr")) == 2


def not_ready_then_ready(browser, host):
    browser.open(page("foundation", "voucher-page"))
    browser.sees("Your exam voucher is not ready yet.")
    browser.sees("Foundation Module: module test passed")
    browser.press("Continue studying")
    browser.sees("My WINS path")
    host.run(ACCEPT.format(hours={"foundation": 40, "regulation": 40}))
    browser.driver.refresh()
    browser.sees("Step 4 of 5: Two exams")
    browser.press("Go to my exam vouchers")
    browser.sees("You can get your exam voucher.")


def card(browser, module):
    return browser.one(f"[data-exam='{EXAM[module]}']")


def press_in(browser, module, label):
    def find():
        buttons = card(browser, module).find_elements("css selector", "button, a")
        return next((b for b in buttons if b.is_displayed() and b.text.startswith(label)), None)

    element = browser.until(find, f"{label} for {module}")
    browser.js("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def get_and_show(browser):
    press_in(browser, "foundation", "Get my voucher")
    browser.sees("Your voucher is reserved for you.")
    assert "You can get your exam voucher." in card(browser, "regulation").text, "the other exam is as it was"
    press_in(browser, "foundation", "Show my code")
    grouped = browser.one("[data-grouped]").text
    assert re.fullmatch(r"[A-Z0-9]{4}( [A-Z0-9]{4}){3}", grouped)
    code = grouped.replace(" ", "")
    spoken = browser.js("return document.querySelector('[data-spoken]').textContent")
    assert spoken.replace(",", "").split() == list(code)
    press_in(browser, "foundation", "Copy")
    browser.sees("The code is copied.")
    told = "const done = arguments[0]; navigator.clipboard.readText().then(done, (e) => done(String(e)))"
    assert browser.driver.execute_async_script(told) == code
    return code


def the_same_code_again(browser, code):
    browser.driver.refresh()
    browser.one("[data-exam]")
    html = browser.driver.page_source
    assert code not in html
    assert " ".join(code[i : i + 4] for i in range(0, 16, 4)) not in html
    press_in(browser, "foundation", "Show my code")
    assert browser.one("[data-grouped]").text.replace(" ", "") == code


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
