"""Rows to the learners they are of, many at a time, inside the transaction of a caller who holds the file's lock."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..audit import api as audit
from ..exams import api as exams
from ..exams.data import NewEvent
from ..outbox import api as outbox
from ..vouchers import usage
from ..vouchers.data import KnownVoucher, Secret
from ..vouchers.keys import BadCode, Keys, normalise
from . import rules
from .data import Fate, Recorded, Row
from .models import ExamFile, ExamRow


@dataclass(frozen=True)
class Placed:
    """A stored row, whose it is, and the voucher that paid for it."""

    row: ExamRow
    learner_id: int
    voucher_id: int | None
    row_id: int | None = None  # of the trail, where no voucher is

    @property
    def subject(self) -> str:
        return f"voucher:{self.voucher_id}" if self.voucher_id is not None else f"examrow:{self.row_id}"


@dataclass
class _Judge:
    """What is known of the rows of one step: earlier rows of the same registration, and vouchers by digest."""

    keys: Mapping[Secret, str]
    digests: Mapping[Secret, str]  # by code
    ids: Mapping[str, int]
    vouchers: Mapping[int, KnownVoucher]
    before: dict[str, dict[str, ExamRow | None]]  # key -> kind -> the row
    used: set[int]

    def voucher(self, row: Row) -> KnownVoucher | None:
        found = self.ids.get(self.digests.get(row.code, ""))
        return self.vouchers.get(found) if found is not None else None

    def judge(self, row: Row) -> tuple[str, str, ExamRow | None]:
        """(state, reason, the row whose grade this one brings)."""
        earlier = self.before.setdefault(self.keys[row.same], {})
        if row.kind in earlier:
            return "known", "", None
        promised = earlier.get("taken")
        changed = bool(set(earlier) - {"taken"})
        earlier[row.kind] = None
        if promised is not None and not changed and promised.state == "applied":
            return "applied", "", promised
        voucher = self.voucher(row)
        reason = rules.fate(row.code.text, row.exam, voucher, changed)
        if not reason and voucher and voucher.id in self.used:
            reason = "used"
        if not reason and voucher:
            self.used.add(voucher.id)
        return ("waiting" if reason else "applied"), reason, None


def _judge(rows: Sequence[Row], keys: Keys, lock: bool) -> _Judge:
    same = {row.same: _key(row, keys) for row in rows}
    digests = {row.code: digest for row in rows if (digest := _digest(row, keys))}
    ids = usage.ids_of(set(digests.values()))
    before: dict[str, dict[str, ExamRow | None]] = {}
    earlier = list(ExamRow.objects.filter(key__in=set(same.values())))
    for one in earlier:
        before.setdefault(one.key, {})[one.kind] = one
    if lock:
        usage.lock({*ids.values(), *(one.voucher_id for one in earlier if one.voucher_id is not None)})
    return _Judge(same, digests, ids, usage.known(set(ids.values())), before, set())


def _key(row: Row, keys: Keys) -> str:
    """The row's key as it is stored: a bare number of Pearson VUE, anything else as a digest."""
    return row.same.text if row.same.text.startswith("R:") else f"A:{keys.digest(row.same.text)}"


def _digest(row: Row, keys: Keys) -> str:
    try:
        return keys.digest(normalise(row.code.text)) if row.code.text else ""
    except BadCode:
        return ""


def fates(rows: Sequence[Row], keys: Keys) -> list[Fate]:
    """What would become of these rows; nothing is written."""
    judge, found = _judge(rows, keys, lock=False), []
    for row in rows:
        state, reason, _promised = judge.judge(row)
        sentence = rules.REASONS.get(reason) or (rules.KNOWN if state == "known" else rules.APPLIED)
        found.append(Fate(row.line, row.masked, state, sentence))
    return found


def take(
    file: ExamFile, rows: Sequence[Row], keys: Keys, by: int | None, now: datetime
) -> tuple[Counter[str], list[Recorded]]:
    """Store the rows and record what speaks for itself."""
    judge, counts = _judge(rows, keys, lock=True), Counter[str]()
    made, placed = list[ExamRow](), list[Placed]()
    for row in rows:
        state, reason, promised = judge.judge(row)
        counts[state] += 1
        if state == "known":
            continue
        voucher = judge.voucher(row)
        stored = _stored(file, row, keys, state, reason)
        made.append(stored)
        if state == "applied":
            learner = promised.learner_id if promised else voucher.holder_id if voucher else None
            stored.learner_id = learner
            stored.voucher_id = promised.voucher_id if promised else voucher.id if voucher else None
            placed.append(Placed(stored, int(learner or 0), stored.voucher_id, promised.id if promised else None))
    ExamRow.objects.bulk_create(made)
    # They were locked, so that what was judged is what is changed.
    if usage.use(judge.used, now) != len(judge.used):
        raise RuntimeError("a voucher changed under its lock")
    return counts, record(placed, by, now)


def _stored(file: ExamFile, row: Row, keys: Keys, state: str, reason: str) -> ExamRow:
    return ExamRow(
        file=file, line=row.line, key=_key(row, keys), kind=row.kind, exam=row.exam, happened_at=row.happened_at,
        score=row.score, cipher=keys.encrypt(row.raw.text), state=state, reason=reason,
    )  # fmt: skip


def record(placed: Sequence[Placed], by: int | None, now: datetime) -> list[Recorded]:
    """Events, the trail and mails of rows that have found their learners; a grade to come is no event yet."""
    graded = [one for one in placed if one.row.kind != "taken"]
    exams.record_many((_event(one) for one in graded), now, by)
    facts = {one.subject: {"exam": one.row.exam, "learner": one.learner_id, "kind": one.row.kind} for one in placed}
    audit.append_many("result.recorded", now, by, facts)
    told = {f"result:{one.row.key}:{one.row.kind}"[-96:]: (one.learner_id, {"exam": one.row.exam}) for one in graded}
    outbox.write_many("result_arrived", now, now, told)
    return [Recorded(one.learner_id, one.row.exam, one.row.kind, one.row.happened_at, now) for one in graded]


def _event(one: Placed) -> NewEvent:
    facts = {} if one.row.score is None else {"score": float(one.row.score)}
    return NewEvent(one.learner_id, one.row.exam, one.row.kind, one.row.happened_at, one.voucher_id, facts)
