"""Ten days of an administrator's life: from an empty pool to a recorded result, each day by the desk's own pages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.browser.places import page
from tests.browser.walk import take_test

HOST_SETTINGS = "tests.browser.moved_settings"
DAY_MS = 86_400_000
NO_CODES = """
from django.utils import timezone
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam
Voucher.objects.update(state="void", ended_at=timezone.now())
VoucherExam.objects.update(state="closed", open_holder=None)
"""
POOL, NEXT, LEARNERS = "/wins/desk/vouchers/", "/wins/desk/next", "/wins/desk/learners"


class Days:
    """The host's clock, moved a day at a time."""

    def __init__(self, browser, host):
        self.browser, self.host, self.passed = browser, host, 0

    def next(self) -> None:
        self.passed += 1
        self.host.ahead = self.passed * DAY_MS

    def today(self, later: int = 0):
        return (datetime.now(ZoneInfo("Europe/Vienna")) + timedelta(days=self.passed + later)).date()

    def ada(self, path: str) -> None:
        self.browser.become(self.host, "ada")
        self.browser.open(path)

    def lena(self, path: str) -> None:
        self.browser.become(self.host, "lena")
        self.browser.open(path)


def fill_in(browser, **values):
    """Fields by their id; what stood there goes."""
    for name, value in values.items():
        browser.js(
            "const own = document.getElementById(arguments[0]); own.value = arguments[1];"
            "own.dispatchEvent(new Event('input', {bubbles: true}));",
            name, str(value),
        )  # fmt: skip


def choose(browser, words):
    browser.until(
        lambda: browser.js(
            "const own = [...document.querySelectorAll('label')].find((one) => one.innerText.includes(arguments[0]));"
            "if (own) { own.click(); } return Boolean(own);", words,
        ),
        f"a choice {words!r}",
    )  # fmt: skip


def send_file(browser, folder, name, text, button):
    file = folder / name
    file.write_text(text)
    browser.one("input[type=file]").send_keys(str(file))
    browser.press(button)


def test_ten_days_from_an_empty_pool_to_a_recorded_result(browser, host, tmp_path):
    host.state("reading")
    host.run(NO_CODES)
    days = Days(browser, host)
    the_pool_is_empty(browser, days)
    days.next()
    book_hours_wait(browser, days)
    days.next()
    a_question_and_hours_without_a_record(browser, days)
    days.next()
    both_tests(browser, host, days)
    days.next()
    she_waits_for_a_code(browser, days)
    days.next()
    codes_come(browser, days, tmp_path)
    days.next()
    code = she_books(browser, days)
    days.next()
    a_rule_changes(browser, days)
    days.next()
    the_result_comes(browser, days, tmp_path, code)
    days.next()
    what_the_academy_knows(browser, days, code)
    assert [row for row in browser.complaints() if "status of 4" not in row] == []


def the_pool_is_empty(browser, days):
    """Day 1: the list of what to do before learners come says that there are no codes."""
    days.ada("/wins/desk/")
    browser.press("Get ready")
    browser.sees("things are left to do before learners come.")
    assert "not done" in browser.one("#codes").text
    browser.press("Keep this rule")
    browser.sees("things are left to do before learners come.")
    assert "not done" not in browser.one("#hours").text
    browser.open(POOL)
    browser.sees("Nobody waits for a code.")


def book_hours_wait(browser, days):
    """Day 2: seventeen hours with the book are more than count at once; Ada accepts them."""
    days.lena("/wins/me/book/")
    fill_in(browser, day=days.today().isoformat(), hours=17, minutes=0, what="Chapters 1 to 5")
    browser.press("Add")
    browser.sees("17 h")
    days.ada("/wins/desk/")
    browser.press("Decide one after the other")
    browser.sees("Chapters 1 to 5")
    choose(browser, "Accept")
    browser.press("Decide")
    browser.sees("Nothing waits for you.")


def a_question_and_hours_without_a_record(browser, days):
    """Day 3: Lena studied before; Ada finds her by three letters, accepts what is left, and answers."""
    days.lena("/wins/me/ask/")
    browser.one("#text").send_keys("I studied both modules at the national academy. Does it count?")
    browser.press("Send")
    browser.sees("We have your question.")
    days.ada(f"{LEARNERS}?q=lea")
    browser.press("Lena Learner")
    browser.sees("Next step for us")
    for module, hours in (("Foundation Module", 23), ("Nuclear Security Regulation", 40)):
        days.ada(f"{LEARNERS}?q=lea")
        browser.press("Lena Learner")
        waive = browser.js(
            "const row = [...document.querySelectorAll('[aria-labelledby=modules] tbody tr')]"
            ".find((one) => one.innerText.startsWith(arguments[0]));"
            "return [...row.querySelectorAll('a')].find((one) => one.innerText.startsWith('Accept hours')).href;",
            module,
        )
        browser.open(waive)
        fill_in(browser, hours=hours, minutes=0, reason="Studied at the national academy in 2025.")
        browser.press("Show the effect")
        browser.sees("With this the required hours are reached.")
        browser.press("Accept these hours")
        browser.sees("Next step for the learner")
    browser.open(NEXT)
    browser.sees("national academy. Does it count?")
    choose(browser, "own words")
    browser.one("#answer").send_keys("Yes. WINS accepted it.")
    browser.press("Decide")
    browser.sees("Nothing waits for you.")


