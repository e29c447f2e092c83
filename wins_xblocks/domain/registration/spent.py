"""Who has no try left at a module test and did not pass, page by page: the database counts, sorts and cuts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from django.db.models import Case, Count, Exists, Max, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from ..programme.data import Programme
from ..quiz import api as quiz
from . import listing, rules
from .listing import Wanted

Tries = Mapping[tuple[int, str], int]  # by version of the rules and module


def tries_by_rules(starts: Mapping[int, Programme], current: Programme) -> Tries:
    """How many tries the rules give those who began under each version, by module."""
    return {
        (version, module.id): rules.binding(start, current, module.id).policies.module_test.tries
        for version, start in starts.items() for module in start.modules
    }  # fmt: skip


def count(wanted: Wanted, tries: Tries, but: Tries | None = None) -> int:
    """How many registrations these are. ``but``: without those who have no try left under these either."""
    return int(_spent(wanted, tries, but).count())


def newest(wanted: Wanted, tries: Tries, start: int, most: int, total: int, but: Tries | None = None) -> list[int]:
    """Ids of at most ``most`` of ``total`` of them from place ``start``, whose last try was last first."""
    rows = _spent(wanted, tries, but).order_by("-last", "-registration_id")
    return listing.cut(rows.values_list("registration_id", flat=True), start, most, total)


def _spent(wanted: Wanted, tries: Tries, but: Tries | None) -> QuerySet:
    """Of few is asked more than how often they failed: an index alone answers that."""
    rows = quiz.failed_tests().values("registration_id").annotate(used=Count("id"), last=Max("submitted_at"))
    # The subquery stands by itself: in an expression it would become part of what is grouped by, and slow.
    rows = rows.filter(used__gte=min(tries.values())).filter(used__gte=Subquery(_most(wanted, tries)))
    return rows.filter(used__lt=Subquery(_most(wanted, but))) if but else rows


def _most(wanted: Wanted, tries: Tries) -> QuerySet:
    """How many tries the registration of the row around has; no row where it is not wanted, has ended or passed."""
    own = listing.of(replace(wanted, state=listing.STUDYING)).filter(id=OuterRef("registration_id"))
    given = Coalesce(Subquery(quiz.given_at_test(OuterRef("id"))), 0)
    return own.filter(~Exists(quiz.passed_tests(OuterRef("id")))).annotate(most=_tries(tries) + given).values("most")


def usual(tries: Tries) -> int:
    """What most stand under, and those whose version cannot be read."""
    [(number, _times)] = Counter(tries.values()).most_common(1)
    return number


def _tries(tries: Tries) -> Case:
    """Most stand under the same number: it is named once."""
    most = usual(tries)
    others = [When(rule_version=of[0], module=of[1], then=n) for of, n in tries.items() if n != most]
    return Case(*others, default=most)
