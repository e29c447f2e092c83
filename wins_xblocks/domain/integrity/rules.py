"""What stands out among the tries at one bank. Pure; why these measures, and their sources: ``docs/integrity.md``."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from math import log, sqrt
from statistics import NormalDist, median, quantiles

from .data import ANSWERS, TIME, Compared, Field, Found

LEAST_TRIES = 30
MOST_TRIES = 1000  # the newest of a bank: each is compared with each of the others
# Of a learner's answers: who missed fewer has too few to compare, who missed more is nearly guessing, passes nothing,
# and has too few like her.
LEAST_WRONG, MOST_WRONG = 5, 0.5
LEAST_SAME = 5  # wrong answers of two; and half of what the one who missed less missed
NEAR = 60  # learners who missed about as many
NOTHING_SPECIAL = 2  # standard deviations above what is to be expected
ALMOST_SURE = 0.95  # no answer is thought to be likelier
# What chance alone may find in a whole bank, once in so many; a small bank is judged like one of COHORT learners.
ANSWERS_BY_CHANCE, TIME_BY_CHANCE, COHORT = 0.04, 0.01, 300
LEAST_SPREAD = 0.25  # of the logarithm of times: no group of learners is more alike
TIMES_FASTER = 3  # than half of all


def found(field: Field, new: Collection[int]) -> list[Found]:
    """All that stands out and in which a try of ``new`` (ids) has a part, the least likely first."""
    if len(field.tries) < LEAST_TRIES:
        return []
    return sorted([*_equal(field, new), *_quick(field, new)], key=lambda one: one.chance)


def _equal(field: Field, new: Collection[int]) -> Iterator[Found]:
    """Pairs with the same wrong answers, more often than chance does it in a whole bank.

    Holland's K-index with the Bonferroni bound, as ETS uses it, each wrong answer with its own probability.
    """
    own = [
        one for one in field.tries
        if LEAST_WRONG <= one.wrong.bit_count() <= MOST_WRONG * one.answered.bit_count()
    ]  # fmt: skip
    if len(own) < LEAST_TRIES:
        return
    most = max(len(own), COHORT)
    bound = ANSWERS_BY_CHANCE / (most * (most - 1) / 2)
    crowd = _Crowd(field, own)
    for one, other in _alike(own, new):
        if pair := crowd.pair(one, other, bound):
            yield pair


def _alike(own: Sequence[Compared], new: Collection[int]) -> Iterator[tuple[Compared, Compared]]:
    """Pairs that may be worth a closer look; the work of all others is one AND."""
    fresh, rows = set(new), [(one, one.wrong, one.wrong.bit_count()) for one in own]
    for place, (one, wrong, missed) in enumerate(rows):
        is_new = one.id in fresh
        for other, other_wrong, other_missed in rows[:place]:
            same = (wrong & other_wrong).bit_count()
            if same >= LEAST_SAME and 2 * same >= min(missed, other_missed) and (is_new or other.id in fresh):
                yield one, other


class _Crowd:
    """Learners by how much they missed, so that each is compared with those who missed about as much."""

    def __init__(self, field: Field, own: Sequence[Compared]) -> None:
        self.wrongs = field.wrongs
        self.order = sorted(own, key=lambda one: (one.wrong.bit_count() / one.answered.bit_count(), one.id))
        self.rank = {one.id: place for place, one in enumerate(self.order)}
        self.near = min(NEAR, len(own) // 2)

    def pair(self, one: Compared, other: Compared, bound: float) -> Found | None:
        """The two where chance makes them so alike at most ``bound``; of both ways to look at it the likelier one."""
        shared = one.answered & other.answered
        mine, theirs = (self._within(try_.wrong, shared) for try_ in (one, other))
        same = (one.wrong & other.wrong).bit_count()
        chance, expected = self._chance(one, mine, other, same)
        if chance > bound:
            return None
        back, expected_back = self._chance(other, theirs, one, same)
        if back > bound:
            return None
        both = self._questions(mine) & self._questions(theirs)
        facts = {
            "same": same, "missed": both.bit_count(), "one": len(mine), "other": len(theirs),
            "asked": shared.bit_count(), "expected": round(max(expected, expected_back), 2),
        }  # fmt: skip
        return Found(ANSWERS, (one, other), facts, max(chance, back))

    def _within(self, wrong: int, shared: int) -> list[int]:
        """Bits of wrong answers to questions of ``shared``."""
        return [bit for bit in _bits(wrong) if self.wrongs[bit].question & shared]

    def _questions(self, bits: Sequence[int]) -> int:
        return sum({self.wrongs[bit].question for bit in bits})

    def _chance(self, source: Compared, bits: Sequence[int], reader: Compared, same: int) -> tuple[float, float]:
        """(how likely somebody like ``reader`` gives ``same`` or more of these answers, how many are to be expected).

        Each answer is as likely as it is among all, times how much more (or less) often those who missed about as much
        as the reader give the source's answers. What is nothing special at a glance is 1.
        """
        given, thought, among = 1.0, 0.0, sum(1 << bit for bit in bits)
        questions, usual = self._questions(bits), sum(self.wrongs[bit].share for bit in bits)
        for third in self._like(source, reader):
            given += (third.wrong & among).bit_count()
            if third.answered & questions == questions:
                thought += usual
            else:
                thought += sum(self.wrongs[bit].share for bit in bits if self.wrongs[bit].question & third.answered)
        expected = usual * given / thought if thought else len(bits)
        if same < expected + NOTHING_SPECIAL * sqrt(max(expected * (1 - expected / len(bits)), 0)):
            return 1.0, expected
        likely = [min(self.wrongs[bit].share * expected / usual, ALMOST_SURE) for bit in bits]
        return at_least(same, likely), expected

    def _like(self, source: Compared, reader: Compared) -> Iterator[Compared]:
        start = max(0, min(self.rank[reader.id] - self.near // 2 - 1, len(self.order) - self.near - 2))
        near = (one for one in self.order[start : start + self.near + 2] if one.id not in (source.id, reader.id))
        return islice(near, self.near)


def at_least(count: int, likely: Sequence[float]) -> float:
    """How likely ``count`` or more of independent events happen, each ``likely`` by itself (compound binomial)."""
    spread = [1.0]
    for share in likely:
        fails, happens = [one * (1 - share) for one in spread], [one * share for one in spread]
        spread = [one + more for one, more in zip([*fails, 0.0], [0.0, *happens], strict=True)]
    return min(sum(spread[count:]), 1.0)


def _bits(number: int) -> Iterator[int]:
    while number:
        yield (number & -number).bit_length() - 1
        number &= number - 1


def _quick(field: Field, new: Collection[int]) -> Iterator[Found]:
    """Tries among the best quarter that took far less time than others: by the lognormal model of response times.

    Only times below the middle say how much these spread: who leaves the page open overnight makes no other one quick.
    """
    timed = [one for one in field.tries if one.seconds > 0 and one.asked]
    if len(timed) < LEAST_TRIES:
        return
    paces = {one.id: log(one.seconds / one.asked) for one in timed}
    middle = median(paces.values())
    below = [middle - pace for pace in paces.values() if pace < middle]
    spread = max(median(below) / NormalDist().inv_cdf(0.75) if below else 0.0, LEAST_SPREAD)
    good = quantiles([one.share for one in timed], n=4)[2]
    usual = median(one.seconds for one in timed)
    for one in timed:
        chance = NormalDist().cdf((paces[one.id] - middle) / spread)
        quick = chance <= TIME_BY_CHANCE / max(len(timed), COHORT) and middle - paces[one.id] >= log(TIMES_FASTER)
        if quick and one.id in new and one.share >= good:
            facts = {"seconds": one.seconds, "usual": round(usual), "share": round(one.share, 4), "asked": one.asked}
            yield Found(TIME, (one,), facts, chance)
