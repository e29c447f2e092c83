"""Who may do what: one table, asked by every view and walked by a test.

A learner's own pages need no role. Course staff and instructors are those of any run of a module, as the platform
says, which takes every instructor for staff too; the other three are Django groups.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import Group

from ..domain.registration import api as registration
from ..platform import platform


class Role(StrEnum):
    """What somebody is to us. Everybody who is signed in is a learner of her own pages."""

    LEARNER = "learner"
    COURSE_STAFF = "course staff"
    INSTRUCTOR = "course instructor"
    ADMINISTRATOR = "Academy administrator"
    OFFICER = "certification officer"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What a page or button does."""

    HEALTH = "ask whether the plugin works: a word, for everybody"
    OWN_PAGES = "see and use one's own pages"
    SEE_DESK = "see what waits for the Academy, and the stock of vouchers"
    SEE_LEARNERS = "see learners with their hours and tests"
    SEE_VOUCHERS = "see which learner holds which voucher, never a code"
    SEE_RESULTS = "see files and results of exams, and what waits for a person"
    SEE_POLICIES = "see the rules of the programme, with their versions"
    SEE_REPORTS = "see reports of the whole Academy, and save them"
    SEE_STATISTICS = "see how questions of quizzes perform, without names"
    SEE_MAILS = "see the texts of mails, and which were sent to whom"
    SEE_AUDIT = "see who did what"
    SEE_REPORTED = "see questions of quizzes that learners reported, and what they wrote"
    SEE_HINTS = "see and put aside hints about tries that are oddly alike or quick"
    SEE_KEYS = "see the right answers of questions on the desk"
    SEE_CORRECTIONS = "see which keys of questions were corrected, and whose marks that changed"
    CORRECT_KEYS = "correct the key of a question, and mark the answers to it anew"
    ANSWER_REPORTED = "answer learners who reported a question of a quiz"
    ANSWER = "answer a learner's question"
    CLEAR_QUEUE = "decide about what waits, one after the other; each thing for who may decide it"
    DECIDE_BOOK_HOURS = "accept book hours, or refuse them with a reason"
    STRIKE_TIME = "take online time out of the count, with a reason"
    WAIVE_HOURS = "accept hours of study without a record, with a reason"
    EXTRA_TRIES = "give a learner one more try at a test, with a reason"
    EXTRA_TIME = "give a learner more time at tests with a limit, with a reason"
    WRITE_NOTES = "write a note about a learner for the Academy"
    IMPORT_CODES = "put voucher codes into the pool"
    TAKE_BACK = "take an unseen voucher back"
    MANAGE_VOUCHER = "give places; issue, replace, cancel, extend or mark vouchers, one or many; find one by its code"
    DECIDE_REQUEST = "decide about special arrangements, or a learner's country"
    RECORD_RESULTS = "take over results of exams, say whose one is, enter, confirm, hold, withdraw and restore them"
    OVERRIDE_TWO_PEOPLE = "confirm alone what one entered, with a reason"
    SET_POLICIES = "make a new version of the rules"
    EDIT_MAILS = "change the texts of mails"


GROUPS: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "WINS Academy administrators",
    Role.OFFICER: "WINS certification officers",
    Role.AUDITOR: "WINS auditors",
}
ACADEMY = frozenset(GROUPS)
COURSE_TEAM = frozenset({Role.COURSE_STAFF, Role.INSTRUCTOR})
INSTRUCTORS = frozenset({Role.ADMINISTRATOR, Role.INSTRUCTOR})

TABLE: Mapping[Action, frozenset[Role]] = {
    Action.HEALTH: frozenset(Role),
    Action.OWN_PAGES: frozenset(Role),
    Action.SEE_DESK: ACADEMY,
    Action.SEE_LEARNERS: ACADEMY | COURSE_TEAM,
    Action.SEE_VOUCHERS: ACADEMY,
    Action.SEE_RESULTS: ACADEMY,
    Action.SEE_POLICIES: ACADEMY,
    Action.SEE_REPORTS: ACADEMY,
    Action.SEE_STATISTICS: ACADEMY | COURSE_TEAM,
    Action.SEE_MAILS: ACADEMY,
    Action.SEE_AUDIT: ACADEMY,
    Action.SEE_REPORTED: ACADEMY | COURSE_TEAM,
    Action.SEE_HINTS: frozenset({Role.ADMINISTRATOR}),  # the auditor reads in the trail that they were decided
    Action.SEE_KEYS: INSTRUCTORS | COURSE_TEAM,
    Action.SEE_CORRECTIONS: ACADEMY | INSTRUCTORS,
    Action.CORRECT_KEYS: INSTRUCTORS,
    Action.ANSWER_REPORTED: INSTRUCTORS,
    Action.ANSWER: frozenset({Role.ADMINISTRATOR}),
    Action.CLEAR_QUEUE: INSTRUCTORS | {Role.OFFICER},
    Action.DECIDE_BOOK_HOURS: INSTRUCTORS,
    Action.STRIKE_TIME: INSTRUCTORS,
    Action.WAIVE_HOURS: INSTRUCTORS,
    Action.EXTRA_TRIES: INSTRUCTORS,
    Action.EXTRA_TIME: INSTRUCTORS,
    Action.WRITE_NOTES: INSTRUCTORS,
    Action.IMPORT_CODES: frozenset({Role.ADMINISTRATOR}),
    Action.TAKE_BACK: frozenset({Role.ADMINISTRATOR}),
    Action.MANAGE_VOUCHER: frozenset({Role.ADMINISTRATOR}),
    Action.DECIDE_REQUEST: frozenset({Role.ADMINISTRATOR}),
    Action.RECORD_RESULTS: frozenset({Role.ADMINISTRATOR, Role.OFFICER}),
    Action.OVERRIDE_TWO_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.SET_POLICIES: frozenset({Role.ADMINISTRATOR}),
    Action.EDIT_MAILS: frozenset({Role.ADMINISTRATOR}),
}


def ensure_groups() -> None:
    """Create the Academy's groups where they are missing."""
    for name in GROUPS.values():
        Group.objects.get_or_create(name=name)


def academy_roles(user: Any) -> frozenset[Role]:
    """The Academy roles of a signed-in user; a superuser is an administrator."""
    names = set(user.groups.values_list("name", flat=True))
    found = {role for role, name in GROUPS.items() if name in names}
    return frozenset(found | ({Role.ADMINISTRATOR} if user.is_superuser else set()))


def taught_modules(user: Any, action: Action) -> frozenset[str]:
    """Ids of the modules in which the user may do this: staff, or instructor, of any of their courses."""
    edge, allowed = platform(), TABLE[action]
    if not allowed & COURSE_TEAM:
        return frozenset()
    asked = edge.is_course_staff if Role.COURSE_STAFF in allowed else edge.is_course_instructor
    kept = vars(user)  # one request asks for several actions
    if "wins_courses" not in kept:
        kept["wins_courses"] = registration.courses()
    found = kept["wins_courses"].items()
    return frozenset(module for module, courses in found if any(asked(user, course) for course in courses))


def may(user: Any, action: Action, mine: frozenset[Role] | None = None) -> bool:
    """May this signed-in user do this at all? What exactly she then sees is the view's to narrow down.

    ``mine``: her Academy roles, when they were looked up already. The platform is asked about courses last.
    """
    allowed = TABLE[action]
    if Role.LEARNER in allowed or (academy_roles(user) if mine is None else mine) & allowed:
        return True
    return bool(taught_modules(user, action))
