"""The command line: what it prints, what it refuses, what it leaves behind."""

import os
import subprocess
import sys

import pytest
import yaml

from course_export.__main__ import main
from tests.line import python_path
from wins_xblocks.domain.programme.loader import SHIPPED

from .tiny import Draft, question


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_build_then_check(tmp_path, capsys):
    content = Draft().write(tmp_path / "content")

    assert run("--content", content, "build", "--module", "regulation", "--out", tmp_path / "dist") == 0
    assert run("check", tmp_path / "dist" / "regulation.tar.gz") == 0

    said = capsys.readouterr()
    assert said.err == ""
    assert "WINS+REG+2026" in said.out
    assert "regulation.tar.gz: all is well" in said.out


def test_list_names_every_module_and_says_what_is_a_working_title(tmp_path, capsys):
    assert run("--content", Draft().write(tmp_path), "list") == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0].split() == ["foundation", "WINS+FND+2026", "Foundation", "Module", "no", "content", "yet"]
    assert lines[2].endswith("Nuclear Security Regulation")
    assert sum("(working title)" in line for line in lines) == 5


def test_an_unknown_module_is_told_in_one_line(tmp_path, capsys):
    assert run("build", "--module", "poetry", "--out", tmp_path) == 1

    assert capsys.readouterr().err.startswith("poetry: there is no such module; the programme has foundation, ")


def test_broken_content_leaves_no_archive(tmp_path, capsys):
    draft = Draft()
    del draft.unit["title"]
    content = draft.write(tmp_path / "content")

    assert run("--content", content, "build", "--module", "regulation", "--out", tmp_path / "dist") == 1

    assert capsys.readouterr().err == f"{content}/regulation/module.yaml: units.0.title: Field required\n"
    assert not (tmp_path / "dist").exists()


def test_a_course_that_the_check_refuses_is_not_written(tmp_path, capsys):
    content = Draft("foundation", test=[question("t1", "Alone?")]).write(tmp_path / "content")

    assert run("--content", content, "build", "--module", "foundation", "--out", tmp_path / "dist") == 1

    assert "foundation-test: draws 40 questions, the bank has 1" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()


def test_one_broken_module_stops_all(tmp_path, capsys):
    assert run("--content", Draft().write(tmp_path / "content"), "build", "--out", tmp_path / "dist") == 1

    assert "foundation/module.yaml: cannot be read: No such file" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()


PROGRAMMES = {
    "not there": (None, "programme.yaml: cannot be read: No such file or directory"),
    "not YAML": ("[", "programme.yaml: line 1: is not YAML: "),
    "a day that does not exist": ("effective: 2026-99-99", "programme.yaml: line 1: effective: month must be in 1..12"),
    "a field is missing": ("version: 1", "programme.yaml: line 1: effective: is missing; line 1: reason: is missing; "),
}


@pytest.mark.parametrize(("text", "told"), PROGRAMMES.values(), ids=PROGRAMMES)
def test_a_broken_programme_is_told_with_file_place_and_reason(text, told, tmp_path, capsys):
    path = tmp_path / "programme.yaml"
    if text is not None:
        path.write_text(text)

    assert run("--programme", path, "list") == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(str(path))
    assert told in line


def test_hours_and_pass_mark_come_from_the_programme(tmp_path, capsys):
    rules = yaml.safe_load(SHIPPED.read_text("utf-8"))
    rules["modules"][2]["nominal_hours"] = 41
    rules["policies"]["module_test"]["pass_percent"] = 80
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules))
    draft = Draft()
    draft.unit["expected_hours"] = 41
    draft.plan["hours"]["textbook"]["hours"] = 26
    draft.plan["textbook"]["pages"] = 310
    content = draft.write(tmp_path / "content")
    chosen = ("--programme", tmp_path / "rules.yaml", "--content", content)

    assert run(*chosen, "build", "--module", "regulation", "--out", tmp_path) == 0
    assert run("check", tmp_path / "regulation.tar.gz") == 1
    assert run("--programme", tmp_path / "rules.yaml", "check", tmp_path / "regulation.tar.gz") == 0


def test_names_in_an_archive_cannot_steer_the_terminal(tmp_path, capsys):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "evil\x1b[2J\n").symlink_to(tmp_path)

    assert run("check", tmp_path / "course") == 1

    assert capsys.readouterr().err == f"{tmp_path}/course: evil\\x1b[2J\\n: is a link or a special file\n"


@pytest.mark.parametrize("arguments", [[], ["sing"], ["build", "--colour"], ["check"]])
def test_a_wrong_command_is_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)

    assert stop.value.code == 2
    assert "usage: python -m course_export" in capsys.readouterr().err


def test_it_runs_without_django_and_without_the_plugin(tmp_path):
    code = (
        "import sys, course_export.__main__ as command; assert command.main(['list']) == 0;"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        "assert not loaded & {'django', 'xblock', 'web_fragments', 'webob'}, loaded;"
        "print(sorted(name for name in sys.modules if name.startswith('wins_xblocks')))"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": python_path(), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    of_programme = [f".domain.programme.{part}" for part in ("data", "items", "loader", "rules")]
    known = [f"wins_xblocks{part}" for part in ("", ".domain", ".domain.programme", *of_programme)]
    assert done.stdout.splitlines()[-1] == str(known)
