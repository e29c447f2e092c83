"""Reports as pages: what is asked for, the table in words, the picture beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils.translation import get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from . import report_chart, report_kept, words
from .domain import Refusal
from .domain.period import Period
from .domain.programme.data import Programme
from .domain.reports.data import Group, Line, Total
from .report_chart import Chart, Shown
from .report_tables import TABLES
from .report_values import Asked, Column, Found

PER_PAGE = 50
NOTHING = "–"


@dataclass(frozen=True)
class Kind:
    """One report. ``period``: of what the days are; ``by``: keys and names of its breakdowns, the first by itself."""

    key: str
    title: str
    about: str
    period: str
    by: tuple[tuple[str, str], ...] = ()


_MODULE, _MONTH, _COUNTRY = gettext_noop("Module"), gettext_noop("Month"), gettext_noop("Country")
KINDS = (
    Kind(
        "progress", gettext_noop("Progress"),
        gettext_noop("Each learner in each module: state, dates, hours by source, test, complete or not."),
        gettext_noop("joined"), (("", _MODULE), ("month", _MONTH)),
    ),
    Kind(
        "hours", gettext_noop("Hours evidence"),
        gettext_noop("Where the hours of each registration come from: online, book, accepted; and what was taken out."),
        gettext_noop("joined"),
    ),
    Kind(
        "book-hours", gettext_noop("Book hours"),
        gettext_noop("Each entry with its state, and who decided it when."), gettext_noop("studied"),
    ),
    Kind(
        "quizzes", gettext_noop("Quiz results"), gettext_noop("Each try that was sent, with its marks."),
        gettext_noop("sent"),
    ),
    Kind(
        "vouchers", gettext_noop("Vouchers and money"),
        gettext_noop("What was bought, used, lost, cancelled, and what ends soon."), gettext_noop("delivered"),
        (("", gettext_noop("Exam")), ("batch", gettext_noop("Delivery")), ("month", _MONTH)),
    ),
    Kind(
        "results", gettext_noop("Exam results"),
        gettext_noop("How exams ended, and pass rates by module, country and month."), gettext_noop("happened"),
        (("", _MODULE), ("country", _COUNTRY), ("month", _MONTH)),
    ),
    Kind(
        "members", gettext_noop("Learners and countries"),
        gettext_noop("Whom the Academy serves, and who has passed all exams of a designation."), gettext_noop("joined"),
        (("", _COUNTRY), ("module", _MODULE)),
    ),
)  # fmt: skip
BY_KEY: Mapping[str, Kind] = {kind.key: kind for kind in KINDS}


@dataclass(frozen=True)
class Row:
    """One line of the table. ``hidden`` ones are told from others by their words."""

    name: str
    cells: tuple[str, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Page:
    """One report as it is shown. ``query`` is what a link to the same report says; empty: nothing was found.

    ``counted_at``: the moment in words, where numbers are kept for a while.
    """

    kind: Kind
    title: str
    first: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    chart: Chart
    notes: tuple[str, ...]
    number: int
    pages: int
    empty: bool
    query: str
    counted_at: str


class FilterWrong(Refusal):
    """What was asked for is no module, or no period."""


def asked(query: Mapping[str, str], kind: Kind, rules: Programme) -> Asked:
    """What the address asks for. Raises FilterWrong."""
    first, last = (_day(query.get(name, "")) for name in ("from", "to"))
    if first and last and first > last:
        raise FilterWrong(_("The period must not end before it begins."))
    module_id = query.get("module", "")
    module = rules.module(module_id) if module_id else None
    if module_id and module is None:
        raise FilterWrong(_("The rules know no such module."))
    by = query.get("by", "")
    return Asked(rules, Period(rules.zone, first, last), module, by if by in dict(kind.by) else "")


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        found = date.min
    if not 2000 <= found.year < 3000:
        raise FilterWrong(_("Write days like 2027-12-31."))
    return found


def filters(own: Asked) -> dict[str, str]:
    """The same as an address says it, and as the audit trail keeps it."""
    days = {name: day.isoformat() if day else "" for name, day in (("from", own.period.first), ("to", own.period.last))}
    return {"module": own.module.id if own.module else "", **days, "by": own.by}


def keep_counts(rules: Programme, now: datetime) -> int:
    """Count each report of all modules and days anew; how many of them take so long that they are kept."""
    kept = 0
    for kind in KINDS:
        for by in [key for key, _name in kind.by] or [""]:
            kept += report_kept.counted(kind.key, Asked(rules, Period(rules.zone), None, by), now, anew=True).kept
    return kept


def page_of(kind: Kind, own: Asked, number: int, now: datetime, anew: bool = False) -> Page:
    """The report's table, fifty lines at a time, and its picture. ``anew``: not from what is kept."""
    counted = report_kept.counted(kind.key, own, now, anew)
    found = TABLES[kind.key](own, counted.counts, counted.at)
    lines = found.breakdown.lines
    pages = max(-(-len(lines) // PER_PAGE), 1)
    number = min(max(number, 1), pages)
    shown = lines[(number - 1) * PER_PAGE : number * PER_PAGE]
    title = _(kind.title)
    return Page(
        kind, title, found.first, (*(column.title for column in found.columns), *found.more_titles),
        tuple(_row(line, found) for line in shown), _total(found), _chart(shown, found, title),
        (*_notes(found), *found.notes), number, pages, not any(line.group.persons for line in lines),
        urlencode({name: value for name, value in filters(own).items() if value}),
        words.moment(counted.at) if counted.kept else "",
    )  # fmt: skip


def _row(line: Line, found: Found) -> Row:
    name, width = found.names[line.group.key][1], len(found.columns) + len(found.more_titles)
    if line.hidden:
        return Row(name, (_hidden(line), *[NOTHING] * (width - 1)), True)
    cells = (_text(_value(line.group, column), column) for column in found.columns)
    return Row(name, (*cells, *found.more.get(line.group.key, ())))


def _hidden(line: Line) -> str:
    return _("fewer than 5") if line.hidden == "small" else _("not shown")


def _total(found: Found) -> Row:
    if not found.breakdown.lines:
        return Row(_("Together"), ())
    total = found.breakdown.total
    cells = (_text(_value(total, column), column) for column in found.columns)
    return Row(_("Together"), (*cells, *found.more.get("", ())))


def _value(of: Group | Total, column: Column) -> int | None:
    """A cell's number; of a rate, whole percent, rounded down. None: nothing to say, or not to be said."""
    if column.kind == "persons":
        return of.persons
    if column.kind == "rate":
        part, among = of.parts[column.at], of.persons if column.of is None else of.parts[column.of]
        return part * 100 // among if part is not None and among else None
    return of.parts[column.at] if column.kind == "part" else of.sums[column.at]


def _text(value: int | None, column: Column) -> str:
    if value is None:
        return NOTHING
    if column.kind == "ms":
        return words.duration(value)
    return _("{percent} %").format(percent=value) if column.kind == "rate" else str(value)


def _chart(lines: Sequence[Line], found: Found, title: str) -> Chart:
    columns = [found.columns[at] for at in found.bars]
    shown = []
    for line in lines:
        name = found.names[line.group.key][0]
        if line.hidden:
            shown.append(Shown(name, (), (), _hidden(line)))
            continue
        values = tuple(_value(line.group, column) or 0 for column in columns)
        texts = tuple(_text(value, column) for value, column in zip(values, columns, strict=True))
        shown.append(Shown(name, values, texts))
    titles = [column.title for column in columns]
    return report_chart.chart(shown, titles, f"{title}: {', '.join(titles)}", get_language_bidi())


def _notes(found: Found) -> list[str]:
    """What stands under the table, about what it does not show."""
    notes = []
    lines = found.breakdown.lines
    if any(line.hidden for line in lines):
        notes.append(_("Groups of fewer than 5 persons are not shown, and no pass rates of such groups."))
    if any(line.hidden == "beside" for line in lines):
        notes.append(_("A group beside them is not shown either: from it and the total, one could compute them."))
    total = found.breakdown.total
    if None in (total.persons, *total.parts, *total.sums):
        notes.append(_("A total that would tell of such a group is not shown."))
    return notes
