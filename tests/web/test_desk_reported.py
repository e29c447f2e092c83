"""Reported questions on the desk: who sees what, the question as it was seen, one or all answered, two at once."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import edge
from tests.conftest import NOW, person
from tests.domain.quiz.banks import bank, body, question
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases import reported
from wins_xblocks.domain.cases.data import About
from wins_xblocks.domain.cases.models import Case, ReportedQuestion
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz import api as quiz
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt, BankVersion

from .builders import joined
from .markup import Markup, faults
from .queue import Clock, Screen

pytestmark = pytest.mark.django_db
URL = "/wins/desk/quizzes/reports"
KEY = "right answer"


def asked(user, text="B is right, too.", item="q1", module="foundation", at=NOW, bank_text=None):
    """A report of one question of the user's open try; its number."""
    bank_text = bank_text or bank()
    joined(user, module)
    quiz.start(Quiz(f"{module}-quiz", "unit", Limits(0, 0), module), Taker(user.id), bank_text, f"seed{user.id}", at)
    version = BankVersion.objects.get(attempts__learner_id=user.id, attempts__block=f"{module}-quiz")
    about = About(
        user.id, version.bank_id, item, version.hash, module, f"{module}-quiz", 1, int(item[1]), f"Stem {item}?",
        "Unit 1",
    )  # fmt: skip
    return reported.report(about, text, f"t{Case.objects.count()}", at.date(), 10, at).number


def row_id(number):
    return ReportedQuestion.objects.get(case__number=number).id


def shown(client, url=URL, status=200):
    answer = client.get(url)
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def test_questions_stand_there_with_how_many_reported_them_what_waits_first(
    signed_in, administrator, learner, other_learner
):
    done = asked(learner, item="q3")
    cases.answer(done, "Done.", administrator.id, NOW)
    asked(learner), asked(other_learner, at=NOW - timedelta(days=30))
    page = shown(signed_in(administrator))
    assert "Stem q1? Unit 1, question 1 Foundation Module" in page.text
    assert "2 2 15 February 2027 overdue" in page.text or "2 2 12 February 2027 overdue" in page.text
    assert page.text.index("Stem q1?") < page.text.index("Stem q3?")
    assert "1 0 –" in page.text
    links = [a["href"] for a in page.all("a")]
    assert f"{URL}/{ReportedQuestion.objects.filter(item='q1').latest('id').id}" in links
    assert "/wins/desk/next?kind=reported" in links


def test_the_question_is_shown_in_the_order_in_which_its_learner_saw_it(signed_in, administrator, learner):
    number = asked(learner)
    page = shown(signed_in(administrator), f"{URL}/{row_id(number)}")
    drawn = next(one for one in Attempt.objects.get().drawn if one["item"] == "q1")
    texts = [f"Answer {option['option']} of 1" for option in drawn["options"]]
    assert sorted(texts, key=page.text.index) == texts
    assert f"Answer a of 1 {KEY}" in page.text
    assert "Reason 1." in page.text


def test_a_version_that_was_changed_meanwhile_is_still_shown_as_it_was(signed_in, administrator, learner):
    number = asked(learner)
    changed = json.dumps(body(question(1, stem="Another stem?")))
    quiz.start(Quiz("x", "unit", Limits(0, 0), ""), Taker(99), changed, "s", NOW)
    page = shown(signed_in(administrator), f"{URL}/{row_id(number)}")
    assert "Stem 1?" in page.text
    assert "Another stem?" not in page.text


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ({"kind": "truefalse", "answer": True, "options": None}, KEY),
        ({"kind": "numeric", "answer": {"value": "7.25", "tolerance": "1", "unit": "m"}, "options": None}, "7.25 m"),
        (
            {"kind": "matching", "options": None, "pairs": [
                {"id": "p1", "left": "Gate", "right": "Guard"}, {"id": "p2", "left": "Fence", "right": "Sensor"}]},
            "Gate → Guard",
        ),
    ],
    ids=["truefalse", "numeric", "matching"],
)  # fmt: skip
def test_every_kind_with_its_key_for_who_may_and_without_for_others(signed_in, administrator, learner, item, key):
    made = {name: value for name, value in {**question(1), **item}.items() if value is not None}
    number = asked(learner, bank_text=json.dumps(body(made)))
    url = f"{URL}/{row_id(number)}"
    assert key in shown(signed_in(administrator), url).text
    hidden = shown(signed_in(person("auditor", "WINS auditors")), url).text
    assert key not in hidden
    assert "Stem 1?" in hidden


