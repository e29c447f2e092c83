"""All that somebody asked: in full, page by page; beside other things only the newest."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question

from .markup import Markup, faults

pytestmark = pytest.mark.django_db


def ask(user, number, text=""):
    at = NOW + timedelta(days=number)
    text = text or f"Question {number:02d}"
    return cases.ask(Question(user.id, "question", "Ask WINS", text, f"token-{user.id}-{number}"), at.date(), 10, at)


def shown(client, query=""):
    response = client.get(reverse("wins:questions") + query)
    html = response.content.decode()
    assert response.status_code == 200
    assert faults(html) == []
    return Markup(html)


def links(page):
    return [a["href"] for a in page.all("a") if a["href"].startswith("?")]


def test_all_questions_are_found_page_by_page(signed_in, learner):
    for number in range(25):
        ask(learner, number)
    client, found, query = signed_in(learner), [], ""
    for wanted in (["?page=2"], ["?page=1", "?page=3"], ["?page=2"]):
        page = shown(client, query)
        assert links(page) == wanted
        found += [f"Question {n:02d}" for n in range(25) if f"Question {n:02d}" in page.text]
        query = links(page)[-1]
    assert sorted(found) == [f"Question {n:02d}" for n in range(25)]


def test_the_newest_question_stands_first_with_its_days_and_whole_text(signed_in, learner):
    ask(learner, 1)
    case = ask(learner, 2, "First line\n\nSecond line " + "word " * 300 + "the end")
    text = shown(signed_in(learner)).text
    assert f"{case.number} · WINS answers by 17 March 2027 Asked on 3 March 2027 First line Second line word" in text
    assert text.index("the end") < text.index("Question 01")


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=x", "?page=٣", "?page=1e3", "?page=9999999999"])
def test_a_page_that_is_no_number_is_the_first_one(signed_in, learner, query):
    ask(learner, 1)
    assert "Question 01" in shown(signed_in(learner), query).text


def test_beyond_the_last_page_there_is_a_way_back(signed_in, learner):
    ask(learner, 1)
    page = shown(signed_in(learner), "?page=7")
    assert "There are no more questions." in page.text
    assert links(page) == ["?page=6"]


def test_whoever_asked_nothing_is_told_so(signed_in, learner):
    assert "You have not asked anything yet." in shown(signed_in(learner)).text


def test_nobody_sees_the_questions_of_others(signed_in, learner, other_learner):
    ask(learner, 1, "A secret of mine")
    assert "secret" not in shown(signed_in(other_learner)).text


@pytest.mark.parametrize("name", ["path", "ask"])
def test_beside_other_things_stand_the_newest_three_in_short(signed_in, learner, name):
    for number in range(5):
        ask(learner, number, f"Question {number:02d} " + "x" * 100)
    html = signed_in(learner).get(reverse(f"wins:{name}")).content.decode()
    assert faults(html) == []
    assert [n for n in range(5) if f"Question {n:02d}" in html] == [2, 3, 4]
    assert "x" * 60 not in html
    assert f'href="{reverse("wins:questions")}"' in html


def test_what_was_written_is_shown_as_text(signed_in, learner):
    ask(learner, 1, "<script>alert(1)</script>")
    html = signed_in(learner).get(reverse("wins:questions")).content.decode()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
