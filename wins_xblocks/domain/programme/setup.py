"""What administrators say is done while the Academy is made ready. No permissions are checked here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..transactions import outermost
from .models import SetupMark

HOURS, MAIL, READY = "hours", "mail", "ready"
NAMES = (HOURS, MAIL, READY)


@dataclass(frozen=True)
class Mark:
    """When and by whom it was said."""

    at: datetime
    by: int


def marks() -> Mapping[str, Mark]:
    """What was said so far, by name."""
    return {row.name: Mark(row.made_at, row.made_by) for row in SetupMark.objects.all()}


def is_ready() -> bool:
    """Has an administrator said that everything is there?"""
    return bool(SetupMark.objects.filter(name=READY).exists())


def mark(name: str, by: int, now: datetime) -> bool:
    """Say it, once; False when somebody has said it before. Raises Refusal for a name that is none."""
    if name not in NAMES:
        raise Refusal(_("This form is out of date. Press the button again."))
    try:
        return _mark(name, by, now)
    except IntegrityError:  # two at once: the other one was first
        return False


@outermost
def _mark(name: str, by: int, now: datetime) -> bool:
    _row, made = SetupMark.objects.get_or_create(name=name, defaults={"made_at": now, "made_by": by})
    if made:
        audit.append(f"setup:{name}", "setup.done", now, actor_id=by)
    return bool(made)
