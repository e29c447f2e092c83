"""The trail as staff look through it: filters, pages, and everything in pieces."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api, listing
from wins_xblocks.domain.audit.data import Looked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def append(subject="voucher:1", action="voucher.issued", days=0, by=7):
    api.append(subject, action, NOW + days * DAY, by, {"n": days}, "why")


def found(before=None, most=50, **wanted):
    return [entry.facts["n"] for entry in listing.page(Looked(**wanted), before, most)[0]]


def test_the_newest_stand_first_and_pages_follow_each_other():
    for day in (1, 3, 2):
        append(days=day)
    append("pool:X", days=2)
    assert found() == [3, 2, 2, 1]
    rows, older = listing.page(Looked(), None, 2)
    assert [entry.subject for entry in rows] == ["voucher:1", "pool:X"]
    rest, end = listing.page(Looked(), older, 2)
    assert [entry.facts["n"] for entry in rest] == [2, 1]
    assert end is None
    assert not {(entry.subject, entry.seq) for entry in rows} & {(entry.subject, entry.seq) for entry in rest}
    assert found(before=99_999) == [3, 2, 2, 1], "an unknown one is the beginning"


def test_each_filter_and_all_of_them():
    append(days=1)
    append("voucher:12", "voucher.lost", 2, 8)
    append("vouchers:1", "codes.searched", 3, None)
    append("pool:WINS-FND", "codes.imported", 4, 8)
    assert found(subject="voucher:1") == [1]
    assert found(about="voucher") == [2, 1]
    assert found(action="codes.imported") == [4]
    assert found(actors=(8,)) == [4, 2]
    assert found(actors=()) == []
    assert found(by_system=True) == [3]
    assert found(start=NOW + 3 * DAY) == [4, 3]
    assert found(end=NOW + 3 * DAY) == [2, 1]
    assert found(about="voucher", action="voucher.lost", actors=(8,), start=NOW, end=NOW + 9 * DAY) == [2]


def test_erased_texts_are_told_apart_from_none():
    append()
    api.append("case:1", "case.opened", NOW)
    api.erase_text("voucher:1")
    assert {entry.subject: (entry.text, entry.erased) for entry in listing.page(Looked(), None, 9)[0]} == {
        "voucher:1": (None, True), "case:1": (None, False),
    }  # fmt: skip


def test_a_file_gets_everything_in_pieces(monkeypatch):
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    for day in range(5):
        append(days=day)
    append("pool:X", days=9)
    assert [[entry.facts["n"] for entry in part] for part in listing.chunks(Looked(about="voucher"))] == [
        [4, 3], [2, 1], [0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wanted",
    [
        {"about": "pool", "action": "voucher.issued"}, {"about": "pool", "actors": (7,)},
        {"about": "pool", "action": "voucher.issued", "actors": (7,)},
    ],
)  # fmt: skip
def test_filters_that_no_index_has_together_are_looked_for_in_parts(monkeypatch, wanted):
    """What is wanted stands behind many acts that are not: each look ends, says where to go on, and none is missed."""
    monkeypatch.setattr(listing, "MOST_LOOKED", 3)
    append("pool:X", days=0)
    for day in range(1, 9):
        append(days=day)
    append("pool:X", days=9)
    seen, older, looks = [], None, 0
    while looks == 0 or older:
        found, older = listing.page(Looked(**wanted), older, 50)
        seen += [entry.facts["n"] for entry in found]
        looks += 1
    assert seen == [9, 0]
    assert looks == 3
    assert [entry.facts["n"] for part in listing.chunks(Looked(**wanted)) for entry in part] == [9, 0]


def test_no_act_of_the_moment_where_a_look_ends_stands_twice_or_is_left_out(monkeypatch):
    monkeypatch.setattr(listing, "MOST_LOOKED", 3)
    for number in range(8):
        api.append(f"pool:{number}", "codes.expired", NOW, 7, {"n": number})
    seen, older = [], None
    while not seen or older:
        found, older = listing.page(Looked(about="pool", action="codes.expired"), older, 50)
        seen += [entry.facts["n"] for entry in found]
    assert sorted(seen) == list(range(8))
