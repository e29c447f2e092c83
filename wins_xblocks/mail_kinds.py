"""What each kind of mail is for, in words of the Academy: what happened, to whom it goes, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .domain.programme.data import Programme

AT_ONCE = gettext_noop("At once")


@dataclass(frozen=True)
class Kind:
    """``what`` happened and ``when`` it is sent, to be translated; ``to_academy``: to the Academy's own address."""

    what: str
    when: str = AT_ONCE
    to_academy: bool = False


KINDS: Mapping[str, Kind] = {
    "hours_reached": Kind(gettext_noop("The study hours of a module are reached"), gettext_noop("Once for a module")),
    "module_complete": Kind(gettext_noop("A module is complete: hours and test"), gettext_noop("Once for a module")),
    "book_accepted": Kind(gettext_noop("Book hours were accepted")),
    "book_refused": Kind(gettext_noop("Book hours do not count")),
    "hours_struck": Kind(gettext_noop("Online time was taken out of the count")),
    "hours_accepted": Kind(gettext_noop("Hours without a record were accepted")),
    "tries_given": Kind(gettext_noop("Staff gave more tries at a test or quiz")),
    "mark_corrected": Kind(gettext_noop("A mark was changed because a key was corrected")),
    "place_granted": Kind(gettext_noop("Staff gave a place in an exam")),
    "place_included": Kind(gettext_noop("The package holds a place for another try")),
    "name_corrected": Kind(gettext_noop("Staff changed the name on the document")),
    "request_opened": Kind(gettext_noop("A learner's request waits for a decision"), to_academy=True),
    "request_overdue": Kind(
        gettext_noop("A learner's request was not decided in time"), gettext_noop("The day after the last day"), True
    ),
    "request_decided": Kind(gettext_noop("A request was decided, or the country was changed")),
    "voucher_waits": Kind(gettext_noop("No code is left: the learner waits for a voucher")),
    "voucher_ready": Kind(gettext_noop("A voucher is reserved")),
    "voucher_taken_back": Kind(gettext_noop("An unseen voucher was taken back")),
    "voucher_ends": Kind(
        gettext_noop("A voucher that was not booked ends soon"), gettext_noop("Days before its last day, by the policy")
    ),
    "voucher_ended": Kind(gettext_noop("An unseen voucher ended"), gettext_noop("The day after its last day")),
    "voucher_replaced": Kind(gettext_noop("A voucher was replaced by another code")),
    "voucher_extended": Kind(gettext_noop("A voucher has a new last day")),
    "voucher_lost": Kind(gettext_noop("A voucher is lost")),
    "voucher_cancelled": Kind(gettext_noop("A voucher was cancelled")),
    "booking_entered": Kind(gettext_noop("Staff entered the booking of an exam")),
    "booking_cancelled": Kind(gettext_noop("Staff entered that a booking was cancelled in time")),
    "voucher_used": Kind(gettext_noop("Staff marked a voucher as used")),
    "result_arrived": Kind(gettext_noop("A result of an exam was recorded")),
    "result_changed": Kind(gettext_noop("A result was put on hold, released, withdrawn or restored")),
    "case_received": Kind(gettext_noop("A question has come in: to whoever asked")),
    "case_answered": Kind(gettext_noop("A question was answered")),
    "case_opened": Kind(gettext_noop("A question has come in: to the Academy"), to_academy=True),
    "pool_low": Kind(gettext_noop("Few codes are left"), gettext_noop("Once, until there are enough again"), True),
    "pool_empty": Kind(gettext_noop("A learner waits, and no code is left"), gettext_noop("Once a day at most"), True),
}


def what(kind: str) -> str:
    """What happened, in words; a kind without words by its own name."""
    return _(KINDS[kind].what) if kind in KINDS else kind


def about(kind: str) -> Kind:
    return KINDS.get(kind, Kind(kind))


def meaning(name: str) -> str:
    """What a placeholder stands for."""
    return {
        "module": _("title of the module"), "exam": _("number of the exam"), "expires_on": _("last day of the voucher"),
        "deadline": _("day by which WINS answers"), "number": _("number of the question"), "day": _("day of the exam"),
        "left": _("how many codes are left"), "line": _("the number below which WINS is told"),
        "hours": _("how many hours"), "quiz": _("title of the quiz"),
    }.get(name, name)  # fmt: skip


def samples(names: frozenset[str], rules: Programme, now: datetime) -> dict[str, object]:
    """What a preview puts in for these placeholders."""
    module = rules.modules[0]
    known: dict[str, object] = {
        "module": module.title, "exam": module.exam, "number": "W-000123", "left": 3, "line": 5, "hours": 2,
        "quiz": "Unit quiz 1",
        "expires_on": (now + timedelta(days=90)).date().isoformat(),
        "deadline": (now + timedelta(days=14)).date().isoformat(), "day": (now + timedelta(days=30)).date().isoformat(),
    }  # fmt: skip
    return {name: known.get(name, f"[{name}]") for name in names}
