"""What the registrations hold of one person: told, and erased; and whose time of keeping details is over."""

from datetime import datetime

from django.db.models import F

from ..audit import api as audit
from ..audit import privacy as trail
from ..tables import Told, plain
from ..transactions import outermost
from .models import Entitlement, HeldCertificate, Registration, Waiver


def ids_of(learner_id: int) -> list[int]:
    """All registrations the learner ever had."""
    return list(Registration.objects.filter(learner_id=learner_id).order_by("id").values_list("id", flat=True))


def ended_before(moment: datetime) -> list[tuple[int, int]]:
    """(registration, learner) of those that ended before ``moment``, oldest first."""
    ended = Registration.objects.filter(ended_at__lt=moment, open_slot__isnull=True)
    return list(ended.order_by("ended_at", "id").values_list("id", "learner_id"))


def told_of(learner_id: int) -> Told:
    """Registrations, hours that WINS accepted, places in exams, and the platform's certificates that are held."""
    ids = ids_of(learner_id)
    return {
        "Registration": plain(Registration.objects.filter(id__in=ids).order_by("id").values()),
        "Waiver": plain(Waiver.objects.filter(registration_id__in=ids).order_by("id").values()),
        "Entitlement": plain(Entitlement.objects.filter(learner_id=learner_id).order_by("id").values()),
        "HeldCertificate": plain(HeldCertificate.objects.filter(learner_id=learner_id).order_by("id").values()),
        **trail.told_of(_subjects(ids), learner_id),
    }


def _subjects(ids: list[int]) -> list[str]:
    return [f"registration:{id_}" for id_ in ids]


@outermost
def forget(learner_id: int, now: datetime) -> int:
    """End what is open, withdraw unused places, erase reasons. That she studied, passed and used a place stays."""
    Registration.objects.filter(learner_id=learner_id).update(state=F("state"))  # the lock, for the trail
    open_ids = list(Registration.objects.filter(learner_id=learner_id, open_slot=1).values_list("id", flat=True))
    for id_ in open_ids:
        audit.append(f"registration:{id_}", "registration.cancelled", now, facts={"account": "closed"})
    done = Registration.objects.filter(id__in=open_ids).update(
        state=Registration.CANCELLED, open_slot=None, ended_at=now
    )
    held = Entitlement.objects.filter(learner_id=learner_id, state=Entitlement.HELD)
    done += held.update(state=Entitlement.WITHDRAWN)
    done += HeldCertificate.objects.filter(learner_id=learner_id).delete()[0]
    ids = ids_of(learner_id)
    done += Entitlement.objects.filter(learner_id=learner_id).exclude(reason="").update(reason="")
    done += Waiver.objects.filter(registration_id__in=ids).exclude(reason="").update(reason="")
    return int(done) + trail.forget(_subjects(ids), learner_id)
