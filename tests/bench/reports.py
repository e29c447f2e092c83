"""Reports of 100,000 learners on MariaDB: when the first byte is there, rows a second, how far the memory grows; and
the slowest of the pages. Run by ``figures`` in a process of its own; prints JSON.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402  settings first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from tests import edge  # noqa: E402
from tests.bench.codes import memory  # noqa: E402
from tests.bench.servers import run  # noqa: E402
from tests.conftest import NOW, person  # noqa: E402
from tests.domain.vouchers.builders import COURSES, FND, REG  # noqa: E402
from tests.races import mariadb  # noqa: E402
from wins_xblocks import context, report_view  # noqa: E402
from wins_xblocks.domain import tables  # noqa: E402
from wins_xblocks.domain.exams.models import ExamEvent  # noqa: E402
from wins_xblocks.domain.quiz.models import Attempt, BankVersion  # noqa: E402
from wins_xblocks.domain.registration.models import Registration  # noqa: E402
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyDay  # noqa: E402

LEARNERS, DAYS, TRIES = 100_000, 5, 2  # days and tries of each learner in each module
FIRST_BYTE, ROWS_A_SECOND, MEGABYTES, PAGE_MS = 1, 5_000, 60, 400
MODULES = {"foundation": FND, "regulation": REG}
COUNTRIES = ("AT", "JP", "PE", "KE", "FR", "")
DRAWN = [{"ref": f"q{n}", "item": f"i{n}", "options": [{"ref": f"o{m}", "option": f"a{m}"} for m in range(4)]}
         for n in range(10)]  # fmt: skip


def fill(learners: int) -> None:
    """Learners of two modules, with study, tries, book hours and results."""
    users, names = get_user_model(), ("username", "email", "password", "first_name", "last_name", "is_superuser",
                                      "is_staff", "is_active", "date_joined")  # fmt: skip
    tables.insert_many(users, names, (
        (f"u{n}", f"u{n}@example.org", "x", "Given", f"Family {n * 7919 % learners}", False, False, True, NOW)
        for n in range(learners)
    ))  # fmt: skip
    ids = list(users.objects.filter(username__startswith="u").values_list("id", flat=True))
    edge.WORLD.countries |= {id_: COUNTRIES[id_ % 6] for id_ in ids}
    tables.insert_many(
        Registration,
        ("learner_id", "module", "course_id", "rule_version", "state", "open_slot", "source", "started_at",
         "reached_at"),
        ((id_, module, COURSES[module], 1, "open", 1, "t", NOW - timedelta(days=id_ % 700), NOW if id_ % 3 else None)
         for id_ in ids for module in MODULES),
    )  # fmt: skip
    own = list(Registration.objects.values_list("id", "learner_id", "module"))
    _study(own)
    _exams(own)


def _study(own: list[tuple[int, int, str]]) -> None:
    tables.insert_many(StudyDay, ("learner_id", "registration_id", "module", "day", "ms", "sealed"), (
        (learner, id_, module, NOW.date() - timedelta(days=day), 3_600_000, False)
        for id_, learner, module in own for day in range(DAYS)
    ))  # fmt: skip
    tables.insert_many(
        OfflineClaim,
        ("learner_id", "registration_id", "module", "day", "ms", "what", "state", "reason", "sampled", "revision",
         "made_at"),
        ((learner, id_, module, NOW.date(), 3_600_000, "Chapter 3, pages 41-60", "counted", "", False, 0, NOW)
         for id_, learner, module in own),
    )  # fmt: skip


def _exams(own: list[tuple[int, int, str]]) -> None:
    bank = BankVersion.objects.create(hash="0" * 64, bank_id="b", body="{}", made_at=NOW)
    tables.insert_many(
        Attempt,
        ("learner_id", "block", "number", "module", "registration_id", "purpose", "bank_id", "pass_percent", "is_staff",
         "seed", "drawn", "responses", "revision", "started_at", "submitted_at", "correct", "possible", "passed",
         "counts"),
        ((learner, f"test-{module}", number, module, id_, "test", bank.id, 70, False, "", DRAWN, {}, 0, NOW, NOW,
          6 + number, 10, number > 0, True) for id_, learner, module in own for number in range(TRIES)),
    )  # fmt: skip
    tables.insert_many(ExamEvent, ("learner_id", "exam", "kind", "happened_at", "recorded_at", "facts"), (
        (learner, MODULES[module], "pass" if learner % 4 else "fail", NOW - timedelta(days=learner % 700), NOW, {})
        for _id, learner, module in own
    ))  # fmt: skip


def signed_in() -> Client:
    client = Client()
    client.force_login(person("administrator", "WINS Academy administrators"))
    client.get(reverse("wins:reports"))
    return client


def taken(client: Client, report: str, form: str) -> tuple[float, float, int]:
    """(seconds to the first byte, rows a second, bytes) of a whole file."""
    began = time.perf_counter()
    pieces: Iterator[bytes] = iter(client.get(reverse("wins:report_file", args=[report, form])).streaming_content)
    size = len(next(pieces))
    first = time.perf_counter() - began
    size += sum(map(len, pieces))
    return first, 2 * LEARNERS / (time.perf_counter() - began), size


def slowest(client: Client) -> tuple[float, str]:
    """The slowest page in ms, each the best of three times, and which it is."""
    found = []
    for kind in report_view.KINDS:
        for by, _name in kind.by or (("", ""),):
            times = []
            for _ in range(3):
                began = time.perf_counter()
                assert client.get(reverse("wins:report", args=[kind.key]), {"by": by}).status_code == 200
                times.append((time.perf_counter() - began) * 1000)
            found.append((min(times), f"{kind.key} {by}"))
            print(f"{min(times):8.0f} ms {kind.key} {by}", file=sys.stderr)
    return max(found)


def measured() -> dict[str, float]:
    context.now = lambda: NOW
    fill(LEARNERS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE TABLE " + ", ".join(
            table._meta.db_table for table in (Registration, StudyDay, OfflineClaim, Attempt, ExamEvent)
        ))  # fmt: skip
    client = signed_in()
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is that of filling
    start = memory("VmRSS")
    found: dict[str, float] = {}
    for form in ("csv", "xlsx"):
        first, rows, size = taken(client, "progress", form)
        found |= {f"{form}.first_byte": first, f"{form}.rows": rows, f"{form}.bytes": size}
        found[f"{form}.memory"] = memory("VmHWM") - start
    found["page"], _which = slowest(client)
    return found


def figures(root: Path) -> dict[str, float]:
    reason = mariadb.missing()
    if reason:
        print(f"not measured on MariaDB: {reason}")
        return {}
    with tempfile.TemporaryDirectory() as name, mariadb.running(Path(name)) as port:
        found = run("tests.bench.reports", root, WINS_TEST_DATABASE=f"127.0.0.1:{port}")
    told = {f"reports.{what}": value for what, value in found.items()}
    for form in ("csv", "xlsx"):
        told |= {
            f"reports.{form}.first_byte.max": FIRST_BYTE, f"reports.{form}.rows.min": ROWS_A_SECOND,
            f"reports.{form}.memory.max": MEGABYTES,
        }  # fmt: skip
    return told | {"reports.page.max": PAGE_MS}


if __name__ == "__main__":
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    json.dump(measured(), sys.stdout)
    connection.creation.destroy_test_db("", verbosity=0)
