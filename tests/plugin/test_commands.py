"""The commands on machines that lack something: a clear line and the right end. Nothing is installed or run here."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests import run
from tests.bench import sizes
from tests.soak import figures

ROOT = Path(__file__).resolve().parents[2]
PLAIN = ("sh", "env", "dirname", "cat")  # what the scripts themselves need of a machine


def program(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path):
    """A folder to be the whole PATH: a shell and nothing of what the suite needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in (*PLAIN, "bash"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def go(*command, path: Path, **more: str) -> subprocess.CompletedProcess:
    environment = {"PATH": str(path), "HOME": str(path), "PYENV_ROOT": str(path / "pyenv"), **more}
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def make(command: str, python: Path) -> subprocess.CompletedProcess:
    """As typed by hand, also when the suite itself was started by make."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", command, f"PYTHON={python}"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", ["run", "test"])
def test_make_with_another_python_says_one_line_and_stops(command, tmp_path):
    old = program(tmp_path, "python3.13", 'case "$*" in *%d.%d*) echo 3.13;; *) exit 7;; esac')
    done = make(command, old)
    assert done.returncode != 0
    said = done.stdout.splitlines()
    assert len(said) == 1, done.stdout
    assert f"needs Python 3.11 or 3.12; {old} is 3.13" in said[0]
    assert f"make {command} PYTHON=" in said[0]
    assert "Error 1" in done.stderr
    assert not (ROOT / ".venv/3.13").exists()


def test_make_with_an_unknown_line_names_those_that_are_known():
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        ["make", "quick", "LINE=nothing"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "LINE=nothing is not known. Take one of: " in done.stderr
    assert all(name in done.stderr for name in ("teak", "ulmo", "verawood", "newest"))


def test_make_without_any_python_says_so(tmp_path):
    done = make("run", tmp_path / "none")
    assert done.returncode != 0
    assert "needs Python 3.11 or 3.12; neither was found" in done.stdout


def packages(bare: Path, uid: int, **more: str) -> subprocess.CompletedProcess:
    program(bare, "id", f"echo {uid}")
    return go("sh", ROOT / "tests/system_packages.sh", sys.executable, path=bare, **more)


@pytest.fixture
def apt(bare):
    """An apt-get and a sudo that only write down what they are asked."""
    told = bare / "told"
    program(bare, "apt-get", f'echo "$@" >> {told}')
    program(bare, "sudo", f'echo sudo >> {told}; exec "$@"')
    return lambda: told.read_text().splitlines() if told.exists() else []


INSTALL = "apt-get install -y --no-install-recommends chromium chromium-driver"


def test_somebody_who_is_not_asked_gets_the_one_command(bare, apt):
    done = packages(bare, 1000)
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if f"sudo {INSTALL}" in line]
    assert apt() == []


def test_in_ci_what_is_missing_has_failed(bare, apt):
    done = packages(bare, 1000, CI="true")
    assert done.returncode == 1
    assert "missing means failed" in done.stderr
    assert apt() == []


@pytest.mark.parametrize(("uid", "more", "sudo"), [(0, {}, []), (1000, {"YES": "1"}, ["sudo"])])
def test_root_and_who_said_yes_get_it_installed(bare, apt, uid, more, sudo):
    done = packages(bare, uid, CI="true", **more)
    assert done.returncode == 0, done.stderr
    told = apt()
    assert told[: 1 + len(sudo)] == [*sudo, "update -qq"]
    assert told[-1].startswith(INSTALL.removeprefix("apt-get "))
    assert "nodejs npm gettext" in told[-1]


def test_an_installation_that_fails_is_said(bare, apt):
    program(bare, "apt-get", "exit 100")
    assert packages(bare, 0).returncode == 0
    done = packages(bare, 0, CI="true")
    assert done.returncode == 1
    assert "did not work" in done.stderr


def test_a_machine_that_has_everything_is_left_alone(bare, apt):
    for name in ("chromium", "chromedriver", "mariadbd", "postgres", "node", "npm", "msgfmt", "xgettext"):
        program(bare, name, "exit 1")
    done = packages(bare, 0, CI="true")
    assert (done.returncode, done.stdout, done.stderr, apt()) == (0, "", "", [])


@pytest.fixture
def suite(monkeypatch):
    """tests/run.py whose parts all pass unrun; answers what it was asked to run."""
    asked: list[str] = []
    monkeypatch.setattr(run, "step", lambda name, *_command: asked.append(name) or True)
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    return asked


@pytest.mark.parametrize(("ci", "status"), [(False, 0), (True, 1)])
def test_the_suite_says_what_did_not_run_and_in_ci_fails_then(suite, monkeypatch, capsys, tmp_path, ci, status):
    monkeypatch.setattr(run, "CI", ci)
    monkeypatch.setattr(run, "HERE", tmp_path)  # where no axe-core was fetched before
    assert run.main() == status
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("did not run: ")]
    assert [word for word in ("axe-core", "node") if any(word in line.split(":")[1] for line in said)] == [
        "axe-core", "node",
    ]  # fmt: skip
    assert sorted(suite) == sorted([*run.PARTS, "the embedded host"])


def test_every_folder_of_tests_belongs_to_one_part():
    """Else what is new would be run by hand only."""
    holds = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    folders = [one for part in run.PARTS.values() for one in part]
    assert sorted(holds - {"host"}) == sorted(one for one in folders if "/" not in one)
    assert all((ROOT / "tests" / one).exists() for one in (*folders, *run.LONG, *run.STILL))


def ignored(asked):
    return {word.removeprefix("--ignore=tests/") for word in asked if word.startswith("--ignore=")}


def test_the_quick_form_runs_blocks_plugin_and_host(monkeypatch):
    asked = []
    monkeypatch.setattr(run, "step", lambda _name, *command: asked.append(command) or True)
    assert run.main(quick=True) == 0
    found = {command[-1]: command[len(run.PYTEST) :] for command in asked}
    assert sorted(found) == ["tests/host", "tests/plugin"]
    assert found["tests/host"] == ("-c", "tests/host/pytest.ini", "tests/host")
    assert found["tests/plugin"][-2] == "tests/blocks"
    assert ignored(found["tests/plugin"]) == {*run.LONG, *run.STILL}


def test_the_second_python_runs_all_but_browsers_and_what_plays_for_long():
    whole, second = (run.parts(quick=False, second=second) for second in (False, True))
    assert list(second) == [name for name in whole if "browser" not in name]
    assert all(ignored(asked) == set(run.LONG) for name, asked in second.items() if name != "the embedded host")
    assert second["races and simulation"][-2:] == ("tests/races", "tests/soak")


def test_the_whole_suite_leaves_nothing_out_and_runs_nothing_twice():
    whole = run.parts(quick=False, second=False)
    left = {name: ignored(asked) for name, asked in whole.items() if ignored(asked)}
    each = {"browser/test_every_page.py", "browser/test_every_button.py"}
    assert left == {"walks in the browser": each}
    assert each < {one.removeprefix("tests/") for asked in whole.values() for one in asked if one[0] != "-"}


@pytest.mark.parametrize("bad", ["the embedded host", *run.PARTS])
def test_a_part_that_fails_fails_the_suite(suite, monkeypatch, bad):
    monkeypatch.setattr(run, "axe", lambda: True)
    monkeypatch.setattr(run, "step", lambda name, *_command: name != bad)
    assert run.main() == 1


def test_ci_is_read_from_the_environment():
    code = "from tests import run; print(run.CI)"
    said = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "CI": value}, capture_output=True, text=True,
            check=True,
        ).stdout.strip()
        for value in ("true", "")
    ]  # fmt: skip
    assert said == ["True", "False"]


def pythons(bare: Path, *versions: str) -> Path:
    """Interpreters that know their version only, and a make that writes down its arguments."""
    for version in versions:
        program(bare, f"python{version}", f'case "$2" in *"!= \'{version}\'"*) exit 0;; esac; exit 1')
    told = bare / "make-told"
    program(bare, "make", f'echo "$CI $@" >> {told}')
    return told


BOTH = {
    "3.11": ["true test PYTHON=python3.11", "true quick PYTHON=python3.11 LINE=ulmo"],
    "3.12": ["true test PYTHON=python3.12 ONLY=--second", "true quick PYTHON=python3.12 LINE=newest"],
}


def test_ci_runs_the_suite_on_both_pythons_and_all_four_lines(bare):
    told = pythons(bare, "3.11", "3.12")
    done = go(ROOT / ".ci/run", path=bare)
    assert done.returncode == 0, done.stderr
    assert told.read_text().splitlines() == BOTH["3.11"] + BOTH["3.12"]


@pytest.mark.parametrize("present", ["3.11", "3.12"])
def test_ci_without_the_second_python_fails_and_says_which(bare, present):
    missing = {"3.11": "3.12", "3.12": "3.11"}[present]
    told = pythons(bare, present)
    done = go(ROOT / ".ci/run", path=bare)
    assert done.returncode == 1
    assert f"Python {missing} is missing" in done.stdout
    assert told.read_text().splitlines() == BOTH[present]


@pytest.mark.parametrize("bad", ["test*3.11*", "test*3.12*", "quick*ulmo", "quick*newest"])
def test_ci_fails_when_one_of_the_suites_does(bare, bad):
    told = pythons(bare, "3.11", "3.12")
    program(bare, "make", f'echo "$@" >> {told}; case "$*" in {bad}) exit 2;; esac')
    assert go(ROOT / ".ci/run", path=bare).returncode == 1
    assert len(told.read_text().splitlines()) == 4


@pytest.fixture
def sent(tmp_path):
    """A copy of what the blocks send."""
    shutil.copytree(ROOT / "static", tmp_path / "static")
    return tmp_path


def test_what_the_blocks_send_is_within_its_bounds(sent):
    figures = sizes.figures(sent)
    assert {f"bytes.{page}" for page in sizes.PAGES} < set(figures)
    assert [name for name, value in figures.items() if value > figures.get(f"{name}.max", value) or not value] == []


def test_a_file_that_is_missing_or_not_counted_stops_the_bench(sent):
    (sent / "static/wins_xblocks/js/more.js").touch()
    with pytest.raises(LookupError, match=r"js/more\.js"):
        sizes.figures(sent)
    (sent / "static/wins_xblocks/js/more.js").rename(sent / "away.js")
    (sent / "static/wins_xblocks/css/quiz.css").unlink()
    with pytest.raises(FileNotFoundError, match=r"quiz\.css"):
        sizes.figures(sent)


def test_figures_replace_their_own_section_only():
    new = figures.section(ROOT, 7, [("beats", 1000, 2.4)], date(2027, 3, 1))
    assert "| beats | 1,000 | 2 | none |" in new
    assert all(word in new for word in ("2027-03-01", "cores", "seed 7", "commit "))
    first = figures.entered("", new)
    assert first.startswith("# Figures\n")
    walked = figures.bounded("Walk", ROOT, 7, [("both modules, seconds", 512.3, 600)], date(2027, 3, 1))
    assert "| both modules, seconds | 512 | 600 |" in walked
    assert figures.entered(first, walked) == first + "\n" + walked, "sections of other headings stay"
    both = first + "\n## Bench\n\nfast\n"
    assert figures.entered(both, new.replace("1,000", "2,000")) == both.replace("1,000", "2,000")


def test_long_runs_are_left_out_unless_asked_for():
    collected = [
        subprocess.run(
            [sys.executable, "-m", "pytest", "tests/soak", "-m", "soak", "--collect-only"], cwd=ROOT,
            env={**os.environ, "WINS_SOAK": asked}, capture_output=True, text=True, check=False,
        ).stdout.count("test_soak.py::")
        for asked in ("1", "")
    ]  # fmt: skip
    assert collected == [4, 0]
