"""Retirement: no word, name or answer of a learner is left, nothing else is touched, and the platform goes on."""

import re
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction
from django.dispatch import Signal
from django.utils.module_loading import import_string

from tests.conftest import NOW
from tests.plugin.whole_person import KEPT, MARK, whole
from wins_xblocks import context, heard, periodic, privacy, receivers
from wins_xblocks.apps import WinsXBlocksConfig
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox import api as outbox
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time.models import StudySession

pytestmark = pytest.mark.django_db
MODELS = {model.__name__: model for model in apps.get_app_config("wins_xblocks").get_models()}
PERSONAL = {name for name, model in MODELS.items() if ".. pii:" in model.__doc__}
OF_MANY = {"ExamFilePart"}  # encrypted pieces; what they say of one person stands in her rows
PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
PII_TYPES = {"id", "name", "username", "location", "email_address", "other"}  # of those the platform's checker knows
RETIREMENTS = {"local_api", "retained"}


@pytest.fixture
def retire(django_capture_on_commit_callbacks, monkeypatch):
    """Both signals as the platform sends them, a minute on, each in a transaction that is committed."""
    monkeypatch.setattr(context, "now", lambda: NOW + timedelta(minutes=1))

    def send(user):
        for _ in ("MISC", "CRITICAL"):
            with django_capture_on_commit_callbacks(execute=True):
                receivers.on_retirement(sender=object, signal=Signal(), user=user, retired_username="retired__user_1")

    return send


def marked():
    """``Model.field`` of everything that holds a word of the learner."""
    return {
        f"{name}.{field}"
        for name, model in MODELS.items()
        for row in model.objects.values()
        for field, value in row.items()
        if MARK in str(value)
    }


def writable():
    """``Model.field`` of everything about persons that could hold words."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return {
        f"{name}.{field.attname}"
        for name in PERSONAL
        for field in MODELS[name]._meta.concrete_fields
        if isinstance(field, kinds)
    }


def acts(user):
    return [(entry.action, entry.facts) for entry in audit.entries(f"person:{user.id}")]


def test_every_column_that_may_hold_words_is_tried_or_kept_for_a_reason(learner):
    """A new column of text fails here until somebody decides what becomes of it."""
    whole(learner)
    assert marked() == writable() - set(KEPT)


def test_after_retirement_no_table_holds_a_word_of_hers(learner, retire):
    whole(learner)
    retire(learner)
    assert marked() == set()


def test_the_trail_still_verifies(learner, retire):
    whole(learner)
    audit.anchor(NOW.date(), NOW + timedelta(hours=1))
    retire(learner)
    assert audit.broken() == []
    assert audit.broken_anchors(NOW + timedelta(hours=2)) == []


def test_hours_and_passed_tests_stay(learner, retire):
    own = whole(learner)
    before = registration.hours_of([own.id], 1)[own.id].counted
    retire(learner)
    assert registration.hours_of([own.id], 1)[own.id].counted == before > 0
    assert study_time.recount(learner.id, context.programme().zone) == []
    assert registration.latest(learner.id, "foundation").state == "cancelled"


def test_of_another_learner_nothing_changes(learner, other_learner, retire):
    whole(other_learner)
    whole(learner)
    before = privacy.told_of(other_learner.id)
    retire(learner)
    assert privacy.told_of(other_learner.id) == before


def test_twice_is_safe_and_noted_once(learner, retire):
    whole(learner)
    retire(learner)
    before = privacy.told_of(learner.id)
    retire(learner)
    assert privacy.told_of(learner.id) == before
    [(action, facts)] = acts(learner)
    assert action == "person.forgotten"
    assert facts["by_hand"] is False
    assert facts["failed"] == []
    assert all(rows > 0 for rows in facts["rows"].values()), facts


def test_whoever_never_studied_leaves_no_trace(learner, retire):
    retire(learner)
    assert acts(learner) == []


def test_no_mail_goes_to_her_afterwards(learner, retire, world):
    whole(learner)
    outbox.write("case_opened", "W-1", NOW, NOW, None, {"number": "W-1", "deadline": "2027-03-15"})
    retire(learner)
    assert periodic.send_messages(NOW + timedelta(days=2)).startswith("1 sent, 0 failed")
    assert [address for address, _, _ in world.mails] == ["academy@example.org"]


def test_the_log_holds_numbers_only(learner, retire, caplog):
    caplog.set_level("INFO")
    whole(learner)
    caplog.clear()
    retire(learner)
    assert re.search(rf"retirement of user {learner.id}: \d+ rows", caplog.text)
    assert MARK not in caplog.text
    assert learner.email not in caplog.text


def without_cases(execute, sql, params, many, context):
    """A database that has lost the table, and quotes the statement's values in its complaint."""
    if "wins_xblocks_case" in sql:
        raise ProgrammingError(f"no such table: wins_xblocks_case {params} {MARK}")
    return execute(sql, params, many, context)


def test_a_broken_table_raises_nothing_and_keeps_back_no_other(learner, retire, caplog):
    whole(learner)
    with connection.execute_wrapper(without_cases):
        retire(learner)
    assert {field.split(".")[0] for field in marked()} == {"Case"}
    assert f"user {learner.id}: questions were not erased" in caplog.text
    assert f"wins_person --id {learner.id} --forget --yes" in caplog.text
    assert MARK not in caplog.text
    retire(learner)
    assert marked() == set()


