"""What the public rules of others would count of the same day, from what their servers or pages would have seen.

Each answers times of one kind of counting; overlaps stay in where the rule adds page to page.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from .days import MINUTE, Day
from .truth import Page, Times, Truth, union


def _loads(day: Day) -> list[int]:
    return [event["t"] for event in day.events if event["do"] == "load"]


def dedication(day: Day, _: Truth) -> Times:
    """Moodle's block_dedication: clicks up to 60 minutes apart are one session, from its first click to its last."""
    return union([(one, other) for one, other in pairwise(_loads(day)) if other - one <= 60 * MINUTE])


def canvas(day: Day, _: Truth) -> Times:
    """Canvas, Total Activity: the time to the next page, if two minutes or more and less than ten."""
    return union([(one, other) for one, other in pairwise(_loads(day)) if 2 * MINUTE <= other - one < 10 * MINUTE])


def idle_only(day: Day, truth: Truth) -> Times:
    """A script that stops five minutes after the last touch and does not ask whether the page is in front."""
    used: Times = []
    for event in day.events:
        if event["do"] in ("load", "touch"):
            page = truth.pages[event["view"]]
            used.append((event["t"], min(event["t"] + 5 * MINUTE, page.gone)))
    return union(used)


def last_tick(day: Day, truth: Truth) -> Times:
    """A page that says each minute that it is open, as far as the network lets it: from its load to the last word."""
    heard = [(page.loaded, _last_heard(day, page)) for page in truth.pages.values()]
    return [(loaded, last) for loaded, last in heard if last > loaded]


def _last_heard(day: Day, page: Page) -> int:
    heard = [at for at in _awake(day, page) if day.devices[page.device].net(at) != "offline"]
    return max(heard, default=page.loaded)


def _awake(day: Day, page: Page) -> Iterator[int]:
    """Each minute of the page's life in which its device is awake."""
    changes = [event for event in day.events if event["do"] in ("sleep", "wake") and event["device"] == page.device]
    asleep, next_change = False, 0
    for at in range(page.loaded + MINUTE, page.gone, MINUTE):
        while next_change < len(changes) and changes[next_change]["t"] <= at:
            asleep, next_change = changes[next_change]["do"] == "sleep", next_change + 1
        if not asleep:
            yield at


RULES: dict[str, Callable[[Day, Truth], Times]] = {
    "Moodle block_dedication, 60 min between clicks": dedication,
    "Canvas, pages of 2 to 10 min": canvas,
    "5 min without a touch, hidden or not": idle_only,
    "from load to last tick, page by page": last_tick,
}
