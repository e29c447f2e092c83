"""Who stands before us, as plain values: what the platform tells, without the platform."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, Value, When

MOST_CALLED = 10  # one, or two who share it; a database may take letters with and without marks for the same


@dataclass(frozen=True)
class Person:
    """A user as staff pages show one."""

    id: int
    username: str
    name: str
    email: str
    language: str = ""


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

    First those whose family name begins with it, or a later word of the profile's one name; then whose first name,
    user name or address does; then the others.
    """
    has_profile = any(field.name == "profile" for field in users.model._meta.get_fields())
    named = ("first_name", "username", "email", *(["profile__name"] if has_profile else []))
    family, begins, holds = Q(last_name__istartswith=text), Q(), Q(last_name__icontains=text)
    for field in named:
        begins |= Q(**{f"{field}__istartswith": text})
        holds |= Q(**{f"{field}__icontains": text})
    if has_profile:
        family |= Q(profile__name__icontains=f" {text}")
    nearest = Case(When(family, then=Value(0)), When(begins, then=Value(1)), default=Value(2))
    return tuple(users.filter(holds).order_by(nearest, "id").values_list("id", flat=True)[:most])
