"""Tries as staff change them in the platform, and as other pages than the quiz tell of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds

from tests import edge
from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank
from tests.web.builders import course, joined, noticed
from tests.web.markup import Markup
from wins_xblocks import context
from wins_xblocks.domain.quiz import api
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.module_block import ModuleBlock
from wins_xblocks.platform import platform
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
USED_UP = "You have used all your tries"
HIDDEN = {"course_id": edge.FOUNDATION, "requesting_user_id": "anonymous-teacher"}


@pytest.fixture(autouse=True)
def studies(learner, world, monkeypatch, now):
    monkeypatch.setattr(context, "now", lambda: now)
    world.user_id, world.anonymous = learner.id, {"anonymous-learner": learner.id}
    world.outlines[edge.FOUNDATION] = course()
    joined(learner)
    noticed(learner)


@pytest.fixture
def opened():
    """Opens the test of a run anew: each request has a block of its own, with what the platform keeps for it."""
    kept = {}

    def block(usage="test-1"):
        state = kept.setdefault(usage, DictFieldData({"bank": bank(), "purpose": "test"}))
        runtime = make_block(QuizBlock, {}, usage=usage).runtime
        runtime.handler_url = lambda *args, **kwargs: "/"
        return QuizBlock(runtime, state, ScopeIds("user", "wins_quiz", usage, usage))

    return block


@pytest.fixture
def everywhere(opened, client, learner):
    """The texts of the quiz, My WINS path and the module page."""

    def texts():
        client.force_login(learner)
        return (
            Markup(opened().runtime.render(opened(), "student_view").content).text,
            Markup(client.get(reverse("wins:path")).content.decode()).text,
            Markup(make_block(ModuleBlock).student_view({}).content).text,
        )

    return texts


def take(block, learner, right):
    status, answer = call(block, "begin")
    assert status == 200, answer
    row = Attempt.objects.get(open_slot=1)
    given = answers(row.block, right, learner.id)
    return call(block, "submit", {"number": row.number, "revision": row.revision, "responses": given})


@pytest.fixture
def used_up(opened, learner, monkeypatch, now):
    for day in range(3):
        monkeypatch.setattr(context, "now", lambda day=day: now + timedelta(days=day))
        take(opened(), learner, 1)


def reset(block):
    """What the platform's "reset attempts" does to the stored state."""
    block.attempts = 0
    block.save()


def test_used_up_tries_are_told_the_same_everywhere(used_up, everywhere):
    assert all(USED_UP in text for text in everywhere())


def test_a_reset_is_told_the_same_everywhere(used_up, opened, everywhere):
    reset(opened())
    quiz, path, module = everywhere()
    assert "You have 3 tries left." in quiz
    assert "You have 3 tries." in path
    assert "You have 3 tries." in module
    assert not any(USED_UP in text for text in (quiz, path, module))


@pytest.mark.parametrize("handler", ["begin", "result"])
def test_a_reset_is_noticed_by_whatever_is_asked_first(handler, used_up, opened, learner):
    reset(opened())
    assert call(opened(), handler, {"number": 0})[0] == 200
    assert api.counted(learner.id, "test-1") == (0, 0)


def test_answers_sent_after_a_reset_are_the_first_try(opened, learner, monkeypatch, now):
    take(opened(), learner, 1)
    monkeypatch.setattr(context, "now", lambda: now + timedelta(days=2))
    call(opened(), "begin")
    reset(opened())
    given = {"number": 2, "revision": 0, "responses": answers("test-1", 1, learner.id)}
    assert "You have 2 tries left" in call(opened(), "submit", given)[1]["html"]
    assert (opened().attempts, opened().newest_counted) == (1, 2)


def test_after_a_reset_tries_are_used_up_again_and_no_page_gives_one_back(used_up, opened, learner, monkeypatch, now):
    reset(opened())
    for day in range(3, 6):
        monkeypatch.setattr(context, "now", lambda day=day: now + timedelta(days=day))
        _status, answer = take(opened(), learner, 1)
        opened().student_view()
    assert USED_UP in answer["html"]
    assert (opened().attempts, opened().newest_counted) == (3, 6)


