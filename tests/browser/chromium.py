"""Chromium with the few words our tests speak."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service

AXE = Path(__file__).resolve().parents[1] / "js/node_modules/axe-core/axe.min.js"
NAMED = """
const said = (e) => (e.innerText || e.value || '').replace(/\\s+/g, ' ').trim();
const all = [...document.querySelectorAll(arguments[0])].filter((e) =>
  said(e).startsWith(arguments[1]) && e.checkVisibility({visibilityProperty: true}) && !e.matches(':disabled'));
return all.find((e) => e.closest('main')) || all[0] || null;
"""
PRESSABLE = "button, a, input[type=submit], summary, [role=button]"
# Pages opened faster than a person can open them: the host then tells the clock to wait a minute, which is right.
HASTE = ("/wins/beat", "429")


class Browser:
    """One window. ``reset`` makes it somebody else's: no cookie, nothing kept, one tab."""

    def __init__(self, url: str, language: str = "en", width: int = 1200, height: int = 900) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage",
            f"--window-size={width},{height}", f"--lang={language}",
        ):  # fmt: skip
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_script_timeout(60)
        self.url = url
        # The window is wider than the page by its frame; a phone's width must be the page's.
        self.width(width, height)

    def cdp(self, method: str, /, **values):
        return self.driver.execute_cdp_cmd(method, values)

    def reset(self, url: str) -> None:
        self.url = url
        first, *others = self.driver.window_handles
        for handle in others:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(first)
        self.driver.get("about:blank")
        self.cdp("Network.clearBrowserCookies")
        self.cdp("Storage.clearDataForOrigin", origin=url, storageTypes="all")
        self.cdp("Browser.resetPermissions")
        self.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        self.width(1200)
        self.complaints()

    def width(self, width: int, height: int = 900, scale: int = 1) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.cdp("Emulation.setDeviceMetricsOverride", **size)

    def offline(self, cut: bool) -> None:
        self.cdp("Network.enable")
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.cdp("Network.emulateNetworkConditions", offline=cut, **speed)

    def open(self, path: str) -> None:
        self.driver.get(path if path.startswith("http") else self.url + path)

    def js(self, code: str, *values):
        return self.driver.execute_script(code, *values)

    def find(self, css: str):
        return self.driver.find_elements("css selector", css)

    def one(self, css: str, seconds: float = 10):
        """The first element of ``css`` that can be seen, waited for."""
        return self.until(
            lambda: next((e for e in self.find(css) if e.is_displayed()), None), f"{css} to be seen", seconds
        )

    def button(self, words: str, seconds: float = 10):
        """The button or link that begins with ``words``, in the page itself before the frame around it."""
        return self.until(lambda: self.js(NAMED, PRESSABLE, words), f"a button {words!r}", seconds)

    def press(self, words: str) -> None:
        element = self.button(words)
        self.js("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def text(self, css: str = "body") -> str:
        return " ".join(self.driver.find_element("css selector", css).text.split())

    def sees(self, words: str, seconds: float = 10) -> None:
        self.until(lambda: words in self.text(), f"{words!r} on the page", seconds)

    def until(self, look, what: str, seconds: float = 10):
        """What ``look`` answers once it is true; asked again while the page changes under our hands."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                found = look()
            except (NoSuchElementException, StaleElementReferenceException):
                found = None  # between two pages there is no body
            except WebDriverException as error:  # the same, told by the browser itself
                if "does not belong to the document" not in str(error):
                    raise
                found = None
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(
            f"waited {seconds} s for {what} at {self.driver.current_url}; the page says: {self.text()[:1500]}"
        )

    def log_in(self, person: str) -> None:
        """By the start page, as one of the demo people: lena (learner), arno (author) or ada (administrator)."""
        self.open("/")
        self.one(f"button[name=person][value={person}]").click()
        self.until(lambda: self.find("form[action='/sign-out/']"), "somebody to be signed in")

    def become(self, host, person: str) -> None:
        """The same without the start page; nobody for an empty name."""
        self.cdp("Network.clearBrowserCookies")
        if person:
            self.cdp("Network.setCookie", url=self.url, name="sessionid", value=host.sessions[person])

    def speak(self, language: str) -> None:
        self.cdp("Network.setCookie", url=self.url, name="django_language", value=language)

    def axe(self) -> list[str]:
        """What axe-core finds wrong with the page, WCAG 2.2 A and AA and best practice."""
        if not AXE.exists():
            if os.environ.get("CI") == "true":
                raise AssertionError("axe-core is missing")
            pytest.skip("axe-core is not installed (npm)")
        if not self.js("return Boolean(window.axe)"):
            self.js(AXE.read_text(encoding="utf-8"))
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
        rows = [row["message"] for row in self.driver.get_log("browser") if row["level"] == "SEVERE"]
        return [row for row in rows if not all(part in row for part in HASTE)]

    def sideways(self) -> int:
        """By how many pixels the page can be scrolled sideways."""
        return int(self.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def close(self) -> None:
        self.driver.quit()
