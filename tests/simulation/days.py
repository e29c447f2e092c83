"""A reader's day in true time: what happened to which page, when it was really read, and what the network did.

Times are ms since the day began. Seeded: the same number gives the same day.
"""

import random
from dataclasses import dataclass, field
from typing import Any

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
MONDAY = 1_803_859_200_000  # 2027-03-01 00:00 UTC
# Lines: latency one way from, to; share lost; share delayed by up to a hundred seconds. The last one never fails.
NETS = {
    "good": (15, 250, 0.0, 0.01), "fair": (80, 1_500, 0.05, 0.01), "poor": (300, 5_000, 0.3, 0.01),
    "offline": (0, 0, 1.0, 0.0), "sure": (15, 250, 0.0, 0.0),
}  # fmt: skip


@dataclass
class Device:
    """``skew``: its clock is off; ``standing``: its monotonic one stands still in sleep; ``thin``: it saves data."""

    skew: int
    standing: bool
    drift: float
    phone: bool
    nets: list[tuple[int, str]] = field(default_factory=list)  # since when, which
    thin: bool = False

    def net(self, at: int) -> str:
        return next(name for since, name in reversed(self.nets) if since <= at)

    def next_change(self, at: int) -> int:
        return next(since for since, _ in self.nets if since > at)


@dataclass
class Window:
    """Tabs of which the last one is in front; ``away``: all of them are hidden."""

    device: int
    tabs: list[int] = field(default_factory=list)


@dataclass
class Day:
    """What the player and the truth need; both see only this."""

    seed: int
    start: int
    devices: list[Device]
    events: list[dict[str, Any]]
    reading: list[tuple[int, int]]
    ends: int
    lines: dict[str, tuple[int, int, float, float]] = field(default_factory=lambda: dict(NETS))


class Story:
    """Acts follow each other; each moves the time on."""

    def __init__(self, seed: int, minutes: tuple[int, int] = (30, 120)) -> None:
        self.chance, self.seed, self.now = random.Random(seed), seed, 0
        self.budget = self.chance.randint(*minutes) * MINUTE
        self.events: list[dict[str, Any]] = []
        self.reading: list[tuple[int, int]] = []
        self.devices = [self._device(number) for number in range(self.chance.choice((1, 1, 2)))]
        self.windows = [Window(0)]
        self.front = self.windows[0]
        self.views = 0
        self.kinds: list[str] = []
        self.expired: set[int] = set()
        self.spent = 0

    def _device(self, number: int) -> Device:
        chance = self.chance
        skew = chance.choice((0, 0, chance.randint(-5_000, 5_000), chance.randint(-12 * HOUR, 12 * HOUR)))
        device = Device(skew, chance.random() < 0.5, chance.uniform(-1, 1) * 5e-5, number == 1 or chance.random() < 0.2)
        at, worst = 0, chance.random()
        while at < 40 * HOUR:
            share = (8, 3 * worst, 2 * worst, worst)
            device.nets.append((at, chance.choices(list(NETS)[:4], share)[0] if at else "good"))
            at += chance.randint(MINUTE, 25 * MINUTE)
        return device

    def day(self) -> Day:
        """Acts until the time is spent; then, later, one more page on each device, on a line that never fails."""
        self.load()
        while self.spent < self.budget:
            began = self.now
            act = self.chance.choices(list(ACTS), list(ACTS.values()))[0]
            act(self)
            self.spent += min(self.now - began, 20 * MINUTE)
        for window in list(self.windows):
            self.close(window)
        self._return()
        events = sorted(enumerate(self.events), key=lambda one: (one[1]["t"], one[0]))
        start = MONDAY + self.chance.randint(0, 6) * 24 * HOUR + self.chance.randint(0, 23) * HOUR
        return Day(self.seed, start, self.devices, [event for _, event in events], self.reading, self.now)

    def _return(self) -> None:
        self.now += self.chance.randint(2 * MINUTE, 3 * HOUR)
        for number, device in enumerate(self.devices):
            device.nets = [net for net in device.nets if net[0] < self.now] + [(self.now, "sure"), (1 << 50, "sure")]
            self.windows = [Window(number)]
            self.front = self.windows[0]
            self.load()
            self.read(210 * SECOND)
            self.do("leave", self.front.tabs.pop())
            self.now += 2 * MINUTE

    # --- what acts are made of ---------------------------------------------------------------------------------
    def do(self, what: str, view: int | None = None, **more: Any) -> None:
        self.events.append({"t": self.now, "do": what, **({} if view is None else {"view": view}), **more})

    def between(self, least: float, most: float) -> int:
        """Minutes, more often short than long; as ms."""
        return int(least * MINUTE + (most - least) * MINUTE * self.chance.random() ** 2)

    @property
    def view(self) -> int:
        return self.front.tabs[-1]

    def load(self, hidden: bool = False, copy: int | None = None) -> int:
        """A page in the window in front; needs a line, and a reader who is signed in."""
        device = self.front.device
        while self.devices[device].net(self.now) == "offline":
            self.now = self.devices[device].next_change(self.now)
        if device in self.expired:
            self.do("signin", device=device)
            self.expired.discard(device)
        kind = self.chance.choice(("text", "text", "text", "quiz")) if copy is None else self.kinds[copy]
        self.kinds.append(kind)
        made = self.chance.randint(20, 900)
        self.do("load", self.views, device=device, kind=kind, hidden=hidden, copy=copy, made=made)
        self.front.tabs.append(self.views)
        self.views += 1
        return self.views - 1

    def ensure(self) -> None:
        if not self.front.tabs:
            self.load()

    def read(self, ms: int, still: bool = False) -> None:
        """The page in front is read; ``still``: without a touch."""
        self.ensure()
        begins, ends = self.now, self.now + ms
        while not still:
            self.now += int(min(self.chance.expovariate(1 / 18_000), 200_000)) + 200
            if self.now >= ends:
                break
            self.do("touch", self.view)
        self.now = ends
        self.reading.append((begins, ends))

    def close(self, window: Window) -> None:
        """One page after the other is left; each shows the one behind it."""
        while window.tabs:
            view = window.tabs.pop()
            self.do("leave", view)
            self.now += self.chance.randint(100, 3_000)
            if window.tabs:
                self.do("show", window.tabs[-1])
                self.now += self.chance.randint(100, 3_000)

    def wait(self, least: float, most: float) -> None:
        self.now += self.between(least, most)

    def visible(self, device: int) -> list[int]:
        return [window.tabs[-1] for window in self.windows if window.device == device and window.tabs]


