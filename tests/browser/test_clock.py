"""The study clock in a real browser: both clocks, the page's and the server's, go as fast as a test says."""

import time

import pytest

from tests.browser.places import page

HOST_SETTINGS = "tests.browser.moved_settings"
READING, NEXT = page("foundation", "u1-r1"), page("foundation", "u1-r2")
CHUNK = 30  # seconds; a beat older than a minute would be told to begin anew
# Ticks are kept, so that a test calls them; the clocks are ahead by what all windows of the origin share.
CLOCKS = """
{
  const wall = Date.now, mono = performance.now.bind(performance), every = window.setInterval;
  const ahead = () => Number(localStorage.getItem('test.ahead') || 0);
  const born = ahead();
  Date.now = () => wall() + ahead();
  performance.now = () => mono() + ahead() - born;
  window.__ticks = [];
  window.setInterval = (call, ms, ...more) => (ms === 500 ? window.__ticks.push(call) : every(call, ms, ...more));
}
"""
# Seconds pass; what is asked of the server meanwhile gets a moment to be answered.
PASS = """
const [seconds, own, done] = arguments;
for (let second = 0; second < seconds; second++) {
  if (own) { localStorage.setItem('test.ahead', 1000 + Number(localStorage.getItem('test.ahead') || 0)); }
  window.__ticks.forEach((tick) => tick());
}
setTimeout(done, 120);
"""
SOUND = """
const bytes = new Uint8Array(44 + 8000 * 60), view = new DataView(bytes.buffer);
'RIFF,WAVEfmt ,data'.split(',').forEach((word, n) => [...word].forEach((c, i) => {
  bytes[[0, 8, 36][n] + i] = c.charCodeAt(0);
}));
const long = [[4, bytes.length - 8], [16, 16], [24, 8000], [28, 8000], [40, bytes.length - 44]];
long.forEach(([at, n]) => view.setUint32(at, n, true));
[[20, 1], [22, 1], [32, 1], [34, 8]].forEach(([at, n]) => view.setUint16(at, n, true));
bytes.fill(128, 44);
window.__sound = new Audio(URL.createObjectURL(new Blob([bytes], {type: 'audio/wav'})));
window.__heard = 0;
window.__sound.addEventListener('timeupdate', () => { window.__heard += 1; });
document.body.append(window.__sound);
return window.__sound.play().then(() => true, (error) => String(error));
"""


class Reader:
    """Lena at her device."""

    def __init__(self, browser, host):
        self.browser, self.host, self.began = browser, host, time.monotonic()

    def open(self, path=READING):
        self.browser.open(path)
        self.browser.one(".wins-clock")

    def touch(self):
        self.browser.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=300, y=300)
        self.browser.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=310, y=300)

    def passes(self, seconds, touching=True, before=lambda: None):
        """Time passes for page and server."""
        for start in range(0, seconds, CHUNK):
            part = min(CHUNK, seconds - start)
            before()
            if touching:
                self.touch()
            self.skip_server(part)
            self.browser.driver.execute_async_script(PASS, part, True)

    def skip_server(self, seconds):
        self.host.ahead += 1000 * seconds

    def later(self, seconds):
        """Time passes with no page of ours in front."""
        self.skip_server(seconds)
        self.browser.js(
            "localStorage.setItem('test.ahead', 1000 * arguments[0] + Number(localStorage.getItem('test.ahead') || 0))",
            seconds,
        )

    def leave(self):
        self.browser.open("/courses/")

    @property
    def line(self):
        return self.browser.js("return document.querySelector('.wins-clock').dataset.state")

    @property
    def counted(self):
        return (self.host.sql("SELECT SUM(ms) FROM wins_xblocks_studyday")[0][0] or 0) / 1000

    def has(self, seconds):
        """So much was counted; the test's own seconds may have been counted too."""
        self.browser.until(lambda: self.counted >= seconds - 3, f"{seconds} s to be counted; {self.counted} are")
        assert self.counted <= seconds + 3 + time.monotonic() - self.began


