"""What is written down when personal data leave as a file."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from ..audit import api as audit
from ..transactions import outermost


@outermost
def note_taken(report: str, form: str, filters: Mapping[str, str], by: int, now: datetime) -> None:
    """Who took which report, with which filters: personal data leave. No chain has two of these, so none is locked."""
    facts = {"form": form, **{name: value for name, value in filters.items() if value}}
    audit.append(f"report:{report}:{secrets.token_hex(8)}", "report.taken", now, actor_id=by, facts=facts)


@outermost
def note_file(file: str, facts: Mapping[str, object], by: int | None, now: datetime) -> None:
    """Who took which other file with personal data, and of what; nobody: an operator, by a command.

    Whoever calls leaves out what people typed: facts are not erased.
    """
    audit.append(f"file:{file}:{secrets.token_hex(8)}", "file.taken", now, actor_id=by, facts=facts)
