"""Both modules walked at the demo's own speed: in ten minutes, as every page of the host promises."""

import shutil

import pytest

from tests.browser.chromium import Browser
from tests.browser.hosting import Host, furnish
from tests.browser.walk import whole_way

pytestmark = pytest.mark.soak
MOST_SECONDS = 600
NEEDED = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]


@pytest.fixture
def demo(tmp_path):
    """A host as ``make run`` starts it, and a browser in front of it."""
    (tmp_path / "furnished").mkdir()
    host = Host(furnish(tmp_path / "furnished"), tmp_path / "host")
    host.start()
    browser = Browser(host.url)
    browser.reset(host.url)
    yield browser, host
    browser.close()
    host.stop()


@pytest.mark.skipif(bool(NEEDED), reason=f"{', '.join(NEEDED)} is not installed")
def test_both_modules_are_walked_in_ten_minutes_of_demo_time(demo, bounded):
    browser, host = demo
    assert host.factor == 600, "the demo's own speed"
    seconds = whole_way(browser, host)
    assert seconds < MOST_SECONDS
    bounded("Walk", "from the sign-in to the second voucher's code, by the clock alone, seconds", seconds, MOST_SECONDS)
