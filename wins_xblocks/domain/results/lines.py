"""The lines of an EXAM file, or of a sheet of our own, as values: led by the header, whatever its order and case. Pure.

A problem names line and column and never repeats what stands there: a code may stand anywhere in a wrong file.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from .. import Refusal
from .. import marked as _
from ..vouchers.data import Secret
from ..vouchers.keys import masked
from .data import Problem, Row
from .files import File

MOST_COLUMNS = 200
LONGEST_CELL = 64  # of the columns we use
OWN = ("learner", "exam", "date", "result", "evidence")  # what makes a sheet one of our own
OWN_MORE = ("score", "voucher", "registration")
LONGEST_EVIDENCE = 200
READ = ("RegistrationID", "ClientAuthorizationID", "ExamSeriesCode", "ExamDate", "Grade", "NoShow", "NDARefused",
        "Score", "PassingScore", "Voucher")  # fmt: skip
GRADES: Mapping[str, str] = {
    "pass": "pass", "passed": "pass", "fail": "fail", "failed": "fail", "taken": "taken", "pending": "taken",
    "incomplete": "incomplete", "unfinished": "incomplete", "refused": "refused", "noshow": "no_show",
}  # fmt: skip
YES, NO = {"true", "t", "yes", "y", "1"}, {"false", "f", "no", "n", "0", ""}
_TIME = r"(?:[T ](?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:\.\d{1,6})?)?)?"
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2})"
_DATES = (
    re.compile(
        rf"(?P<y>\d{{4}})([/-])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_TIME}(?P<zone>Z|[+-]\d{{2}}:?\d{{2}})?", re.A
    ),
    re.compile(rf"(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})/(?P<y>\d{{4}}){_TIME}(?P<zone>)", re.A),
)
_NUMBER = re.compile(r"-?\d{1,6}(?:[.,]\d{1,4})?", re.A)
_ID = re.compile(r"\d{1,18}", re.A)
EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)  # an exam's day in a zone east of ours


class _Wrong(Exception):
    """One cell is not what it should be."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


@dataclass(frozen=True)
class _Cells:
    """One line by column. Its cells are not in its ``repr``: a report of an error shows what names hold."""

    line: int
    names: tuple[str, ...]
    cells: tuple[str, ...] = field(repr=False)

    @property
    def own(self) -> bool:
        """Is it a line of a sheet of our own?"""
        return _is_own(self.names)

    def of(self, column: str) -> str:
        at = _place(self.names, column)
        return "" if at is None else self.cells[at].strip()


def read(file: File, zone: tzinfo, now: datetime) -> Iterator[Row | Problem]:
    """Each line of the file as a Row or the Problem with it. Raises Refusal for what cannot be read at all."""
    for text in file.texts():
        for cells in _table(text):
            try:
                yield _own(cells, zone, now) if cells.own else _row(cells, zone, now)
            except _Wrong as wrong:
                yield Problem(cells.line, wrong.column, wrong.sentence)


@lru_cache(maxsize=256)  # asked ten times a line, of a few names
def _key(name: str) -> str:
    return re.sub(r"[\s_]", "", name).lower()


@lru_cache(maxsize=512)
def _place(names: tuple[str, ...], column: str) -> int | None:
    key = _key(column)
    return names.index(key) if key in names else None


def _table(text: Iterator[str]) -> Iterator[_Cells]:
    first = next(text, "")
    # How the last line read so far ended: only a file that was cut off ends in the middle of one.
    last = [first]

    def fed() -> Iterator[str]:
        yield first
        for line in text:
            last[0] = line
            yield line

    reader = csv.reader(fed(), delimiter=max("\t,;", key=first.count), strict=True)
    try:
        header = tuple(_key(name) for name in next(reader, []))
        _check(header)
        while True:
            line = reader.line_num + 1
            found = next(reader, None)
            if found is None:
                return
            if any(cell.strip() for cell in found):
                yield _cells(line, header, found, last[0].endswith(("\n", "\r")))
    except csv.Error:
        raise Refusal(_("The file cannot be read near line {line}. A quotation mark is open, or a cell is too long."),
                      line=reader.line_num) from None  # fmt: skip


