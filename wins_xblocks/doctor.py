"""All findings about this installation. A question that cannot be asked here is told as one, and stops no other."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from . import findings
from .findings import Finding


def examine(now: datetime) -> list[Finding]:
    """Every finding, errors first."""
    lost = _answers(findings.tables)
    asked: tuple[Callable[[], Iterable[Finding]], ...] = (
        findings.demo_time, findings.packages, findings.filter_steps, findings.tracking, findings.keys,
        findings.completion, findings.isolation,
    )  # fmt: skip
    if not lost:  # each of these would say the same again
        asked += (
            findings.rules, findings.unapplied, findings.stored_codes, partial(findings.pool, now), findings.courses,
            partial(findings.periodic, now), partial(findings.stalled, now),
        )  # fmt: skip
    told = lost + [one for question in asked for one in _answers(question)]
    return sorted(told, key=lambda one: (not one.error, one.id))


def _answers(question: Callable[[], Iterable[Finding]]) -> list[Finding]:
    name = getattr(question, "func", question).__name__
    try:
        return list(question())
    except Exception as error:  # noqa: BLE001  a platform that lacks a table or a package: say so, go on
        return [Finding("wins.W000", False, f"“{name}” could not be asked: {type(error).__name__}: {error}", "")]
