"""Where things stand in a course: its study units, its test and voucher pages, and where a learner goes on. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .people import Page, Unit

QUIZ, MODULE, VOUCHER = "wins_quiz", "wins_module", "wins_exam_voucher"


@dataclass(frozen=True)
class Place:
    """A page of a study unit, with the numbers a learner counts by."""

    unit: Unit
    page: Page
    unit_number: int
    page_number: int


@dataclass(frozen=True)
class Outline:
    """A course as one learner may see it."""

    units: tuple[Unit, ...] = ()

    def page_with(self, block_type: str) -> Page | None:
        """The first page that holds a block of this type."""
        return next((page for page in self._pages() if block_type in _types(page)), None)

    @property
    def test_page(self) -> Page | None:
        """The page of the module test: the last one with a quiz, which has no other unit's text beside it."""
        last = [(unit, page) for unit in self.units for page in unit.pages if QUIZ in _types(page)][-1:]
        return next((page for unit, page in last if unit.pages == (page,)), None)

    @property
    def study_units(self) -> tuple[Unit, ...]:
        """The units to study: not the start, the module test or the voucher page."""
        test = self.test_page
        return tuple(
            unit for unit in self.units
            if unit.pages
            and unit.pages != (test,)
            and not {MODULE, VOUCHER} & {kind for page in unit.pages for kind in _types(page)}
        )  # fmt: skip

    @property
    def quizzes(self) -> Mapping[str, tuple[str, ...]]:
        """Usage keys of the quizzes in each study unit, by the unit's key."""
        return {unit.key: tuple(_keys(unit.pages, QUIZ)) for unit in self.study_units}

    def place(self, unit_key: str, page_key: str, done: Iterable[str]) -> Place | None:
        """Where to go on: the page read last; the first page of the next open unit once that unit is done."""
        finished, places = set(done), list(self._places())
        on_page = (n for n, place in enumerate(places) if place.page.key == page_key)
        in_unit = (n for n, place in enumerate(places) if place.unit.key == unit_key)
        at = next(on_page, next(in_unit, 0))
        ahead = places[at:] + places[:at]
        return next((place for place in ahead if place.unit.key not in finished), next(iter(ahead), None))

    def _pages(self) -> Iterator[Page]:
        return (page for unit in self.units for page in unit.pages)

    def _places(self) -> Iterator[Place]:
        for unit_number, unit in enumerate(self.study_units, 1):
            for page_number, page in enumerate(unit.pages, 1):
                yield Place(unit, page, unit_number, page_number)


def name_of(key: str) -> str:
    """The url_name at the end of a usage key, of the present or the old form."""
    return key.replace("/", "@").rsplit("@", 1)[-1]


def _types(page: Page) -> set[str]:
    return {kind for _, kind in page.blocks}


def _keys(pages: Sequence[Page], block_type: str) -> Iterator[str]:
    return (key for page in pages for key, kind in page.blocks if kind == block_type)
