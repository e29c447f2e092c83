"""How questions perform: what is counted, and what comes out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

LEAST = 30  # tries: numbers of fewer move with each learner
GROUP = 0.27  # share of tries that are the strong ones, and the weak ones
HARD, EASY, FLAT, IDLE, EMPTY = 0.2, 0.95, 0.2, 0.05, 0.1
URGENT = ("key", "hard", "flat", "empty")

# An answer: how many parts of it are right, the options that were chosen, and is there none at all?
Answer = tuple[int, tuple[str, ...], bool]


@dataclass(frozen=True)
class Shape:
    """A question as numbers see it: its mark is 0 to ``parts`` equal parts of ``points``."""

    parts: int = 1
    points: int = 1
    options: tuple[str, ...] = ()
    right: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """A try: its answers by the place of the question, and how long it took."""

    answers: Sequence[tuple[int, Answer]]
    seconds: int
    pass_percent: int


@dataclass(frozen=True)
class OptionNumbers:
    """One option: the share of all who were asked that chose it, and of the strong and the weak ones."""

    id: str
    right: bool
    share: float
    strong: float
    weak: float


@dataclass(frozen=True)
class Look:
    """Why somebody should look at a question; ``options`` are those meant, the most striking one first."""

    kind: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionNumbers:
    """``share``: mean share of the mark (p). ``rest_r``: correlation with the rest of the try; ``upper_lower``: D.

    None where nothing varies. ``looks`` is what stands out, the most urgent first.
    """

    tries: int
    share: float
    rest_r: float | None
    upper_lower: float | None
    empty: float
    options: tuple[OptionNumbers, ...]
    looks: tuple[Look, ...]

    @property
    def urgent(self) -> bool:
        return any(look.kind in URGENT for look in self.looks)


@dataclass(frozen=True)
class Cut:
    """Were so many percent needed to pass: how many tries would have passed."""

    percent: int
    passed: int


@dataclass(frozen=True)
class TestNumbers:
    """A whole quiz. Shares are 0 to 1; ``bars`` count tries by tenths of the marks, the last one with 100 %.

    ``error`` is the standard error of measurement of a share; ``seconds`` the median length of a try.
    """

    __test__ = False

    tries: int
    length: float
    mean: float
    deviation: float
    alpha: float | None
    error: float | None
    seconds: int
    pass_percent: int
    bars: tuple[int, ...]
    cuts: tuple[Cut, ...]


@dataclass(frozen=True)
class BankNumbers:
    """What the first tries at a bank came to. ``test`` is None, and a question is not among ``by_place``, below the
    least number of tries; ``asked`` says how many there are of each.
    """

    tries: int
    asked: Mapping[int, int]
    test: TestNumbers | None
    by_place: Mapping[int, QuestionNumbers]
    at: datetime
