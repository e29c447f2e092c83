"""Which voucher a row belongs to, what becomes of a code that nobody should have, and rows that meet in one step."""

import io
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, KEYS, REG, RULES, fill, issue, join, position, ready, reveal
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results import api
from wins_xblocks.domain.results.models import ExamFile, ExamFilePart, ExamRow
from wins_xblocks.domain.vouchers import acts, marks, pool, rotation
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers.keys import Keys
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from .exam_files import table
from .test_files import VIENNA

pytestmark = pytest.mark.django_db
SAT = NOW + timedelta(days=10)
LATER = SAT + timedelta(days=3)
DATE = {"ExamDate": SAT.strftime("%Y/%m/%d %H:%M:%S")}


@pytest.fixture(autouse=True)
def pools(db):
    pool.ensure([FND, REG])


@pytest.fixture
def code():
    """The code that learner 7 has seen."""
    ready(7)
    fill()
    issue()
    return reveal()


def rows(*told):
    return table(*({**DATE, **one} for one in told))


def check(text, now=LATER):
    return api.check(io.BytesIO(text.encode()), "exam.dat", KEYS, VIENNA, 1, now)


def take(text, now=LATER):
    return api.take_over(check(text, now).file_id, KEYS, VIENNA, 1, now)


def states():
    return [(row.kind, row.state, row.reason, row.voucher_id) for row in ExamRow.objects.order_by("id")]


def the_row():
    [row] = api.waiting()[1]
    return row


@pytest.mark.parametrize("order", [("taken", "pass"), ("pass", "taken")])
def test_a_promise_and_its_grade_in_one_step_leave_nothing_waiting(code, order):
    told = [{"Voucher": code, "Grade": grade} for grade in order]
    dry = check(rows(*told))
    counts = take(rows(*told)).counts
    assert dict(dry.counts) == dict(counts)
    assert "waiting" not in counts
    assert position(now=LATER).state == "passed"
    assert ExamEvent.objects.filter(kind="pass").count() == 1
    kinds = [one.facts["kind"] for one in audit.entries(f"voucher:{Voucher.objects.get().id}")[2:]]
    assert kinds == [kind for kind in ("taken", "pass") if counts["applied"] == 2 or kind == "pass"]
    assert audit.broken() == []


def test_a_promised_grade_for_another_exam_waits(code):
    take(rows({"Voucher": code, "Grade": "taken"}))
    take(rows({"Voucher": code, "Grade": "pass", "ExamSeriesCode": REG}))
    own = Voucher.objects.get().id
    assert states() == [("taken", "applied", "", own), ("pass", "waiting", "another_exam", own)]
    assert not ExamEvent.objects.exists()


def test_a_promised_grade_with_another_code_waits(code):
    [other] = fill(1, start=5)
    take(rows({"Voucher": code, "Grade": "taken"}))
    take(rows({"Voucher": other, "Grade": "pass"}))
    assert [one[:3] for one in states()] == [("taken", "applied", ""), ("pass", "waiting", "changed")]


def test_a_waiting_row_keeps_the_voucher_that_it_names(code):
    earlier = (SAT - timedelta(days=2)).strftime("%Y/%m/%d")
    take(rows({"Voucher": code, "Grade": "fail", "RegistrationID": "2", "ExamDate": earlier}))
    take(rows({"Voucher": code}))
    own = Voucher.objects.get().id
    assert states()[-1][2] == "used"
    assert the_row().voucher_id == own
    assert api.suggested(the_row(), VIENNA).meant == (7,)
    assert api.choice(the_row(), 7).offered == own


