"""Rows of files that wait for a person, page by page: reads only."""

from . import rules
from .data import WaitingRow
from .models import ExamRow, ResultEntry


def waiting(most: int = 50) -> tuple[int, tuple[WaitingRow, ...]]:
    """(how many rows wait, the oldest of them)."""
    return count_rows(), waiting_rows(0, most)


def count_rows() -> int:
    """How many rows of files wait for a person."""
    return int(ExamRow.objects.filter(state="waiting").count())


def waiting_rows(start: int, most: int) -> tuple[WaitingRow, ...]:
    """At most ``most`` of them from place ``start``, the oldest first."""
    rows = ExamRow.objects.filter(state="waiting").select_related("file").order_by("id")
    return tuple(map(value, rows[start : start + most]))


def count_waiting() -> int:
    """Rows and entries that wait for a person."""
    return int(sum(model.objects.filter(state="waiting").count() for model in (ExamRow, ResultEntry)))


def waiting_row(row_id: int) -> WaitingRow | None:
    """One row, while it waits."""
    row = ExamRow.objects.filter(id=row_id, state="waiting").select_related("file").first()
    return value(row) if row else None


def value(row: ExamRow) -> WaitingRow:
    return WaitingRow(
        row.id, row.file.name, row.line, row.exam, row.kind, row.happened_at, rules.REASONS[row.reason],
        row.voucher_id, row.meant_id, row.reason, row.file.imported_at, row.file.imported_by,
    )  # fmt: skip
