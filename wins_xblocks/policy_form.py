"""The form of the policies: what stands in it, what somebody typed, and what is wrong with it in plain words."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from .domain.programme.data import Programme
from .domain.programme.loader import examined, plain
from .domain.programme.rules import Place
from .policy_fields import CHOICE, COUNTRIES, DECIMAL, MANY, NUMBER, TEXT, Field, of_module, rows_of

_MONEY, _RATE = re.compile(r"[0-9]{1,6}([.][0-9]{1,2})?"), re.compile(r"[0-9]{1,5}([.][0-9]{1,5})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
Typed = dict[str, str]  # by field's name; of several choices, their names with blanks between them


@dataclass(frozen=True)
class Draft:
    """A form that was sent. ``programme`` is None while something is wrong; ``problems`` stand beside the fields."""

    programme: Programme | None
    problems: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """A field as the page shows it: what stands in it, and what is wrong with that."""

    field: Field
    text: str
    problem: str = ""

    @property
    def chosen(self) -> list[str]:
        return self.text.split()


def fields(programme: Programme) -> Iterator[Field]:
    """Every field of the form, in its order."""
    for row in rows_of(programme):
        yield from row.fields
    for number in range(len(programme.modules)):
        yield from of_module(number)


def written(programme: Programme) -> Typed:
    """A rule set as it stands in the form."""
    body = plain(programme)
    return {field.name: text_of(field, value_at(body, field.place)) for field in fields(programme)}


def value_at(body: Any, place: Sequence[str]) -> Any:
    for step in place:
        body = body[int(step)] if isinstance(body, list) else body[step]
    return body


def text_of(field: Field, value: Any) -> str:
    """A value as a form holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    # A field of one line holds no line's end: what a browser sends back must be what stands there.
    return " ".join(map(str, value) if isinstance(value, list) else str(value).split())


def typed(form: QueryDict, base: Programme) -> Typed:
    """What was sent; a field that was not sent at all keeps the value of ``base``, so that nothing is lost."""
    stands = written(base)
    return {field.name: _sent(form, field, stands[field.name]) for field in fields(base)}


def _sent(form: QueryDict, field: Field, stands: str) -> str:
    if field.kind == MANY:
        here = f"{field.name}.here" in form  # no box ticked is an answer, too
        return " ".join(name for name in form.getlist(field.name) if name) if here else stands
    text = form.get(field.name, stands)[: field.longest].replace("\0", "")
    return " ".join(text.split()) if field.kind == TEXT else text.strip()


def rebased(sent: Typed, old: Programme, new: Programme) -> Typed:
    """What somebody changed in a form of the old rules, put into a form of the new ones."""
    before, stands = written(old), written(new)
    return {name: sent[name] if sent.get(name, own) != before.get(name) else own for name, own in stands.items()}


def draft(sent: Typed, base: Programme, effective: date, reason: str) -> Draft:
    """The rule set that was typed, or what is wrong with it, beside the field where it is."""
    body, problems = copy.deepcopy(plain(base)), {}
    for field in fields(base):
        try:
            _put(body, field.place, _value(field, sent[field.name]))
        except ValueError as error:
            problems[field.name] = str(error)
    if problems:
        return Draft(None, problems)
    body |= {"effective": effective.isoformat(), "reason": reason}
    programme, found = examined(body)
    problems = {_name(place): _contradiction(place, text) for place, text in reversed(found)}
    return Draft(None if found else programme, problems)


def _put(body: Any, place: Sequence[str], value: Any) -> None:
    *way, last = place
    value_at(body, way)[last] = value