@pytest.mark.parametrize("who", ["auditor", "officer"])
def test_who_may_not_see_keys_reads_the_report_without_it(signed_in, learner, who):
    group = {"auditor": "WINS auditors", "officer": "WINS certification officers"}[who]
    number = asked(learner)
    page = shown(signed_in(person(who, group)), f"{URL}/{row_id(number)}")
    assert "B is right, too." in page.text
    assert "Answer a of 1" in page.text
    assert KEY not in page.text
    assert "Reason 1." not in page.text
    assert not page.all("textarea")


def test_a_course_team_reads_its_modules_and_only_its_instructors_answer(
    signed_in, teacher, instructor, learner, world
):
    mine, other = asked(learner), asked(learner, module="regulation", item="q2")
    for user, answers in ((teacher, 0), (instructor, 1)):
        client = signed_in(user)
        page = shown(client)
        assert ("Stem q1?" in page.text, "Stem q2?" in page.text) == (True, False)
        own = shown(client, f"{URL}/{row_id(mine)}")
        assert (KEY in own.text, len(own.all("textarea"))) == (True, answers)
        assert shown(client, f"{URL}/{row_id(other)}", 404)
        client.post(f"{URL}/{row_id(other)}", {"case": other, "answer": "x"})
    assert Case.objects.get(number=other).state == "open"
    client.post(f"{URL}/{row_id(mine)}", {"case": [mine, other], "answer": "Thank you."})
    assert list(Case.objects.filter(state="answered").values_list("number", flat=True)) == [mine]


def test_a_team_of_two_modules_instructs_in_one_and_only_reads_the_other(signed_in, learner, world):
    user = person("both")
    for course in (edge.FOUNDATION, edge.REGULATION):
        world.staff.add((user.id, course))
    world.instructors.add((user.id, edge.REGULATION))
    joined(learner, "regulation")
    mine = asked(learner)
    client = signed_in(user)
    assert not shown(client, f"{URL}/{row_id(mine)}").all("textarea")
    answer = client.post(f"{URL}/{row_id(mine)}", {"case": mine, "answer": "x"})
    assert (answer.status_code, Case.objects.get().state) == (404, "open")


def test_all_of_a_question_are_answered_at_once_and_each_learner_gets_a_mail(
    signed_in, administrator, learner, other_learner
):
    first, second = asked(learner), asked(other_learner)
    client = signed_in(administrator)
    url = f"{URL}/{row_id(first)}"
    boxes = [a for a in shown(client, url).all("input") if a.get("type") == "checkbox"]
    assert [(a["value"], "checked" in a) for a in boxes] == [(first, True), (second, True)]
    answer = client.post(url, {"case": [first, second], "answer": "It is corrected."}, follow=True)
    assert "2 reports were answered." in answer.content.decode()
    assert {one.answer for one in Case.objects.all()} == {"It is corrected."}
    mails = OutboxMessage.objects.filter(kind="case_answered").values_list("recipient_id", flat=True)
    assert sorted(mails) == sorted([learner.id, other_learner.id])
    assert not ReportedQuestion.objects.filter(open_slot=1).exists()


def test_one_alone_is_answered_when_one_is_chosen(signed_in, administrator, learner, other_learner):
    first, second = asked(learner), asked(other_learner)
    client = signed_in(administrator)
    client.post(f"{URL}/{row_id(first)}", {"case": [second], "answer": "Yours."})
    assert dict(Case.objects.values_list("number", "state")) == {first: "open", second: "answered"}
    page = shown(client, f"{URL}/{row_id(first)}")
    assert "2 reports, 1 not answered" in page.text
    assert "Yours." in page.text


def test_of_two_at_once_the_second_is_told_what_the_first_answered(
    signed_in, administrator, learner, other_learner, client
):
    first, second = asked(learner), asked(other_learner)
    bea = person("bea", "WINS Academy administrators")
    cases.answer(first, "Bea was here.", bea.id, NOW)
    url = f"{URL}/{row_id(first)}"
    answer = signed_in(administrator).post(url, {"case": [first, second], "answer": "Mine."}, follow=True)
    text = Markup(answer.content.decode()).text
    assert "1 report was answered." in text
    assert f"Not answered by you: {first}: Bea Example answered on" in text
    assert "“Bea was here.”" in text
    answer = client.post(url, {"case": [first], "answer": "Mine again."})
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (409, [])
    assert "Bea was here." in html
    assert "Mine again." in html, "her words are not lost"
    assert Case.objects.get(number=first).answer == "Bea was here."


@pytest.mark.parametrize(("form", "told"), [
    ({"answer": "x"}, "Choose at least one report."),
    ({"case": "W-999999", "answer": "x"}, "Choose at least one report."),
    ({"case": "own", "answer": " "}, "Write the answer first."),
    ({"case": "own", "answer": "x" * 4001}, "at most 4000"),
])  # fmt: skip
def test_a_form_that_decides_nothing_is_shown_again_with_its_text(signed_in, administrator, learner, form, told):
    number = asked(learner)
    sent = {name: number if value == "own" else value for name, value in form.items()}
    answer = signed_in(administrator).post(f"{URL}/{row_id(number)}", sent)
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (400, [])
    assert told in html
    assert Case.objects.get().state == "open"


