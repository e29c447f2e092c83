import json

import pytest
from webob import Request
from xblock.scorable import Score

from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank, body, question
from wins_xblocks import context
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db


def quiz(**fields):
    return make_block(QuizBlock, {"display_name": "Unit 1", "bank": bank(), **fields}, usage="quiz-1")


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr(context, "now", lambda: now)


@pytest.fixture
def block(learner, world):
    world.user_id = learner.id
    return quiz()


def page(block):
    return block.student_view().content


def take(block, learner, right):
    call(block, "begin")
    row = Attempt.objects.get(open_slot=1)
    sent = {"number": row.number, "revision": row.revision, "responses": answers("quiz-1", right, learner.id)}
    return call(block, "submit", sent)


def test_the_start_page_says_what_is_asked_and_needed(block):
    text = page(block)
    assert "4 questions" in text
    assert "You need 70 % to pass." in text
    assert "as often as you like" in text
    assert "data-start" in text
    assert "Stem 1?" not in text


def test_starting_shows_the_questions_and_opens_a_registration(block, learner):
    status, answer = call(block, "begin")
    assert status == 200
    assert "Question 1 of 4" in answer["html"]
    assert "0 of 4 answered" in answer["html"]
    row = Attempt.objects.get()
    assert (row.learner_id, row.module, row.is_staff) == (learner.id, "foundation", False)
    assert row.registration_id == Registration.objects.get().id


def test_after_a_reload_the_open_try_and_its_answers_are_there(block, learner):
    call(block, "begin")
    given = answers("quiz-1", 4, learner.id)
    assert call(block, "save_answers", {"number": 1, "revision": 0, "responses": given}) == (200, {"revision": 1})
    text = page(quiz())
    assert text.count(" checked") == 4
    assert "4 of 4 answered" in text
    assert 'data-revision="1"' in text


def test_a_passed_quiz_is_graded_completed_and_noted(block, learner, world):
    status, answer = take(block, learner, 3)
    assert status == 200
    assert "You passed" in answer["html"]
    assert "3 of 4 right (75 %)" in answer["html"]
    assert (world.grades, world.completions) == ([("quiz-1", 3.0, 4.0)], [("quiz-1", 1.0)])
    assert (block.attempts, block.raw_earned, block.raw_possible, block.done) == (1, 3.0, 4.0, True)
    assert Attempt.objects.get().grade_published_at
    assert "You passed" in page(block)


def test_a_failed_quiz_is_graded_and_not_complete(block, learner, world):
    _status, answer = take(block, learner, 1)
    assert "You did not pass this time" in answer["html"]
    assert "What to read again" in answer["html"]
    assert "Explain o2" in answer["html"]
    assert (world.grades, world.completions) == ([("quiz-1", 1.0, 4.0)], [])


def test_a_practice_is_complete_when_sent(learner, world):
    world.user_id = learner.id
    _status, answer = take(quiz(purpose="practice"), learner, 0)
    assert "You need" not in answer["html"]
    assert world.completions == [("quiz-1", 1.0)]


def test_sending_twice_answers_the_same_and_uses_one_try(block, learner, world):
    first = take(block, learner, 4)
    again = call(block, "submit", {"number": 1, "revision": 0, "responses": {}})
    assert again == first
    assert block.attempts == 1
    assert set(world.grades) == {("quiz-1", 4.0, 4.0)}


def test_a_worse_try_never_lowers_the_grade(block, learner, world):
    take(block, learner, 4)
    _status, answer = take(block, learner, 0)
    assert "0 of 4 right" in answer["html"]
    assert world.grades[-1] == ("quiz-1", 4.0, 4.0)


def test_a_mark_that_staff_set_higher_stays(block, learner, world):
    block.set_score(Score(4.0, 4.0))
    take(block, learner, 1)
    assert world.grades == [("quiz-1", 4.0, 4.0)]


def test_an_earlier_try_can_be_looked_at(block, learner):
    take(block, learner, 4)
    take(block, learner, 1)
    _status, answer = call(block, "result", {"number": 1})
    assert "4 of 4 right" in answer["html"]
    assert "Your tries" in answer["html"]


def test_a_stale_window_gets_the_newest_answers(block, learner):
    call(block, "begin")
    given = answers("quiz-1", 4, learner.id)
    call(block, "save_answers", {"number": 1, "revision": 0, "responses": given})
    for handler in ("save_answers", "submit"):
        status, answer = call(block, handler, {"number": 1, "revision": 0, "responses": {}})
        assert status == 409
        assert "another window" in answer["error"]
        assert answer["html"].count(" checked") == 4


