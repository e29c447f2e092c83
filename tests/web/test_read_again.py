"""From a result to the unit that teaches what was weak."""

import pytest
from django.urls import reverse

from tests import edge
from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank
from tests.web.markup import Markup
from wins_xblocks.bank_field import dump
from wins_xblocks.module_block import ModuleBlock
from wins_xblocks.people import Page, Unit
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
PLAN = {
    "parts": [],
    "units": [
        {"unit": "foundation-u1", "title": "One", "hours": 8, "objectives": ["o1"]},
        {"unit": "foundation-u2", "title": "Two", "hours": 8, "objectives": ["o2", "f2.1"]},
    ],
}


def place(block_type, name):
    return f"block-v1:WINS+FND+2026+type@{block_type}+block@{name}"


@pytest.fixture
def course(world):
    """Two study units, and the plan that says what each teaches."""
    pages = [Page(place("vertical", f"p{n}"), "Page", f"/page/{n}") for n in (1, 2)]
    units = [Unit(place("chapter", f"foundation-u{n}"), "Unit", (page,)) for n, page in enumerate(pages, 1)]
    world.outlines[edge.FOUNDATION] = tuple(units)
    hours = make_block(ModuleBlock, {"hours": dump(PLAN)}).hours
    world.settings[edge.FOUNDATION, "wins_module", "hours"] = ((hours,),)


@pytest.fixture
def client_of(signed_in, learner):
    return signed_in(learner)


def test_a_result_links_each_weak_goal_and_the_link_leads_to_its_unit(world, learner, course, client_of):
    world.user_id = learner.id
    block = make_block(QuizBlock, {"bank": bank()}, usage="quiz-1")
    call(block, "begin")
    _status, answer = call(block, "submit", {"number": 1, "revision": 0, "responses": answers("quiz-1", 2, learner.id)})
    links = {a["href"] for a in Markup(answer["html"]).all("a")}
    address = reverse("wins:read_again", args=["foundation", "o2"])
    assert address in links
    assert reverse("wins:read_again", args=["foundation", "o1"]) not in links
    response = client_of.get(address)
    assert (response.status_code, response["Location"]) == (302, "/page/2")


@pytest.mark.parametrize("address", [("foundation", "o9"), ("regulation", "o1"), ("nothing", "o1")])
def test_what_no_unit_teaches_is_said_on_the_path(course, client_of, address):
    response = client_of.get(reverse("wins:read_again", args=address), follow=True)
    assert response.redirect_chain == [("/wins/me/", 302)]
    assert "Look for it among its units." in Markup(response.content.decode()).text


def test_a_unit_that_is_not_open_to_her_is_not_led_to(world, course, client_of):
    world.outlines[edge.FOUNDATION] = world.outlines[edge.FOUNDATION][:1]
    response = client_of.get(reverse("wins:read_again", args=["foundation", "o2"]))
    assert response["Location"] == "/wins/me/"


def test_the_course_teams_own_result_has_no_links(world, teacher, course):
    world.user_id = teacher.id
    block = make_block(QuizBlock, {"bank": bank()}, usage="quiz-1")
    call(block, "begin")
    _status, answer = call(block, "submit", {"number": 1, "revision": 0, "responses": answers("quiz-1", 2, teacher.id)})
    assert "Explain o2" in answer["html"]
    assert "/wins/me/read/" not in answer["html"]
