"""Does the ledger add up? Every learner's visits against what was credited, and against the days."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from . import rules
from .models import StudyDay, StudySession
from .rules import Span


def recount(learner_id: int, zone: ZoneInfo) -> list[str]:
    """Every difference between what this learner's pages reported and what was counted, in words; none is right."""
    rows = list(StudySession.objects.filter(learner_id=learner_id).order_by("id"))
    found = [told for row in rows for told in _row_faults(row)]
    reported = rules.merge(*(row.reported for row in rows))
    credited = rules.merge(*(row.credited for row in rows))
    summed = sum(rules.length(row.credited) for row in rows)
    if summed != rules.length(credited):
        found.append(f"{summed - rules.length(credited)} ms are credited twice")
    if _off_sealed_days(learner_id, rules.minus(reported, credited), zone) or rules.minus(credited, reported):
        found.append(f"reported {rules.length(reported)} ms, credited {rules.length(credited)} ms")
    return found + _day_faults(learner_id, rows, zone)


def _off_sealed_days(learner_id: int, spans: Iterable[Span], zone: ZoneInfo) -> set[date]:
    """Days of ``spans`` that are not sealed: on a sealed one, the visit that has the credit may be gone."""
    sealed = StudyDay.objects.filter(learner_id=learner_id, sealed=True).values_list("day", flat=True)
    return set(rules.by_day(spans, zone)) - set(sealed)


def _row_faults(row: StudySession) -> list[str]:
    found = []
    for name, spans in (("reported", row.reported), ("credited", row.credited)):
        if [list(span) for span in rules.merge(spans)] != spans:
            found.append(f"session {row.key}: {name} is not sorted and disjoint")
    if rules.minus(rules.merge(row.credited), rules.merge(row.reported)):
        found.append(f"session {row.key}: credited what was not reported")
    if row.credited_ms != rules.length(row.credited):
        found.append(f"session {row.key}: says {row.credited_ms} ms, holds {rules.length(row.credited)} ms")
    if row.reported and (row.reported[0][0] < row.begins or row.reported[-1][1] != row.ends):
        found.append(f"session {row.key}: its spans are not within its beginning and end")
    return found


def _day_faults(learner_id: int, rows: Sequence[StudySession], zone: ZoneInfo) -> list[str]:
    """Sealed days have lost their sessions by retention: their sums stand."""
    counted: dict[tuple[int, date], int] = defaultdict(int)
    for row in rows:
        for day, ms in rules.by_day(rules.merge(row.credited), zone).items():
            counted[row.registration_id, day] += ms
    days = StudyDay.objects.filter(learner_id=learner_id)
    kept = {(row.registration_id, row.day): row.ms for row in days.filter(sealed=False)}
    sealed = set(days.filter(sealed=True).values_list("registration_id", "day"))
    return [
        f"registration {key[0]}, {key[1]}: the day says {kept.get(key, 0)} ms, its sessions {counted.get(key, 0)} ms"
        for key in sorted({*kept, *counted} - sealed)
        if kept.get(key, 0) != counted.get(key, 0)
    ]
