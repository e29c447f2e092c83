"""A supplier's file of 100,000 codes: seconds to look at it and to import it, how far the memory grows, and how long
a learner waits who asks for a voucher of the same pool meanwhile. On SQLite and MariaDB, each in a process of its own.
"""

import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402  settings first

from tests.bench.servers import run  # noqa: E402
from tests.conftest import NOW  # noqa: E402
from tests.domain.vouchers import builders, workbooks  # noqa: E402
from tests.domain.vouchers.builders import FND, KEYS, LAST_DAY, RULES  # noqa: E402
from tests.races import mariadb  # noqa: E402
from wins_xblocks.domain.vouchers import api  # noqa: E402

CODES, SECONDS, MEGABYTES, WAIT = 100_000, 20, 60, 2
LEARNERS = range(1, 200)


def csv_file(start: int, count: int) -> bytes:
    return builders.csv(builders.code(number) for number in range(start, start + count)).encode()


def workbook(start: int, count: int) -> bytes:
    """As Excel writes it: texts in the common table, the day as a number."""
    head = workbooks.row(*map(workbooks.shared, range(3)))
    body = (workbooks.row(workbooks.shared(n + 4), workbooks.shared(3), workbooks.number(46811)) for n in range(count))
    texts = ["code", "exam", "expires", FND, *(builders.code(number) for number in range(start, start + count))]
    common = workbooks.strings(*(f"<t>{one}</t>" for one in texts))
    return workbooks.workbook(head, *body, parts={"xl/sharedStrings.xml": common}.items())


def memory(name: str) -> float:
    """MB that this process has (VmRSS), or had at most (VmHWM)."""
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(name))
    return int(line.split()[1]) / 1024


def taken(path: Path, dry_run: bool) -> float:
    """Seconds to read the file and to import it, or to look at it."""
    began = time.monotonic()
    file = api.decode(path.read_bytes())
    report = api.import_codes(file, "PO-1", LAST_DAY, KEYS, RULES, None, 1, 1, NOW, dry_run)
    if (report.good, report.bad) != (CODES, 0) or report.imported != (0 if dry_run else CODES):
        raise LookupError(f"{report.good} lines of {CODES} are good, {report.imported} codes came in")
    return time.monotonic() - began


def longest_wait(importing: threading.Thread) -> tuple[float, int]:
    """(seconds, how many asked): learners ask one after another while the codes come in."""
    longest, asked = 0.0, 0
    importing.start()
    for learner in LEARNERS:
        if not importing.is_alive():
            break
        began = time.monotonic()
        builders.issue(learner)
        longest, asked = max(longest, time.monotonic() - began), asked + 1
        time.sleep(0.05)
    importing.join()
    return longest, asked


def measured(folder: Path) -> dict[str, float]:
    start = memory("VmRSS")
    found = {"check": taken(folder / "1.csv", True), "import": taken(folder / "1.csv", False)}
    found["memory"] = memory("VmHWM") - start
    found |= {"workbook_check": taken(folder / "2.xlsx", True), "workbook": taken(folder / "2.xlsx", False)}
    found["workbook_memory"] = memory("VmHWM") - start
    if connection.vendor == "mysql":
        builders.ready(*LEARNERS)
        done: list[float] = []
        wait, asked = longest_wait(threading.Thread(target=lambda: done.append(taken(folder / "3.csv", False))))
        if not done or asked < 5:
            raise LookupError(f"{asked} learners asked while {len(done)} files came in")
        found |= {"wait": wait, "asked": asked}
    return found


def figures(root: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "1.csv").write_bytes(csv_file(1, CODES))
        (folder / "2.xlsx").write_bytes(workbook(CODES + 1, CODES))
        (folder / "3.csv").write_bytes(csv_file(2 * CODES + 1, CODES))
        found = _named("sqlite", _run(root, folder, WINS_TEST_SQLITE=f"{name}/codes.sqlite3"))
        reason = mariadb.missing()
        if reason:
            print(f"not measured on MariaDB: {reason}")
            return found
        with mariadb.running(folder) as port:
            return found | _named("mariadb", _run(root, folder, WINS_TEST_DATABASE=f"127.0.0.1:{port}"))


def _run(root: Path, folder: Path, **environment: str) -> dict[str, float]:
    return run("tests.bench.codes", root, WINS_BENCH_FOLDER=str(folder), **environment)


def _named(database: str, found: dict[str, float]) -> dict[str, float]:
    bounds = {"check": SECONDS, "import": SECONDS, "memory": MEGABYTES, "workbook_check": SECONDS, "workbook": SECONDS,
              "workbook_memory": MEGABYTES, "wait": WAIT}  # fmt: skip
    named = {f"codes.{database}.{what}": value for what, value in found.items()}
    return named | {f"codes.{database}.{what}.max": bounds[what] for what in found if what in bounds}


if __name__ == "__main__":
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    json.dump(measured(Path(os.environ["WINS_BENCH_FOLDER"])), sys.stdout)
    connection.creation.destroy_test_db("", verbosity=0)
