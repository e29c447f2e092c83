"""Details of study time go; no total moves, and the recount still finds every fault that there is."""

from datetime import timedelta

import pytest

from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.study_time import book, privacy
from wins_xblocks.domain.study_time.models import OfflineClaim, Strike, StudyDay, StudyLearner, StudySession

from .beats import MINUTE, NOW, VIENNA, api, beat, visit
from .entries import change, decide, history, tell

pytestmark = pytest.mark.django_db
OWN = [(11, 1)]


def totals():
    return {id_: hours.credited_ms for id_, hours in api.hours_of([11, 12, 22]).items()}


def studied():
    """Two modules with a shared minute, and another learner."""
    beat(visit("a"), (0, 2 * MINUTE))
    beat(visit("b", registration=12, module="regulation"), (0, 3 * MINUTE))
    beat(visit("a", learner=2, registration=22), (0, MINUTE))
    return totals()


def test_visits_go_and_totals_stay():
    before = studied()
    assert privacy.drop_details(OWN, 100) == (1, 1)
    assert totals() == before
    assert set(StudySession.objects.values_list("registration_id", flat=True)) == {12, 22}
    assert set(StudyDay.objects.filter(sealed=True).values_list("registration_id", flat=True)) == {11}


def test_again_there_is_nothing_to_do():
    studied()
    privacy.drop_details(OWN, 100)
    assert privacy.drop_details(OWN, 100) == (0, 0)


def test_the_recount_lets_a_minute_stand_whose_credit_went_with_a_visit_of_another_module():
    studied()
    privacy.drop_details(OWN, 100)
    assert api.recount(1, VIENNA) == []


def test_the_recount_still_finds_what_is_missing_on_a_day_that_is_not_sealed():
    studied()
    beat(visit("c", registration=12, module="regulation", now=NOW + timedelta(days=1)), (0, MINUTE))
    privacy.drop_details(OWN, 100)
    StudySession.objects.filter(key="c").update(credited=[], credited_ms=0)
    assert any("reported" in told for told in api.recount(1, VIENNA))


def test_a_run_stops_when_it_has_done_enough_and_the_next_goes_on():
    ended = [(100 + n, 1) for n in range(5)]
    for registration, _ in ended:
        at = NOW + timedelta(hours=registration)
        beat(visit(f"v{registration}", registration=registration, now=at), (0, MINUTE))
    assert privacy.drop_details(ended, 2) == (2, 2)
    assert privacy.drop_details(ended, 2) == (2, 2)
    assert privacy.drop_details(ended, 2) == (1, 1)
    assert not StudySession.objects.exists()


def test_what_has_no_visits_costs_one_look_for_many(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        privacy.drop_details([(id_, id_) for id_ in range(2000)], 100)


def test_forgetting_takes_the_old_texts_and_the_reason_out_of_the_trail():
    id_ = tell("Chapter 3").id
    change(id_, "Chapter 4")
    decide(id_, accept=False, reason="Not in the book")
    assert {entry.text for entry in history(id_)} == {None, "Chapter 3", "Not in the book"}
    assert len(privacy.told_of(1, [11])["AuditEntry"]) == 3
    privacy.forget(1, [11], NOW)
    assert {entry.text for entry in history(id_)} == {None}
    assert audit.broken([book.subject(id_)]) == []


def test_what_was_forgotten_waits_for_nobody():
    tell("Chapter 3", hours=17)
    assert book.count_asked(None) == 1
    privacy.forget(1, [11], NOW)
    assert book.count_asked(None) == 0


def test_forgetting_leaves_hours_by_day_and_no_words():
    before = studied()
    made = {"registration_id": 11, "ms": MINUTE, "made_at": NOW}
    OfflineClaim.objects.create(
        learner_id=1, day=NOW.date(), what="Chapter 3", state="refused", reason="No", token="t", decided_at=NOW, **made
    )
    Strike.objects.create(reason="Two at once", made_by=9, **made)
    assert privacy.forget(1, [11, 12], NOW) == 2 + 2 + 1 + 1 + 1
    assert totals() == before
    told = OfflineClaim.objects.get()
    assert (told.what, told.reason, told.token, told.ms) == ("", "", None, MINUTE)
    assert (Strike.objects.get().reason, Strike.objects.get().ms) == ("", MINUTE)
    assert set(StudySession.objects.values_list("learner_id", flat=True)) == {2}
    assert list(StudyLearner.objects.values_list("learner_id", flat=True)) == [2]
    assert api.recount(1, VIENNA) == []
    assert privacy.forget(1, [11, 12], NOW) == 0
