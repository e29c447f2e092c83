"""A voucher's code in somebody's own words: it would stand in lists, mails and the trail."""

from django.utils.translation import gettext as _

from . import context
from .domain.vouchers import acts, usage
from .domain.vouchers.data import Secret

MOST = 5000  # signs that are looked at: no form of ours keeps as many


def has_a_code(texts: list[Secret], user_id: int, every: bool = False) -> bool:
    """``every``: any code of ours, for whoever may look for codes, and it leaves its trace as any search.

    For all others their own only: nobody may find out by it which codes there are.
    """
    if not texts or not usage.mentioned(texts, context.voucher_keys(), None if every else user_id):
        return False
    if every:
        acts.note_looked_up(1, 1, user_id, context.now())
    return True


def said_shortly() -> str:
    """What to do about it, where the words stay before the reader's eyes."""
    return _("What you wrote holds your voucher code. Keep it to yourself, and write this anew without it.")
