"""Rows of results find their learners by the voucher's code, once; what does not speak for itself waits."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, KEYS, REG, fill, issue, join, position, ready, reveal
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.results import api, privacy
from wins_xblocks.domain.results.models import ExamFile, ExamFilePart, ExamRow
from wins_xblocks.domain.vouchers import pool
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from .exam_files import packed, table
from .test_files import VIENNA

pytestmark = pytest.mark.django_db
SAT = NOW + timedelta(days=10)
DATE = {"ExamDate": SAT.strftime("%Y/%m/%d %H:%M:%S")}
LATER = SAT + timedelta(days=3)


@pytest.fixture(autouse=True)
def pools(db):
    """Both exams have had codes."""
    pool.ensure([FND, REG])


@pytest.fixture
def code():
    """The code that learner 7 has seen."""
    ready(7)
    fill()
    issue()
    return reveal()


def check(data, now=LATER):
    return api.check(io.BytesIO(data if isinstance(data, bytes) else data.encode()), "exam.dat", KEYS, VIENNA, 1, now)


def take(data, now=LATER, on=None):
    return api.take_over(check(data, now).file_id, KEYS, VIENNA, 1, now, on)


def rows(*told):
    return table(*({**DATE, **one} for one in told))


def states():
    return [(row.state, row.reason) for row in ExamRow.objects.order_by("id")]


def voucher():
    return Voucher.objects.get()


def test_looking_at_a_file_keeps_it_and_records_nothing(code):
    report = check(rows({"Voucher": code}))
    assert dict(report.counts) == {"applied": 1}
    assert [fate.code for fate in report.fates] == ["••••QX"]
    assert code not in repr(report)
    assert (ExamEvent.objects.count(), ExamRow.objects.count(), voucher().state) == (0, 0, "revealed")
    assert code not in "".join(ExamFilePart.objects.values_list("cipher", flat=True))


@pytest.mark.parametrize(("grade", "kind", "state"), [
    ("pass", "pass", "passed"), ("fail", "fail", "failed"), ("unfinished", "incomplete", "failed"),
    ("refused", "refused", "failed"),
])  # fmt: skip
def test_a_row_is_recorded_for_who_holds_the_voucher(code, grade, kind, state):
    told = []
    take(rows({"Voucher": f" {code[:4].lower()}-{code[4:]} ", "Grade": grade}), on=told.extend)
    [event] = ExamEvent.objects.all()
    assert (event.learner_id, event.exam, event.kind, event.voucher_id) == (7, FND, kind, voucher().id)
    assert event.facts == {"score": 81.5}
    assert (voucher().state, VoucherExam.objects.get().open_holder) == ("used", None)
    assert position(now=LATER).state == state
    assert audit.entries(f"voucher:{voucher().id}")[-1].facts == {"exam": FND, "learner": 7, "kind": kind}
    assert audit.broken() == []
    assert OutboxMessage.objects.get(kind="result_arrived").values == {"exam": FND}, "the result is not in it"
    assert [(one.learner_id, one.kind) for one in told] == [(7, kind)]


def test_the_same_file_twice_and_the_same_row_in_another_change_nothing(code):
    own = rows({"Voucher": code})
    assert (take(own).seen_before, take(own).seen_before) == (False, True)
    report = take(rows({"Voucher": code}, {"RegistrationID": "2", "Voucher": ""}))
    assert dict(report.counts) == {"known": 1, "waiting": 1}
    assert (ExamEvent.objects.count(), OutboxMessage.objects.filter(kind="result_arrived").count()) == (1, 1)


def test_a_zip_with_the_same_row_changes_nothing(code):
    take(rows({"Voucher": code}))
    assert dict(take(packed(exam__dat=rows({"Voucher": code}))).counts) == {"known": 1}


def test_an_exam_without_a_grade_is_pending_until_the_grade_comes(code):
    take(rows({"Voucher": code, "Grade": "taken"}))
    assert (position(now=LATER).state, ExamEvent.objects.count()) == ("pending", 0)
    take(rows({"Voucher": code, "Grade": "pass"}))
    assert position(now=LATER).state == "passed"
    assert audit.broken() == []


def test_without_a_registration_number_authorisation_moment_and_exam_make_the_row(code):
    own = {"RegistrationID": "", "Voucher": "", "ClientAuthorizationID": code}
    take(rows(own))
    counts = take(rows(own, {**own, "ExamDate": "2027/02/02"}, {**own, "ExamSeriesCode": REG})).counts
    assert dict(counts) == {"known": 1, "waiting": 2}
    assert code not in str(list(ExamRow.objects.values()))


def test_another_result_of_the_same_registration_waits(code):
    take(rows({"Voucher": code, "Grade": "fail"}))
    take(rows({"Voucher": code, "Grade": "pass"}))
    assert states() == [("applied", ""), ("waiting", "changed")]


@pytest.mark.parametrize(("change", "told", "reason"), [
    ({}, {"Voucher": ""}, "no_code"), ({}, {"Voucher": "NOBODY99"}, "unknown_code"),
    ({}, {"Voucher": "?!"}, "unknown_code"),
    ({}, {"ExamSeriesCode": REG}, "another_exam"), ({"state": "void"}, {}, "void"),
    ({"state": "issued", "revealed_at": None}, {}, "unseen"), ({"state": "expired", "revealed_at": None}, {}, "unseen"),
])  # fmt: skip
def test_what_does_not_speak_for_itself_waits_with_its_reason(code, change, told, reason):
    Voucher.objects.update(**change)
    before = voucher().state
    take(rows({"Voucher": code, **told}))
    assert states() == [("waiting", reason)]
    assert (ExamEvent.objects.count(), voucher().state) == (0, before)
    assert api.waiting()[0] == 1


def test_a_code_of_the_pool_waits():
    [code] = fill()
    take(rows({"Voucher": code}))
    assert states() == [("waiting", "in_pool")]


@pytest.mark.parametrize("state", ["expired", "lost", "booked"])
def test_late_evidence_turns_what_ended_into_used(code, state):
    Voucher.objects.update(state=state)
    if state != "booked":
        VoucherExam.objects.update(state="closed", open_holder=None)
    take(rows({"Voucher": code}))
    assert (voucher().state, states()) == ("used", [("applied", "")])


def test_a_replaced_voucher_is_a_task_for_staff_and_not_a_guess(code):
    fill(1, start=2)
    old, new = Voucher.objects.order_by("id")
    Voucher.objects.filter(id=old.id).update(replaced_by=new, state="expired")
    take(rows({"Voucher": code}))
    assert states() == [("waiting", "replaced")]
    assert Voucher.objects.get(id=old.id).state == "expired"


def test_one_voucher_pays_for_one_result(code):
    take(rows({"Voucher": code}, {"Voucher": code, "RegistrationID": "1002"}))
    assert states() == [("applied", ""), ("waiting", "used")]


def test_a_code_that_stands_where_the_exam_should_is_kept_nowhere_in_plain(code):
    report = take(rows({"ExamSeriesCode": code, "Voucher": ""}))
    assert [(one.line, one.column) for one in report.problems] == [(2, "ExamSeriesCode")]
    assert not ExamRow.objects.exists()
    assert code not in str(report)


def test_while_the_digest_key_is_changed_no_file_is_taken(code):
    file_id = check(rows({"Voucher": code})).file_id
    keys = replace(KEYS, digest_key="another", old_digest_key=KEYS.digest_key)
    with pytest.raises(Refusal, match="digest key is being changed"):
        api.take_over(file_id, keys, VIENNA, 1, LATER)
    with pytest.raises(Refusal, match="digest key is being changed"):
        api.check(io.BytesIO(b"x"), "exam.dat", keys, VIENNA, 1, LATER)


def test_files_and_rows_are_under_the_newest_key_after_the_change_of_keys(code, settings):
    newest = Fernet.generate_key().decode()
    data = rows({"Voucher": code, "ClientCandidateID": "Ünï"}).encode("cp1252")
    file_id = take(data).file_id
    ring, only_new = replace(KEYS, fernet_keys=[newest, *KEYS.fernet_keys]), replace(KEYS, fernet_keys=[newest])
    assert api.rotate(only_new) == (0, 2)
    assert api.rotate(ring) == (2, 0)
    assert api.rotate(ring) == (0, 0)
    assert only_new.unseal(ExamFilePart.objects.get(file_id=file_id).cipher) == data
    assert "Ünï" in only_new.decrypt(ExamRow.objects.get().cipher)
    settings.WINS_VOUCHER_KEYS, settings.WINS_VOUCHER_DIGEST_KEY = list(ring.fernet_keys), KEYS.digest_key
    told = io.StringIO()
    call_command("wins_rotate_keys", "--codes", stdout=told)
    assert "0 pieces of files and rows of results written anew." in told.getvalue()


def test_one_bad_line_stops_the_whole_file(code):
    report = take(rows({"Voucher": code}, {"RegistrationID": "2", "Grade": "splendid"}))
    assert (report.bad, report.problems[0].line, report.problems[0].column) == (1, 3, "Grade")
    assert (ExamRow.objects.count(), voucher().state) == (0, "revealed")


def test_an_import_that_was_cut_off_goes_on_where_it_stopped(code, monkeypatch):
    monkeypatch.setattr(api, "STEP", 1)
    data, seen = rows({"Voucher": code}, *({"RegistrationID": str(n), "Voucher": ""} for n in range(2, 6))), []

    def dies(recorded):
        seen.extend(recorded)

    real = api.placing.take

    def cut(*args):
        if ExamRow.objects.count() == 3:
            raise MemoryError
        return real(*args)

    monkeypatch.setattr(api.placing, "take", cut)
    with pytest.raises(MemoryError):
        take(data, on=dies)
    assert (ExamFile.objects.get().rows_done, ExamFile.objects.get().state) == (3, "open")
    monkeypatch.setattr(api.placing, "take", real)
    take(data, on=dies)
    assert (ExamFile.objects.get().state, ExamRow.objects.count(), len(seen)) == ("done", 5, 1)


def test_a_placed_row_uses_up_no_voucher_but_the_one_it_was_paid_with(code):
    take(rows({"Voucher": code, "Grade": "fail"}))
    Entitlement.objects.update(state=Entitlement.HELD, used_at=None)  # WINS gives her another place
    fill(1, start=9)
    after = LATER + timedelta(days=30)
    second = issue(now=after).voucher.id
    reveal(now=after)
    take(rows({"Voucher": code, "Grade": "pass"}), after)
    row = ExamRow.objects.get(state="waiting")
    assert row.reason == "changed"
    first = ExamRow.objects.order_by("id")[0].voucher_id
    assert api.choice(api.waiting_row(row.id), 7).offered == first
    api.confirm(row.id, 7, first, 1, after)
    assert Voucher.objects.get(id=second).state == "revealed"
    assert ExamRow.objects.get(id=row.id).voucher_id == first


def test_nobody_places_her_own_result(code):
    take(rows({"Voucher": ""}))
    row = ExamRow.objects.get()
    with pytest.raises(Refusal, match="your own result"):
        api.confirm(row.id, 7, None, 7, LATER)
    assert ExamRow.objects.get().state == "waiting"


def test_a_file_whose_pieces_went_with_time_may_be_sent_again(code):
    data = rows({"Voucher": code})
    check(data)
    ExamFilePart.objects.all().delete()
    assert take(data).counts["applied"] == 1


def test_a_person_confirms_whose_a_row_is(code):
    exams.record(8, FND, "booked", NOW, NOW)
    ExamEvent.objects.update(facts={"day": SAT.astimezone(VIENNA).date().isoformat(), "city": "Vienna"})
    take(rows({"Voucher": ""}))
    [row] = api.waiting()[1]
    found = api.suggested(row, VIENNA)
    assert (found.meant, found.told, found.holders) == ((), (8,), (7,))
    api.confirm(row.id, 7, api.choice(row, 7).offered, 2, LATER)
    assert (voucher().state, position(now=LATER).state) == ("used", "passed")
    with pytest.raises(api.NotWaiting):
        api.confirm(row.id, 7, None, 2, LATER)
    assert api.waiting() == (0, ())
    assert audit.broken() == []


def test_a_row_may_be_somebodys_who_holds_no_voucher():
    join(9)
    take(rows({"Voucher": ""}))
    [row] = api.waiting()[1]
    api.confirm(row.id, 9, None, 2, LATER)
    assert exams.outcome(9, FND).passed
    assert [one.action for one in audit.entries(f"examrow:{row.id}")] == ["result.recorded"]


def test_a_row_is_ignored_with_a_reason_once():
    take(rows({"Voucher": ""}))
    [row] = api.waiting()[1]
    with pytest.raises(Refusal, match="reason"):
        api.ignore(row.id, " ", 1, LATER)
    api.ignore(row.id, "A test of Pearson VUE", 1, LATER)
    assert states() == [("ignored", "no_code")]
    with pytest.raises(api.NotWaiting):
        api.ignore(row.id, "Again", 1, LATER)


def test_what_a_row_says_is_erased_with_the_account_and_pieces_go_with_time(code):
    take(rows({"Voucher": code}))
    assert KEYS.decrypt(ExamRow.objects.get().cipher).startswith('{"registrationid": "1001"')
    assert privacy.forget(7, LATER) == 1
    assert (ExamRow.objects.get().cipher, exams.outcome(7, FND).passed) == ("", True)
    assert api.drop_files(LATER, LATER) == 0
    assert api.drop_files(LATER + timedelta(days=1), LATER) == 1
    assert not ExamFilePart.objects.exists()


def test_a_file_without_rows_is_refused():
    with pytest.raises(Refusal, match="no results"):
        check(table())


def test_a_large_file_is_read_in_pieces(code):
    told = [{"RegistrationID": str(n), "Voucher": ""} for n in range(4000)]
    report = take(rows(*told, {"RegistrationID": "9999999", "Voucher": code}))
    assert ExamFilePart.objects.count() > 1
    assert dict(report.counts) == {"waiting": 4000, "applied": 1}
    assert datetime(2027, 1, 1, tzinfo=UTC) < SAT