# --- acts -------------------------------------------------------------------------------------------------------
def reads(story: Story) -> None:
    story.read(story.between(0.2, 9))


def reads_still(story: Story) -> None:
    """A long page, not touched; sometimes longer than any idle limit."""
    story.read(story.between(2, 14), still=True)
    if story.chance.random() < 0.7:
        story.do("touch", story.view)


def dozes(story: Story) -> None:
    """The page stays in front of nobody, or of somebody asleep, rarely for hours; often a touch ends it."""
    story.ensure()
    story.wait(*((30, 300) if story.chance.random() < 0.04 else (0.3, 30)))
    if story.chance.random() < 0.7:
        story.do("touch", story.view)


def hides(story: Story) -> None:
    """Another programme in front; the page is hidden."""
    story.ensure()
    story.do("hide", story.view)
    story.wait(0.01, 25)
    story.do("show", story.view, resume=story.chance.random() < 0.1)
    story.now += story.chance.randint(10, 2_000)


def turns_page(story: Story) -> None:
    story.ensure()
    gone = story.front.tabs.pop()
    story.do("leave", gone)
    story.now += story.chance.randint(100, 3_000)
    story.load()
    story.read(story.between(0.02, 4))


def goes_back(story: Story) -> None:
    """To the next page and back: the first one was kept by the browser."""
    story.ensure()
    kept = story.front.tabs.pop()
    story.do("stash", kept)
    story.now += story.chance.randint(100, 2_000)
    between = story.load()
    story.read(story.between(0.05, 5))
    story.front.tabs.pop()
    story.do("leave", between)
    story.now += story.chance.randint(1, 500)
    story.do("restore", kept, resume=story.chance.random() < 0.5)
    story.front.tabs.append(kept)
    story.read(story.between(0.05, 3))


def opens_tab(story: Story) -> None:
    """A second tab in front of the first, sometimes a duplicate; or behind it."""
    story.ensure()
    first = story.view
    copy = first if story.chance.random() < 0.4 else None
    if story.chance.random() < 0.3:
        behind = story.load(hidden=True, copy=copy)
        story.front.tabs.remove(behind)
        story.front.tabs.insert(-1, behind)
        story.read(story.between(0.1, 3))
        return
    story.do("hide", first)
    story.load(copy=copy)
    story.read(story.between(0.05, 4))


def changes_tab(story: Story) -> None:
    if len(story.front.tabs) < 2:
        return opens_tab(story)
    story.do("hide", story.view)
    story.front.tabs.insert(0, story.front.tabs.pop())
    story.do("show", story.view)
    story.read(story.between(0.05, 4))
    return None


def closes_tab(story: Story) -> None:
    if len(story.front.tabs) < 2:
        return turns_page(story)
    story.do("leave", story.front.tabs.pop())
    story.do("show", story.view)
    story.read(story.between(0.05, 2))
    return None


