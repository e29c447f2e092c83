"""Which groups of a breakdown may be shown, so that nobody can compute one of fewer than five persons. Pure."""

from collections.abc import Collection, Sequence

from .data import SMALL, Breakdown, Group, Line, Total


def protect(groups: Sequence[Group]) -> Breakdown:
    """Hide small groups, and the next smallest beside a single one; of the total, tell what leaves them open.

    Whoever knows these rules, and all that is shown, finds two values or more for each number of a small group. So
    nothing here may depend on what is hidden but for the total, and a total that is not told must have two reasons.
    """
    small = [place for place, group in enumerate(groups) if group.small]
    if not small:
        return whole(groups)
    others = sorted((group.persons, place) for place, group in enumerate(groups) if group.persons and not group.small)
    beside = [place for _persons, place in others[:1]] if len(small) == 1 else []
    hidden = {*small, *beside}
    told = _many(groups, small) if len(small) > 1 else len(others) > 1 and _open(groups, small[0], beside[0])
    lines = tuple(Line(group, _why(place, hidden, small)) for place, group in enumerate(groups))
    return Breakdown(lines, _total(groups, hidden, told))


def whole(groups: Sequence[Group]) -> Breakdown:
    """The same of what are no persons: all of it."""
    return Breakdown(tuple(map(Line, groups)), _total(groups, (), True))


def _why(place: int, hidden: Collection[int], small: Collection[int]) -> str:
    if place in small:
        return "small"
    return "beside" if place in hidden else ""


def _many(groups: Sequence[Group], small: Collection[int]) -> bool:
    """Two small groups or more hide each other, unless all are as small, or as large, as can be."""
    return len(small) < sum(groups[place].persons for place in small) < (SMALL - 1) * len(small)


def _open(groups: Sequence[Group], small: int, beside: int) -> bool:
    """May the small group have this or that many persons, for whoever knows how many the two have together?"""
    together = groups[small].persons + groups[beside].persons
    # The one beside it is none larger than any that is shown, and smaller than those before it.
    most = min(
        group.persons - (place < beside) for place, group in enumerate(groups)
        if group.persons and place not in (small, beside)
    )  # fmt: skip
    return max(1, together - most) < min(SMALL - 1, together - SMALL)


def _total(groups: Sequence[Group], hidden: Collection[int], told: bool) -> Total:
    """Of hidden persons, some and not all; of an amount, as much as leaves open that there is none of it."""
    parts, sums = (
        list(zip(*(getattr(group, name) for group in groups), strict=True)) for name in ("parts", "sums")
    )  # fmt: skip
    if not told:
        return Total(None, (None,) * len(parts), (None,) * len(sums))
    unseen = sum(groups[place].persons for place in hidden)

    def of(column: Sequence[int], least: int, most: int | None) -> int | None:
        own = sum(column[place] for place in hidden)
        return sum(column) if not hidden or (least <= own and (most is None or own < most)) else None

    return Total(
        sum(group.persons for group in groups), tuple(of(column, 1, unseen) for column in parts),
        tuple(of(column, SMALL, None) for column in sums),
    )  # fmt: skip
