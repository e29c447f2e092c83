"""The result of a job as CSV (RFC 4180, UTF-8 with BOM): one line for each line of its file. Never a code."""

import csv
import io

from django.utils.translation import gettext as _

from .domain.jobs.data import JobValue
from .job_view import all_lines
from .record_csv import BOM, safe


def text_of(job: JobValue) -> str:
    """All of the file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("line"), _("learner"), _("exam"), _("voucher"), _("state"), _("result")])
    for row in all_lines(job):
        name = row.person.username if row.person else ""
        cells = (str(row.line.number), name, row.line.exam, str(row.line.voucher_id or ""), row.state, row.told)
        writer.writerow([safe(cell) for cell in cells])
    return BOM + out.getvalue()
