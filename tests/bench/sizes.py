"""Bytes that a block sends: its script and styles, as ``gzip -9`` leaves them."""

import gzip
from pathlib import Path

QUIZ = ("", "_answers", "_kept", "_steps", "_clock", "_check", "_report")  # what the learner's quiz is made of
EDITOR = ("", "_undo", "_list", "_find", "_kinds", "_told", "_preview", "_both", "_exchange", "_statistics")
# What each page of a block loads; the quiz editor is a page of its own, in Studio.
PAGES = {
    "wins_module": ["css/wins.css"],
    "wins_study_time": ["css/wins.css", "css/study_time.css", "js/study_time.js", "js/page_clock.js"],
    "wins_quiz": ["css/wins.css", "css/quiz.css", *(f"js/quiz{part}.js" for part in QUIZ)],
    "quiz_editor": [
        "css/wins.css", "css/quiz.css", "css/quiz_editor.css", *(f"js/quiz_editor{part}.js" for part in EDITOR),
    ],
    "wins_exam_voucher": ["css/wins.css", "css/exam_voucher.css", "js/exam_voucher.js"],
    "job": ["css/wins.css", "js/job.js"],
    "book_timer": ["css/wins.css", "css/timer.css", "js/timer_kept.js", "js/timer.js", "js/timer_worker.js"],
}  # fmt: skip
HOST_ONLY = {"css/host.css", "js/host.js"}  # no learner of an LMS loads these
MOST = 12 * 1024
# Where a learner works longest without a connection; and forms, files and tables of authors, in Studio.
MOST_OF = {"wins_quiz": 20 * 1024, "quiz_editor": 28 * 1024}  # the editor shows the learner's page, too
CLOCK_MOST = 5 * 1024
TIMER_MOST = 15 * 1024  # with its page, which a test of the view adds


def zipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def figures(root: Path) -> dict[str, float]:
    """Raises when a file is missing, or when one is sent that no page here counts."""
    folder = root / "static/wins_xblocks"
    sent = {path.relative_to(folder).as_posix() for kind in ("js", "css") for path in folder.rglob(f"*.{kind}")}
    if uncounted := sent - HOST_ONLY - {name for names in PAGES.values() for name in names}:
        raise LookupError(f"not counted for any page: {', '.join(sorted(uncounted))}")
    found: dict[str, float] = {}
    for page, names in PAGES.items():
        found[f"bytes.{page}"] = sum(zipped(folder / name) for name in names)
        found[f"bytes.{page}.max"] = MOST_OF.get(page, MOST)
    found["bytes.clock_script"] = zipped(folder / "js/study_time.js")
    found["bytes.clock_script.max"] = CLOCK_MOST
    return found
