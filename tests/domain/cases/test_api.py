"""Questions to WINS."""

from datetime import date, timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.cases import api, rules
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.waiting import First


def ask(text="When is my book sent?", token="form-1", learner_id=7):
    return api.ask(Question(learner_id, "question", "Ask WINS", text, token, "/wins/me/"), NOW.date(), 10, NOW)


def test_a_question_gets_a_number_a_day_for_the_answer_and_two_mails(db):
    case = ask()
    assert case.number.startswith("W-")
    assert case.deadline == date(2027, 3, 15)
    assert sorted(OutboxMessage.objects.values_list("kind", "recipient_id")) == [
        ("case_opened", None),
        ("case_received", 7),
    ]


def test_the_question_itself_is_in_no_mail(db):
    ask("A long private story")
    assert "private" not in str(list(OutboxMessage.objects.values_list("values", flat=True)))


def test_the_same_form_sent_twice_is_one_case(db):
    assert ask().number == ask().number
    assert len(api.open_cases()) == 1


def test_somebody_elses_form_is_refused(db):
    ask()
    with pytest.raises(Refusal, match="out of date"):
        ask(learner_id=8)
    assert api.of_learner(8, 10) == ()


@pytest.mark.parametrize(("text", "reason"), [("  \n", "Write your question first"), ("x" * 4001, "at most 4000")])
def test_an_empty_or_endless_question_is_refused_in_words(db, text, reason):
    with pytest.raises(Refusal, match=reason):
        ask(text)
    assert api.open_cases() == ()


@pytest.mark.parametrize("text", ["a\0b", "\0ab", "ab\0"])
def test_a_sign_that_not_every_database_takes_is_left_out(db, text):
    number = api.ask(Question(7, "question", "Ask WINS", text, "f" * 16, "x\0y"), NOW.date(), 10, NOW).number
    api.answer(number, text, 1, NOW)
    found = api.case(number)
    assert (found.text, found.page, found.answer) == ("ab", "xy", "ab")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2027, 3, 1), 10, date(2027, 3, 15)),
        (date(2027, 3, 6), 1, date(2027, 3, 8)),
        (date(2027, 3, 5), 1, date(2027, 3, 8)),
    ],
)
def test_working_days_leave_out_saturday_and_sunday(start, days, end):
    assert rules.working_days_after(start, days) == end


def test_nobody_floods_the_academy_with_mails(db):
    def again(number, learner_id=7, at=NOW):
        form = f"form-{learner_id}-{number}"
        return api.ask(Question(learner_id, "question", "Ask WINS", f"Question {number}", form), NOW.date(), 10, at)

    for number in range(api.MOST_A_DAY):
        again(number)
    with pytest.raises(Refusal, match="many questions"):
        again(99)
    assert again(3).text == "Question 3"  # the same form sent again is no new question
    assert again(1, learner_id=8).number
    assert again(99, at=NOW + timedelta(days=1, seconds=1)).number


def test_the_first_day_whose_questions_are_in_time():
    for day in (NOW.date() + timedelta(days=number) for number in range(14)):
        first = rules.first_in_time(day, 10)
        assert rules.working_days_after(first, 10) >= day
        assert rules.working_days_after(first - timedelta(days=1), 10) < day


def test_the_first_open_question_is_the_most_urgent_that_was_not_put_off(db):
    assert api.first_open(1) == First()
    ids = [
        api.ask(Question(7, "question", "s", f"No {days}", f"form-{days}"), NOW.date(), days, NOW).id
        for days in (9, 3, 6)
    ]  # fmt: skip
    late, middle, young = ids[1], ids[2], ids[0]
    for after, wanted, put_off in (
        (0, late, False), (late, middle, False), (middle, young, False), (young, late, True), (99, late, False),
    ):  # fmt: skip
        found = api.first_open(1, after)
        assert (found.total, found.value.id, found.put_off) == (3, wanted, put_off)
    assert api.first_open(7) == First(), "nobody answers her own"
