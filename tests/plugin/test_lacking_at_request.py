"""What is asked for at each request, and is not there: a table or a column of ours, a service of a block's runtime."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.test import Client
from opaque_keys.edx.keys import CourseKey
from web_fragments.fragment import Fragment

from tests import edge
from tests.blocks import call, make_block
from tests.conftest import NOW, person
from tests.domain.quiz.banks import bank
from tests.domain.vouchers.builders import fill, issue, ready
from tests.plugin.test_permissions import HANDLERS, address, blocks, patterns
from wins_xblocks import context, filters
from wins_xblocks.domain.programme.api import NOT_MIGRATED
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.transactions import lacks_table
from wins_xblocks.platform import OpenEdx

pytestmark = pytest.mark.django_db
LATER = "This page cannot be shown at the moment. Please try again later."
TABLES = sorted(model._meta.db_table for model in apps.get_app_config("wins_xblocks").get_models())
SENT = {"number": 1, "revision": 0, "exam": "WINS-FND", "values": {}, "defaults": []}


def said(caplog):
    return [one.getMessage() for one in caplog.records if one.name.startswith("wins_xblocks")]


# Tables: after an upgrade, any one may be missing


@pytest.fixture
def cast(learner, world, monkeypatch):
    """A learner with a voucher, an administrator, and the addresses of all pages."""
    monkeypatch.setattr(context, "now", lambda: NOW)
    study_time.accept_notice(learner.id, NOW)
    ready(learner.id)
    fill()
    issue(learner.id)
    world.user_id, world.may_author = learner.id, True
    pages = [(one, address(one.name)) for one in patterns()]
    return SimpleNamespace(users=(learner, person("boss", "WINS Academy administrators")), pages=pages)


def lose(table):
    """Come back it will with the end of the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO wins_xblocks_lost")
    context.forget_programme()


def open_pages(cast):
    """Each page's status, by everybody and with each of its methods."""
    for user in cast.users:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        for one, url in cast.pages:
            for method in one.callback.wins_methods:
                kind = {"content_type": "application/json"} if one.name in ("hello", "beat", "notice") else {}
                data = json.dumps({"ticket": "x"}) if kind else {}
                response = getattr(client, method.lower())(url, data, **kind)
                assert response.getvalue().strip() or response.status_code == 302, one.name
                yield (one.name, method), response.status_code


def open_blocks():
    """Each view's HTML, and the status of each handler."""
    for entry, kind in blocks().items():
        block = make_block(kind, {"bank": bank()} if entry == "wins_quiz" else {}, usage="quiz-1")
        block.runtime.publish = lambda *told: None
        for view in ("student_view", "author_view", "studio_view"):
            content = getattr(block, view)({}).content
            assert len(content) > 100, (entry, view)
            yield (entry, view), LATER in content
        for name in HANDLERS[entry]:
            yield (entry, name), call(block, name, SENT)[0]


@pytest.mark.parametrize("table", TABLES)
def test_without_any_one_table_every_page_and_block_answers_and_the_log_says_why_once(cast, caplog, table):
    lose(table)
    assert [one for one in [*open_pages(cast), *open_blocks()] if one[1] == 500] == []
    assert said(caplog) in ([], [NOT_MIGRATED])


def test_without_the_table_of_tries_only_quizzes_and_what_shows_them_say_later(cast, caplog):
    lose("wins_xblocks_attempt")
    assert dict(open_blocks())[("wins_quiz", "student_view")] is True
    assert dict(open_blocks())[("wins_exam_voucher", "author_view")] is False
    assert dict(open_pages(cast))[("ask", "GET")] == 200
    assert said(caplog) == [NOT_MIGRATED]


def test_staff_read_what_to_run(cast, world):
    lose("wins_xblocks_attempt")
    world.staff = {(world.user_id, world.course_id)}
    assert NOT_MIGRATED in make_block(blocks()["wins_quiz"], {"bank": bank()}).student_view().content


