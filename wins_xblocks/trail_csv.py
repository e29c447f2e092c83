"""The audit trail as CSV (RFC 4180, UTF-8 with BOM): one line for each act, as the trail holds it."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from .desk_view import people_of
from .domain.audit.data import Entry
from .domain.programme.data import Programme
from .record_csv import BOM, safe


def text_of(entries: Iterable[Entry], rules: Programme) -> str:
    """All of the file. Moments stand on the programme's clock with their offset; a code is in no act."""
    return "".join(parts([list(entries)], rules))


def parts(chunks: Iterable[Sequence[Entry]], rules: Programme) -> Iterator[str]:
    """The same piece by piece, in the language of this moment: the pieces are sent when the page's own may be gone."""
    return _parts(chunks, rules, translation.get_language() or "")


def _parts(chunks: Iterable[Sequence[Entry]], rules: Programme, language: str) -> Iterator[str]:
    with translation.override(language):
        told = BOM + _lines([[
            _("subject"), _("number"), _("moment"), _("act"), _("decided by"), _("user name"), _("facts"), _("text"),
        ]])  # fmt: skip
    yield told  # outside: whoever takes a piece keeps the own language
    for rows in chunks:
        with translation.override(language):
            told = _lines(_cells(rows, rules))
        yield told


def _cells(rows: Sequence[Entry], rules: Programme) -> Iterator[Sequence[str]]:
    people = people_of(sorted({row.actor_id for row in rows if row.actor_id}))
    for row in rows:
        yield (
            row.subject, str(row.seq), row.at.astimezone(rules.zone).isoformat(timespec="milliseconds"), row.action,
            str(row.actor_id or ""), people[row.actor_id].username if row.actor_id else "",
            json.dumps(row.facts, sort_keys=True, ensure_ascii=False),
            _("(erased)") if row.erased else row.text or "",
        )  # fmt: skip


def _lines(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()
