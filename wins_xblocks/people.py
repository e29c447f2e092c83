"""Who stands before us, as plain values: what the platform tells, without the platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, Q, Value, When

MOST_CALLED = 10  # one, or two who share it; a database may take letters with and without marks for the same
MOST_WORDS = 5  # of a search
PROFILE = "profile__name"


@dataclass(frozen=True)
class Person:
    """A user as staff pages show one. ``country`` is a code of ISO 3166, as the user's profile says."""

    id: int
    username: str
    name: str
    email: str
    language: str = ""
    country: str = ""


@dataclass(frozen=True)
class Actor:
    """Who acts on a block, and whose page is shown. They differ under "view as".

    ``course_id`` is None where there is no course (a content library). ``in_lms`` is False in Studio.
    """

    user_id: int | None
    shown_id: int | None
    course_id: str | None
    in_lms: bool
    enrolled: bool = False
    is_staff: bool = False
    masquerading: bool = False

    @property
    def as_herself(self) -> bool:
        """Is the page hers, and shown as she is? Not under "view as"."""
        return self.user_id == self.shown_id and not self.masquerading

    @property
    def may_write(self) -> bool:
        """Learner writes happen only in the LMS, for a real user who acts as herself and is enrolled (or its staff)."""
        own = self.user_id is not None and self.as_herself
        return own and self.in_lms and self.course_id is not None and (self.enrolled or self.is_staff)

    @property
    def studies(self) -> bool:
        """Is this a learner whose study counts? The course team's own visits do not."""
        return self.may_write and self.enrolled and not self.is_staff


@dataclass(frozen=True)
class Page:
    """A page of a course (OLX vertical). ``blocks`` are the usage keys of what stands on it, with their types."""

    key: str
    title: str
    url: str
    blocks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Unit:
    """A unit of a course (OLX chapter)."""

    key: str
    title: str
    pages: tuple[Page, ...]


def shows_another_view(masquerade: Any) -> bool:
    """Does the platform show the course as somebody else sees it? Back at "view as: staff", it keeps an entry too."""
    if masquerade is None:
        return False
    return masquerade.role != "staff" or bool(masquerade.user_name) or masquerade.group_id is not None


def people_called_in(users: Any, name: str) -> tuple[int, ...]:
    """Ids of users whose user name or mail address is ``name``, as the database compares them; a few at most."""
    wanted = Q(username__iexact=name) | Q(email__iexact=name)
    return tuple(users.filter(wanted).order_by("id").values_list("id", flat=True)[:MOST_CALLED]) if name else ()


def find_people_in(users: Any, text: str, most: int) -> tuple[int, ...]:
    """Ids of users whose user name, mail address or first or last name holds ``text``; the profile's name too.

    Several words may stand in several of them. The nearest first.
    """
    return tuple(id_ for id_, _how in nearest_in(users, text, most))


def nearest_in(users: Any, text: str, most: int, named: Any = None) -> list[tuple[int, int]]:
    """(id, how near) of at most ``most`` of them, the nearest and newest first. ``named``: a query of more ids.

    0: whose family name begins with the text, or a later word of the profile's one name, or who is ``named``; or whose
    family name and first name begin with its two words. 1: whose first name, user name or address does. 2: the others.
    """
    fields = _fields(users)
    family = Q(last_name__istartswith=text)
    if PROFILE in fields:
        family |= Q(profile__name__icontains=f" {text}")
    for one, other in two_words(text):
        family |= Q(last_name__istartswith=one, first_name__istartswith=other)
    if named is not None:
        family |= Q(id__in=named)
    begins = _any(fields, "istartswith", text)
    nearest = Case(When(family, then=Value(0)), When(begins, then=Value(1)), default=Value(2))
    found = called_in(users, text, named).annotate(nearest=nearest).order_by("nearest", "-id")
    return list(found.values_list("id", "nearest")[:most])


def called_in(users: Any, text: str, named: Any = None) -> Any:
    """Those of ``users`` who are found by the text, or ``named``, in no order: for a query around this one."""
    holds = reduce(and_, (_any(_fields(users), "icontains", word) for word in _words(text)[:MOST_WORDS]), Q())
    return users.filter(holds if named is None else holds | Q(id__in=named))


def _fields(users: Any) -> tuple[str, ...]:
    has_profile = any(field.name == "profile" for field in users.model._meta.get_fields())
    return ("first_name", "last_name", "username", "email", *([PROFILE] if has_profile else []))


def two_words(text: str) -> list[tuple[str, str]]:
    """(family name, first name) that a text of two words may mean: either order."""
    words = _words(text)
    return [(words[0], words[1]), (words[1], words[0])] if len(words) == 2 else []


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _any(fields: Sequence[str], how: str, text: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__{how}": text}) for field in fields))
