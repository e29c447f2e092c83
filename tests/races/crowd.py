"""A crowd of learners that presses one button, from processes with many threads; and what must be true afterwards."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import F

from tests.domain.vouchers.builders import FND, fill, ready
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration.models import Entitlement, Registration
from wins_xblocks.domain.vouchers.models import DocumentName, Voucher, VoucherExam, VoucherWait

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, CHUNK = 4, 1000
LAST_DAY = date.today() + timedelta(days=400)  # noqa: DTZ011  the servers go by the real clock


def gather(count: int) -> list[int]:
    """So many learners who are ready: one made through the doors, the others like her."""
    ready(1)
    others = range(2, count + 1)
    _like(DocumentName.objects.filter(learner_id=1), others)
    attempts = {own.registration_id: own for own in Attempt.objects.filter(learner_id=1)}
    for own in Registration.objects.filter(learner_id=1):
        first, (waiver,), (place,) = own.id, own.waivers.all(), own.entitlements.all()
        _like(Registration.objects.filter(id=first), others)
        of = dict(Registration.objects.filter(module=own.module).values_list("learner_id", "id"))
        _copies(waiver, [{"registration_id": of[id_]} for id_ in others])
        _copies(place, [{"registration_id": of[id_], "learner_id": id_} for id_ in others])
        _copies(
            attempts[first],
            [{"registration_id": of[id_], "learner_id": id_, "block": f"test-{of[id_]}"} for id_ in others],
        )
    return list(range(1, count + 1))


def _like(rows, learner_ids):
    for row in list(rows):
        _copies(row, [{"learner_id": id_} for id_ in learner_ids])


def _copies(row, changes):
    kind = type(row)
    kept = {field.attname: getattr(row, field.attname) for field in kind._meta.concrete_fields if not field.primary_key}
    kind.objects.bulk_create([kind(**kept | change) for change in changes], batch_size=CHUNK)


def stock(codes: int) -> None:
    for start in range(1, codes + 1, CHUNK * 10):
        fill(min(CHUNK * 10, codes + 1 - start), start=start, last_day=LAST_DAY)


def environment() -> dict[str, str]:
    """Leads a process to the database that the default connection leads to."""
    own = connection.settings_dict
    isolation = own["OPTIONS"].get("isolation_level", "postgresql")
    return {**os.environ, "WINS_TEST_DATABASE": f"{own['HOST']}:{own['PORT']}", "WINS_TEST_ISOLATION": isolation}


@dataclass(frozen=True)
class Answers:
    """What learners were told: (learner, status, words), and the seconds it took all of them."""

    told: list[tuple[int, int, str]]
    seconds: float


def press(presses: list[int], threads: int, naive: bool = False) -> Answers:
    """Every press once, from 4 processes of so many threads, all let go at once."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.races.issuing"], cwd=ROOT, env=environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    try:
        for number, worker in enumerate(workers):
            own = {"presses": presses[number::PROCESSES], "threads": threads, "exam": FND, "naive": naive}
            worker.stdin.write(json.dumps(own) + "\n")
            worker.stdin.flush()
        assert [worker.stdout.readline().strip() for worker in workers] == ["ready"] * PROCESSES
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        found = [json.loads(worker.stdout.readline()) for worker in workers]
        assert [worker.wait(60) for worker in workers] == [0] * PROCESSES
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    return Answers([tuple(one) for own in found for one in own["answers"]], max(own["seconds"] for own in found))


def presses(learners: list[int], seed: int) -> list[int]:
    """Every learner once, a fifth of them twice, in no order."""
    luck = random.Random(seed)
    all_ = learners + luck.sample(learners, len(learners) // 5)
    luck.shuffle(all_)
    return all_


def deadlocks() -> int:
    """How many deadlocks the server has seen in its life; and of MariaDB, lock waits that ran out."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = 'wins'")
        else:
            cursor.execute(
                "SELECT SUM(count) FROM information_schema.innodb_metrics WHERE name IN"
                " ('lock_deadlocks', 'lock_timeouts')"
            )
        return int(cursor.fetchone()[0] or 0)


def wrong_answers(answers: Answers, pressed: list[int]) -> list[str]:
    """Who was told something else than that she has a voucher, or waits; a second press may find no button any more."""
    found, told = [], {}
    for learner_id, status, said in answers.told:
        told.setdefault(learner_id, []).append((status, said))
    if Counter(pressed) != Counter({learner_id: len(own) for learner_id, own in told.items()}):
        found.append("not every press was answered")
    for learner_id, own in told.items():
        good = [one for one in own if one[0] == 302 and one[1]]
        if not good or any(status not in (302, 409) for status, _said in own):
            found.append(f"learner {learner_id} was answered {own}")
    return found


def broken_promises(codes: int, learners: list[int]) -> list[str]:
    """What is not as it must be after all have pressed; nothing, when vouchers are issued once."""
    slots = VoucherExam.objects.filter(exam=FND, state="open")
    held = list(slots.values_list("voucher_id", "open_holder", "entitlement_id"))
    holders = Counter(holder for _voucher, holder, _place in held)
    waiting = set(VoucherWait.objects.filter(exam=FND, open_slot=1).values_list("learner_id", flat=True))
    issued = Counter(AuditEntry.objects.filter(action="voucher.issued").values_list("subject", flat=True))
    used = Entitlement.objects.filter(exam=FND, state="used")
    promises = {
        "every code went to one learner": len(held) == min(codes, len(learners)),
        "each code was issued once": issued == Counter({f"voucher:{voucher}": 1 for voucher, _holder, _place in held}),
        "one open voucher a learner": max(holders.values(), default=1) == 1,
        "whoever has none waits, nobody does both": waiting.isdisjoint(holders)
        and waiting | set(holders) == set(learners),
        "one line in the queue each": VoucherWait.objects.filter(exam=FND).count() == len(waiting),
        "voucher and place in the exam are of the same learner": not slots.exclude(
            voucher__holder_id=F("open_holder"), voucher__state="issued"
        ).exists(),
        "each voucher used one place up": set(used.values_list("id", "learner_id"))
        == {(place, holder) for _voucher, holder, place in held},
        "no other voucher moved": Voucher.objects.exclude(state="imported").count() == len(held),
    }  # fmt: skip
    return [what for what, kept in promises.items() if not kept] + audit.broken()
