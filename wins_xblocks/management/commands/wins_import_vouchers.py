"""Put voucher codes from a supplier's file into the pool, and say each line's fate."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from ... import context, events, words
from ...domain import Refusal
from ...domain.vouchers import api as vouchers
from ...domain.vouchers.data import Secret
from ...domain.vouchers.report import ImportReport
from ..base import WinsCommand


class Command(WinsCommand):
    help = (
        "Import exam voucher codes from a CSV or Excel file, all lines or none. "
        "Columns: code, exam, expires; and order, price, currency, zone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file: CSV in UTF-8, or .xlsx")
        parser.add_argument("--order", default="", help="the supplier's order number, where a line names none")
        parser.add_argument("--expires", type=self._day, help="last day (YYYY-MM-DD), where a line names none")
        parser.add_argument("--zone", default="", help="time zone of the last day; default: the programme's")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen; write nothing")

    def _day(self, text: str) -> date:
        return date.fromisoformat(text)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._import(options)
        except Refusal as refused:
            raise CommandError(words.refusal(refused)) from None
        for line in report.lines:
            place = f"line {line.number}, column {line.column}" if line.column else f"line {line.number}"
            self.stdout.write(f"{place}: {line.code}: {words.sentence(line.sentence, line.values)}")
        if more := report.good + report.bad - len(report.lines):
            self.stdout.write(f"and {more} more lines")
        if report.bad:
            raise CommandError(f"{report.bad} of {report.good + report.bad} lines are wrong. Nothing was imported.")
        self.stdout.write(self._told(report))

    def _import(self, options: dict[str, Any]) -> ImportReport:
        return vouchers.import_codes(
            self._file(options["file"]), options["order"], options["expires"], context.voucher_keys(),
            context.programme(), context.first_rules(), context.factor(), None, context.now(), options["dry_run"],
            events.voucher_issued, options["zone"],
        )  # fmt: skip

    def _file(self, path: Path) -> Secret:
        try:
            return vouchers.decode(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None

    def _told(self, report: ImportReport) -> str:
        if report.dry_run:
            return f"All {report.good} lines are good. Nothing was imported (dry run)."
        return f"{report.imported} codes imported. {report.served} learners who waited got one."
