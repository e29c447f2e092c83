"""What a person decides before a voucher: special arrangements that a learner asks for, and countries of the policy.

One open request per learner, exam and kind. An arrangement is asked for before the exam is booked; while it is open
nothing is booked (policy). Medical evidence is neither asked for nor kept. Words go when their time is over.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from django.db import IntegrityError
from django.db.models import F, Q, QuerySet

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..cases import rules as working_days
from ..outbox import api as outbox
from ..prepared import prepared
from ..programme.data import Programme
from ..together import Read
from ..transactions import outermost
from ..waiting import First, Some, first, some
from . import names
from .data import RequestValue
from .models import DocumentName, Voucher, VoucherExam, VoucherRequest

ARRANGEMENT, COUNTRY = "arrangement", "country"
ARRANGEMENTS = ("extra_time", "reader", "separate_room", "breaks", "equipment", "other")
LONGEST = 500  # of what a learner writes: what she needs, not why
LONGEST_ANSWER = 1000
COUNTRY_CODE = re.compile("[A-Z]{2}")  # ISO 3166-1 alpha-2


class WhatWrong(Refusal):
    """Not a kind of arrangement."""


class TextWrong(Refusal):
    """Nothing written where it is needed, or too much."""


class TooLate(Refusal):
    """The exam is booked: arrangements are decided before."""


class CountryWrong(Refusal):
    """Not another country than the one that stands."""


class AnswerWrong(Refusal):
    """A decision without words, or with too many."""


class NotOpen(Refusal):
    """It was decided, withdrawn, or never asked."""


def _value(row: VoucherRequest) -> RequestValue:
    return RequestValue(
        row.id, row.learner_id, row.exam, row.kind, row.what, row.text, row.state, row.asked_at, row.deadline,
        row.answer, row.decided_at, row.decided_by,
    )  # fmt: skip


def ask(learner_id: int, exam: str, what: str, text: str, rules: Programme, now: datetime) -> RequestValue:
    """Ask for an arrangement; asking again while it is open changes nothing.

    Raises WhatWrong, TextWrong (with ``other`` nothing says what is needed but the text), TooLate.
    """
    words = text.replace("\0", "").strip()
    if what not in ARRANGEMENTS:
        raise WhatWrong(_("Choose what you need."))
    if len(words) > LONGEST or (what == "other" and not words):
        raise TextWrong(_("Write what you need, at most {most} characters."), most=LONGEST)
    held = VoucherExam.objects.filter(exam=exam, open_holder=learner_id).values_list("voucher_id", flat=True).first()
    try:
        return _ask(held, learner_id, exam, what, words, rules, now)
    except IntegrityError:  # the same form twice at once
        return _value(VoucherRequest.objects.get(learner_id=learner_id, exam=exam, kind=ARRANGEMENT, open_slot=1))


@outermost
def _ask(
    held: int | None, learner_id: int, exam: str, what: str, text: str, rules: Programme, now: datetime
) -> RequestValue:
    own = Voucher.objects.filter(id=held, holder_id=learner_id)
    own.update(state=F("state"))  # a booking of the same moment comes before or after
    if own.filter(state="booked").exists():
        raise TooLate(_("Your exam is booked. Arrangements must be agreed before. Ask WINS what is possible."))
    found = VoucherRequest.objects.filter(learner_id=learner_id, exam=exam, kind=ARRANGEMENT, open_slot=1).first()
    return _value(found) if found else _open(learner_id, exam, ARRANGEMENT, what, text, rules, now)


def open_country(learner_id: int, exam: str, country: str, rules: Programme, now: datetime) -> None:
    """Ask a person about a learner's country, inside the caller's transaction, unless that is asked already.

    What was asked about another country than hers is withdrawn: the answer would be about nothing.
    """
    own = DocumentName.objects.filter(learner_id=learner_id)
    own.update(learner_id=F("learner_id"))  # another country of the same moment comes before, or is refused
    newest = own.order_by("id").last()
    if newest is None or newest.country != country:
        return
    asked = VoucherRequest.objects.filter(learner_id=learner_id, exam=exam, kind=COUNTRY, open_slot=1).first()
    if asked is None or (asked.what != country and _take_away(asked, learner_id, now)):
        _open(learner_id, exam, COUNTRY, country, "", rules, now)


def _open(learner_id: int, exam: str, kind: str, what: str, text: str, rules: Programme, now: datetime) -> RequestValue:
    today = now.astimezone(rules.zone).date()
    deadline = working_days.working_days_after(today, rules.policies.answer_within_working_days)
    earlier = VoucherRequest.objects.filter(learner_id=learner_id, exam=exam, kind=kind, state="withdrawn")
    told = earlier.filter(asked_at__gte=datetime.combine(today, time.min, rules.zone)).exists()
    row = VoucherRequest.objects.create(
        learner_id=learner_id, exam=exam, kind=kind, what=what, text=text, asked_at=now, deadline=deadline
    )
    subject, facts = f"request:{row.id}", {"exam": exam, "kind": kind, "learner": learner_id}
    audit.append(subject, "request.asked", now, actor_id=learner_id, facts=facts)
    if not told:  # once a day, however often she takes it back and asks again
        outbox.write("request_opened", subject, now, now, None, {"exam": exam, "deadline": deadline.isoformat()})
    return _value(row)


def withdraw(learner_id: int, exam: str, now: datetime) -> None:
    """The learner does not need her arrangement any more. Raises NotOpen."""
    own = VoucherRequest.objects.filter(learner_id=learner_id, exam=exam, kind=ARRANGEMENT, open_slot=1).first()
    if own is None:
        raise NotOpen(_("There is no open request. Load the page again."))
    _withdraw(own, now)


@outermost
def _withdraw(own: VoucherRequest, now: datetime) -> None:
    if not _take_away(own, own.learner_id, now):
        raise NotOpen(_("There is no open request. Load the page again."))


def _take_away(own: VoucherRequest, by: int, now: datetime) -> bool:
    """False when it was decided meanwhile."""
    done = VoucherRequest.objects.filter(id=own.id, state="asked")
    if not done.update(state="withdrawn", open_slot=None, decided_at=now, text=""):
        return False
    facts = {"exam": own.exam, "kind": own.kind, "learner": own.learner_id}
    audit.append(f"request:{own.id}", "request.withdrawn", now, actor_id=by, facts=facts)
    return True


def correct_country(request_id: int, country: str, reason: str, by: int, now: datetime) -> None:
    """The document is of another country than the learner told: hers is written anew, and what was asked ends.

    Raises CountryWrong, AnswerWrong without a reason, NotOpen when it is no question of a country, or one's own.
    """
    why, code = _answer(reason), country.strip().upper()
    if not COUNTRY_CODE.fullmatch(code):
        raise CountryWrong(_("Write the country as two letters, as AT."))
    _correct_country(request_id, code, why, by, now)


@outermost
def _correct_country(request_id: int, country: str, why: str, by: int, now: datetime) -> None:
    asked = VoucherRequest.objects.filter(id=request_id, kind=COUNTRY).exclude(learner_id=by).first()
    if asked is None or asked.state not in ("asked", "refused"):
        raise NotOpen(_("This was decided or withdrawn already, or it is your own request. Nothing was changed."))
    learner_id = asked.learner_id
    DocumentName.objects.filter(learner_id=learner_id).update(learner_id=F("learner_id"))  # before it is read
    name = names.of(learner_id)
    if name is None or name.country == country:
        raise CountryWrong(_("This country stands there already."))
    names.write(learner_id, replace(name, country=country), by, why, now)
    for own in VoucherRequest.objects.filter(learner_id=learner_id, kind=COUNTRY, open_slot=1):
        _take_away(own, by, now)
    outbox.write("request_decided", f"request:{asked.id}", now, now, learner_id, {"exam": asked.exam})


@outermost
def decide(
    request_id: int, grant: bool, answer: str, by: int, now: datetime, again: bool = True
) -> RequestValue:  # fmt: skip
    """Agree, with what, or not, with the reason; the learner reads it. A country that was refused may be agreed later.

    ``again`` False: not here, where it was seen undecided, and somebody may refuse it at this moment.
    Raises AnswerWrong, and NotOpen when it was decided meanwhile.
    """
    words = _answer(answer)
    waiting = VoucherRequest.objects.filter(id=request_id).exclude(learner_id=by)
    done = {"state": "granted" if grant else "refused", "open_slot": None, "answer": words, "decided_at": now}
    changed = waiting.filter(state="asked").update(**done, decided_by=by)
    if not changed and grant and again:
        changed = waiting.filter(state="refused", kind=COUNTRY).update(**done, decided_by=by)
    if not changed:
        raise NotOpen(_("This was decided or withdrawn already, or it is your own request. Nothing was changed."))
    row = VoucherRequest.objects.get(id=request_id)
    subject, facts = f"request:{row.id}", {"exam": row.exam, "kind": row.kind, "learner": row.learner_id}
    audit.append(subject, f"request.{row.state}", now, actor_id=by, facts=facts)
    outbox.write("request_decided", subject, now, now, row.learner_id, {"exam": row.exam})
    return _value(row)


def _answer(text: str) -> str:
    words = text.replace("\0", "").strip()
    if not words or len(words) > LONGEST_ANSWER:
        told = _("Write what was agreed, or why not, at most {most} characters. The learner reads it.")
        raise AnswerWrong(told, most=LONGEST_ANSWER)
    return words


def of_learner(learner_id: int) -> Mapping[tuple[str, str], RequestValue]:
    """The newest request of each exam and kind that was not withdrawn, by (exam, kind)."""
    return {(row.exam, row.kind): _value(row) for row in _standing(learner_id=learner_id)}


@prepared
def _standing(learner_id: int) -> QuerySet:
    return VoucherRequest.objects.filter(learner_id=learner_id).exclude(state="withdrawn").order_by("id")


def read(learner_id: int) -> Read[tuple[RequestValue, ...]]:
    """All of one learner's, the newest first, as a part of a statement."""
    rows = VoucherRequest.objects.filter(learner_id=learner_id)
    return Read(rows, lambda found: tuple(_value(row) for row in sorted(found, key=lambda row: -row.id)))


