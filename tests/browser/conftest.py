"""A real host in a folder of its own, and a real Chromium in front of it."""

import os
import shutil

import pytest

from tests.browser.hosting import SETTINGS, Host, furnish
from tests.browser.network import Network
from tests.browser.places import EDITOR
from wins_xblocks.workbench.demo_time import FACTOR

NEEDED = ("chromium", "chromedriver")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    missing = [name for name in NEEDED if not shutil.which(name)]
    ours = [(place, item) for place, item in enumerate(items) if "tests/browser" in item.path.as_posix()]
    for _, item in ours:
        item.add_marker(pytest.mark.browser)
        if missing and os.environ.get("CI") != "true":
            item.add_marker(pytest.mark.skip(reason=f"{', '.join(missing)} is not installed"))
    # Modules stay together whatever shuffles the rest: each has a host of its own.
    together = sorted((item for _, item in ours), key=lambda item: (item.path, item.reportinfo()[1] or 0))
    for (place, _), item in zip(ours, together, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def furnished(tmp_path_factory):
    return furnish(tmp_path_factory.mktemp("furnished"))


@pytest.fixture(scope="module")
def host(request, furnished, tmp_path_factory):
    """Each module has its own; with a ``DEMO_FACTOR`` of its own, a clock of that speed; with its ``HOST_SETTINGS``."""
    factor, own = (getattr(request.module, *of) for of in (("DEMO_FACTOR", FACTOR), ("HOST_SETTINGS", SETTINGS)))
    made = Host(furnished, tmp_path_factory.mktemp("host"), factor, own)
    made.start()
    yield made
    made.stop()
    log = made.log.read_text()
    for sign in ("Traceback", '" 500 '):  # shown with what stands around it: the end of a log says little
        at = log.find(sign)
        assert at < 0, log[max(0, at - 1000) : at + 4000]


@pytest.fixture(scope="session")
def chromium():
    from tests.browser.chromium import Browser

    made = Browser("")
    yield made
    made.close()


@pytest.fixture
def browser(host, chromium):
    """A window without any memory."""
    chromium.reset(host.url)
    yield chromium
    chromium.driver.get("about:blank")


@pytest.fixture
def another(host):
    """A second person at a second machine; a phone or another language if asked."""
    from tests.browser.chromium import Browser

    made = []

    def start(**how):
        made.append(Browser(host.url, **how))
        made[-1].reset(host.url)
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def network(browser, host):
    """The line between them; it is there again when the test is over."""
    made = Network(browser, host)
    yield made
    made.back()


@pytest.fixture
def editor(browser, host):
    """The author at the question editor, as it opens."""
    host.state("reading")
    browser.become(host, "arno")
    browser.open(EDITOR)
    browser.sees("Questions: 3")
    return browser
