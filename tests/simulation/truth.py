"""The rule, applied to what truly happened: visible, and used within the idle limit. Over all pages, once.

A touch, a film that plays, coming to a page and waking a device are use, and so is setting its clock forward, which no
page can tell from sleep. What a page was told ends its counting.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from .days import HOUR, MINUTE, SECOND, Day

NAP = 6 * SECOND  # what stands still for less is not asleep
IDLE = {"text": 5 * MINUTE, "quiz": 10 * MINUTE}
Times = list[tuple[int, int]]


def union(times: Times) -> Times:
    """Sorted and disjoint; by marks, not as the ledger does it."""
    some = [(begin, end) for begin, end in times if end > begin]
    marks = sorted([(begin, 0) for begin, _ in some] + [(end, 1) for _, end in some])
    depth, found, since = 0, [], 0
    for at, closes in marks:
        if not closes and depth == 0:
            since = at
        depth += -1 if closes else 1
        if closes and depth == 0:
            found.append((since, at))
    return found


def length(times: Times) -> int:
    return sum(end - begin for begin, end in times)


def common(one: Times, other: Times) -> int:
    """How long both last at once; each sorted and disjoint."""
    begins, ends = [begin for begin, _ in other], [end for _, end in other]
    found = 0
    for begin, end in one:
        for at in range(bisect_right(ends, begin), bisect_right(begins, end)):
            found += max(0, min(end, ends[at]) - max(begin, begins[at]))
    return found


@dataclass
class Page:
    """One page view, as it stands at some instant."""

    device: int
    kind: str
    loaded: int
    visible: bool
    gone: int = 0
    frozen: bool = False
    closed: bool = False
    playing: bool = False
    asleep: bool = False
    origin: int = 0  # the view whose ticket it has: itself, unless it is a duplicate
    used: int = 0
    since: int = 0
    active: Times = field(default_factory=list)
    seen: Times = field(default_factory=list)
    visits: int = 1

    def reach(self, now: int) -> None:
        """Enter the time since the last change."""
        if self.visible and not (self.gone or self.frozen or self.asleep):
            self.seen.append((self.since, now))
            end = now if self.playing else min(now, self.used + IDLE[self.kind])
            if end > self.since and not self.closed:
                self.active.append((self.since, end))
        if self.playing and not (self.frozen or self.asleep):
            self.used = now
        self.since = now


class Truth:
    """``pages`` by number of the view, after the whole day."""

    def __init__(self, day: Day, told: dict[str, Any]) -> None:
        self.pages: dict[int, Page] = {}
        self.asleep: set[int] = set()
        closed = [{"t": at, "do": "closed", "view": view} for view, at, _ in told["closed"]]
        reopened = [{"t": at, "do": "reopened", "view": view} for view, at in told["reopened"]]
        for event in sorted([*day.events, *closed, *reopened], key=lambda one: one["t"]):
            self._happen(event)
        for page in self.pages.values():
            page.reach(day.ends)
            page.gone = page.gone or day.ends
            page.visits += (page.gone - page.loaded) // (2 * HOUR)

    def _happen(self, event: dict[str, Any]) -> None:
        what, now = event["do"], event["t"]
        if what == "load":
            asleep = event["device"] in self.asleep
            self.pages[event["view"]] = Page(
                event["device"], event["kind"], now, not event["hidden"], asleep=asleep, used=now, since=now
            )
            copied = self.pages.get(event["copy"])
            self.pages[event["view"]].origin = copied.origin if copied else event["view"]
        elif "view" in event:
            self._on(self.pages[event["view"]], what, now)
        else:
            what = "wake" if event.get("hand") and event["by"] > NAP else what
            for page in self.pages.values():
                if page.device == event["device"] and not page.gone:
                    self._on(page, what, now)
            if event["do"] in ("sleep", "wake"):
                self.asleep ^= {event["device"]}

    def _on(self, page: Page, what: str, now: int) -> None:
        page.reach(now)
        if what in ("touch", "show", "restore", "wake"):
            page.used = now
        if what in ("hide", "stash", "leave", "kill"):
            page.visible = False
        if what in ("show", "restore"):
            page.visible = True
        if what in ("leave", "kill"):
            page.gone = now
        page.frozen = what == "stash" or (page.frozen and what != "restore")
        page.asleep = what == "sleep" or (page.asleep and what != "wake")
        page.playing = what == "play" or (page.playing and what != "stop")
        page.closed = page.closed or what == "closed"
        page.visits += what in ("wake", "restore", "step", "reopened")

    def active(self) -> Times:
        return union([times for page in self.pages.values() for times in page.active])

    def seen(self) -> Times:
        """Wall time: any page in front on any device that is awake."""
        return union([times for page in self.pages.values() for times in page.seen])
