"""How fast the demo's clock runs: taken from the environment, checked, and said on every page as it is."""

import os
import subprocess
import sys

import pytest

from tests.line import python_path
from wins_xblocks.workbench.demo_time import factor_in


@pytest.mark.parametrize(
    ("text", "factor"), [(None, 600), ("", 600), ("120", 120), (" 6000 ", 6000), ("60000", 60_000)]
)
def test_the_factor_is_that_of_the_environment(text, factor):
    assert factor_in({} if text is None else {"WINS_DEMO_FACTOR": text}) == factor


@pytest.mark.parametrize(
    "text", ["1", "0", "-600", "60", "90", "601", "60060", "6e3", "600.0", "٦٠٠", "ten", "9" * 5000]
)
def test_what_no_page_could_say_truly_is_refused(text):
    with pytest.raises(ValueError, match=r"WINS_DEMO_FACTOR is .* multiple of 60 from 120 to 60000"):
        factor_in({"WINS_DEMO_FACTOR": text})


@pytest.mark.parametrize(("factor", "told"), [(120, "2 hours"), (600, "10 hours"), (6000, "100 hours")])
def test_the_frame_and_the_clock_say_the_factor_that_is_in_force(lena, settings, factor, told):
    settings.WINS_DEMO_TIME_FACTOR = factor
    course = "course-v1:WINS+FND+2026"
    unit = f"/courses/{course}/page/block-v1:WINS+FND+2026+type@vertical+block@foundation-u1-r1"
    assert f"1 minute counts as {told}." in lena.get("/").content.decode()
    assert f"Demo time: 1 minute counts as {told}." in lena.get(unit).content.decode()


def test_a_factor_that_is_none_is_told_in_one_line(tmp_path):
    own = {**os.environ, "WINS_HOST_HOME": str(tmp_path), "WINS_DEMO_FACTOR": "fast", "PYTHONPATH": python_path(),
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "wins_xblocks.workbench.settings"}  # fmt: skip
    command = [sys.executable, "-m", "wins_xblocks.workbench", "check"]
    done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("WINS_DEMO_FACTOR is 'fast'. Give the minutes")
    assert "Traceback" not in done.stderr
