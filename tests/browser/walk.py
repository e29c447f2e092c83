"""The learner's whole way, from the first sign-in to the second code: by the clock alone, at any demo speed."""

import re
import time

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.answers import Bank, words
from tests.browser.places import page

EXAM = {"foundation": "WINS-FND", "regulation": "WINS-REG"}
PAGE_SECONDS = 9  # on one page, when the clock runs fast; five times as long at the demo's own speed


def whole_way(browser, host) -> float:
    """Walk it as a learner does, with nothing done behind her back; seconds from the sign-in to the second code."""
    began = time.monotonic()
    browser.log_in("lena")
    first_steps(browser)
    hidden_pages_do_not_count(browser, host)
    minutes_on_the_path(browser, host)
    study(browser, host, "foundation", 3)
    not_ready(browser)
    study(browser, host, "regulation", 4)
    codes = both_codes(browser)
    seconds = time.monotonic() - began
    the_same_code_again(browser, codes["foundation"])
    assert host.sql("SELECT COUNT(*) FROM wins_xblocks_waiver") == [(0,)], "hours were accepted, not studied"
    return seconds


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


def counted(host):
    """Milliseconds in the ledger."""
    return host.sql("SELECT COALESCE(SUM(ms), 0) FROM wins_xblocks_studyday")[0][0]


def minutes(browser):
    """(today, module) in minutes, as the clock line tells them."""
    line = browser.text(".wins-clock-line")
    assert "today" in line, line
    times = re.findall(r"(?:today|module) (?:(\d+) h ?)?(?:(\d+) min)?", line)
    return tuple(int(hours or 0) * 60 + int(rest or 0) for hours, rest in times)


def hidden_pages_do_not_count(browser, host):
    """The clock runs, stops while the page is hidden, and goes on; nothing is lost by loading again."""
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
    assert total > 0
    # What the page before sent when it was left may arrive a little after this one has asked.
    browser.until(lambda: minutes(browser)[1] >= total, f"the {total} minutes that were counted")


def minutes_on_the_path(browser, host):
    """What the clock line said is on the path, and it is the ledger's number at the speed that every page tells."""
    line = minutes(browser)[1]
    browser.open("/wins/me/")
    browser.sees(f"1 minute counts as {host.factor // 60} hours.")
    # What the page before sent when it was left may arrive a little after this one has asked.
    browser.until(lambda: _on_the_path(browser) >= line, f"the {line} minutes that the clock line said")
    assert _on_the_path(browser) <= counted(host) * host.factor / 60_000


def _on_the_path(browser):
    """Minutes in the first module that My WINS path tells now."""
    browser.open("/wins/me/")
    shown = re.search(r"Your study time: (?:(\d+) h ?)?(?:(\d+) min)? of 40 hours", browser.text())
    assert shown, browser.text()
    return int(shown[1] or 0) * 60 + int(shown[2] or 0)


def study(browser, host, module, step):
    """From the path into the module; read until the hours are there, take the test; then ``step`` is next."""
    browser.press("Continue: Unit")
    read(browser, host.factor)
    one_thing_left(browser)
    browser.press("Start the test")
    browser.one("[data-start]")
    asked = take_test(browser, host, module, "Start the test")
    browser.sees(f"{asked} of {asked} right (100 %)")
    browser.driver.refresh()
    browser.sees(f"Your grade: {asked} of {asked}")
    browser.open("/wins/me/")
    browser.sees(f"Step {step} of 5")


