"""Many learners' answers to a module test, for the pages that tell how its questions perform."""

import random
from datetime import datetime, timedelta

from wins_xblocks.domain.integrity.models import IntegrityHint
from wins_xblocks.domain.quiz import banks, drawing, rules
from wins_xblocks.domain.quiz.models import Attempt

LEARNERS, FIRST = 60, 900_000  # nobody's ids
TURNED, HARD, EMPTY = 2, 5, 8  # places of questions that are to stand out


def answer_test(block: str, now: datetime) -> None:
    """The more a learner knows, the more is right; but at one question the strong ones choose what is wrong."""
    own, luck = Attempt.objects.filter(block=block).latest("id"), random.Random(7)
    items = banks.parse(own.bank.body).items
    for number in range(LEARNERS):
        strength, drawn = 0.35 + 0.6 * number / LEARNERS, rules.stored(drawing.arrange(items, True, luck))
        chosen = {item.id: _chosen(item, place, strength, luck) for place, item in enumerate(items)}
        responses = {
            one["ref"]: [option["ref"] for option in one["options"] if option["option"] in chosen[one["item"]]]
            for one in drawn if chosen[one["item"]]
        }  # fmt: skip
        right = sum(chosen[item.id] == sorted(item.right) for item in items)
        Attempt.objects.create(
            learner_id=FIRST + number, block=block, number=1, open_slot=None, module=own.module, purpose="test",
            bank=own.bank, pass_percent=own.pass_percent, seed="", drawn=drawn, responses=responses,
            started_at=now - timedelta(minutes=luck.randint(15, 45)), submitted_at=now, correct=right,
            possible=len(items), passed=right * 100 >= own.pass_percent * len(items), grade_published_at=now,
        )  # fmt: skip


def hint(now: datetime) -> None:
    """Of the two weakest, who are alike here, and of a quick one. Ids of hints are 1 and 2."""
    one, other, third = Attempt.objects.filter(learner_id__gte=FIRST).order_by("id")[:3]
    drawn = {drawn["item"]: drawn for drawn in other.drawn}
    responses = {}
    for asked in one.drawn:
        names = {option["ref"]: option["option"] for option in asked["options"]}
        chosen = [names[ref] for ref in one.responses.get(asked["ref"], ())]
        mine = drawn[asked["item"]]
        responses[mine["ref"]] = [option["ref"] for option in mine["options"] if option["option"] in chosen]
    Attempt.objects.filter(id=other.id).update(responses=responses)
    same = {"same": 12, "missed": 12, "one": 12, "other": 12, "asked": 20, "expected": 3.1}
    who = {"module": one.module, "bank": one.bank_id, "made_at": now}
    IntegrityHint.objects.create(
        kind="answers", learner_id=one.learner_id, other_id=other.learner_id, attempt_id=one.id,
        other_attempt_id=other.id, facts=same, chance=3e-8, **who,
    )  # fmt: skip
    quick = {"seconds": 190, "usual": 1800, "share": 0.95, "asked": 20}
    IntegrityHint.objects.create(
        kind="time", learner_id=third.learner_id, attempt_id=third.id, facts=quick, chance=2e-5, **who
    )


def _chosen(item, place: int, strength: float, luck: random.Random) -> list[str]:
    wrong = [option.id for option in item.options if not option.correct]
    if place == EMPTY and luck.random() < 0.3:
        return []
    if place == TURNED:
        return wrong[:1] if luck.random() < strength else sorted(item.right)
    knows = luck.random() < (strength / 4 if place == HARD else strength)
    return sorted(item.right) if knows else [luck.choice(wrong)]
