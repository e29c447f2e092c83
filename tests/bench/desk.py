"""Each page of the desk over an Academy of 100,000 learners, on MariaDB: milliseconds of the server, and statements.

A list is asked for its first, its middle and its last page. Every page is opened by each role that may; the slowest
one and the most statements count, those for session and user among them. To measure an Academy that is there already:

    WINS_TEST_DATABASE=127.0.0.1:3306 python -m tests.bench.desk
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402  settings first
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from tests import edge  # noqa: E402
from tests.bench.academy.generate import generate  # noqa: E402
from tests.bench.desk_pages import addresses, statements  # noqa: E402
from tests.bench.servers import run  # noqa: E402
from tests.bench.timing import milliseconds  # noqa: E402
from tests.races import mariadb  # noqa: E402
from wins_xblocks import context, periodic  # noqa: E402
from wins_xblocks.domain.registration import api as registration  # noqa: E402
from wins_xblocks.domain.registration.models import Registration  # noqa: E402

LEARNERS, MS, STATEMENTS = 100_000, 400, 12
MORE = {"desk_record": 1}  # whether an auditor teaches the module is asked too
TIMES = 5
REFUSED = {400, 403, 404}  # a filter, a page or a thing that is not for this role
MEMORY = "--innodb-buffer-pool-size=256M"


def clients() -> Mapping[str, Client]:
    """An administrator, an auditor, and an instructor of each run of the Foundation course, all signed in."""
    users = get_user_model().objects
    people = {"administrator": users.get(username="staff1"), "auditor": users.get(username="staff3")}
    people["instructor"] = teacher = users.get_or_create(username="teacher")[0]
    for course in registration.courses()["foundation"]:
        edge.WORLD.staff.add((teacher.id, course))
        edge.WORLD.instructors.add((teacher.id, course))
    found = {}
    for role, person in people.items():
        found[role] = Client()
        found[role].force_login(person)
    return found


def measured(all_: Mapping[str, Client], address: str) -> tuple[float, int]:
    """(milliseconds, statements) of the slowest role that may open it. Raises LookupError when nobody may."""
    found = []
    for client in all_.values():
        status = client.get(address).status_code  # warm
        if status in REFUSED:
            continue
        if status != 200:
            raise LookupError(f"{address} answers {status}")
        times = [milliseconds(lambda _number, own=client: own.get(address), number) for number in range(TIMES)]
        found.append((statistics.median(times), min(_asked(client, address) for _time in range(2))))
    if not found:
        raise LookupError(f"nobody may open {address}")
    return max(ms for ms, _count in found), max(count for _ms, count in found)


def _asked(client: Client, address: str) -> int:
    """Statements of one request. Every ten seconds a process reads the rules anew: the fewer of two is the page's."""
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return statements(asked)


def all_pages(only: Sequence[str] = ()) -> Iterable[tuple[str, float, int]]:
    """(name of the page and what is asked of it, milliseconds, statements)."""
    people = clients()
    for page, asked in addresses().items():
        for what, address in asked.items():
            if not only or page in only:
                yield f"{page}.{what}" if what else page, *measured(people, address)


def figures(root: Path) -> dict[str, float]:
    reason = mariadb.missing()
    if reason:
        print(f"not measured on MariaDB: {reason}")
        return {}
    with tempfile.TemporaryDirectory() as folder, mariadb.running(Path(folder), MEMORY) as port:
        found = run("tests.bench.desk", root, WINS_TEST_DATABASE=f"127.0.0.1:{port}")
    named = {f"desk.{name}": value for name, value in found.items()}
    return named | {f"{name}.max": _bound(name) for name in named}


def _bound(name: str) -> int:
    _desk, page, *_what, figure = name.split(".")
    return MS if figure == "ms" else STATEMENTS + MORE.get(page, 0)


def main() -> None:
    call_command("migrate", verbosity=0)
    if not Registration.objects.exists():
        generate(int(os.environ.get("WINS_BENCH_LEARNERS", LEARNERS)))
    print(periodic.count_reports(context.now()))  # as every ten minutes on a platform
    found: dict[str, float] = {}
    for name, ms, count in all_pages(sys.argv[1:]):
        print(f"{name:40} {ms:8.0f} ms {count:4} statements", flush=True)
        found |= {f"{name}.ms": ms, f"{name}.queries": count}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
