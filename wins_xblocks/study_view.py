"""A learner's study time of one module, as My study time shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .domain.study_time.data import StruckTime
from .module_view import ModuleView
from .study_days import StudyDays, study_days
from .study_sums import accepted_words, both_by_day, today_words, week_words


@dataclass(frozen=True)
class StudyView:
    """One module. ``module`` tells the sums, the same as on My WINS path."""

    module: ModuleView
    today: str
    week: str
    by_day: StudyDays
    accepted: str

    @property
    def id(self) -> str:
        return self.module.standing.module.id


def study_view(
    module: ModuleView, by_day: Sequence[tuple[date, int]], book: Mapping[date, int], struck: Sequence[StruckTime],
    today: date,
) -> StudyView:  # fmt: skip
    """``by_day``: credited ms, ``book``: book ms that count, by day of the programme's calendar."""
    hours = module.standing.hours
    both = both_by_day(by_day, book, hours.online_factor)
    return StudyView(
        module=module,
        today=today_words(both, today),
        week=week_words(both, today),
        by_day=study_days(both, struck, hours.online_factor, today),
        accepted=accepted_words(hours),
    )
