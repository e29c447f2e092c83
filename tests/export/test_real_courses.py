"""The ten courses as shipped: built, checked by us and by olxcleaner, within their budget."""

import os
import resource
import subprocess
import sys
import tarfile
from pathlib import Path

import olxcleaner
import pytest

from course_export import archive, outline
from course_export.__main__ import main
from course_export.check import check
from course_export.olx import BLOCKS

from .tiny import PROGRAMME

ROOT = Path(__file__).parents[2]
MODULES = [module.id for module in PROGRAMME.modules]
SECONDS, MEGABYTES = 3, 150


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    """All ten built in a process of their own, which must stay within the budget."""
    out = tmp_path_factory.mktemp("dist")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "course_export", "build", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent <= SECONDS, f"building took {spent:.1f} s of processor time"
    return out


def test_there_are_a_foundation_and_nine_electives(dist):
    assert len(MODULES) == 10
    assert sorted(path.name for path in dist.iterdir()) == sorted(f"{module}.tar.gz" for module in MODULES)


def test_building_all_stays_within_its_memory(dist):
    """Its own peak: what ``getrusage`` tells a child includes the process that started it."""
    code = (
        "import sys; from course_export.__main__ import main;"
        "assert main(['build', '--out', sys.argv[1]]) == 0;"
        "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    command = [sys.executable, "-c", code, str(dist)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert int(done.stdout.splitlines()[-1]) <= MEGABYTES * 1024


@pytest.mark.parametrize("module", MODULES)
def test_a_shipped_course_passes_our_check(module, dist, capsys):
    assert main(["check", str(dist / f"{module}.tar.gz")]) == 0

    assert "all is well" in capsys.readouterr().out


@pytest.mark.parametrize("module", MODULES)
def test_olxcleaner_finds_nothing_in_a_shipped_course(module, dist, tmp_path):
    with tarfile.open(dist / f"{module}.tar.gz") as tar:
        tar.extractall(tmp_path, filter="data")

    _, errors, names = olxcleaner.validate(str(tmp_path / "course"), steps=8, ignore=[], allowed_xblocks=list(BLOCKS))

    assert [(error.level, error.name, error.description) for error in errors.errors] == []
    assert len(names) > 20


@pytest.mark.parametrize("module", MODULES)
def test_a_shipped_course_has_five_units_and_all_four_blocks(module, dist):
    files = archive.read(dist / f"{module}.tar.gz")
    course = outline.read(files).course
    report = check(files, PROGRAMME)

    assert [chapter.name for chapter in course.children][1:6] == [f"{module}-u{number}" for number in range(1, 6)]
    assert all(any(course.each(block)) for block in BLOCKS)
    assert len(report.quizzes) == 6
    assert report.counts.exercises == (5 if module == "foundation" else 0)


def test_the_foundation_test_draws_from_every_objective(dist):
    report = check(archive.read(dist / "foundation.tar.gz"), PROGRAMME)
    (test,) = [quiz for quiz in report.quizzes if quiz.rules.purpose == "test"]

    assert (test.rules.draw, test.rules.draw_by) == (40, "objective")
    assert {item.objective for item in test.bank.items} == {objective.id for objective in test.bank.objectives}