@pytest.fixture
def reader(browser, host):
    script = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=CLOCKS)["identifier"]
    host.state("reading")
    host.ahead = 0
    browser.become(host, "lena")
    made = Reader(browser, host)
    made.open()
    yield made
    browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    browser.complaints()  # the browser notes what it could not load


def test_what_is_read_is_counted_and_a_reload_loses_nothing(reader):
    reader.passes(100)
    reader.browser.driver.refresh()
    reader.browser.one(".wins-clock")
    reader.passes(50)
    reader.leave()
    reader.has(150)


def test_ten_minutes_without_network_are_there_when_the_page_was_closed_and_opened_again(reader, network):
    reader.passes(60)
    network.cut()
    reader.passes(600)
    assert reader.line == "offline"
    reader.browser.driver.get("about:blank")
    assert reader.counted < 95
    network.back()
    reader.leave()
    reader.later(300)
    reader.open(NEXT)
    reader.browser.one(".wins-clock-more summary").click()
    reader.browser.sees("from before")
    reader.has(660)


def test_nobody_at_the_page_is_paused_and_a_key_goes_on(reader):
    reader.passes(900, touching=False)
    assert reader.line == "paused"
    reader.has(300)
    for kind in ("keyDown", "keyUp"):
        reader.browser.cdp("Input.dispatchKeyEvent", type=kind, key="ArrowDown", code="ArrowDown")
    assert reader.line == "counting"
    reader.passes(60)
    reader.leave()
    reader.has(360)


def test_a_recording_that_plays_is_study_though_nothing_is_touched(reader):
    reader.browser.one("h1").click()  # a page that nobody touched may play nothing
    assert reader.browser.js(SOUND) is True

    def heard():
        """Another second of the recording; it begins anew before it ends."""
        before = reader.browser.js("if (__sound.currentTime > 50) { __sound.currentTime = 0; } return __heard")
        reader.browser.until(lambda: reader.browser.js("return __heard") > before, "the recording to go on")

    reader.passes(600, touching=False, before=heard)
    assert reader.line == "counting"
    reader.browser.js("__sound.pause()")
    reader.leave()
    reader.has(600)


def test_a_hidden_tab_does_not_count(reader):
    reader.passes(60)
    first = reader.browser.driver.current_window_handle
    reader.browser.driver.switch_to.new_window("tab")  # in front of the first one
    reader.leave()
    reader.has(60)
    reader.later(300)
    reader.browser.driver.close()
    reader.browser.driver.switch_to.window(first)
    reader.browser.until(lambda: reader.line == "counting", "the tab to be in front again")
    reader.passes(60)
    reader.leave()
    reader.has(120)


def test_two_windows_side_by_side_count_the_time_once(reader):
    first = reader.browser.driver.current_window_handle
    reader.browser.driver.switch_to.new_window("window")
    reader.browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=CLOCKS)
    reader.open(NEXT)
    second = reader.browser.driver.current_window_handle
    for _half_minute in range(4):
        for handle, own in ((first, True), (second, False)):
            reader.browser.driver.switch_to.window(handle)
            assert reader.browser.js("return document.visibilityState") == "visible"
            if own:
                reader.skip_server(CHUNK)
            reader.touch()
            reader.browser.driver.execute_async_script(PASS, CHUNK if own else 1, own)
    for handle in (second, first):
        reader.browser.driver.switch_to.window(handle)
        reader.leave()
    pages = reader.host.sql("SELECT COUNT(DISTINCT page) FROM wins_xblocks_studysession")[0][0]
    assert pages == 2
    reader.has(120)


def test_when_the_session_ends_the_minutes_stay_until_she_signs_in_again(reader):
    reader.passes(60)
    reader.browser.cdp("Network.deleteCookies", name="sessionid", url=reader.browser.url)
    reader.passes(120)
    assert reader.line == "signed_out"
    counted = reader.counted
    reader.browser.become(reader.host, "lena")
    reader.leave()
    reader.later(300)
    reader.open(NEXT)
    reader.browser.until(lambda: reader.counted > counted, "the kept minutes to arrive")
    assert 60 < reader.counted <= 183
