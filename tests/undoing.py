"""What is done inside is undone at the end, as a test's own transaction does it: ours are outermost below it."""

from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone():
    own = transaction.atomic()
    own._from_testcase = True
    with own:
        yield
        transaction.set_rollback(True)
