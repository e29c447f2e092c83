"""The rules of the code itself: who imports whom, how long things are. Each check is broken on purpose once."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
FILE_LINES, TEST_LINES, FUNCTION_LINES = 300, 400, 40


def lint(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def sources(folder: Path):
    for package in ("wins_xblocks", "course_export", "tests"):
        yield from (
            p for p in (folder / package).rglob("*.py") if "migrations" not in p.parts and "node_modules" not in p.parts
        )


def long_file(folder: Path, path: Path, bound: int) -> list[str]:
    lines = path.read_text(encoding="utf-8").count("\n")
    return [f"{path.relative_to(folder)}: {lines} lines"] if lines > bound else []


def page_sources(folder: Path):
    """Scripts, styles and templates."""
    for root, kinds in (("static", ("*.js", "*.css")), ("wins_xblocks/templates", ("*.html", "*.txt"))):
        for kind in kinds:
            yield from (folder / root).rglob(kind)


def too_long(folder: Path) -> list[str]:
    """Files and functions past their bound."""
    found = [line for path in page_sources(folder) for line in long_file(folder, path, FILE_LINES)]
    for path in sources(folder):
        text = path.read_text(encoding="utf-8")
        bound = TEST_LINES if "tests" in path.relative_to(folder).parts else FILE_LINES
        found += long_file(folder, path, bound)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    found.append(f"{path.relative_to(folder)}: {node.name} has {lines} lines")
    return found


# Texts, comments and regular expressions of a script hold braces that open nothing.
NO_CODE = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"""
    r"|(?<=[(,=:!&|?])[ ]?/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/",
    re.DOTALL,
)
BODY = re.compile(r"(\bfunction\s*\w*\s*\([^()]*\)|=>)\s*$")


def script_functions(text: str):
    """(first line, lines) of the functions inside the one that is the file."""
    code, opened, depth = NO_CODE.sub(lambda found: "\n" * found.group().count("\n"), text), [], 0
    for brace in re.finditer("[{}]", code):
        if brace.group() == "{":
            is_function = bool(BODY.search(code[: brace.start()][-200:]))
            opened.append((code.count("\n", 0, brace.start()) + 1, is_function))
            depth += is_function
            continue
        line, is_function = opened.pop()
        if is_function and depth > 1:
            yield line, code.count("\n", 0, brace.start()) + 2 - line
        depth -= is_function
    assert not opened, "a brace is not closed"


def long_in_scripts(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)}:{line}: {lines} lines"
        for path in (folder / "static").rglob("*.js")
        for line, lines in script_functions(path.read_text(encoding="utf-8"))
        if lines > FUNCTION_LINES
    ]


def test_files_and_functions_keep_their_bounds():
    assert too_long(ROOT) + long_in_scripts(ROOT) == []


def test_a_long_function_of_a_script_is_seen(tmp_path):
    (tmp_path / "static").mkdir()
    long = "  var s = '}', r = a(/[{/]}/), f = () => {\n" + "    if (a) { b(); }  // }\n" * 41 + "  };\n"
    short = "  function g() {\n    return `${1}{`;\n  }\n"
    (tmp_path / "static/x.js").write_text(f"function X() {{\n{short}{long}}}\n")
    assert long_in_scripts(tmp_path) == ["static/x.js:5: 43 lines"]


def test_the_bounds_are_really_checked(tmp_path):
    (tmp_path / "wins_xblocks").mkdir()
    (tmp_path / "wins_xblocks/long.py").write_text("def f():\n" + "    x = 1\n" * 300)
    (tmp_path / "static/js").mkdir(parents=True)
    (tmp_path / "static/js/long.js").write_text("x();\n" * 301)
    assert too_long(tmp_path) == [
        "static/js/long.js: 301 lines", "wins_xblocks/long.py: 301 lines", "wins_xblocks/long.py: f has 301 lines",
    ]  # fmt: skip


