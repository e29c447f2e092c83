"""Vouchers issued by the domain against the same statements sent as literal SQL, in the same transactions. Prints JSON.

Run by ``servers.py`` in a process of its own, on MariaDB (``WINS_TEST_DATABASE``). The statements are those that two
issues were seen to send; where they differ stands what is another learner's: her number, registrations, place, voucher.
"""

import json
import os
import re
import sys
from itertools import takewhile

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402  settings first

from tests.bench.timing import RUNS, WARM, compare  # noqa: E402
from tests.conftest import NOW  # noqa: E402
from tests.domain.vouchers.builders import FND, issue  # noqa: E402
from tests.races import crowd  # noqa: E402
from wins_xblocks.domain.registration.models import Entitlement, Registration  # noqa: E402
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam  # noqa: E402

TIMES = 60
EACH = WARM + RUNS * TIMES
SAVEPOINT = re.compile(r"s\d+_x\d+")  # its name is new each time
BEGIN, COMMIT = ("BEGIN", []), ("COMMIT", [])


def seen(learner_id):
    """The statements of one issue, with their values and where transactions begin and end."""
    found, inside = [], False

    def note(execute, sql, params, many, context):
        nonlocal inside
        if connection.in_atomic_block != inside:
            found.append(COMMIT if inside else BEGIN)
            inside = not inside
        found.append((SAVEPOINT.sub("s1", sql), tuple(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert issue(learner_id, now=NOW).state == "issued"
    return [*found, COMMIT] if inside else found


def own(learner_id):
    """What is this learner's, by name; her voucher is known when the pool was asked."""
    of = Registration.objects.filter(learner_id=learner_id).order_by("module").values_list("id", flat=True)
    place = Entitlement.objects.get(learner_id=learner_id, exam=FND).id
    return {"learner": learner_id, "first": of[0], "second": of[1], "place": place}


def held(learner_id):
    slot = VoucherExam.objects.get(exam=FND, open_holder=learner_id)
    return {"slot": slot.id, "voucher": slot.voucher_id, "subject": f"voucher:{slot.voucher_id}"}


def template(one, other):
    """Statements with names in place of what differs between two learners; digests and salts stay as they are."""
    first, second = seen(one), seen(other)
    assert [sql for sql, _ in first] == [sql for sql, _ in second], "two learners, two sets of statements"
    mine, hers = own(one) | held(one), own(other) | held(other)
    names = {(mine[name], hers[name]): name for name in mine}
    return [
        (sql, [(names.get((value, its)), value) for value, its in zip(params, theirs, strict=True)])
        for (sql, params), (_sql, theirs) in zip(first, second, strict=True)
    ]


class Literal:
    """Sends them through Django's cursor, with Django's transactions, and reads every answer."""

    def __init__(self, statements):
        self.statements = statements

    def issue(self, learner):
        known, left = dict(learner), iter(self.statements)
        for statement in left:
            if statement == BEGIN:
                with transaction.atomic(), connection.cursor() as cursor:
                    for inner in takewhile(COMMIT.__ne__, left):
                        self._send(cursor, *inner, known)
            else:
                with connection.cursor() as cursor:
                    self._send(cursor, *statement, known)

    def _send(self, cursor, sql, params, known):
        cursor.execute(sql, [known[name] if name else value for name, value in params] or None)
        rows = cursor.fetchall() if cursor.description else ()
        if rows and "slot" not in known and "`wins_xblocks_voucherexam`.`state` = %s" in sql and " LIMIT 3" in sql:
            known |= {"slot": rows[0][0], "voucher": rows[0][1], "subject": f"voucher:{rows[0][1]}"}


def main():
    learners = crowd.gather(2 * EACH + 2)
    crowd.stock(len(learners) + 100)
    literal = Literal(template(learners.pop(), learners.pop()))
    ours, theirs = learners[:EACH], [own(id_) for id_ in learners[EACH:]]
    spent, least, ratio = compare(
        lambda number: issue(ours[number], now=NOW), lambda number: literal.issue(theirs[number]), TIMES
    )
    assert Voucher.objects.filter(state="issued").count() == 2 * EACH + 2, "both ways issued to each learner"
    assert VoucherExam.objects.filter(exam=FND, state="open").count() == 2 * EACH + 2
    count = len(literal.statements)
    json.dump({"throughput": 1 / ratio, "ms": spent, "literal_ms": least, "statements": count}, sys.stdout)


if __name__ == "__main__":
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    main()
    connection.creation.destroy_test_db("", verbosity=0)
