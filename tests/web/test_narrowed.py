"""A team's lists are narrowed to its modules before they are cut: whatever there is of others hides nothing."""

from datetime import timedelta

import pytest

from tests.conftest import NOW, person
from tests.edge import REGULATION
from wins_xblocks import learner_trail, learner_view, learners_view
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.quiz import extra
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time.models import OfflineClaim
from wins_xblocks.web import desk_tries

from .builders import HOUR, TODAY, joined, noticed, studied, tried
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
MANY = 55  # more than a page holds


def text(client, path, status=200):
    answer = client.get(path)
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html).text


def claimed(own, what, at=NOW):
    return OfflineClaim.objects.create(
        learner_id=own.learner_id, registration_id=own.id, module=own.module, day=TODAY, ms=HOUR, what=what,
        state="waiting", made_at=at,
    )  # fmt: skip


@pytest.fixture
def crowd(learner):
    """The learner studies both modules; of the elective, everybody else has more than anybody shows."""
    noticed(learner)
    found = joined(learner), joined(learner, "regulation")
    for number in range(MANY):
        own = joined(person(f"crowd{number}"), "regulation")
        claimed(own, f"Of the crowd {number}", NOW - timedelta(days=9))
    return found


@pytest.fixture(params=["teacher", "instructor"])
def team(request, signed_in, crowd):
    """Of the Foundation Module."""
    return signed_in(request.getfixturevalue(request.param))


def test_learners_are_listed_and_counted_of_ones_modules(team):
    told = text(team, "/wins/desk/learners")
    assert "1 learner " in told
    assert "Learner Example (learner)" in told
    assert "(crowd" not in told
    for sort in ("newest", "oldest", "family"):
        assert "Learner Example (learner)" in text(team, f"/wins/desk/learners?sort={sort}"), sort


def test_a_search_looks_at_so_many_people_of_ones_modules(team, monkeypatch):
    """Everybody is called Example; with the others first the learner would not be among those that are looked at."""
    monkeypatch.setattr(learners_view, "MOST_FOUND", 3)
    told = text(team, "/wins/desk/learners?q=example")
    assert "1 learner " in told
    assert "Learner Example (learner)" in told
    assert "More people have this name" not in told
    assert "(crowd" not in told


def test_book_hours_are_asked_of_ones_modules(team, crowd):
    assert "0 entries wait for you" in text(team, "/wins/desk/book-hours")
    claimed(crowd[0], "Of the Foundation")
    told = text(team, "/wins/desk/book-hours")
    assert "1 entry waits for you" in told
    assert "Of the Foundation" in told
    assert "Of the crowd" not in told


def test_the_queue_holds_what_is_of_ones_modules(signed_in, instructor, crowd):
    client = signed_in(instructor)
    assert "Of the crowd" not in text(client, "/wins/desk/next")
    claimed(crowd[0], "Of the Foundation")
    assert "Of the Foundation" in text(client, "/wins/desk/next")


def test_of_one_learner_tries_and_book_hours_of_another_module_push_none_out(team, crowd, learner):
    own, other = crowd
    tried(own, 61, block="block-v1:WINS+FND+2026+type@wins_quiz+block@foundation-u1-quiz", purpose="unit")
    for number in range(learner_view.MOST + 5):
        tried(other, 50, block=f"other-{number}", purpose="unit")
        claimed(other, "Of the other module", NOW - timedelta(days=9))
    claimed(own, "Of the Foundation")
    told = text(team, f"/wins/desk/learners/{learner.id}/")
    assert "foundation-u1-quiz, Foundation Module" in told
    assert "1 entry of book hours waits." in told
    assert "other-" not in told


def test_of_one_learner_acts_of_another_module_push_none_out(team, crowd, learner):
    own, other = crowd
    for number in range(learner_trail.AT_ONCE * 2 + 7):
        facts = {"learner": learner.id, "registration": other.id, "block": "", "n": 1}
        at = NOW + timedelta(minutes=number)
        audit.append(extra.subject(learner.id), "tries.given", at, actor_id=1, facts=facts, text="Of the other")
    entry = claimed(own, "x")
    for number in range(learner_view.MOST + 5):
        claimed(other, f"{number}")
    facts = {"minutes": 60, "day": TODAY.isoformat()}
    audit.append(f"book:{entry.id}", "book.made", NOW, actor_id=learner.id, facts=facts)
    told = text(team, f"/wins/desk/learners/{learner.id}/")
    assert "Joined the module Foundation Module" in told
    assert "Book hours told: 1 h on 1 March 2027" in told
    assert "Of the other" not in told


def test_the_form_for_more_tries_offers_the_quizzes_of_its_module(signed_in, instructor, crowd, monkeypatch):
    own, other = crowd
    monkeypatch.setattr(desk_tries, "MOST_TRIES", 3)
    tried(own, 40, block="block-v1:WINS+FND+2026+type@wins_quiz+block@foundation-u1-quiz", purpose="unit")
    for number in range(5):
        tried(other, 50, block=f"other-{number}", purpose="unit")
    told = text(signed_in(instructor), f"/wins/desk/study/{own.id}/tries")
    assert "foundation-u1-quiz: 1 used" in told
    assert "other-" not in told


@pytest.mark.parametrize("path", [
    "/wins/desk/learners", "/wins/desk/learners?q=learner", "/wins/desk/book-hours", "/wins/desk/next",
    "/wins/desk/quizzes/tries", "/wins/desk/quizzes/tries?q=learner",
])  # fmt: skip
def test_the_team_of_another_course_sees_nothing(signed_in, learner, world, path):
    own = joined(learner)
    studied(own, 41)
    for number in range(1, 4):
        tried(own, 50, number=number)
    claimed(own, "Of the Foundation")
    joined(person("somebody"), "regulation")
    Registration.objects.filter(learner_id=learner.id).update(reached_at=NOW)
    stranger = person("stranger")
    world.staff.add((stranger.id, REGULATION))
    world.instructors.add((stranger.id, REGULATION))
    told = text(signed_in(stranger), path)
    assert not [
        word for word in ("(learner)", "learner@example.org", "Of the Foundation", "Foundation M") if word in told
    ]