def test_import_contracts_are_kept():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the code that may be broken."""
    folder = tmp_path_factory.mktemp("broken")
    for name in ("wins_xblocks", "course_export"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("static", "translations", "locale", "content")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("wins_xblocks/domain/registration/rules.py", "import django.db", "plain Python"),
        ("wins_xblocks/quiz_block.py", "from wins_xblocks import module_block", "no block knows another"),
        ("wins_xblocks/quiz_block.py", "from wins_xblocks.domain.quiz.models import Attempt", "tables are private"),
        (
            "wins_xblocks/domain/quiz/api.py",
            "from wins_xblocks.domain.vouchers import api as v",
            "each may ask those below",
        ),
        ("wins_xblocks/domain/quiz/api.py", "import xblock.core", "neither XBlock nor the web"),
        ("wins_xblocks/web/urls.py", "import lms.djangoapps", "touched in platform.py only"),
        ("wins_xblocks/context.py", "import course_export.olx", "never imports the exporter"),
        ("course_export/olx.py", "import django", "plain Python"),
        ("wins_xblocks/newcomer.py", "", "stand on the domain"),
        ("wins_xblocks/domain/quiz/rules.py", "from wins_xblocks.domain.quiz import api as a", "inside an applet"),
        ("course_export/olx.py", "from course_export import check as c", "command over check"),
        ("wins_xblocks/people.py", "from wins_xblocks import platform as p", "no cycles"),
    ],
)
def test_each_contract_is_seen_to_break(copy, file, line, contract):
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        done = lint(copy)
    finally:
        path.write_text(before, encoding="utf-8") if before is not None else path.unlink()
    assert done.returncode != 0
    broken = [row for row in done.stdout.splitlines() if "BROKEN" in row]
    assert any(contract in row for row in broken), done.stdout[-2000:]


@pytest.mark.parametrize(
    ("tool", "code", "word"),
    [
        (["ruff", "check", "."], "import os\n", "F401"),
        (["ruff", "check", "."], "def f(x):  # untyped\n    return x\n", "ANN001"),
        (["mypy"], "def f(x):\n    return x\n", "no-untyped-def"),
        (["mypy"], 'def f() -> int:\n    return "x"\n', "return-value"),
    ],
)
def test_the_linters_complain_with_our_configuration(tmp_path, tool, code, word):
    for package in ("wins_xblocks", "wins_xblocks/domain", "course_export"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def told() -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-m", *tool], cwd=tmp_path, capture_output=True, text=True, check=False)

    clean = told()
    assert clean.returncode == 0, clean.stdout + clean.stderr
    (tmp_path / "wins_xblocks/domain/x.py").write_text(code)
    done = told()
    assert done.returncode != 0
    assert word in done.stdout
    assert "wins_xblocks/domain/x.py" in done.stdout


# What import-linter cannot say: it sees the packages of others as one whole.
WEB_OF_DJANGO = {"http", "shortcuts", "template", "urls", "views"}
EXPORTER_MAY = (
    "wins_xblocks.domain.programme.data.",
    "wins_xblocks.domain.programme.items.",
    "wins_xblocks.domain.programme.loader.",
)


def imported(path: Path) -> list[str]:
    """Every module or name that a file imports, dotted."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def astray(folder: Path) -> list[str]:
    """Imports of Django's web by the domain, and of our plugin beyond the programme by the exporter."""
    found = []
    for path in sources(folder):
        place = path.relative_to(folder)
        for name in imported(path):
            parts = name.split(".")
            page = parts[0] == "django" and parts[1:2] != [] and parts[1] in WEB_OF_DJANGO
            ours = parts[0] == "wins_xblocks" and not f"{name}.".startswith(EXPORTER_MAY)
            if (page and place.parts[:2] == ("wins_xblocks", "domain")) or (ours and place.parts[0] == "course_export"):
                found.append(f"{place}: {name}")
    return found


def test_the_domain_knows_no_page_and_the_exporter_only_the_programme():
    assert astray(ROOT) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("wins_xblocks/domain/x.py", "from django.http import JsonResponse"),
        ("wins_xblocks/domain/x.py", "import django.views.generic"),
        ("wins_xblocks/domain/quiz/x.py", "from django import shortcuts"),
        ("wins_xblocks/domain/x.py", "from django.template.loader import get_template"),
        ("wins_xblocks/domain/x.py", "from django.urls import reverse"),
        ("course_export/x.py", "from wins_xblocks import words"),
        ("course_export/x.py", "import wins_xblocks.domain.programme.api"),
        ("course_export/x.py", "from wins_xblocks.domain.quiz import data"),
        ("course_export/x.py", "from wins_xblocks.domain.programme.loaders import load"),
    ],
)
def test_an_import_that_goes_astray_is_seen(tmp_path, file, line):
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(f"{line}\n")
    assert len(astray(tmp_path)) == 1


def test_a_warning_is_an_error():
    import warnings

    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_suppressions_name_their_rule():
    bare = re.compile(r"#\s*(noqa(?!:)|type:\s*ignore(?!\[))")
    found = [f"{p.relative_to(ROOT)}:{n}" for p in sources(ROOT) if p != Path(__file__)
             for n, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1) if bare.search(line)]  # fmt: skip
    assert found == []
