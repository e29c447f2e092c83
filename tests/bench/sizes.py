"""Bytes that a block sends: its script and styles, as ``gzip -9`` leaves them."""

import gzip
from pathlib import Path

BLOCKS = {
    "wins_module": ["css/wins.css", "css/module.css"],
    "wins_study_time": ["css/wins.css", "css/study_time.css", "js/study_time.js"],
    "wins_quiz": ["css/wins.css", "css/quiz.css", "js/quiz.js"],
    "wins_exam_voucher": ["css/wins.css", "css/exam_voucher.css", "js/exam_voucher.js"],
}
MOST = 12 * 1024
CLOCK_MOST = 5 * 1024


def zipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9)) if path.exists() else 0


def figures(root: Path) -> dict[str, float]:
    folder = root / "static/wins_xblocks"
    found: dict[str, float] = {}
    for block, names in BLOCKS.items():
        found[f"bytes.{block}"] = sum(zipped(folder / name) for name in names)
        found[f"bytes.{block}.max"] = MOST
    found["bytes.clock_script"] = zipped(folder / "js/study_time.js")
    found["bytes.clock_script.max"] = CLOCK_MOST
    return found
