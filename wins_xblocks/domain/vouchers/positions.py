"""Where learners and pools stand: reads only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
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
from .data import (
    Ending,
    HeldVoucher,
    Holding,
    Name,
    RequestValue,
    TakenBackVoucher,
    VoucherPosition,
    VoucherRecord,
)
from .models import TakenBack, Voucher, VoucherExam, VoucherWait

_COLUMNS = ("id", "state", "expires_on", "expires_at", "issued_at", "revealed_at", "ended_at", "end_reason",
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
    own = registration.of_learners([learner_id]).get(learner_id, [])
    standings = registration.standings([r for r in own if r.state in LIVING], rules, first_rules, factor)
    modules = {standing.module.exam: standing.module for standing in standings}
    outcomes, held = exams.outcomes([learner_id]), _held(learner_id)
    bound = {r.module: r for r in own}
    seen = [_rules_of(r, rules, first_rules).module(r.module) for r in own if r.state not in LIVING]
    seen += [programme_api.module_of_exam(first_rules, code, rules) for code in (*held, exam) if code]
    for module in seen:
        if module:
            modules.setdefault(module.exam, module)
    order = [module.exam for module in rules.modules]
    name, asked = names.of(learner_id), requests.of_learner(learner_id)
    return tuple(
        _position(
            learner_id, module, _rules_of(bound.get(module.id), rules, first_rules), standings,
            {code: told for (_who, code), told in outcomes.items()}, held.get(module.exam),
            _word(module.exam, name, asked, rules), now,
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


def _position(
    learner_id: int,
    module: Module,
    rules: Programme,
    standings: list[Standing],
    outcomes: Mapping[str, Outcome],
    held: HeldVoucher | None,
    word: _Word,
    now: datetime,
) -> VoucherPosition:
    outcome = outcomes.get(module.exam, Outcome())
    retake = rules.policies.retake
    included = retake.in_package and outcome.failed and not places.had_retake(learner_id, module.exam)
    facts = _facts(learner_id, module, rules, standings, outcome, held, word, now, included)
    facts = replace(facts, first=_first(module, rules, outcomes))
    verdict = registration_rules.eligibility(registration_rules.modules_for_exam(rules, module, standings), facts, now)
    place = _place_in_queue(learner_id, module.exam)
    taken_back = _taken_back(learner_id, module.exam)
    state = voucher_rules.state(held, outcome, place > 0, taken_back, verdict, now)
    return VoucherPosition(
        learner_id, module, "pending" if voucher_rules.sat(state, outcome, now) else state, verdict, held,
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
    learner_id: int,
    module: Module,
    rules: Programme,
    standings: list[Standing],
    outcome: Outcome,
    held: HeldVoucher | None,
    word: _Word,
    now: datetime,
    included: bool,
) -> ExamFacts:
    lapsed = held is not None and held.lapsed(now)
    return ExamFacts(
        module.exam,
        place=included
        or registration.places(learner_id, module.exam) > 0
        or (lapsed and any(s.module.id == module.id for s in standings)),  # it comes back with the voucher's end
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
    """The learner's newest voucher per exam; an open one is always the newest."""
    newest = {exam: columns for exam, *columns in _of(learner_id=learner_id)}
    replaced = _replaced(ids=[columns[0] for columns in newest.values()])
    ends = {instead: _ending(*end) for instead, *end in replaced}
    return {exam: _value(columns, ends.get(columns[0])) for exam, columns in newest.items()}


@prepared
def _of(learner_id: int) -> QuerySet:
    rows = VoucherExam.objects.filter(voucher__holder_id=learner_id).order_by("voucher__issued_at", "voucher_id")
    return rows.values_list("exam", *(f"voucher__{name}" for name in _COLUMNS))


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


def of_learners(learner_ids: Iterable[int], now: datetime) -> Mapping[tuple[int, str], Holding]:
    """What learners hold, by (learner, exam), in one query; never a code."""
    rows = VoucherExam.objects.filter(voucher__holder_id__in=list(learner_ids)).select_related("voucher")
    found: dict[tuple[int, str], Holding] = {}
    for row in rows.order_by("voucher__issued_at", "voucher_id"):
        own = row.voucher
        over = own.state in voucher_rules.OPEN and own.expires_at <= now
        found[own.holder_id, row.exam] = Holding(
            own.id, "expired" if over else own.state, own.expires_on, own.expires_at
        )
    return found


def usable_again(holding: Holding, rules: Programme, now: datetime) -> bool:
    """Could this voucher's code be issued today if it were back in the pool? Else it has too few days left."""
    return holding.expires_at >= voucher_rules.usable_from(rules.policies.days_left_at_issue, now)


def record_of(voucher_id: int) -> VoucherRecord | None:
    """All that staff read of one voucher; None when there is none of this number."""
    row = VoucherExam.objects.filter(voucher_id=voucher_id).select_related("voucher__batch").first()
    if row is None:
        return None
    own = row.voucher
    before = Voucher.objects.filter(replaced_by=own.id).values_list("id", flat=True).first()
    return VoucherRecord(
        own.id, row.exam, own.state, own.holder_id, own.batch.order_number, own.batch.imported_at, own.expires_on,
        own.expires_zone, own.issued_at, own.revealed_at, own.ended_at, own.end_reason, own.replaced_by_id, before,
    )  # fmt: skip


def holder(voucher_id: int, now: datetime) -> tuple[int, str, Holding] | None:
    """Who holds this voucher open: (learner, exam, what is held). None when nobody does."""
    row = VoucherExam.objects.filter(voucher_id=voucher_id, state="open").first()
    if row is None or row.open_holder is None:
        return None
    held = of_learners([row.open_holder], now).get((row.open_holder, row.exam))
    return (row.open_holder, row.exam, held) if held else None  # None: taken back between the two looks