def test_the_platforms_own_pages_stay_whole_without_a_table(cast, caplog):
    lose("wins_xblocks_programmeversion")
    key = CourseKey.from_string(edge.FOUNDATION)
    page = SimpleNamespace(usage_key=key.make_usage_key("vertical", "p1"), children=[])
    fragment, dashboard = Fragment("<p>The text.</p>"), {"course": SimpleNamespace(id=key), "sections": []}
    for _ in range(2):
        assert filters.CountPage("", []).run_filter(page, fragment, "student_view") == {}
        assert filters.DashboardTab("", []).run_filter([], cast.users[1], key) == {}
        filters.DashboardSection("", []).run_filter(dashboard, "")
    assert fragment.content == "<p>The text.</p>"
    assert all(NOT_MIGRATED in section["html"] for section in dashboard["sections"])
    assert said(caplog) == [NOT_MIGRATED]


@pytest.mark.parametrize("words", [
    ("wins_periodic",), ("wins_verify",), ("wins_recount",), ("wins_person", "--id", "1", "--json", "-"),
    ("wins_import_vouchers", "{codes}", "--order", "1"), ("wins_study_record", "1"),
])  # fmt: skip
def test_each_command_says_what_to_run(cast, tmp_path, words):
    codes = tmp_path / "codes.csv"
    codes.write_text("code,exam,expires\nABCD1234,WINS-FND,2028-01-01\n", encoding="utf-8")
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} RENAME TO lost_{table}")
    context.forget_programme()
    with pytest.raises(CommandError) as refused:
        call_command(*(word.format(codes=codes) for word in words), stdout=StringIO())
    assert str(refused.value) == NOT_MIGRATED


class Cause(Exception):
    """A driver's error of PostgreSQL."""

    def __init__(self, sqlstate):
        super().__init__()
        self.sqlstate = sqlstate


def caused(error, sqlstate):
    error.__cause__ = Cause(sqlstate)
    return error


@pytest.mark.parametrize(("error", "ours"), [
    (OperationalError("no such table: wins_xblocks_attempt"), True),
    (OperationalError("no such column: wins_xblocks_attempt.new"), True),
    (OperationalError("table wins_xblocks_attempt has no column named new"), True),
    (ProgrammingError(1146, "Table 'openedx.wins_xblocks_attempt' doesn't exist"), True),
    (OperationalError(1054, "Unknown column 'new' in 'field list'"), True),
    (caused(ProgrammingError('relation "wins_xblocks_attempt" does not exist'), "42P01"), True),
    (caused(ProgrammingError('column "new" of relation "wins_xblocks_attempt" does not exist'), "42703"), True),
    (OperationalError("no such table: student_courseenrollment"), False),
    (ProgrammingError(1146, "Table 'openedx.student_courseenrollment' doesn't exist"), False),
    (OperationalError(1205, "Lock wait timeout exceeded"), False),
    (DatabaseError(), False),
])  # fmt: skip
def test_only_what_our_migrations_make_is_told_as_missing(error, ours):
    assert lacks_table(error) is ours


def test_another_trouble_of_the_database_stays_an_error(cast, monkeypatch):
    def gone(*asked):
        raise OperationalError(2006, "Server has gone away")

    monkeypatch.setattr("wins_xblocks.domain.quiz.api.note_reset", gone)
    with pytest.raises(OperationalError):
        make_block(blocks()["wins_quiz"], {"bank": bank()}).student_view()


# Services of a block's runtime


class Edx(edge.FakeOpenEdx):
    """Who acts and what is told goes through the real port; what is asked of courses is answered by the fake."""

    actor, may_author, publish_grade = OpenEdx.actor, OpenEdx.may_author, OpenEdx.publish_grade
    publish_completion, _block_user_id = OpenEdx.publish_completion, OpenEdx._block_user_id
    _shown_id = OpenEdx._shown_id

    def _masquerades(self, user, course_key):
        return edge.WORLD.masquerading


SERVICES = ("user", "completion", "studio_user_permissions", "replace_urls", "i18n")


@pytest.fixture
def real(settings, monkeypatch, rf, learner):
    """A learner's request, answered by the real port."""
    settings.WINS_PLATFORM, settings.SERVICE_VARIANT = f"{__name__}.Edx", "lms"
    request = rf.get("/")
    request.user = learner
    monkeypatch.setattr("crum.get_current_request", lambda: request)
    study_time.accept_notice(learner.id, NOW)
    return learner


