"""The texts of mails as staff edited them, by kind and language: read, changed, and given up for the shipped ones."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import IntegrityError
from django.db.models import F, Max

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..transactions import outermost
from . import rules
from .data import Draft, Wording
from .models import MailText


class Changed(Refusal):
    """Somebody else stored a version since this one was begun."""


class ReasonWrong(Refusal):
    """There is no reason, or too much of one."""


def _value(row: MailText) -> Wording:
    return Wording(row.kind, row.language, row.version, row.subject, row.body, row.made_by, row.made_at, row.reason)


def newest(kind: str, language: str) -> Wording | None:
    """The newest version, which may be a return to the shipped text; None where nobody changed anything."""
    row = MailText.objects.filter(kind=kind, language=language).order_by("version").last()
    return _value(row) if row else None


def all_newest() -> Mapping[tuple[str, str], Wording]:
    """The newest version of each text that was ever changed, by (kind, language)."""
    last = MailText.objects.order_by().values("kind", "language").annotate(last=Max("id")).values("last")
    return {(row.kind, row.language): _value(row) for row in MailText.objects.filter(id__in=last)}


def history(kind: str, language: str, most: int) -> tuple[Wording, ...]:
    """The newest versions, the newest first."""
    rows = MailText.objects.filter(kind=kind, language=language).order_by("-version")[:most]
    return tuple(_value(row) for row in rows)


def change(draft: Draft, known: Collection[str], by: int, now: datetime) -> None:
    """Let the mail say this from now on. Raises TextWrong, ReasonWrong, Changed; Refusal when it says so already.

    ``known`` are the placeholders that every message of the kind can fill.
    """
    subject, body = rules.cleaned(draft.subject), rules.cleaned(draft.body)
    for field, text in (("subject", subject), ("body", body)):
        if trouble := rules.wrong(field, text, known):
            raise trouble
    _stored(draft, subject, body, by, now)


def reset(draft: Draft, by: int, now: datetime) -> None:
    """Let the mail say again what it says as shipped. Raises ReasonWrong, Changed; Refusal when it does already."""
    _stored(draft, "", "", by, now)


def _stored(draft: Draft, subject: str, body: str, by: int, now: datetime) -> None:
    reason = draft.reason.replace("\0", "").strip()
    if not reason:
        raise ReasonWrong(_("Write why you change the text. Whoever looks at it later reads the reason."))
    if len(reason) > rules.LONGEST_REASON:
        raise ReasonWrong(
            _("The reason is too long. It may have at most {most} characters."), most=rules.LONGEST_REASON
        )
    try:
        _store(draft, subject, body, reason, by, now)
    except IntegrityError:  # two at once, and no version yet to wait for
        raise _changed() from None


@outermost
def _store(draft: Draft, subject: str, body: str, reason: str, by: int, now: datetime) -> None:
    own = MailText.objects.filter(kind=draft.kind, language=draft.language)
    own.update(version=F("version"))  # the lock, where there is a version
    last = newest(draft.kind, draft.language)
    if (last.version if last else 0) != draft.seen:
        raise _changed()
    if (subject, body) == ((last.subject, last.body) if last else ("", "")):
        raise Refusal(_("The mail says exactly this already. Nothing was changed."))
    MailText.objects.create(
        kind=draft.kind, language=draft.language, version=draft.seen + 1, subject=subject, body=body, made_by=by,
        made_at=now, reason=reason,
    )  # fmt: skip
    action, facts = "mail.changed" if body else "mail.reset", {"version": draft.seen + 1}
    audit.append(f"mail:{draft.kind}:{draft.language}", action, now, actor_id=by, facts=facts, text=reason)


def _changed() -> Changed:
    return Changed(_("Somebody else changed this text while you had it open. Nothing of yours was stored yet."))
