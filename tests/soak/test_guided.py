"""The same readers with files that a fuzzer finds by itself, guided by the code that each of them reaches."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.domain.vouchers import readers
from tests.domain.vouchers.workbooks import HEAD, number, row, sheet, text

from .conftest import ROOT

pytestmark = pytest.mark.soak
SHEET = sheet(HEAD, row(text("WINS-FND"), text("ABCD1234"), number(46_811))).encode()


def fuzzed(what, runs, seed, folder):
    (folder / "good").write_bytes(SHEET if what == "codes, workbooks" else readers.READERS[what][1])
    command = [sys.executable, "-m", "tests.soak.guided", what, str(runs), str(seed), str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("what", readers.READERS)
def test_a_reader_never_crashes_whatever_the_fuzzer_finds(what, seed, times, measured, tmp_path):
    if not find_spec("atheris"):
        pytest.skip("atheris is not installed: make soak installs it")
    with measured(f"{what}: files found by coverage") as tried:
        done = fuzzed(what, times * 25, seed, tmp_path)
        assert done.returncode == 0, f"with the seed {seed}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        for _ in range(times * 25):
            tried()
