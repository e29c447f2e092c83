"""The book timer in a real browser: without network, without a session, with another learner at the same device."""

import pytest

TIMER, BOOK = "/wins/me/timer/", "/wins/me/book/"
ENTRIES = "SELECT ms / 60000, what, state FROM wins_xblocks_offlineclaim ORDER BY id"
# The device's clock, ahead by what the test says.
AHEAD = "{const now = Date.now; Date.now = () => now() + Number(localStorage.getItem('test.ahead') || 0);}"
KEPT = """
const done = arguments[0], path = (one) => new URL(one.url).pathname;
caches.open('wins-timer').then((cache) => cache.keys()).then((keys) => done(keys.map(path)));
"""


@pytest.fixture
def device(browser, host, network):
    """Lena's, with all that the timer needs without network; a test moves its clock."""
    script = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=AHEAD)["identifier"]
    host.state("reading")
    browser.log_in("lena")
    browser.open(TIMER)
    browser.until(lambda: TIMER in browser.driver.execute_async_script(KEPT), "the page to be kept")
    browser.until(lambda: browser.js("return Boolean(navigator.serviceWorker.controller)"), "the worker")
    yield browser
    network.back()
    browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    browser.complaints()  # the browser notes what it could not load


def later(device, minutes):
    device.js("localStorage.setItem('test.ahead', String(60000 * arguments[0]))", minutes)


def started(device, text):
    device.one("#timer-what").send_keys(text)
    device.press("Start")
    device.sees("Started.")


def signed_in(device, person):
    """After whoever was there before has signed out."""
    device.press("Sign out")
    device.until(lambda: not device.find("form[action='/sign-out/']"), "nobody to be signed in")
    device.log_in(person)


def kept_entry(device, network, text="Foundation, pages 41 to 60"):
    """An entry of 85 minutes that waits for the network."""
    started(device, text)
    network.cut()
    later(device, 85)
    device.press("Stop")
    device.press("Send")
    device.sees("Entries kept on this device: 1. They are sent when you are online.")


def test_a_reading_without_network_is_entered_once_when_it_is_back(device, host, network):
    started(device, "Foundation, pages 41 to 60")
    network.cut()
    later(device, 85)
    device.driver.refresh()
    device.sees("1:25")
    assert device.js("return document.getElementById('timer').dataset.cached") == "yes", "the worker has opened it"
    assert device.one("#timer-what").get_attribute("value") == "Foundation, pages 41 to 60"
    device.press("Stop")
    device.sees("Stopped: 1 h 25 min.")
    device.press("Send")
    device.sees("Entries kept on this device: 1. They are sent when you are online.")
    device.driver.get("about:blank")
    device.open(TIMER)
    device.sees("Foundation, pages 41 to 60")
    assert host.sql(ENTRIES) == []
    network.back()
    device.sees("Saved: 1 h 25 min", 20)
    assert host.sql(ENTRIES) == [(85, "Foundation, pages 41 to 60", "counted")]
    device.driver.refresh()
    device.sees("What do you read?")
    assert "Entries kept" not in device.text()
    assert len(host.sql(ENTRIES)) == 1


def test_another_learner_at_the_same_device_sees_nothing_and_sends_nothing(device, host, network):
    kept_entry(device, network)
    device.js("document.cookie = 'csrftoken=of-somebody-else; path=/'")
    device.driver.get("about:blank")
    device.open(TIMER)
    device.sees("Somebody signed in since this page was last read from the network.")
    assert "pages 41" not in device.text()
    device.driver.get("about:blank")  # the timer would ask for a token of its own while the next page gets one
    network.back()
    device.open("/")
    signed_in(device, "arno")
    device.open(TIMER)
    device.sees("Book timer")
    assert "pages 41" not in device.text()
    assert "Entries kept" not in device.text()
    assert host.sql(ENTRIES) == []
    signed_in(device, "lena")
    device.open(TIMER)
    device.sees("Saved: 1 h 25 min")
    assert host.sql(ENTRIES) == [(85, "Foundation, pages 41 to 60", "counted")]


def test_when_the_session_has_ended_the_entry_stays_until_she_signs_in(device, host):
    started(device, "Chapter 3")
    later(device, 30)
    device.cdp("Network.deleteCookies", name="sessionid", url=device.url)
    device.press("Stop")
    device.press("Send")
    device.sees("You are signed out. The entries stay on this device.")
    device.press("Sign in to send")
    device.press("Sign in as Lena Learner")
    device.sees("Saved: 30 min")
    assert host.sql(ENTRIES) == [(30, "Chapter 3", "counted")]


def test_what_is_refused_is_edited_in_the_form_and_is_one_entry(device, host):
    started(device, "A long day")
    later(device, 20 * 60)
    device.press("Stop")
    device.sees("The timer ran for 20 h.")
    device.one("#timer-minutes").send_keys("700")
    host.sql("UPDATE wins_xblocks_studylearner SET notice_at = NULL")
    device.press("Send")
    device.sees("Nothing is counted before.")
    host.sql("UPDATE wins_xblocks_studylearner SET notice_at = '2026-01-01'")
    device.press("Edit")
    hours = device.one("#hours")
    assert (hours.get_attribute("value"), device.one("#minutes").get_attribute("value")) == ("11", "40")
    hours.clear()
    hours.send_keys("2")
    device.press("Add")
    device.sees("Saved: 2 h 40 min")
    device.open(TIMER)
    device.sees("What do you read?")
    device.until(lambda: "Entries kept" not in device.text(), "the entry to be gone")
    assert host.sql(ENTRIES) == [(160, "A long day", "counted")]


def test_without_script_the_page_leads_to_the_form(device):
    device.cdp("Emulation.setScriptExecutionDisabled", value=True)
    try:
        device.open(TIMER)
        device.sees("The timer needs JavaScript.")
        assert not device.find("#timer")[0].is_displayed()
    finally:
        device.cdp("Emulation.setScriptExecutionDisabled", value=False)