def both_tests(browser, host, days):
    """Day 4: she passes both module tests."""
    for module in ("foundation", "regulation"):
        days.lena(page(module, "test-page"))
        asked = take_test(browser, host, module, "Start the test")
        browser.sees(f"{asked} of {asked} right (100 %)")


def she_waits_for_a_code(browser, days):
    """Day 5: she is ready, and there is no code."""
    days.lena("/wins/me/vouchers/name")
    fill_in(browser, given="Lena", family="Learner")
    browser.press("Confirm")
    browser.sees("Your name is saved.")
    browser.open(page("foundation", "voucher-page"))
    browser.press("Get my voucher")
    browser.sees("you are number 1")
    days.ada("/wins/desk/")
    browser.sees("Learners without a code")
    browser.open(POOL)
    browser.sees("1 learner waits")


def codes_come(browser, days, folder):
    """Day 6: the supplier's file is checked, then imported; who waits gets hers at once, and a mail."""
    last = days.today(300).isoformat()
    codes = "".join(f"TENDAYS{n}{exam},WINS-{exam},{last},PO-10\n" for exam in ("FND", "REG") for n in range(3))
    days.ada(POOL)
    browser.press("Add voucher codes")
    send_file(browser, folder, "codes.csv", f"code,exam,expires,order\n{codes}", "Check the file")
    browser.sees("The file is good. Nothing was added yet.")
    send_file(browser, folder, "codes.csv", f"code,exam,expires,order\n{codes}", "Import")
    browser.sees("6 codes were added. 1 learner who waited got one.")
    browser.sees("PO-10")

    def mailed():
        browser.open("/wins/desk/mails/log")
        return "Lena Learner" in browser.text() and "voucher is reserved" in browser.text()

    browser.until(mailed, "the mail in the log", 30)


def she_books(browser, days):
    """Day 7: she sees her code and tells of her booking."""
    days.lena("/wins/me/vouchers/")
    browser.press("Show my code")
    browser.sees("TEND AYS0 FND")  # the first of those that came
    browser.open("/wins/me/vouchers/WINS-FND/booking")
    fill_in(browser, day=days.today(2).isoformat(), city="Vienna")
    browser.press("Save")
    browser.sees("Vienna")
    return "TENDAYS0FND"


def a_rule_changes(browser, days):
    """Day 8: the wait after a failed exam becomes shorter. The list of names is looked at first."""
    days.ada("/wins/desk/policies")
    browser.press("Change the rules")
    fill_in(browser, effective=days.today().isoformat(), reason="The board decided so.")
    fill_in(browser, **{"policies.retake.wait_days": 10})
    browser.press("See what it does")
    browser.sees("Nobody who has begun gains or loses")
    browser.press("Store this version")
    browser.sees("Version 2 was stored.")
    browser.sees("The board decided so.")


def the_result_comes(browser, days, folder, code):
    """Day 9: a file from Pearson VUE; one row is hers by its code, one is nobody's."""
    at = f"{days.today():%Y/%m/%d} 06:00:00"
    rows = f"9001\tWINS-FND\t{at}\tpass\t{code}\n9002\tWINS-REG\t{at}\tfail\t\n"
    days.ada("/wins/desk/results")
    text = f"RegistrationID\tExamSeriesCode\tExamDate\tGrade\tVoucher\n{rows}"
    send_file(browser, folder, "exam.dat", text, "Check the file")
    browser.sees("The file is good. Nothing was recorded yet.")
    browser.press("Import")
    browser.sees("1 result was recorded. 1 row waits for a person.")
    browser.open(NEXT)
    browser.sees("WINS-REG")
    choose(browser, "Nobody of the programme sat this exam on this day.")
    browser.press("Decide")
    browser.sees("Nothing waits for you.")


def what_the_academy_knows(browser, days, code):
    """Day 10: the learner's page, the report and the trail tell the same; nowhere stands the code."""
    days.ada(f"{LEARNERS}?q=lea")
    browser.press("Lena Learner")
    browser.sees("Next step for the learner")
    assert "passed" in browser.text("main").casefold()
    seen = [browser.driver.page_source]
    for path, words in (
        ("/wins/desk/reports/results", "Foundation Module"),
        ("/wins/desk/audit", "A result was recorded"),
        (POOL, "Used: 1"),
    ):
        browser.open(path)
        browser.sees(words)
        seen.append(browser.driver.page_source)
    assert not [text for text in seen if code in text.replace(" ", "")]
    days.lena("/wins/me/")
    browser.sees("Passed")
