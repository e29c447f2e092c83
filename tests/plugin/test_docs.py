"""The operators' pages: built with warnings as errors, and true to the code."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import resolve

from tests.bench.desk_pages import FILES, desk_pages
from tests.browser.places import PLACES
from tests.browser.screenshots import DESK, PICTURES, README
from wins_xblocks.settings.common import DEFAULTS
from wins_xblocks.web.roles import GROUPS

ROOT = Path(__file__).resolve().parents[2]
TAKEN_AWAY = {"policy_withdraw"}  # rules that wait for their day: the walked host has none


def page(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def build(folder, out):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(out)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    done = build(ROOT, out)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr + done.stdout
    return out


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def test_every_page_becomes_one_of_the_site(site):
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert pages <= {path.relative_to(site) for path in site.rglob("*.html")}
    assert len(pages) > 15


def test_no_page_loads_anything_from_elsewhere(site):
    html = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    loaded = re.findall(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=["']?([^"'\s>]+)""", html)
    assert loaded
    assert [address for address in loaded if re.match(r"(https?:)?//", address)] == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("index.md", "[gone](operate/gone.md)"),
        ("index.md", "[gone](architecture.md#gone)"),
        ("index.md", "![gone](img/gone.png)"),
        ("unlisted.md", "# Not in the navigation"),
    ],
)
def test_a_page_that_does_not_fit_fails_the_build(copy, file, text):
    with (copy / "docs" / file).open("a", encoding="utf-8") as opened:
        opened.write(f"\n{text}\n")
    done = build(copy, copy / "site")
    assert done.returncode != 0
    assert "WARNING" in done.stderr


def test_every_setting_is_explained_with_its_default():
    table = page("operate/configure.md").split("## Settings\n", 1)[1].split("\n## ", 1)[0]
    told = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \| \S.+ \|$", table, re.MULTILINE))
    assert {name: ast.literal_eval(default) for name, default in told.items()} == DEFAULTS


def test_every_command_and_group_is_named():
    text = page("operate/install.md")
    commands = {path.stem for path in (ROOT / "wins_xblocks/management/commands").glob("wins_*.py")}
    assert set(re.findall(r"^\| `(wins_\w+)", text, re.MULTILINE)) == commands
    assert set(re.findall(r"^\| \*(WINS [^*]+)\*", text, re.MULTILINE)) == set(GROUPS.values())


def test_every_subject_and_what_we_set_in_the_platform_is_named():
    subjects = {path.parent.name for path in (ROOT / "wins_xblocks/domain").glob("*/api.py")}
    assert subjects <= set(re.findall(r"\w+", page("architecture.md")))
    common = (ROOT / "wins_xblocks/settings/common.py").read_text(encoding="utf-8")
    ours = set(re.findall(r'getattr\(settings, "([A-Z_]+)"', common))
    assert ours
    assert ours == set(re.findall(r"^\| `([A-Z_]+)` \|[^|]+\|$", page("operate/configure.md"), re.MULTILINE))


def test_the_readme_shows_and_names_only_what_is_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    assert len([name for name in named if name.endswith(".png")]) >= 6
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_picture_of_the_readme_is_of_a_page_that_is_walked():
    assert set(README.values()) <= {place.name for place in PLACES}
    assert all((ROOT / f"docs/img/{name}.png").exists() for name in README)


def test_every_page_of_the_desk_stands_in_the_docs_with_its_picture():
    shown = {place.name: place.path.split("?")[0] for place in PLACES if place.name in DESK.values()}
    assert set(shown) == set(DESK.values())
    named = {resolve(re.sub(r"\{(case)\}", "W-000001", re.sub(r"\{(?!case)\w+\}", "1", path))).url_name
             for path in shown.values()}  # fmt: skip
    assert desk_pages() - FILES - named == TAKEN_AWAY
    text = page("desk.md")
    assert set(re.findall(r"\(img/desk/([\w-]+)\.png\)", text)) == set(DESK)
    assert [name for name in PICTURES if not (ROOT / f"docs/img/{name}.png").exists()] == []
