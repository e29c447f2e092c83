"""Quizzes of every kind in the host: by real requests, each with a block of its own, and what stays between them."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from tests.domain.quiz.kinds import answers
from tests.domain.quiz.takes import TAKES
from tests.host import handmade
from wins_xblocks import periodic
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.workbench.courses import known_key, runtime_for
from wins_xblocks.workbench.models import BlockCompletion, Grade, StudentState

COURSE = "course-v1:WINS+FND+2026"
NAMES = {name: f"quiz-{number}" for number, name in enumerate(TAKES)}


@pytest.fixture
def small(demo, tmp_path, settings):
    """A course with a quiz of each: instead of the ten."""
    blocks = "".join(
        handmade.element("wins_quiz", NAMES[name], bank=take.bank, purpose="unit") for name, take in TAKES.items()
    )
    settings.WINS_HOST_ARCHIVES = str(tmp_path)
    undated = {"course/sequential/s1.xml": '<sequential display_name="Read"><vertical url_name="p1"/></sequential>'}
    handmade.write(tmp_path / "small.tar.gz", {**handmade.files(blocks), **undated})


@pytest.fixture(params=TAKES.values(), ids=TAKES)
def take(request):
    return request.param


@pytest.fixture
def key(small, take):
    return f"block-v1:WINS+FND+2026+type@wins_quiz+block@{NAMES[take.name]}"


def block_of(key, person="lena"):
    return runtime_for(get_user_model().objects.get(username=person)).get_block(known_key(key))


def asked(browser, key, handler, body):
    answer = browser.json(f"/handler/{key}/{handler}", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def sent(browser, key, take, how):
    asked(browser, key, "begin", {})
    row = Attempt.objects.get(open_slot=1)
    body = {"number": row.number, "revision": 0, "responses": answers(row, **take.said(how))}
    revision = asked(browser, key, "save_answers", body)["revision"]
    return asked(browser, key, "submit", {**body, "revision": revision})["html"]


def test_the_page_shows_it_and_no_key(lena, key, take):
    page = lena.get(f"/courses/{COURSE}/jump_to/{key}", follow=True)
    assert page.status_code == 200
    began = asked(lena, key, "begin", {})["html"]
    assert all(f"Stem {number}?" in began for number in range(1, len(take.items) + 1))
    told = page.content.decode() + began
    assert not [secret for secret in ("Reason 1", "3.515", "Book, p. 4", "is-key") if secret in told]


def test_grade_completion_and_state_are_kept_from_request_to_request(lena, key, take):
    assert "You did not pass this time" in sent(lena, key, take, "part")
    kept = Grade.objects.get(usage_key=key)
    assert (kept.earned, kept.possible) == (float(take.earned("part")), float(take.possible))
    assert not BlockCompletion.objects.exists()
    assert "You passed" in sent(lena, key, take, "right")
    kept.refresh_from_db()
    assert (kept.earned, kept.possible) == (float(take.possible), float(take.possible))
    assert BlockCompletion.objects.get().completion == 1.0
    block = block_of(key)
    assert (block.attempts, block.newest_counted, block.done) == (2, 2, True)
    assert block_of(key, "arno").attempts == 0


def test_override_rescore_reset_and_deleted_state_reach_the_gradebook(lena, key, take):
    sent(lena, key, take, "part")
    block = block_of(key)
    block.set_score(type(block.get_score())(0.5, float(take.possible)))
    block.save()
    block.publish_grade()
    assert Grade.objects.get(usage_key=key).earned == 0.5
    block_of(key).rescore(only_if_higher=False)
    assert Grade.objects.get(usage_key=key).earned == float(take.earned("part"))
    block = block_of(key)
    block.attempts = 0  # "reset attempts"
    block.save()
    asked(lena, key, "result", {"number": 0})
    assert not Attempt.objects.get().counts
    StudentState.objects.filter(block=key).delete()  # "delete state"
    assert not block_of(key).done
    assert "You passed" in sent(lena, key, take, "right")
    assert Grade.objects.get(usage_key=key).earned == float(take.possible)


def test_what_the_periodic_work_repairs_is_in_the_gradebook_and_complete(lena, key, take):
    sent(lena, key, take, "right")
    Grade.objects.all().delete()
    BlockCompletion.objects.all().delete()
    row = Attempt.objects.get()
    Attempt.objects.update(grade_published_at=None)
    assert periodic.repair_grades(row.submitted_at + timedelta(minutes=3)).startswith("1 grades published, 0 failed")
    assert Grade.objects.get(usage_key=key).earned == float(take.possible)
    assert BlockCompletion.objects.get(usage_key=key).completion == 1.0
