"""Ask WINS: a number for each question, once."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.models import Case

from .markup import Markup, faults

pytestmark = pytest.mark.django_db


def form(client):
    """The token of a fresh form, after checking the page."""
    response = client.get(reverse("wins:ask"))
    html = response.content.decode()
    assert faults(html) == []
    return next(a["value"] for a in Markup(html).all("input") if a.get("name") == "token")


def send(client, text="When is my exam?", token="", about="", follow=True):
    data = {"text": text, "token": token or form(client), "about": about}
    return client.post(reverse("wins:ask"), data, follow=follow)


def test_a_question_gets_a_number_and_a_day(signed_in, learner):
    text = Markup(send(signed_in(learner)).content.decode()).text
    case = Case.objects.get()
    assert (case.learner_id, case.text) == (learner.id, "When is my exam?")
    assert f"Its number is {case.number}. WINS answers by 15 March 2027." in text
    assert f"{case.number} · WINS answers by 15 March 2027 · When is my exam?" in text


def test_what_was_said_after_sending_is_said_once(signed_in, learner):
    client = signed_in(learner)
    assert 'role="status"' in send(client).content.decode()
    assert 'role="status"' not in client.get(reverse("wins:ask")).content.decode()


def test_pressing_twice_is_one_question(signed_in, learner):
    client = signed_in(learner)
    token = form(client)
    send(client, token=token)
    send(client, token=token)
    assert Case.objects.count() == 1


def test_an_empty_question_is_refused_in_words(signed_in, learner):
    response = send(signed_in(learner), text="  \n ")
    html = response.content.decode()
    assert response.status_code == 400
    assert "Write your question first." in Markup(html).text
    assert faults(html) == []
    assert not Case.objects.exists()


def test_a_question_that_is_too_long_is_refused_and_kept_in_the_form(signed_in, learner):
    long = "x" * (cases.LONGEST + 1)
    response = send(signed_in(learner), text=long)
    assert response.status_code == 400
    assert "at most 4000 characters" in response.content.decode()
    assert long in response.content.decode()
    assert not Case.objects.exists()


def test_a_body_that_is_far_too_long_is_not_even_read(signed_in, learner):
    assert send(signed_in(learner), text="x" * 70_000).status_code == 413
    assert not Case.objects.exists()


@pytest.mark.parametrize("token", ["short", "x" * 65, "not a token at all!", "' OR 1=1 --aaaaaaaaa"])
def test_a_form_without_a_right_token_is_refused(signed_in, learner, token):
    assert send(signed_in(learner), token=token).status_code == 400
    assert not Case.objects.exists()


def test_the_token_of_somebody_else_gives_nothing_away(signed_in, learner, other_learner):
    token = form(signed_in(learner))
    send(signed_in(learner), text="A secret of mine", token=token)
    response = send(signed_in(other_learner), text="Mine", token=token)
    assert response.status_code == 400
    assert "A secret of mine" not in response.content.decode()
    assert Case.objects.count() == 1


def test_nobody_sees_the_questions_of_others(signed_in, learner, other_learner):
    send(signed_in(learner), text="A secret of mine")
    assert "A secret of mine" not in signed_in(other_learner).get(reverse("wins:ask")).content.decode()


def test_what_was_written_is_shown_as_text(signed_in, learner):
    html = send(signed_in(learner), text="<script>alert(1)</script>").content.decode()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_beside_the_text_box_stands_the_caution(signed_in, learner):
    page = Markup(signed_in(learner).get(reverse("wins:ask")).content.decode())
    assert "Do not write names of sites, people or security measures." in page.text
    assert page.all("textarea")[0]["aria-describedby"] == "caution"


def test_the_page_that_the_question_is_about_is_kept(signed_in, learner):
    client = signed_in(learner)
    html = client.get(reverse("wins:ask"), {"about": "block@foundation-u1"}).content.decode()
    assert 'value="block@foundation-u1"' in html
    send(client, about="y" * 300)
    assert Case.objects.get().page == "y" * 255


def test_a_form_of_another_site_is_refused(learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    response = client.post(reverse("wins:ask"), {"text": "Hello", "token": "a" * 32})
    assert response.status_code == 403
    assert not Case.objects.exists()


def test_a_form_of_ours_passes_that_check(learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    page = Markup(client.get(reverse("wins:ask")).content.decode())
    data = {a["name"]: a["value"] for a in page.all("input")} | {"text": "Hello"}
    assert client.post(reverse("wins:ask"), data).status_code == 302
    assert Case.objects.get().opened_at == NOW


def test_a_null_character_is_no_server_error(signed_in, learner):
    assert send(signed_in(learner), text="a\0b").status_code in (200, 400)