def test_the_module_test_follows_the_programme_and_shows_no_key_before_it_may(learner, world):
    world.user_id = learner.id
    block = quiz(purpose="test", pass_percent=10, max_tries=0)
    assert "You need 70 % to pass." in page(block)
    assert "You have 3 tries left" in page(block)
    _status, answer = take(block, learner, 2)
    assert "Reason 1." not in answer["html"]
    assert "right answer</span>" not in answer["html"]
    assert "Explain o1" in answer["html"]
    assert "Next try from 2 March 2027, 10:00 CET" in answer["html"]
    status, refused = call(block, "begin")
    assert (status, refused["error"]) == (409, "You can try again from 2 March 2027, 10:00 CET.")


def test_after_the_last_try_the_key_is_shown_and_wins_can_be_asked(learner, world, monkeypatch, now):
    world.user_id, block = learner.id, quiz(purpose="test")
    for day in range(3):
        monkeypatch.setattr(context, "now", lambda day=day: now.replace(day=1 + day, hour=10))
        _status, answer = take(block, learner, 1)
    assert "You have used all your tries" in answer["html"]
    assert "Reason 1." in answer["html"]
    block.attempts = 0  # what the platform's "reset attempts" does
    assert "Reason 1." not in page(block)
    assert call(block, "begin")[0] == 200


def test_a_passed_module_test_shows_its_key(learner, world):
    world.user_id = learner.id
    _status, answer = take(quiz(purpose="test"), learner, 4)
    assert "Reason 1." in answer["html"]
    assert "You do not need another try" in answer["html"]


@pytest.mark.parametrize("setting", ["never", "never_but_include_grade", "something newer"])
def test_the_course_may_hide_right_answers(block, learner, setting):
    block.show_correctness = setting
    _status, answer = take(block, learner, 4)
    assert "Reason 1." not in answer["html"]


def test_staff_try_apart_from_learners(teacher, world):
    world.user_id = teacher.id
    block = quiz(bank=json.dumps(body(question(1), question(2, right=""))))
    text = page(block)
    assert "Staff view" in text
    assert "Question 2 (“q2”) has no right answer. Learners will not get it until this is fixed." in text
    assert call(block, "begin")[0] == 200
    row = Attempt.objects.get()
    assert (row.is_staff, row.registration_id, row.possible) == (True, None, 1)


@pytest.mark.parametrize("handler", ["begin", "save_answers", "submit", "result"])
@pytest.mark.parametrize("place", ["studio", "masquerade", "anonymous", "outsider", "library"])
def test_where_nothing_may_be_stored_every_handler_refuses(handler, place, learner, other_learner, teacher, world):
    world.user_id = teacher.id
    if place == "studio":
        world.in_lms = False
    elif place == "masquerade":
        world.masquerading, world.shown_id = True, learner.id
    elif place == "anonymous":
        world.user_id = None
    elif place == "outsider":
        world.user_id, world.enrolments = other_learner.id, set()
    else:
        world.course_id = None
    status, answer = call(quiz(), handler, {"number": 1, "revision": 0, "responses": {}})
    assert (status, answer["error"]) == (409, "This is a preview. Nothing is stored here.")
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("place", ["studio", "masquerade"])
def test_a_preview_shows_questions_without_the_key(place, learner, teacher, world):
    world.user_id, world.in_lms = teacher.id, place != "studio"
    world.masquerading, world.may_author = place == "masquerade", place == "studio"
    text = page(quiz())
    assert "Preview" in text
    assert "Stem 4?" in text
    assert "Reason" not in text
    assert "right answer" not in text


def test_who_has_not_joined_sees_no_question(other_learner, world):
    world.user_id, world.enrolments = other_learner.id, set()
    text = page(quiz())
    assert "Join the course" in text
    assert "Stem" not in text


@pytest.mark.parametrize("data", [
    {}, {"number": "1", "revision": 0}, {"number": True, "revision": 0}, {"number": -1, "revision": 0},
    {"number": 1, "revision": 2**40}, {"number": 1.5, "revision": 0},
])  # fmt: skip
@pytest.mark.parametrize("handler", ["save_answers", "submit"])
def test_a_request_without_its_numbers_is_refused(block, handler, data):
    assert call(block, handler, data)[0] == 400


