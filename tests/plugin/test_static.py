"""Every static file with the places that load it. All are public: anybody who knows the address may read each."""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.urls import reverse
from opaque_keys.edx.keys import CourseKey
from openedx_filters.learning.filters import VerticalBlockRenderCompleted
from web_fragments.fragment import Fragment
from xblock.exceptions import DisallowedFileError

import course_export
import wins_xblocks
from tests import edge
from tests.blocks import make_block
from tests.conftest import NOW, person
from tests.domain.vouchers.builders import ready
from wins_xblocks import context
from wins_xblocks.domain.jobs import api as jobs
from wins_xblocks.domain.jobs.data import NewLine
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.exam_voucher_block import ExamVoucherBlock
from wins_xblocks.module_block import ModuleBlock
from wins_xblocks.quiz_block import QuizBlock
from wins_xblocks.settings import filters
from wins_xblocks.study_time_block import StudyTimeBlock

PACKAGE = Path(wins_xblocks.__file__).parent
FOLDER = PACKAGE / "static/wins_xblocks"
CONTENT = Path(course_export.__file__).parent / "content"
BLOCKS = {"module": ModuleBlock, "clock": StudyTimeBlock, "quiz": QuizBlock, "voucher": ExamVoucherBlock}
EVERYWHERE = {"module", "clock", "clock of a page", "quiz", "quiz editor", "voucher", "pages", "timer", "job", "host"}

# Who may see it: everybody, signed in or not. Where it is loaded:
FILES = {
    "css/wins.css": EVERYWHERE,
    "css/study_time.css": {"clock", "clock of a page"},
    "js/study_time.js": {"clock", "clock of a page"},
    "js/page_clock.js": {"clock of a page"},
    "css/quiz.css": {"quiz", "quiz editor"},  # for its preview
    "js/quiz.js": {"quiz"},
    "js/quiz_report.js": {"quiz"},
    "js/quiz_answers.js": {"quiz"},
    "js/quiz_kept.js": {"quiz"},
    "js/quiz_steps.js": {"quiz"},
    "js/quiz_clock.js": {"quiz"},
    "js/quiz_check.js": {"quiz"},
    "css/quiz_editor.css": {"quiz editor"},
    "js/quiz_editor.js": {"quiz editor"},
    "js/quiz_editor_kinds.js": {"quiz editor"},
    "js/quiz_editor_undo.js": {"quiz editor"},
    "js/quiz_editor_list.js": {"quiz editor"},
    "js/quiz_editor_find.js": {"quiz editor"},
    "js/quiz_editor_told.js": {"quiz editor"},
    "js/quiz_editor_preview.js": {"quiz editor"},
    "js/quiz_editor_both.js": {"quiz editor"},
    "js/quiz_editor_exchange.js": {"quiz editor"},
    "js/quiz_editor_statistics.js": {"quiz editor"},
    "css/exam_voucher.css": {"voucher"},
    "js/exam_voucher.js": {"voucher"},
    "css/timer.css": {"timer"},
    "js/timer_kept.js": {"timer"},
    "js/timer.js": {"timer"},
    "js/timer_worker.js": {"timer's worker"},  # under an address beside the page
    "js/job.js": {"job"},
    "css/host.css": {"host"},
    "js/host.js": {"host"},
}
# What no file that everybody may read must hold, beside the course's own questions.
SECRET = {
    "a mail address": r"[\w.+-]+@[\w-]+\.\w+",
    "a key or digest": r"\b[0-9a-fA-F]{32,}\b|[\w-]{43}=",
    "a voucher code": r"\b[A-Z0-9]{4,}(?:-[A-Z0-9]{4,}){2,}\b|\b(?=[A-Z]*\d)[A-Z0-9]{10,}\b",
    "another host": r"https?://(?!www\.w3\.org/)",
    "a source map": r"sourceMappingURL",
    "a setting": r"\bWINS_[A-Z]|SECRET",
}


def files(folder=FOLDER):
    """All of them, whatever their kind."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def named(text):
    return set(re.findall(r"wins_xblocks/((?:css|js|img)/[\w./-]+)", text))


def loaded(fragment):
    return named("\n".join(one.data for one in fragment.resources if one.kind == "url") + fragment.content)


def page_clock():
    key = CourseKey.from_string(edge.FOUNDATION)
    block = SimpleNamespace(usage_key=key.make_usage_key("vertical", "p1"), children=[key.make_usage_key("html", "h")])
    edge.WORLD.page_of = ("u1", str(block.usage_key))
    given = {"block": block, "fragment": Fragment("<p></p>"), "context": {}, "view": "student_view"}
    return VerticalBlockRenderCompleted.run_filter(**given)[1]


def job(client):
    """A job that runs, as an auditor reads it."""
    job_id = jobs.draft("grant", [NewLine(2, "WINS-FND", 7)], 1, "", "", NOW)
    jobs.start(job_id, 1, NOW)
    client.force_login(person("auditor", "WINS auditors"))
    return named(client.get(reverse("wins:job", args=[job_id])).content.decode())


def host():
    """The host's pages need settings of their own: their templates are read instead."""
    return named("".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("templates/wins_host/*.html")))


