"""Small groups: from what is shown, nobody can compute one. Asked of opponents who try all possible numbers."""

from collections import defaultdict
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from wins_xblocks.domain.reports import rules
from wins_xblocks.domain.reports.data import SMALL, Group

MOST = 9  # persons of a group that the opponent thinks of


def group(persons, part=0, amount=0, **more):
    return Group("", persons, (part,), (amount,), **more)


def shown(breakdown):
    return [line.hidden or line.group.persons for line in breakdown.lines]


def possible(breakdown):
    """All numbers of persons, and of the part, that hidden groups may have for whoever sees the rest and the rules."""
    total, lines = breakdown.total, breakdown.lines
    hidden = [line for line in lines if line.hidden]
    open_ = [line.group for line in lines if not line.hidden]
    bounds = [range(1, SMALL) if line.hidden == "small" else range(SMALL, MOST + 1) for line in hidden]
    for persons in product(*bounds):
        if total.persons is not None and sum(persons) + sum(one.persons for one in open_) != total.persons:
            continue
        for parts in product(*(range(count + 1) for count in persons)):
            left = sum(parts) + sum(one.parts[0] for one in open_)
            if total.parts[0] is None or left == total.parts[0]:
                yield tuple(zip(persons, parts, strict=True))


@st.composite
def groups(draw, most=4):
    found = []
    for _ in range(draw(st.integers(1, most))):
        persons = draw(st.integers(0, MOST))
        found.append(group(persons, draw(st.integers(0, persons)), draw(st.integers(0, 3))))
    return found


@given(groups())
def test_no_number_of_a_small_group_can_be_computed(own):
    breakdown = rules.protect(own)
    hidden = [line for line in breakdown.lines if line.hidden]
    assume(any(line.hidden == "small" for line in hidden))
    worlds = list(possible(breakdown))
    for place, line in enumerate(hidden):
        if line.hidden == "small":
            assert len({world[place][0] for world in worlds}) > 1, "how many persons"
            assert len({world[place][1] for world in worlds}) > 1, "how many of them"


def seen(breakdown):
    """All that is published."""
    return tuple(line.hidden or line.group for line in breakdown.lines), breakdown.total


def computed(worlds, column):
    """Of all tables of which something is hidden: those where a number of a small group could be only one."""
    by_sight = defaultdict(list)
    for world in worlds:
        by_sight[seen(rules.protect(world))].append(world)
    assert any("small" in lines for lines, _total in by_sight)
    return [
        sight for sight, found in by_sight.items() for place, told in enumerate(sight[0])
        if told == "small" and len({column(world[place]) for world in found}) == 1
    ]  # fmt: skip


def test_nor_by_whoever_knows_the_rules_and_tries_them_on_every_table_that_there_may_be():
    persons = [group(persons) for persons in range(9)]
    assert computed(product(persons, repeat=4), lambda one: one.persons) == []
    parts = [group(persons, part) for persons in range(8) for part in range(persons + 1)]
    assert computed(product(parts, repeat=3), lambda one: one.persons) == []
    assert computed(product(parts, repeat=3), lambda one: one.parts) == []


def test_nor_an_amount_of_it():
    own = [group(persons, 0, amount) for persons in range(1, 8) for amount in range(15)]
    worlds = ((one, other, group(8)) for one, other in product(own, own) if one.sums[0] + other.sums[0] < 15)
    assert computed(worlds, lambda one: one.sums) == []


@given(groups(8))
def test_small_groups_and_one_beside_a_single_one_are_hidden(own):
    breakdown = rules.protect(own)
    small = [one.small for one in own]
    assert [line.hidden == "small" for line in breakdown.lines] == small
    others = [one.persons for one in own if one.persons and not one.small]
    beside = [line.group.persons for line in breakdown.lines if line.hidden == "beside"]
    assert beside == (sorted(others)[:1] if sum(small) == 1 else [])
    for told, column in (
        (breakdown.total.persons, [one.persons for one in own]),
        (breakdown.total.parts[0], [one.parts[0] for one in own]),
        (breakdown.total.sums[0], [one.sums[0] for one in own]),
    ):
        assert told in (None, sum(column))
        assert told is not None or any(small)


def test_one_small_group_takes_the_next_smallest_with_it():
    breakdown = rules.protect([group(3, 1), group(30, 9), group(8, 2), group(0)])
    assert shown(breakdown) == ["small", 30, "beside", 0]
    assert breakdown.total.persons == 41


def test_two_small_ones_hide_each_other_and_the_total_tells_neither():
    assert shown(rules.protect([group(2), group(3), group(9)])) == ["small", "small", 9]
    assert rules.protect([group(2), group(3), group(9)]).total.persons == 14
    for count in (1, 4):  # the total would tell that both are as small, or as large, as can be
        assert rules.protect([group(count), group(count), group(9)]).total.persons is None


def test_where_nothing_else_is_shown_there_is_no_total():
    for own in ([group(4, 2, 7)], [group(4, 2, 7), group(20, 9, 9)]):
        breakdown = rules.protect(own)
        assert all(line.hidden for line in breakdown.lines)
        assert breakdown.total == rules.Total(None, (None,), (None,))


def test_a_total_that_says_all_or_none_of_the_hidden_ones_is_not_told():
    for part in (0, 1):
        own = [group(2, 2 * part), group(3, 3 * part), group(20, 7)]
        assert rules.protect(own).total.parts == (None,)
    assert rules.protect([group(2, 1, 0), group(3, 1, 4), group(20, 7, 4)]).total.sums == (None,)
    assert rules.protect([group(2, 1, 0), group(3, 1, 5), group(20, 7, 4)]).total == rules.Total(25, (9,), (9,))


def test_a_rate_of_few_hides_its_group():
    own = [group(9, least=4), group(30, least=30), group(9, least=0)]
    assert shown(rules.protect(own)) == ["small", 30, "beside"]


def test_what_are_no_persons_is_shown_whole():
    breakdown = rules.whole([group(1, 1, 2), group(2, 0, 3)])
    assert shown(breakdown) == [1, 2]
    assert breakdown.total == rules.Total(3, (1,), (5,))


def test_no_groups_are_no_trouble():
    assert rules.protect([]).total == rules.Total(0)
