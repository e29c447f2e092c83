"""What the quizzes hold of one person: told, and erased."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ..audit import privacy as trail
from ..tables import Told, plain
from ..transactions import outermost
from . import banks, extra, pace, rules
from .kinds import KINDS
from .models import Attempt, ExtraTime, ExtraTry, Regraded

INSIDE = ("drawn", "responses", "seed")  # opaque ids; ``answers`` says the same in words


def told_of(learner_id: int) -> Told:
    """Her tries, with her answers in words. Questions of a module test are left out: the next learner gets them too."""
    rows = Attempt.objects.filter(learner_id=learner_id).select_related("bank").order_by("id")
    columns = [field.attname for field in Attempt._meta.concrete_fields if field.attname not in INSIDE]
    answers = {row.id: list(_answers(row)) for row in rows}
    return {
        "Attempt": [{**values, "answers": answers[values["id"]]} for values in plain(rows.values(*columns))],
        "Regraded": plain(Regraded.objects.filter(attempt__learner_id=learner_id).order_by("id").values()),
        "ExtraTry": plain(ExtraTry.objects.filter(learner_id=learner_id).order_by("id").values()),
        "ExtraTime": plain(ExtraTime.objects.filter(learner_id=learner_id).order_by("id").values()),
        **trail.told_of([extra.subject(learner_id), pace.subject(learner_id)], learner_id),
    }


def _answers(row: Attempt) -> Iterator[dict[str, Any]]:
    if not row.drawn:  # erased
        return
    items = {item.id: item for item in banks.bank_of(json.loads(row.bank.body)).items}
    for drawn in rules.drawn_of(row.drawn):
        item, answer = items[drawn.item], row.responses.get(drawn.ref)
        yield {
            "question": "" if row.purpose == "test" else item.stem,
            "chosen": KINDS[item.kind].told(item, drawn, answer),
            "look_again": drawn.ref in row.responses.get(rules.LATER, ()),
        }


@outermost
def forget(learner_id: int, now: datetime) -> int:
    """Delete tries that were never sent, and more time; of the others, questions, answers, and why more were given.

    The results stay.
    """
    own = Attempt.objects.filter(learner_id=learner_id)
    unsent = own.filter(submitted_at__isnull=True).delete()[0]
    told = [id_ for id_, *inside in own.values_list("id", *INSIDE) if any(inside)]
    done = int(unsent) + int(own.filter(id__in=told).update(drawn=[], responses={}, seed=""))
    done += ExtraTry.objects.filter(learner_id=learner_id).exclude(reason="").update(reason="")
    done += ExtraTime.objects.filter(learner_id=learner_id).delete()[0]
    return int(done) + trail.forget([extra.subject(learner_id), pace.subject(learner_id)], learner_id)
