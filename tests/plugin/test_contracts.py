"""The rules of the code itself: who imports whom, how long things are. Each check is broken on purpose once."""

import ast
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


def too_long(folder: Path) -> list[str]:
    """Files and functions past their bound."""
    found = []
    for path in sources(folder):
        text = path.read_text(encoding="utf-8")
        bound = TEST_LINES if "tests" in path.relative_to(folder).parts else FILE_LINES
        if text.count("\n") > bound:
            found.append(f"{path.relative_to(folder)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    found.append(f"{path.relative_to(folder)}: {node.name} has {lines} lines")
    return found


def test_files_and_functions_keep_their_bounds():
    assert too_long(ROOT) == []


def test_the_bounds_are_really_checked(tmp_path):
    (tmp_path / "wins_xblocks").mkdir()
    (tmp_path / "wins_xblocks/long.py").write_text("def f():\n" + "    x = 1\n" * 300)
    assert too_long(tmp_path) == ["wins_xblocks/long.py: 301 lines", "wins_xblocks/long.py: f has 301 lines"]


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
        (["ruff", "check", "--isolated", "--select", "F"], "import os\n", "F401"),
        (["mypy", "--strict"], "def f(x):\n    return x\n", "no-untyped-def"),
    ],
)
def test_the_linters_are_seen_to_complain(tmp_path, tool, code, word):
    (tmp_path / "bad.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", *tool, "bad.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert word in done.stdout


def test_a_warning_is_an_error():
    import warnings

    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_suppressions_name_their_rule():
    import re

    bare = re.compile(r"#\s*(noqa(?!:)|type:\s*ignore(?!\[))")
    found = [f"{p.relative_to(ROOT)}:{n}" for p in sources(ROOT) if p != Path(__file__)
             for n, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1) if bare.search(line)]  # fmt: skip
    assert found == []
