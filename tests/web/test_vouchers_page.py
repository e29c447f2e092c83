"""The learner's vouchers without a course: a code she holds is within her reach, and within nobody else's."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import fill, issue, ready
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.voucher_view import grouped, spelled

from .builders import noticed
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(learner, world):
    """The learner has a reserved voucher, has left both courses, and her registrations have ended; the code."""
    ready(learner.id)
    noticed(learner)
    [code] = fill()
    issue(learner.id)
    world.enrolments.clear()
    Registration.objects.update(state="cancelled", open_slot=None, ended_at=NOW)
    return code


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html).text


def show(client, **form):
    return client.post(reverse("wins:vouchers"), form or {"exam": "WINS-FND"})


def test_the_path_leads_to_the_code_when_no_course_is_open_any_more(signed_in, learner, held):
    html = signed_in(learner).get(reverse("wins:path")).content.decode()
    text = Markup(html).text
    assert "Foundation Module. Your voucher is reserved for you. Go to my exam vouchers" in text
    assert "Exam: Nuclear Security Regulation You have no exam place yet." in text
    links = [a["href"] for a in Markup(html).all("a") if a["href"] == reverse("wins:vouchers")]
    assert len(links) == 2
    assert faults(html) == []


def test_while_a_course_is_open_the_path_leads_to_its_voucher_page(signed_in, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    html = signed_in(learner).get(reverse("wins:path")).content.decode()
    assert "/go/foundation-voucher" in html
    assert reverse("wins:vouchers") not in html


def test_looking_shows_no_code_and_marks_nothing_as_seen(signed_in, learner, held):
    text = read(signed_in(learner).get(reverse("wins:vouchers")))
    assert "Your voucher is reserved for you." in text
    assert "Once you have seen a code, WINS cannot take it back" in text
    assert held not in text
    assert grouped(held) not in text
    assert Voucher.objects.get().state == "issued"


def test_pressing_shows_the_code_which_no_cache_keeps(signed_in, learner, held):
    client = signed_in(learner)
    for _ in range(2):
        answer = show(client)
        text = read(answer)
        assert grouped(held) in text
        assert spelled(held) in text
        assert "no-store" in answer["Cache-Control"]
    assert grouped(held) not in read(client.get(reverse("wins:vouchers")))
    actions = [entry.action for entry in audit.entries(f"voucher:{Voucher.objects.get().id}")]
    assert actions == ["voucher.issued", "voucher.revealed", "voucher.shown_again"]


def test_nobody_elses_code_is_shown(signed_in, other_learner, held):
    client = signed_in(other_learner)
    assert "There is no code to show." in read(show(client), 409)
    assert "reserved" not in read(client.get(reverse("wins:vouchers")))
    assert Voucher.objects.get().state == "issued"


@pytest.mark.parametrize("exam", ["", "x" * 40, "wins-fnd", "WINS-FND\0", "WINS-FND\n", "'; --"])
def test_a_form_that_names_no_exam_is_refused_in_words(signed_in, learner, held, exam):
    assert "The request does not say which exam." in read(show(signed_in(learner), exam=exam), 400)
    assert Voucher.objects.get().state == "issued"


def test_a_form_of_another_site_shows_nothing(learner, held):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    assert show(client).status_code == 403
    assert Voucher.objects.get().state == "issued"


def test_wrong_keys_are_no_server_error_and_use_up_nothing(signed_in, learner, held, settings):
    settings.WINS_VOUCHER_KEYS = []
    assert "Your voucher is not lost." in read(show(signed_in(learner)), 409)
    assert Voucher.objects.get().state == "issued"


def test_after_the_last_day_there_is_no_button_and_no_code(signed_in, learner, held, monkeypatch):
    Voucher.objects.update(expires_on=date(2027, 2, 27), expires_at=NOW)
    client = signed_in(learner)
    assert "Show my code" not in read(client.get(reverse("wins:vouchers")))
    assert "There is no code to show." in read(show(client), 409)


def test_who_may_get_a_voucher_gets_it_here_too(signed_in, learner):
    ready(learner.id)
    html = signed_in(learner).get(reverse("wins:vouchers")).content.decode()
    links = [a["href"] for a in Markup(html).all("a") if a["href"].endswith("/get")]
    assert links == [reverse("wins:get_voucher", args=[exam]) for exam in ("WINS-FND", "WINS-REG")]


def test_whoever_has_no_exam_is_told_so(signed_in, other_learner):
    assert "You have no exam yet." in read(signed_in(other_learner).get(reverse("wins:vouchers")))
