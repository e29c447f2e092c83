"""Where learners and pools stand: reads only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from .. import Refusal
from .. import marked as _
from ..cases import rules as case_rules
from ..exams import api as exams
from ..exams import rules as exam_rules
from ..exams.data import Outcome
from ..prepared import prepared
from ..programme import api as programme_api
from ..programme.data import Module, Programme
from ..registration import api as registration
from ..registration import places
from ..registration import rules as registration_rules
from ..registration.data import LIVING, ExamFacts, RegistrationValue, Standing
from . import names, requests
from . import rules as voucher_rules
from .data import Ending, HeldVoucher, Name, RequestValue, TakenBackVoucher, VoucherPosition
from .models import TakenBack, Voucher, VoucherExam, VoucherWait

COLUMNS = ("id", "state", "expires_on", "expires_at", "issued_at", "revealed_at", "ended_at", "end_reason",
            "expires_zone")  # fmt: skip


@dataclass(frozen=True)
class _Word:
    """What the learner said of herself, and what people decided for one exam."""

    name: Name | None
    arrangement: RequestValue | None
    country: RequestValue | None
    listed: bool  # does the policy name her country?
    unnamed: bool
    waits: bool  # may nothing be booked before her arrangement is decided?
    by_staff: bool  # does WINS give her the voucher?

    @property
    def country_state(self) -> str:
        """asked, refused, granted, or due when nobody was asked yet; nothing for a country that is not listed."""
        if not self.listed or self.name is None:
            return ""
        asked = self.country if self.country and self.country.what == self.name.country else None
        return asked.state if asked else "due"


class UnknownExam(Refusal):
    """No module of the rules has this exam."""


def position(
    learner_id: int, exam: str, rules: Programme, first_rules: str | None, factor: int, now: datetime
) -> VoucherPosition:
    """Where the learner stands with the voucher for ``exam``. Raises UnknownExam."""
    for own in _positions(learner_id, rules, first_rules, factor, now, exam, only=True):
        return own
    raise UnknownExam(_("This exam does not belong to the programme."))


def positions(
    learner_id: int, rules: Programme, first_rules: str | None, factor: int, now: datetime, exam: str = ""
) -> tuple[VoucherPosition, ...]:
    """The learner's exams, in the programme's order: those of her modules and vouchers, and ``exam`` when it is given.

    A registration that has ended counts for nothing, but its exam stays in sight: a voucher outlives it.
    """
    return _positions(learner_id, rules, first_rules, factor, now, exam)


def _positions(
    learner_id: int, rules: Programme, first_rules: str | None, factor: int, now: datetime, exam: str,
    only: bool = False,
) -> tuple[VoucherPosition, ...]:  # fmt: skip
    """``only``: of ``exam`` alone. Each costs queries, and the pool is locked where one is asked for."""
    known = _read(learner_id, rules, first_rules, factor)
    return composed(known, rules, first_rules, now, exam, only)


@dataclass(frozen=True)
class Known:
    """What was read of one learner before anything is said of her exams, by exam.

    ``standings`` are those of living registrations. What an exam alone costs a query is asked when it is said.
    """

    learner_id: int
    registrations: Sequence[RegistrationValue]
    standings: Sequence[Standing]
    outcomes: Mapping[str, Outcome]
    held: Mapping[str, HeldVoucher]
    name: Name | None
    asked: Mapping[tuple[str, str], RequestValue]
    places: Callable[[str], int]
    had_retake: Callable[[str], bool]
    in_queue: Callable[[str], int]
    taken_back: Callable[[str], TakenBackVoucher | None]


def _read(learner_id: int, rules: Programme, first_rules: str | None, factor: int) -> Known:
    own = registration.of_learners([learner_id]).get(learner_id, [])
    standings = registration.standings([r for r in own if r.state in LIVING], rules, first_rules, factor)
    outcomes = {code: told for (_who, code), told in exams.outcomes([learner_id]).items()}
    return Known(
        learner_id, own, standings, outcomes, _held(learner_id), names.of(learner_id), requests.of_learner(learner_id),
        partial(registration.places, learner_id), partial(places.had_retake, learner_id),
        partial(_place_in_queue, learner_id), partial(_taken_back, learner_id),
    )  # fmt: skip


def composed(
    known: Known, rules: Programme, first_rules: str | None, now: datetime, exam: str = "", only: bool = False
) -> tuple[VoucherPosition, ...]:
    """The same out of what was read before."""
    modules = {standing.module.exam: standing.module for standing in known.standings}
    bound = {r.module: r for r in known.registrations}
    seen = [_rules_of(r, rules, first_rules).module(r.module) for r in known.registrations if r.state not in LIVING]
    seen += [programme_api.module_of_exam(first_rules, code, rules) for code in (*known.held, exam) if code]
    for module in seen:
        if module:
            modules.setdefault(module.exam, module)
    order = [module.exam for module in rules.modules]
    return tuple(
        _position(
            known, module, _rules_of(bound.get(module.id), rules, first_rules),
            _word(module.exam, known.name, known.asked, rules), now,
        )
        for module in sorted(modules.values(), key=lambda m: order.index(m.exam) if m.exam in order else len(order))
        if not only or module.exam == exam
    )  # fmt: skip


def _word(exam: str, name: Name | None, asked: Mapping[tuple[str, str], RequestValue], rules: Programme) -> _Word:
    """By the rules of today: a list of countries binds whoever asks now, and so does who gives vouchers."""
    listed = rules.policies.country_review
    arrangement = asked.get((exam, requests.ARRANGEMENT))
    return _Word(
        name, arrangement, asked.get((exam, requests.COUNTRY)),
        listed=name is not None and name.country in listed,
        unnamed=name is None or bool(listed and not name.country),
        waits=rules.policies.arrangements_before_booking and arrangement is not None and arrangement.open,
        by_staff=rules.policies.get_by == "staff",
    )  # fmt: skip


def _rules_of(own: RegistrationValue | None, rules: Programme, first_rules: str | None) -> Programme:
    return registration.rules_of(own, rules, first_rules) if own else rules


def _position(known: Known, module: Module, rules: Programme, word: _Word, now: datetime) -> VoucherPosition:
    outcome, held = known.outcomes.get(module.exam, Outcome()), known.held.get(module.exam)
    retake = rules.policies.retake
    included = retake.in_package and outcome.failed and not known.had_retake(module.exam)
    facts = replace(
        _facts(known, module, rules, outcome, held, word, now, included), first=_first(module, rules, known.outcomes)
    )
    asked = registration_rules.modules_for_exam(rules, module, known.standings)
    verdict = registration_rules.eligibility(asked, facts, now)
    place, taken_back = known.in_queue(module.exam), known.taken_back(module.exam)
    state = voucher_rules.state(held, outcome, place > 0, taken_back, verdict, now)
    return VoucherPosition(
        known.learner_id, module, "pending" if voucher_rules.sat(state, outcome, now) else state, verdict, held,
        held.expires_on - timedelta(days=rules.policies.safe_days_before_expiry) if held else None,
        voucher_rules.days_left(held.expires_on, voucher_rules.today_in(held.expires_zone, now)) if held else None,
        place, taken_back, outcome.passed_at, outcome.booking, outcome.sat_as,
        facts.retake_from, outcome, _told_by(outcome, rules),
        word.name, word.arrangement, word.country, word.unnamed, word.country_state == "due", word.by_staff, included,
    )  # fmt: skip


def _first(module: Module, rules: Programme, outcomes: Mapping[str, Outcome]) -> str:
    """The title of the Foundation module while its exam must be passed before this one."""
    if rules.policies.exam_order == "any" or module.kind == "foundation":
        return ""
    return next((
        one.title for one in rules.modules
        if one.kind == "foundation" and not outcomes.get(one.exam, Outcome()).passed
    ), "")  # fmt: skip


def _told_by(outcome: Outcome, rules: Programme) -> date | None:
    if outcome.held_at is None:
        return None
    days = rules.policies.answer_within_working_days
    return case_rules.working_days_after(outcome.held_at.astimezone(rules.zone).date(), days)


def _facts(
    known: Known, module: Module, rules: Programme, outcome: Outcome, held: HeldVoucher | None, word: _Word,
    now: datetime, included: bool,
) -> ExamFacts:  # fmt: skip
    lapsed = held is not None and held.lapsed(now)
    return ExamFacts(
        module.exam,
        place=included
        or known.places(module.exam) > 0
        or (lapsed and any(s.module.id == module.id for s in known.standings)),  # it comes back with the voucher's end
        passed=outcome.passed,
        pending=voucher_rules.pending(held, outcome),
        under_review=outcome.on_hold,
        open_voucher=held is not None and held.state in voucher_rules.OPEN and not lapsed,
        retake_from=exam_rules.retake_from(
            outcome, rules.policies.retake.wait_days, rules.policies.retake.most_per_year
        ),
        arrangement_open=word.waits,
        country=word.country_state,
    )


def _held(learner_id: int) -> dict[str, HeldVoucher]:
    rows = _of(learner_id=learner_id)
    return newest(rows, _replaced(ids=[id_ for _exam, id_, *_columns in {row[0]: row for row in rows}.values()]))


def newest(rows: Sequence[Sequence[Any]], replaced: Sequence[Sequence[Any]]) -> dict[str, HeldVoucher]:
    """The newest voucher per exam, of (exam, ``COLUMNS``) in their order; an open one is always the newest."""
    ends = {instead: _ending(*end) for instead, *end in replaced}
    last = {exam: columns for exam, *columns in rows}
    return {exam: _value(columns, ends.get(columns[0])) for exam, columns in last.items()}


@prepared
def _of(learner_id: int) -> QuerySet:
    rows = VoucherExam.objects.filter(voucher__holder_id=learner_id).order_by("voucher__issued_at", "voucher_id")
    return rows.values_list("exam", *(f"voucher__{name}" for name in COLUMNS))


@prepared
def _replaced(ids: list[int]) -> QuerySet:
    rows = Voucher.objects.filter(replaced_by__id__in=ids)
    return rows.values_list("replaced_by_id", "ended_at", "end_reason")


def _value(columns: list[Any], instead_of: Ending | None) -> HeldVoucher:
    id_, state, last_day, expires_at, issued_at, revealed_at, ended_at, end_reason, zone = columns
    own = _ending(ended_at, end_reason)
    return HeldVoucher(id_, state, last_day, expires_at, issued_at, revealed_at, own, instead_of, zone)


def _ending(at: datetime | None, reason: str) -> Ending | None:
    return Ending(at, reason) if at else None


def _place_in_queue(learner_id: int, exam: str) -> int:
    for id_, since in _waits(learner_id=learner_id, exam=exam):
        before = Q(since__lt=since) | Q(since=since, id__lt=id_)
        return int(VoucherWait.objects.filter(before, exam=exam, open_slot=1).count()) + 1
    return 0


@prepared
def _waits(learner_id: int, exam: str) -> QuerySet:
    return VoucherWait.objects.filter(exam=exam, open_slot=1, learner_id=learner_id).values_list("id", "since")


def _taken_back(learner_id: int, exam: str) -> TakenBackVoucher | None:
    return next((TakenBackVoucher(*told) for told in _takings(learner_id=learner_id, exam=exam)), None)


@prepared
def _takings(learner_id: int, exam: str) -> QuerySet:
    rows = TakenBack.objects.filter(learner_id=learner_id, exam=exam, open_slot=1).order_by("id")
    return rows.values_list("at", "reason")