def _cells(line: int, header: tuple[str, ...], found: list[str], ended: bool) -> _Cells:
    if len(found) > len(header):
        raise Refusal(_("Line {line} has more cells than the first line names."), line=line)
    if len(found) < len(header) and not ended:
        raise Refusal(
            _("The file is only half there: it ends in the middle of line {line}. Fetch it again."), line=line
        )
    return _Cells(line, header, (*found, *[""] * (len(header) - len(found))))


@lru_cache(maxsize=16)
def _is_own(header: tuple[str, ...]) -> bool:
    return "examseriescode" not in header and len({"learner", "exam", "result", "evidence"} & set(header)) > 1


def _check(header: tuple[str, ...]) -> None:
    if len(header) > MOST_COLUMNS:
        raise Refusal(_("The first line names too many columns. It may name at most {most}."), most=MOST_COLUMNS)
    if _is_own(header):
        _check_names(header, [name for name in OWN if name not in header], (*OWN, *OWN_MORE))
        return
    missing = [name for name in ("ExamSeriesCode", "ExamDate") if _key(name) not in header]
    for one, other in (("RegistrationID", "ClientAuthorizationID"), ("Grade", "NoShow")):
        if _key(one) not in header and _key(other) not in header:
            missing.append(one)
    _check_names(header, missing, READ)


def _check_names(header: tuple[str, ...], missing: list[str], read: tuple[str, ...]) -> None:
    if missing:
        raise Refusal(_("The first line must name the columns. Missing: {columns}."), columns=", ".join(missing))
    ours = [name for name in header if name in {_key(name) for name in read}]
    if len(set(ours)) != len(ours):
        raise Refusal(_("The first line names a column twice."))


def _row(cells: _Cells, zone: tzinfo, now: datetime) -> Row:
    exam, at = _short(cells, "ExamSeriesCode").upper(), _date(cells, "ExamDate", zone, now)
    if not exam:
        raise _Wrong("ExamSeriesCode", _("The exam is missing."))
    kind, score = _kind(cells), _number(cells, "Score")
    _number(cells, "PassingScore")
    code = _code(cells, "Voucher")
    return Row(cells.line, _same(cells, exam, at), exam, at, kind, score, code,
               masked(code.text) if code.text else "", _kept(cells))  # fmt: skip


def _own(cells: _Cells, zone: tzinfo, now: datetime) -> Row:
    """A line of a sheet of our own: it names the learner, and where its result is written."""
    exam, learner = _short(cells, "exam").upper(), _short(cells, "learner")
    for column, said in (("exam", exam), ("learner", learner), ("evidence", cells.of("evidence"))):
        if not said:
            raise _Wrong(column, _("This cell is empty."))
    if len(cells.of("evidence")) > LONGEST_EVIDENCE:
        raise _Wrong("evidence", _("This cell is too long."))
    word, at = re.sub(r"[\s_-]", "", cells.of("result")).lower(), _date(cells, "date", zone, now)
    if word not in GRADES:
        raise _Wrong("result", _("This result is not known. Known: pass, fail, no show, refused, incomplete."))
    code, score, number = _code(cells, "voucher"), _number(cells, "score"), cells.of("registration")
    if number and not _ID.fullmatch(number):
        raise _Wrong("registration", _("This is not a number."))
    same = f"R:{int(number)}" if number else _unnumbered("S", learner.lower(), exam, at)
    return Row(cells.line, Secret(same), exam, at, GRADES[word], score, code, masked(code.text) if code.text else "",
               _kept(cells), learner)  # fmt: skip


def _code(cells: _Cells, column: str) -> Secret:
    code = Secret(cells.of(column))
    if len(code.text) > LONGEST_CELL:
        raise _Wrong(column, _("This cell is too long."))
    return code