def must_wait(learner_id: int, exam: str) -> bool:
    """Is an arrangement for this exam still to be decided?"""
    asked = VoucherRequest.objects.filter(learner_id=learner_id, exam=exam, kind=ARRANGEMENT, open_slot=1)
    return bool(asked.exists())


def request(request_id: int) -> RequestValue | None:
    row = VoucherRequest.objects.filter(id=request_id).first()
    return _value(row) if row else None


def open_requests(most: int = 200) -> tuple[RequestValue, ...]:
    """What waits for a decision, the nearest deadline first."""
    rows = VoucherRequest.objects.filter(state="asked").order_by("deadline", "id")[:most]
    return tuple(_value(row) for row in rows)


def first_open(by: int, after: int = 0) -> First[RequestValue]:
    """The request that ``by`` should decide first, nobody her own; ``after`` is the last one that she put off."""
    rows = VoucherRequest.objects.filter(state="asked").exclude(learner_id=by)
    last = VoucherRequest.objects.filter(id=after).values("deadline")[:1]
    put_off = Q(deadline__lt=last) | Q(deadline=last, id__lte=after) if after else None
    return first(rows, ("deadline", "id"), _value, put_off)


def count_open() -> int:
    return int(VoucherRequest.objects.filter(state="asked").count())


def some_open(today: date, most: int, skip: int = 0) -> Some[RequestValue]:
    """What waits for a decision, the nearest deadline first, with how many wait and how many are late."""
    rows = VoucherRequest.objects.filter(state="asked")
    return some(rows, ("deadline", "id"), _value, Q(deadline__lt=today), most, skip)


def tell_overdue(today: date, now: datetime) -> int:
    """Write to the Academy of each request whose day to answer is over, once; how many."""
    late = VoucherRequest.objects.filter(state="asked", deadline__lt=today, overdue_told=False).order_by("id")
    return sum(_tell_overdue(row_id, now) for row_id in list(late.values_list("id", flat=True)))


@outermost
def _tell_overdue(request_id: int, now: datetime) -> bool:
    own = VoucherRequest.objects.filter(id=request_id, state="asked", overdue_told=False)
    if not own.update(overdue_told=True):
        return False
    row = VoucherRequest.objects.get(id=request_id)
    values = {"exam": row.exam, "deadline": row.deadline.isoformat()}
    outbox.write("request_overdue", f"request:{row.id}", now, now, None, values)
    return True


def drop(before: datetime) -> int:
    """Delete what was decided or withdrawn before; how many. What was refused for its country stays refused."""
    over = VoucherRequest.objects.filter(decided_at__lt=before).exclude(kind=COUNTRY)
    return int(over.delete()[0])
