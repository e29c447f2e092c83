"""What the fuzzer is fed with for long, some hundred times by chance: read, answered, or refused in words."""

from random import Random

import pytest

from tests.domain.vouchers.readers import damaged
from tests.soak import targets

TIMES = 150


@pytest.mark.django_db
@pytest.mark.parametrize("what", targets.NEW)
def test_what_is_damaged_is_read_or_refused(what, world):
    targets.sitting.cache_clear()
    for number in range(TIMES):
        target = targets.NEW[what]
        data = damaged(target.good[number % len(target.good)], Random(number))
        try:
            targets.fed(target, data, lambda _data, number=number: Random(number))
        except BaseException as error:
            error.add_note(f"the seed {number}")
            raise


@pytest.mark.django_db
def test_some_requests_are_taken_and_some_refused_by_each_handler(world):
    """Else the damage were too small or too great."""
    targets.sitting.cache_clear()
    for number in range(2 * TIMES):
        targets.requested(b"", lambda _data, number=number: Random(number))
    answered = targets.sitting().answered
    for handler in ("save_answers", "submit", "check_answer", "report_question"):
        assert answered[handler, 200], answered
        assert answered[handler, 400] + answered[handler, 409], answered


def test_what_fails_is_heard():
    """The negative control: an error is none of the ways in which an input may end."""
    broken = targets.Target(lambda data, _luck: data.decode("ascii"), (b"",), 1)
    with pytest.raises(UnicodeDecodeError):
        targets.fed(broken, b"\xff", Random)
