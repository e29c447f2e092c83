"""A course of somebody else that names a module of the programme: it may show it, and gives nothing away."""

import pytest

from tests import edge
from tests.blocks import call, make_block
from tests.conftest import person
from tests.domain.quiz.banks import bank
from wins_xblocks import context
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Entitlement, Registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.exam_voucher_block import ExamVoucherBlock
from wins_xblocks.module_block import ModuleBlock
from wins_xblocks.quiz_block import QuizBlock
from wins_xblocks.study_time_block import StudyTimeBlock
from wins_xblocks.web import roles
from wins_xblocks.web.roles import Action

pytestmark = pytest.mark.django_db
FOREIGN = "course-v1:Other+101+2026"
SISTER = "course-v1:wins+TRIAL+2026"  # of the module's own organisation, under another number


@pytest.fixture
def guest(world, now, monkeypatch):
    """Enrolled in somebody's course, which has blocks that say ``foundation``."""
    monkeypatch.setattr(context, "now", lambda: now)
    user = person("guest")
    world.user_id, world.course_id, world.enrolments = user.id, FOREIGN, {(user.id, FOREIGN)}
    study_time.accept_notice(user.id, now)
    return user


def visit():
    fields = {"module_id": "foundation"}
    for kind in (ModuleBlock, StudyTimeBlock, ExamVoucherBlock):
        assert make_block(kind, fields).student_view({}).content
    quiz = make_block(QuizBlock, {**fields, "bank": bank(), "purpose": "test"}, usage="quiz-1")
    assert quiz.student_view({}).content
    assert call(quiz, "begin")[0] == 200


def test_it_gives_no_registration_and_no_place_in_an_exam(guest):
    visit()
    assert (Registration.objects.count(), Entitlement.objects.count()) == (0, 0)
    assert Attempt.objects.get().registration_id is None
    clock = make_block(StudyTimeBlock, {"module_id": "foundation"}).student_view({})
    assert not clock.json_init_args
    assert call(make_block(ExamVoucherBlock, {"module_id": "foundation"}), "get", {"exam": "WINS-FND"})[0] == 409


def test_its_staff_do_not_become_staff_of_the_module(guest, world):
    visit()
    author = person("author")
    world.staff.add((author.id, FOREIGN))
    assert not roles.may(author, Action.SEE_LEARNERS)


def test_its_module_test_passes_nobody(guest, rules, now):
    """Else any author could write a test of one question and open vouchers with it."""
    own = registration.open_for_enrolment(guest.id, rules.module("foundation"), edge.FOUNDATION, 1, now)
    visit()
    assert Attempt.objects.get().registration_id is None
    assert registration.latest(guest.id, "foundation") == own
    assert not make_block(StudyTimeBlock, {"module_id": "foundation"}).student_view({}).json_init_args


def test_a_sister_course_opens_nothing_but_who_has_joined_goes_on_there(guest, world, rules, now):
    world.course_id, world.enrolments = SISTER, {(guest.id, SISTER)}
    clock = make_block(StudyTimeBlock, {"module_id": "foundation"}).student_view({})
    assert "You have not joined this module" in clock.content
    assert Registration.objects.count() == 0
    own = registration.open_for_enrolment(guest.id, rules.module("foundation"), edge.FOUNDATION, 1, now)
    visit()
    assert [row.id for row in Registration.objects.all()] == [own.id]
    assert Attempt.objects.get().registration_id == own.id
    assert make_block(StudyTimeBlock, {"module_id": "foundation"}).student_view({}).json_init_args["ticket"]


def test_a_registration_that_has_ended_is_not_gone_on_with(guest, world, rules, now):
    own = registration.open_for_enrolment(guest.id, rules.module("foundation"), edge.FOUNDATION, 1, now)
    Registration.objects.filter(id=own.id).update(state="cancelled", open_slot=None, ended_at=now)
    visit()
    assert Attempt.objects.get().registration_id is None
