"""Readers of what staff send, with damaged files by the hundred thousand."""

import random

import pytest

from tests.domain.vouchers import readers

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("what", readers.READERS)
def test_a_reader_never_crashes(what, seed, times, measured):
    chance = random.Random(seed)
    with measured(f"{what}: damaged files") as tried:
        for one in (chance.randrange(1 << 40) for _ in range(times * 25)):  # 500,000 when nothing else is asked for
            tried()
            try:
                readers.never_crashes(what, one)
            except BaseException as error:
                error.add_note(f"with the seed {one}")
                raise
