"""The audit trail of vouchers as CSV (RFC 4180, UTF-8 with BOM): one line for each act, as the trail holds it."""

import csv
import io
import json
from collections.abc import Iterable

from django.utils.translation import gettext as _

from .csv_file import BOM, safe
from .desk_view import people_of
from .domain.audit.data import Entry
from .domain.programme.data import Programme


def text_of(entries: Iterable[Entry], rules: Programme) -> str:
    """All of the file. Moments stand on the programme's clock with their offset; a code is in no act."""
    rows = list(entries)
    people = people_of(sorted({row.actor_id for row in rows if row.actor_id}))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([
        _("subject"), _("number"), _("moment"), _("act"), _("decided by"), _("user name"), _("facts"), _("text"),
    ])  # fmt: skip
    for row in rows:
        by = people[row.actor_id].username if row.actor_id else ""
        cells = (
            row.subject, str(row.seq), row.at.astimezone(rules.zone).isoformat(timespec="milliseconds"), row.action,
            str(row.actor_id or ""), by, json.dumps(row.facts, sort_keys=True, ensure_ascii=False),
            _("(erased)") if row.erased else row.text or "",
        )  # fmt: skip
        writer.writerow([safe(cell) for cell in cells])
    return BOM + out.getvalue()
