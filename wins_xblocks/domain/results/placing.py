"""Rows to the learners they are of, many at a time, inside the transaction of a caller who holds the file's lock."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from .. import tables
from ..audit import api as audit
from ..exams import api as exams
from ..exams.data import NewEvent
from ..outbox import api as outbox
from ..prepared import prepared
from ..vouchers import usage
from ..vouchers.data import KnownVoucher, Secret
from ..vouchers.keys import BadCode, Keys, normalise
from . import rules
from .data import Fate, Recorded, Row
from .models import ExamFile, ExamRow

RESULTS = ("pass", "fail", "no_show", "refused", "incomplete")
_COLUMNS = ("file_id", "line", "key", "kind", "exam", "happened_at", "score", "cipher", "state", "reason",
            "voucher_id", "meant_id", "learner_id", "note")  # fmt: skip
SAME_SITTING = timedelta(days=1)  # two results of one exam so near each other are of one sitting


@dataclass(frozen=True)
class Placed:
    """A result that has found its learner. ``source`` is where it came from: the trail's subject without a voucher."""

    learner_id: int
    exam: str
    kind: str
    happened_at: datetime
    score: Decimal | None
    voucher_id: int | None
    source: str
    same: str  # of its mail: told once

    @property
    def subject(self) -> str:
        return f"voucher:{self.voucher_id}" if self.voucher_id is not None else self.source


def placed_row(row: Row | ExamRow, learner_id: int, voucher_id: int | None, source: int | None, key: str) -> Placed:
    """A row that has its learner; without a voucher, ``source`` is the stored row whose trail it goes on with."""
    return Placed(
        learner_id, row.exam, row.kind, row.happened_at, row.score, voucher_id, f"examrow:{source}", f"{key}:{row.kind}"
    )


@dataclass(frozen=True)
class _Verdict:
    """What becomes of a row; later rows of the same registration are judged by it too."""

    state: str  # applied | waiting | ignored | known
    reason: str = ""
    exam: str = ""
    learner_id: int | None = None
    voucher_id: int | None = None
    row_id: int | None = None  # of the row whose grade this one brings
    key: str = ""  # where the row's own is another's


@dataclass
class _Judge:
    """What is known of the rows of one step: earlier rows of the same registration, and vouchers by digest."""

    keys: Mapping[Secret, str]
    digests: Mapping[Secret, str]  # by code
    ids: Mapping[str, int]
    vouchers: Mapping[int, KnownVoucher]
    before: dict[str, dict[str, _Verdict]]  # key -> kind -> the row
    sat: Mapping[tuple[int, str], list[datetime]]
    by: int | None = None  # whose own result a person places
    silent: Collection[int] = ()  # vouchers marked as used by staff, of whose result nothing was heard yet
    used: set[int] = field(default_factory=set)
    aside: set[int] = field(default_factory=set)

    def judge(self, row: Row) -> _Verdict:
        earlier = self.before.setdefault(self.keys[row.same], {})
        voucher = self.vouchers.get(self.ids.get(self.digests.get(row.code, ""), 0))
        if row.kind in earlier and _of_another(row, voucher, earlier[row.kind]):
            return self._second(row, voucher)
        if row.kind in earlier or (row.kind == "taken" and earlier):  # a promise after its grade is no news
            return _Verdict("known")
        promised, changed = earlier.get("taken"), bool(set(earlier) - {"taken"})
        if promised is not None and promised.state == "applied" and not changed:
            verdict = self._grade(row, promised, voucher)
        else:
            verdict = self._fate(row, voucher, changed)
        if voucher and voucher.pooled:
            self.aside.add(voucher.id)
        earlier[row.kind] = verdict
        return verdict

    def _second(self, row: Row, voucher: KnownVoucher | None) -> _Verdict:
        """A registration number that came with somebody else's result, or another exam's: nothing of it is lost."""
        other = _other_key(row, self.keys[row.same], self.digests.get(row.code, ""))
        stored = self.before.setdefault(other, {})
        if row.kind in stored:
            return _Verdict("known")
        verdict = _Verdict("waiting", "changed", row.exam, voucher_id=voucher.id if voucher else None, key=other)
        stored[row.kind] = verdict
        return verdict

    def _sat(self, learner_id: int | None, row: Row) -> bool:
        return any(abs(row.happened_at - at) < SAME_SITTING for at in self.sat.get((learner_id or 0, row.exam), ()))

    def _grade(self, row: Row, promised: _Verdict, voucher: KnownVoucher | None) -> _Verdict:
        """The grade of an exam that was taken: for its learner, unless it names another exam or another voucher."""
        paid = self.vouchers.get(promised.voucher_id or 0)
        if row.exam not in (paid.exams if paid else (promised.exam,)):
            return _Verdict("waiting", "another_exam", row.exam, voucher_id=promised.voucher_id)
        if voucher and voucher.id != promised.voucher_id:
            return _Verdict("waiting", "changed", row.exam, voucher_id=voucher.id)
        if promised.learner_id == self.by or self._sat(promised.learner_id, row):
            why = "own" if promised.learner_id == self.by else "same_day"
            return _Verdict("waiting", why, row.exam, voucher_id=promised.voucher_id)
        return _Verdict("applied", "", row.exam, promised.learner_id, promised.voucher_id, promised.row_id)

    def _fate(self, row: Row, voucher: KnownVoucher | None, changed: bool) -> _Verdict:
        heard = voucher is None or voucher.id not in self.silent
        reason = rules.fate(bool(row.code.text), row.exam, row.happened_at, voucher, changed, row.meant_id, heard)
        if reason or voucher is None or voucher.holder_id is None:
            return _Verdict("waiting", reason, row.exam, voucher_id=voucher.id if voucher else None)
        if voucher.holder_id == self.by:
            reason = "own"
        elif voucher.id in self.used:
            reason = "used"
        elif self._sat(voucher.holder_id, row):
            reason = "same_day"
        if reason:
            return _Verdict("waiting", reason, row.exam, voucher_id=voucher.id)
        self.used.add(voucher.id)
        return _Verdict("applied", "", row.exam, voucher.holder_id, voucher.id)


