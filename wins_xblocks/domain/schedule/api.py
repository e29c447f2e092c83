"""Periodic work: each task in its own period, one process at a time."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from .data import Task
from .models import PeriodicLease, PeriodicTask

LEASE = timedelta(minutes=15)
NAME = "periodic"


def take_lease(now: datetime) -> str | None:
    """Become the one who runs; a token, or None when somebody else is. A lease of a dead process runs out."""
    token = secrets.token_hex(16)
    PeriodicLease.objects.get_or_create(name=NAME, defaults={"until": now})
    free = PeriodicLease.objects.filter(name=NAME).filter(Q(until__lte=now) | Q(holder=""))
    return token if free.update(holder=token, until=now + LEASE) else None


def give_lease(token: str, now: datetime) -> None:
    """Let go of the lease, unless it ran out and is somebody else's by now."""
    PeriodicLease.objects.filter(name=NAME, holder=token).update(holder="", until=now)


def run_due(tasks: Iterable[Task], now: datetime, force: bool = False) -> list[tuple[str, str]]:
    """Run the tasks whose period is over; (name, what it did). One task's failure is told and stops no other."""
    told: list[tuple[str, str]] = []
    for task in tasks:
        row, _ = PeriodicTask.objects.get_or_create(name=task.name)
        if row.last_run_at and now - row.last_run_at < task.every and not force:
            continue
        try:
            result = task.run(now)
        except Exception as error:  # noqa: BLE001  told in words; the next task must still run
            told.append((task.name, f"failed: {type(error).__name__}: {error}"))
            continue
        PeriodicTask.objects.filter(name=task.name).update(last_run_at=now, last_result=result[:500])
        told.append((task.name, result))
    return told


def last_runs() -> dict[str, datetime]:
    """When each task last ran to its end."""
    rows = PeriodicTask.objects.filter(last_run_at__isnull=False)
    return {row.name: row.last_run_at for row in rows if row.last_run_at}
