"""What the platform asks of a quiz and changes in it, with every kind of question, a case, and all kinds together."""

import json
from datetime import timedelta

import pytest
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.scorable import Score

from tests import edge
from tests.blocks import call, make_block
from tests.domain.quiz.kinds import EACH, PART, RIGHT, WRONG, answers
from tests.domain.quiz.takes import TAKES
from tests.web.markup import Markup
from wins_xblocks import context, periodic
from wins_xblocks.domain.quiz.kinds import KINDS
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock
from wins_xblocks.quiz_page import HANDLERS

pytestmark = pytest.mark.django_db
USAGE = "quiz-1"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(params=TAKES.values(), ids=TAKES)
def take(request):
    return request.param


@pytest.fixture
def clock(monkeypatch, now):
    def at(moment):
        monkeypatch.setattr(context, "now", lambda: moment)

    at(now)
    return at


@pytest.fixture
def opened(take, learner, world, clock):
    """Opens the quiz anew: each request has a block of its own, with what the platform keeps for it."""
    world.user_id, world.anonymous = learner.id, {"anonymous-learner": learner.id}
    kept = {}

    def block(purpose="unit", **bound):
        state = kept.setdefault(purpose, DictFieldData({"bank": take.bank, "purpose": purpose, "display_name": "Unit"}))
        made = QuizBlock(make_block(QuizBlock, {}, USAGE).runtime, state, ScopeIds("u", "wins_quiz", USAGE, USAGE))
        for name, value in bound.items():
            setattr(made, name, value)
        return made

    return block


def begun(block):
    status, answer = call(block, "begin")
    assert status == 200, answer
    return Attempt.objects.get(open_slot=1)


def sent(take, how):
    row = Attempt.objects.get(open_slot=1)
    return {"number": row.number, "revision": row.revision, "responses": answers(row, **take.said(how))}


def submit(block, take, how):
    begun(block)
    status, answer = call(block, "submit", sent(take, how))
    assert status == 200, answer
    return answer["html"]


def grade(take, how):
    return (USAGE, float(take.earned(how)), float(take.possible))


def test_every_kind_is_in_the_tables():
    """What a new kind needs here: a question, and what is right and wrong."""
    assert set(KINDS) == set(EACH) == set(RIGHT) == set(WRONG)
    assert set(PART) <= set(KINDS)
    assert {kind for take in TAKES.values() for kind in take.kinds} == set(KINDS)


def test_the_answers_of_these_tests_pass_and_fail(take):
    assert 0 < take.earned("part") < take.possible * 7 / 10
    assert take.earned("wrong") == 0


def test_what_these_tests_look_for_is_what_a_page_would_show(opened, take, world):
    """If this fails, no test below would see a question in a report."""
    world.in_lms, world.may_author = False, True
    page = json.dumps(opened().student_view().content) + opened().author_view().content
    found = {text for text in take.secrets() if text in page}
    assert "Stem 1?" in found
    assert len(found) > len(take.items)


def test_what_is_right_passes_with_grade_and_completion(opened, take, world):
    block = opened()
    assert "You passed" in submit(block, take, "right")
    assert world.grades == [grade(take, "right")]
    assert world.completions == [(USAGE, 1.0)]
    assert (block.attempts, block.done) == (1, True)
    assert (block.raw_earned, block.raw_possible) == grade(take, "right")[1:]
    assert block.max_score() == float(take.possible)
    assert Attempt.objects.get().grade_published_at
    assert "You passed" in opened().student_view().content


@pytest.mark.parametrize("how", ["part", "wrong", "none"])
def test_what_is_partly_right_or_wrong_is_graded_as_it_is_and_not_complete(opened, take, world, how):
    assert "You did not pass this time" in submit(opened(), take, how)
    earned = 0.0 if how == "none" else float(take.earned(how))
    assert world.grades == [(USAGE, earned, float(take.possible))]
    assert world.completions == []


def test_a_practice_is_complete_when_it_is_sent(opened, take, world):
    submit(opened("practice"), take, "wrong")
    assert world.completions == [(USAGE, 1.0)]


def test_sending_twice_grades_once_and_a_worse_try_lowers_nothing(opened, take, world):
    begun(opened())
    body = sent(take, "part")
    first, second = (call(opened(), "submit", body) for _ in range(2))
    assert first == second
    assert opened().attempts == 1
    assert set(world.grades) == {grade(take, "part")}
    submit(opened(), take, "wrong")
    assert world.grades[-1] == grade(take, "part")
    assert opened().attempts == 2


def test_a_rescore_finds_what_the_learner_earned_after_staff_set_another_mark(opened, take, world):
    with pytest.raises(ValueError, match="no answers"):
        opened().rescore(None)
    submit(opened(), take, "part")
    block, published = opened(), []
    block.set_score(Score(0.25, float(take.possible)))  # "override score"
    block.publish_grade()
    assert world.grades[-1] == (USAGE, 0.25, float(take.possible))
    block.runtime.publish = lambda own, kind, data: published.append((kind, data))
    for only_if_higher in (False, True):
        block.rescore(only_if_higher)
    told = {"value": grade(take, "part")[1], "max_value": grade(take, "part")[2]}
    assert published == [("grade", {**told, "only_if_higher": higher}) for higher in (False, True)]
    assert (opened().raw_earned, opened().has_submitted_answer()) == (grade(take, "part")[1], True)


