"""What lies in the pools and who waits for it: reads only."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q, Value, Window
from django.db.models.functions import RowNumber

from ..programme.data import Programme
from ..waiting import Numbers
from . import rules as voucher_rules
from .models import Batch, Voucher, VoucherExam, VoucherWait
from .stock_data import BatchStock, MonthStock, Stock, Waiting

UNUSED = ("imported", "issued", "revealed")  # nobody has booked with it


def stock(exams_asked: Iterable[str], rules: Programme, now: datetime) -> tuple[Stock, ...]:
    """The pools of these exams in numbers, in the order asked; two queries however many there are."""
    wanted = list(exams_asked)
    usable_from = voucher_rules.usable_from(rules.policies.days_left_at_issue, now)
    soon = now + timedelta(days=rules.policies.safe_days_before_expiry)
    pooled = Q(voucher__state="imported")
    alive = VoucherExam.objects.filter(exam__in=wanted, voucher__state__in=UNUSED, voucher__expires_at__gt=now)
    counted = alive.values("exam").order_by().annotate(
        usable=Count("id", pooled & Q(voucher__expires_at__gte=usable_from)),
        short=Count("id", pooled & Q(voucher__expires_at__lt=usable_from)),
        issued=Count("id", Q(voucher__state="issued")),
        shown=Count("id", Q(voucher__state="revealed")),
        ending=Count("id", Q(voucher__state__in=UNUSED, voucher__expires_at__lte=soon)),
    )  # fmt: skip
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    for row in counted:
        numbers[row.pop("exam")] = row
    waits = VoucherWait.objects.filter(exam__in=wanted, open_slot=1).values("exam").order_by()
    for row in waits.annotate(waiting=Count("id")):
        numbers[row["exam"]]["waiting"] = row["waiting"]
    return tuple(Stock(exam, **numbers[exam]) for exam in wanted)


def usable(exams_asked: Iterable[str], rules: Programme, now: datetime) -> dict[str, int]:
    """How many codes of these exams can be issued; exams without one are not there. One query."""
    usable_from = voucher_rules.usable_from(rules.policies.days_left_at_issue, now)
    free = VoucherExam.objects.filter(
        exam__in=list(exams_asked), voucher__state="imported", voucher__expires_at__gte=usable_from
    )
    return dict(free.order_by().values_list("exam").annotate(codes=Count("id")))


def delivered(exams_asked: Iterable[str]) -> frozenset[str]:
    """Those of these exams for which a code was ever added."""
    rows = VoucherExam.objects.filter(exam__in=list(exams_asked)).order_by().values_list("exam", flat=True)
    return frozenset(rows.distinct())


def stock_by_month(now: datetime) -> tuple[MonthStock, ...]:
    """The codes in the pools by exam, then by month of their last day; of older rules too."""
    pooled = VoucherExam.objects.filter(state="free", voucher__state="imported", voucher__expires_at__gt=now)
    days = pooled.values_list("exam", "voucher__expires_on").order_by("exam", "voucher__expires_on")
    months: dict[tuple[str, date], int] = defaultdict(int)
    for exam, day, codes in days.annotate(codes=Count("id")):
        months[exam, day.replace(day=1)] += codes
    return tuple(MonthStock(exam, month, codes) for (exam, month), codes in months.items())


def count_batches() -> int:
    """How many deliveries there are."""
    return int(Batch.objects.count())


def batches(start: int, most: int) -> tuple[BatchStock, ...]:
    """At most ``most`` deliveries from place ``start``, the newest first, each with its vouchers by state."""
    found = {row.id: row for row in Batch.objects.order_by("-imported_at", "-id")[start : start + most]}
    states: dict[int, dict[str, int]] = defaultdict(dict)
    counted = Voucher.objects.filter(batch__in=list(found)).values_list("batch_id", "state").order_by()
    for batch, state, vouchers in counted.annotate(vouchers=Count("id")):
        states[batch][state] = vouchers
    return tuple(
        BatchStock(row.exam, row.order_number, row.price, row.currency, row.imported_at, row.imported_by, states[id_])
        for id_, row in found.items()
    )


def count_queue() -> int:
    """How many learners wait for a code."""
    return int(VoucherWait.objects.filter(open_slot=1).count())


def waiting(start: int = 0, most: int | None = None) -> tuple[Waiting, ...]:
    """At most ``most`` of them (None: all) from place ``start``, by exam and place."""
    place = Window(RowNumber(), partition_by="exam", order_by=["since", "id"])
    rows = VoucherWait.objects.filter(open_slot=1).annotate(place=place).order_by("exam", "since", "id")
    shown = rows[start:] if most is None else rows[start : start + most]
    return tuple(Waiting(row.exam, row.learner_id, row.since, row.place) for row in shown)


def in_numbers(waited: datetime, now: datetime, soon: datetime) -> tuple[Numbers, Numbers]:
    """Learners without a code, late those since before ``waited``; and codes that nobody has booked with, in the pools
    or with learners, that end until ``soon``. One query."""
    late = Count("id", filter=Q(since__lt=waited))
    queue = VoucherWait.objects.filter(open_slot=1).order_by().values("open_slot")
    queue = queue.annotate(table=Value("queue"), total=Count("id"), late=late, oldest=Min("since"))
    ending = Voucher.objects.filter(state__in=UNUSED, expires_at__gt=now, expires_at__lte=soon).order_by()
    ending = ending.annotate(one=Value(1)).values("one")
    ending = ending.annotate(table=Value("ending"), total=Count("id"), late=Value(0), oldest=Min("expires_at"))
    columns = ("table", "total", "late", "oldest")
    both = queue.values_list(*columns).union(ending.values_list(*columns), all=True)
    found = {kind: Numbers(*numbers) for kind, *numbers in both}
    return found.get("queue", Numbers()), found.get("ending", Numbers())
