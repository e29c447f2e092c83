"""A connection that was lost until the time was over costs nobody a try, where what was measured says so."""

from datetime import timedelta

import pytest

from tests import edge
from tests.blocks import call, make_block
from tests.conftest import person
from tests.domain.quiz.banks import bank
from tests.web.markup import Markup
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NOT_COUNTED = "This try does not count: you have it again."
SAVED_UNTIL = "Your answers could be saved until the time was over."


@pytest.fixture(params=["unit", "test"])
def block(request, learner, world, clock):
    world.user_id = learner.id
    fields = {"bank": bank(), "purpose": request.param, "minutes": 40, "max_tries": 3}
    return make_block(QuizBlock, fields, usage="quiz-1")


def given(who, right, number):
    """The first questions of a try, open or not, answered right, the others wrong."""
    drawn = Attempt.objects.get(learner_id=who.id, number=number).drawn
    return {
        row["ref"]: [next(o["ref"] for o in row["options"] if o["option"] == ("a" if n < right else "b"))]
        for n, row in enumerate(drawn)
    }


def cut(block, learner, clock, begun, number=1, saved_after=10, cut_after=12, back_after=60):
    """A try whose line went down; what the device then tells, at which minute."""
    clock(begun)
    assert call(block, "begin")[0] == 200
    clock(begun + saved_after * MINUTE)
    sent = {"number": number, "revision": 0, "responses": given(learner, 1, number)}
    assert call(block, "save_answers", sent)[0] == 200
    clock(begun + back_after * MINUTE)
    held = {"responses": given(learner, 2, number), "seconds": (back_after - cut_after) * 60}
    # What a device does first: its save comes too late, and closes the try.
    assert call(block, "save_answers", {**sent, "revision": 1, "responses": held["responses"]})[0] == 409
    return {"number": number, **held}


def test_the_try_does_not_count_and_another_one_may_begin(block, learner, clock, now):
    told = cut(block, learner, clock, now)
    assert Attempt.objects.get().counts
    status, answer = call(block, "tell_outage", told)
    text = Markup(answer["html"]).text
    assert status == 200
    assert NOT_COUNTED in text
    assert "data-late" not in answer["html"]
    row = Attempt.objects.get()
    assert (row.counts, row.cut_at, row.saved_at) == (False, now + 12 * MINUTE, now + 10 * MINUTE)
    assert block.attempts == 0
    assert call(block, "begin")[0] == 200
    assert Attempt.objects.get(open_slot=1).number == 2


def test_telling_it_again_changes_nothing(block, learner, clock, now):
    told = cut(block, learner, clock, now)
    first = call(block, "tell_outage", told)
    before = Attempt.objects.values().get()
    assert call(block, "tell_outage", {**told, "seconds": 3599}) == first
    assert Attempt.objects.values().get() == before


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"cut_after": 41}, SAVED_UNTIL),  # cut after the end
        ({"cut_after": -1}, "The clock of this device does not fit this try. Ask WINS."),
        ({"cut_after": 5}, SAVED_UNTIL),  # something was saved after the line is said to have gone
    ],
)
def test_what_was_measured_otherwise_is_said_and_the_try_counts(block, learner, clock, now, changed, why):
    told = cut(block, learner, clock, now, **changed)
    assert call(block, "tell_outage", told) == (409, {"error": why})
    assert Attempt.objects.get().counts


def test_a_save_whose_receipt_was_lost_is_no_sign_of_a_connection(block, learner, clock, now):
    told = cut(block, learner, clock, now, saved_after=13, cut_after=12)
    told["seconds"] -= 30
    assert call(block, "tell_outage", told)[0] == 200


def test_a_device_that_holds_nothing_new_lost_nothing(block, learner, clock, now):
    told = cut(block, learner, clock, now)
    answer = call(block, "tell_outage", {**told, "responses": given(learner, 1, 1)})
    assert answer == (409, {"error": "All your answers had reached WINS."})


def test_answers_that_were_sent_in_time_count(block, learner, clock, now):
    call(block, "begin")
    clock(now + 5 * MINUTE)
    call(block, "submit", {"number": 1, "revision": 0, "responses": given(learner, 1, 1)})
    told = {"number": 1, "seconds": 60, "responses": given(learner, 2, 1)}
    assert call(block, "tell_outage", told) == (409, {"error": "These answers were sent in time."})


def test_a_try_that_passed_is_nobodys_loss(block, learner, clock, now):
    call(block, "begin")
    clock(now + 5 * MINUTE)
    call(block, "save_answers", {"number": 1, "revision": 0, "responses": given(learner, 4, 1)})
    clock(now + 50 * MINUTE)
    block.student_view()
    told = {"number": 1, "seconds": 40 * 60, "responses": given(learner, 2, 1)}
    assert call(block, "tell_outage", told) == (409, {"error": "This try costs you nothing."})
    assert Attempt.objects.get().passed


def test_a_day_later_a_person_decides(block, learner, clock, now):
    told = cut(block, learner, clock, now)
    clock(now + 40 * MINUTE + timedelta(days=1))
    status, answer = call(block, "tell_outage", {**told, "seconds": 86400 + 28 * 60})
    assert status == 409
    assert "more than a day ago" in answer["error"]


def test_twice_by_itself_and_then_by_a_person(block, learner, clock, now):
    for number in (1, 2):
        told = cut(block, learner, clock, now + number * 2 * timedelta(hours=1), number)
        assert call(block, "tell_outage", told)[0] == 200
    told = cut(block, learner, clock, now + timedelta(hours=9), 3)
    status, answer = call(block, "tell_outage", told)
    assert (status, "a person looks at it" in answer["error"]) == (409, True)
    assert [row.counts for row in Attempt.objects.order_by("number")] == [False, False, True]


def test_another_learners_try_and_forged_answers_are_refused(block, learner, world, clock, now):
    told = cut(block, learner, clock, now)
    assert call(block, "tell_outage", {**told, "responses": {"q": ["x"]}})[0] == 409
    other = person("other")
    world.enrolments |= {(other.id, edge.FOUNDATION)}
    world.user_id = other.id
    assert call(block, "tell_outage", told)[0] == 409
    assert Attempt.objects.get().cut_at is None


def test_keys_of_a_last_try_that_its_time_closed_wait_until_nothing_can_come_back(learner, world, clock, now):
    world.user_id = learner.id
    block = make_block(QuizBlock, {"bank": bank(), "purpose": "test", "minutes": 40}, usage="quiz-1")
    for number in (1, 2):
        clock(now + number * timedelta(days=2))
        call(block, "begin")
        call(block, "submit", {"number": number, "revision": 0, "responses": given(learner, 1, number)})
    begun = now + timedelta(days=6)
    told = cut(block, learner, clock, begun, 3)
    page = Markup(block.student_view().content).text
    assert "Your answers, one by one" not in page
    assert "You see the right answers from" in page
    clock(begun + 40 * MINUTE + timedelta(days=1))
    assert "Your answers, one by one" in Markup(block.student_view().content).text
    clock(begun + 60 * MINUTE)
    assert call(block, "tell_outage", told)[0] == 200
    assert call(block, "begin")[0] == 200