@pytest.fixture
def places(client, learner, world, settings, monkeypatch):
    """What each place sends to a learner, and the editor to an author."""
    monkeypatch.setattr(context, "now", lambda: NOW)
    settings.OPEN_EDX_FILTERS_CONFIG = filters.with_our_steps({})
    world.user_id = learner.id
    ready(learner.id)
    study_time.accept_notice(learner.id, NOW)
    client.force_login(learner)
    found = {name: loaded(make_block(block).student_view()) for name, block in BLOCKS.items()}
    found["clock of a page"] = loaded(page_clock())
    found["pages"] = named(client.get(reverse("wins:path")).content.decode())
    found["timer"] = named(client.get(reverse("wins:timer")).content.decode())
    found["job"] = job(client)
    worker = client.get(reverse("wins:timer_worker")).content
    found["timer's worker"] = {name for name in FILES if (FOLDER / name).read_bytes() == worker}
    world.may_author, world.in_lms = True, False
    return {**found, "quiz editor": loaded(make_block(QuizBlock).studio_view()), "host": host()}


def test_every_file_stands_in_the_list():
    assert files() == set(FILES)


@pytest.mark.django_db
def test_each_file_is_loaded_where_the_list_says_and_nowhere_else(places):
    assert {name: {place for place, sent in places.items() if name in sent} for name in FILES} == FILES
    assert set().union(*places.values()) <= set(FILES), "a place asks for a file that is not there"


@pytest.mark.parametrize("name", FILES)
def test_the_platform_finds_it_both_as_a_static_file_and_as_a_blocks_resource(name):
    """Neither way asks who reads."""
    with QuizBlock.open_local_resource(f"wins_xblocks/{name}") as opened:
        assert opened.read() == Path(finders.find(f"wins_xblocks/{name}")).read_bytes() != b""


@pytest.mark.parametrize("name", [
    "../domain/programme/programme.yaml", "wins_xblocks/../../domain/programme/programme.yaml", "../models.py",
    "../templates/wins_xblocks/path.html", "/etc/passwd",
])  # fmt: skip
def test_nothing_else_of_the_package_is_read_through_a_block(name):
    with pytest.raises((DisallowedFileError, FileNotFoundError)):
        QuizBlock.open_local_resource(name)


@cache
def answers():
    """The words of every question, answer and explanation in the sample courses."""
    texts = [path.read_text(encoding="utf-8") for path in CONTENT.glob("*/items/*.yaml")]
    items = [item for text in texts for item in yaml.load(text, yaml.CSafeLoader)["items"]]
    sides = [pair.get(side, "") for one in items for pair in one.get("pairs", ()) for side in ("left", "right")]
    options = [option["text"] for one in items for option in one.get("options", ())]
    return [words for one in items for words in (one["stem"], one["rationale"])] + options + sides


def told(text):
    """What this text tells that nobody may know, by kind."""
    found = {kind: re.findall(pattern, text) for kind, pattern in SECRET.items()}
    found["a question"] = [words for words in answers() if len(words) > 15 and words in text]
    return {kind: what for kind, what in found.items() if what}


def test_no_file_holds_a_key_an_answer_a_code_or_a_persons_word():
    assert {name: told((FOLDER / name).read_text(encoding="utf-8")) for name in FILES} == {name: {} for name in FILES}


@pytest.mark.parametrize(("kind", "line"), [
    ("a mail address", "// ask anna@example.org"),
    ("a key or digest", "var key = 'Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtbG9uZy1rZXk=';"),
    ("a key or digest", "var digest = '" + "0a1b" * 16 + "';"),
    ("a voucher code", "var code = 'WINS-AB12-CD34';"),
    ("a voucher code", "var code = 'X7K2M9Q4T1';"),
    ("another host", "fetch('https://elsewhere.example/');"),
    ("a source map", "//# sourceMappingURL=quiz.js.map"),
    ("a setting", "var audit = 'WINS_AUDIT_KEY';"),
    ("a question", "var right = 'Intentional unauthorised acts against material or facilities';"),
])  # fmt: skip
def test_each_of_these_would_be_seen(kind, line):
    assert set(told(line)) == {kind}