@pytest.mark.parametrize("grades", [["pass"], ["taken", "pass"]])
def test_the_result_of_a_voucher_that_staff_marked_as_used_is_recorded_and_a_second_one_waits(code, grades):
    own = Voucher.objects.get().id
    marks.mark_used(own, "Mail of Pearson VUE", 1, LATER)
    assert position(now=LATER).state == "pending"
    for grade in grades:
        take(rows({"Voucher": code, "Grade": grade}))
    assert position(now=LATER).state == "passed"
    later = (SAT + timedelta(days=2)).strftime("%Y/%m/%d")
    assert dict(check(rows({"Voucher": code, "RegistrationID": "2", "ExamDate": later})).counts) == {"waiting": 1}
    take(rows({"Voucher": code, "RegistrationID": "2", "ExamDate": later}))
    assert states()[-1][2] == "used"
    assert audit.broken() == []


def test_two_results_in_one_step_for_a_voucher_marked_as_used_are_one_and_one_that_waits(code):
    marks.mark_used(Voucher.objects.get().id, "Mail of Pearson VUE", 1, LATER)
    later = (SAT + timedelta(days=2)).strftime("%Y/%m/%d")
    take(rows({"Voucher": code}, {"Voucher": code, "RegistrationID": "2", "ExamDate": later}))
    assert [one[1:3] for one in states()] == [("applied", ""), ("waiting", "used")]


@pytest.mark.parametrize(("days", "found"), [(1, "applied"), (2, "waiting")])
def test_an_exam_before_the_learner_saw_the_code_waits(code, days, found):
    """Who sat with a code that was not hers yet was somebody else; the zone of the test centre is not known."""
    sat = (NOW - timedelta(days=days)).strftime("%Y/%m/%d 12:00:00")
    take(rows({"Voucher": code, "ExamDate": sat}))
    [(_kind, state, reason, voucher_id)] = states()
    assert (state, reason) == (found, "before_seen" if found == "waiting" else "")
    assert voucher_id == Voucher.objects.get().id
    assert ExamEvent.objects.count() == (found == "applied")
    if found == "waiting":
        assert position(now=LATER).state == "shown"
        assert api.suggested(the_row(), VIENNA).meant == (7,)


def test_a_code_of_the_pool_that_a_result_names_is_given_to_nobody():
    ready(7)
    [code, _other] = fill(2)
    before = check(rows({"Voucher": code}))
    assert "taken out of the pool" in before.fates[0].sentence
    named = Voucher.objects.order_by("expires_at", "id")[0]
    assert named.state == "imported", "looking changes nothing"
    take(rows({"Voucher": code}))
    named.refresh_from_db()
    assert (named.state, the_row().voucher_id) == ("void", named.id)
    assert VoucherExam.objects.get(voucher=named).state == "closed"
    [entry] = audit.entries(f"voucher:{named.id}")
    assert (entry.action, entry.facts) == ("voucher.set_aside", {"exam": FND})
    assert issue(7).voucher.id != named.id
    assert issue(7).voucher.id
    assert vouchers.stock([FND], RULES, LATER)[0].usable == 0


def test_the_same_code_again_waits_with_the_same_reason():
    [code] = fill()
    take(rows({"Voucher": code}, {"Voucher": code, "RegistrationID": "2"}))
    assert [one[2] for one in states()] == ["in_pool", "in_pool"]
    assert len(audit.entries(f"voucher:{Voucher.objects.get().id}")) == 1


def test_a_result_of_the_same_day_waits(code):
    exams.record(7, FND, "pass", SAT - timedelta(hours=2), LATER, 1)
    take(rows({"Voucher": code}))
    assert [one[2] for one in states()] == ["same_day"]
    assert Voucher.objects.get().state == "revealed"


@pytest.fixture
def replaced(code):
    """(the code that was replaced, its voucher's id, the new one's)."""
    fill(1, start=2)
    old = Voucher.objects.exclude(holder_id=None).get().id
    new = acts.replace(old, "sent_twice", "Twice", 1, RULES, NOW)
    return code, old, new


