"""What the platform tells us, and that our trouble never becomes the platform's."""

from types import SimpleNamespace

from django.test import override_settings

from tests.edge import FOUNDATION
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.platform import platform
from wins_xblocks.receivers import on_enrolment, on_state_deleted


def enrolment(course=FOUNDATION, active=True, user_id=7):
    return SimpleNamespace(
        user=SimpleNamespace(id=user_id), course=SimpleNamespace(course_key=course), is_active=active
    )


def test_the_first_active_enrolment_opens_a_registration(db):
    on_enrolment(enrollment=enrolment(), signal=None, sender=None, metadata=None)
    on_enrolment(enrollment=enrolment(), signal=None, sender=None, metadata=None)
    assert registration.latest(7, "foundation").course_id == FOUNDATION
    assert registration.places(7, "WINS-FND") == 1


def test_an_inactive_enrolment_and_another_course_open_nothing(db):
    on_enrolment(enrollment=enrolment(active=False))
    on_enrolment(enrollment=enrolment("course-v1:Other+X+1"))
    on_enrolment(enrollment=enrolment("not a key"))
    assert registration.of_learners() == {}


def test_the_course_team_is_enrolled_by_the_platform_and_is_no_learner(teacher):
    on_enrolment(enrollment=enrolment(user_id=teacher.id))
    assert registration.of_learners() == {}


def test_leaving_coming_back_a_rerun_and_a_coachs_course_keep_one_registration_and_one_place(db):
    on_enrolment(enrollment=enrolment())
    first = registration.latest(7, "foundation")
    on_enrolment(enrollment=enrolment(active=False))
    assert registration.latest(7, "foundation") == first, "what was studied stays hers"
    for course in (FOUNDATION, "course-v1:WINS+FND+2027", "ccx-v1:WINS+FND+2026+ccx@7"):
        on_enrolment(enrollment=enrolment(course))
    assert registration.latest(7, "foundation") == first
    assert registration.places(7, "WINS-FND") == 1


def test_a_coachs_course_opens_one_too(db):
    on_enrolment(enrollment=enrolment("ccx-v1:WINS+FND+2026+ccx@7"))
    assert registration.latest(7, "foundation").course_id == "ccx-v1:WINS+FND+2026+ccx@7"


def test_a_broken_rule_file_is_logged_once_and_each_enrolment_goes_on(db, tmp_path, caplog):
    broken = tmp_path / "rules.yaml"
    broken.write_text("modules: 7")
    with override_settings(WINS_PROGRAMME=str(broken)):
        for user_id in (7, 8):
            on_enrolment(enrollment=enrolment(user_id=user_id))
    [said] = [record.getMessage() for record in caplog.records]
    assert said.startswith(str(broken))
    assert registration.of_learners() == {}


def test_an_enrolment_goes_on_whatever_else_fails(db, monkeypatch, caplog):
    monkeypatch.setattr(registration, "open_for_enrolment", lambda *asked: 1 / 0)
    on_enrolment(enrollment=enrolment())
    assert "no registration was opened for user 7" in caplog.text


def row(kind="wins_quiz"):
    """The platform's StudentModule, as far as we read it."""
    return SimpleNamespace(
        student_id=7, course_id=FOUNDATION, module_state_key="the-test", module_type=kind, max_grade=12.0
    )


def test_the_gradebook_is_told_of_a_quizs_deleted_state_and_of_no_other_blocks(world):
    on_state_deleted(instance=row("problem"), signal=None, sender=None, using="default", origin=None)
    assert world.deleted == []
    on_state_deleted(instance=row(), signal=None, sender=None, using="default", origin=None)
    assert world.deleted == [(7, FOUNDATION, "the-test", 12.0)]


def test_a_gradebook_that_cannot_be_told_stops_nobody_who_deletes(monkeypatch, caplog):
    def broken(*args):
        raise OSError("no broker")

    monkeypatch.setattr(type(platform()), "grade_deleted", broken)
    on_state_deleted(instance=row())
    assert "the state of user 7 at the-test is gone" in caplog.text