def _value(field: Field, text: str) -> Any:
    """The value of a text. Raises ValueError in plain words."""
    options = field.options or {}
    if field.kind == NUMBER:
        return _number(field, text)
    if field.kind == CHOICE:
        if text not in options:
            raise ValueError(_("Choose one of the list."))
        return text == "yes" if set(options) == {"yes", "no"} else text
    if field.kind == MANY:
        if not set(text.split()) <= set(options):
            raise ValueError(_("Choose from the list."))
        return text.split()
    if field.kind == COUNTRIES:
        return _countries(text)
    if field.kind == DECIMAL:
        return _decimal(field, text)
    if not re.fullmatch(field.shape, text):
        raise ValueError(str(field.wrong))
    return text


def _decimal(field: Field, text: str) -> str | float:
    """Money is exact, and kept as it was written; a planning figure is not."""
    money, most = field.place[0] == "price", field.bounds[1]
    if not (_MONEY if money else _RATE).fullmatch(text) or not 0 < float(text) <= most:
        told = _("Write a number above 0, at most {most}, with a point before its decimals: 425 or 425.50.")
        raise ValueError(told.format(most=most))
    return text if money else float(text)


def _number(field: Field, text: str) -> int | None:
    if not text and field.may_lack:
        return None
    least, most = field.bounds
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise ValueError(_("Write a whole number from {least} to {most}.").format(least=least, most=most))
    return int(text)


def _countries(text: str) -> list[str]:
    names = [name.upper() for name in re.split(r"[\s,;]+", text) if name]
    for name in names:
        if not _COUNTRY.fullmatch(name):
            raise ValueError(_("“{name}” is not a country: two letters each, as in AT.").format(name=name[:20]))
        if names.count(name) > 1:
            raise ValueError(_("{name} stands twice.").format(name=name))
    return names


def _name(place: Place) -> str:
    """The field beside which a contradiction is told; a course is told at its number."""
    name = ".".join(map(str, place))
    return f"{name}.number" if name.startswith("modules.") and name.endswith(".course") else name


def _contradiction(place: Place, text: str) -> str:
    """Two values that cannot both be meant, in plain words."""
    match place:
        case ("policies", "book_hours", "at_once"):
            return _("More hours count at once than count at most. Make this smaller, or the other one bigger.")
        case ("policies", "days_left_at_issue"):
            return _("A code with so few days left is past its last safe day when it is given. Make this bigger.")
        case ("policies", "keep_spans_days"):
            return _("Visits must be kept longer than time may come late. Make this bigger.")
        case ("policies", "idle_bounds", "least"):
            return _("The least is more than the most that an author may set.")
        case ("policies", "idle_minutes", str()):
            return _("This lies outside what an author may set. Change one of them.")
        case ("policies", "release"):
            return _("There is no elective module for which this could wait.")
        case ("modules", int(), "title"):
            return _("Another module has this title.")
        case ("modules", int(), "exam"):
            return _("Another module has this code. Each exam belongs to one module.")
        case ("designations", int(), "electives"):
            return _("There are not so many elective modules.")
        case ("designations", int(), "short"):
            return _("Another title has this short form.")
        case ("time_zone",):
            return _("There is no such time zone. Write one like Europe/Vienna.")
        case ("modules", int(), "course"):
            return _("Another module has this course. Each course belongs to one module.")
        case ("reason",):
            return _("Give a reason of 3 to 2000 characters.")
    return text


def changed(before: Programme, old: Typed, new: Typed) -> list[Field]:
    """The fields of ``before``, written ``old``, that are otherwise in ``new``, if they are there at all."""
    return [field for field in fields(before) if field.name in new and old[field.name] != new[field.name]]


def differing(before: Programme, after: Programme) -> list[Field]:
    """The fields in which two rule sets differ; of modules, those that both have in the same place."""
    return changed(before, written(before), written(after))


def shown(field: Field, text: str) -> str:
    """A value in words, as a table tells it."""
    if field.kind == NUMBER:
        return f"{text} {field.unit}" if text else _("none")
    if field.kind in (CHOICE, MANY):
        options = field.options or {}
        return ", ".join(str(options.get(name, name)) for name in text.split()) or _("none")
    return text or _("none") if field.kind in (COUNTRIES, TEXT) else text