def opens_window(story: Story) -> None:
    """Beside the first, or on the other device: both are in front of the reader, who looks at one of them."""
    if len(story.windows) > 2:
        return changes_window(story)
    device = story.chance.randrange(len(story.devices))
    story.windows.append(Window(device))
    story.front = story.windows[-1]
    story.load()
    story.read(story.between(0.1, 5))
    return None


def changes_window(story: Story) -> None:
    for _ in range(story.chance.randint(1, 4)):
        story.front = story.chance.choice(story.windows)
        story.ensure()
        story.do("touch", story.view)
        story.read(story.between(0.05, 3))


def closes_window(story: Story) -> None:
    if len(story.windows) > 1:
        window = story.chance.choice(story.windows)
        story.close(window)
        story.windows.remove(window)
        story.front = story.windows[0]


def watches(story: Story) -> None:
    """A film, untouched; sometimes it goes on without its watcher."""
    story.ensure()
    length = story.between(1, 20)
    story.do("play", story.view)
    story.now += length
    story.reading.append((story.now - length, story.now - (length // 2 if story.chance.random() < 0.2 else 0)))
    story.do("stop", story.view)
    if story.chance.random() < 0.6:
        story.now += story.chance.randint(200, 20_000)
        story.do("touch", story.view)


def sleeps(story: Story) -> None:
    """A device sleeps, with its pages in front or hidden; the reader may go on at another one."""
    story.ensure()
    device = story.front.device
    others = [window for window in story.windows if window.device != device]
    seen = story.visible(device) if story.chance.random() < 0.4 else []
    for view in seen:
        story.do("hide", view)
    story.now += story.chance.randint(0, 900)
    length = story.between(0.2, 20) if others or story.chance.random() < 0.7 else story.between(20, 540)
    story.do("sleep", device=device)
    wakes = story.now + length
    if others:
        back, story.front = story.front, story.chance.choice(others)
        if story.front.tabs:
            story.read(story.chance.randint(0, length))
        story.front = back
    story.now = wakes
    story.do("wake", device=device)
    for view in seen:
        story.do("show", view)
    story.now += story.chance.randint(0, 20_000)
    story.do("touch", story.view)


def is_killed(story: Story) -> None:
    """A phone takes the memory of pages that it hid: nothing is told to them."""
    device = story.front.device
    if not story.devices[device].phone:
        return hides(story)
    for window in story.windows:
        if window.device == device and window.tabs:
            story.do("hide", window.tabs[-1])
    story.now += story.chance.choice((50, 500, 5_000, 60_000))
    for window in story.windows:
        if window.device == device:
            for view in window.tabs:
                story.do("kill", view)
            window.tabs.clear()
    story.wait(0.1, 10)
    return None


def crashes(story: Story) -> None:
    """The browser ends in front of the reader."""
    story.ensure()
    device = story.front.device
    for window in story.windows:
        if window.device == device:
            for view in window.tabs:
                story.do("kill", view)
            window.tabs.clear()
    story.wait(0.1, 3)


def is_signed_out(story: Story) -> None:
    """The session ends; the reader notices some minutes later and signs in on a new page."""
    story.ensure()
    device = story.front.device
    story.do("expire", device=device)
    story.expired.add(device)
    story.read(story.between(0.2, 8))
    turns_page(story)


def sets_clock(story: Story) -> None:
    """By hand, which is an act at the device; then back to the page with a touch."""
    story.ensure()
    by = story.chance.choice((-1, 1)) * story.chance.randint(3 * SECOND, 4 * HOUR)
    story.do("step", device=story.front.device, by=by, hand=True)
    story.do("touch", story.view)
    story.read(story.between(0.05, 2))


def clock_is_set(story: Story) -> None:
    """By the network, a few seconds: nobody is at it."""
    story.ensure()
    story.do("step", device=story.front.device, by=story.chance.choice((-1, 1)) * story.chance.randint(2_100, 4_500))
    story.wait(0.1, 2)


def stands_still(story: Story) -> None:
    """A page too busy to run its timers, for less than what looks like sleep."""
    story.ensure()
    story.do("stall", story.view, ms=story.chance.randint(500, 4_500))
    story.read(story.between(0.1, 2))


ACTS = {
    reads: 30, reads_still: 6, dozes: 7, hides: 8, turns_page: 26, goes_back: 5, opens_tab: 5, changes_tab: 5,
    closes_tab: 4, opens_window: 3, changes_window: 5, closes_window: 3, watches: 3, sleeps: 4, is_killed: 3,
    crashes: 1, is_signed_out: 1.5, sets_clock: 1, clock_is_set: 1.5, stands_still: 2,
}  # fmt: skip


def day(seed: int, minutes: tuple[int, int] = (30, 120)) -> Day:
    """The day of this number; the reader's acts take about so many minutes."""
    return Story(seed, minutes).day()
