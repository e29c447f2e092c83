"""Reports about questions: one open at a time, counted by question, narrowed to modules, erased with their learner."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.cases import api, privacy, reported
from wins_xblocks.domain.cases.data import About, Counts, Question
from wins_xblocks.domain.cases.models import Case, ReportedQuestion
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.waiting import Some

pytestmark = pytest.mark.django_db
ABOUT = About(7, "bank", "q1", "f" * 64, "foundation", "quiz-1", 1, 3, "Stem 1?", "Unit 1")


def report(text="B is right, too.", token="t1", now=NOW, **changed):
    return reported.report(replace(ABOUT, **changed), text, token, now.date(), 10, now)


def test_a_report_is_a_case_with_its_question_and_mails_to_both():
    case = report()
    [row] = ReportedQuestion.objects.all()
    assert (case.kind, case.page, row.case_id) == ("reported", "Unit 1", case.id)
    assert ("q1" in case.subject, "ffff" in case.subject, "bank" in case.subject) == (True, True, True)
    assert reported.one(row.id, None).about == ABOUT
    kinds = sorted(OutboxMessage.objects.values_list("kind", "recipient_id"))
    assert kinds == [("case_opened", None), ("case_received", 7)]


def test_the_same_report_sent_again_is_one_and_another_text_is_refused_with_its_number():
    first = report()
    assert report(token="t2") == first
    with pytest.raises(reported.ReportedBefore) as refused:
        report("And C.", token="t3")
    assert refused.value.values["number"] == first.number
    assert Case.objects.count() == 1


def test_once_it_is_answered_the_learner_may_report_the_question_again():
    first = report()
    api.answer(first.number, "Thank you.", 1, NOW)
    second = report("It is still wrong.", token="t2")
    assert second.number != first.number
    assert reported.of_bank("bank") == {"q1": Counts(2, 1)}


def test_the_database_keeps_one_open_report_of_a_learner_and_question(monkeypatch):
    first = report()
    known, seen = reported._own_open, []
    monkeypatch.setattr(reported, "_own_open", lambda about: known(about) if seen else seen.append(1))
    assert report(token="t2") == first, "the other press was first"
    assert Case.objects.count() == 1
    monkeypatch.setattr(reported, "_own_open", lambda about: None)
    with pytest.raises(IntegrityError):
        report(token="t3")


@pytest.mark.parametrize(("text", "told"), [(" \n\0", "Write what is wrong"), ("x" * 2001, "at most 2000")])
def test_nothing_and_too_much_are_refused(text, told):
    with pytest.raises(Refusal, match=told):
        report(text)
    assert not Case.objects.exists()


def test_reports_are_bounded_by_the_day_with_all_other_questions():
    for n in range(api.MOST_A_DAY):
        report(token=f"t{n}", item=f"q{n}")
    with pytest.raises(Refusal, match="many questions today"):
        report(token="one-more", item="other")
    report(token="tomorrow", item="other", now=NOW + timedelta(days=2))


def test_counts_are_by_question_and_bank():
    report()
    report(token="t2", learner_id=8)
    report(token="t3", item="q2")
    report(token="t4", bank_id="other")
    assert reported.of_bank("bank") == {"q1": Counts(2, 2), "q2": Counts(1, 1)}
    assert reported.of_bank("none") == {}


def test_what_waits_is_asked_for_apart_from_other_questions():
    report()
    api.ask(Question(7, "question", "Ask WINS", "When?", "form"), NOW.date(), 10, NOW)
    assert [case.kind for case in api.open_cases()] == ["question"]
    assert (api.count_open(), api.some_open(NOW.date(), 9).total, api.first_open(1).total) == (1, 1, 1)
    assert reported.first_open(None, 1).value.about.item == "q1"
    assert reported.first_open(None, 7).value is None, "nobody answers her own"
    assert reported.first_open(frozenset({"regulation"}), 1).total == 0
    assert reported.first_open(frozenset({"foundation"}), 1).total == 1
    late = NOW.date() + timedelta(days=40)
    asked, reports = reported.beside_questions(late, 5)
    assert asked == api.some_open(late, 5)
    assert (asked.total, reports) == (1, Some(1, 1, (Case.objects.get(kind="reported").deadline,)))


def test_reports_alone_and_questions_alone_are_counted_too():
    assert reported.beside_questions(NOW.date(), 5) == (Some(), Some())
    report()
    asked, reports = reported.beside_questions(NOW.date(), 5)
    assert (asked, reports.total, reports.late) == (Some(), 1, 0)
    Case.objects.update(kind="question")
    asked, reports = reported.beside_questions(NOW.date(), 5)
    assert (asked.total, reports) == (1, Some())


def test_what_was_put_off_comes_after_all_others():
    first, second = report(), report(token="t2", item="q2")
    assert reported.first_open(None, 1, first.id).value.case == second
    assert reported.first_open(None, 1, second.id) == replace(reported.first_open(None, 1), put_off=True)


def test_lists_are_narrowed_and_what_waits_stands_first():
    done = report(item="q0", token="t0")
    api.answer(done.number, "Done.", 1, NOW)
    report()
    report(token="t2", learner_id=8)
    report(token="t3", item="q2", module="regulation", now=NOW - timedelta(days=9))
    everything = reported.lines(None, 50)
    assert [(line.newest.about.item, line.counts) for line in everything] == [
        ("q2", Counts(1, 1)), ("q1", Counts(2, 2)), ("q0", Counts(1, 0)),
    ]  # fmt: skip
    assert (everything[2].due, everything[0].due < everything[1].due) == (None, True)
    assert [line.newest.about.item for line in reported.lines(frozenset({"regulation"}), 50)] == ["q2"]
    assert (reported.count(None), reported.count(frozenset({"foundation"})), reported.count(frozenset())) == (3, 2, 0)
    assert [line.newest.about.item for line in reported.lines(None, 1, 1)] == ["q1"]
    row = ReportedQuestion.objects.get(item="q2")
    assert reported.one(row.id, frozenset({"foundation"})) is None
    assert reported.of_case(row.case_id).id == row.id


def test_of_one_question_the_open_ones_stand_first_and_the_list_is_cut():
    old = report()
    api.answer(old.number, "Done.", 1, NOW)
    second, third = report("Again.", token="t2"), report(token="t3", learner_id=8)
    found = reported.of_question("bank", "q1", None, 9)
    assert [one.case.number for one in found] == [second.number, third.number, old.number]
    assert len(reported.of_question("bank", "q1", None, 1)) == 1
    assert reported.counts("bank", "q1", None) == Counts(3, 2)


def test_a_learners_reports_are_told_and_erased():
    report()
    report(token="t2", learner_id=8)
    assert privacy.told_of(7)["ReportedQuestion"][0]["item"] == "q1"
    privacy.forget(7, NOW)
    assert [row.learner_id for row in ReportedQuestion.objects.all()] == [8]
    assert Case.objects.get(learner_id=7).text == ""
    assert reported.first_open(None, 1).total == 1