def lacking_block(entry, learner, without):
    """A block of the Foundation course whose runtime lacks services, and what it published."""
    usage = CourseKey.from_string(edge.FOUNDATION).make_usage_key(entry, "b1")
    block = make_block(blocks()[entry], {"bank": bank(), "purpose": "practice"} if entry == "wins_quiz" else {}, usage)
    attributes, published = {"edx-platform.user_id": learner.id}, []
    there = {
        "user": SimpleNamespace(get_current_user=lambda: SimpleNamespace(opt_attrs=attributes)),
        "completion": SimpleNamespace(completion_tracking_enabled=lambda: True),
        "studio_user_permissions": SimpleNamespace(can_write=lambda key: True),
    }
    block.runtime._services.update(there)
    for name in without:
        block.runtime._services.pop(name, None)
    block.runtime.publish = lambda block, kind, data: published.append(kind)
    return block, published


LACKS = [(name,) for name in SERVICES] + [SERVICES]
SAID = {"user": "Blocks have no service “user” here", "completion": "Blocks have no service “completion” here"}


def test_no_block_asks_for_another_service():
    for kind in blocks().values():
        assert set(kind._combined_services) <= {*SERVICES, "field-data"}, kind


@pytest.mark.parametrize("without", LACKS, ids="+".join)
def test_without_a_service_blocks_are_shown_and_a_quiz_can_be_taken(real, caplog, without):
    for entry in blocks():
        content = lacking_block(entry, real, without)[0].student_view().content
        assert len(content) > 300, entry
        assert "Preview" not in content, entry
    for number in (1, 2):
        quiz, published = lacking_block("wins_quiz", real, without)
        assert call(quiz, "begin")[0] == 200
        assert call(quiz, "submit", {**SENT, "number": number, "responses": {}})[0] == 200
        assert published == (["grade"] if "completion" in without else ["grade", "completion"])
    assert [one.partition(":")[0] for one in said(caplog)] == [SAID[name] for name in without if name in SAID]


@pytest.mark.parametrize("without", LACKS, ids="+".join)
def test_without_a_service_viewing_as_a_learner_still_writes_nothing(real, world, without):
    world.masquerading = True
    quiz, published = lacking_block("wins_quiz", real, without)
    status, answer = call(quiz, "begin")
    assert (status, answer["error"]) == (409, "This is a preview. Nothing is stored here.")
    assert published == []


def test_a_block_that_is_bound_to_somebody_is_asked_itself(real):
    """The service reads her whole person; and whoever another's block is shown to may not write."""

    def costly():
        raise AssertionError("the service was asked")

    for bound, status in ((real.id, 200), (real.id + 1, 409)):
        quiz, _ = lacking_block("wins_quiz", real, ())
        quiz.runtime._services["user"] = SimpleNamespace(get_current_user=costly)
        quiz.scope_ids = quiz.scope_ids._replace(user_id=bound)
        assert call(quiz, "begin")[0] == status


def test_a_user_service_that_knows_nobody_shows_no_question_of_a_test(real):
    quiz, _ = lacking_block("wins_quiz", SimpleNamespace(id=None), ())
    assert "Stem 1?" not in quiz.student_view().content
    assert call(quiz, "begin")[0] == 409


@pytest.mark.parametrize("without", LACKS, ids="+".join)
def test_without_a_service_studio_shows_blocks_and_lets_nobody_in_who_may_not_be_one(real, settings, caplog, without):
    settings.SERVICE_VARIANT = "cms"
    for entry in blocks():
        for view in ("author_view", "studio_view", "student_view"):
            assert len(getattr(lacking_block(entry, real, without)[0], view)({}).content) > 100, (entry, view)
    form = {"values": {"display_name": "New"}, "defaults": []}
    status, answer = call(lacking_block("wins_module", real, without)[0], "submit_studio_edits", form)
    if "studio_user_permissions" in without:
        assert (status, answer["error"]) == (403, "You may not change this course.")
        assert [one for one in said(caplog) if "studio_user_permissions" in one] == [
            "Blocks have no service “studio_user_permissions” here: nobody may edit our blocks in Studio. "
            "Everything else works."
        ]
    else:
        assert status == 200
