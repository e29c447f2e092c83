"""Formulas of test theory. Pure; each with its source in ``docs/statistics.md``."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import sqrt
from statistics import fmean, median, stdev

from .data import (
    EASY,
    EMPTY,
    FLAT,
    GROUP,
    HARD,
    IDLE,
    Answer,
    Cut,
    Look,
    OptionNumbers,
    QuestionNumbers,
    Shape,
    TestNumbers,
)
from .sums import Score, Sums, products, total

MOST_PAIRED = 500  # questions: the work grows with their square
BARS = 10
CUTS = tuple(range(50, 95, 5))
Table = Counter[tuple[Score, Answer]]


def question(sums: Sums, at: int) -> QuestionNumbers:
    """One question that was asked."""
    shape, table, tries = sums.shapes[at], sums.table(at), sums.asked(at)
    share = sum(answer[0] * count for (_score, answer), count in table.items()) / (tries * shape.parts)
    strong, weak = (_group(shape, table, strong) for strong in (True, False))
    rest_r, spread = _rest_r(shape, sums.weights[at], table), len({m / most for (m, most), _answer in table}) > 1
    empty = sum(count for (_score, answer), count in table.items() if answer[2]) / tries
    options = tuple(_options(shape, table, strong, weak))
    return QuestionNumbers(
        tries, share, rest_r, strong[""] - weak[""] if spread else None, empty, options,
        tuple(_looks(share, rest_r, empty, options)),
    )  # fmt: skip


def _rest_r(shape: Shape, weight: int, table: Table) -> float | None:
    """Correlation of the mark with the share of the other marks of the same try."""
    own = weight * shape.parts
    points = [
        (answer[0], (marks - weight * answer[0]) / (most - own), count)
        for ((marks, most), answer), count in table.items() if most > own
    ]  # fmt: skip
    count = sum(n for _x, _y, n in points)
    if not count:
        return None
    mean_x, mean_y = (sum(point[axis] * point[2] for point in points) / count for axis in (0, 1))
    xx = sum((x - mean_x) ** 2 * n for x, _y, n in points)
    yy = sum((y - mean_y) ** 2 * n for _x, y, n in points)
    xy = sum((x - mean_x) * (y - mean_y) * n for x, y, n in points)
    return xy / sqrt(xx * yy) if xx and yy > 1e-20 * count else None


def _group(shape: Shape, table: Table, strong: bool) -> dict[str, float]:
    """Of the strongest (or weakest) share of the tries: the mean share of the mark ("") and of each option.

    Tries with the score at the border count in part, so that the order of equal ones does not matter.
    """
    by_score: dict[float, Counter[str]] = defaultdict(Counter)
    sizes: Counter[float] = Counter()
    for ((marks, most), (parts, chosen, _empty)), count in table.items():
        score = marks / most
        sizes[score] += count
        by_score[score].update({"": parts * count, **dict.fromkeys(chosen, count)})
    wanted = left = GROUP * table.total()
    found: dict[str, float] = {"": 0.0, **dict.fromkeys(shape.options, 0.0)}
    for score in sorted(sizes, reverse=strong):
        part = min(left / sizes[score], 1)
        for name, count in by_score[score].items():
            found[name] += part * count / wanted
        left -= part * sizes[score]
        if left <= 0:
            break
    return found | {"": found[""] / shape.parts}


def _options(shape: Shape, table: Table, strong: dict[str, float], weak: dict[str, float]) -> Iterator[OptionNumbers]:
    chosen: Counter[str] = Counter()
    for (_score, answer), count in table.items():
        chosen.update(dict.fromkeys(answer[1], count))
    for name in shape.options:
        yield OptionNumbers(name, name in shape.right, chosen[name] / table.total(), strong[name], weak[name])


def _looks(share: float, rest_r: float | None, empty: float, options: Sequence[OptionNumbers]) -> Iterator[Look]:
    """What stands out. What nearly everybody knows cannot tell people apart: that is no fault of it."""
    right = min((option.strong for option in options if option.right), default=1.0)
    rivals = sorted((o for o in options if not o.right and o.strong > right), key=lambda o: -o.strong)
    turned = rest_r is not None and rest_r < 0 and share <= EASY
    if rivals or turned:
        yield Look("key", tuple(option.id for option in rivals))
    if share < HARD:
        yield Look("hard")
    if rest_r is not None and 0 <= rest_r < FLAT and share <= EASY and not rivals:
        yield Look("flat")
    if empty > EMPTY:
        yield Look("empty")
    if share > EASY:
        yield Look("easy")
    idle = tuple(option.id for option in options if not option.right and option.share < IDLE)
    if idle and share <= EASY:
        yield Look("idle", idle)


def test(sums: Sums, places: Sequence[int]) -> TestNumbers:
    """The quiz as a whole; agreement among the questions at ``places``."""
    length = sum(sums.asked(at) for at in places) / sums.tries
    shares = [marks / most for marks, most in sums.scores]
    mean, deviation, found = fmean(shares), stdev(shares), alpha(sums, places, length)
    bars = Counter(min(marks * BARS // most, BARS - 1) for marks, most in sums.scores)
    return TestNumbers(
        sums.tries, length, mean, deviation, found, None if found is None else deviation * sqrt(max(1 - found, 0)),
        int(median(sums.seconds)), sums.pass_percent, tuple(bars[bar] for bar in range(BARS)),
        tuple(_cuts(sums)),
    )  # fmt: skip


def _cuts(sums: Sums) -> Iterator[Cut]:
    """At usual shares and at the one that is needed now. Exact: 69.99 % is not 70 %."""
    for percent in sorted({*CUTS, *([sums.pass_percent] if sums.pass_percent else [])}):
        yield Cut(percent, sum(marks * 100 >= percent * most for marks, most in sums.scores))


def alpha(sums: Sums, places: Sequence[int], length: float) -> float | None:
    """Cronbach's alpha of a test of ``length`` questions like these; KR-20 where each is right or not.

    From the mean variance and the mean covariance, each pair by the tries that were asked both: where all were asked
    all, it is the usual formula.
    """
    if not 2 <= len(places) <= MOST_PAIRED:
        return None
    bits = {at: sums.bits(at) for at in places}
    variances = [found for at in places if (found := _covariance(sums, bits, at, at)) is not None]
    pairs = (_covariance(sums, bits, first, second) for first, second in combinations(places, 2))
    covariances = [found for found in pairs if found is not None]
    if not variances or not covariances:
        return None
    variance, covariance = (sum(own) / len(own) for own in (variances, covariances))
    below = variance + (length - 1) * covariance
    return length * covariance / below if below > 0 else None


def _covariance(sums: Sums, bits: dict[int, list[int]], first: int, second: int) -> float | None:
    """Of the marks of two questions, or of one with itself; None where no two tries were asked both."""
    (asked, *own), (also, *other) = bits[first], bits[second]
    both = asked & also
    tries = both.bit_count()
    if tries < 2:
        return None
    sum_own, sum_other, sum_both = total(own, both), total(other, both), products(own, other)
    exact = (tries * sum_both - sum_own * sum_other) * sums.weights[first] * sums.weights[second]
    return exact / (tries * (tries - 1))
