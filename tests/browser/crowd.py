"""Many learners' answers to a module test, for the pages that tell how its questions perform."""

import random
from datetime import datetime, timedelta

from wins_xblocks.domain.integrity import api as integrity
from wins_xblocks.domain.quiz import banks, drawing, rules
from wins_xblocks.domain.quiz.models import Attempt

LEARNERS, FIRST = 60, 900_000  # nobody's ids
ALIKE = 38  # of the weakest, who are first: who missed some, and not nearly all
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


def hints(now: datetime) -> None:
    """One learner gives another one's answers, a good one is very quick, and both are found."""
    own = Attempt.objects.filter(learner_id__gte=FIRST).order_by("id")
    one, other, quick = own[ALIKE], own[ALIKE + 1], own[LEARNERS - 1]
    theirs, responses = {drawn["item"]: drawn for drawn in other.drawn}, {}
    for asked in one.drawn:
        chosen = [o["option"] for o in asked["options"] if o["ref"] in one.responses.get(asked["ref"], ())]
        mine = theirs[asked["item"]]
        if refs := [o["ref"] for o in mine["options"] if o["option"] in chosen]:
            responses[mine["ref"]] = refs
    Attempt.objects.filter(id=other.id).update(responses=responses, correct=one.correct)
    Attempt.objects.filter(id=quick.id).update(started_at=now - timedelta(seconds=100))
    assert integrity.look(now)[1] == 2


def _chosen(item, place: int, strength: float, luck: random.Random) -> list[str]:
    wrong = [option.id for option in item.options if not option.correct]
    if place == EMPTY and luck.random() < 0.3:
        return []
    if place == TURNED:
        return wrong[:1] if luck.random() < strength else sorted(item.right)
    knows = luck.random() < (strength / 4 if place == HARD else strength)
    return sorted(item.right) if knows else [luck.choice(wrong)]
