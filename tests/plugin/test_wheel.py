"""What is installed: the built wheel in an empty environment."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINKS = {"wins_xblocks/static", "wins_xblocks/translations", "wins_xblocks/locale"}
pytestmark = pytest.mark.slow

# Run inside the new environment, far from the source tree.
LOOK = """
import importlib.resources as r, os
os.environ["DJANGO_SETTINGS_MODULE"] = "probe"
import django; django.setup()
from django.template.loader import get_template
from django.utils import translation
from django.core.management import call_command
from importlib.metadata import entry_points, requires
from xblock.core import XBlock
package = r.files("wins_xblocks")
for path in ("static/wins_xblocks/css/wins.css", "static/wins_xblocks/js/quiz.js", "domain/programme/programme.yaml",
             "translations/rtl/LC_MESSAGES/django.mo", "locale/rtl/LC_MESSAGES/django.mo",
             "translations/rtl/LC_MESSAGES/text.mo"):
    assert (package / path).is_file(), path
assert (r.files("course_export") / "content/foundation/module.yaml").is_file()
get_template("wins_xblocks/path.html")
for name in ("wins_module", "wins_study_time", "wins_quiz", "wins_exam_voucher"):
    block = XBlock.load_class(name)
    assert block.open_local_resource("wins_xblocks/css/wins.css").read()
call_command("migrate", verbosity=0)
call_command("check")
with translation.override("rtl"):
    assert translation.gettext("Ask WINS") != "Ask WINS"
import course_export.__main__ as e
print("WHEEL FINE")
"""
PROBE = """
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "wins_xblocks.apps.WinsXBlocksConfig"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
USE_TZ = True
LANGUAGES = [("en", "English"), ("rtl", "Pseudo")]
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from what git knows, as a release would be."""
    tree = tmp_path_factory.mktemp("tree")
    subprocess.run(
        f"git ls-files -z | xargs -0 tar c --null 2>/dev/null | tar x -C {tree}", shell=True, cwd=ROOT, check=True
    )
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, tree],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_no_test_no_source_catalogue_and_no_link(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert not [n for n in names if n.startswith("tests/") or "/tests/" in n or n.endswith(".po")]
    assert not [n for n in names if "node_modules" in n or n.endswith((".pyc", ".sqlite3"))]
    assert any(n.endswith("licenses/LICENSE") for n in names)


def test_one_wheel_serves_both_pythons(wheel):
    """The name says so to pip, and the same file is what both interpreters' suites build and install."""
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        told = archive.read(next(n for n in archive.namelist() if n.endswith("/WHEEL"))).decode()
    assert "Root-Is-Purelib: true" in told


def promised(tracked: list[str]) -> set[str]:
    """Where each file of the repository must stand in the wheel; tests, docs and sources of catalogues nowhere."""
    found = set()
    for name in tracked:
        top, _, rest = name.partition("/")
        if top in ("wins_xblocks", "course_export") and name not in LINKS:
            found.add(name)
        elif top == "static":
            found.add(f"wins_xblocks/static/{rest}")
        elif top == "translations" and name.endswith(".mo"):
            found |= {f"wins_xblocks/translations/{rest}", f"wins_xblocks/locale/{rest}"}
    return found


def compared(wheel: Path) -> tuple[set[str], set[str]]:
    """What the wheel lacks, and what it has beyond its promise."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = promised([name for name in tracked.stdout.splitlines() if (ROOT / name).exists()])
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}
    return wanted - names, names - wanted


def test_the_wheel_brings_every_file_of_the_two_packages_and_nothing_else(wheel):
    assert compared(wheel) == (set(), set())


def test_a_file_too_few_or_too_many_is_seen(wheel, tmp_path):
    lost, foreign = "wins_xblocks/templates/wins_xblocks/path.html", "tests/test_x.py"
    with zipfile.ZipFile(wheel) as whole, zipfile.ZipFile(tmp_path / "other.whl", "w") as other:
        for name in whole.namelist():
            if name != lost:
                other.writestr(name, whole.read(name))
        other.writestr(foreign, "")
    assert compared(tmp_path / "other.whl") == ({lost}, {foreign})


def test_the_licence_is_said(wheel):
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(n for n in archive.namelist() if n.endswith("METADATA"))
        text = archive.read(metadata).decode()
    assert "Apache-2.0" in text
    assert "Requires-Python: >=3.11" in text
    assert 'Requires-Dist: web-fragments; python_version < "3.12"' in text


def test_installed_into_an_empty_environment_it_brings_everything(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env/bin/python"
    # The same releases as the suite's own environment: this tests the wheel, not the registry of today.
    freeze = subprocess.run(
        [sys.executable, "-m", "pip", "freeze", "--exclude-editable"], capture_output=True, text=True, check=True
    )
    (tmp_path / "constraints.txt").write_text("\n".join(r for r in freeze.stdout.splitlines() if "==" in r))
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", "-c", tmp_path / "constraints.txt", wheel],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    (tmp_path / "probe.py").write_text(PROBE)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "PYTHON"))}
    done = subprocess.run(
        [python, "-c", LOOK], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "WHEEL FINE" in done.stdout, done.stderr[-2000:]


def test_without_the_links_the_build_stops_in_words(tmp_path):
    subprocess.run(
        f"git ls-files -z | xargs -0 tar c --null 2>/dev/null | tar x -C {tmp_path}", shell=True, cwd=ROOT, check=True
    )
    (tmp_path / "wins_xblocks/static").unlink()
    (tmp_path / "wins_xblocks/static").write_text("../static")  # what git leaves where links are off
    done = subprocess.run(
        [sys.executable, "setup.py", "--name"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "must be a link to ../static" in done.stderr


def test_the_links_are_links_in_git():
    done = subprocess.run(
        ["git", "ls-files", "-s", "wins_xblocks"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    links = {row.split("\t")[1] for row in done.stdout.splitlines() if row.startswith("120000")}
    assert links == LINKS