def test_a_case_of_another_question_is_not_answered_from_here(signed_in, administrator, learner):
    mine, other = asked(learner), asked(learner, item="q2")
    answer = signed_in(administrator).post(f"{URL}/{row_id(mine)}", {"case": other, "answer": "x"})
    assert (answer.status_code, Case.objects.filter(state="open").count()) == (400, 2)


def test_nobody_answers_her_own_report(signed_in, administrator):
    number = asked(administrator)
    client = signed_in(administrator)
    assert "This is your own report." in shown(client, f"{URL}/{row_id(number)}").text
    answer = client.post(f"{URL}/{row_id(number)}", {"case": number, "answer": "x"})
    assert (answer.status_code, Case.objects.get().state) == (409, "open")
    assert "This is your own question." in answer.content.decode()


def test_it_waits_on_the_first_page_and_not_among_other_questions(signed_in, administrator, learner):
    asked(learner, at=NOW - timedelta(days=30))
    client = signed_in(administrator)
    page = shown(client, "/wins/desk/")
    assert "Reported questions 1 1 overdue" in page.text
    assert "/wins/desk/next?kind=reported" in [a["href"] for a in page.all("a")]
    assert "B is right, too." not in shown(client, "/wins/desk/?list=case").text


@pytest.mark.parametrize("who", ["administrator", "instructor"])
def test_it_is_answered_in_the_queue_with_a_standard_text(request, signed_in, learner, who):
    number = asked(learner)
    screen = Screen(signed_in(request.getfixturevalue(who)), Clock(), "/wins/desk/next?kind=reported")
    assert "Reported question" in screen.text
    assert "Stem q1?" in screen.text
    screen.press("answer.right")
    assert "the answer was sent" in screen.text
    assert Case.objects.get(number=number).answer == "We looked at the question. It is right as it stands."
    assert not ReportedQuestion.objects.filter(open_slot=1).exists()


def test_the_queue_of_another_modules_instructor_is_empty(signed_in, learner, world):
    user = person("stranger")
    world.staff.add((user.id, edge.REGULATION))
    world.instructors.add((user.id, edge.REGULATION))
    joined(learner, "regulation")
    number = asked(learner)
    screen = Screen(signed_in(user), Clock(), "/wins/desk/next?kind=reported")
    assert "Nothing waits for you." in screen.text
    case = Case.objects.get(number=number)
    screen.hidden["item"] = f"reported-{case.id}-0"
    screen.press("answer.right")
    assert "It is not there any more." in screen.text
    assert Case.objects.get(number=number).state == "open"


def test_in_the_queue_the_second_is_told_who_was_first(signed_in, administrator, learner):
    number = asked(learner)
    screen = Screen(signed_in(administrator), Clock(), "/wins/desk/next?kind=reported")
    cases.answer(number, "First.", person("bea").id, NOW)
    screen.press("answer.right")
    assert "Bea Example decided it on" in screen.text
    assert Case.objects.get(number=number).answer == "First."


def test_the_page_of_the_question_to_wins_leads_here(signed_in, administrator, learner):
    number = asked(learner)
    page = shown(signed_in(administrator), f"/wins/desk/questions/{number}")
    assert f"{URL}/{row_id(number)}" in [a["href"] for a in page.all("a")]


def test_few_queries_however_many_reports(signed_in, administrator, learner):
    number = asked(learner)
    client, url = signed_in(administrator), f"{URL}/{row_id(number)}"

    def queries(url):
        with CaptureQueriesContext(connection) as told:
            shown(client, url)
        return len(told)

    queries(URL)
    few = queries(URL), queries(url)
    about = reported.one(row_id(number), None).about
    for n in range(40):
        who = person(f"more{n}")
        reported.report(replace(about, learner_id=who.id), "Wrong.", f"m{n}", NOW.date(), 10, NOW)
        reported.report(replace(about, learner_id=who.id, item=f"i{n}"), "Wrong.", f"n{n}", NOW.date(), 10, NOW)
    assert (queries(URL), queries(url)) == few
    assert max(few) <= 12


def test_lists_are_cut_to_fifty_a_page(signed_in, administrator, learner):
    about = reported.one(row_id(asked(learner)), None).about
    for n in range(52):
        item = replace(about, item=f"i{n}", stem=f"No {n:02d}")
        other = replace(item, learner_id=1000 + n)
        reported.report(other, "Wrong.", f"m{n}", NOW.date(), 10, NOW)
    client = signed_in(administrator)
    assert "page 1 of 2" in shown(client).text
    assert "page 2 of 2" in shown(client, f"{URL}?page=9").text
