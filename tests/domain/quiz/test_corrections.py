"""Corrections of keys on real tables: what they would do, what they do to tries, and that repeating changes nothing."""

import json
from datetime import timedelta

import pytest

from tests.domain.quiz.banks import body, question
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz import api, closing, corrections, past, regrading
from wins_xblocks.domain.quiz.corrections import DoesNotFit, NotChosen, ReasonWrong, ToldWrong, TooLate, Wish
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt, BankVersion, CorrectedVersion, KeyCorrection, Regraded

pytestmark = pytest.mark.django_db
BLOCK, STAFF = "block-v1:quiz", 9
QUIZ = Quiz(BLOCK, "test", Limits(70, 3), "foundation")


@pytest.fixture(autouse=True)
def nothing_read():
    """Rows of another test had the same numbers."""
    closing._as_drawn.cache_clear()
    closing._corrected.cache_clear()


def text(*right, **changed):
    """A bank whose questions have these right answers."""
    return json.dumps(body(*(question(n, right=letter, **changed) for n, letter in enumerate(right, 1))))


OLD, NEW = text(*"aaaa"), text(*"baaa")


def chosen(learner, letters):
    """The open try answered by letters, one for each question in the author's order."""
    row = Attempt.objects.get(learner_id=learner, block=BLOCK, open_slot=1)
    by_item = {drawn["item"]: drawn for drawn in row.drawn}
    pairs = [(by_item[f"q{n}"], letter) for n, letter in enumerate(letters, 1) if letter != "-"]
    return {
        drawn["ref"]: [next(o["ref"] for o in drawn["options"] if o["option"] == letter)] for drawn, letter in pairs
    }


def begin(learner, now, bank=OLD, quiz=QUIZ, registration=None, staff=False):
    return api.start(quiz, Taker(learner, registration, staff), bank, "seed", now).number


def sent(learner, letters, now, **more):
    number = begin(learner, now, **more)
    found = api.submit(learner, BLOCK, number, chosen(learner, letters), None, now)
    api.mark_published(found.attempt_id, now)
    return found


def number():
    return BankVersion.objects.earliest("id").id


def wish(chosen=None, new=NEW, lower=False, seen=0, **more):
    values = {"reason": "The source says so.", "told": "", **more}
    return Wish(number(), new, chosen or {"q1": "key"}, lower, values["reason"], values["told"], seen)


def correct(now, spared=False, **more):
    """Made and done, as the desk does it."""
    made = corrections.make(wish(**more), {BLOCK: "Unit 1"}, STAFF, now)
    found = corrections.due(made)
    return [regrading.regrade(own.learner_id, own.block, lambda: spared, now) for own in found]


def marks(learner=1):
    rows = Attempt.objects.filter(learner_id=learner).order_by("id")
    return list(rows.values_list("correct", "possible", "units", "passed"))


def test_who_gave_the_right_answer_gets_the_point_and_nobody_loses(now):
    sent(1, "baaa", now)
    sent(2, "aaaa", now)
    sent(3, "caab", now)
    correct(now)
    assert marks(1) == [(4, 4, None, True)]
    assert marks(2) == [(4, 4, None, True)], "it would have gone down"
    assert marks(3) == [(2, 4, None, False)]
    kept = list(Regraded.objects.order_by("attempt_id").values_list("attempt__learner_id", "correct_before", "kept"))
    assert kept == [(1, 3, False), (2, 4, True)]


def test_marks_go_down_only_when_staff_say_so(now):
    sent(1, "aaab", now)
    correct(now, lower=True)
    assert marks() == [(2, 4, None, False)]


def test_a_pass_that_led_to_a_voucher_stays(now):
    sent(1, "aaab", now)
    correct(now, lower=True, spared=True)
    assert marks() == [(3, 4, None, True)]
    assert Regraded.objects.get().kept


def test_a_rehearsal_says_what_is_then_done_and_stores_nothing(now):
    sent(1, "baaa", now)
    sent(2, "aaaa", now)
    sent(3, "ccaa", now)
    begin(4, now)
    found = corrections.rehearse(number(), NEW, {"q1": "key"}, False)
    assert (found.tries, found.running) == (3, 1)
    told = [(one.learner_id, one.before.correct, one.after.correct, one.kept) for one in found.changes]
    assert told == [(1, 3, 4, False), (2, 4, 4, True)]
    assert not KeyCorrection.objects.exists()
    assert not Regraded.objects.exists()
    correct(now)
    assert [(row.attempt.learner_id, row.correct_before, row.correct, row.kept)
            for row in Regraded.objects.select_related("attempt").order_by("attempt_id")] == told  # fmt: skip