def _of_another(row: Row, voucher: KnownVoucher | None, earlier: _Verdict) -> bool:
    """Does a row contradict the one that came before under its number?"""
    by_voucher = voucher is not None and earlier.voucher_id not in (None, voucher.id)
    by_name = row.meant_id is not None and earlier.learner_id not in (None, row.meant_id)
    return by_voucher or by_name or earlier.exam != row.exam


def _other_key(row: Row, key: str, digest: str) -> str:
    """The same for the same row, whenever it comes again."""
    return f"{key[:100]}:{row.exam}:{digest[:16]}:{row.meant_id or ''}"


def sat(learner_ids: Collection[int], exam: str, at: datetime) -> set[int]:
    """Which of these learners have a result of this sitting already."""
    heard = exams.heard(learner_ids, {exam})
    return {id_ for (id_, _exam), days in heard.items() if any(abs(at - day) < SAME_SITTING for day in days)}


def _judge(rows: Sequence[Row], keys: Keys, lock: bool, by: int | None) -> _Judge:
    """Everything that the rows need, in a few queries; with ``lock`` nothing is read before it is locked."""
    same = {row.same: _key(row, keys) for row in rows}
    digests = {row.code: digest for row in rows if (digest := _digest(row, keys))}
    if lock:
        usage.lock({row.exam for row in rows}, set(digests.values()))
    ids = usage.ids_of(set(digests.values()))
    before: dict[str, dict[str, _Verdict]] = {}
    other = {_other_key(row, same[row.same], digests.get(row.code, "")) for row in rows}
    for key, kind, *own in _earlier(keys=sorted({*same.values(), *other})):
        before.setdefault(key, {})[kind] = _Verdict(*own)
    promised = {own.voucher_id for kinds in before.values() for own in kinds.values() if own.voucher_id is not None}
    if lock:
        usage.hold(promised - set(ids.values()))
    vouchers = usage.known({*ids.values(), *promised})
    holders = {vouchers[id_].holder_id for id_ in ids.values() if id_ in vouchers}
    holders |= {own.learner_id for kinds in before.values() for own in kinds.values()}
    sat = exams.heard((id_ for id_ in holders if id_ is not None), {row.exam for row in rows})
    return _Judge(same, digests, ids, vouchers, before, sat, by, _silent(vouchers.values()))


@prepared
def _earlier(keys: list[str]) -> QuerySet:
    rows = ExamRow.objects.filter(key__in=keys)
    return rows.values_list("key", "kind", "state", "reason", "exam", "learner_id", "voucher_id", "id")


