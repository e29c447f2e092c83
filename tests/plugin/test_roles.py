"""Action by role, written down a second time; who teaches another module sees nobody; auditors change nothing."""

import pytest

from tests import edge
from tests.conftest import person
from tests.web.builders import joined, studied
from wins_xblocks.web import roles
from wins_xblocks.web.roles import Action, Role

from .test_permissions import (
    ACADEMY,
    ADMINISTRATORS,
    EVERYBODY,
    INSTRUCTORS,
    OF_RESULTS,
    STAFF,
    address,
    cast,
    patterns,
)

__all__ = ["cast"]  # a fixture
pytestmark = pytest.mark.django_db

WHO = {
    Action.HEALTH: EVERYBODY, Action.OWN_PAGES: EVERYBODY,
    Action.SEE_DESK: ACADEMY, Action.SEE_LEARNERS: STAFF, Action.SEE_VOUCHERS: ACADEMY, Action.SEE_RESULTS: ACADEMY,
    Action.SEE_POLICIES: ACADEMY, Action.SEE_REPORTS: ACADEMY, Action.SEE_MAILS: ACADEMY, Action.SEE_AUDIT: ACADEMY,
    Action.SEE_STATISTICS: STAFF,
    Action.SEE_HINTS: ADMINISTRATORS,
    Action.SEE_REPORTED: STAFF, Action.SEE_KEYS: INSTRUCTORS | {"teacher"}, Action.ANSWER_REPORTED: INSTRUCTORS,
    Action.SEE_CORRECTIONS: ACADEMY | INSTRUCTORS, Action.CORRECT_KEYS: INSTRUCTORS,
    Action.CLEAR_QUEUE: INSTRUCTORS | {"officer"},
    Action.DECIDE_BOOK_HOURS: INSTRUCTORS, Action.STRIKE_TIME: INSTRUCTORS, Action.WAIVE_HOURS: INSTRUCTORS,
    Action.EXTRA_TRIES: INSTRUCTORS, Action.EXTRA_TIME: INSTRUCTORS,
    Action.WRITE_NOTES: INSTRUCTORS,
    Action.ANSWER: ADMINISTRATORS, Action.IMPORT_CODES: ADMINISTRATORS, Action.TAKE_BACK: ADMINISTRATORS,
    Action.MANAGE_VOUCHER: ADMINISTRATORS, Action.DECIDE_REQUEST: ADMINISTRATORS, Action.RECORD_RESULTS: OF_RESULTS,
    Action.OVERRIDE_TWO_PEOPLE: ADMINISTRATORS, Action.SET_POLICIES: ADMINISTRATORS,
    Action.EDIT_MAILS: ADMINISTRATORS,
}  # fmt: skip
# Whose names must not be read by those who teach another module.
NAMES = ("learner@example.org", "Learner Example")


def test_every_action_stands_here():
    assert set(WHO) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_each_action_is_for_these_and_nobody_else(cast, action):
    assert {who for who, user in cast.items() if roles.may(user, action)} == WHO[action]


def test_whoever_teaches_may_so_much_in_her_own_modules_only(cast, instructor, teacher):
    for user, action in ((instructor, Action.WAIVE_HOURS), (teacher, Action.SEE_LEARNERS)):
        assert roles.taught_modules(user, action) == {"foundation"}
    assert roles.taught_modules(teacher, Action.WAIVE_HOURS) == frozenset()
    assert roles.taught_modules(instructor, Action.SEE_DESK) == frozenset()


@pytest.fixture
def stranger(learner, other_learner, world):
    """Instructor of a course in which somebody else studies."""
    studied(joined(learner), 12)
    joined(other_learner, "regulation")
    user = person("stranger")
    world.staff.add((user.id, edge.REGULATION))
    world.instructors.add((user.id, edge.REGULATION))
    return user


def test_whoever_teaches_another_module_sees_nothing_of_a_learner(client, stranger):
    client.force_login(stranger)
    opened = [one for one in patterns() if one.callback.wins_action in (Action.SEE_LEARNERS, *_taught())]
    assert opened
    for one in opened:
        for method in one.callback.wins_methods:
            response = getattr(client, method.lower())(address(one.name))
            text = response.content.decode() if not response.streaming else b"".join(response).decode()
            assert not [name for name in NAMES if name in text], (one.name, method)
            assert response.status_code in (200, 302, 400, 404, 409) or method == "POST", one.name


def _taught():
    return [action for action, allowed in roles.TABLE.items() if Role.INSTRUCTOR in allowed]


def test_the_same_pages_show_the_learner_to_who_teaches_her(client, stranger, instructor):
    """Else the test above would see nothing whatever the pages show."""
    client.force_login(instructor)
    assert NAMES[0] in client.get(address("learners")).content.decode()


def test_auditors_and_course_staff_change_nothing(cast):
    own = {Action.OWN_PAGES, Action.HEALTH}
    writing = {one.callback.wins_changes for one in patterns() if "POST" in one.callback.wins_methods} - own
    assert writing
    for who in ("auditor", "teacher"):
        assert [action for action in writing if roles.may(cast[who], action)] == []
