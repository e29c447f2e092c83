"""Values that cross the trail's border."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Entry:
    """One act. ``text`` is None where there was none or it was erased; ``erased`` tells which."""

    subject: str
    seq: int
    at: datetime
    actor_id: int | None
    action: str
    facts: Mapping[str, object]
    text: str | None
    erased: bool


@dataclass(frozen=True)
class Head:
    """The seal of one day over the whole trail before it."""

    day: date
    seal: str


@dataclass(frozen=True)
class Looked:
    """Which acts are looked for. ``about`` is what stands before a subject's colon; ``by_system``: nobody's acts."""

    subject: str = ""
    about: str = ""
    action: str = ""
    actors: tuple[int, ...] | None = None
    by_system: bool = False
    start: datetime | None = None
    end: datetime | None = None

    @property
    def by_whom(self) -> bool:
        """Is it asked who acted?"""
        return self.by_system or self.actors is not None
