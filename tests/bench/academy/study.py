"""Study time as the ledger stores it: visits with their spans, days, book hours, time struck and hours accepted."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from wins_xblocks.domain.registration.models import Waiver
from wins_xblocks.domain.study_time.models import OfflineClaim, Strike, StudyDay, StudyLearner, StudySession
from wins_xblocks.domain.study_time.rules import milliseconds

from .lives import DAY, HOUR_MS, Study, at, spread
from .table import Table
from .trail import Trail

MINUTE_MS = 60_000
LONGEST = 125 * MINUTE_MS  # of one visit
UNITS, PAGES = 8, 6
VISITS = 10  # a learner, on average
MOST_OF_SOME = 18  # visits of whoever has not all hours
_WHAT = ("Chapter {n} of the textbook, with notes", "Textbook, pages {n}0 to {n}8", "Exercises of unit {n} on paper",
         "Reading in the train: chapter {n}")  # fmt: skip


def fill(lives: Sequence[Sequence[Study]], staff: Sequence[int], trail: Trail, luck: random.Random, now: datetime):
    """Everything that hours are made of; the sums of each registration are what its plan says."""
    studies = [own for life in lives for own in life if own.kind != "never"]
    book = _book(studies, staff, trail, luck, now)
    struck = _struck(studies, staff, trail, luck, now)
    _accepted(studies, staff, trail, luck)
    _learners(lives, luck)
    wanted = {
        own.id: luck.randint(40, 46) * HOUR_MS + struck.get(own.id, 0) - book.get(own.id, 0) - own.waived
        for own in studies
    }
    visits = _counts(studies, VISITS * len(lives), wanted, luck, now)
    _online(studies, visits, wanted, luck, now)


def _learners(lives: Iterable[Sequence[Study]], luck: random.Random) -> None:
    with Table(StudyLearner, "learner_id", "beats", "idle_factor", "notice_at") as rows:
        for life in lives:
            rows.add(life[0].learner, luck.randint(1, 900), 2 if luck.random() < 0.03 else 1, life[0].started)


def _counts(
    studies: Sequence[Study], total: int, wanted: dict[int, int], luck: random.Random, now: datetime
) -> dict[int, int]:
    """Visits of each registration whose visits are kept: those with all hours need many."""
    kept = [own for own in studies if not own.sealed(now)]
    some = [own for own in kept if own.kind == "some"]
    found = {own.id: max(luck.randint(20, 28), -(-wanted[own.id] // LONGEST)) for own in kept if own.kind == "full"}
    most = [min(2 * _days_between(own, now), MOST_OF_SOME) for own in some]
    counts = [min(1 + int(luck.expovariate(1 / 4)), least) for least in most]
    spread(counts, most, total - sum(found.values()), luck)
    return found | {own.id: count for own, count in zip(some, counts, strict=True)}


def _days_between(own: Study, now: datetime) -> int:
    """From the start to the day on which the hours were reached, or the learner stopped."""
    last = own.reached or min(own.ended or now, now, own.started + 150 * DAY)
    return max((last - own.started).days, 1)


def _online(
    studies: Iterable[Study], visits: dict[int, int], wanted: dict[int, int], luck: random.Random, now: datetime
) -> None:
    sessions = Table(
        StudySession, "learner_id", "key", "registration_id", "module", "unit", "page", "kind", "begins", "ends",
        "reported", "credited", "credited_ms", "inputs", "flags",
    )  # fmt: skip
    days = Table(StudyDay, "learner_id", "registration_id", "module", "day", "ms", "sealed")
    with sessions, days:
        for own in studies:
            sealed, total = own.sealed(now), wanted[own.id]
            if sealed or own.id in visits:
                count = luck.randint(9, 14) if sealed else visits[own.id]
                lengths = _lengths(own, count, total, sealed, luck)
                sums = _days(own, lengths, sealed, sessions, luck, now)
                for day, ms in sorted(sums.items()):
                    days.add(own.learner, own.id, own.module.id, day, ms, sealed)


def _lengths(own: Study, count: int, total: int, sealed: bool, luck: random.Random) -> list[int]:
    """Of visits, or of days where the visits are gone: with all hours they add up to ``total`` at least."""
    if own.kind == "some":
        return [luck.randint(3, 75) * MINUTE_MS for _visit in range(count)]
    most = 5 * HOUR_MS if sealed else LONGEST
    mean = max(total // count, MINUTE_MS)
    return [min(mean + luck.randint(0, mean // 8), most) // 1000 * 1000 for _visit in range(count)]


def _days(
    own: Study, lengths: Sequence[int], sealed: bool, rows: Table, luck: random.Random, now: datetime
) -> dict[date, int]:
    """Enter the visits, two a day at most."""
    span = _days_between(own, now)
    picked = sorted(luck.sample(range(span * 2), min(len(lengths), span * 2)))
    sums: dict[date, int] = defaultdict(int)
    for half, ms in zip(picked, lengths, strict=False):
        day = (own.started + (half // 2) * DAY).replace(hour=0, minute=0, second=0)
        sums[day.date()] += ms
        if not sealed:
            hours = 5 + 5 * own.nth + (half % 2) * 2.5
            begins = milliseconds(day) + int(hours * HOUR_MS) + luck.randint(0, 20) * MINUTE_MS
            _visit(own, begins, ms, half * UNITS // (span * 2), rows, luck)
    return sums


def _visit(own: Study, begins: int, ms: int, unit: int, rows: Table, luck: random.Random) -> None:
    spans = [[begins, begins + ms]]
    if ms > 20 * MINUTE_MS and luck.random() < 0.3:  # a pause between
        cut, pause = begins + ms // 3, luck.randint(1, 6) * MINUTE_MS
        spans = [[begins, cut], [cut + pause, begins + ms + pause]]
    key = f"{luck.getrandbits(128):032x}"
    page = own.block("vertical", f"u{unit}p{luck.randrange(PAGES)}")
    rows.add(
        own.learner, key, own.id, own.module.id, own.block("chapter", f"u{unit}"), page,
        luck.choice(("text", "text", "text", "quiz", "pdf")), begins, spans[-1][1], spans, spans, ms,
        ms // MINUTE_MS * 2 + luck.randrange(20), ["late"] if luck.random() < 0.01 else [],
    )  # fmt: skip


def _book(
    studies: Iterable[Study], staff: Sequence[int], trail: Trail, luck: random.Random, now: datetime
) -> dict[int, int]:
    """Ms that count by registration. What was told of late may still wait, or be drawn for a check."""
    sums: dict[int, int] = defaultdict(int)
    columns = ("id", "learner_id", "registration_id", "module", "day", "ms", "what", "state", "reason", "sampled",
               "token", "made_at", "decided_at", "decided_by")  # fmt: skip
    with Table(OfflineClaim, *columns) as rows:
        for own in studies:
            if luck.random() < (0.35 if own.kind == "full" else 0.12):
                for _entry in range(luck.randint(1, 4)):
                    _claim(own, rows, sums, staff, trail, luck, now)
    return sums


def _claim(
    own: Study, rows: Table, sums: dict[int, int], staff: Sequence[int], trail: Trail, luck: random.Random,
    now: datetime,
) -> None:  # fmt: skip
    last = min(own.reached or own.ended or now, now)
    made = min(at(own.started, luck.randint(0, max((last - own.started).days, 1)), luck), now)
    waits = own.state == "open" and luck.random() < 0.25
    state = "waiting" if waits and luck.random() < 0.4 else "counted"
    state = state if waits else luck.choices(("counted", "accepted", "refused", "withdrawn"), (70, 22, 4, 4))[0]
    ms, number = luck.randint(2, 8) * HOUR_MS // 2, rows.count + 1
    if state in ("counted", "accepted"):
        sums[own.id] += ms
    decided = min(made + luck.randint(1, 20) * DAY, now) if state in ("accepted", "refused") else None
    by = luck.choice(staff) if decided else None
    reason = "Please write which chapter you have read." if state == "refused" else ""
    what = luck.choice(_WHAT).format(n=luck.randint(1, 9))
    rows.add(
        number, own.learner, own.id, own.module.id, made.date(), ms, what, state, reason, waits and luck.random() < 0.5,
        f"{luck.getrandbits(64):016x}", made, decided, by,
    )  # fmt: skip
    facts = {"registration": own.id, "day": made.date().isoformat(), "minutes": ms // MINUTE_MS}
    trail.act(f"book:{number}", "book.made", made, own.learner, facts | {"state": "counted"})
    if decided:
        trail.act(f"book:{number}", f"book.{state}", decided, by, facts | {"state": state}, reason)
        trail.mail(f"book_{state}", f"registration:{own.id}", decided, own.learner, {"module": own.module.title})


def _struck(
    studies: Iterable[Study], staff: Sequence[int], trail: Trail, luck: random.Random, now: datetime
) -> dict[int, int]:
    sums: dict[int, int] = {}
    with Table(Strike, "id", "registration_id", "ms", "reason", "made_at", "made_by") as rows:
        for own in studies:
            if own.reached and luck.random() < 0.01:
                ms, when = luck.randint(1, 6) * HOUR_MS, min(own.reached + luck.randint(0, 5) * DAY, now)
                sums[own.id], number, by = ms, rows.count + 1, luck.choice(staff)
                reason = "The page was open all night."
                rows.add(number, own.id, ms, reason, when, by)
                trail.act(f"strike:{number}", "hours.struck", when, by, {"registration": own.id, "ms": ms}, reason)
    return sums


def _accepted(studies: Iterable[Study], staff: Sequence[int], trail: Trail, luck: random.Random) -> None:
    with Table(Waiver, "registration_id", "ms", "reason", "made_at", "made_by") as rows:
        for own in studies:
            if own.waived and own.reached:
                by, reason = luck.choice(staff), "Attended the workshop of WINS on the same subject."
                rows.add(own.id, own.waived, reason, own.reached, by)
                trail.act(f"registration:{own.id}", "hours.waived", own.reached, by, {"ms": own.waived}, reason)
