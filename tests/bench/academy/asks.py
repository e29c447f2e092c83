"""What learners ask and confirm: questions with their answers, requests before a voucher, names on documents."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from wins_xblocks.domain.cases.data import REPORTED
from wins_xblocks.domain.cases.models import Case, ReportedQuestion
from wins_xblocks.domain.cases.rules import working_days_after
from wins_xblocks.domain.integrity.models import IntegrityHint
from wins_xblocks.domain.quiz.models import Attempt, BankVersion, CorrectedVersion, KeyCorrection, Regraded
from wins_xblocks.domain.vouchers.models import DocumentName, VoucherRequest
from wins_xblocks.domain.vouchers.names import TEXT_VERSION

from .lives import DAY, Study
from .names import Name
from .supply import Hand
from .table import Table
from .trail import Trail
from .tries import ITEMS
from .vouchers import Held

_KINDS = ("question", "question", "time", REPORTED, "voucher")
_TEXTS = ("I studied on Sunday and cannot find it.", "May I use my own paper in the exam?", "The film does not start.",
          "How long does a voucher last?", "My company has changed its name. What must I do?")  # fmt: skip
_ARRANGEMENTS = ("extra_time", "reader", "separate_room", "breaks", "equipment", "other")
HINTS = 101
_OPEN_DAYS = 21  # whatever was asked before then has an answer


def questions(lives: Sequence[Sequence[Study]], hand: Hand) -> None:
    """One for every thirty learners."""
    columns = ("id", "number", "kind", "subject", "learner_id", "page", "text", "token", "state", "opened_at",
               "deadline", "answer", "answered_at", "answered_by")  # fmt: skip
    with Table(Case, *columns) as rows:
        for own, opened in _asked(lives, 30, hand):
            number, by = rows.count + 1, hand.luck.choice(hand.staff)
            answered = _answered(opened, hand)
            kind, values = _KINDS[number % len(_KINDS)], {"number": f"W-{number:06d}"}
            rows.add(
                number, f"W-{number:06d}", kind, own.module.id, own.learner, "", hand.luck.choice(_TEXTS),
                f"{hand.luck.getrandbits(64):016x}", "answered" if answered else "open", opened, _due(opened, hand),
                "Please look at “Study time”: it stands there." if answered else "", answered, by if answered else None,
            )  # fmt: skip
            hand.trail.act(f"case:{number}", "case.opened", opened, own.learner, {"kind": kind})
            hand.trail.mail("case_received", values["number"], opened, own.learner, values)
            if answered:
                hand.trail.act(f"case:{number}", "case.answered", answered, by, {"kind": kind})
                hand.trail.mail("case_answered", values["number"], answered, own.learner, values)


def reported(luck: random.Random) -> None:
    """Which question each report is about: some of a bank are reported often."""
    digest = BankVersion.objects.values_list("hash", flat=True).get(bank_id="academy")
    columns = ("case_id", "learner_id", "bank_id", "item", "bank_hash", "module", "block", "number", "place",
               "stem", "open_slot")  # fmt: skip
    with Table(ReportedQuestion, *columns) as rows:
        found = Case.objects.filter(kind=REPORTED).values_list("id", "learner_id", "subject", "state")
        for case, learner, module, state in found:
            item, slot = f"i{luck.randrange(ITEMS)}", 1 if state == "open" else None
            rows.add(case, learner, "academy", item, digest, module, "quiz", 1, 1, f"Question {item}?", slot)


def hints(luck: random.Random, now: datetime) -> None:
    """About quick tries at module tests: two pages of the list, and one more."""
    tries = list(Attempt.objects.filter(purpose="test", submitted_at__isnull=False).order_by("id")[:HINTS])
    for row in tries:
        IntegrityHint.objects.create(
            kind="time", bank=row.bank_id, module=row.module, learner_id=row.learner_id, attempt_id=row.id,
            made_at=now, chance=1e-6,
            facts={"seconds": luck.randrange(60, 300), "usual": 2400, "share": 1, "asked": 20},
        )  # fmt: skip


def corrected(hand: Hand) -> None:
    """The key of one question was wrong; every fifth of the tries that asked it has another mark since."""
    version = BankVersion.objects.get(bank_id="academy")
    own = KeyCorrection.objects.create(
        bank=version, number=1, new=version, chosen={"i0": "free"}, lower=False, reason="It had two right answers.",
        quizzes={"quiz": "Unit quiz"}, made_at=hand.now, made_by=hand.staff[0], done_at=hand.now,
    )  # fmt: skip
    CorrectedVersion.objects.create(correction=own, old=version, done={"i0": {"free": True}})
    columns = ("attempt_id", "correction_id", "correct_before", "possible_before", "passed_before", "correct",
               "possible", "passed", "kept", "at")  # fmt: skip
    with Table(Regraded, *columns) as rows:
        sent = Attempt.objects.filter(submitted_at__isnull=False, id__lt=50_000).values_list(
            "id", "correct", "possible"
        )
        for id_, correct, possible in sent.iterator():
            if id_ % 5 == 0 and correct < possible:
                rows.add(id_, own.id, correct, possible, False, correct + 1, possible, False, False, hand.now)


def requests(lives: Sequence[Sequence[Study]], hand: Hand) -> None:
    """One for every seventy learners; of a learner one at most."""
    columns = ("id", "learner_id", "exam", "kind", "what", "text", "state", "open_slot", "asked_at", "deadline",
               "answer", "decided_at", "decided_by")  # fmt: skip
    with Table(VoucherRequest, *columns) as rows:
        for own, asked in _asked(lives, 70, hand):
            number, by, decided = rows.count + 1, hand.luck.choice(hand.staff), _answered(asked, hand)
            state = hand.luck.choice(("granted", "granted", "refused")) if decided else "asked"
            exam, text = own.module.exam, "Half an hour more." if hand.luck.random() < 0.5 else ""
            rows.add(
                number, own.learner, exam, "arrangement", hand.luck.choice(_ARRANGEMENTS), text, state,
                None if decided else 1, asked, _due(asked, hand), "Agreed with the test centre." if decided else "",
                decided, by if decided else None,
            )  # fmt: skip
            facts = {"exam": exam, "kind": "arrangement", "learner": own.learner}
            hand.trail.act(f"request:{number}", "request.asked", asked, own.learner, facts)
            if decided:
                hand.trail.act(f"request:{number}", f"request.{state}", decided, by, facts)
                hand.trail.mail("request_decided", f"request:{number}", decided, own.learner, {"exam": exam})


def _asked(lives: Sequence[Sequence[Study]], every: int, hand: Hand) -> list[tuple[Study, datetime]]:
    """Who asked what about which module when, the first first; a third of it is of the last weeks."""
    found = []
    for life in hand.luck.sample(lives, max(len(lives) // every, 1)):
        own = hand.luck.choice(life)
        old = max((hand.now - own.started).days, 1)
        days = hand.luck.randint(0, min(old, _OPEN_DAYS) if hand.luck.random() < 1 / 3 else old)
        found.append((own, hand.now - days * DAY - timedelta(minutes=hand.luck.randint(1, 600))))
    return sorted(found, key=lambda one: one[1])


def _answered(asked: datetime, hand: Hand) -> datetime | None:
    if asked > hand.now - _OPEN_DAYS * DAY and hand.luck.random() < 0.6:
        return None
    return min(asked + timedelta(hours=hand.luck.randint(2, 200)), hand.now)


def _due(asked: datetime, hand: Hand) -> date:
    return working_days_after(asked.date(), hand.rules.policies.answer_within_working_days)


def documents(held: Iterable[Held], people: Mapping[int, Name], trail: Trail, luck: random.Random) -> None:
    """Whoever has a voucher has confirmed her name; a few have done so twice."""
    seen: set[int] = set()
    with Table(
        DocumentName, "learner_id", "given", "family", "native", "country", "text_version", "confirmed_at"
    ) as rows:
        for own in held:
            learner = own.study.learner
            if learner in seen and luck.random() > 0.02:
                continue
            seen.add(learner)
            name, when = people[learner], own.issued - timedelta(minutes=3)
            rows.add(learner, name.given, name.family, name.native, name.country, TEXT_VERSION, when)
            facts = {"learner": learner, "text": TEXT_VERSION}
            trail.act(f"name:{learner}", "name.confirmed", when, learner, facts, name.country)
