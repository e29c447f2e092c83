"""A file of 100,000 results: seconds to take it over, and how far the memory grows."""

import json
import subprocess
import sys
from pathlib import Path

ROWS, SECONDS, MEGABYTES = 100_000, 60, 60
OFFICER = 10_000_000  # no learner: her own result would wait

CHILD = """
import io, json, os, resource, sys, tempfile, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
folder = tempfile.TemporaryDirectory()
connection.settings_dict["NAME"] = folder.name + "/results.sqlite3"
call_command("migrate", verbosity=0)
from tests.bench.results import OFFICER, filled
from tests.domain.vouchers.builders import KEYS, RULES
from tests.conftest import NOW
from wins_xblocks.domain.results import api
rows = int(sys.argv[1])
path = filled(rows, folder.name)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
with open(path, "rb") as stream:
    before, began = peak(), time.monotonic()
    kept = api.check(stream, "exam.dat", KEYS, RULES.zone, OFFICER, NOW)
    done = api.take_over(kept.file_id, KEYS, RULES.zone, OFFICER, NOW)
    print(json.dumps([time.monotonic() - began, peak() - before, done.counts.get("applied", 0)]))
"""


def filled(rows: int, folder: str) -> str:
    """Every row has a voucher that its learner has seen; the path of the file."""
    from tests.conftest import NOW
    from tests.domain.results.exam_files import NAMES, table
    from tests.domain.vouchers.builders import FND, KEYS, LAST_DAY, code
    from wins_xblocks.domain.vouchers import pool
    from wins_xblocks.domain.vouchers.models import Batch, KeyCanary, Voucher, VoucherExam

    pool.ensure([FND])
    KeyCanary.objects.create(name="codes", cipher=KEYS.encrypt(_canary()), digest=KEYS.digest(_canary()))
    batch = Batch.objects.create(exam=FND, order_number="1", file_digest="", imported_at=NOW)
    path, sat = Path(folder) / "exam.dat", NOW.strftime("%Y/%m/%d %H:%M:%S")
    with path.open("w", encoding="utf-8") as out:
        out.write("\t".join(NAMES) + "\r\n")
        for start in range(0, rows, 1000):
            numbers = range(start + 1, min(start + 1000, rows) + 1)
            own = [
                Voucher(id=n, batch=batch, digest=KEYS.digest(code(n)), cipher="x", state="revealed", holder_id=n,
                        expires_on=LAST_DAY, expires_zone="Europe/Vienna", expires_at=NOW, issued_at=NOW,
                        revealed_at=NOW)
                for n in numbers
            ]  # fmt: skip
            Voucher.objects.bulk_create(own)
            VoucherExam.objects.bulk_create(
                VoucherExam(voucher_id=n, exam=FND, state="open", open_holder=n) for n in numbers
            )
            told = table(*({"RegistrationID": str(n), "Voucher": code(n), "ExamDate": sat} for n in numbers))
            out.write(told.split("\r\n", 1)[1])
    return str(path)


def _canary() -> str:
    from wins_xblocks.domain.vouchers.keys import CANARY

    return CANARY


def figures(root: Path, rows: int = ROWS) -> dict[str, float]:
    """In a process of its own, so that the peak is its own. Raises when a row was not taken over."""
    command = [sys.executable, "-c", CHILD, str(rows)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    seconds, grown, applied = json.loads(done.stdout.splitlines()[-1])
    if applied != rows:
        raise LookupError(f"{applied} of {rows} results were recorded")
    return {
        "results.seconds": seconds, "results.seconds.max": SECONDS,
        "results.memory_mb": grown, "results.memory_mb.max": MEGABYTES,
    }  # fmt: skip
