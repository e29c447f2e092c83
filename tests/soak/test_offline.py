"""Ten real minutes without network, in a real browser at the clock's own speed."""

import shutil
import time

import pytest

from tests.browser.chromium import Browser
from tests.browser.hosting import Host, furnish
from tests.browser.network import Network
from tests.browser.places import page

pytestmark = pytest.mark.soak
NEEDED = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
MINUTES = 10


@pytest.fixture
def reading(tmp_path):
    (tmp_path / "furnished").mkdir()
    host = Host(furnish(tmp_path / "furnished"), tmp_path / "host")
    host.start()
    host.state("reading")
    browser = Browser(host.url)
    browser.reset(host.url)
    browser.become(host, "lena")
    yield browser, host
    browser.close()
    host.stop()


def counted(host):
    return (host.sql("SELECT SUM(ms) FROM wins_xblocks_studyday")[0][0] or 0) / 1000


@pytest.mark.skipif(bool(NEEDED), reason=f"{', '.join(NEEDED)} is not installed")
def test_ten_real_minutes_without_network_are_there_afterwards(reading, bounded):
    browser, host = reading
    browser.open(page("foundation", "u1-r1"))
    browser.one(".wins-clock")
    network = Network(browser, host)
    began = time.monotonic()
    network.cut()
    while time.monotonic() - began < MINUTES * 60:
        browser.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=300 + int(time.monotonic()) % 50, y=300)
        time.sleep(20)
    read = time.monotonic() - began
    browser.driver.get("about:blank")
    network.back()
    time.sleep(70)  # a page that may still live sends its own
    browser.open(page("foundation", "u1-r2"))
    browser.until(lambda: counted(host) > read - 5, "the minutes to arrive", 30)
    off = abs(counted(host) - read)
    assert off < 30  # what the second page counted meanwhile is in it
    bounded("Offline", f"ten real minutes without network ({read:.0f} s): seconds off after they were sent", off, 30)
