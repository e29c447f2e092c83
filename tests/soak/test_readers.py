"""Readers of what staff send, with damaged files by the hundred thousand."""

import random

import pytest

from tests.domain.vouchers import readers
from tests.exchange.readers import READERS as QUESTIONS

pytestmark = pytest.mark.soak
READERS = {**readers.READERS, **QUESTIONS}


def _each(what):
    """Half a million when nothing else is asked for; of questions, each of which is judged too, sixty thousand."""
    return 3 if what in QUESTIONS else 25


@pytest.mark.parametrize("what", READERS)
def test_a_reader_never_crashes(what, seed, times, measured):
    chance = random.Random(seed)
    with measured(f"{what}: damaged files") as tried:
        for one in (chance.randrange(1 << 40) for _ in range(times * _each(what))):
            tried()
            try:
                readers.survives(READERS[what], one)
            except BaseException as error:
                error.add_note(f"with the seed {one}")
                raise