@pytest.mark.parametrize("user", [None, SimpleNamespace(id=None), SimpleNamespace(id="no number")])
def test_whatever_the_platform_sends_nothing_is_raised(user, retire):
    retire(user)


def test_a_trail_that_cannot_be_written_raises_nothing(learner, retire, monkeypatch, caplog):
    whole(learner)
    monkeypatch.setattr(privacy, "note", lambda *a, **k: 1 / 0)
    retire(learner)
    assert "not everything was erased (ZeroDivisionError)" in caplog.text
    assert marked() == set()


def test_nothing_is_erased_before_the_platform_has_committed(learner, django_capture_on_commit_callbacks):
    whole(learner)
    before = marked()
    with django_capture_on_commit_callbacks() as waiting, transaction.atomic():
        receivers.on_retirement(user=learner)
        assert marked() == before
    assert len(waiting) == 1


def test_one_persons_data_is_there_by_table_and_without_codes(learner):
    code = whole(learner).code
    told = privacy.told_of(learner.id)
    assert {name: bool(rows) for name, rows in told.items()} == dict.fromkeys(PERSONAL - OF_MANY, True)
    assert code not in str(told)
    keys = {key for rows in told.values() for row in rows for key in row}
    assert not keys & {"code", "cipher", "digest", "salt", "mac", "text_digest", "token"}


def test_every_word_of_hers_is_in_it(learner):
    whole(learner)
    told = privacy.told_of(learner.id)
    found = {f"{name}.{key}" for name, rows in told.items() for row in rows for key, v in row.items() if MARK in str(v)}
    assert marked() - found == {
        "Case.token", "OfflineClaim.token", "Attempt.seed", "Attempt.drawn", "Attempt.responses",
    }  # fmt: skip


def test_what_a_table_says_of_persons_is_in_the_platforms_own_terms():
    for name in PERSONAL:
        [types] = re.findall(r"\.\. pii_types: (.+)", MODELS[name].__doc__)
        [retirement] = re.findall(r"\.\. pii_retirement: (.+)", MODELS[name].__doc__)
        assert set(types.split(", ")) <= PII_TYPES, name
        assert set(retirement.split(", ")) <= RETIREMENTS, name


def test_the_page_names_every_table():
    page = PAGE.read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    [free] = re.findall(r"hold nothing of a person: (.+)\.", page)
    assert len(table) == len(set(table))
    # Of staff the bare number only.
    named_staff = {
        "Batch",
        "ExamFile",
        "Job",
        "KeyCorrection",
        "MailText",
        "ProgrammeVersion",
        "ProgrammeWithdrawal",
        "SetupMark",
    }
    assert set(table) == PERSONAL | named_staff
    assert set(re.findall(r"`(\w+)`", free)) == set(MODELS) - PERSONAL - named_staff


def test_the_page_and_the_policy_say_the_same_number_of_days(rules):
    assert f"{rules.policies.keep_spans_days} days" in PAGE.read_text(encoding="utf-8")


def wiring():
    part = WinsXBlocksConfig.plugin_app["signals_config"]["lms.djangoapp"]
    return [r for r in part["receivers"] if r["receiver_func_name"] == "on_retirement"]


def test_both_signals_of_the_platform_are_wired(monkeypatch):
    """As the platform's plugin manager resolves them."""
    names = ("USER_RETIRE_LMS_MISC", "USER_RETIRE_LMS_CRITICAL")
    theirs = ModuleType(heard.RETIREMENT)
    for name in names:
        setattr(theirs, name, Signal())
    parts = heard.RETIREMENT.split(".")
    for end in range(1, len(parts)):
        monkeypatch.setitem(sys.modules, ".".join(parts[:end]), ModuleType(".".join(parts[:end])))
    monkeypatch.setitem(sys.modules, heard.RETIREMENT, theirs)
    assert [import_string(r["signal_path"]) for r in wiring()] == [getattr(theirs, name) for name in names]
    assert len({r["dispatch_uid"] for r in wiring()}) == 2
    assert callable(getattr(import_module("wins_xblocks.receivers"), "on_retirement"))  # noqa: B009


def test_a_platform_without_the_signals_starts_and_says_so(caplog):
    for receiver in wiring():
        import_string(receiver["signal_path"]).connect(receivers.on_retirement)
    assert caplog.text.count("This platform does not tell of retired accounts.") == 1
    with pytest.raises(AttributeError):
        heard.anything_else  # noqa: B018


def test_details_of_ended_registrations_go_when_their_time_is_over(learner, rules):
    own = whole(learner)
    assert StudySession.objects.exists()
    Registration.objects.filter(id=own.id).update(state="passed", open_slot=None, ended_at=NOW)
    days = rules.policies.keep_spans_days
    assert periodic.drop_details(NOW + timedelta(days=days)) == "0 visits of 0 ended registrations deleted"
    hours = registration.hours_of([own.id], 1)[own.id]
    assert periodic.drop_details(NOW + timedelta(days=days, seconds=1)).startswith("1 visits of 1 ended")
    assert not StudySession.objects.exists()
    assert registration.hours_of([own.id], 1)[own.id] == hours
    assert study_time.recount(learner.id, rules.zone) == []


def test_details_of_an_open_registration_stay(learner):
    whole(learner)
    periodic.drop_details(NOW + timedelta(days=4000))
    assert StudySession.objects.exists()