def test_after_a_replacement_the_new_voucher_is_a_task_until_it_ends(replaced):
    code, old, new = replaced
    assert api.left_open() == ()
    take(rows({"Voucher": code}))
    assert [(one.before, one.voucher_id, one.learner_id) for one in api.left_open()] == [(old, new, 7)]
    row = the_row()
    found = api.choice(row, 7)
    assert ([one.id for one in found.vouchers], found.offered) == ([new, old], old)
    api.confirm(row.id, 7, old, 1, LATER)
    assert [Voucher.objects.get(id=id_).state for id_ in (old, new)] == ["void", "issued"]
    assert len(api.left_open()) == 1, "somebody must still say what becomes of the new code"
    acts.cancel_voucher(new, "The old one was used", 1, RULES, LATER)
    assert api.left_open() == ()


def test_a_row_that_is_nobodys_makes_no_task(replaced):
    code, _old, _new = replaced
    take(rows({"Voucher": code}))
    api.ignore(the_row().id, "A test", 1, LATER)
    assert api.left_open() == ()


def test_staff_choose_the_voucher_that_was_used(replaced):
    code, _old, new = replaced
    take(rows({"Voucher": code}))
    with pytest.raises(Refusal, match="has not seen this code"):
        api.confirm(the_row().id, 7, new, 1, LATER)
    reveal()
    api.confirm(the_row().id, 7, new, 1, LATER)
    assert Voucher.objects.get(id=new).state == "used"
    assert ExamEvent.objects.get(kind="pass").voucher_id == new
    assert audit.broken() == []


@pytest.mark.parametrize(("learner", "by", "match"), [
    (7, 7, "your own result"), (99, 2, "never studied"), (8, 2, "not of this learner"), (7, 1, "You sent this file"),
])  # fmt: skip
def test_a_result_goes_to_nobody_but_a_learner_with_her_own_voucher(code, learner, by, match):
    join(8)
    take(rows({"Voucher": ""}))
    with pytest.raises(Refusal, match=match):
        api.confirm(the_row().id, learner, Voucher.objects.get().id, by, LATER)
    assert (ExamRow.objects.get().state, ExamEvent.objects.count()) == ("waiting", 0)


def test_a_voucher_of_another_exam_is_chosen_only_where_the_row_names_it(code):
    take(rows({"Voucher": code, "ExamSeriesCode": REG}, {"RegistrationID": "2", "Voucher": "", "ExamSeriesCode": REG}))
    named, bare = api.waiting()[1]
    own = Voucher.objects.get().id
    with pytest.raises(Refusal, match="not of this learner and this exam"):
        api.confirm(bare.id, 7, own, 2, LATER)
    api.confirm(named.id, 7, own, 1, LATER)
    assert (Voucher.objects.get().state, exams.outcome(7, REG).passed) == ("used", True)


def test_suggestions_name_each_learner_once_in_three_queries(code, django_assert_num_queries):
    day = SAT.astimezone(VIENNA).date().isoformat()
    for _again in range(3):
        exams.record(8, FND, "booked", NOW, NOW, 8, None, {"day": day, "city": "Vienna"})
    exams.record(7, FND, "booked", NOW, NOW, 7, None, {"day": day, "city": "Vienna"})
    take(rows({"Voucher": ""}))
    row = the_row()
    with django_assert_num_queries(3):
        found = api.suggested(row, VIENNA)
    assert (found.told, found.holders) == ((7, 8), ())


def test_who_has_a_result_of_that_day_already_is_not_suggested_for_another(code):
    day = SAT.astimezone(VIENNA).date().isoformat()
    for learner_id in (7, 8):
        exams.record(learner_id, FND, "booked", NOW, NOW, learner_id, None, {"day": day, "city": "Vienna"})
    take(rows({"Voucher": code}, {"RegistrationID": "2", "Voucher": ""}))
    assert api.suggested(the_row(), VIENNA).told == (8,)


def test_the_list_asks_twice_however_many_rows_wait(django_assert_num_queries):
    take(rows(*({"RegistrationID": str(n), "Voucher": ""} for n in range(30))))
    with django_assert_num_queries(2):
        assert len(api.waiting()[1]) == 30