def test_an_open_try_is_graded_and_shown_by_the_corrected_key(now):
    begun = begin(1, now)
    correct(now)
    result = api.submit(1, BLOCK, begun, chosen(1, "baaa"), None, now).result
    assert (result.correct, result.passed) == (4, True)
    row = Attempt.objects.get()
    assert row.marked_by == CorrectedVersion.objects.get().id
    assert row.bank.hash == BankVersion.objects.earliest("id").hash, "as it was drawn"
    [first] = [one for one in api.result(1, BLOCK, 1, keys=True).questions if one.stem == "Stem 1?"]
    assert [option.text for option in first.options if option.correct] == ["Answer b of 1"]
    assert corrections.due(KeyCorrection.objects.get().id) == []


def test_a_try_closed_at_its_deadline_is_graded_by_the_corrected_key(now):
    quiz = Quiz(BLOCK, "test", Limits(70, 3), "foundation", deadline=now + timedelta(hours=1))
    begun = begin(1, now, quiz=quiz)
    api.save(1, BLOCK, begun, chosen(1, "baaa"), 0, now)
    correct(now)
    assert api.close_over(now + timedelta(hours=2)) == (1, 0)
    assert marks() == [(4, 4, None, True)]


def test_repeating_it_changes_nothing(now):
    sent(1, "baaa", now)
    correct(now)
    before = list(Attempt.objects.values()), list(Regraded.objects.values()), OutboxMessage.objects.count()
    later = now + timedelta(hours=1)
    assert corrections.due(KeyCorrection.objects.get().id) == []
    assert regrading.regrade(1, BLOCK, lambda: False, later) == regrading.Regrading()
    assert (list(Attempt.objects.values()), list(Regraded.objects.values()), OutboxMessage.objects.count()) == before


def test_what_was_sent_by_the_old_key_while_it_was_made_is_found_again(now):
    """The answers came in between the look at the key and the correction."""
    sent(1, "baaa", now)
    correct(now)
    Attempt.objects.update(correct=3, marked_by=None)
    Regraded.objects.all().delete()
    made = KeyCorrection.objects.get().id
    assert [(one.learner_id, one.tries) for one in corrections.due(made)] == [(1, 1)]
    assert not corrections.settle(made, now), "a request may still run"
    assert corrections.settle(made, now + timedelta(minutes=11))
    assert corrections.unfinished() == []


def test_a_second_correction_keeps_the_first(now):
    sent(1, "bbaa", now)
    correct(now)
    correct(now, chosen={"q2": "key"}, new=text(*"bbaa"), seen=1)
    assert marks() == [(4, 4, None, True)]
    assert sorted(CorrectedVersion.objects.latest("id").done) == ["q1", "q2"]
    assert list(Regraded.objects.order_by("id").values_list("correct_before", "correct")) == [(2, 3), (3, 4)]


def test_every_version_that_tries_were_drawn_from_is_corrected(now):
    """The newer one had other words and another question; its key of the first was wrong, too."""
    sent(1, "baaa", now)
    reworded = text(*"aaaa", rationale="Better.")
    sent(2, "baaa", now, bank=reworded)
    sent(3, "baaa", now, bank=NEW)
    assert [one.tries for one in past.versions_of(number())] == [1, 1, 1]
    correct(now)
    assert [marks(learner)[0][0] for learner in (1, 2, 3)] == [4, 4, 4]
    assert CorrectedVersion.objects.count() == 2, "the one with the right key was not touched"


def test_points_and_parts_stay_exact(now):
    """A question with three right options of which each is a part: marks get another unit."""
    sent(1, "baaa", now)
    newer = json.dumps(body(question(1, right="b", points=3), *(question(n) for n in range(2, 5))))
    correct(now, new=newer)
    assert marks() == [(6, 6, 1, True)]
    assert api.best(1, BLOCK) == (6, 6)


def test_everybody_gets_the_points(now):
    sent(1, "caab", now)
    correct(now, chosen={"q1": "free"}, new=OLD)
    assert marks() == [(3, 4, None, True)]
    [first] = [one for one in api.result(1, BLOCK, 1, keys=True).questions if one.stem == "Stem 1?"]
    assert first.share == 1


