"""The suite as ``make`` starts it: on the wheel of this very folder, among the releases of one line of Open edX."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import course_export
import wins_xblocks
from tests.line import LINE, ROOT
from tests.plugin.test_wheel import promised

pytestmark = pytest.mark.skipif(not LINE, reason="typed by hand: on the folder, not on the installed wheel")
PACKAGES = Path(wins_xblocks.__file__).parents[1]


def test_both_packages_come_from_the_environment_also_in_processes_of_their_own():
    assert PACKAGES.name == "site-packages"
    assert Path(course_export.__file__).parents[1] == PACKAGES
    code = "import wins_xblocks, course_export, tests; print(wins_xblocks.__file__, course_export.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [wins_xblocks.__file__, course_export.__file__]


def installed_otherwise(packages: Path) -> set[str]:
    """Files of the folder that are not there, byte for byte."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in tracked.splitlines() if (ROOT / name).exists()]
    return {
        place for name in names for place in promised([name])
        if not (packages / place).is_file() or (packages / place).read_bytes() != (ROOT / name).read_bytes()
    }  # fmt: skip


def test_what_is_installed_is_this_folder():
    assert installed_otherwise(PACKAGES) == set()


def test_an_older_wheel_would_be_seen(tmp_path):
    assert "wins_xblocks/apps.py" in installed_otherwise(tmp_path)


def test_every_release_is_the_lines_own():
    lines = (ROOT / f"tests/lines/{LINE}.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    assert {"xblock", "xblock-sdk", "openedx-filters", "openedx-events"} <= {one.name.lower() for one in wanted}
    assert not [f"{one}: {version(one.name)}" for one in wanted if not one.specifier.contains(version(one.name))]
