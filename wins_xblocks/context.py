"""What pages, blocks and commands ask of settings and the clock, in one place: the domain takes them as arguments."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from os import PathLike
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from . import lacking
from .domain.programme import api as programme_api
from .domain.programme.data import Module, Programme
from .domain.programme.loader import ProgrammeError
from .domain.transactions import lacks_table
from .domain.vouchers.keys import Keys

RULES_KEPT_SECONDS = 10
MOST_DAYS = 3650  # for which hints are kept


def now() -> datetime:
    """The present moment, UTC."""
    return timezone.now()


def first_rules() -> str | None:
    """Path of the first version of the rules; None for the shipped one. Raises ProgrammeError when it is no path."""
    path: Any = getattr(settings, "WINS_PROGRAMME", None)
    if not isinstance(path, str | PathLike | None):
        raise ProgrammeError(f"WINS_PROGRAMME: {path!r} is not the path of a file")
    return str(path) if path else None


_in_force: dict[str | None, tuple[float, Programme]] = {}  # by first version's path: when it was read, and what it says


def programme() -> Programme:
    """The rules in force, up to ten seconds ago: each request asks several times. Raises ProgrammeError."""
    path = first_rules()
    read_at, rules = _in_force.get(path, (0.0, None))
    if rules is None or monotonic() - read_at > RULES_KEPT_SECONDS:
        rules = programme_api.in_force(path, now())
        _in_force[path] = (monotonic(), rules)
    return rules


@contextmanager
def told_in_words() -> Iterator[None]:
    """Around whatever asks rules or tables: what is not there is a ProgrammeError, and the log hears of it once."""
    try:
        try:
            yield
        except DatabaseError as error:
            if not lacks_table(error):
                raise
            raise ProgrammeError(programme_api.NOT_MIGRATED) from error
    except ProgrammeError as error:
        lacking.say(str(error))
        raise


def forget_programme() -> None:
    """Read the rules anew at the next question: after a change of theirs in this process."""
    _in_force.clear()


def factor() -> int:
    """1, or what a minute of online study counts for in the demo host."""
    return int(getattr(settings, "WINS_DEMO_TIME_FACTOR", 1))


def setting(name: str) -> Any:
    """One of our settings, or its default."""
    from .settings.common import DEFAULTS

    return getattr(settings, name, DEFAULTS[name])


def keep_hints_days() -> int:
    """After how many days hints about tries are deleted. What is no number of days is said, and is the default."""
    from .settings.common import DEFAULTS

    asked = str(setting("WINS_KEEP_HINTS_DAYS"))
    if asked.isascii() and asked.isdigit() and 0 < int(asked) <= MOST_DAYS:
        return int(asked)
    lacking.say(f"WINS_KEEP_HINTS_DAYS: {asked[:40]!r} is not a number of days from 1 to {MOST_DAYS}")
    return int(DEFAULTS["WINS_KEEP_HINTS_DAYS"])


def voucher_keys() -> Keys:
    """The operator's keys for voucher codes, not yet looked at: each use says in words what is wrong with them."""
    names = ("WINS_VOUCHER_KEYS", "WINS_VOUCHER_DIGEST_KEY", "WINS_VOUCHER_DIGEST_KEY_OLD")
    return Keys(*(setting(name) for name in names))


def module_of_course(course_id: str, rules: Programme | None = None) -> Module | None:
    """The module that a course id (``course-v1:ORG+NUMBER+RUN``, CCX included) belongs to."""
    key = _course_key(course_id)
    if key is None or not key.is_course or not key.org:  # a library, or a key in part
        return None
    return (rules or programme()).module_of_course(key.org, key.course)


def same_organisation(course_id: str, module: Module) -> bool:
    """Is the course one of the organisation that gives the module?"""
    key = _course_key(course_id)
    return key is not None and (key.org or "").casefold() == module.course.org.casefold()


def _course_key(course_id: str) -> Any:
    from opaque_keys import InvalidKeyError
    from opaque_keys.edx.keys import CourseKey

    try:
        return CourseKey.from_string(course_id)
    except InvalidKeyError:
        return None
