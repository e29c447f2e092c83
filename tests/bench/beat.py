"""A beat against a plain view with one UPDATE, and the bare data layer against a bare UPDATE. Prints JSON.

Run by ``servers.py`` in a process of its own, once per database (``WINS_TEST_DATABASE``).
"""

import json
import os
import sys
from dataclasses import replace
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402  settings first
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests import edge  # noqa: E402
from tests.bench.timing import compare  # noqa: E402
from wins_xblocks import context  # noqa: E402
from wins_xblocks.domain.registration import api as registration  # noqa: E402
from wins_xblocks.domain.study_time import api, rules, tickets  # noqa: E402
from wins_xblocks.domain.study_time.data import PageTicket  # noqa: E402
from wins_xblocks.models import StudyLearner, StudySession  # noqa: E402

TIMES, OLD_ROWS = 60, 100_000
AT = 3_500_000  # ms into a visit of an hour


def visiting(name, programme):
    """A learner with a registration, and the ticket of a visit that began an hour ago."""
    user = get_user_model().objects.create_user(name)
    edge.WORLD.enrolments.add((user.id, edge.FOUNDATION))
    now = timezone.now()
    found = registration.open_for_enrolment(user.id, programme.modules[0], edge.FOUNDATION, programme.version, now)
    api.accept_notice(user.id, now)
    began = now - timedelta(hours=1)
    page = PageTicket(user.id, found.id, edge.FOUNDATION, "foundation", "u1", "p1", "text", rules.milliseconds(began))
    ticket = tickets.begin(page, tickets.key_of(page, None), 0, began, 7)
    return user, replace(ticket, reach_ms=programme.modules[0].required_ms)


def with_a_past(ticket):
    """Give the visit's learner 100,000 visits of other days."""
    of, minute = ticket.page, 60_000
    for start in range(0, OLD_ROWS, 5_000):
        StudySession.objects.bulk_create(
            StudySession(
                learner_id=of.learner_id, key=f"old-{number}", registration_id=of.registration_id, module=of.module,
                unit="u1", page="p1", kind="text", begins=end - minute, ends=end, reported=[[end - minute, end]],
                credited=[[end - minute, end]], credited_ms=minute,
            )
            for number in range(start, start + 5_000)
            for end in [ticket.epoch - rules.DAY_MS - number * 2 * minute]
        )  # fmt: skip


def growth(programme):
    """A beat of a learner with 100,000 visits behind her against one of a learner without: the median ratio."""
    (_old, old), (_new, new) = (visiting(name, programme) for name in ("old", "new"))
    with_a_past(old)

    def enter(ticket):
        def one(number):
            span = (1_500_000 + number * 1000, 1_501_000 + number * 1000)
            api.record(ticket, AT, [span], number, True, programme.zone, timezone.now(), 7)

        return one

    return compare(enter(old), enter(new), TIMES)[2]


def furnish():
    """Who sends the beats, signed in, with her ticket."""
    programme = context.programme()
    user, ticket = visiting("bench", programme)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    browser.get("/bench/token/")
    return user, ticket, programme, browser


def main():
    user, ticket, programme, browser = furnish()
    token = browser.cookies["csrftoken"].value
    words = tickets.session_token(ticket)

    def post(url, body):
        cache.clear()  # the rate limit is not what is measured
        answer = browser.post(url, body, content_type="application/json", headers={"X-CSRFToken": token})
        assert answer.status_code == 200, answer.content
        return answer

    def beat(number):
        span = [number * 1000, number * 1000 + 1000]
        post("/wins/beat", {"ticket": words, "at": AT, "spans": [span], "inputs": number, "late": True})

    def bare(number):
        span = (1_500_000 + number * 1000, 1_501_000 + number * 1000)
        recorded = api.record(ticket, AT, [span], number, True, programme.zone, timezone.now(), 7)
        assert recorded.changed

    with override_settings(ROOT_URLCONF="tests.bench.urls"):
        ours, floor, view = compare(beat, lambda number: post("/bench/floor/", {"number": number}), TIMES)
    update = StudyLearner.objects.filter(learner_id=user.id)
    own, least, layer = compare(bare, lambda number: update.update(beats=F("beats") + 1), TIMES)
    found = {"view": view, "ms": ours, "floor_ms": floor, "layer": layer, "layer_ms": own, "update_ms": least}
    json.dump({**found, "growth": growth(programme)}, sys.stdout)


if __name__ == "__main__":
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    with override_settings(ROOT_URLCONF="tests.bench.urls"):
        main()
    connection.creation.destroy_test_db("", verbosity=0)
