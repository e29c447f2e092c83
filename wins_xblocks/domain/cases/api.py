"""Questions to WINS: each gets a number and a day by which it is answered."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..outbox import api as outbox
from ..together import Read
from ..transactions import outermost
from ..waiting import First, Some, first, some
from . import rules
from .data import REPORTED, CaseValue, Question
from .models import Case, ReportedQuestion

LONGEST = 4000  # characters
MOST_A_DAY = 20  # of one learner: each question is two mails


class AnswerWrong(Refusal):
    """No answer, or one that is too long."""


def value_of(row: Case) -> CaseValue:
    return CaseValue(
        row.number or "", row.kind, row.subject, row.learner_id, row.page, row.text, row.state, row.opened_at,
        row.deadline, row.answer, row.answered_at, row.answered_by, row.id,
    )  # fmt: skip


def ask(
    question: Question, today: date, days: int, now: datetime, attach: Callable[[], Mapping[str, Any]] | None = None
) -> CaseValue:
    """Open a case, to be answered within ``days`` working days; the same form sent twice is one case.

    ``attach`` gathers what goes with it, as JSON can hold it, which may be work: it is called for nothing that is
    refused or there already.
    Raises Refusal for an empty or too long text.
    """
    words, page = _storable(question.text).strip(), _storable(question.page)
    if not words:
        raise Refusal(_("Write your question first."))
    if len(words) > LONGEST:
        raise Refusal(_("Your question is too long. Please use at most {most} characters."), most=LONGEST)
    own = Case.objects.filter(learner_id=question.learner_id)
    if own.filter(opened_at__gt=now - timedelta(days=1)).exclude(token=question.token).count() >= MOST_A_DAY:
        raise Refusal(_("You have sent many questions today. Please wait for our answers."))
    found = own.filter(token=question.token).defer("attached").first()
    if found:
        return value_of(found)
    asked, gathered = replace(question, text=words, page=page), attach() if attach else None
    try:
        return _open(asked, gathered, rules.working_days_after(today, days), now)
    except IntegrityError:
        found = own.filter(token=question.token).first()
        if found is None:  # somebody else's form
            raise Refusal(_("This form is out of date. Open the page again.")) from None
        return value_of(found)


def _storable(text: str) -> str:
    """Not every database takes the character NUL."""
    return text.replace("\0", "")


def _open(asked: Question, attached: Mapping[str, Any] | None, deadline: date, now: datetime) -> CaseValue:
    with transaction.atomic():
        row = Case.objects.create(
            kind=asked.kind, subject=asked.subject[:128], learner_id=asked.learner_id, page=asked.page[:255],
            text=asked.text, token=asked.token, opened_at=now, deadline=deadline, attached=attached,
        )  # fmt: skip
        row.number = f"W-{row.id:06d}"
        row.save(update_fields=["number"])
        audit.append(f"case:{row.id}", "case.opened", now, actor_id=asked.learner_id, facts={"kind": asked.kind})
        values = {"number": row.number, "kind": asked.kind, "deadline": deadline.isoformat()}
        outbox.write("case_opened", row.number, now, now, None, values)
        outbox.write("case_received", row.number, now, now, asked.learner_id, values)
        return value_of(row)


@outermost
def answer(number: str, text: str, by: int, now: datetime) -> CaseValue:
    """Answer an open case, once; its learner gets a mail without the answer.

    Raises AnswerWrong for an empty or too long text, Refusal when there is nothing to answer any more.
    """
    words = _storable(text).strip()
    if not words:
        raise AnswerWrong(_("Write the answer first. The learner reads it."))
    if len(words) > LONGEST:
        raise AnswerWrong(_("The answer is too long. Please use at most {most} characters."), most=LONGEST)
    waiting = Case.objects.filter(number=number, state="open")
    if waiting.filter(learner_id=by).exists():
        raise Refusal(_("This is your own question. Somebody else must answer it."))
    if not waiting.update(state="answered", answer=words, answered_at=now, answered_by=by):
        raise Refusal(_("This question was answered already. Nothing was changed."))
    row = Case.objects.defer("attached").get(number=number)
    if row.kind == REPORTED:
        ReportedQuestion.objects.filter(case_id=row.id).update(open_slot=None)
    audit.append(f"case:{row.id}", "case.answered", now, actor_id=by, facts={"kind": row.kind})
    outbox.write("case_answered", number, now, now, row.learner_id, {"number": number})
    return value_of(row)


def case(number: str) -> CaseValue | None:
    """The case of this number."""
    row = Case.objects.defer("attached").filter(number=number).first()
    return value_of(row) if row else None


def by_id(case_id: int) -> CaseValue | None:
    """The same by its id."""
    row = Case.objects.defer("attached").filter(id=case_id).first()
    return value_of(row) if row else None


def _waiting() -> QuerySet:
    """What waits for the Academy; questions of quizzes that were reported are asked for by themselves."""
    return Case.objects.defer("attached").filter(state="open").exclude(kind=REPORTED)


def first_open(by: int, after: int = 0) -> First[CaseValue]:
    """The question that ``by`` should answer first, nobody her own; ``after`` is the last one that she put off."""
    rows = _waiting().exclude(learner_id=by)
    last = Case.objects.filter(id=after).values("deadline")[:1]
    put_off = Q(deadline__lt=last) | Q(deadline=last, id__lte=after) if after else None
    return first(rows, ("deadline", "id"), value_of, put_off)


def attached_to(number: str) -> dict[str, Any]:
    """What was attached to a case when it was opened; nothing when there was nothing, or it was erased."""
    return Case.objects.filter(number=number).values_list("attached", flat=True).first() or {}


def open_cases(most: int = 200) -> tuple[CaseValue, ...]:
    """What waits for an answer, the nearest deadline first."""
    return tuple(value_of(row) for row in _waiting().order_by("deadline", "id")[:most])


def count_open() -> int:
    return int(_waiting().count())


def some_open(today: date, most: int, skip: int = 0) -> Some[CaseValue]:
    """What waits for an answer, the nearest deadline first, with how many wait and how many are late."""
    return some(_waiting(), ("deadline", "id"), value_of, Q(deadline__lt=today), most, skip)


def of_learner(learner_id: int, most: int, skip: int = 0) -> tuple[CaseValue, ...]:
    """The learner's own questions, newest first, without the first ``skip``."""
    rows = Case.objects.defer("attached").filter(learner_id=learner_id).order_by("-id")
    return tuple(value_of(row) for row in rows[skip : skip + most])


def read(learner_id: int, most: int) -> Read[tuple[CaseValue, ...]]:
    """The same as a part of a statement; how many more there are, nobody counts."""
    rows = Case.objects.defer("attached").filter(learner_id=learner_id).order_by("-id")[:most]
    return Read(rows, lambda found: tuple(value_of(row) for row in sorted(found, key=lambda row: -row.id)))
