"""A real host in a folder of its own, and a real Chromium in front of it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests/js/node_modules/axe-core/axe.min.js"
NEEDED = {"chromium": shutil.which("chromium"), "chromedriver": shutil.which("chromedriver")}


def pytest_collection_modifyitems(items):
    missing = [name for name, path in NEEDED.items() if not path]
    for item in items:
        if "tests/browser" not in str(item.fspath):
            continue
        item.add_marker(pytest.mark.browser)
        if missing and os.environ.get("CI") != "true":
            item.add_marker(pytest.mark.skip(reason=f"{', '.join(missing)} is not installed"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Host:
    """The embedded host of one test module: its address, its folder, its mails."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "WINS_HOST_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.log = home / "host.log"

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        self.command("course_export", "build", "--out", str(self.home / "dist"))
        self.command("wins_xblocks.workbench", "demo")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "wins_xblocks.workbench", "runserver", str(self.port)],
                cwd=self.home, env=self.environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        for _ in range(120):
            try:
                urllib.request.urlopen(self.url, timeout=2).read()
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.25)
        raise AssertionError(f"the host did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    made = Host(tmp_path_factory.mktemp("host"))
    made.start()
    yield made
    made.stop()
    log = made.log.read_text()
    assert "Traceback" not in log, log[-4000:]
    assert '" 500 ' not in log, log[-4000:]


class Browser:
    """Chromium with the few words our tests speak."""

    def __init__(self, url: str, language: str = "en", width: int = 1200, height: int = 900) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = NEEDED["chromium"] or ""
        for flag in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage",
            f"--window-size={width},{height}", f"--lang={language}",
        ):  # fmt: skip
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(NEEDED["chromedriver"]))
        # The window is wider than the page by its frame; a phone's width must be the page's.
        self.width(width, height)
        self.driver.execute_cdp_cmd(
            "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
        )
        self.url = url

    def width(self, width: int, height: int = 900) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def open(self, path: str) -> None:
        self.driver.get(path if path.startswith("http") else self.url + path)

    def find(self, css: str):
        return self.driver.find_elements("css selector", css)

    def one(self, css: str, seconds: float = 10):
        """The first element of ``css`` that can be seen, waited for."""
        return self.until(
            lambda: next((e for e in self.find(css) if e.is_displayed()), None), f"{css} to be seen", seconds
        )

    def button(self, words: str, seconds: float = 10):
        """The button or link that says ``words``."""

        def look():
            for element in self.find("button, a, input[type=submit], summary, [role=button]"):
                said = " ".join((element.text or element.get_attribute("value") or "").split())
                if said.startswith(words) and element.is_displayed() and element.is_enabled():
                    return element
            return None

        return self.until(look, f"a button {words!r}", seconds)

    def press(self, words: str) -> None:
        element = self.button(words)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def text(self, css: str = "body") -> str:
        return " ".join(self.driver.find_element("css selector", css).text.split())

    def sees(self, words: str, seconds: float = 10) -> None:
        self.until(lambda: words in self.text(), f"{words!r} on the page", seconds)

    def until(self, look, what: str, seconds: float = 10):
        """What ``look`` answers once it is true; asked again while the page changes under our hands."""
        from selenium.common.exceptions import StaleElementReferenceException

        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                found = look()
            except StaleElementReferenceException:
                found = None
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(
            f"waited {seconds} s for {what} at {self.driver.current_url}; the page says: {self.text()[:1500]}"
        )

    def log_in(self, person: str) -> None:
        """As one of the demo people: lena (learner), arno (author) or ada (administrator)."""
        self.open("/")
        self.one(f"button[name=person][value={person}]").click()
        self.until(lambda: self.find("form[action='/sign-out/']"), "somebody to be signed in")

    def axe(self) -> list[str]:
        """What axe-core finds wrong with the page, WCAG 2.2 A and AA and best practice."""
        if not AXE.exists():
            if os.environ.get("CI") == "true":
                raise AssertionError("axe-core is missing")
            pytest.skip("axe-core is not installed (npm)")
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        result = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run(document, {resultTypes: ['violations']}).then(done, e => done({error: String(e)}))"
        )
        assert "error" not in result, result
        return [
            f"{rule['id']}: {rule['help']}: {node['html'][:160]} {json.dumps(node.get('failureSummary', ''))[:200]}"
            for rule in result["violations"] for node in rule["nodes"]
        ]  # fmt: skip

    def complaints(self) -> list[str]:
        """Errors in the console since the last question."""
        return [row["message"] for row in self.driver.get_log("browser") if row["level"] == "SEVERE"]

    def sideways(self) -> int:
        """By how many pixels the page can be scrolled sideways."""
        return int(
            self.driver.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    def close(self) -> None:
        self.driver.quit()


@pytest.fixture
def browser(host):
    made = Browser(host.url)
    yield made
    made.close()


@pytest.fixture
def another(host):
    """A second person at a second machine; a phone or another language if asked."""
    made = []

    def start(**how):
        made.append(Browser(host.url, **how))
        return made[-1]

    yield start
    for one in made:
        one.close()
