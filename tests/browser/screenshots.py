"""The pictures of README and docs/desk.md, from a real host: ``make screenshots``. Every page: ``… FOLDER --all``."""

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
# Every page of the desk, for docs/desk.md; a test sees that none is missing.
DESK = {
    "ready": "ada: get ready", "waiting": "ada: desk, people wait", "next": "ada: next: book hours",
    "learners": "ada: learners", "learner": "ada: one learner, vouchers", "record": "ada: study record, book hours",
    "accept-hours": "ada: accept hours, the effect", "take-out": "ada: take time out", "tries": "ada: give tries",
    "quiz-banks": "ada: quizzes", "quiz-bank": "ada: quiz, its answers",
    "correct-key": "ada: correct a key, what it does", "corrections": "ada: corrections",
    "correction": "ada: one correction",
    "quizzes": "ada: no try left", "reported": "ada: reported questions", "reported-question": "ada: reported question",
    "hints": "ada: hints", "hint": "ada: hint",
    "time": "ada: give time",
    "place": "ada: give a place", "issue": "ada: issue a voucher", "book-hours": "ada: book hours",
    "book-entry": "ada: book hours, one entry", "question": "ada: question about study time", "request": "ada: request",
    "vouchers": "ada: pool", "import": "ada: import, good file", "voucher": "ada: voucher",
    "find": "ada: find a voucher",
    "take-back": "ada: take back", "many": "ada: many at once", "jobs": "ada: jobs", "job": "ada: job, runs",
    "results": "ada: results, rows wait", "result-row": "ada: results, whose a row is",
    "result-find": "ada: results, find", "result": "ada: result, passed", "result-entry": "ada: results, the entry",
    "policies": "ada: policies", "policy-change": "ada: change the rules, what they do", "reports": "ada: reports",
    "report": "ada: report, vouchers", "mails": "ada: mails", "mail": "ada: mail, as it will be read",
    "mail-log": "ada: mails that were sent", "audit": "ada: audit",
}  # fmt: skip
TALLEST = 1400
PICTURES = {**README, **{f"desk/{name}": place for name, place in DESK.items()}}


def take(browser: Browser, host: Host, place, file: Path) -> None:
    browser.width(1100, 900)
    opened(browser, host, place)
    height = browser.js("return document.documentElement.scrollHeight")
    browser.width(1100, max(600, min(int(height), TALLEST)))
    browser.driver.save_screenshot(str(file))


def main() -> None:
    words = sys.argv[1:]
    only = [word.removeprefix("--only=") for word in words if word.startswith("--only=")]
    folder = Path(next((word for word in words if not word.startswith("-")), ROOT / "docs/img"))
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {place.name: place for place in PLACES}
    names = {name.translate({32: "_", 58: None, 44: None}): name for name in wanted} if "--all" in words else PICTURES
    with tempfile.TemporaryDirectory() as home:
        furnished = Path(home) / "furnished"
        furnished.mkdir()
        host = Host(furnish(furnished), Path(home) / "host")
        host.start()
        browser = Browser(host.url)
        try:
            for file, name in names.items():
                if only and file not in only:
                    continue
                browser.reset(host.url)
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                take(browser, host, wanted[name], folder / f"{file}.png")
        finally:
            browser.close()
            host.stop()


if __name__ == "__main__":
    main()
