"""The question editor with 500 and with 2,000 questions in a real Chromium: how long it takes to open, and from a key
to what is painted. Prints JSON.

Opening is from the request of the page to the first picture with the whole list. Keys are pressed one by one in a
question's text; the browser's own Event Timing tells from the key to the next picture, in steps of 8 ms. What takes
less than 16 ms it does not tell, and counts as 16 here.
"""

import json
import math
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.servers import run
from tests.browser.hosting import Host, command
from tests.browser.places import EDITOR

QUESTIONS, MANY, TIMES, KEYS = 500, 2000, 5, 200
OPEN_MOST, KEY_MOST = 1500, 100  # ms
QUICK = 16
KINDS = ("single", "multiple", "truefalse", "matching", "numeric")
NEEDED = ("chromium", "chromedriver")

STORE = """
import html, json, re
from django.contrib.auth import get_user_model
from django.test import Client
arno = Client(SERVER_NAME="127.0.0.1")
arno.force_login(get_user_model().objects.get(username="arno"))
page = arno.get("EDITOR").content.decode()
args = json.loads(html.unescape(re.search(r'data-args="([^"]*)"', page)[1]))
sent = {**args["quiz"], "bank": json.load(open("BANK"))}
answer = arno.post(args["urls"]["save_quiz"], json.dumps(sent), content_type="application/json")
assert answer.status_code == 200, answer.content[:500]
"""
OPENED = """
const ready = () => document.querySelectorAll('[data-questions] > li').length === COUNT;
const painted = () => requestAnimationFrame(() => setTimeout(() => { window.__opened = performance.now(); }));
const look = () => { if (ready()) { painted(); } else { requestAnimationFrame(look); } };
requestAnimationFrame(look);
"""
WATCH = """
window.__keys = [];
new PerformanceObserver((list) => {
  list.getEntries().forEach((one) => { if (one.name === 'keydown') { window.__keys.push(one.duration); } });
}).observe({type: 'event', durationThreshold: 16, buffered: false});
"""


def body(number: int, kind: str) -> dict[str, object]:
    """What a question of this kind has beside what each has."""
    options = [
        {"id": letter, "text": f"Answer {letter} to question {number}, of a usual length", "correct": letter == "a"}
        for letter in "abcd"
    ]
    if kind == "multiple":
        options[1]["correct"] = True
    pairs = [{"id": letter, "left": f"Left {letter} of {number}", "right": f"Right {letter}"} for letter in "abc"]
    return {
        "single": {"options": options}, "multiple": {"options": options, "credit": "part"},
        "truefalse": {"answer": number % 2 == 0}, "matching": {"pairs": pairs, "credit": "part"},
        "numeric": {"answer": {"value": str(number), "tolerance": "5 %", "unit": "GBq"}},
    }[kind]  # fmt: skip


def bank(count: int) -> dict[str, object]:
    """Questions of every kind, some with a problem; with objectives, cases and a blueprint."""
    items = [
        {
            "id": f"bench-{number}", "kind": kind, "objective": f"o{number % 20}",
            "stem": "" if number % 50 == 7 else f"Question number {number} of the bench: " + "what holds here? " * 8,
            "rationale": "It is so because of the reason that stands here. " * 4,
            "category": f"Category {number % 8}", "difficulty": ("easy", "medium", "hard")[number % 3],
            **({"case": f"case-{number % 5}"} if number % 9 == 0 else {}), **body(number, kind),
        }
        for number in range(count) for kind in [KINDS[number % len(KINDS)]]
    ]  # fmt: skip
    return {
        "bank_id": "bench", "items": items,
        "objectives": [{"id": f"o{number}", "text": f"Objective {number}"} for number in range(20)],
        "cases": [{"id": f"case-{number}", "stem": "A site has two fences. " * 20} for number in range(5)],
        "blueprint": [{"category": f"Category {number}", "difficulty": "", "count": 3} for number in range(8)],
    }  # fmt: skip


def opens(browser, count: int) -> list[float]:
    """Milliseconds of each opening but the first."""
    script = OPENED.replace("COUNT", str(count))
    added = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=script)["identifier"]
    took = []
    for _ in range(TIMES + 1):
        browser.open(EDITOR)
        took.append(float(browser.until(lambda: browser.js("return window.__opened"), "the list", 60)))
    browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=added)
    return took[1:]


def keys(browser, count: int) -> list[float]:
    """From key to picture, in a text in the middle of the list while twenty other questions are open."""
    edits = "return [...document.querySelectorAll('[data-questions] > li [data-do=edit]')]"
    browser.js(
        edits.replace("return ", "") + ".slice(arguments[0], arguments[0] + 20).forEach((one) => one.click())", 0
    )
    middle = browser.js(edits)[count // 2]
    browser.js("arguments[0].click()", middle)
    browser.js("arguments[0].closest('li').querySelector('[data-item=stem]').focus()", middle)
    browser.js(WATCH)
    for number in range(KEYS):
        letter = "abcdefghij "[number % 11]
        own = {"key": letter, "text": letter, "windowsVirtualKeyCode": ord(letter.upper())}
        browser.cdp("Input.dispatchKeyEvent", type="keyDown", **own)
        browser.cdp("Input.dispatchKeyEvent", type="keyUp", **{name: own[name] for name in own if name != "text"})
        time.sleep(0.03)
    time.sleep(0.5)
    slow = [float(one) for one in browser.js("return window.__keys")]
    assert browser.js("return document.activeElement.value.includes('abcdefghij abcdefghij')"), (
        "the keys did not arrive"
    )
    return slow + [QUICK] * max(KEYS - len(slow), 0)


def p95(values: list[float]) -> float:
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def stored(host: Host, count: int) -> None:
    """The bank in the block's own field."""
    file = host.home / "bank.json"
    file.write_text(json.dumps(bank(count)))
    host.run(STORE.replace("EDITOR", EDITOR).replace("BANK", str(file)))


def measured() -> dict[str, float]:
    from tests.browser.chromium import Browser

    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "furnished"
        (home / "states").mkdir(parents=True)
        command(home, "-m", "course_export", "build", "--out", str(home / "dist"))
        command(home, "-m", "wins_xblocks.workbench", "demo")
        (home / "states/sessions.json").write_text("{}")  # people sign in by the page
        host = Host(home, Path(folder) / "host")
        host.start(again=True)
        browser = Browser(host.url)
        try:
            browser.reset(host.url)
            browser.log_in("arno")
            for count, name in ((QUESTIONS, "editor"), (MANY, "editor.many")):
                stored(host, count)
                found[f"{name}.open_ms"] = statistics.median(opens(browser, count))
                found[f"{name}.key_p95_ms"] = p95(keys(browser, count))
        finally:
            browser.close()
            host.stop()
    return found


def figures(root: Path) -> dict[str, float]:
    if missing := [name for name in NEEDED if not shutil.which(name)]:
        print(f"not measured: the question editor ({', '.join(missing)} is not installed)")
        return {}
    bounds = {"editor.open_ms.max": OPEN_MOST, "editor.key_p95_ms.max": KEY_MOST}
    bounds |= {"editor.many.open_ms.max": 2 * OPEN_MOST, "editor.many.key_p95_ms.max": KEY_MOST}
    return run("tests.bench.editor", root) | bounds


if __name__ == "__main__":
    json.dump(measured(), sys.stdout)