def test_the_grade_is_published_once_for_a_learner_and_quiz_and_only_where_it_changed(now):
    sent(1, "baab", now)
    sent(1, "baab", now)
    sent(2, "cccc", now)
    found = {one.to_publish for one in correct(now)}
    assert found == {Attempt.objects.filter(learner_id=1).latest("id").id, None}
    later = now + timedelta(minutes=1)
    assert api.unpublished(later) == (), "the request that changed it publishes it itself"
    [left] = api.unpublished(now + timedelta(minutes=5))
    assert (left.learner_id, left.earned, left.possible, left.held) == (1, 3, 4, (2, 4))
    assert left.complete
    api.mark_published(left.attempt_id, now)
    assert api.unpublished(now + timedelta(minutes=5)) == ()


def test_the_learner_gets_one_mail_and_the_course_team_none(now):
    sent(1, "baab", now)
    sent(1, "baab", now)
    sent(7, "baaa", now, staff=True)
    correct(now)
    assert marks(7) == [(4, 4, None, True)]
    assert list(OutboxMessage.objects.values_list("kind", "recipient_id", "values")) == [
        ("mark_corrected", 1, {"quiz": "Unit 1"})
    ]


def test_the_trail_tells_it_of_the_bank_and_of_the_learner(now):
    sent(1, "baaa", now)
    correct(now)
    made, mine = AuditEntry.objects.order_by("id")
    assert (made.subject, made.action, made.actor_id) == (f"bank:{number()}", "keys.corrected", STAFF)
    assert (mine.subject, mine.action, mine.facts["from"], mine.facts["to"]) == ("tries:1", "mark.corrected", 75, 100)


def test_the_learner_reads_what_was_changed_when(now):
    sent(1, "baaa", now)
    sent(2, "aaaa", now)
    correct(now, told="The book was right.")
    [mine] = api.result(1, BLOCK, 1, keys=False).corrections
    assert (mine.at, mine.was, mine.of, mine.passed, mine.kept) == (now, 3, 4, True, False)
    assert mine.told == "The book was right."
    [theirs] = api.result(2, BLOCK, 1, keys=False).corrections
    assert theirs.kept


def test_of_two_people_at_once_one_is_refused(now):
    sent(1, "baaa", now)
    correct(now)
    with pytest.raises(TooLate):
        corrections.make(wish(seen=0), {}, STAFF + 1, now)
    with pytest.raises(TooLate):
        corrections.make(wish(seen=5), {}, STAFF + 1, now)
    assert KeyCorrection.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"reason": " \0"}, ReasonWrong), ({"reason": "x" * 2001}, ReasonWrong), ({"told": "x" * 501}, ToldWrong),
        ({"chosen": {"q2": "key"}}, DoesNotFit), ({"chosen": {"q9": "key"}}, NotChosen),
        ({"chosen": {"q1": "other"}}, NotChosen), ({"new": text("a")}, DoesNotFit),
        ({"chosen": {"q4": "key"}, "new": text("a")}, DoesNotFit),
        ({"new": json.dumps(body(question(1, options=question(1)["options"][:2])))}, DoesNotFit),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_and_nothing_is_stored(now, changed, refused):
    sent(1, "baaa", now)
    with pytest.raises(refused):
        corrections.make(wish(**changed), {}, STAFF, now)
    assert not KeyCorrection.objects.exists()
    assert not CorrectedVersion.objects.exists()
    assert marks() == [(3, 4, None, True)]


def test_nothing_chosen_is_refused(now):
    sent(1, "baaa", now)
    with pytest.raises(NotChosen):
        corrections.rehearse(number(), NEW, {}, False)


def test_points_that_everybody_has_are_not_given_twice(now):
    sent(1, "caaa", now)
    correct(now, chosen={"q1": "free"}, new=OLD)
    with pytest.raises(NotChosen):
        corrections.make(wish(chosen={"q1": "free"}, new=OLD, seen=1), {}, STAFF, now)


def test_erased_and_cleared_tries_are_left_alone(now):
    sent(1, "baaa", now)
    sent(2, "baaa", now)
    Attempt.objects.filter(learner_id=1).update(drawn=[], responses={})
    Attempt.objects.filter(learner_id=2).update(cleared_at=now)
    correct(now)
    assert marks(1) == marks(2) == [(3, 4, None, True)]
    assert corrections.due(KeyCorrection.objects.get().id) == []
