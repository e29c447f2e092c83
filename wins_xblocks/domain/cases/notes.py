"""Notes of staff about a learner: what a colleague should know. Nothing is decided by them.

No permissions are checked here; whoever calls must have done so.
"""

from datetime import datetime

from django.db import IntegrityError

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..audit import privacy as trail
from ..together import Read
from ..transactions import outermost
from .data import NoteValue
from .models import StaffNote

LONGEST = 2000


class TextWrong(Refusal):
    """Nothing written, or too much."""


def subject(note_id: int) -> str:
    """A note's chain in the audit trail."""
    return f"note:{note_id}"


def write(learner_id: int, text: str, token: str, by: int, now: datetime) -> bool:
    """Keep a note; False when the same form came before. The trail says that there is one, not what it says.

    Raises TextWrong, and Refusal for a form of somebody else.
    """
    words = text.replace("\0", "").strip()
    if not words or len(words) > LONGEST:
        raise TextWrong(_("Write the note, at most {most} characters."), most=LONGEST)
    try:
        return _write(learner_id, words, token, by, now)
    except IntegrityError:
        if not StaffNote.objects.filter(token=token, learner_id=learner_id, made_by=by).exists():
            raise Refusal(_("This form is out of date. Open the page again.")) from None
        return False


@outermost
def _write(learner_id: int, text: str, token: str, by: int, now: datetime) -> bool:
    if trail.forgotten(learner_id):
        raise Refusal(_("The data of this learner was erased. No note can be kept."))
    row = StaffNote.objects.create(learner_id=learner_id, text=text, token=token, made_at=now, made_by=by)
    audit.append(subject(row.id), "note.written", now, actor_id=by, facts={"learner": learner_id})
    return True


def read(learner_id: int, most: int, by: int | None = None) -> Read[tuple[NoteValue, ...]]:
    """The newest notes about a learner, the newest first, as a part of a statement; ``by``: of one author alone."""
    rows = StaffNote.objects.filter(learner_id=learner_id, **({} if by is None else {"made_by": by})).order_by("-id")
    return Read(
        rows.values_list("id", "text", "made_at", "made_by")[:most],
        lambda found: tuple(NoteValue(*row) for row in sorted(found, key=lambda row: -row[0])),
    )
