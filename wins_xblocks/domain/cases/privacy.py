"""What the cases hold of one person: told, and erased."""

from datetime import datetime

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from ..audit import privacy as audit
from ..tables import Told, plain
from ..transactions import outermost
from .models import Case, ReportedQuestion, StaffNote


def told_of(learner_id: int) -> Told:
    """Her questions, their answers, and notes about her; a form's token says nothing to anybody."""
    columns = [field.attname for field in Case._meta.concrete_fields if field.attname != "token"]
    rows = plain(Case.objects.filter(learner_id=learner_id).order_by("id").values(*columns))
    of_notes = [field.attname for field in StaffNote._meta.concrete_fields if field.attname != "token"]
    notes = plain(StaffNote.objects.filter(learner_id=learner_id).order_by("id").values(*of_notes))
    chains = [*(f"case:{row['id']}" for row in rows), *(f"note:{row['id']}" for row in notes)]
    reported = plain(ReportedQuestion.objects.filter(learner_id=learner_id).order_by("id").values())
    return {"Case": rows, "ReportedQuestion": reported, "StaffNote": notes, **audit.told_of(chains, learner_id)}


@outermost
def forget(learner_id: int, now: datetime) -> int:
    """Erase every word she or WINS wrote. Number, kind and days stay: they show that WINS answers in time."""
    ReportedQuestion.objects.filter(learner_id=learner_id).delete()
    own = Case.objects.filter(learner_id=learner_id)
    # No form's token holds a colon, so this one is nobody's.
    done = own.exclude(text="", answer="", attached__isnull=True).update(
        text="", answer="", page="", subject="", state="closed", attached=None,
        token=Concat(Value("forgotten:"), Cast("id", CharField(max_length=20))),
    )  # fmt: skip
    return int(done) + audit.forget([f"case:{id_}" for id_ in own.values_list("id", flat=True)], learner_id)


def forget_notes(learner_id: int) -> int:
    """Delete what staff noted of her."""
    return int(StaffNote.objects.filter(learner_id=learner_id).delete()[0])


def drop_attached(before: datetime) -> int:
    """Delete what was attached to cases opened before; question and answer stay."""
    return int(Case.objects.filter(opened_at__lt=before, attached__isnull=False).update(attached=None))
