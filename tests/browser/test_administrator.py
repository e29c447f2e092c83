"""The administrator at the desk: the same numbers as the learner sees, codes in, a voucher back."""

import re

import pytest

from tests.browser.places import page

FOUNDATION = page("foundation", "voucher-page")
POOL = "/wins/desk/vouchers/"
GOOD = "code,exam,expires,order\nZZZZ-1111-AAAA,WINS-FND,2028-03-31,PO-7\nZZZZ-2222-BBBB,WINS-REG,2028-03-31,PO-7\n"


def at_desk(browser, host, state, path="/wins/desk/"):
    host.state(state)
    browser.become(host, "ada")
    browser.open(path)


def row(browser, first):
    """Cells of the table row that begins with ``first``."""
    found = next(r for r in browser.find("main tbody tr") if r.text.startswith(first))
    return [cell.text for cell in found.find_elements("css selector", "th, td")]


def send_file(browser, folder, text, button):
    file = folder / "codes.csv"
    file.write_text(text)
    browser.one("input[type=file]").send_keys(str(file))
    browser.press(button)


def test_the_desk_and_the_learner_see_the_same(browser, host, another):
    host.state("issued")
    browser.log_in("ada")
    browser.sees("Waiting for me")
    browser.press("Learners")
    browser.sees("1 learner")
    desk = browser.text("table")
    learner = another()
    learner.become(host, "lena")
    learner.open("/wins/me/")
    for module in ("Foundation Module", "Nuclear Security Regulation"):
        own = next(c.text for c in learner.find("article") if c.text.startswith(module))
        hours = re.search(r"Your study time: (.+?) of 40 hours", own)[1]
        passed = re.search(r"Passed on .+ with (\d+)\s%", own)[1]
        row = f"{module} Studying {hours} of 40 hours Study record – lena, {module} Passed, {passed} %"
        assert row in " ".join(desk.split()), desk
    learner.sees("Your voucher is reserved for you.")
    assert "Issued, not seen" in desk
    date = re.search(r"Use it on or before (\d+ \w+ \d{4})\.", learner.text())[1]
    assert date in desk
    assert browser.complaints() + learner.complaints() == []


def test_codes_come_in_after_a_dry_run(browser, host, tmp_path):
    at_desk(browser, host, "new", POOL)
    before = [int(row(browser, f"WINS-{exam}")[1]) for exam in ("FND", "REG")]
    browser.press("Add voucher codes")
    send_file(browser, tmp_path, GOOD, "Check the file")
    browser.sees("The file is good. Nothing was added yet.")
    assert "ZZZZ-1111" not in browser.driver.page_source, "a code is never shown at the desk"
    browser.open(POOL)
    assert [int(row(browser, f"WINS-{exam}")[1]) for exam in ("FND", "REG")] == before
    browser.press("Add voucher codes")
    send_file(browser, tmp_path, GOOD, "Import")
    browser.sees("2 codes were added.")
    assert [int(row(browser, f"WINS-{exam}")[1]) for exam in ("FND", "REG")] == [number + 1 for number in before]
    browser.press("Add voucher codes")
    send_file(browser, tmp_path, GOOD, "Import")
    browser.sees("Nothing was added")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,exam\nZZZZ-1111-AAAA,WINS-FND\n", "Missing: expires"),
        (GOOD + "ZZZZ-3333-CCCC,WINS-XXX,2028-03-31,PO-7\n", "4 ZZZZ"),
        (GOOD.replace("2028-03-31", "31.3.2028"), "The last day is not a date like 2027-12-31."),
        ("\n", "Missing: code, exam, expires"),
    ],
)
def test_a_broken_file_names_its_column_or_line(browser, host, tmp_path, text, told):
    at_desk(browser, host, "new", "/wins/desk/vouchers/import")
    if told.startswith("4 "):
        send_file(browser, tmp_path, text, "Check the file")
        browser.sees("Nothing was added")
        assert row(browser, "4")[0] == "4"
        assert row(browser, "4")[1:] == ["exam", "••••CC", "The exam is not one of the programme."]
    else:
        send_file(browser, tmp_path, text, "Check the file")
        browser.sees(told)
    browser.complaints()  # the browser notes the 400
    browser.open(POOL)
    assert row(browser, "WINS-FND")[1] == "6"


def test_a_voucher_goes_back_with_a_reason_that_the_learner_reads(browser, host):
    at_desk(browser, host, "issued", POOL)
    stock = int(row(browser, "WINS-FND")[1])
    browser.press("Learners")
    browser.press("Take back")
    browser.sees(f"Stock after: {stock + 1}.")
    browser.one("textarea").send_keys("Your enrolment is checked again.")
    browser.press("Take back")
    browser.sees("The voucher was taken back.")
    browser.open(POOL)
    assert int(row(browser, "WINS-FND")[1]) == stock + 1
    browser.become(host, "lena")
    browser.open(FOUNDATION)
    browser.sees("WINS took this voucher back on")
    browser.sees('Reason: "Your enrolment is checked again."')
    browser.sees("Get my voucher")
    browser.open("/wins/me/")
    browser.sees("WINS took this voucher back on")
    assert browser.complaints() == []


def test_without_a_reason_nothing_goes_back(browser, host):
    at_desk(browser, host, "issued", "/wins/desk/learners")
    browser.press("Take back")
    browser.one("textarea").send_keys("   ")
    browser.press("Take back")
    browser.sees("Give a reason. The learner reads it.")
    browser.open("/wins/desk/learners")
    browser.sees("Issued, not seen")
    browser.complaints()  # the browser notes the 400


def test_a_code_that_was_seen_cannot_be_taken_back(browser, host):
    host.state("issued")
    browser.become(host, "ada")
    browser.open("/wins/desk/learners")
    browser.press("Take back")
    browser.one("textarea").send_keys("Too late.")
    host.state("issued")
    host.sql("UPDATE wins_xblocks_voucher SET state = 'revealed', revealed_at = issued_at WHERE state = 'issued'")
    browser.press("Take back")
    browser.sees("This voucher cannot be taken back")
    browser.open("/wins/desk/learners")
    browser.sees("Code shown")
    browser.complaints()  # the browser notes the 409


def test_search_finds_one_person_and_says_when_nobody_is_found(browser, host):
    at_desk(browser, host, "reading")
    box = browser.one("input[type=search]")
    box.send_keys("learner")
    browser.press("Search")
    browser.sees("1 learner")
    browser.sees("lena@example.org")
    box = browser.one("input[type=search]")
    box.clear()
    box.send_keys("nobody-of-this-name")
    browser.press("Search")
    browser.sees("Nobody was found.")
    browser.press("Show all")
    browser.sees("lena@example.org")
    assert browser.complaints() == []
