"""Attempts at quizzes and module tests, all drawn from one version of one bank."""

import hashlib
import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from wins_xblocks.domain.quiz.models import Attempt, BankVersion

from .lives import Study, spread
from .table import Table

TRIES = 5  # a learner, on average
ITEMS, OPTIONS = 60, 4
TEST, SHORT = 20, 5  # questions
MOST_SHORT = 40  # tries of a registration at quizzes of units
PASS = 70
_COLUMNS = ("learner_id", "block", "number", "open_slot", "test_slot", "module", "registration_id", "purpose",
            "bank_id", "pass_percent", "seed", "drawn", "responses", "revision", "started_at", "submitted_at",
            "correct", "possible", "passed", "grade_published_at")  # fmt: skip


def fill(lives: Sequence[Sequence[Study]], luck: random.Random, now: datetime) -> None:
    """Whoever is complete has passed the test; the rest of the tries are at quizzes of units."""
    bank = BankVersion.objects.create(**_bank(), made_at=lives[0][0].started)
    studies = [own for life in lives for own in life if own.kind != "never"]
    tests = {own.id: _tests(own, luck) for own in studies}
    short = [1 + int(luck.expovariate(1 / 2)) for _own in studies]
    spread(short, [MOST_SHORT] * len(short), TRIES * len(lives) - sum(map(len, tests.values())), luck)
    with Table(Attempt, *_COLUMNS) as rows:
        for own, count in zip(studies, short, strict=True):
            for number in range(count):
                _unit(own, number, number == count - 1, bank.id, rows, luck, now)
            for number, correct in enumerate(tests[own.id], 1):
                at = (own.complete_at or _within(own, luck, now)) - timedelta(days=2) * (len(tests[own.id]) - number)
                started = max(at - timedelta(minutes=luck.randint(20, 50)), own.started)
                at = max(at, started + timedelta(minutes=5))
                _add(own, own.block("wins_quiz", "test"), number, "test", correct, bank.id, started, at, rows, luck)


def _bank() -> dict[str, str]:
    items = [
        {"id": f"i{item}", "stem": f"What does paragraph {item} ask for?", "kind": "single",
         "options": [{"id": f"o{option}", "text": f"Answer {option}", "correct": not option}
                     for option in range(OPTIONS)]}
        for item in range(ITEMS)
    ]  # fmt: skip
    body = json.dumps({"items": items}, sort_keys=True, separators=(",", ":"))
    return {"hash": hashlib.sha256(body.encode()).hexdigest(), "bank_id": "academy", "body": body}


def _tests(own: Study, luck: random.Random) -> list[int]:
    """Right answers of each try at the module test."""
    least = TEST * PASS // 100
    if own.complete_at:
        return [*(luck.randrange(5, least) for _try in range(luck.choice((0, 0, 0, 1, 2)))), luck.randint(least, TEST)]
    failed = luck.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3)) if luck.random() < (0.7 if own.kind == "full" else 0.05) else 0
    return [luck.randrange(5, least) for _try in range(failed)]


def _within(own: Study, luck: random.Random, now: datetime) -> datetime:
    last = own.reached or own.ended or now
    return own.started + (min(last, now) - own.started) * (0.05 + 0.9 * luck.random())


def _unit(own: Study, number: int, last: bool, bank: int, rows: Table, luck: random.Random, now: datetime) -> None:
    at = _within(own, luck, now)
    unit, nth = number % 8, number // 8 + 1
    ends = None if last and own.state == "open" and unit == 7 else at
    purpose = "unit" if unit % 2 else "practice"
    started = max(at - timedelta(minutes=6), own.started)
    _add(own, own.block("wins_quiz", f"u{unit}"), nth, purpose, luck.randint(1, SHORT), bank, started, ends, rows, luck)


def _add(
    own: Study, block: str, number: int, purpose: str, correct: int, bank: int, started: datetime,
    at: datetime | None, rows: Table, luck: random.Random,
) -> None:  # fmt: skip
    count = TEST if purpose == "test" else SHORT
    drawn, responses = _drawn(count, correct, luck.randrange(4))
    sent = at is not None
    rows.add(
        own.learner, block, number, None if sent else 1, None, own.module.id, own.id, purpose, bank, PASS,
        f"{luck.getrandbits(64):016x}", drawn, responses, count, started, at, correct if sent else None, count,
        correct * 100 >= PASS * count if sent else None, at,
    )  # fmt: skip


@lru_cache(maxsize=512)
def _drawn(count: int, correct: int, lot: int) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Questions as they were shown, and answers of which so many are right."""
    luck = random.Random(f"{count} {correct} {lot}")
    drawn, responses = [], {}
    for place, item in enumerate(luck.sample(range(ITEMS), count)):
        options = [{"ref": f"{place:x}{option:x}c", "option": f"o{option}"} for option in range(OPTIONS)]
        right, wrong = options[0]["ref"], options[1]["ref"]
        luck.shuffle(options)
        drawn.append({"ref": f"q{place:x}", "item": f"i{item}", "options": options})
        responses[f"q{place:x}"] = [right if place < correct else wrong]
    return drawn, responses
