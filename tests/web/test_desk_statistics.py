"""How questions perform, as pages and a file: who sees what, words first, nothing of too few learners."""

import csv
import io
import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.quiz.banks import bank, question
from tests.domain.statistics.test_api import class_of, sent, version
from wins_xblocks import kept, periodic, statistics_kept, statistics_view

from .builders import joined
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
LIST = "/wins/desk/quizzes"


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


def shown(client, name="quiz_banks", *args, status=200, **query):
    answer = client.get(reverse(f"wins:{name}", args=args), query)
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def turned(count=40):
    """Whoever knows the first two of four questions chooses B at the third, whose key says A; weak ones choose A."""
    for learner in range(1, count + 1):
        strong = learner % 2
        sent(learner, ["a" if strong else "c", "a" if strong else "d", "b" if strong else "a", "-"])
    return version().id


def test_nobody_has_answered_anything(signed_in, administrator):
    assert "No learner has sent a quiz yet." in shown(signed_in(administrator)).text


def test_the_list_says_how_many_questions_want_a_look(signed_in, administrator):
    turned()
    page = shown(signed_in(administrator))
    assert "Foundation Module: Module test bank" in page.text
    assert "2 questions 40 1 March 2027" in page.text
    links = [a["href"] for a in page.all("a")]
    assert reverse("wins:quiz_bank", args=[version().id]) in links
    assert {reverse("wins:quizzes"), reverse("wins:reported")} <= set(links), "the other pages of the section"


def test_a_quiz_that_few_have_answered_says_so_and_nothing_else(signed_in, administrator):
    number = turned(29)
    client = signed_in(administrator)
    assert "Too few tries yet 29" in shown(client).text
    page = shown(client, "quiz_bank", number)
    assert "Numbers are shown from 30 on" in page.text
    assert "%" not in page.text
    assert "29 Too few tries yet" in page.text
    [_head, *rows] = csv.reader(io.StringIO(saved(client, number)))
    assert [row[5:10] for row in rows] == [["29", "", "", "", ""]] * 4


def test_words_come_first_and_lead_to_the_question(signed_in, administrator):
    number = turned()
    page = shown(signed_in(administrator), "quiz_bank", number)
    assert page.text.index("Question 3: check the key. Strong learners choose B.") < page.text.index("Mean result")
    hard, empty = page.text.index("Question 4 is very hard"), page.text.index("Question 4 is left empty")
    assert page.text.index("Question 3: check") < hard < empty, "the most urgent kind first"
    assert "?page=1#q3" in [a["href"] for a in page.all("a")]
    assert {"q3", "a3", "t3"} <= set(page.ids)


def test_numbers_are_those_of_the_domain(signed_in, administrator):
    number = turned()
    page = shown(signed_in(administrator), "quiz_bank", number)
    assert "3 – its answers Stem 3? 40 50 % −1.00 −1.00 0 %" in page.text
    assert "B Answer b of 3 50 % 100 % 0 %" in page.text
    assert "A ✓ right Answer a of 3 50 % 0 % 100 %" in page.text
    assert "Time of a try (median) 20 min" in page.text
    assert "20–29 % 20" in page.text
    assert "50 % 20 50 %" in page.text
    assert "70 % (as it is now) 0 0 %" in page.text


def test_markdown_is_shown_as_learners_see_it_and_html_is_not_obeyed(signed_in, administrator):
    marked = "Which is **not** <b>right</b>, ![a fence](/asset-v1:fence.png)?"
    options = [{"id": letter, "text": f"*This* {letter}", "correct": letter == "a"} for letter in "abcd"]
    long = f"{'**Very** long. ' * 20}"
    items = [question(1, stem=marked, options=options), question(2, stem=long)]
    text = json.dumps({"bank_id": "marked", "objectives": [], "items": items})
    for learner in range(1, 41):
        sent(learner, "ab", text)
    html = signed_in(administrator).get(reverse("wins:quiz_bank", args=[version(text).id])).content.decode()
    assert "Which is <strong>not</strong> &lt;b&gt;right&lt;/b&gt;" in html
    assert 'alt="a fence"' in html
    assert "<em>This</em> b" in html
    assert "**" not in html
    assert f'<span class="wins-muted">{("Very long. " * 20)[:119]}…</span>' in html, "cut without half a mark"


def saved(client, number):
    answer = client.get(reverse("wins:quiz_bank_file", args=[number]))
    assert answer["Content-Disposition"] == f'attachment; filename="wins-questions-{number}.csv"'
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_file_holds_every_question_and_nobodys_name(signed_in, administrator):
    number = turned()
    [head, *rows] = csv.reader(io.StringIO(saved(signed_in(administrator), number)))
    assert [row[1] for row in rows] == ["q1", "q2", "q3", "q4"]
    third = dict(zip(head, rows[2], strict=True))
    assert third["share of marks"] == "0.500000"
    assert float(third["correlation with the rest"].lstrip("'")) == -1
    assert third["what stands out"].startswith("Question 3: check the key.")
    assert "A* 0.500 / 0.000 / 1.000" in third["options: chosen / by strong / by weak learners"]


