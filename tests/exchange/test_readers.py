"""Every reader of questions: damaged or foreign bytes are read or refused in words, never an error."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.domain.vouchers.readers import reads, survives

from .readers import READERS


@pytest.mark.parametrize("what", READERS)
def test_the_good_file_is_read(what):
    read, good = READERS[what]
    assert len(read(good)) >= 2


@pytest.mark.parametrize("what", READERS)
def test_a_damaged_file_is_read_or_refused(what):
    outcomes = {survives(READERS[what], number) for number in range(300)}
    assert outcomes == {True, False}, "some are read, some refused: else the damage is too small or too great"


@pytest.mark.parametrize("what", READERS)
@given(data=st.binary(max_size=300))
@example(data=b"")
@example(data=b"\xef\xbb\xbf")
@example(data=b"PK\x03\x04")
@example(data=b"\xff\xfe<")
@example(data=b"<table><tr><td>question<tr><td rowspan=9999>x<table><tr><td>y")
def test_foreign_bytes_are_refused_or_read(what, data):
    reads(READERS[what][0], data)


@pytest.mark.parametrize("what", ["questions, csv", "questions, a table with tabs"])
@given(cells=st.lists(st.text(max_size=12), max_size=12))
def test_any_text_in_any_cell_is_refused_or_read(what, cells):
    names = [
        "question",
        "kind",
        "A",
        "B",
        "right",
        "match A",
        "unit",
        "other units",
        "answer ids",
        "case text",
        "points",
    ]
    read = READERS[what][0]
    reads(read, "\n".join("\t".join(row) for row in (names, cells)).encode("utf-8", "replace"))
