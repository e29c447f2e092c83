"""The README's pictures, taken from a real host: ``make screenshots``. Every page: ``… FOLDER --all``."""

import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import Browser
from tests.browser.hosting import Host, furnish
from tests.browser.places import PLACES, opened
from tests.line import ROOT

README = {
    "path": "lena: path, step 3",
    "reading": "lena: reading",
    "test": "lena: test, result",
    "voucher": "lena: vouchers, issued",
    "editor": "arno: edit wins_quiz",
    "desk": "ada: desk",
}
TALLEST = 1400


def take(browser: Browser, host: Host, place, file: Path) -> None:
    browser.width(1100, 900)
    opened(browser, host, place)
    height = browser.js("return document.documentElement.scrollHeight")
    browser.width(1100, max(600, min(int(height), TALLEST)))
    browser.driver.save_screenshot(str(file))


def main() -> None:
    words = sys.argv[1:]
    folder = Path(next((word for word in words if not word.startswith("-")), ROOT / "docs/img"))
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {place.name: place for place in PLACES}
    names = {name.translate({32: "_", 58: None, 44: None}): name for name in wanted} if "--all" in words else README
    with tempfile.TemporaryDirectory() as home:
        furnished = Path(home) / "furnished"
        furnished.mkdir()
        host = Host(furnish(furnished), Path(home) / "host")
        host.start()
        browser = Browser(host.url)
        try:
            for file, name in names.items():
                browser.reset(host.url)
                take(browser, host, wanted[name], folder / f"{file}.png")
        finally:
            browser.close()
            host.stop()


if __name__ == "__main__":
    main()