def test_a_crash_before_the_platform_was_told_gives_no_try_back(opened, learner, monkeypatch, now):
    take(opened(), learner, 1)
    monkeypatch.setattr(context, "now", lambda: now + timedelta(days=2))
    block = opened()
    monkeypatch.setattr(QuizBlock, "_tell_platform", lambda *args: block._clear_dirty_fields() or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(block, learner, 1)
    monkeypatch.undo()
    monkeypatch.setattr(context, "now", lambda: now + timedelta(days=4))
    assert opened().attempts == 1
    assert "You have 1 try left" in opened().student_view().content
    assert USED_UP in take(opened(), learner, 1)[1]["html"]
    assert opened().attempts == 3


def test_whoever_looks_as_the_learner_writes_no_reset(used_up, opened, learner, teacher, world):
    reset(opened())
    world.user_id, world.shown_id, world.masquerading = teacher.id, learner.id, True
    opened().student_view()
    assert api.counted(learner.id, "test-1") == (3, 3)


def test_a_rerun_goes_on_where_the_first_run_stopped(opened, learner):
    take(opened(), learner, 1)
    status, answer = call(opened("test-of-the-rerun"), "begin")
    assert status == 409
    assert "You can try again from 2 March 2027" in answer["error"]
    page = opened("test-of-the-rerun").student_view().content
    assert "You have 2 tries left." in page


ELSEWHERE = "You have a try at this test open in another place. Go on there and send it first."


def test_while_a_try_is_open_in_another_run_the_page_leads_there_and_shows_no_key(opened, learner, monkeypatch, now):
    first, rerun = (f"block-v1:WINS+FND+{run}+type@wins_quiz+block@test" for run in ("2026", "2027"))
    for day in range(2):
        monkeypatch.setattr(context, "now", lambda day=day: now + timedelta(days=day))
        take(opened(first), learner, 0)
    monkeypatch.setattr(context, "now", lambda: now + timedelta(days=2))
    call(opened(first), "begin")
    status, answer = call(opened(rerun), "begin")
    assert (status, answer["error"]) == (409, ELSEWHERE)
    for html in (answer["html"], opened(rerun).student_view().content):
        assert ELSEWHERE in Markup(html).text
        assert f'href="/courses/course-v1:WINS+FND+2026/jump_to/{first}"' in html
        assert "data-start" not in html
        assert "Reason 1." not in html
    assert Attempt.objects.filter(open_slot=1).count() == 1


def test_a_test_passed_in_another_run_needs_no_other_try(opened, learner):
    take(opened(), learner, 4)
    assert "You passed. You do not need another try." in opened("test-of-the-rerun").student_view().content


@pytest.mark.parametrize("right", [1, 4])
def test_whoever_studies_again_years_later_has_all_tries(opened, learner, right, everywhere):
    take(opened(), learner, right)
    Registration.objects.filter(module="foundation").update(state="lapsed", open_slot=None)
    assert "You have 3 tries left." in opened().student_view().content
    texts = everywhere()
    assert "You have 3 tries left." in texts[0]
    assert all("You have 3 tries." in text for text in texts[1:])
    assert call(opened(), "begin")[0] == 200
    assert (
        Attempt.objects.get(number=2).registration_id == Registration.objects.get(state="open", module="foundation").id
    )


def test_deleted_state_is_gone_everywhere(opened, learner, everywhere):
    take(opened(), learner, 4)
    assert all("assed" in text for text in everywhere())
    unbound = opened()
    unbound.clear_student_state(user_id="anonymous-learner", item_id="test-1", **HIDDEN)
    state = unbound._field_data
    for name in ("attempts", "newest_counted", "raw_earned", "raw_possible", "done"):
        state.delete(unbound, name)
    quiz, path, module = everywhere()
    assert "You have 3 tries left." in quiz
    assert "Your tries" not in quiz
    assert "You have 3 tries." in path
    assert "You have 3 tries." in module
    block = opened()
    assert (block.calculate_score().raw_earned, block.has_submitted_answer()) == (0.0, False)
    assert Attempt.objects.get().correct == 4
    assert "You have 2 tries left." in take(opened(), learner, 1)[1]["html"]


@pytest.mark.parametrize("whom", ["nobody-known", "", None])
def test_deleting_the_state_of_nobody_changes_nothing(opened, learner, whom):
    take(opened(), learner, 4)
    opened().clear_student_state(user_id=whom, item_id="test-1", **HIDDEN)
    assert api.best(learner.id, "test-1") == (4, 4)


def test_deleting_state_never_stops_the_platform(opened, learner, monkeypatch, caplog):
    take(opened(), learner, 4)

    def broken(*args):
        raise OSError("the database is away")

    for place, name in ((api, "clear"), (type(platform()), "user_of_anonymous_id")):
        monkeypatch.setattr(place, name, broken)
        opened().clear_student_state(user_id="anonymous-learner", item_id="test-1", **HIDDEN)
    assert caplog.text.count("tries at test-1 were not cleared") == 2