def _kept(cells: _Cells) -> Secret:
    """The line as JSON, without the code."""
    kept = {name: cell for name, cell in zip(cells.names, cells.cells, strict=True) if name not in ("voucher", "")}
    return Secret(json.dumps(kept, ensure_ascii=False))


def _same(cells: _Cells, exam: str, at: datetime) -> Secret:
    """What makes the row the same one in another file."""
    number, authorisation = cells.of("RegistrationID"), _short(cells, "ClientAuthorizationID")
    if number:
        if not _ID.fullmatch(number):
            raise _Wrong("RegistrationID", _("This is not a number."))
        return Secret(f"R:{int(number)}")
    if not authorisation:
        raise _Wrong("RegistrationID", _("Neither RegistrationID nor ClientAuthorizationID is there."))
    return Secret(_unnumbered("A", authorisation, exam, at))


def _unnumbered(kind: str, who: str, exam: str, at: datetime) -> str:
    return f"{kind}:{who}:{at.astimezone(UTC):%Y%m%d%H%M%S}:{exam}"


def same_again(kept: str, exam: str, at: datetime) -> Secret:
    """What makes a row without a number the same one, from the line as it is kept: for another digest of it."""
    cells = json.loads(kept)
    who = cells.get("clientauthorizationid", "").strip()
    kind, who = ("A", who) if who else ("S", cells["learner"].strip().lower())
    return Secret(_unnumbered(kind, who, exam, at))


def _short(cells: _Cells, column: str) -> str:
    text = cells.of(column)
    if len(text) > (32 if column in ("ExamSeriesCode", "exam") else LONGEST_CELL):
        raise _Wrong(column, _("This cell is too long."))
    return text


def _kind(cells: _Cells) -> str:
    no_show, refused = _flag(cells, "NoShow"), _flag(cells, "NDARefused")
    word = re.sub(r"[\s_-]", "", cells.of("Grade")).lower()
    if word and word not in GRADES:
        raise _Wrong("Grade", _("This status is not known. Known: pass, fail, taken, incomplete, unfinished, refused."))
    grade = GRADES.get(word, "")
    told = {kind for kind, said in (("no_show", no_show), ("refused", refused)) if said}
    told |= {grade} if grade and not (grade == "incomplete" and refused) else set()
    if len(told) > 1:
        raise _Wrong("Grade", _("The line says two things at once: a grade, and that there was no exam."))
    if not told:
        raise _Wrong("Grade", _("The line says neither a grade nor that nobody came."))
    return told.pop()


def _flag(cells: _Cells, column: str) -> bool:
    word = cells.of(column).lower()
    if word not in YES | NO:
        raise _Wrong(column, _("This is neither true nor false."))
    return word in YES


def _number(cells: _Cells, column: str) -> Decimal | None:
    text = cells.of(column)
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise _Wrong(column, _("This is not a number."))
    return Decimal(text.replace(",", "."))


def _date(cells: _Cells, column: str, zone: tzinfo, now: datetime) -> datetime:
    """The moment of the exam; without a zone of its own, by the programme's clock. In our sheets a day is its noon."""
    text, own_sheet = cells.of(column), column == "date"
    found = next((one for shape in _DATES[: 1 if own_sheet else 2] if (one := shape.fullmatch(text))), None)
    if found is None:
        if own_sheet:
            raise _Wrong(column, _("This is not a date like 2027-03-31."))
        raise _Wrong(column, _("This is not a date like 2027/03/31 09:30:00."))
    parts = [int(found[name] or 0) for name in ("y", "m", "d", "h", "min", "s")]
    if own_sheet and found["h"] is None:
        parts[3] = 12
    try:
        own = datetime.strptime(found["zone"].replace("Z", "+0000"), "%z").tzinfo if found["zone"] else zone
        at = datetime(*parts, tzinfo=own).astimezone(UTC)  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        raise _Wrong(column, _("There is no such date.")) from None
    if at < EARLIEST or at > now + AHEAD:
        raise _Wrong(column, _("This date is too early, or still to come."))
    return at
