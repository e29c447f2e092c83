"""Questions to WINS: each gets a number and a day by which it is answered."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..outbox import api as outbox
from . import rules
from .data import CaseValue
from .models import Case

LONGEST = 4000  # characters
MOST_A_DAY = 20  # of one learner: each question is two mails


def _value(row: Case) -> CaseValue:
    return CaseValue(
        row.number or "", row.kind, row.subject, row.learner_id, row.page, row.text, row.state, row.opened_at,
        row.deadline,
    )  # fmt: skip


def ask(
    learner_id: int, kind: str, subject: str, text: str, token: str, page: str, today: date, days: int, now: datetime
) -> CaseValue:
    """Open a case; the same form sent twice (``token``) is one case. Raises Refusal for an empty or too long text."""
    words = text.strip()
    if not words:
        raise Refusal(_("Write your question first."))
    if len(words) > LONGEST:
        raise Refusal(_("Your question is too long. Please use at most {most} characters."), most=LONGEST)
    others = Case.objects.filter(learner_id=learner_id, opened_at__gt=now - timedelta(days=1)).exclude(token=token)
    if others.count() >= MOST_A_DAY:
        raise Refusal(_("You have sent many questions today. Please wait for our answers."))
    try:
        return _open(learner_id, kind, subject, words, token, page, rules.working_days_after(today, days), now)
    except IntegrityError:
        found = Case.objects.filter(token=token, learner_id=learner_id).first()
        if found is None:  # somebody else's form
            raise Refusal(_("This form is out of date. Open the page again.")) from None
        return _value(found)


def _open(
    learner_id: int, kind: str, subject: str, text: str, token: str, page: str, deadline: date, now: datetime
) -> CaseValue:
    with transaction.atomic():
        row = Case.objects.create(
            kind=kind, subject=subject[:128], learner_id=learner_id, page=page[:255], text=text, token=token,
            opened_at=now, deadline=deadline,
        )  # fmt: skip
        row.number = f"W-{row.id:06d}"
        row.save(update_fields=["number"])
        audit.append(f"case:{row.id}", "case.opened", now, actor_id=learner_id, facts={"kind": kind})
        values = {"number": row.number, "kind": kind, "deadline": deadline.isoformat()}
        outbox.write("case_opened", row.number, now, now, None, values)
        outbox.write("case_received", row.number, now, now, learner_id, values)
        return _value(row)


def open_cases(most: int = 200) -> tuple[CaseValue, ...]:
    """What waits for an answer, the nearest deadline first."""
    return tuple(_value(row) for row in Case.objects.filter(state="open").order_by("deadline", "id")[:most])


def of_learner(learner_id: int, most: int, skip: int = 0) -> tuple[CaseValue, ...]:
    """The learner's own questions, newest first, without the first ``skip``."""
    rows = Case.objects.filter(learner_id=learner_id).order_by("-id")
    return tuple(_value(row) for row in rows[skip : skip + most])
