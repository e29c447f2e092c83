"""What the ledger holds of one person: told, and erased; and how long the details of study time are kept.

A total is a sum of days. So visits can go and no total changes: their days are sealed, and the recount lets them stand.
"""

from collections.abc import Sequence
from datetime import datetime

from ..audit import privacy as trail
from ..tables import Told, plain
from ..transactions import outermost
from . import book, statements, strikes
from .models import OfflineClaim, Strike, StudyDay, StudyLearner, StudySession

CHUNK = 500


def told_of(learner_id: int, registration_ids: Sequence[int]) -> Told:
    """Visits, days, book hours, and what was taken out of the count. Spans are in ms since 1970, UTC."""
    own = {"learner_id": learner_id}
    columns = [field.attname for field in OfflineClaim._meta.concrete_fields if field.attname != "token"]
    return {
        "StudyLearner": plain(StudyLearner.objects.filter(**own).values()),
        "StudySession": plain(StudySession.objects.filter(**own).order_by("begins", "id").values()),
        "StudyDay": plain(StudyDay.objects.filter(**own).order_by("day", "id").values()),
        "OfflineClaim": plain(OfflineClaim.objects.filter(**own).order_by("id").values(*columns)),
        "Strike": plain(Strike.objects.filter(registration_id__in=registration_ids).order_by("id").values()),
        **trail.told_of(_chains(learner_id, registration_ids), learner_id),
    }


def _chains(learner_id: int, registration_ids: Sequence[int]) -> list[str]:
    """The histories of her book hours, a text that was changed, a reason; and why time was taken out of the count."""
    ids = OfflineClaim.objects.filter(learner_id=learner_id).order_by("id").values_list("id", flat=True)
    struck = Strike.objects.filter(registration_id__in=registration_ids).order_by("id").values_list("id", flat=True)
    return [*(book.subject(id_) for id_ in ids), *(strikes.subject(id_) for id_ in struck)]


@outermost
def forget(learner_id: int, registration_ids: Sequence[int], now: datetime) -> int:
    """Delete the visits and every word; the hours by day stay, sealed. The notice must be read anew: nothing counts."""
    own = {"learner_id": learner_id}
    statements.lock(learner_id)
    done = StudySession.objects.filter(**own).delete()[0]
    done += StudyDay.objects.filter(**own, sealed=False).update(sealed=True)
    told = OfflineClaim.objects.filter(**own).exclude(what="", reason="", token__isnull=True)
    done += told.update(what="", reason="", token=None)
    done += trail.forget(_chains(learner_id, registration_ids), learner_id)
    done += Strike.objects.filter(registration_id__in=registration_ids).exclude(reason="").update(reason="")
    return int(done) + int(StudyLearner.objects.filter(**own).delete()[0])


def drop_details(ended: Sequence[tuple[int, int]], most: int) -> tuple[int, int]:
    """Delete the visits of these (registration, learner); (visits, registrations) done.

    Stops after the registration that reaches ``most`` visits: the next run goes on from there.
    """
    visits = registrations = 0
    for start in range(0, len(ended), CHUNK):
        part = dict(ended[start : start + CHUNK])
        kept = StudySession.objects.filter(registration_id__in=part).order_by()
        detailed = set(kept.values_list("registration_id", flat=True).distinct())
        for registration_id, learner_id in part.items():
            if visits >= most:
                return visits, registrations
            if registration_id in detailed:
                visits += _seal(registration_id, learner_id)
                registrations += 1
    return visits, registrations


@outermost
def _seal(registration_id: int, learner_id: int) -> int:
    statements.lock(learner_id)
    StudyDay.objects.filter(learner_id=learner_id, registration_id=registration_id).update(sealed=True)
    return int(StudySession.objects.filter(learner_id=learner_id, registration_id=registration_id).delete()[0])
