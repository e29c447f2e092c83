"""What people write in their own words must not hold a voucher's code: it would stand in lists, mails and the trail."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import context
from ..domain.vouchers import usage

NAMES = ("reason", "answer", "evidence", "text", "what", "city")
MOST = 8000  # signs that are looked at: no form of ours keeps as many


def with_a_code(request: HttpRequest, staff: bool) -> list[str]:
    """The texts of a form, when one of them holds a code; of a learner's only her own: nobody may guess others'."""
    written = [text for name in NAMES if (text := request.POST.get(name, "")[:MOST])]
    whose = None if staff else request.user.id
    return written if written and usage.mentioned(written, context.voucher_keys(), whose) else []


def explained(staff: bool) -> str:
    """What to do about it."""
    if staff:
        return _(
            "What you wrote holds a voucher code, and others would read it there. Name the voucher by its number. "
            "Nothing was stored. Here are your words: go back and send them again without the code."
        )
    return _(
        "What you wrote holds your voucher code. Keep it to yourself: WINS sees which voucher is yours. Nothing was "
        "stored. Here are your words: go back and send them again without the code."
    )
