"""A pool of invented voucher codes for the demo."""

import secrets
from datetime import timedelta

from .. import context
from ..domain.vouchers import api as vouchers
from ..domain.vouchers.data import Secret
from ..domain.vouchers.stock_data import Stock

EXAMS = ("WINS-FND", "WINS-REG")
CODES = 6  # for each exam: few enough to see what happens when none is left
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
VALID_DAYS = 300


def fill_pool(by: int) -> int:
    """Import new codes for the exams that never had any; how many. ``by`` is the administrator's user id."""
    rules, now = context.programme(), context.now()
    empty = [row.exam for row in vouchers.stock(EXAMS, rules, now) if not _ever_filled(row)]
    if not empty:
        return 0
    lines = [f"{_code()},{exam}" for exam in empty for _ in range(CODES)]
    last_day = (now + timedelta(days=VALID_DAYS)).date()
    report = vouchers.import_codes(
        Secret("\n".join(["code,exam", *lines])), "DEMO", last_day, context.voucher_keys(), rules,
        context.first_rules(), context.factor(), by, now,
    )  # fmt: skip
    return report.imported


def _ever_filled(row: Stock) -> bool:
    return bool(row.usable or row.short or row.issued or row.shown)


def _code() -> str:
    return "DEMO" + "".join(secrets.choice(LETTERS) for _ in range(12))
