"""How many voucher codes will be asked for, from how far the learners with an unused place are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..programme.data import MS_PER_HOUR, Module
from .api import hours_of
from .data import LIVING
from .models import Entitlement

NEAR_HOURS = 10
_CHUNK = 1_000  # registrations whose hours are looked up together


@dataclass(frozen=True)
class Need:
    """Learners with an unused place in one exam: with all hours, with at most ``NEAR_HOURS`` to go, and the rest."""

    exam: str
    reached: int = 0
    near: int = 0
    studying: int = 0

    @property
    def soon(self) -> int:
        """Codes that may be asked for soon. Whoever has the hours may still lack the test."""
        return self.reached + self.near


def forecast(modules: Iterable[Module], factor: int) -> tuple[Need, ...]:
    """The need of each module's exam, in their order. A learner with two places in an exam is counted once."""
    wanted = list(modules)
    required = {module.exam: module.required_ms for module in wanted}
    rows = Entitlement.objects.filter(state=Entitlement.HELD, registration__state__in=LIVING, exam__in=required)
    places = list(rows.order_by().values_list("exam", "learner_id", "registration_id").distinct())
    counted = _counted(sorted({registration_id for _exam, _learner, registration_id in places}), factor)
    most: dict[tuple[str, int], int] = {}
    for exam, learner_id, registration_id in places:
        most[exam, learner_id] = max(most.get((exam, learner_id), 0), counted[registration_id])
    of = Counter((exam, _step(required[exam] - ms)) for (exam, _learner), ms in most.items())
    return tuple(Need(exam, *(of[exam, step] for step in ("reached", "near", "studying"))) for exam in required)


def _counted(ids: list[int], factor: int) -> dict[int, int]:
    chunks = (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
    return {id_: hours.counted for chunk in chunks for id_, hours in hours_of(chunk, factor).items()}


def _step(left_ms: int) -> str:
    if left_ms <= 0:
        return "reached"
    return "near" if left_ms <= NEAR_HOURS * MS_PER_HOUR else "studying"
