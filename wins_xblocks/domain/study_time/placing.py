"""Where a visit stands in the ledger, and what stands beside it."""

from dataclasses import replace
from datetime import date

from django.db.models import Q, Sum

from . import statements
from .data import PageTicket, SessionTicket
from .models import StudyDay, StudySession

Read = tuple[list[statements.Row], int, int | None]  # visits, the registration's total, its today


def begun(learner_id: int, key: str) -> int | None:
    """The instant at which a visit began, UTC ms; None before anything was told of it."""
    begins: int | None = (
        StudySession.objects.filter(learner_id=learner_id, key=key).values_list("begins", flat=True).first()
    )
    return begins


def placed(ticket: SessionTicket, today: date) -> tuple[SessionTicket, Read]:
    """What is read for a beat, and its ticket.

    Pages may have opened the same visit before one of them told of it: the beginning that was told first stands.
    """
    read = _read(ticket.page, ticket.epoch, today)
    own = next((row.begins for row in read[0] if row.key == ticket.key), None)
    begins = begun(ticket.page.learner_id, ticket.key) if own is None else own
    if begins is None or begins == ticket.epoch:
        return ticket, read
    return replace(ticket, epoch=begins), _read(ticket.page, begins, today)


def _read(page: PageTicket, epoch: int, today: date) -> Read:
    """The learner's sessions that may touch a visit begun at ``epoch``, the registration's total and its today
    (None: no row yet).

    One statement. No upper bound on ``begins``: an early span that arrives late would miss its own row.
    """
    found = statements.read(page, epoch, today)
    if found[0]:
        return found
    days = StudyDay.objects.filter(learner_id=page.learner_id, registration_id=page.registration_id)
    sums = days.aggregate(total=Sum("ms"), today=Sum("ms", filter=Q(day=today)))
    return [], sums["total"] or 0, sums["today"]
