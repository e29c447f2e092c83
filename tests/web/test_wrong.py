"""This looks wrong: a question with the days and visits it is about; and its answer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.study_time import beats
from wins_xblocks import context, privacy, time_case
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.study_time.models import StudySession

from .builders import TODAY, course, joined, studied
from .markup import Markup, faults
from .test_study import book

pytestmark = pytest.mark.django_db
MINUTE = 60_000
PAGE = course()[1].pages[0]


def wrong(client, expected=302, **form):
    first = client.get(reverse("wins:wrong", args=["foundation"])).content.decode()
    assert faults(first) == []
    fields = {a["name"]: a["value"] for a in Markup(first).all("input")} | {"text": "Ten minutes are missing."} | form
    response = client.post(reverse("wins:wrong", args=["foundation"]), fields)
    assert response.status_code == expected
    assert expected == 302 or faults(response.content.decode()) == []
    return response


@pytest.fixture
def two_pages(learner):
    """One page read from 8:20 for ten minutes, and from 8:26 for five another one too."""
    own, of = joined(learner), {"learner": learner.id, "name": PAGE.key, "now": NOW - timedelta(minutes=40)}
    beats.beat(beats.visit("a", registration=own.id, **of), (0, 10 * MINUTE))
    beats.beat(beats.visit("b", registration=own.id, **{**of, "name": "p2"}), (6 * MINUTE, 11 * MINUTE), late=True)
    return own


def test_the_question_takes_its_days_and_visits_with_it(signed_in, learner, two_pages):
    studied(two_pages, 2, TODAY - timedelta(days=10))
    book(two_pages, 1)
    wrong(signed_in(learner))
    case = Case.objects.get()
    assert (case.kind, case.text, case.deadline.isoformat()) == ("study_time", "Ten minutes are missing.", "2027-03-15")
    assert case.attached["days"] == [["2027-03-01", 11 * MINUTE, 60 * MINUTE]]
    assert [(one["title"], one["told"], one["counted"]) for one in case.attached["visits"]] == [
        (PAGE.title, 10 * MINUTE, 10 * MINUTE), ("", 5 * MINUTE, MINUTE),
    ]  # fmt: skip


def test_it_stands_as_it_was_when_she_asked(signed_in, learner, administrator, two_pages):
    wrong(signed_in(learner))
    StudySession.objects.all().delete()
    text = desk(signed_in(administrator))[1]
    assert "What was counted when the question was sent" in text
    assert "1 March 2027 11 min 0 min" in text
    assert f"1 March 2027 09:20–09:30 {PAGE.title} 10 min 10 min" in text
    assert "4 min were counted on another page or device. Some of it was kept on the device and came later." in text


def test_a_long_day_is_told_in_part_and_says_so(signed_in, learner, administrator, two_pages, monkeypatch):
    monkeypatch.setattr(time_case, "MOST_VISITS", 1)
    wrong(signed_in(learner))
    assert "1 earlier visit is left out." in desk(signed_in(administrator))[1]
    assert [one["page"] for one in Case.objects.get().attached["visits"]] == ["p2"]


def test_a_visit_in_very_many_pieces_keeps_its_sums(signed_in, learner):
    own = joined(learner)
    ticket = beats.visit("a", learner=learner.id, registration=own.id, now=NOW - timedelta(minutes=30))
    beats.beat(ticket, *((n * 4_000, n * 4_000 + 2_000) for n in range(150)))
    wrong(signed_in(learner))
    [visit] = Case.objects.get().attached["visits"]
    assert (visit["told"], len(visit["reported"])) == (300_000, time_case.MOST_SPANS)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"first": "yesterday"}, "Write both days as dates like 2027-03-14."),
        ({"first": "0001-01-01", "last": "0001-01-01"}, "Write both days as dates like 2027-03-14."),
        ({"first": "2027-03-01", "last": "2027-02-01"}, "The first day is after the last day."),
        ({"last": "2027-03-02"}, "These days are not over yet."),
        ({"first": "2027-01-01"}, "Choose at most 31 days."),
        ({"text": " "}, "Write your question first."),
        ({"text": "x" * 4001}, "at most 4000 characters"),
        ({"token": "no"}, "This form is out of date."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_kept_in_the_form(signed_in, learner, form, told):
    joined(learner)
    html = wrong(signed_in(learner), 400, **form).content.decode()
    assert told in Markup(html).text
    assert ("Ten minutes are missing." in html) == ("text" not in form)
    assert not Case.objects.exists()


def test_pressing_twice_is_one_question(signed_in, learner):
    joined(learner)
    for _press in range(2):
        wrong(signed_in(learner), token="a" * 32)
    assert Case.objects.count() == 1


def test_what_is_refused_or_there_already_reads_no_visits(signed_in, learner, monkeypatch):
    joined(learner)
    wrong(signed_in(learner), token="a" * 32)
    monkeypatch.setattr(time_case, "attached", lambda *_args: pytest.fail("the visits were read"))
    wrong(signed_in(learner), token="a" * 32)
    wrong(signed_in(learner), 400, text=" ")
    monkeypatch.setattr(cases, "MOST_A_DAY", 1)
    assert "many questions" in wrong(signed_in(learner), 400, token="b" * 32).content.decode()


def test_a_module_that_she_does_not_study_has_no_form(signed_in, learner, other_learner):
    joined(learner)
    assert signed_in(other_learner).get(reverse("wins:wrong", args=["foundation"])).status_code == 404


def test_nobody_gets_the_visits_of_others(signed_in, learner, other_learner, two_pages):
    joined(other_learner)
    wrong(signed_in(other_learner))
    assert Case.objects.get().attached["visits"] == []


def desk(client, number="", answer=None, expected=200):
    number = number or Case.objects.get().number
    where = reverse("wins:case", args=[number])
    response = client.get(where) if answer is None else client.post(f"{where}/answer", {"answer": answer}, follow=True)
    assert response.status_code == expected
    html = response.content.decode()
    assert faults(html) == []
    return html, Markup(html).text


@pytest.fixture
def asked(learner):
    return cases.ask(Question(learner.id, "question", "s", "When is my exam?", "token"), TODAY, 10, NOW)


def test_an_answer_reaches_the_learner_by_her_page_and_a_mail_without_it(signed_in, learner, administrator, asked):
    assert "The answer to" in desk(signed_in(administrator), answer="In <May>.\n\nBring your passport.")[1]
    html = signed_in(learner).get(reverse("wins:questions")).content.decode()
    assert "Answered on 1 March 2027 In <May>. Bring your passport." in Markup(html).text
    assert "In &lt;May&gt;." in html
    mail = OutboxMessage.objects.get(kind="case_answered")
    assert (mail.recipient_id, "May" in str(mail.values)) == (learner.id, False)
    entry = AuditEntry.objects.get(action="case.answered")
    assert entry.actor_id == administrator.id
    assert cases.open_cases() == ()


def test_a_second_answer_changes_nothing(signed_in, administrator, asked):
    desk(signed_in(administrator), answer="In May.")
    assert "answered already" in desk(signed_in(administrator), answer="In June.", expected=409)[1]
    assert Case.objects.get().answer == "In May."
    html, text = desk(signed_in(administrator))
    assert "In May." in text
    assert "<textarea" not in html


@pytest.mark.parametrize(("answer", "told"), [(" \n", "Write the answer first."), ("x" * 4001, "at most 4000")])
def test_an_answer_that_is_none_is_refused_and_kept(signed_in, administrator, asked, answer, told):
    html, text = desk(signed_in(administrator), answer=answer, expected=400)
    assert told in text
    assert answer.strip() in html
    assert not OutboxMessage.objects.filter(kind="case_answered").exists()


def test_nobody_answers_her_own_question(signed_in, administrator):
    cases.ask(Question(administrator.id, "question", "s", "May I?", "token"), TODAY, 10, NOW)
    assert "Somebody else must answer it." in desk(signed_in(administrator), answer="Yes.", expected=409)[1]


def test_a_question_that_there_is_not_is_said(signed_in, administrator):
    assert "There is no such question." in desk(signed_in(administrator), "W-999999", expected=404)[1]


def test_what_is_attached_goes_with_the_details_of_study_time(signed_in, learner, two_pages):
    wrong(signed_in(learner))
    policies = context.programme().policies
    privacy.drop_details(policies, NOW + timedelta(days=policies.keep_spans_days))
    assert Case.objects.get().attached
    privacy.drop_details(policies, NOW + timedelta(days=policies.keep_spans_days, seconds=1))
    assert Case.objects.get().attached is None
    assert Case.objects.get().text


def test_what_is_attached_goes_with_the_person(signed_in, learner, administrator, two_pages):
    wrong(signed_in(learner))
    privacy.forget(learner.id, NOW)
    case = Case.objects.get()
    assert (case.attached, case.text, case.state) == (None, "", "closed")
    desk(signed_in(administrator))


def test_the_list_of_questions_does_not_load_what_is_attached(learner, two_pages, django_assert_num_queries):
    cases.ask(Question(learner.id, "study_time", "s", "Hm", "t"), TODAY, 10, NOW, lambda: {"visits": ["x" * 99]})
    with django_assert_num_queries(1) as found:
        cases.open_cases()
    assert "attached" not in found.captured_queries[0]["sql"]
