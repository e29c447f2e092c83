"""What each report says on its page: what was counted, protected, as columns and lines."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import context, report_money, words
from .domain.programme.data import Module
from .domain.reports import rules as reports
from .domain.reports.data import Group
from .domain.study_time import tally as study_time
from .report_counts import Counts
from .report_values import Asked, Column, Found


def _modules(asked: Asked) -> list[Module]:
    return [asked.module] if asked.module else list(asked.rules.modules)


def _module_names(asked: Asked, found: Mapping[str, object], by_exam: bool = False) -> dict[str, tuple[str, str]]:
    """The programme's modules in its order, then what it does not know any more."""
    names = {}
    for module in _modules(asked):
        names[module.exam if by_exam else module.id] = (module.exam, words.staff_title(module))
    return {**names, **{key: (key, key) for key in found if key not in names}}


def _month_names(months: Sequence[date]) -> dict[str, tuple[str, str]]:
    before = {"-1": ("…", _("Before"))}
    return before | {
        str(place): (f"{day:%Y-%m}", str(date_format(day, "F Y"))) for place, day in enumerate(months)
    }  # fmt: skip


def _groups(
    names: Mapping[str, tuple[str, str]], rows: Mapping[str, Mapping[str, int]], parts: Sequence[str],
    sums: Sequence[str] = (), persons: str = "persons", least: str = "",
) -> list[Group]:  # fmt: skip
    """A group for each name; "before" only where there is something."""
    found = []
    for key in names:
        row = rows.get(key, {})
        if row or key != "-1":
            numbers = (tuple(row.get(name) or 0 for name in part) for part in (parts, sums))
            found.append(Group(key, row.get(persons, 0), *numbers, least=row.get(least) if least else None))
    return found


def progress(asked: Asked, rows: Counts, at: datetime) -> Found:
    """How far learners are, by module or by the month in which they began."""
    columns = (
        Column(_("Registrations")), Column(_("Studying"), "part", 0), Column(_("Hours reached"), "part", 1),
        Column(_("Test passed"), "part", 2), Column(_("Hours reached and test passed"), "part", 3),
    )  # fmt: skip
    if asked.by == "month":
        names, first = _month_names(asked.months(at)), _("Joined in")
    else:
        names, first = _module_names(asked, rows), _("Module")
    groups = _groups(names, rows, ("studying", "reached", "tested", "both"), (), "rows", "learners")
    return Found(first, columns, reports.protect(groups), names, bars=(0, 4))


def hours(asked: Asked, counts: Counts, at: datetime) -> Found:
    """Where study time comes from."""
    factor, rows = context.factor(), {}
    for module, found in counts.items():
        own = {name: found.get(name, 0) for name in ("persons", "credited", "struck", "book", "waived")}
        online = max(own["credited"] - own["struck"], 0) * factor
        counted = online + own["book"] + own["waived"]
        rows[module] = {**own, "struck": own["struck"] * factor, "online": online, "counted": counted}
    names = _module_names(asked, rows)
    columns = (
        Column(_("Learners")), Column(_("Counted"), "ms", 0), Column(_("Online"), "ms", 1),
        Column(_("Book"), "ms", 2), Column(_("Accepted by WINS"), "ms", 3), Column(_("Taken out"), "ms", 4),
    )  # fmt: skip
    groups = _groups(names, rows, (), ("counted", "online", "book", "waived", "struck"))
    return Found(_("Module"), columns, reports.protect(groups), names, bars=(1, 2))


def book(asked: Asked, rows: Counts, at: datetime) -> Found:
    """Entries of book hours by their state."""
    names = _module_names(asked, rows)
    columns = (
        Column(_("Learners")), Column(_("Hours that count"), "ms", 5), Column(_("Counts, not looked at"), "sum", 0),
        Column(_("Waiting"), "sum", 1), Column(_("Accepted"), "sum", 2), Column(_("Not counted"), "sum", 3),
        Column(_("Withdrawn"), "sum", 4),
    )  # fmt: skip
    groups = _groups(names, rows, (), (*study_time.STATES, "ms"))
    return Found(_("Module"), columns, reports.protect(groups), names, bars=(0,))


def purpose_words() -> dict[str, str]:
    """Kinds of quizzes, in the order in which they are met."""
    return {"practice": _("Practice"), "unit": _("Unit quiz"), "test": _("Module test")}


def quizzes(asked: Asked, found: Counts, at: datetime) -> Found:
    """Tries and marks by module and kind of quiz."""
    titles = _module_names(asked, dict.fromkeys(module for module, _purpose in found))
    names, rows, nowhere = {}, {}, _("No module")
    for module, (short, long) in titles.items():
        for purpose, told in purpose_words().items():
            if (module, purpose) in found:
                key = f"{module}/{purpose}"
                rows[key] = found[module, purpose]
                names[key] = (f"{short} {told}", f"{long or nowhere}: {told}")
    columns = (
        Column(_("Tries")), Column(_("Passed"), "part", 0), Column(_("Share that passed"), "rate", 0),
        Column(_("Learners"), "sum", 0),
    )  # fmt: skip
    groups = _groups(names, rows, ("good",), ("learners",), "tries", "learners")
    return Found(_("Module and quiz"), columns, reports.protect(groups), names, bars=(0, 1))


def results(asked: Asked, rows: Counts, at: datetime) -> Found:
    """How exams ended: by module, by country, by month."""
    if asked.by == "month":
        names, first = _month_names(asked.months(at)), _("Month")
    elif asked.by == "country":
        names, first = _country_names(rows), _("Country")
    else:
        names, first = _module_names(asked, rows, by_exam=True), _("Exam")
    columns = (
        Column(_("Learners with a result")), Column(_("Sat the exam"), "part", 0), Column(_("Passed"), "part", 1),
        Column(_("Pass rate"), "rate", 1, 0), Column(_("Did not come, or were refused"), "sum", 0),
        Column(_("Passes withdrawn"), "sum", 1),
    )  # fmt: skip
    groups = _groups(names, rows, ("sat", "passed"), ("away", "withdrawn"), "heard", "sat")
    return Found(first, columns, reports.protect(groups), names, bars=(1, 2))


def members(asked: Asked, rows: Counts, at: datetime) -> Found:
    """Whom the Academy serves, and what their results come to."""
    titles = asked.rules.designations
    if asked.by == "module":
        names = _module_names(asked, rows)
        return Found(_("Module"), (Column(_("Learners")),), reports.protect(_groups(names, rows, ())), names)
    names, told = _country_names(rows), _("Passed all exams for {title}")
    columns = (
        Column(_("Learners")),
        *(Column(told.format(title=one.short), "part", at) for at, one in enumerate(titles)),
    )  # fmt: skip
    groups = _groups(names, rows, [one.id for one in titles])
    return Found(_("Country"), columns, reports.protect(groups), names, bars=(0, 1) if titles else (0,))


def _country_names(rows: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """Codes of ISO 3166, in their order; not known last."""
    known = {code: (code, code) for code in sorted(code for code in rows if code)}
    return known | ({"": (_("not known"), _("not known"))} if "" in rows else {})


TABLES: Mapping[str, Callable[[Asked, Any, datetime], Found]] = {
    "progress": progress, "hours": hours, "book-hours": book, "quizzes": quizzes, "vouchers": report_money.vouchers,
    "results": results, "members": members,
}  # fmt: skip
