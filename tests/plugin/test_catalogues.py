"""Catalogues: fresh, whole, and found the way the LMS finds them."""

import ast
import gettext
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import polib
import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
needs_gettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")


def check(folder: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "translations/update.py", "--check"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@needs_gettext
def test_catalogues_are_fresh():
    done = check(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_gettext
def test_a_new_string_makes_them_stale(tmp_path):
    left_out = shutil.ignore_patterns("static", "locale", "translations", "__pycache__")
    shutil.copytree(ROOT / "wins_xblocks", tmp_path / "wins_xblocks", ignore=left_out)
    shutil.copytree(ROOT / "translations", tmp_path / "translations")
    (tmp_path / "wins_xblocks/new.py").write_text('_("A sentence nobody extracted")\n')
    done = check(tmp_path)
    assert done.returncode == 1
    assert "rtl/LC_MESSAGES/django.po" in done.stdout


def inside_f_strings(text: str) -> list[int]:
    """Lines with a sentence where xgettext does not look."""
    parts = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.JoinedStr))
    calls = (call for part in parts for call in ast.walk(part) if isinstance(call, ast.Call))
    return [call.lineno for call in calls if getattr(call.func, "id", "") in ("_", "gettext", "ngettext")]


def test_no_sentence_stands_inside_an_f_string():
    assert inside_f_strings("f\"{_('lost')}\"") == [1]
    found = {str(path): inside_f_strings(path.read_text("utf-8")) for path in (ROOT / "wins_xblocks").rglob("*.py")}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_mirror_language_leaves_no_sentence_out_and_keeps_every_placeholder():
    catalogue = polib.pofile(str(ROOT / "translations/rtl/LC_MESSAGES/django.po"))
    assert len(catalogue) > 300
    assert catalogue.percent_translated() == 100
    for entry in catalogue:
        for name in ("{", "%(", "<"):
            assert entry.msgid.count(name) == (entry.msgstr or entry.msgstr_plural[0]).count(name), entry.msgid


@pytest.mark.parametrize("atlas", ["no atlas folder", "an empty atlas folder"])
def test_the_lms_finds_them(tmp_path, atlas):
    """As XBlock's i18n service of the platform looks: atlas first, then the package, else Django's own catalogues."""
    folder = tmp_path / "conf/plugins-locale/xblock.v1/wins_xblocks"
    if atlas == "an empty atlas folder":
        folder.mkdir(parents=True)
    package = resources.files("wins_xblocks") / "translations"
    domain, place = ("django", folder) if folder.is_dir() else ("text", package)
    try:
        translator = gettext.translation(domain, str(place), ["rtl"])
    except OSError:
        translator = translation
    with translation.override("rtl"):
        assert translator.gettext("Ask WINS") not in ("", "Ask WINS")
