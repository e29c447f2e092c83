"""The ten courses as shipped: built, checked by us and by olxcleaner, within their budget."""

import os
import re
import resource
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import olxcleaner
import pytest

from course_export import archive, content, outline
from course_export.__main__ import main
from course_export.check import check
from course_export.markdown import to_html, words
from course_export.olx import BLOCKS

from .tiny import PROGRAMME

ROOT = Path(__file__).parents[2]
MODULES = [module.id for module in PROGRAMME.modules]
SECONDS, MEGABYTES = 3, 150
MEASURABLE = {  # what an examiner can see somebody do; nobody can see "understand", "know", "learn" or "appreciate"
    "Apply", "Assign", "Compare", "Decide", "Describe", "Design", "Distinguish", "Evaluate", "Explain", "Identify",
    "Justify", "List", "Plan", "Select", "Specify", "Trace", "Use",
}  # fmt: skip
SOURCE = re.compile(r"^- .*(Security Series No\. \d|CPPNM|Physical Protection of Nuclear Material|resolution \d)", re.M)


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


def shipped(module: str) -> content.Content:
    found = PROGRAMME.module(module)
    assert found
    return content.load(found)


def lacks(course: content.Content, foundation: bool) -> list[str]:
    """What the issue asks of the content of a module and ``course`` does not have."""
    found = [f"{len(course.units)} units"] if len(course.units) != 5 else []
    for unit in course.units:
        found += [f"{unit.id}: {what}" for what in (_foundation(unit) if foundation else _elective(unit))]
        found += [f"{o.id}: {o.text}" for o in unit.objectives if o.text.split()[0].rstrip(",") not in MEASURABLE]
        found += [f"{item.id}: no rationale" for item in unit.quiz if words(item.rationale) < 5]
    if len(course.module_test) < (48 if foundation else 10):
        found.append(f"a bank of {len(course.module_test)}")
    return found


def _foundation(unit: content.Unit):
    if not 2 <= len(unit.readings) <= 4:
        yield f"{len(unit.readings)} readings"
    for page in unit.readings:
        if not 400 <= (size := words(to_html(page.body))) <= 650:
            yield f"{page.title}: {size} words"
        if not SOURCE.search(page.body.partition("## Sources")[2]):
            yield f"{page.title}: names no source"
    if unit.exercise is None or words(to_html(unit.exercise.body)) < 100:
        yield "no exercise"
    if len(unit.quiz) < 8:
        yield f"{len(unit.quiz)} questions"


def _elective(unit: content.Unit):
    if len(unit.readings) != 1 or words(to_html(unit.readings[0].body)) < 150:
        yield "no outline text"
    if len(unit.quiz) != 3:
        yield f"{len(unit.quiz)} questions"


@pytest.mark.parametrize("module", MODULES)
def test_shipped_content_has_what_the_programme_promises(module):
    assert lacks(shipped(module), module == "foundation") == []


def test_the_foundation_names_the_public_sources_it_stands_on():
    text = "".join(page.body for unit in shipped("foundation").units for page in unit.readings)

    assert "INFCIRC/225/Revision 5" in text
    assert re.search(r"CPPNM|Convention on the Physical Protection of Nuclear Material", text)
    assert "Amendment" in text
    assert len(set(re.findall(r"Nuclear Security Series No\. [\d-]+", text))) >= 5


@pytest.mark.parametrize("module", MODULES)
def test_the_module_test_of_an_elective_asks_all_and_every_question_says_why(module, dist):
    report = check(archive.read(dist / f"{module}.tar.gz"), PROGRAMME)
    (test,) = [quiz for quiz in report.quizzes if quiz.rules.purpose == "test"]

    assert test.asked == (40 if module == "foundation" else len(test.bank.items))
    assert all(words(item.rationale) >= 5 for quiz in report.quizzes for item in quiz.bank.items)


UNIT = shipped("foundation").units[0]
PAGE = UNIT.readings[0]
BROKEN = {
    "u1: 1 readings": {"readings": (PAGE,)},
    "u1: 5 readings": {"readings": (PAGE,) * 5},
    "words": {"readings": (replace(PAGE, body="short\n## Sources\n- CPPNM"), PAGE)},
    "names no source": {"readings": (replace(PAGE, body=PAGE.body.replace("## Sources", "## More")), PAGE)},
    "no exercise": {"exercise": None},
    "7 questions": {"quiz": UNIT.quiz[:7]},
    "no rationale": {"quiz": (UNIT.quiz[0].model_copy(update={"rationale": "Because."}), *UNIT.quiz[1:])},
    "Understand": {"objectives": (UNIT.objectives[0].model_copy(update={"text": "Understand security."}),)},
}


@pytest.mark.parametrize(("told", "change"), BROKEN.items())
def test_content_that_lacks_something_is_seen(told, change):
    course = shipped("foundation")
    broken = replace(course, units=(replace(UNIT, **change), *course.units[1:]))

    assert [line for line in lacks(broken, foundation=True) if told in line]


def test_too_few_units_or_questions_are_seen():
    course, elective = shipped("foundation"), shipped("regulation")

    assert lacks(replace(course, units=course.units[:4]), True) == ["4 units"]
    assert lacks(replace(course, module_test=course.module_test[:47]), True) == ["a bank of 47"]
    assert lacks(replace(elective, module_test=elective.module_test[:9]), False) == ["a bank of 9"]
    short = replace(elective.units[0], readings=(content.Page("Outline", "To come."),), quiz=UNIT.quiz)
    assert lacks(replace(elective, units=(short, *elective.units[1:])), False) == [
        "u1: no outline text", f"u1: {len(UNIT.quiz)} questions",
    ]  # fmt: skip
