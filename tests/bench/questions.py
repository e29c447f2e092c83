"""Statistics of 10,000 learners' answers to 50 questions: seconds from the tables to the last number; and a bank of
2,000 questions of every kind: read, read again, drawn from. Run by ``figures`` in a process of its own, once for each
database; prints JSON.
"""

import json
import os
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402  settings first

from tests.bench.servers import run  # noqa: E402
from tests.conftest import NOW  # noqa: E402
from tests.domain.quiz.banks import bank, body  # noqa: E402
from tests.domain.quiz.kinds import EACH  # noqa: E402
from tests.races import mariadb  # noqa: E402
from wins_xblocks.domain import tables  # noqa: E402
from wins_xblocks.domain.quiz import banks, drawing, rules  # noqa: E402
from wins_xblocks.domain.quiz.models import Attempt, BankVersion  # noqa: E402
from wins_xblocks.domain.statistics import api  # noqa: E402

TRIES, QUESTIONS, SECONDS = 10_000, 50, 3
LARGE, DRAWN, PARSE_SECONDS, DRAW_MS = banks.MOST_ITEMS, 100, 0.4, 20
LAYOUTS = 500  # different orders in which the questions were shown
_COLUMNS = ("learner_id", "block", "number", "module", "purpose", "bank_id", "pass_percent", "is_staff", "seed",
            "drawn", "responses", "revision", "started_at", "submitted_at", "correct", "possible", "passed",
            "counts")  # fmt: skip


def fill(tries: int) -> int:
    """Learners of different strength answer questions of different difficulty; the bank's number."""
    text, luck = bank(QUESTIONS), random.Random(1)
    body, digest = banks.canonical(text)
    version = BankVersion.objects.create(hash=digest, bank_id="bank", body=body, made_at=NOW)
    items = banks.parse(text).items
    layouts = [rules.stored(drawing.arrange(items, True, luck)) for _ in range(LAYOUTS)]

    def rows():
        for learner in range(1, tries + 1):
            drawn, strength = layouts[learner % LAYOUTS], luck.gauss(0.6, 0.15)
            responses, correct = {}, 0
            for asked in drawn:
                known = luck.random() < strength + (int(asked["item"][1:]) - QUESTIONS / 2) / 100
                letter = "a" if known else luck.choice("bcd")
                correct += known
                responses[asked["ref"]] = [next(o["ref"] for o in asked["options"] if o["option"] == letter)]
            yield (learner, "test", 1, "foundation", "test", version.id, 70, False, "", drawn, responses, QUESTIONS,
                   NOW - timedelta(minutes=40), NOW, correct, QUESTIONS, correct * 10 >= QUESTIONS * 7,
                   True)  # fmt: skip

    tables.insert_many(Attempt, _COLUMNS, rows())
    return version.id


def large() -> str:
    """Kinds in turn, in ten categories of three difficulties; a row of the blueprint for each."""
    kinds, levels = list(EACH.values()), ("easy", "medium", "hard")
    items = [
        {**kinds[n % len(kinds)], "id": f"q{n}", "stem": f"Question number {n}?", "use": "", "category": f"C{n % 10}",
         "difficulty": levels[n % 3]}
        for n in range(LARGE)
    ]  # fmt: skip
    rows = [{"category": f"C{n}", "difficulty": level, "count": 4} for n in range(10) for level in levels]
    return json.dumps({**body(*items), "blueprint": rows[: DRAWN // 4]})


def of_a_large_bank() -> dict[str, float]:
    """Seconds and milliseconds, each the least of five: what else runs is no finding."""
    text, parsed, again, drawn = large(), [], [], []
    for turn in range(5):
        banks.parse.cache_clear()
        began = time.perf_counter()
        found = banks.parse(text)
        parsed.append(time.perf_counter() - began)
        began = time.perf_counter()
        assert banks.parse(text) is found
        again.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        taken = drawing.take(found, drawing.askable(found, "test"), 0, "blueprint", random.Random(turn))
        rules.stored(drawing.arrange(taken, True, random.Random(turn)))
        drawn.append((time.perf_counter() - began) * 1000)
        assert (len(found.usable), len(taken)) == (LARGE, DRAWN)
    return {"parse": min(parsed), "again": min(again), "draw": min(drawn)}


def measured() -> dict[str, float]:
    number, times = fill(TRIES), []
    for _ in range(3):
        began = time.perf_counter()
        found = api.of_bank(number, None, NOW)
        times.append(time.perf_counter() - began)
    assert len(found.numbers.by_place) == QUESTIONS
    assert found.numbers.tries == TRIES
    return {"seconds": min(times), **of_a_large_bank()}


def figures(root: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        found = {"sqlite": run("tests.bench.questions", root, WINS_TEST_SQLITE=f"{name}/questions.sqlite3")}
        reason = mariadb.missing()
        if reason:
            print(f"not measured on MariaDB: {reason}")
        else:
            with mariadb.running(Path(name)) as port:
                found["mariadb"] = run("tests.bench.questions", root, WINS_TEST_DATABASE=f"127.0.0.1:{port}")
    told = {f"questions.{database}.seconds": own["seconds"] for database, own in found.items()}
    told |= {f"{name}.max": SECONDS for name in told}
    bank = found["sqlite"]
    return told | {
        "questions.bank_2000.seconds": bank["parse"], "questions.bank_2000.seconds.max": PARSE_SECONDS,
        "questions.bank_2000.again.ms": bank["again"], "questions.bank_2000.again.ms.max": 1,
        "questions.draw_of_2000.ms": bank["draw"], "questions.draw_of_2000.ms.max": DRAW_MS,
    }  # fmt: skip


if __name__ == "__main__":
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    json.dump(measured(), sys.stdout)
    connection.creation.destroy_test_db("", verbosity=0)