def _silent(vouchers: Iterable[KnownVoucher]) -> set[int]:
    """Used by the word of staff only: no row of a file and no result by hand names them."""
    used = {one.id for one in vouchers if one.state == "used"}
    if not used:
        return used
    rows = ExamRow.objects.filter(voucher_id__in=used, state="applied").values_list("voucher_id", flat=True)
    return used - set(rows) - exams.paid(used, RESULTS)


def _key(row: Row, keys: Keys) -> str:
    """The row's key as it is stored: a bare number of Pearson VUE, anything else as a digest."""
    return row.same.text if row.same.text.startswith("R:") else f"A:{keys.digest(row.same.text)}"


def _digest(row: Row, keys: Keys) -> str:
    try:
        return keys.digest(normalise(row.code.text)) if row.code.text else ""
    except BadCode:
        return ""


def fates(rows: Sequence[Row], keys: Keys, by: int | None) -> list[Fate]:
    """What would become of these rows; nothing is written."""
    judge, found = _judge(rows, keys, lock=False, by=by), []
    for row in rows:
        verdict = judge.judge(row)
        sentence = rules.REASONS.get(verdict.reason) or (rules.KNOWN if verdict.state == "known" else rules.APPLIED)
        found.append(Fate(row.line, row.masked, verdict.state, sentence))
    return found


def take(
    file: ExamFile, rows: Sequence[Row], keys: Keys, by: int | None, now: datetime
) -> tuple[Counter[str], list[Recorded]]:
    """Store the rows and record what speaks for itself. A code of the pool that a row names is given to nobody."""
    judge, counts = _judge(rows, keys, lock=True, by=by), Counter[str]()
    made, placed = list[tuple[object, ...]](), list[Placed]()
    for row in rows:
        verdict = judge.judge(row)
        counts[verdict.state] += 1
        if verdict.state == "known":
            continue
        key = verdict.key or judge.keys[row.same]
        made.append(_stored(file.id, row, key, keys.encrypt(row.raw.text), verdict))
        if verdict.state == "applied" and verdict.learner_id is not None:
            placed.append(placed_row(row, verdict.learner_id, verdict.voucher_id, verdict.row_id, key))
    tables.insert_many(ExamRow, _COLUMNS, made)
    # They were locked, so that what was judged is what is changed.
    fresh = judge.used - set(judge.silent)
    if usage.use(fresh, now) != len(fresh):
        raise RuntimeError("a voucher changed under its lock")
    usage.set_aside(judge.aside, by, now)
    return counts, record(placed, by, now)


def _stored(file_id: int, row: Row, key: str, cipher: str, verdict: _Verdict) -> tuple[object, ...]:
    """As ``_COLUMNS`` names them."""
    return (
        file_id, row.line, key, row.kind, row.exam, row.happened_at, row.score, cipher, verdict.state, verdict.reason,
        verdict.voucher_id, row.meant_id, verdict.learner_id, "",
    )  # fmt: skip


def record(placed: Sequence[Placed], by: int | None, now: datetime) -> list[Recorded]:
    """Events, the trail and mails of results that have found their learners; a grade to come is no event yet."""
    graded = [one for one in placed if one.kind != "taken"]
    exams.record_many((_event(one) for one in graded), now, by)
    for facts in _links(placed):
        audit.append_many("result.recorded", now, by, facts)
    told = {f"result:{one.same}"[-96:]: (one.learner_id, {"exam": one.exam}) for one in graded}
    outbox.write_many("result_arrived", now, now, told)
    return [Recorded(one.learner_id, one.exam, one.kind, one.happened_at, now) for one in graded]


def _links(placed: Iterable[Placed]) -> list[dict[str, Mapping[str, object]]]:
    """What the trail says of each, by subject; a subject's second result of one step stands in the next part."""
    parts: list[dict[str, Mapping[str, object]]] = []
    for one in placed:
        own = next((part for part in parts if one.subject not in part), None)
        if own is None:
            parts.append(own := {})
        own[one.subject] = {"exam": one.exam, "learner": one.learner_id, "kind": one.kind}
    return parts


def _event(one: Placed) -> NewEvent:
    facts = {} if one.score is None else {"score": float(one.score)}
    return NewEvent(one.learner_id, one.exam, one.kind, one.happened_at, one.voucher_id, facts)
