"""What the trail holds of one person: told, and its free texts erased. Links and bare ids stay: the chain verifies."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from ..tables import Told, plain
from . import api
from .models import AuditEntry

FORGOTTEN = "person.forgotten"
_COLUMNS = ("id", "subject", "seq", "at", "actor_id", "action", "facts", "text")
_CHUNK = 500
T = TypeVar("T")


def told_of(subjects: Iterable[str], learner_id: int, only_named: bool = False) -> Told:
    """The acts of these chains that concern the learner, without seals.

    An act that names another learner is left out; with ``only_named``, so is every act that does not name this one.
    """
    ids = [row.id for row in _about(subjects, learner_id, only_named)]
    found = [plain(AuditEntry.objects.filter(id__in=part).values(*_COLUMNS)) for part in _parts(ids)]
    return {"AuditEntry": sorted((row for rows in found for row in rows), key=lambda row: row["id"])}


def forget(subjects: Iterable[str], learner_id: int, only_named: bool = False) -> int:
    """Erase the free texts of the same acts; how many there were."""
    ids = [row.id for row in _about(subjects, learner_id, only_named) if row.text]
    return sum(api.erase(part) for part in _parts(ids))


def subject(learner_id: int) -> str:
    """The person's own chain: what was done with her data as a whole."""
    return f"person:{learner_id}"


def forgotten(learner_id: int) -> bool:
    """Was her account closed, and what it held erased?"""
    return bool(AuditEntry.objects.filter(subject=subject(learner_id), action=FORGOTTEN).exists())


def _about(subjects: Iterable[str], learner_id: int, only_named: bool) -> Iterator[AuditEntry]:
    for part in _parts(sorted(set(subjects))):
        for row in AuditEntry.objects.filter(subject__in=part).order_by("id"):
            if "learner" in row.facts:
                concerned = row.facts["learner"] == learner_id
            else:
                concerned = row.actor_id == learner_id or not only_named
            if concerned:
                yield row


def _parts(values: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
