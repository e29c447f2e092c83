"""Learners page by page, by their registrations: the database counts, sorts and cuts, however many there are."""

from collections.abc import Collection

from django.db.models import Count, Max, QuerySet

from .models import Registration


def count(modules: Collection[str] | None) -> int:
    """How many learners are, or were, registered for one of ``modules``; None: for any."""
    return int(_of(modules).aggregate(learners=Count("learner_id", distinct=True))["learners"])


def newest(modules: Collection[str] | None, start: int, most: int) -> list[int]:
    """Ids of at most ``most`` of these learners from place ``start``, who registered last first."""
    rows = _of(modules).values("learner_id").annotate(newest=Max("id")).order_by("-newest")
    return list(rows.values_list("learner_id", flat=True)[start : start + most])


def _of(modules: Collection[str] | None) -> QuerySet:
    rows = Registration.objects.order_by()
    return rows if modules is None else rows.filter(module__in=list(modules))
