"""What breaks where codes are read is told by its kind and place, and shows nothing of what was read."""

import traceback

import pytest

from wins_xblocks.domain import Refusal
from wins_xblocks.domain.hushed import Hushed, hushed, hushed_each

CODE = "".join(["SECRET", "99XY"])


@hushed
def read(text):
    told = [text]
    return told[1 // (len(told) - 1)]


@hushed
def read_below(text):
    return read(text)


@hushed_each
def each(text):
    yield text
    raise KeyError(text)


@hushed
def refusing(text):
    raise Refusal("No.")


@pytest.mark.parametrize("act", [read, read_below, lambda text: list(each(text))])
def test_an_error_says_what_broke_and_nothing_of_what_was_read(act):
    with pytest.raises(Hushed, match=r"(ZeroDivisionError in read|KeyError in each), line \d+") as broken:
        act(CODE)
    frames = traceback.TracebackException.from_exception(broken.value, capture_locals=True)
    ours = [frame for frame in frames.stack if frame.filename.endswith("/hushed.py")]
    assert ours
    assert CODE not in str(frames) + str([frame.locals for frame in ours])
    assert broken.value.__context__ is None


def test_what_comes_before_the_error_comes_and_a_refusal_passes():
    assert next(each("a")) == "a"
    with pytest.raises(Refusal, match="No"):
        refusing("a")
