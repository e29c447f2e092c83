"""Presses every control of every page in every state: something must happen, and none is dead."""

from collections import defaultdict
from dataclasses import replace

import pytest
from selenium.common.exceptions import StaleElementReferenceException

from tests.browser.controls import FOLDS, SPIES, UNEXPLAINED, links, press, settled, to_press, without_repeats
from tests.browser.places import PLACES, again, opened, page
from tests.browser.test_every_page import FASTER

# An empty form is refused in words; the browser notes it.
REFUSED = ("400 (Bad Request)", "409 (Conflict)")
OWN_BEAT = ("/wins/beat", "/wins/hello")
# One that is not among those pressed has fallen out of the table of pages.
KNOWN = {
    "Accept", "Accept these hours", "Add", "Add a case", "Add an answer", "Add an objective", "Agree", "Another draw",
    "Ask for them", "Cancel this voucher", "Close", "Cancel what has not begun", "Change the country",
    "Change the name", "Check the file", "Confirm", "Copy", "Decide", "Delete", "Delete this answer", "Do 1 line",
    "Do it", "Do not agree", "Do not count", "Duplicate", "Edit", "Enter", "Enter the result", "Excel (.xlsx)",
    "Find", "Get my voucher", "Give a place", "Give tries", "Go back to my answers", "Go on writing",
    "I cancelled in time", "I do not need them any more", "Import", "Issue the voucher", "Leave without saving",
    "It is nobody of ours", "It is this learner", "Look at it again", "Mark as lost", "Mark as returned",
    "Mark as used", "Move down", "Move up", "OK, start", "Paste a table or import a file", "Print", "Problem XML",
    "Put both together above", "Put on hold", "Refuse the entry", "Replace", "Retire", "Right answers", "Save",
    "Save mine over theirs", "Save the note", "See", "See a try as learners see it", "See it as it will be read",
    "See it as learners see it", "Send", "Send anyway", "Send my answers", "Show", "Show all", "Show my code",
    "Show the effect", "Show theirs above", "Start", "Start the test", "Stop", "Store this text", "Take back",
    "Take out", "Throw it away", "Try again", "Undo", "Withdraw", "Withdraw the pass", "Write the next question",
    "Yes, I am reading",
}  # fmt: skip


class Told:
    """What was pressed so far: controls by person, state and address; addresses that links led to; names."""

    def __init__(self):
        self.done, self.followed, self.names, self.places = set(), defaultdict(set), set(), 0


@pytest.fixture(scope="session")  # a module's tests may stand apart when the suite is shuffled
def told():
    return Told()


@pytest.fixture(autouse=True)
def spies(browser):
    script = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=SPIES)["identifier"]
    yield
    browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)


class Log:
    """The host's log since the last look."""

    def __init__(self, host):
        self.file, self.seen = host.log, host.log.stat().st_size

    def new(self):
        with self.file.open(encoding="utf-8", errors="replace") as log:
            log.seek(self.seen)
            text = log.read()
            self.seen = log.tell()
        return text.splitlines()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_control_does_something(browser, host, place, told):
    wrong = walk(browser, host, place, False, told)
    told.places += 1
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", ["", "lena", "arno", "ada"])
def test_every_control_of_the_frame_does_something(browser, host, person, told):
    place = next(place for place in PLACES if place.person == person)
    wrong = walk(browser, host, replace(place, state="reading"), True, told)
    assert not wrong, "\n".join(wrong)


