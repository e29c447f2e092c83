"""Many learners' answers to a module test, for the pages that tell how its questions perform, and correct a key."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model

from wins_xblocks import context, marking
from wins_xblocks.domain.integrity import api as integrity
from wins_xblocks.domain.quiz import banks, corrections, drawing, past, rules
from wins_xblocks.domain.quiz.corrections import Wish
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.workbench.courses import known_key, runtime_for

WRITTEN = "הרק מסטגץד הרקמסטגץד 2027"  # in the test language
LEARNERS, FIRST = 60, 900_000  # nobody's ids
ALIKE = 38  # of the weakest, who are first: who missed some, and not nearly all
TURNED, HARD, EMPTY = 2, 5, 8  # places of questions that are to stand out


def steps(block: str, staff: int) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """States in which many have answered, as ``states.steps`` has them."""
    yield "many tries", "tested", lambda: answer_test(block, context.now())
    yield "hinted", "many tries", lambda: hints(context.now())
    yield "key was wrong", "many tries", lambda: correct_in_course(block)
    yield "key corrected", "key was wrong", lambda: correct_tries(block, staff, context.now())


def correct_in_course(block: str) -> None:
    """The author finds that the strong ones were right."""
    own = runtime_for(get_user_model().objects.get(username="arno"), studio=True).get_block(known_key(block))
    body = json.loads(own.bank.text)
    options = body["items"][TURNED]["options"]
    chosen = next(option for option in options if not option["correct"])
    for option in options:
        option["correct"] = option is chosen
    own.bank = body
    own.save()


def correct_tries(block: str, staff: int, now: datetime) -> None:
    """What an administrator then does on the desk."""
    bank = Attempt.objects.filter(block=block).latest("id").bank
    text = runtime_for(None).get_block(known_key(block)).bank.text
    chosen = {json.loads(text)["items"][TURNED]["id"]: "key"}
    assert past.versions_of(bank.id)
    wish = Wish(bank.id, text, chosen, False, WRITTEN, WRITTEN, 0)
    made = corrections.make(wish, {block: "Module test"}, staff, now)
    marking.each(corrections.due(made), now)
    corrections.settle(made, now + timedelta(minutes=11))


def answer_test(block: str, now: datetime) -> None:
    """The more a learner knows, the more is right; but at one question the strong ones choose what is wrong."""
    own, luck = Attempt.objects.filter(block=block).latest("id"), random.Random(7)
    items = banks.parse(own.bank.body).items
    _asked(own, items[TURNED])
    people = get_user_model().objects
    people.bulk_create(people.model(id=FIRST + n, username=f"n{n:02d}") for n in range(LEARNERS))
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
    # Whoever walked here took seconds, which is unusual, too.
    Attempt.objects.filter(learner_id__lt=FIRST).update(started_at=now - timedelta(minutes=30))
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


def _asked(own: Attempt, item) -> None:
    """Whoever was first was asked this question, too, and gave the answer that is right so far."""
    if item.id not in {one["item"] for one in own.drawn}:
        [new] = rules.stored(drawing.arrange([item], True, random.Random(1)))
        own.drawn = [new, *own.drawn[1:]]
        own.responses[new["ref"]] = [option["ref"] for option in new["options"] if option["option"] in item.right]
        own.save()


def _chosen(item, place: int, strength: float, luck: random.Random) -> list[str]:
    wrong = [option.id for option in item.options if not option.correct]
    if place == EMPTY and luck.random() < 0.3:
        return []
    if place == TURNED:
        return wrong[:1] if luck.random() < strength else sorted(item.right)
    knows = luck.random() < (strength / 4 if place == HARD else strength)
    return sorted(item.right) if knows else [luck.choice(wrong)]
