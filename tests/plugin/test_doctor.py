"""What an operator is told of an installation that lacks something. Each finding is made to appear, and to go away."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import RULES, fill, issue, ready
from wins_xblocks import context, doctor, findings
from wins_xblocks.domain.jobs import api as jobs
from wins_xblocks.domain.jobs.data import NewLine
from wins_xblocks.domain.outbox import api as outbox
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.programme import api as programme
from wins_xblocks.domain.programme.loader import SHIPPED, ProgrammeError
from wins_xblocks.domain.schedule import api as schedule
from wins_xblocks.domain.schedule.models import PeriodicTask
from wins_xblocks.settings import filters

pytestmark = pytest.mark.django_db
COURSES = tuple((f"course-v1:{m.course.org}+{m.course.number}+2026", m.title) for m in RULES.modules)


@pytest.fixture(autouse=True)
def whole(monkeypatch, world):
    """An installation that lacks nothing."""
    monkeypatch.setattr(context, "now", lambda: NOW)
    world.courses = COURSES
    PeriodicTask.objects.create(name="messages", last_run_at=NOW)
    for module in RULES.modules:
        fill(exam=module.exam, start=len(module.exam) + sum(map(ord, module.exam)))


def told():
    return {one.id for one in doctor.examine(NOW)}


def test_a_whole_installation_is_told_so():
    out = StringIO()
    call_command("wins_doctor", stdout=out)
    assert out.getvalue() == "Nothing is missing.\n"


@pytest.mark.parametrize(("name", "value", "found"), [
    ("WINS_DEMO_TIME_FACTOR", 600, "wins.E001"),
    ("OPEN_EDX_FILTERS_CONFIG", {"other": []}, "wins.W002"),
    ("TRACKING_IGNORE_URL_PATTERNS", ["^/event"], "wins.W003"),
    ("WINS_VOUCHER_KEYS", [], "wins.W004"),
    ("WINS_VOUCHER_DIGEST_KEY", "", "wins.W004"),
    ("WINS_AUDIT_KEY", "", "wins.W005"),
    ("WINS_AUDIT_KEY", b"bytes", "wins.E005"),
    ("WINS_AUDIT_KEY", 7, "wins.E005"),
    ("WINS_VOUCHER_KEYS", ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="], "wins.E007"),
    ("WINS_VOUCHER_DIGEST_KEY", "another", "wins.E007"),
])  # fmt: skip
def test_a_wrong_setting_is_named(settings, name, value, found):
    setattr(settings, name, value)
    assert told() == {found}


def test_a_change_of_the_digest_key_is_told_until_the_old_one_is_gone(settings):
    settings.WINS_VOUCHER_DIGEST_KEY_OLD, settings.WINS_VOUCHER_DIGEST_KEY = settings.WINS_VOUCHER_DIGEST_KEY, "new"
    assert told() == {"wins.W016"}
    call_command("wins_rotate_keys", "--digest", stdout=StringIO())
    assert told() == {"wins.I016"}
    settings.WINS_VOUCHER_DIGEST_KEY_OLD = ""
    assert told() == set()


def test_each_lost_step_is_named(settings):
    settings.OPEN_EDX_FILTERS_CONFIG = {}
    texts = [one.text for one in findings.filter_steps()]
    assert len(texts) == len(filters.STEPS)
    assert all(kind in text for kind, text in zip(filters.STEPS, texts, strict=True))


def test_rules_that_cannot_be_read_are_an_error_and_stop_no_other_question(settings, tmp_path):
    broken = tmp_path / "rules.yaml"
    broken.write_text("modules: [")
    settings.WINS_PROGRAMME = str(broken)
    found = doctor.examine(NOW)
    assert found[0].id == "wins.E006"
    assert str(broken) in found[0].text
    assert {one.id for one in found[1:]} == {"wins.W000"}
    assert any("“pool” could not be asked" in one.text for one in found)


def rules_with(settings, tmp_path, old, new):
    text = SHIPPED.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file = tmp_path / "rules.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    settings.WINS_PROGRAMME = str(file)


def test_a_policy_that_nothing_reads_yet_is_told_when_it_was_changed(settings, tmp_path):
    rules_with(settings, tmp_path, "exams_per_code: 1", "exams_per_code: 2")
    [found] = doctor.examine(NOW)
    assert (found.id, found.text) == ("wins.W013", "Set in the rules, but not yet applied: policies.exams_per_code.")


def test_a_file_that_cannot_be_meant_is_told_at_start_with_line_and_place(settings, tmp_path):
    rules_with(settings, tmp_path, "at_once: 16", "at_once: 32")
    [found] = run_checks(tags=["wins"])
    assert found.id == "wins.W006"
    assert re.fullmatch(r".*rules\.yaml: line \d+: policies\.book_hours\.at_once: 32 hours .*", found.msg)


def test_tables_that_are_missing_are_told_once_with_the_command_that_makes_them(monkeypatch):
    MigrationRecorder.Migration.objects.filter(app="wins_xblocks", name="0003_one_open_test").delete()
    monkeypatch.setattr(schedule, "last_runs", lambda: 1 / 0)  # not asked any more
    [found] = doctor.examine(NOW)
    assert (found.id, found.error, found.hint) == ("wins.E014", True, "manage.py lms migrate wins_xblocks")
    assert "0003_one_open_test did not run" in found.text


def test_without_tables_whoever_asks_for_the_rules_is_told_so(monkeypatch):
    def gone(**_):
        raise OperationalError("no such table: wins_xblocks_programmeversion")

    monkeypatch.setattr(programme.ProgrammeVersion.objects, "filter", gone)
    with pytest.raises(ProgrammeError, match="migrate wins_xblocks"):
        context.programme()


def test_an_empty_pool_with_learners_who_wait_is_told(learner):
    ready(learner.id)
    issue(learner.id)
    assert told() == {"wins.I008"}
    other = learner.id + 1
    ready(other)
    issue(other)
    assert told() == {"wins.W008"}


def test_a_course_of_the_academy_that_belongs_to_no_module_is_told(world):
    world.courses = (*COURSES, ("course-v1:WINS+NEW+2026", "New"), ("course-v1:Else+X+1", "Not ours"))
    found = doctor.examine(NOW)
    assert [(one.id, "course-v1:WINS+NEW+2026 (New)" in one.text) for one in found] == [("wins.W009", True)]


def test_a_module_without_a_course_is_told(world):
    world.courses = COURSES[1:]
    [found] = doctor.examine(NOW)
    assert (found.id, found.text) == ("wins.I009", "No course yet for 1 of 10 modules: WINS+FND (foundation).")


def test_a_platform_that_keeps_no_completion_is_told(world):
    world.completion = False
    assert told() == {"wins.W010"}


def test_a_periodic_command_that_stopped_is_told():
    PeriodicTask.objects.update(last_run_at=NOW - timedelta(days=2, minutes=1))
    assert told() == {"wins.W012"}
    PeriodicTask.objects.all().delete()
    [found] = doctor.examine(NOW)
    assert "wins_periodic never ran" in found.text


def test_errors_end_the_command_with_1(settings):
    settings.WINS_DEMO_TIME_FACTOR = 600
    out = StringIO()
    with pytest.raises(CommandError, match="Something does not work"):
        call_command("wins_doctor", stdout=out)
    assert "ERROR wins.E001" in out.getvalue()


def test_what_can_be_seen_at_start_is_a_system_check(settings):
    assert run_checks(tags=["wins"]) == []
    settings.TRACKING_IGNORE_URL_PATTERNS = []
    settings.WINS_DEMO_TIME_FACTOR = 60
    assert [(one.id, one.is_serious()) for one in run_checks(tags=["wins"])] == [
        ("wins.E001", True), ("wins.W003", False)
    ]  # fmt: skip


def test_the_host_is_not_asked_for_what_only_a_platform_has(settings):
    settings.WINS_PLATFORM = findings.HOST
    settings.OPEN_EDX_FILTERS_CONFIG, settings.TRACKING_IGNORE_URL_PATTERNS = {}, []
    settings.WINS_DEMO_TIME_FACTOR = 600
    assert run_checks(tags=["wins"]) == []


# Health


def test_health_says_a_word_to_anybody(client):
    response = client.get(reverse("wins:health"))
    assert (response.status_code, json.loads(response.content)) == (200, {"healthy": True})
    assert "no-store" in response["Cache-Control"]


def test_without_its_tables_it_is_not_healthy_and_the_log_says_why(client, monkeypatch, caplog):
    def gone():
        raise DatabaseError("no such table")

    monkeypatch.setattr(schedule, "last_runs", gone)
    response = client.get(reverse("wins:health"))
    assert (response.status_code, json.loads(response.content)) == (503, {"healthy": False})
    assert "no such table" in caplog.text


def test_with_broken_rules_it_is_not_healthy(client, settings, tmp_path):
    settings.WINS_PROGRAMME = str(tmp_path / "none.yaml")
    assert client.get(reverse("wins:health")).status_code == 503


def test_jobs_that_nobody_takes_up_are_told_after_half_an_hour():
    job_id = jobs.draft("grant", [NewLine(number=1, exam="WINS-FND", learner_id=1)], 1, "Paid anew", "", NOW)
    jobs.start(job_id, 1, NOW)
    [found] = doctor.examine(NOW + timedelta(minutes=32))
    assert (found.id, found.text) == ("wins.W017", f"Jobs from the desk that nobody does: {job_id}.")
    assert doctor.examine(NOW + timedelta(minutes=20)) == []


def test_mails_that_were_given_up_are_told():
    outbox.write("voucher_ready", "7", NOW, NOW, 1, {})
    OutboxMessage.objects.update(tries=12)
    [found] = doctor.examine(NOW)
    assert (found.id, found.text) == ("wins.W018", "Mails that were tried twelve times and never sent: 1.")