def test_a_team_sees_answers_of_its_modules_only(signed_in, teacher, instructor, learner):
    joined(learner)
    number = turned()
    other = bank(4, bank_id="other")
    class_of(text=other, module="regulation", block="other")
    for own in (teacher, instructor):
        client = signed_in(own)
        page = shown(client)
        assert "Foundation Module: Module test" in page.text
        assert "other" not in page.text
        assert "40 learners" in shown(client, "quiz_bank", number).text
        for name in ("quiz_bank", "quiz_bank_file"):
            shown(client, name, version(other).id, status=404)


def test_a_bank_of_two_modules_shows_a_team_its_own_share(signed_in, teacher, administrator, learner):
    joined(learner)
    number = turned()
    for learner in range(101, 141):
        sent(learner, "aaaa", module="regulation", block="other")
    assert "80 learners" in shown(signed_in(administrator), "quiz_bank", number).text
    assert "40 learners" in shown(signed_in(teacher), "quiz_bank", number).text


def test_who_may_not_see_keys_reads_the_numbers_without_them(signed_in, administrator):
    number = turned()
    for who, keys in ((administrator, True), (person("otto", "WINS auditors"), False)):
        client = signed_in(who)
        assert ("A ✓ right" in shown(client, "quiz_bank", number).text) is keys
        file = b"".join(client.get(reverse("wins:quiz_bank_file", args=[number])).streaming_content).decode()
        assert ("A* " in file, "A " in file) == (keys, not keys)


def test_an_auditor_reads_and_a_learner_does_not(signed_in, learner):
    number = turned()
    shown(signed_in(person("auditor", "WINS auditors")), "quiz_bank", number)
    shown(signed_in(learner), "quiz_bank", number, status=403)


def test_a_bank_that_is_none_is_told(signed_in, administrator):
    page = shown(signed_in(administrator), "quiz_bank", 999, status=404)
    assert "No learner of yours has answered such a quiz." in page.text


def test_many_questions_stand_on_pages_and_words_lead_there(signed_in, administrator):
    text = json.dumps({"bank_id": "long", "objectives": [], "items": [question(n, "") for n in range(1, 121)]})
    for learner in range(1, 41):
        sent(learner, ["a" if (learner + n) % 3 else "b" for n in range(119)] + ["-"], text)
    client = signed_in(administrator)
    page = shown(client, "quiz_bank", version(text).id)
    assert "?page=3#q120" in [a["href"] for a in page.all("a")]
    assert ("q50" in page.ids, "q51" in page.ids) == (True, False)
    assert "q120" in shown(client, "quiz_bank", version(text).id, page="3").ids


def test_what_takes_long_is_kept_for_a_while_and_says_since_when(signed_in, administrator, monkeypatch):
    number, client = turned(), signed_in(administrator)
    assert "Counted on" not in shown(client, "quiz_bank", number).text
    monkeypatch.setattr(kept, "SLOW_SECONDS", -1)
    assert "Counted on 1 March 2027" in shown(client, "quiz_bank", number).text
    sent(99, "aaaa")
    assert "40 learners" in shown(client, "quiz_bank", number).text
    assert "2 questions 40" in shown(client).text
    assert "41 learners" in shown(client, "quiz_bank", number, anew="1").text
    assert "questions 41" in shown(client).text
    monkeypatch.undo()
    assert "Counted on" not in shown(client, "quiz_bank", number, anew="1").text


def test_the_periodic_work_counts_what_takes_long(monkeypatch, signed_in, administrator):
    number = turned()
    assert periodic.count_questions(NOW) == "0 quizzes counted whose questions take long"
    monkeypatch.setattr(kept, "SLOW_SECONDS", -1)
    assert periodic.count_questions(NOW) == "1 quizzes counted whose questions take long"
    monkeypatch.setattr(statistics_kept.statistics, "of_bank", None)
    assert "Question 3: check the key." in shown(signed_in(administrator), "quiz_bank", number).text


def test_a_list_counts_one_quiz_at_most_and_asks_as_much_however_many_there_are(signed_in, administrator):
    client = signed_in(administrator)
    turned()
    shown(client)
    with CaptureQueriesContext(connection) as one:
        shown(client)
    for place in range(3):
        text = json.dumps({"bank_id": f"other{place}", "objectives": [], "items": [question(1, "")]})
        sent(1, "a", text, block=f"other{place}")
    with CaptureQueriesContext(connection) as several:
        html = shown(client).text
    assert "Not counted yet. Open it." in html
    assert len(several) <= 12  # one of them: how often each was corrected
    assert len(several) - len(one) <= 7
    for _time in range(3):
        html = shown(client).text
    assert "Not counted yet" not in html


def test_a_large_quiz_is_left_to_the_periodic_work(signed_in, administrator, monkeypatch):
    monkeypatch.setattr(statistics_view, "MOST_TRIES", 10)
    turned()
    client = signed_in(administrator)
    assert "Not counted yet. Open it." in shown(client).text
    periodic.count_questions(NOW)
    assert "2 questions 40" in shown(client).text
