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
    "desk_view.py", "quiz_editor.py", "quiz_yaml.py", "studio_settings.py", "web/desk.py",
    "web/desk_vouchers.py", "web/desk_book.py", "web/roles.py",
    "domain/vouchers/keys.py", "domain/vouchers/imports.py", "domain/vouchers/fields.py", "domain/vouchers/sheets.py",
    "domain/vouchers/supply.py",     "workbench/", "management/",
    "periodic.py",
)  # fmt: skip
MARKS = {"_", "gettext", "gettext_noop", "ngettext", "marked"}
TRANSLATED = re.compile(
    r"{%\s*translate\s+(?P<q>[\"'])(?P<one>.*?)(?P=q).*?%}|{%\s*blocktranslate.*?%}(?P<block>.*?){%\s*endblocktranslate\s*%}",
    re.DOTALL,
)
TEMPLATES = sorted(
    path for path in (ROOT / "templates").glob("wins_*/*.html") if not path.name.startswith(STAFF_TEMPLATES)
)
SCRIPTS = sorted((ROOT.parent / "static" / "wins_xblocks" / "js").glob("*.js"))
EXPORTER = [ROOT.parent / "course_export" / name for name in ("course.py", "policies.py", "markdown.py", "olx.py")]
MOST_WORDS = 18
SOURCES = sorted(
    path for path in ROOT.rglob("*.py") if not path.relative_to(ROOT).as_posix().startswith(STAFF_CODE)
)  # fmt: skip


def sentences(path):
    """Every sentence of a Python file that is marked for the catalogue."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def literals(script):
    """Strings of a script that hold more than one word; a single one is a name, not a sentence."""
    code = re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", " ", script, flags=re.DOTALL)
    found = re.findall(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", code)
    return [text for parts in found for text in parts if " " in text.strip()]


def written(path):
    """Every text of a module of the exporter but its docstrings, without tags."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare_strings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare_strings:
            yield re.sub(r"<[^>]*>", "\n", node.value)


def long_sentences(text):
    """Sentences past the bound; a placeholder counts as one word."""
    text = re.sub(r"{{.*?}}|{[^{}%]*}|%\([^)]*\)s", "X", text)
    text = re.sub(r"{%\s*plural\s*%}|<[^>]*>", "\n", text)
    parts = re.split(r"(?<=[.!?])\s+|\n", text)
    return [part for part in parts if len(re.findall(r"[\w’'-]+", part)) > MOST_WORDS]


def said(path):
    """What a template gives to the catalogue."""
    found = TRANSLATED.finditer(path.read_text(encoding="utf-8"))
    return [match["one"] or match["block"] for match in found]


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
    rest = bare(path.read_text(encoding="utf-8")).replace("WINS Academy", "")
    assert re.findall(r"[A-Za-z]{2,}", rest) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_says_a_word_of_staff_or_a_sentence_of_its_own(path):
    """The server gives a script its sentences, translated."""
    found = literals(path.read_text(encoding="utf-8"))
    assert [text for text in found if WORD.search(text) or re.match(r"[A-Z][a-z]+ [a-z]", text)] == []


def test_a_sentence_in_a_script_is_seen():
    script = "go('idle'); // 'not a sentence'\nsay(\"You are idle\"); x = `Time is over`; y = 'https://a.b/c d'"
    assert literals(script) == ["You are idle", "Time is over", "https://a.b/c d"]


@pytest.mark.parametrize("path", EXPORTER, ids=lambda path: path.name)
def test_the_exporters_own_sentences_are_plain_and_short(path):
    assert [text for text in written(path) if WORD.search(text) and " " in text.strip()] == []
    assert [part for text in written(path) for part in long_sentences(text)] == []


def test_a_course_tells_nobody_to_press_what_is_not_there():
    """Names in quotation marks, as in “press “Ask WINS””, are those of controls."""
    named = {name for path in EXPORTER for text in written(path) for name in re.findall(r"“([^”{]+)”", text)}
    known = {text for path in TEMPLATES for text in said(path)} | {text for p in SOURCES for text in sentences(p)}
    assert named - known == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_sentences_of_a_template_are_short(path):
    assert [part for text in said(path) for part in long_sentences(text)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_sentences_of_the_code_are_short(path):
    assert [part for text in sentences(path) for part in long_sentences(text)] == []


def test_a_long_sentence_is_seen():
    long = " ".join(["word"] * 17) + " {{ name }}"
    assert long_sentences(f"{long}. Short. {long} more!") == [" ".join(["word"] * 17) + " X more!"]
