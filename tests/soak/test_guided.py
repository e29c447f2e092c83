"""The same readers, and what learners send to quizzes, with inputs that a fuzzer finds by itself, guided by the code
that each of them reaches.
"""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from . import targets
from .conftest import ROOT

pytestmark = pytest.mark.soak


def fuzzed(what, runs, seed, folder):
    for number, good in enumerate(targets.TARGETS[what].good):
        (folder / f"good-{number}").write_bytes(good)
    command = [sys.executable, "-m", "tests.soak.guided", what, str(runs), str(seed), str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("what", targets.TARGETS)
def test_nothing_crashes_whatever_the_fuzzer_finds(what, seed, times, measured, tmp_path):
    if not find_spec("atheris"):
        pytest.skip("atheris is not installed: make soak installs it")
    runs = times * targets.TARGETS[what].share
    with measured(f"{what}: inputs found by coverage") as tried:
        done = fuzzed(what, runs, seed, tmp_path)
        assert done.returncode == 0, f"with the seed {seed}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        for _ in range(runs):
            tried()


def test_questions_and_answers_are_tried_a_million_times():
    assert sum(one.share for one in targets.NEW.values()) * 20_000 == 1_000_000
