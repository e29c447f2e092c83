"""Report this question: the learner's handler, where its button stands, and what it never tells."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.blocks import call, make_block
from tests.conftest import NOW
from tests.domain.quiz.banks import answers, bank
from tests.domain.vouchers.builders import fill, issue, ready, reveal
from wins_xblocks import context
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases import reported
from wins_xblocks.domain.cases.models import Case, ReportedQuestion
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)


def quiz(**fields):
    return make_block(QuizBlock, {"display_name": "Unit 1", "bank": bank(), **fields}, usage="quiz-1")


@pytest.fixture
def block(learner, world):
    world.user_id = learner.id
    return quiz()


def begun(block):
    """The refs of the questions of a try that was begun."""
    call(block, "begin")
    return [drawn["ref"] for drawn in Attempt.objects.get(open_slot=1).drawn]


def report(block, ref, text="B is right, too.", number=1):
    return call(block, "report_question", {"number": number, "ref": ref, "text": text})


def test_a_question_is_reported_while_it_is_answered(block, learner):
    refs = begun(block)
    status, answer = report(block, refs[2])
    case, row = Case.objects.get(), ReportedQuestion.objects.get()
    assert status == 200
    assert case.number in answer["told"]
    assert "WINS answers by 15 March 2027," in answer["told"]
    assert set(answer) == {"told"}, "neither a key nor another id"
    assert (row.learner_id, row.bank_id, row.item, row.module, row.block) == (
        learner.id, "bank", "q3", "foundation", "quiz-1",
    )  # fmt: skip
    assert row.bank_hash == Attempt.objects.get().bank.hash
    assert (case.page, row.place, case.text, row.stem) == ("Unit 1", 3, "B is right, too.", "Stem 3?")
    assert Attempt.objects.get().revision == 0, "the answers stay as they are"


def test_half_an_emoji_in_the_text_is_left_out(block):
    """A sign that was taken apart while it was written: no database stores the half."""
    [ref, *_others] = begun(block)
    assert report(block, ref, "The fence \ud83d is missing \N{WORRIED FACE}")[0] == 200
    assert Case.objects.get().text == "The fence  is missing \N{WORRIED FACE}"


def test_and_when_the_learner_looks_back(block, learner):
    refs = begun(block)
    sent = {"number": 1, "revision": 0, "responses": answers("quiz-1", 4, learner.id)}
    _status, answer = call(block, "submit", sent)
    assert [f'data-report="{ref}"' in answer["html"] for ref in refs] == [True] * 4
    assert 'data-try="1"' in answer["html"]
    assert report(block, refs[0])[0] == 200


def test_each_question_of_a_try_has_its_button_and_a_preview_has_none(block, world):
    refs = begun(block)
    html = block.student_view().content
    assert [f'data-report="{ref}"' in html for ref in refs] == [True] * 4
    world.in_lms = False
    world.may_author = True
    assert "data-report=" not in block.student_view().content


@pytest.mark.parametrize(
    ("ref", "number"), [("ffffffff", 1), ("", 1), ("own", 2), ("option", 1)], ids=["unknown", "none", "try", "option"]
)
def test_what_was_not_drawn_for_her_is_not_found(block, ref, number):
    refs = begun(block)
    option = Attempt.objects.get().drawn[0]["options"][0]["ref"]
    status, answer = report(block, {"own": refs[0], "option": option}.get(ref, ref), number=number)
    assert (status, answer["error"]) == (404, "This question does not belong to this page. Open the page again.")
    assert not Case.objects.exists()


def test_a_question_of_somebody_else_is_not_found(block, world, other_learner):
    refs = begun(block)
    world.user_id = other_learner.id
    other = quiz()
    theirs = begun_by(other, other_learner)
    assert [report(other, ref)[0] for ref in refs] == [404] * 4
    assert report(other, theirs[0])[0] == 200


def begun_by(block, user):
    call(block, "begin")
    return [drawn["ref"] for drawn in Attempt.objects.get(open_slot=1, learner_id=user.id).drawn]


def test_a_cleared_try_is_not_found(block, learner):
    refs = begun(block)
    Attempt.objects.update(cleared_at=NOW, open_slot=None, counts=False)
    assert report(block, refs[0])[0] == 404


@pytest.mark.parametrize("data", [
    {}, {"number": 1, "ref": 7, "text": "x"}, {"number": 1, "ref": "r", "text": None},
    {"number": "1", "ref": "r", "text": "x"}, {"number": 1, "ref": ["r"], "text": "x"},
    {"number": True, "ref": "r", "text": "x"},
])  # fmt: skip
def test_what_is_no_report_is_refused(block, data):
    begun(block)
    status, answer = call(block, "report_question", data)
    assert (status, answer["error"]) == (400, "The request is not complete. Open the page again.")


def test_pressing_twice_is_one_report_and_another_text_is_told_its_number(block):
    refs = begun(block)
    first = report(block, refs[0])
    assert report(block, refs[0]) == first
    status, answer = report(block, refs[0], "Something else.")
    assert status == 409
    assert Case.objects.get().number in answer["error"]
    assert "15 March 2027" in answer["error"]


@pytest.mark.parametrize(("text", "told"), [("  ", "Write what is wrong"), ("x" * 2001, "at most 2000 characters")])
def test_nothing_and_too_much_are_refused_in_words(block, text, told):
    refs = begun(block)
    status, answer = report(block, refs[0], text)
    assert status == 409
    assert told in answer["error"]


def test_her_own_voucher_code_is_not_kept(block, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    code = reveal(learner.id)
    refs = begun(block)
    status, answer = report(block, refs[0], f"My code {code} does not work here.")
    assert (status, Case.objects.count()) == (409, 0)
    assert "holds your voucher code" in answer["error"]
    assert code not in answer["error"]


def test_the_answer_stands_where_her_other_questions_stand(block, learner, client):
    refs = begun(block)
    report(block, refs[1])
    number = Case.objects.get().number
    cases.answer(number, "Thank you. It is corrected.", learner.id + 1, NOW)
    client.force_login(learner)
    html = client.get("/wins/me/questions/").content.decode()
    assert "Thank you. It is corrected." in html
    assert "About a question of “Unit 1”" in html
    assert "Stem 2?" not in html, "a question of a test is not shown again"


def test_it_costs_few_statements_whatever_the_number_of_questions(learner, world, django_assert_max_num_queries):
    world.user_id = learner.id
    block = quiz(bank=bank(60))
    refs = begun(block)
    with django_assert_max_num_queries(16):
        assert report(block, refs[50])[0] == 200


TOLD, BUTTON = "You reported this question. WINS answers in “My questions”.", 'data-report="'


def test_after_a_reload_the_page_knows_what_was_reported(block):
    refs = begun(block)
    report(block, refs[2])
    html = block.student_view().content
    assert html.count(TOLD) == 1
    assert {ref for ref in refs if f'{BUTTON}{ref}"' in html} == set(refs) - {refs[2]}


def test_and_so_does_the_page_of_the_result(block, learner):
    refs = begun(block)
    report(block, refs[2])
    call(block, "submit", {"number": 1, "revision": 0, "responses": answers("quiz-1", 2, learner.id)})
    for html in (block.student_view().content, call(block, "result", {"number": 1})[1]["html"]):
        assert html.count(TOLD) == 1
        assert html.count(BUTTON) == 3


def test_once_it_is_answered_it_can_be_reported_again(block, learner):
    refs = begun(block)
    report(block, refs[2])
    cases.answer(Case.objects.get().number, "It is right.", learner.id + 1, NOW)
    html = block.student_view().content
    assert (html.count(TOLD), html.count(BUTTON)) == (0, 4)


def test_what_another_learner_reported_is_not_told(block, world, other_learner):
    report(block, begun(block)[2])
    world.user_id = other_learner.id
    call(quiz(), "begin")
    assert TOLD not in quiz().student_view().content


def test_to_know_it_costs_one_statement_whatever_the_number_of_questions(learner, world, monkeypatch):
    world.user_id = learner.id
    block = quiz(bank=bank(60))
    for ref in begun(block)[:3]:
        report(block, ref)

    def statements():
        with CaptureQueriesContext(connection) as seen:
            block.student_view()
        return len(seen)

    with_it = statements()
    monkeypatch.setattr(reported, "waiting_in", lambda *asked: frozenset())
    assert with_it - statements() == 1


def test_beginning_and_sending_ask_nothing_more(block, learner, monkeypatch):
    monkeypatch.setattr(reported, "waiting_in", None)
    begun(block)
    sent = {"number": 1, "revision": 0, "responses": {}}
    assert call(block, "save_answers", sent)[0] == 200
    assert call(block, "submit", {**sent, "revision": 1})[0] == 200
