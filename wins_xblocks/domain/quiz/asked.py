"""Which question a page means, and what its learner saw: for reports about questions.

No permissions are checked here; whoever calls must have done so.
"""

from random import Random

from django.db.models import F, OuterRef

from . import rules, showing
from .closing import bank_of, bank_of_row, newest, rows
from .drawing import arrange
from .models import BankVersion
from .shown import AskedQuestion, ShownQuestion


def asked(learner_id: int, block: str, number: int, ref: str) -> AskedQuestion | None:
    """The question with this ref in the learner's own try; None when she was asked none such there."""
    own = rows().filter(learner_id=learner_id, block=block, number=number, cleared_at__isnull=True)
    row = own.annotate(bank_name=F("bank__bank_id")).first()
    for place, drawn in enumerate(rules.drawn_of(row.drawn) if row else (), 1):
        if drawn.ref == ref:
            stem = next(item.stem for item in bank_of_row(row).items if item.id == drawn.item)
            return AskedQuestion(row.bank_name, drawn.item, row.bank_hash, row.module, place, stem)
    return None


def as_seen(
    digest: str, item: str, learner_id: int, block: str, number: int, keys: bool
) -> ShownQuestion | None:  # fmt: skip
    """A question of this version of a bank, its answers in the order of the learner's try; in their author's order
    where the try is not there any more. None when there is no such version or question."""
    version = BankVersion.objects.filter(hash=digest).annotate(newest=newest(OuterRef("id"))).first()
    if version is None:
        return None
    bank = bank_of(digest, version.newest)
    own = next((one for one in bank.items if one.id == item), None)
    if own is None:
        return None
    row = rows().filter(learner_id=learner_id, block=block, number=number).first()
    seen = [drawn for drawn in rules.drawn_of(row.drawn) if drawn.item == item] if row else []
    [drawn] = seen[:1] or arrange([own], False, Random(0))  # noqa: S311  no secret
    return showing.alone(bank, drawn, keys)