def test_pieces_of_an_import_that_was_left_in_the_middle_go_with_time_too(code):
    take(rows({"Voucher": code}))
    waits = take(rows({"RegistrationID": "2", "Voucher": ""}))
    ExamFile.objects.update(state="open")
    assert api.drop_files(LATER + timedelta(days=1), LATER + timedelta(days=1)) == 2
    assert not ExamFilePart.objects.exists()
    assert [bool(row.cipher) for row in ExamRow.objects.order_by("id")] == [False, True], "a row that waits is kept"
    api.ignore(the_row().id, "A test", 1, LATER)
    assert api.drop_files(LATER + timedelta(days=2), LATER + timedelta(days=2)) == 0
    assert not ExamRow.objects.exclude(cipher="").exists()
    assert ExamFile.objects.filter(dropped_at__isnull=True).count() == 0
    assert waits.counts["waiting"] == 1


def test_a_file_that_comes_again_after_its_pieces_went_is_kept_as_long_as_any(code):
    text, after = rows({"Voucher": code}), LATER + timedelta(days=500)
    take(text)
    api.drop_files(after, after)
    assert check(text, after).seen_before
    assert api.drop_files(after - timedelta(days=1), after) == 0
    assert ExamFilePart.objects.exists()


def test_an_import_that_was_cut_off_is_resumed_once_it_stands_still(code, monkeypatch):
    monkeypatch.setattr(api, "STEP", 1)
    file_id = check(rows({"Voucher": code}, {"RegistrationID": "2", "Voucher": ""})).file_id
    real = api.placing.take

    def cut(file, *args):
        if ExamRow.objects.exists():
            raise MemoryError
        return real(file, *args)

    monkeypatch.setattr(api.placing, "take", cut)
    with pytest.raises(MemoryError):
        api.take_over(file_id, KEYS, VIENNA, 5, LATER)
    monkeypatch.setattr(api.placing, "take", real)
    assert api.resume(KEYS, VIENNA, LATER + timedelta(minutes=9)) == (0, 0), "it may still be running"
    heard = []
    assert api.resume(KEYS, VIENNA, LATER + timedelta(minutes=11), heard.extend) == (1, 0)
    assert (ExamFile.objects.get().state, ExamRow.objects.count(), heard) == ("done", 2, [])
    assert api.resume(KEYS, VIENNA, LATER + timedelta(hours=1)) == (0, 0)


def test_an_import_whose_pieces_went_is_not_tried_for_ever(code):
    file_id = check(rows({"Voucher": code})).file_id
    ExamFile.objects.filter(id=file_id).update(state="open", stepped_at=LATER)
    ExamFilePart.objects.all().delete()
    assert api.resume(KEYS, VIENNA, LATER + timedelta(hours=1)) == (0, 1)
    ExamFile.objects.update(dropped_at=LATER)
    assert api.resume(KEYS, VIENNA, LATER + timedelta(hours=1)) == (0, 0)


OTHER_DIGEST = Keys(KEYS.fernet_keys, "a new digest key", KEYS.digest_key)


def test_after_a_change_of_the_digest_key_the_same_file_and_the_same_row_are_known_again(code):
    numberless = {"RegistrationID": "", "ClientAuthorizationID": "AUTH-1", "Voucher": code}
    file = rows(numberless, {"RegistrationID": "2", "Voucher": ""})
    take(file)
    seen = []
    rotation.rotate_digest(OTHER_DIGEST, LATER, also=lambda: seen.append(api.rotate_digest(OTHER_DIGEST)))
    assert seen == [2]  # the file and the row without a number
    after = Keys(KEYS.fernet_keys, "a new digest key")
    assert api.check(io.BytesIO(file.encode()), "exam.dat", after, VIENNA, 1, LATER).seen_before
    other = api.check(io.BytesIO(rows(numberless).encode()), "other.dat", after, VIENNA, 1, LATER)
    assert dict(api.take_over(other.file_id, after, VIENNA, 1, LATER).counts) == {"known": 1}
    assert api.rotate_digest(OTHER_DIGEST) == 0, "nothing is changed twice"