def walk(browser, host, place, frame, told):
    """Links and folds on the spot, each button on a page as it was: once in each state at each address."""
    opened(browser, host, place)
    browser.complaints()
    wrong = [f"disabled, and nobody says why: {html}" for html in browser.js(UNEXPLAINED)]
    planned = without_repeats(to_press(browser, frame))
    wrong += browser.js(FOLDS) + links(browser, frame, told.followed[place.person], place.status)
    wrong += complaints(browser, place)
    log, touched = Log(host), False
    for control in planned:
        same = (
            place.person,
            control["sign"] if frame or skips(control) else (place.state, place.path, control["sign"]),
        )
        if same in told.done:
            continue
        told.done.add(same)
        browser.driver.get("about:blank")  # what the last press set off, another page too, ends here
        (opened if touched else again)(browser, host, place)
        browser.complaints()
        try:
            dead = pressed(browser, frame, control)
        except StaleElementReferenceException:  # a list that the page draws anew in the moment between
            dead = pressed(browser, frame, control)
        told.names.add(control["name"])
        settled(browser)
        lines = log.new()
        wrong += [] if saves(control, lines) else dead
        touched = any('"POST ' in line and not any(own in line for own in OWN_BEAT) for line in lines)
        wrong += [f"{control['html']}: {row}" for row in complaints(browser, place) + refusals(lines, place)]
    return wrong


def pressed(browser, frame, control):
    found = next((one for one in to_press(browser, frame) if one["sign"] == control["sign"]), None)
    assert found, f"not there any more: {control['html']}"
    return press(browser, found)


def saves(control, lines):
    """A form that is answered with a file leaves the page as it is: the host says that it was sent."""
    return 'value="file"' in control["html"] and any('"POST ' in line and '" 200 ' in line for line in lines)


def skips(control):
    return "wins-skip" in control["html"]


def refusals(lines, place):
    """Answers of the host that no button of ours may get; a page that is none answers so itself."""
    own = f'"GET {place.path} HTTP/1.1" {place.status} '
    return [line for line in lines if own not in line and any(f'" {status} ' in line for status in (404, 405, 500))]


def complaints(browser, place):
    own = f"status of {place.status}" if place.status != 200 else REFUSED[0]
    return [row for row in browser.complaints() if not any(part in row for part in (*REFUSED, own))]


def test_who_still_reads_says_so_by_a_button(browser, host, told):
    script = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=FASTER)["identifier"]
    try:
        host.state("reading")
        browser.become(host, "lena")
        browser.open(page("foundation", "u1-r1"))
        browser.until(lambda: browser.find(".wins-clock[data-state=asking]"), "the question", 15)
        asked = next(one for one in to_press(browser, False) if one["name"] == "Yes, I am reading")
        assert press(browser, asked) == []
        browser.until(lambda: browser.find(".wins-clock[data-state=counting]"), "the clock to go on", 2)
        assert not browser.one("h1").find_elements("xpath", "//button[@data-wins-answer][not(@hidden)]")
        told.names.add(asked["name"])
    finally:
        browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    browser.complaints()


PLANT = """
const put = (html) => document.querySelector('main').insertAdjacentHTML('afterbegin', html);
put('<button>Dead</button>');
put('<button onclick="this.textContent += 1">Alive</button>');
put('<button disabled>Off</button><button disabled aria-describedby="why">Told</button><p id="why">Not yet.</p>');
put('<a href="/nowhere/at-all">Lost</a>');
put('<a href="/wins/me/" onclick="event.preventDefault()">Held</a>');
"""


def test_what_is_dead_is_found_on_a_page_whose_clock_runs(browser, host):
    host.state("reading")
    browser.become(host, "lena")
    browser.open(page("foundation", "u1-r1"))
    browser.sees("Counting · today")
    browser.js(PLANT)
    found = {one["name"]: one for one in to_press(browser, False)}
    assert press(browser, found["Alive"]) == []
    assert press(browser, found["Dead"]) == ["nothing happens: <button>Dead</button>"]
    assert browser.js(UNEXPLAINED) == ['<button disabled="">Off</button>']
    wrong = links(browser, False, set())
    assert [row.partition(":")[0] for row in wrong] == ["nothing happens", "leads to nothing (404)"]
    assert "Held" in wrong[0]
    assert wrong[1].endswith("/nowhere/at-all")
    browser.complaints()


def test_the_buttons_that_are_known_were_pressed(told):
    if told.places < len(PLACES):
        pytest.skip("only some of the pages were walked")
    missing = {name for name in KNOWN if not any(found.startswith(name) for found in told.names)}
    assert not missing
