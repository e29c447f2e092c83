"""What jobs hold of one person: told, and erased."""

from datetime import datetime

from django.db.models import F

from ..tables import Told, plain
from ..transactions import outermost
from .api import CLOSED
from .models import Job, JobLine


def told_of(learner_id: int) -> Told:
    """Lines that mean her."""
    return {"JobLine": plain(JobLine.objects.filter(learner_id=learner_id).order_by("id").values())}


def forget(learner_id: int, now: datetime) -> int:
    """Take her out of every line; what was not done for her yet is not done any more. Which exam it was stays."""
    own = JobLine.objects.filter(learner_id=learner_id)
    return sum(_forget(job_id, learner_id, now) for job_id in sorted(set(own.values_list("job_id", flat=True))))


@outermost
def _forget(job_id: int, learner_id: int, now: datetime) -> int:
    Job.objects.filter(id=job_id).update(total=F("total"))  # the lock of whoever does its lines
    own = JobLine.objects.filter(job_id=job_id, learner_id=learner_id)
    ended = own.filter(state="waiting").update(state="refused", at=now)
    Job.objects.filter(id=job_id).update(refused=F("refused") + ended)
    return int(own.update(learner_id=None, voucher_id=None, attempt_id=None, sentence=CLOSED, values={}))
