"""``python -m tests.bench.academy``: see the package."""

import argparse
import os
from functools import partial


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.academy")
    asked.add_argument("--learners", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    where = asked.add_mutually_exclusive_group(required=True)
    where.add_argument("--database", help="address of a MariaDB with an empty database “wins”: host:port")
    where.add_argument("--sqlite", help="path of a file")
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    if given.database:
        os.environ["WINS_TEST_DATABASE"] = given.database
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if given.sqlite:
        connection.settings_dict["NAME"] = given.sqlite
    call_command("migrate", verbosity=0)
    from tests.bench.academy.generate import generate

    for table, count in generate(given.learners, given.seed, tell=partial(print, flush=True)).items():
        print(f"{table:20} {count:>12,}")


if __name__ == "__main__":
    main()
