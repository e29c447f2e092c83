"""A learner says what is wrong with a question of a quiz: one report at a time of a question, each with an answer.

No permissions are checked here; whoever calls must have done so. ``modules`` narrows to reports from those modules;
None: from all, and from quizzes of no module.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Case as Either
from django.db.models import Count, F, Max, Min, Q, QuerySet, Subquery, Value, When

from .. import Refusal
from .. import marked as _
from ..waiting import First, Some, first, how_many
from . import api
from .data import REPORTED, About, CaseValue, Counts, Question, ReportedLine, ReportValue
from .models import Case, ReportedQuestion

LONGEST = 2000  # characters of a report
Modules = frozenset[str] | None


class ReportedBefore(Refusal):
    """The learner's own report of this question is not answered yet; it stands as it is."""


def report(about: About, text: str, token: str, today: date, days: int, now: datetime) -> CaseValue:
    """Open a case about the question, to be answered within ``days`` working days; the same one sent twice is one.

    Raises ReportedBefore, and Refusal for an empty or too long text, or after too many questions of one day.
    """
    words = text.replace("\0", "").strip()
    if not words:
        raise Refusal(_("Write what is wrong with the question first."))
    if len(words) > LONGEST:
        raise Refusal(_("Your text is too long. Please use at most {most} characters."), most=LONGEST)
    if found := _own_open(about):
        return _the_same(found, words)
    asked = Question(about.learner_id, REPORTED, _subject(about), words, token, about.page)
    try:
        with transaction.atomic():
            case = api.ask(asked, today, days, now)
            ReportedQuestion.objects.create(
                case_id=case.id, learner_id=about.learner_id, bank_id=about.bank_id, item=about.item,
                bank_hash=about.bank_hash, module=about.module, block=about.block, number=about.number,
                place=about.place, stem=about.stem[:300],
            )  # fmt: skip
            return case
    except IntegrityError:  # two presses at once: the other one was first
        if found := _own_open(about):
            return _the_same(found, words)
        raise


def _subject(about: About) -> str:
    return f"{about.item} {about.bank_hash[:16]} {about.bank_id}"


def _own_open(about: About) -> CaseValue | None:
    own = Case.objects.defer("attached").filter(
        reported__learner_id=about.learner_id, reported__bank_id=about.bank_id, reported__item=about.item,
        reported__open_slot=1,
    )  # fmt: skip
    row = own.first()
    return api.value_of(row) if row else None


def _the_same(found: CaseValue, words: str) -> CaseValue:
    if found.text == words:
        return found
    told = _("You told WINS about this question before: {number}. WINS answers by {date}. You can add to it then.")
    raise ReportedBefore(told, number=found.number, date=found.deadline)


def waiting_in(learner_id: int, block: str, number: int) -> frozenset[int]:
    """Places of the questions of a learner's own try whose report is not answered yet. One query."""
    own = ReportedQuestion.objects.filter(learner_id=learner_id, block=block, number=number, open_slot=1)
    return frozenset(own.values_list("place", flat=True))


def of_bank(bank_id: str) -> Mapping[str, Counts]:
    """How often each question of a bank was reported, by its id. One query."""
    rows = ReportedQuestion.objects.filter(bank_id=bank_id).values("item").order_by()
    found = rows.annotate(total=Count("id"), waiting=Count("open_slot"))
    return {row["item"]: Counts(row["total"], row["waiting"]) for row in found}


def _of(modules: Modules) -> QuerySet:
    found = ReportedQuestion.objects.all()
    return found if modules is None else found.filter(module__in=modules)


def _valued(rows: QuerySet) -> list[ReportValue]:
    return [_value(row.case, row) for row in rows.select_related("case").defer("case__attached")]


def _value(case: Case, row: ReportedQuestion) -> ReportValue:
    about = About(
        row.learner_id,
        row.bank_id,
        row.item,
        row.bank_hash,
        row.module,
        row.block,
        row.number,
        row.place,
        row.stem,
        case.page,
    )
    return ReportValue(row.id, api.value_of(case), about)


