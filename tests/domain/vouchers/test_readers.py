"""Every reader of what staff send: damaged or foreign bytes are read or refused in words, never an error."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from . import readers


@pytest.mark.parametrize("what", readers.READERS)
def test_the_good_file_is_read(what):
    read, good = readers.READERS[what]
    assert len(read(good)) >= 1


@pytest.mark.parametrize("what", readers.READERS)
def test_a_damaged_file_is_read_or_refused(what):
    outcomes = {readers.never_crashes(what, number) for number in range(400)}
    assert outcomes == {True, False}, "some are read, some refused: else the damage is too small or too great"


@pytest.mark.parametrize("what", readers.READERS)
@given(data=st.binary(max_size=400))
@example(data=b"")
@example(data=b"\xef\xbb\xbf")
@example(data=b"PK\x03\x04")
def test_foreign_bytes_are_refused_or_read(what, data):
    readers.reads(readers.READERS[what][0], data)


@pytest.mark.parametrize("what", ["codes, CSV", "lists", "results, our own sheets"])
@given(cells=st.lists(st.text(max_size=12), max_size=8))
def test_any_text_in_any_cell_is_refused_or_read(what, cells):
    read, good = readers.READERS[what]
    head = good.partition(b"\n")[0]
    readers.reads(read, head + b"\n" + ",".join(cells).encode("utf-8", "replace") + b"\n")
