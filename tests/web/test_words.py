"""Learners read plain words: no template and no sentence for them says what only staff and code say."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "wins_xblocks"
FORBIDDEN = (
    "idle", "claim", "reveal", "waive", "eligible", "entitlement", "redeem", "forfeit", "void", "attempt", "cut score",
    "item", "vertical", "chapter", "candidate",
)  # fmt: skip
WORD = re.compile(rf"\b({'|'.join(FORBIDDEN)})(s|d|ed|ing)?\b", re.IGNORECASE)
STAFF_TEMPLATES = ("desk", "quiz_editor", "module_staff")
STAFF_CODE = (
    "desk_view.py", "quiz_editor.py", "studio_settings.py", "web/desk.py", "web/desk_vouchers.py", "web/roles.py",
    "domain/vouchers/keys.py", "domain/vouchers/imports.py", "domain/vouchers/supply.py", "workbench/", "management/",
    "periodic.py",
)  # fmt: skip
MARKS = {"_", "gettext", "gettext_noop", "ngettext", "marked"}
TRANSLATED = re.compile(
    r"{%\s*translate\s+(?P<q>[\"'])(?P<one>.*?)(?P=q).*?%}|{%\s*blocktranslate.*?%}(?P<block>.*?){%\s*endblocktranslate\s*%}",
    re.DOTALL,
)
TEMPLATES = sorted(
    path for path in (ROOT / "templates" / "wins_xblocks").glob("*.html") if not path.name.startswith(STAFF_TEMPLATES)
)
SOURCES = sorted(
    path for path in ROOT.rglob("*.py") if not path.relative_to(ROOT).as_posix().startswith(STAFF_CODE)
)  # fmt: skip


def sentences(path):
    """Every sentence of a Python file that is marked for the catalogue."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def texts(template):
    """Every sentence of a template, with what stands between its tags."""
    found = [match["one"] or match["block"] for match in TRANSLATED.finditer(template)]
    return [re.sub(r"{{.*?}}|{%.*?%}", " ", text, flags=re.DOTALL) for text in [*found, bare(template)]]


def bare(template):
    """Text of a template that stands outside translations and tags."""
    rest = TRANSLATED.sub(" ", template)
    for pattern in (r"{#.*?#}", r"{%.*?%}", r"{{.*?}}", r"<!--.*?-->", r"<[^>]*>", r"&\w+;"):
        rest = re.sub(pattern, " ", rest, flags=re.DOTALL)
    return rest


def test_there_is_something_to_look_at():
    assert len(TEMPLATES) > 8
    assert sum(len(list(sentences(path))) for path in SOURCES) > 100


@pytest.mark.parametrize("word", ["idle", "Claimed", "a void", "cut score", "attempts"])
def test_the_check_finds_words_that_learners_do_not_read(word):
    assert WORD.search(f"This says {word} somewhere.")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_of_a_learner_says_a_word_of_staff(path):
    assert [text for text in texts(path.read_text(encoding="utf-8")) if WORD.search(text)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_sentence_of_a_learner_says_a_word_of_staff(path):
    assert [text for text in sentences(path) if WORD.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_can_be_translated(path):
    said = bare(path.read_text(encoding="utf-8")).replace("WINS Academy", "")
    assert re.findall(r"[A-Za-z]{2,}", said) == []