def count(modules: Modules) -> int:
    """How many questions were reported."""
    return int(_of(modules).order_by().values("bank_id", "item").distinct().count())


def lines(modules: Modules, most: int, skip: int = 0) -> tuple[ReportedLine, ...]:
    """Questions that were reported: what waits first, the nearest day of an answer before others, then the newest."""
    grouped = _of(modules).order_by().values("bank_id", "item").annotate(
        total=Count("id"), waiting=Count("open_slot"), newest=Max("id"),
        due=Min("case__deadline", filter=Q(open_slot=1)),
    )  # fmt: skip
    found = list(grouped.order_by(F("due").asc(nulls_last=True), "-newest")[skip : skip + most])
    newest = {one.id: one for one in _valued(_of(modules).filter(id__in=[row["newest"] for row in found]))}
    return tuple(
        ReportedLine(newest[row["newest"]], Counts(row["total"], row["waiting"]), row["due"])
        for row in found if row["newest"] in newest
    )  # fmt: skip


def one(report_id: int, modules: Modules) -> ReportValue | None:
    """One report, if it is of these modules."""
    return next(iter(_valued(_of(modules).filter(id=report_id))), None)


def of_case(case_id: int, modules: Modules = None) -> ReportValue | None:
    """The report of a case."""
    return next(iter(_valued(_of(modules).filter(case_id=case_id))), None)


def of_question(bank_id: str, item: str, modules: Modules, most: int) -> tuple[ReportValue, ...]:
    """The reports of one question: what waits first and there the oldest, then the newest of the others."""
    own = _of(modules).filter(bank_id=bank_id, item=item)
    waiting = _valued(own.filter(open_slot=1).order_by("id")[:most])
    return (*waiting, *_valued(own.filter(open_slot=None).order_by("-id")[: most - len(waiting)]))


def counts(bank_id: str, item: str, modules: Modules) -> Counts:
    """How often one question was reported."""
    own = _of(modules).filter(bank_id=bank_id, item=item)
    return Counts(**own.aggregate(total=Count("id"), open=Count("open_slot")))


def _waiting(modules: Modules) -> QuerySet:
    rows = Case.objects.filter(state="open", kind=REPORTED, reported__isnull=False)
    found = rows if modules is None else rows.filter(reported__module__in=modules)
    return found.select_related("reported").defer("attached")


def first_open(modules: Modules, by: int, after: int = 0) -> First[ReportValue]:
    """The report that ``by`` should answer first, nobody her own; ``after`` is the last one that she put off."""
    last = Case.objects.filter(id=after).values("deadline")[:1]
    put_off = Q(deadline__lt=last) | Q(deadline=last, id__lte=after) if after else None
    rows = _waiting(modules).exclude(learner_id=by)
    return first(rows, ("deadline", "id"), lambda row: _value(row, row.reported), put_off)


def beside_questions(today: date, most: int) -> tuple[Some[CaseValue], Some[date]]:
    """What ``api.some_open`` tells, and of reports how many wait, how many are late, and the first day. One query."""
    rows = Case.objects.defer("attached").filter(state="open")
    ours, theirs, late = rows.filter(kind=REPORTED), rows.exclude(kind=REPORTED), Q(deadline__lt=today)
    found = list(
        rows.annotate(
            ours=Either(When(kind=REPORTED, then=Value(1)), default=Value(0)),
            total=how_many(theirs), late=how_many(theirs.filter(late)),
            reports=how_many(ours), reports_late=how_many(ours.filter(late)),
            due=Subquery(ours.order_by("deadline").values("deadline")[:1]),
        ).order_by("ours", "deadline", "id")[:most]
    )  # fmt: skip
    if not found:
        return Some(), Some()
    one, questions = found[0], (row for row in found if row.kind != REPORTED)
    return (
        Some(one.total, one.late, tuple(map(api.value_of, questions))),
        Some(one.reports, one.reports_late, (one.due,) if one.reports else ()),
    )