def read(browser, factor):
    """Scroll, and turn the page now and then, until the clock says that the hours are reached."""
    browser.sees("Counting")
    end = time.monotonic() + 40 * 3600 / factor + 60
    turned, wait = time.monotonic(), PAGE_SECONDS * max(1, 3000 // factor)
    while "40 h reached" not in browser.text(".wins-clock-line"):
        assert time.monotonic() < end, f"40 hours were not reached: {browser.text('.wins-clock-line')}"
        ActionChains(browser.driver).send_keys(Keys.PAGE_DOWN).perform()
        time.sleep(0.5)
        if time.monotonic() - turned > wait:
            turned = time.monotonic()
            browser.press("Next:")
            browser.until(lambda: "·" in browser.text(".wins-clock-line") or "reached" in browser.text(), "the clock")


def one_thing_left(browser):
    """The path says so once the last beat has arrived."""

    def told():
        browser.open("/wins/me/")
        return "You have your 40 hours. One thing is left: the module test." in browser.text()

    browser.until(told, "the path to know of 40 hours")


def bank(host, module):
    return Bank(host.home / "dist" / f"{module}.tar.gz")


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
    """On the test's page: begin, answer all, send; how many questions there were."""
    browser.press(start)
    browser.one("[data-question]")
    asked = answer_all(browser, bank(host, module), wrong)
    browser.sees(f"{asked} of {asked} answered")
    browser.press("Send my answers")
    return asked


def not_ready(browser):
    browser.open(page("foundation", "voucher-page"))
    browser.sees("Your exam voucher is not ready yet.")
    browser.sees("Foundation Module: module test passed")
    browser.press("Continue studying")
    browser.sees("My WINS path")


def card(browser, module):
    return browser.one(f"[data-exam='{EXAM[module]}']")


def press_in(browser, module, label):
    def find():
        buttons = card(browser, module).find_elements("css selector", "button, a")
        return next((b for b in buttons if b.is_displayed() and b.text.startswith(label)), None)

    element = browser.until(find, f"{label} for {module}")
    browser.js("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def both_codes(browser):
    """From the path to both codes, without spaces, by module."""
    browser.sees("Step 4 of 5: Two exams")
    browser.press("Go to my exam vouchers")
    browser.sees("You can get your exam voucher.")
    codes = {module: code_of(browser, module) for module in EXAM}
    assert len(set(codes.values())) == len(EXAM)
    return codes


def code_of(browser, module):
    """Get the voucher, show its code, copy it."""
    press_in(browser, module, "Get my voucher")
    if module == "foundation":
        confirm_the_name(browser, page("foundation", "voucher-page"))
    browser.until(lambda: "Your voucher is reserved for you." in card(browser, module).text, "the voucher")
    if module == "foundation":
        assert "You can get your exam voucher." in card(browser, "regulation").text, "the other exam is as it was"
    press_in(browser, module, "Show my code")
    shown = browser.until(lambda: card(browser, module).find_element("css selector", "[data-grouped]").text, "the code")
    assert re.fullmatch(r"[A-Z0-9]{4}( [A-Z0-9]{4}){3}", shown)
    code = shown.replace(" ", "")
    spoken = browser.js("return arguments[0].querySelector('[data-spoken]').textContent", card(browser, module))
    assert spoken.replace(",", "").split() == list(code)
    press_in(browser, module, "Copy")
    browser.until(lambda: "The code is copied." in card(browser, module).text, "the copy to be told")
    told = "const done = arguments[0]; navigator.clipboard.readText().then(done, (e) => done(String(e)))"
    assert browser.driver.execute_async_script(told) == code
    return code


def confirm_the_name(browser, back):
    """Before the first voucher: name, no arrangements, the rules. The second one asks no more."""
    browser.sees("Check three things")
    for field, text in (("given", "Lena"), ("family", "Learner")):
        browser.one(f"#{field}").send_keys(text)
    browser.one("#rules").click()
    browser.press("Confirm and get my voucher")
    browser.sees("Your voucher is reserved for you.")
    browser.open(back)


def the_same_code_again(browser, code):
    browser.driver.refresh()
    browser.one("[data-exam]")
    html = browser.driver.page_source
    assert code not in html
    assert " ".join(code[i : i + 4] for i in range(0, 16, 4)) not in html
    press_in(browser, "foundation", "Show my code")
    assert browser.one("[data-grouped]").text.replace(" ", "") == code
