"""What the ledger tells: hours, units, days, last pages; and the recount that trusts none of it."""

from datetime import date, timedelta

import pytest

from wins_xblocks.domain.study_time.data import LastPage, LedgerHours
from wins_xblocks.domain.study_time.models import OfflineClaim, Strike, StudyDay, StudyLearner, StudySession

from .beats import MINUTE, NOW, VIENNA, api, beat, rules, visit

pytestmark = pytest.mark.django_db


def claim(state: str, ms: int) -> None:
    OfflineClaim.objects.create(
        learner_id=1, registration_id=11, day=date(2027, 3, 1), ms=ms, what="chapter 1", state=state, made_at=NOW,
        decided_at=NOW if state in ("accepted", "refused") else None,
    )  # fmt: skip


def test_hours_hold_every_registration_asked_for():
    beat(visit(), (0, MINUTE))
    Strike.objects.create(registration_id=11, ms=1000, reason="two people", made_at=NOW, made_by=9)
    for number, state in enumerate(["counted", "waiting", "accepted", "refused", "withdrawn"]):
        claim(state, 10**number)
    assert api.hours_of([11, 12]) == {11: LedgerHours(MINUTE, 1000, 101), 12: LedgerHours()}
    assert api.hours_of([]) == {}


def test_hours_cost_one_query_however_many(django_assert_num_queries):
    with django_assert_num_queries(1):
        api.hours_of(range(500))


def test_time_is_told_by_unit():
    beat(visit("a"), (0, MINUTE))
    beat(visit("b", unit="u2"), (0, 3 * MINUTE))
    beat(visit("c", unit="u2", now=NOW + timedelta(hours=1)), (0, MINUTE))
    assert api.by_unit(11) == {"u1": MINUTE, "u2": 3 * MINUTE}
    assert api.by_unit(12) == {}


def test_the_last_page_is_that_of_the_latest_counted_visit():
    assert api.last_page(11) is None
    beat(visit("a", name="p7", now=NOW + timedelta(hours=1)), (0, MINUTE))
    beat(visit("b", name="p1"), (0, MINUTE))
    beat(visit("c", name="p2", registration=12, learner=2), (0, MINUTE))
    assert api.last_page(11) == LastPage("u1", "p7", rules.milliseconds(NOW + timedelta(hours=1, minutes=1)))
    assert {id_: last.page for id_, last in api.last_pages([11, 12, 13]).items()} == {11: "p7", 12: "p2"}


def test_the_notice_is_accepted_once_and_for_good():
    assert not api.notice_accepted(1)
    api.accept_notice(1, NOW)
    api.accept_notice(1, NOW + timedelta(days=1))
    assert api.notice_accepted(1)
    assert not api.notice_accepted(2)
    assert StudyLearner.objects.get().notice_at == NOW


def test_a_beat_does_not_accept_the_notice():
    beat(visit(), (0, MINUTE))
    assert not api.notice_accepted(1)


def test_a_slower_reader_has_a_factor():
    assert api.idle_factor(1) == 1
    StudyLearner.objects.create(learner_id=1, idle_factor=3)
    assert api.idle_factor(1) == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda: StudyDay.objects.update(ms=5), "the day says 5 ms, its sessions 60000 ms"),
        (lambda: StudyDay.objects.all().delete(), "the day says 0 ms"),
        (lambda: StudySession.objects.update(credited_ms=1), "says 1 ms, holds 60000 ms"),
        (lambda: StudySession.objects.update(credited=[]), "reported 60000 ms, credited 0 ms"),
        (lambda: StudySession.objects.update(reported=[]), "credited what was not reported"),
        (lambda: StudySession.objects.update(reported=[[9, 5], [1, 2]]), "not sorted and disjoint"),
        (lambda: StudySession.objects.update(ends=1), "not within its beginning and end"),
        (lambda: copy_of_the_session(), "60000 ms are credited twice"),
    ],
)
def test_the_recount_names_each_difference(change, told):
    beat(visit(), (0, MINUTE))
    assert api.recount(1, VIENNA) == []
    change()
    assert told in " | ".join(api.recount(1, VIENNA))


def copy_of_the_session() -> None:
    row = StudySession.objects.get()
    row.pk, row.key = None, "copy"
    row.save()


def test_a_sealed_day_stands_without_its_sessions():
    beat(visit(), (0, MINUTE))
    StudySession.objects.all().delete()
    StudyDay.objects.update(sealed=True)
    assert api.recount(1, VIENNA) == []
    assert api.hours_of([11])[11].credited_ms == MINUTE
