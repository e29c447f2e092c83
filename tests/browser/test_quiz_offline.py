"""A test whose line is cut: what was answered stands on the device, comes back, and is nobody else's."""

import time

import pytest

from tests.browser.places import page

TEST = page("foundation", "test-page")
SAVED = "SELECT revision, responses FROM wins_xblocks_attempt WHERE open_slot = 1 ORDER BY id"
STORE = "return Object.keys(localStorage).filter((key) => key.startsWith('wins.quiz.'))"
CHOSEN = "return document.querySelectorAll('[data-question] input:checked').length"


@pytest.fixture
def phone(browser, host, network):
    """Lena's, in the middle of the module test."""
    host.state("running")
    browser.width(360)
    browser.become(host, "lena")
    browser.open(TEST)
    browser.sees("Question 1 of 40")
    yield browser
    network.back()
    browser.complaints()  # the browser notes what it could not load


def choose(browser, *places):
    for place in places:
        option = browser.find("[data-question] label:first-of-type")[place]
        browser.js("arguments[0].click()", option)


def cut_and_answered(phone, network):
    choose(phone, 0)
    phone.sees("Your answers are saved.")
    network.cut()
    choose(phone, 1, 2)
    phone.sees("Kept on this device. Your answers are saved when the connection is back.")


def test_answers_without_a_connection_are_saved_when_it_is_back(phone, host, network):
    cut_and_answered(phone, network)
    [(revision, _answers)] = host.sql(SAVED)
    assert revision == 1
    network.back()
    phone.sees("Your answers are saved.", 30)
    [(revision, answers)] = host.sql(SAVED)
    assert (revision, answers.count("[")) == (2, 3)
    assert phone.js(STORE) == []


def test_answers_come_back_after_the_page_was_closed_without_a_connection(phone, host, network):
    cut_and_answered(phone, network)
    phone.driver.get("about:blank")
    network.back()
    phone.open(TEST)
    phone.sees("Your answers are saved.", 30)
    phone.sees("3 of 40 answered")
    [(revision, answers)] = host.sql(SAVED)
    assert (revision, answers.count("[")) == (2, 3)


def test_sending_without_a_connection_is_said_and_done_by_the_learner_again(phone, host, network):
    cut_and_answered(phone, network)
    phone.press("Send my answers")
    phone.press("Send anyway")
    phone.sees("Your answers are kept on this device and not sent yet.")
    network.back()
    phone.sees("Your answers are saved.", 30)
    assert host.sql("SELECT count(*) FROM wins_xblocks_attempt WHERE submitted_at IS NULL") == [(1,)]
    phone.press("Send my answers")
    phone.press("Send anyway")
    phone.sees("You did not pass this time")
    assert phone.js(STORE) == []


def test_a_try_whose_time_was_over_without_a_connection_is_given_back(phone, host, network):
    cut_and_answered(phone, network)
    time.sleep(1)
    host.sql("UPDATE wins_xblocks_attempt SET deadline = datetime('now') WHERE open_slot = 1")
    time.sleep(6)
    network.back()
    phone.sees("This try does not count: you have it again.", 30)
    assert host.sql("SELECT counts, cut_at IS NULL FROM wins_xblocks_attempt ORDER BY id DESC LIMIT 1") == [(0, 0)]
    assert phone.js(STORE) == []
    phone.press("Try again")
    phone.sees("0 of 40 answered")


def test_another_learner_on_the_same_device_sees_and_sends_nothing_of_it(phone, host, network):
    cut_and_answered(phone, network)
    phone.driver.get("about:blank")
    network.back()
    phone.open("/")
    phone.press("Sign out")
    phone.until(lambda: not phone.find("form[action='/sign-out/']"), "nobody to be signed in")
    phone.log_in("arno")
    phone.open(TEST)
    phone.press("Start the test")
    phone.sees("0 of 40 answered")
    assert phone.js(CHOSEN) == 0
    assert [row[0] for row in host.sql(SAVED)] == [1, 0]
    assert len(phone.js(STORE)) == 1, "hers waits for her"
