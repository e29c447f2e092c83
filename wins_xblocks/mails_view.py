"""Mails as the desk shows them: what is sent for what, what each text says, and the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from . import languages, mail_kinds, notices
from .desk_view import people_of
from .domain.outbox import listing, texts
from .domain.outbox.data import Logged, Wanted, Wording
from .domain.outbox.rules import names_in
from .domain.programme.data import Programme
from .people import Person

PER_PAGE = 50
VERSIONS_SHOWN = 50
SAMPLE = Person(0, "lena", "Lena Example", "")


@dataclass(frozen=True)
class KindRow:
    """One kind of mail in the list. ``languages`` are (code, name, is it edited)."""

    kind: str
    what: str
    to: str
    when: str
    languages: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Version:
    """One version in words: who made it, and whether it is a return to the shipped text."""

    wording: Wording
    by: str


@dataclass(frozen=True)
class TextPage:
    """One mail in one language. ``subject`` and ``body`` are what it says now; ``version`` 0 is the shipped text."""

    row: KindRow
    language: str
    language_name: str
    shipped_subject: str
    shipped_body: str
    subject: str
    body: str
    version: int
    is_shipped: bool
    placeholders: tuple[tuple[str, str], ...]
    history: tuple[Version, ...]


@dataclass(frozen=True)
class Preview:
    """A mail as it is read. ``missing`` are placeholders of the shipped text that this one does not name."""

    subject: str
    body: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class LogRow:
    """One message in words. ``person`` None is the Academy itself."""

    message: Logged
    what: str
    person: Person | None
    state: str
    error: str


def kinds() -> tuple[KindRow, ...]:
    """Every kind of mail, in the order in which things happen."""
    edited = texts.all_newest()
    order = [*(kind for kind in mail_kinds.KINDS if kind in notices.LETTERS)]
    order += [kind for kind in notices.LETTERS if kind not in mail_kinds.KINDS]
    return tuple(_row(kind, edited) for kind in order)


def _row(kind: str, edited: Mapping[tuple[str, str], Wording]) -> KindRow:
    own = mail_kinds.about(kind)
    told = []
    for code, name in languages.offered():
        newest = edited.get((kind, code))
        told.append((code, name, newest is not None and not newest.shipped))
    return KindRow(kind, mail_kinds.what(kind), to_whom(own.to_academy), _(own.when), tuple(told))


def to_whom(academy: bool) -> str:
    return _("WINS, at its own address") if academy else _("The learner")


def text_page(kind: str, language: str) -> TextPage | None:
    """None for a kind or a language that is not there."""
    names = dict(languages.offered())
    if kind not in notices.LETTERS or language not in names:
        return None
    letter, versions = notices.LETTERS[kind], texts.history(kind, language, VERSIONS_SHOWN)
    people = people_of(sorted({one.made_by for one in versions}))
    newest = versions[0] if versions else None
    with translation.override(language):
        shipped = _(letter.subject), _(letter.body)
    subject, body = (newest.subject, newest.body) if newest and not newest.shipped else shipped
    return TextPage(
        _row(kind, texts.all_newest()), language, names[language], *shipped, subject, body,
        newest.version if newest else 0, newest is None or newest.shipped,
        tuple((f"{{{name}}}", mail_kinds.meaning(name)) for name in sorted(letter.names)),
        tuple(Version(one, people[one.made_by].name or people[one.made_by].username) for one in versions),
    )  # fmt: skip


def preview(kind: str, language: str, subject: str, body: str, rules: Programme, now: datetime) -> Preview:
    """Of a text that can be sent."""
    letter = notices.LETTERS[kind]
    person = None if mail_kinds.about(kind).to_academy else SAMPLE
    with translation.override(language):
        values = mail_kinds.samples(letter.names, rules, now)
        read = notices.as_sent(letter, subject, body, values, person)
    missing = sorted(letter.names - names_in(subject, body))
    return Preview(*read, tuple(f"{{{name}}}" for name in missing))


def log(wanted: Wanted, before: int | None) -> tuple[Sequence[LogRow], int | None]:
    """One page of the log, the newest first; and where the next one begins, None on the last."""
    found = listing.page(wanted, before, PER_PAGE + 1)
    shown = found[:PER_PAGE]
    people = people_of(sorted({row.recipient_id for row in shown if row.recipient_id is not None}))
    rows = [
        LogRow(
            row, mail_kinds.what(row.kind), None if row.recipient_id is None else people[row.recipient_id],
            state_words(row.state), error_words(row.error),
        )
        for row in shown
    ]  # fmt: skip
    return rows, shown[-1].id if len(found) > PER_PAGE else None


def state_words(state: str) -> str:
    return {"waiting": _("Waits"), "sent": _("Sent"), "given_up": _("Given up")}.get(state, state)


def error_words(error: str) -> str:
    """What the last try said, in plain words: a mail server's own words may hold an address."""
    kind = error.partition(":")[0].strip()
    if not kind:
        return ""
    if kind in ("SMTPRecipientsRefused", "SMTPSenderRefused"):
        return _("The mail server did not take the address.")
    if kind == "SMTPAuthenticationError":
        return _("The mail server did not let us in.")
    if kind in ("OSError", "TimeoutError", "gaierror") or kind.startswith(("SMTP", "Connection")):
        return _("The mail server could not be reached, or took no mail.")
    if kind in ("KeyError", "Unfilled", "NoReverseMatch"):
        return _("The mail has no text that could be sent.")
    if kind == "ValueError" and "no address" in error:
        return _("There is no address to send to.")
    return _("The mail could not be sent ({error}).").format(error=kind[:40])
