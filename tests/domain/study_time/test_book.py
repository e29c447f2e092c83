"""Book hours: what may be told, what counts, what is changed, what staff decide, and what is kept of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.study_time import api, book
from wins_xblocks.domain.study_time.data import BookSums, BookTold, Outcome
from wins_xblocks.domain.study_time.limits import DayWrong, LengthWrong, TextWrong
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyDay

from .beats import HOUR, MINUTE, beat, visit
from .entries import REGULATION, STAFF, TERMS, TODAY, change, counting, decide, history, tell

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


def refused(kind, **of):
    """The words of a refusal; nothing was written."""
    before = list(OfflineClaim.objects.values())
    with pytest.raises(kind) as told:
        tell(**of)
    assert list(OfflineClaim.objects.values()) == before
    return str(told.value)


def online(hours, day=TODAY, learner=1):
    StudyDay.objects.create(
        learner_id=learner, registration_id=13, module="regulation", day=day, ms=round(hours * HOUR)
    )


def test_what_is_told_counts_at_once():
    made = tell("  Foundation, chapter 3\r\n", hours=2.5)
    assert (made.state, made.told) == ("counted", BookTold(TODAY, 150, "Foundation, chapter 3"))
    assert counting() == 150 * MINUTE
    assert book.of_learner(1, 10) == (made,)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2999, 1, 1)])
def test_a_day_to_come_is_refused(day):
    assert "has not begun yet in Europe/Vienna" in refused(DayWrong, day=day)


def test_today_is_that_of_the_programmes_zone():
    late = NOW.replace(hour=23, minute=30)  # 00:30 of the next day in Vienna
    assert tell(day=TODAY + timedelta(days=1), now=late).state == "counted"


def test_a_day_before_the_registration_is_refused_and_its_first_one_is_not():
    assert "You joined this module on 2027-02-01" in refused(DayWrong, day=date(2027, 1, 31))
    assert tell(day=date(2027, 2, 1)).state == "counted"


@pytest.mark.parametrize("hours", [0, -1])
def test_no_time_at_all_is_refused(hours):
    assert "at least one minute" in refused(LengthWrong, hours=hours)


@pytest.mark.parametrize(("what", "words"), [
    ("", "Write the book"), (" \n\0 ", "Write the book"), ("x" * 501, "at most 500 characters"),
])  # fmt: skip
def test_a_text_must_say_something_and_not_everything(what, words):
    assert words in refused(TextWrong, what=what)


def test_line_ends_count_once():
    assert tell("x\r\n" * 249 + "xx").told.what.count("\n") == 249


def test_twenty_five_hours_in_a_day_are_refused():
    assert refused(LengthWrong, hours=25) == "A day has 24 hours. Write at most that."
    assert not OfflineClaim.objects.exists()


def test_all_modules_and_the_time_online_share_a_day():
    online(3)
    tell(hours=10, terms=REGULATION)
    told = refused(LengthWrong, hours=11.5)
    assert told == "A day has 24 hours. On 2027-03-01, 13 h are counted or waiting already. You can add 11 h."
    assert tell(hours=11).state == "counted"


def test_another_day_and_another_learner_fill_no_day_of_mine():
    online(20, learner=2)
    tell(hours=16, day=YESTERDAY, terms=REGULATION)
    assert tell(hours=16).state == "counted"


def test_what_waits_fills_a_day_too_and_what_is_withdrawn_or_refused_does_not():
    waiting = tell(hours=20)
    assert waiting.state == "waiting"
    refused(LengthWrong, hours=5, terms=REGULATION)
    book.withdraw(1, waiting.id, NOW)
    decide(tell(hours=20).id, accept=False, reason="No")
    assert tell(hours=16, terms=REGULATION).state == "counted"


def test_up_to_the_limit_it_counts_at_once_and_beyond_the_whole_entry_waits():
    assert tell(hours=15, day=YESTERDAY).state == "counted"
    assert tell(hours=1.5).state == "waiting"
    assert tell(hours=1).state == "counted"
    assert counting() == 16 * HOUR
    assert book.sums([11, 12]) == {11: BookSums(16 * HOUR, 90 * MINUTE), 12: BookSums()}


def test_a_module_takes_no_more_than_the_most():
    tell(hours=16, day=YESTERDAY)
    tell(hours=7)
    told = refused(LengthWrong, hours=1.5)
    assert told == "This module takes at most 24 h of book hours. You have 23 h. You can add 1 h."
    assert tell(hours=16, day=date(2027, 2, 2), terms=REGULATION).state == "counted"


def test_with_none_at_once_everything_waits_and_with_none_at_most_nothing_is_taken():
    assert tell(terms=replace(TERMS, at_once_ms=0)).state == "waiting"
    assert counting() == 0
    assert "at most 0 min" in refused(LengthWrong, terms=replace(TERMS, registration_id=14, at_once_ms=0, most_ms=0))


def test_nothing_is_taken_before_the_notice_was_read():
    with pytest.raises(Refusal, match="Read “How your time is counted” first"):
        book.make(1, lambda: TERMS, BookTold(TODAY, 60, "x"), "t" * 20, 99, NOW)


def test_the_same_form_twice_is_one_entry():
    made = tell(token="t" * 20)
    assert tell(token="t" * 20) == made
    assert OfflineClaim.objects.count() == 1


def test_the_same_form_with_something_else_is_not_taken_for_the_first():
    tell(token="t" * 20)
    assert "was sent before" in refused(book.Spent, token="t" * 20, hours=2)


def test_the_same_token_of_two_learners_is_two_entries():
    assert tell(token="t" * 20).id != tell(token="t" * 20, learner=2, terms=replace(TERMS, registration_id=21)).id


def test_a_script_cannot_fill_the_table():
    for number in range(book.MOST_A_DAY):
        book.withdraw(1, tell(f"Page {number}").id, NOW)
    assert "many entries today" in refused(Refusal)
    assert tell(now=NOW + timedelta(days=1, seconds=1)).state == "counted"


@pytest.mark.parametrize(("lot", "sampled"), [(0, True), (9, True), (10, False), (99, False)])
def test_a_share_is_drawn_and_the_draw_stays(lot, sampled):
    made = tell(lot=lot)
    assert book.count_asked(None) == sampled
    change(made.id, "Chapter 4", hours=3)
    assert book.count_asked(None) == sampled


def test_what_was_drawn_while_it_waited_is_asked_about_once_it_counts():
    made = tell(hours=17, lot=0)
    change(made.id, hours=16)
    assert book.count_asked(None) == 1


def test_a_change_asks_the_limits_without_the_entry_itself():
    made = tell(hours=16)
    assert change(made.id, "Chapter 4", hours=15).state == "counted"
    assert change(made.id, hours=24).state == "waiting"
    assert counting() == 0
    with pytest.raises(LengthWrong):
        change(made.id, hours=24.5)
    assert book.entry(1, made.id).told.minutes == 24 * 60


def test_saving_again_lets_count_what_fits_by_now():
    first, second = tell(hours=10), tell(hours=7)
    book.withdraw(1, first.id, NOW)
    assert change(second.id, hours=7).state == "counted"


def test_a_change_that_says_the_same_leaves_no_trace():
    made = tell()
    assert change(made.id).revision == 0
    assert len(history(made.id)) == 1


def test_an_entry_cannot_be_changed_for_ever(monkeypatch):
    monkeypatch.setattr(book, "MOST_CHANGES", 2)
    made = tell()
    change(made.id, hours=2)
    change(made.id, hours=3)
    with pytest.raises(book.Settled):
        change(made.id, hours=4)


def test_what_is_withdrawn_counts_no_more_and_twice_is_once():
    made = tell()
    book.withdraw(1, made.id, NOW)
    book.withdraw(1, made.id, NOW)
    assert counting() == 0
    assert [entry.action for entry in history(made.id)] == ["book.made", "book.withdrawn"]
    with pytest.raises(book.Settled, match="You have withdrawn"):
        change(made.id)


@pytest.mark.parametrize("accept", [True, False])
def test_what_was_decided_is_the_learners_no_more(accept):
    made = tell()
    assert decide(made.id, accept, "Not in the book") == Outcome.DONE
    for act in (lambda: change(made.id, hours=2), lambda: book.withdraw(1, made.id, NOW)):
        with pytest.raises(book.Settled, match="WINS has decided"):
            act()
    assert counting() == (HOUR if accept else 0)


def test_the_entry_of_somebody_else_is_not_there():
    made = tell()
    for act in (lambda: change(made.id, hours=2, learner=2), lambda: book.withdraw(2, made.id, NOW)):
        with pytest.raises(book.Settled, match="There is no such entry"):
            act()
    assert book.entry(2, made.id) is None
    assert decide(made.id, learner=2) == Outcome.GONE


def test_accepting_lets_count_what_waited_and_refusing_takes_away_what_counted():
    waiting, counted = tell(hours=17, day=YESTERDAY), tell(hours=2)
    decide(waiting.id)
    decide(counted.id, accept=False, reason="The book has no chapter 30")
    assert counting() == 17 * HOUR
    assert book.entry(1, counted.id).reason == "The book has no chapter 30"


def test_a_refusal_needs_its_reason():
    made = tell()
    with pytest.raises(book.ReasonMissing):
        decide(made.id, accept=False, reason=" \n")
    assert book.entry(1, made.id).undecided


def test_deciding_the_same_again_is_safe_and_another_meanwhile_is_said():
    made = tell(hours=17)
    assert decide(made.id) == Outcome.DONE
    assert decide(made.id) == Outcome.DONE
    assert decide(made.id, accept=False, reason="No") == Outcome.BEFORE
    assert decide(made.id, by=98) == Outcome.BEFORE
    assert [entry.action for entry in history(made.id)] == ["book.made", "book.accepted"]
    assert OutboxMessage.objects.count() == 1


def test_what_was_withdrawn_or_changed_meanwhile_is_not_decided():
    withdrawn, changed = tell(), tell()
    book.withdraw(1, withdrawn.id, NOW)
    change(changed.id, "Something else", hours=3)
    assert decide(withdrawn.id) == Outcome.BEFORE
    assert decide(changed.id, revision=0) == Outcome.CHANGED
    assert book.entry(1, changed.id).undecided


def test_nobody_decides_her_own():
    assert decide(tell(hours=17).id, by=1) == Outcome.OWN
    assert counting() == 0


def test_accepting_more_than_the_most_is_said_and_not_done():
    tell(hours=10, day=YESTERDAY)
    waiting = tell(hours=10)
    assert decide(waiting.id, most=18) == Outcome.OVER
    assert decide(waiting.id, most=20) == Outcome.DONE


def test_what_counts_already_may_be_accepted_under_a_lower_limit():
    assert decide(tell(hours=10).id, most=5) == Outcome.DONE


def test_one_press_writes_one_mail_for_each_module_and_verdict_and_none_of_her_words():
    for number in range(3):
        decide(tell(f"Secret {number}").id)
    decide(tell("Secret 4", terms=REGULATION).id)
    decide(tell("Secret 5").id, accept=False, reason="Secret 6")
    mails = list(OutboxMessage.objects.values_list("kind", "subject", "recipient_id", "values"))
    assert sorted((kind, subject) for kind, subject, _, _ in mails) == [
        ("book_accepted", "registration:11"), ("book_accepted", "registration:12"),
        ("book_refused", "registration:11"),
    ]  # fmt: skip
    assert {recipient for _, _, recipient, _ in mails} == {1}
    assert "Secret" not in str(mails)


def test_every_step_is_kept_with_day_time_state_and_who():
    made = tell("Chapter 3", hours=17)
    change(made.id, "Chapter 4", hours=2, day=YESTERDAY)
    decide(made.id, accept=False, reason="No such chapter")
    told = [(e.action, e.actor_id, e.facts, e.text) for e in history(made.id)]
    base = {"registration": 11}
    assert told == [
        ("book.made", 1, base | {"day": "2027-03-01", "minutes": 1020, "state": "waiting"}, None),
        ("book.changed", 1, base | {"day": "2027-02-28", "minutes": 120, "state": "counted"}, "Chapter 3"),
        ("book.refused", STAFF, base | {"day": "2027-02-28", "minutes": 120, "state": "refused"}, "No such chapter"),
    ]


def test_what_counts_is_told_inside_the_transaction():
    told = []

    def note(registration):
        assert registration == 11
        told.append(counting() // HOUR)

    made = tell(hours=2, on_counted=note)
    change(made.id, hours=3, on_counted=note)
    waiting = tell(hours=15, on_counted=note)
    decide(waiting.id, on_counted=note)
    decide(made.id, accept=False, reason="No", on_counted=note)
    assert told == [2, 3, 18]


def test_a_failure_in_the_notice_of_hours_leaves_nothing():
    with pytest.raises(ZeroDivisionError):
        tell(on_counted=lambda registration: 1 / 0)
    assert not OfflineClaim.objects.exists()


def test_staff_see_what_waits_and_what_was_drawn_of_their_modules_oldest_first():
    drawn, waiting = tell(lot=0), tell(hours=17, terms=REGULATION)
    tell(hours=2)
    decide(tell(lot=0).id)
    found = book.asked(None, 1, 1)
    assert ([entry.id for entry in found.entries], found.total) == ([waiting.id], 2)
    assert found.sums == {12: BookSums(0, 17 * HOUR)}
    assert [entry.id for entry in book.asked(frozenset({"foundation"}), 50, 0).entries] == [drawn.id]
    assert book.count_asked(frozenset()) == 0


def test_the_time_online_and_the_book_are_one_total():
    beat(visit(), (0, 10 * MINUTE))
    tell(hours=1)
    hours = api.hours_of([11])[11]
    assert (hours.credited_ms, hours.book_ms) == (10 * MINUTE, HOUR)
