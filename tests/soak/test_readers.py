"""Readers of what staff send, with damaged files by the hundred thousand."""

import random

import pytest

from tests.domain.vouchers import readers
from tests.exchange.readers import READERS as QUESTIONS

pytestmark = pytest.mark.soak
READERS = {**readers.READERS, **QUESTIONS}


@pytest.mark.parametrize("what", READERS)
def test_a_reader_never_crashes(what, seed, times, measured):
    chance = random.Random(seed)
    with measured(f"{what}: damaged files") as tried:
        for one in (chance.randrange(1 << 40) for _ in range(times * 25)):  # 500,000 when nothing else is asked for
            tried()
            try:
                readers.survives(READERS[what], one)
            except BaseException as error:
                error.add_note(f"with the seed {one}")
                raise