def test_a_reset_by_staff_gives_the_tries_back(opened, take, clock, now):
    for day in range(3):
        clock(now + day * DAY)
        html = submit(opened("test"), take, "part")
    assert "You have used all your tries" in html
    block = opened("test")
    block.attempts = 0  # what the platform's "reset attempts" does to the stored state
    block.save()
    page = Markup(opened("test").student_view().content).text
    assert "You have 3 tries left." in page
    assert call(opened("test"), "begin")[0] == 200


def test_deleted_state_is_gone_and_stays_a_record(opened, take):
    submit(opened(), take, "right")
    unbound = opened()
    unbound.clear_student_state(
        user_id="anonymous-learner", course_id=edge.FOUNDATION, item_id=USAGE, requesting_user_id="anonymous-teacher"
    )
    for name in ("attempts", "newest_counted", "raw_earned", "raw_possible", "done"):
        unbound._field_data.delete(unbound, name)
    assert "Your tries" not in opened().student_view().content
    assert (opened().calculate_score().raw_earned, opened().has_submitted_answer()) == (0.0, False)
    row = Attempt.objects.get()
    assert (row.correct, row.possible) == (row.possible, int(take.possible * (row.units or 1)))


def test_the_platforms_report_tells_tries_and_marks_and_no_answer(opened, take, learner):
    submit(opened(), take, "part")
    block = opened()
    kept = {name: getattr(block, name) for name in ("attempts", "raw_earned", "raw_possible", "done")}

    class State:
        username, state = learner.username, kept

    told = list(QuizBlock.generate_report_data([State]))
    marks = {"Right answers": grade(take, "part")[1], "Questions": grade(take, "part")[2]}
    assert told == [("learner", {"Tries": 1, **marks})]
    assert not [text for text in take.secrets() if text in json.dumps(told)]


def test_at_the_due_date_what_was_saved_is_sent_and_graded(opened, take, clock, now, world, learner):
    due = now + 60 * MINUTE
    begun(opened(due=due))
    assert call(opened(due=due), "save_answers", sent(take, "part"))[0] == 200
    late = sent(take, "right")
    clock(due + MINUTE)
    assert periodic.close_tries(due + MINUTE).startswith("1 tries closed")
    status, answer = call(opened(due=due), "save_answers", late)
    assert (status, "The time for these answers was over" in answer["error"]) == (409, True)
    assert "1 grades published" in periodic.repair_grades(due + 3 * MINUTE)
    assert world.repaired == [(learner.id, *grade(take, "part"))]
    assert world.ticked == [], "it was not passed"
    assert call(opened(due=due), "submit", late)[0] == 200
    assert world.grades[-1] == grade(take, "part")
    assert call(opened(due=due), "begin")[0] == 409


@pytest.mark.parametrize("handler", HANDLERS)
def test_who_looks_as_the_learner_changes_nothing(opened, take, world, learner, teacher, handler):
    begun(opened())
    body, before = sent(take, "right"), Attempt.objects.values().get()
    world.user_id, world.shown_id, world.masquerading = teacher.id, learner.id, True
    ref = next(iter(body["responses"]))
    assert call(opened(), handler, {**body, "ref": ref, "text": "x"}) == (
        409, {"error": "This is a preview. Nothing is stored here."},
    )  # fmt: skip
    html = opened().student_view().content
    assert "Preview" in html
    assert html.count("<fieldset") == len(take.items)
    assert Attempt.objects.values().get() == before
    assert (world.grades, world.completions) == ([], [])


def test_the_event_is_told_once_with_marks_and_no_answer(opened, take, world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        begun(opened())
        body = sent(take, "part")
        for _ in range(2):
            call(opened(), "submit", body)
    [(name, _learner, course, told)] = world.emitted
    assert (name, course, told["block"], told["passed"]) == ("wins.quiz.submitted", edge.FOUNDATION, USAGE, False)
    assert (told["grade"], told["max_grade"]) == (float(take.earned("part")), float(take.possible))
    assert not [text for text in take.secrets() if text in json.dumps(told)]


@pytest.mark.parametrize("purpose", ["practice", "unit", "test"])
def test_search_and_the_app_get_no_question_and_no_answer(opened, take, purpose):
    block = opened(purpose)
    begun(block)
    told = [block.student_view_data(), block.index_dictionary()]
    assert told[0] == {"display_name": "Unit", "purpose": purpose, "questions": len(take.items)}
    assert not [text for text in take.secrets() if text in json.dumps(told)]
    assert not [item for item in ("q1", "correct", "options", "pairs", "value") if item in json.dumps(told[1])]
