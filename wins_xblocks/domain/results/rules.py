"""What becomes of a row: pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from .. import marked as _
from ..vouchers.data import KnownVoucher
from ..vouchers.rules import USABLE

REASONS: Mapping[str, str] = {
    "no_code": _("The row has no voucher code."),
    "unknown_code": _("No voucher of ours has this code."),
    "another_exam": _("The voucher is for another exam."),
    "replaced": _("The voucher was replaced by another. A person must decide which of the two was used."),
    "in_pool": _("Nobody holds this voucher. Its code is taken out of the pool and given to nobody."),
    "unseen": _("The learner has not seen this code."),
    "before_seen": _("The exam was before the learner saw this code. Somebody else may have used it."),
    "void": _("The voucher was withdrawn."),
    "used": _("This voucher has a result already."),
    "changed": _("The same registration came with another result before."),
    "same_day": _("A result of this learner for this exam and day is there already."),
    "own": _("It is the result of whoever took the file over. Somebody else must place it."),
    "another_learner": _("The voucher is not of the learner whom the line names."),
}
WITHOUT_A_VOUCHER = frozenset({"no_code", "unknown_code"})  # whose it is says which one was used
ZONES = timedelta(days=1)  # the file's times are of the test centre, wherever it is
APPLIED = _("Recorded for the learner who holds the voucher.")
KNOWN = _("This row was taken over before. Nothing changes.")


def is_nobodys(meant_id: int | None, cause: str) -> bool:
    """Does no code of ours say whose a waiting row is?"""
    return meant_id is not None or cause in WITHOUT_A_VOUCHER


def fate(
    coded: bool, exam: str, at: datetime, voucher: KnownVoucher | None, changed: bool, meant: int | None = None,
    heard: bool = True,
) -> str:  # fmt: skip
    """Why the row must wait for a person: one of ``REASONS``; "" when it speaks for itself.

    ``heard``: a result was paid with the voucher, if it was used; staff may have marked it so before the result came.
    """
    if changed:
        return "changed"
    if not coded:
        return "no_code"
    if voucher is None:
        return "unknown_code"
    if voucher.replaced:
        return "replaced"
    if voucher.holder_id is None:
        return "in_pool"
    if meant not in (None, voucher.holder_id):
        return "another_learner"
    if exam not in voucher.exams:
        return "another_exam"
    if voucher.state == "void" or (voucher.state == "used" and heard):
        return voucher.state
    if voucher.seen_at is None or voucher.state not in USABLE | {"used"}:
        return "unseen"
    return "before_seen" if at < voucher.seen_at - ZONES else ""
