"""Told, changed, withdrawn and decided in any order: no limit is passed without a decision of staff."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wins_xblocks.domain import Refusal
from wins_xblocks.domain.study_time import api, book
from wins_xblocks.domain.study_time.data import Outcome
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyDay

from .beats import HOUR, NOW
from .entries import REGULATION, TERMS, TODAY, change, decide, tell

pytestmark = pytest.mark.django_db
HOURS, WHICH = st.sampled_from([0.5, 1, 4, 7, 12, 16, 20, 24, 25]), st.integers(0, 7)
DAYS, MODULES = st.integers(0, 2), st.sampled_from([TERMS, REGULATION])
ACTS = st.one_of(
    st.tuples(st.just("tell"), MODULES, DAYS, HOURS),
    st.tuples(st.just("change"), WHICH, DAYS, HOURS),
    st.tuples(st.just("withdraw"), WHICH),
    st.tuples(st.just("decide"), WHICH, st.booleans()),
)


class Oracle:
    """The rules once more, over a plain list: [module, day, hours, state]."""

    def __init__(self):
        self.kept = []

    def hours(self, *states, **of):
        rows = (dict(zip(("module", "day", "hours", "state"), row, strict=True)) for row in self.kept)
        return sum(
            row["hours"] for row in rows if row["state"] in states and all(row[k] == v for k, v in of.items())
        )  # fmt: skip

    def state(self, module, day, hours):
        """What a new entry would be; "" when it would be refused."""
        taken = ("counted", "accepted", "waiting")
        online = 1 if day == 0 else 0
        if self.hours(*taken, day=day) + online + hours > 24 or self.hours(*taken, module=module) + hours > 24:
            return ""
        return "counted" if self.hours("counted", "accepted", module=module) + hours <= 16 else "waiting"

    def tell(self, terms, day, hours):
        state = self.state(terms.registration_id, day, hours)
        if state:
            self.kept.append([terms.registration_id, day, hours, state])

    def change(self, number, day, hours):
        row = self.kept[number]
        if row[3] in ("counted", "waiting"):
            before, row[3] = row[3], "none"
            state = self.state(row[0], day, hours)
            row[1:] = [day, hours, state] if state else [row[1], row[2], before]

    def withdraw(self, number):
        if self.kept[number][3] in ("counted", "waiting"):
            self.kept[number][3] = "withdrawn"

    def decide(self, number, accept):
        if self.kept[number][3] in ("counted", "waiting"):
            self.kept[number][3] = "accepted" if accept else "refused"


def day_of(number):
    return TODAY - timedelta(days=number)


def act(ids, name, *of):
    """The same in the tables."""
    if name == "tell":
        terms, day, hours = of
        ids.append(tell(terms=terms, day=day_of(day), hours=hours).id)
    elif name == "change":
        number, day, hours = of
        own = book.entry(1, ids[number])
        terms = TERMS if own.registration_id == 11 else REGULATION
        change(ids[number], day=day_of(day), hours=hours, terms=terms)
    elif name == "withdraw":
        book.withdraw(1, ids[of[0]], NOW)
    else:
        assert decide(ids[of[0]], of[1], "No") != Outcome.OVER


def holds(oracle):
    rows = OfflineClaim.objects.order_by("id")
    assert [[r.registration_id, (TODAY - r.day).days, r.ms / HOUR, r.state] for r in rows] == oracle.kept
    for module in (11, 12):
        own = rows.filter(registration_id=module)
        counted = own.filter(state="counted").aggregate(ms=Sum("ms"))["ms"] or 0
        counting = api.hours_of([module])[module].book_ms
        assert counting == oracle.hours("counted", "accepted", module=module) * HOUR
        assert counted <= TERMS.at_once_ms
        assert counting <= TERMS.most_ms
        assert counting <= TERMS.at_once_ms or own.filter(state="accepted", decided_by__isnull=False).exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=14))
def test_no_limit_is_passed_and_the_sum_is_that_of_every_page(acts):
    OfflineClaim.objects.all().delete()
    StudyDay.objects.all().delete()
    StudyDay.objects.create(learner_id=1, registration_id=12, module="regulation", day=TODAY, ms=HOUR)
    oracle, ids = Oracle(), []
    for name, *of in acts:
        if name != "tell":
            if not ids:
                continue
            of[0] %= len(ids)
        getattr(oracle, name)(*of)
        with suppress(Refusal):
            act(ids, name, *of)
        holds(oracle)