@pytest.mark.parametrize("responses", [None, [], "x", {"forged": ["ref"]}, {"forged": {}}])
@pytest.mark.parametrize("handler", ["save_answers", "submit"])
def test_forged_answers_are_refused_in_words(block, handler, responses):
    call(block, "begin")
    status, answer = call(block, handler, {"number": 1, "revision": 0, "responses": responses})
    assert (status, answer["error"]) == (409, "These answers do not belong to this page. Open the page again.")
    assert Attempt.objects.get().open_slot == 1


def test_the_try_of_somebody_else_is_out_of_reach(block, learner, other_learner, world):
    take(block, learner, 4)
    world.user_id = other_learner.id
    mine = quiz()
    assert call(mine, "submit", {"number": 1, "revision": 0, "responses": {}})[0] == 409
    assert "4 of 4 right" not in call(mine, "result", {"number": 1})[1]["html"]


@pytest.mark.parametrize(("sent", "status"), [
    (b"x" * (256 * 1024 + 1), 413), (b"[" * 200_000, 400), (b"\xff", 400), (b"[]", 400), (b"", 400),
])  # fmt: skip
def test_a_body_that_is_no_request_of_ours_is_refused(block, sent, status):
    request = Request.blank("/", method="POST", body=sent)
    assert block.handle("begin", request).status_code == status


@pytest.mark.parametrize("broken", ["{", "[]", json.dumps(body("x")), "{}", None])
def test_a_broken_bank_is_a_sentence_not_an_error(learner, world, broken):
    world.user_id = learner.id
    block = quiz(bank=broken)
    assert "no questions yet" in page(block)
    status, answer = call(block, "begin")
    assert status == 409
    assert answer["error"]


def test_odd_settings_from_a_course_file_do_no_harm(learner, world):
    world.user_id = learner.id
    block = quiz(purpose="essay", pass_percent=None, max_tries=-3, draw=-1, draw_by="x", module_id="unknown")
    assert "4 questions" in page(block)
    assert take(block, learner, 0)[0] == 200


def test_the_platforms_tasks_find_what_they_call(block, learner, world):
    assert block.max_score() == 4.0
    assert not block.has_submitted_answer()
    with pytest.raises(ValueError, match="no answers"):
        block.rescore(None)
    take(block, learner, 3)
    block.set_score(Score(1.0, 4.0))  # "override score"
    block.publish_grade()
    assert world.grades[-1] == ("quiz-1", 1.0, 4.0)
    published = []
    block.runtime.publish = lambda own, kind, data: published.append((kind, data["value"], data["max_value"]))
    block.rescore(only_if_higher=False)
    assert published == [("grade", 3.0, 4.0)]


def test_a_score_that_is_set_already_is_not_written_again():
    block = quiz(raw_earned=3.0, raw_possible=4.0)
    block.set_score(Score(3.0, 4.0))
    assert not block._dirty_fields
    block.set_score(Score(2.0, 4.0))
    assert block._dirty_fields


def test_search_the_app_and_the_report_never_get_an_answer(block, learner):
    take(block, learner, 3)

    class State:
        username, state = "learner", {"attempts": 1, "raw_earned": 3.0, "raw_possible": 4.0}

    told = json.dumps([block.index_dictionary(), block.student_view_data(), list(block.generate_report_data([State]))])
    assert "Unit 1" in told
    for secret in ("Stem", "Answer", "Reason", "correct"):
        assert secret not in told
    assert list(QuizBlock.generate_report_data([State], limit_responses=0)) == []


def test_no_answer_reaches_the_browser_before_it_may(block, learner):
    fragment = block.student_view()
    sent = fragment.content + json.dumps(fragment.to_dict()) + json.dumps(call(block, "begin"))
    sent += page(block) + json.dumps(call(block, "save_answers", {"number": 1, "revision": 0, "responses": {}}))
    for secret in ("Reason", "correct", "q1", "q2", "is-key"):
        assert secret not in sent


def test_special_text_is_shown_as_written(learner, world):
    world.user_id = learner.id
    text = "<script>alert(1)</script> 😀 & שלום"
    block = quiz(bank=json.dumps(body(question(1, stem=text))), display_name=text)
    html = call(block, "begin")[1]["html"]
    assert "<script>" not in html
    assert "😀 &amp; שלום" in html


def test_the_whole_life_of_a_try_stays_cheap(block, learner, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        page(block)
    call(block, "begin")
    given = answers("quiz-1", 4, learner.id)
    with django_assert_max_num_queries(2):
        call(block, "save_answers", {"number": 1, "revision": 0, "responses": given})
    with django_assert_max_num_queries(4):  # the try, its close, all tries at the block, that the gradebook knows
        assert call(block, "submit", {"number": 1, "revision": 1, "responses": given})[0] == 200
