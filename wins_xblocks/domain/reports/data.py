"""Values that cross the reports' border."""

from dataclasses import dataclass

SMALL = 5  # fewer persons are no group


@dataclass(frozen=True)
class Group:
    """One line of a breakdown. ``persons`` may be registrations or tries of persons, where ``least`` says of how many.

    ``parts`` count some of its persons each; ``sums`` are other amounts: ms, entries. ``least`` is the smallest number
    of persons that something in the line is made of.
    """

    key: str
    persons: int
    parts: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()
    least: int | None = None

    @property
    def small(self) -> bool:
        return any(0 < count < SMALL for count in (self.persons, self.least or 0))


@dataclass(frozen=True)
class Line:
    """A group as it may be shown. ``hidden``: "" (it is not), "small", or "beside" (it would tell of a small one)."""

    group: Group
    hidden: str = ""


@dataclass(frozen=True)
class Total:
    """All groups added up, hidden ones too; None where that would tell of one."""

    persons: int | None
    parts: tuple[int | None, ...] = ()
    sums: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Breakdown:
    """Groups as they may be shown."""

    lines: tuple[Line, ...]
    total: Total
