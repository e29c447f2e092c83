"""The due date of the platform, as each learner has it, at the quiz: its pages, its handlers, the periodic work."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank
from tests.web.markup import Markup
from wins_xblocks import context, periodic
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ENDED = "This was open until 1 March 2027, 11:00 CET. No new try can begin."


@pytest.fixture
def clock(monkeypatch, now):
    def at(moment):
        monkeypatch.setattr(context, "now", lambda: moment)

    at(now)
    return at


@pytest.fixture
def due(now):
    return now + 60 * MINUTE


@pytest.fixture(params=["unit", "test"])
def block(request, learner, world, clock, due):
    world.user_id = learner.id
    made = make_block(QuizBlock, {"bank": bank(), "purpose": request.param}, usage="quiz-1")
    made.due, made.graceperiod, made.show_correctness = due, None, "past_due"
    return made


def text(html):
    return Markup(html).text


def sent(right, learner, revision=0):
    return {"number": 1, "revision": revision, "responses": answers("quiz-1", right, learner.id)}


def test_after_the_due_date_nothing_begins_and_the_page_says_so(block, clock, due):
    assert "Answers are taken until 1 March 2027, 11:00 CET." in text(block.student_view().content)
    clock(due)
    page = block.student_view().content
    assert ENDED in text(page)
    assert "data-start" not in page
    assert call(block, "begin") == (409, {"error": ENDED})
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("grace", [2 * DAY, None, "2 days", timedelta.max])
def test_the_grace_period_of_the_course_moves_the_end(block, clock, due, grace):
    block.graceperiod = grace
    clock(due + DAY)
    assert call(block, "begin")[0] == (200 if isinstance(grace, timedelta) else 409)


def test_a_learner_with_an_extension_begins_until_hers(block, clock, due):
    block.due = due + 7 * DAY  # the platform binds it for her
    clock(due + DAY)
    assert call(block, "begin")[0] == 200
    assert Attempt.objects.get().deadline == due + 7 * DAY


@pytest.mark.parametrize("odd", ["soon", 5, datetime(2027, 3, 1, 10)])  # noqa: DTZ001
def test_a_due_date_that_is_none_ends_nothing_and_one_without_a_zone_is_read_as_utc(block, clock, due, odd):
    block.due = odd
    assert call(block, "begin")[0] == 200
    held = Attempt.objects.get().deadline
    assert held == (odd.replace(tzinfo=UTC) if isinstance(odd, datetime) else None)


def test_the_form_says_until_when_and_a_late_send_counts_what_was_saved(block, learner, world, clock, due):
    html = call(block, "begin")[1]["html"]
    assert "Answers are taken until 1 March 2027, 11:00 CET; what is saved by then is sent for you." in text(html)
    call(block, "save_answers", sent(3, learner))
    clock(due + MINUTE)
    status, answer = call(block, "submit", {"number": 1, "revision": 1, "responses": {}})
    assert status == 200
    assert "3 of 4 right" in text(answer["html"])
    assert "The time was over. The answers that were saved by then were sent for you." in text(answer["html"])
    assert world.grades == [("quiz-1", 3.0, 4.0)]
    assert (block.attempts, block.newest_counted, block.done) == (1, 1, True)


def test_a_late_save_shows_what_became_of_the_try(block, learner, clock, due):
    call(block, "begin")
    late = sent(4, learner)
    clock(due + MINUTE)
    status, answer = call(block, "save_answers", late)
    assert status == 409
    assert answer["error"] == (
        "The time for these answers was over on 1 March 2027, 11:00 CET. What was saved by then counts."
    )
    assert "0 of 4 right" in text(answer["html"])


def test_a_try_left_open_is_closed_by_the_next_look_at_the_page(block, learner, clock, due):
    call(block, "begin")
    call(block, "save_answers", sent(4, learner))
    clock(due + MINUTE)
    page = text(block.student_view().content)
    assert "4 of 4 right" in page
    assert "The time was over." in page
    assert block.has_submitted_answer()
    assert block.calculate_score().raw_earned == 4.0


def test_a_try_left_open_is_closed_and_published_by_the_periodic_work(block, learner, world, clock, due):
    call(block, "begin")
    call(block, "save_answers", sent(4, learner))
    assert periodic.close_tries(due) == "0 tries closed at their deadline, 0 failed and tried again later"
    assert periodic.close_tries(due + MINUTE) == "1 tries closed at their deadline, 0 failed and tried again later"
    names = [task.name for task in periodic.TASKS]
    assert names.index("tries whose time is over") < names.index("grade repair")
    assert "1 grades published" in periodic.repair_grades(due + 3 * MINUTE)
    assert world.repaired == [(learner.id, "quiz-1", 4.0, 4.0)]
    assert world.ticked == [(learner.id, "quiz-1")]
    clock(due + 5 * MINUTE)
    assert "4 of 4 right" in text(block.student_view().content)
    assert Attempt.objects.get().counts, "no reset by staff"


def test_keys_hidden_until_the_due_date_are_shown_when_no_answer_is_taken_any_more(block, learner, clock, due):
    block.graceperiod = DAY
    call(block, "begin")
    answer = call(block, "submit", sent(4, learner))[1]
    assert "Reason 1." not in answer["html"]
    for at, shown in ((due + MINUTE, False), (due + DAY, False), (due + DAY + MINUTE, True)):
        clock(at)
        assert ("Reason 1." in block.student_view().content) == shown
        begun = call(block, "begin")[0]
        assert begun == 409 or at < due + DAY
        Attempt.objects.filter(open_slot=1).delete()
