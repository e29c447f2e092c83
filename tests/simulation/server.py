"""The plugin's own views behind the simulated network, at the hour that the player says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import resolve, reverse

from tests import edge
from wins_xblocks import context, study_clock
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time import tickets
from wins_xblocks.domain.study_time.models import StudySession

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Ledger:
    """What one learner's day left behind; times in ms since the day began."""

    total_ms: int
    faults: list[str]
    reported: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # by page view, not merged
    credited: list[tuple[int, int]] = field(default_factory=list)
    latency: dict[int, int] = field(default_factory=dict)  # by page view: one way, of the slowest visit's hello
    sessions: int = 0
    requests: int = 0
    refused: dict[str, int] = field(default_factory=dict)


class Server:
    """One learner at a time."""

    def __init__(self) -> None:
        self.now = EPOCH
        self.factory = RequestFactory()
        self.module = context.programme().module("foundation")
        self.views = {reverse(name): resolve(reverse(name)).func for name in ("wins:hello", "wins:beat")}

    @contextmanager
    def open(self) -> Iterator["Server"]:
        with mock.patch.object(context, "now", self._now):
            yield self

    def _now(self) -> datetime:
        return self.now

    def sign_up(self, seed: int, start: int) -> None:
        """A new learner, registered, who has read the notice."""
        self.start, self.now = start, EPOCH + timedelta(milliseconds=start)
        self.learner = get_user_model().objects.create(username=f"reader-{seed}-{start}")
        edge.WORLD.enrolments = {(self.learner.id, edge.FOUNDATION)}
        self.registration = registration.open_for_enrolment(self.learner.id, self.module, edge.FOUNDATION, 1, self.now)
        study_time.accept_notice(self.learner.id, self.now)
        self.latency: dict[tuple[str, int], int] = {}
        self.args: dict[str, dict[str, Any]] = {}
        self.requests, self.refused = 0, {}

    def answer(self, asked: dict[str, Any]) -> Any:
        self.now = EPOCH + timedelta(milliseconds=self.start + asked["t"])
        return self._load(asked) if "load" in asked else self._request(asked)

    def _load(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What the filter gives a page's script. The words are made once a day, the ticket for each page."""
        kind, view = asked["kind"], str(asked["load"])
        if kind not in self.args:
            place = study_clock.Place(edge.FOUNDATION, "unit", view, kind)
            self.args[kind] = study_clock.clock(self.registration, self.module, place)[1]
        ticket = tickets.read_page(self.args[kind]["ticket"])
        issued_at = self.start + round(asked["t"])
        return {**self.args[kind], "ticket": tickets.page_token(replace(ticket, page=view, issued_at=issued_at))}

    def _request(self, asked: dict[str, Any]) -> list[Any]:
        request = self.factory.post(asked["url"], json.dumps(asked["body"]), content_type="application/json")
        request.user = self.learner if asked["signed"] else AnonymousUser()
        request._dont_enforce_csrf_checks = True
        response = self.views[asked["url"]](request)
        told = json.loads(response.content)
        self.requests += 1
        if response.status_code != 200:
            reason = f"{asked['url'].rsplit('/', 1)[1]} {response.status_code} {told['state']}"
            self.refused[reason] = self.refused.get(reason, 0) + 1
        elif "ticket" in told:
            opened = tickets.read_session(told["ticket"])
            self.latency.setdefault((opened.key, opened.epoch), round(asked["t"] - asked["sent"]))
        return [response.status_code, told]

    def closing(self) -> Ledger:
        """The ledger of the day that ends."""
        total = registration.hours_of([self.registration.id], 1)[self.registration.id].credited_ms
        zone = context.programme().zone
        ledger = Ledger(total, study_time.recount(self.learner.id, zone), requests=self.requests, refused=self.refused)
        for row in StudySession.objects.filter(learner_id=self.learner.id):
            view = int(row.page)
            ledger.sessions += 1
            ledger.reported.setdefault(view, []).extend(self._spans(row.reported))
            ledger.credited += self._spans(row.credited)
            ledger.latency[view] = max(ledger.latency.get(view, 0), self.latency[row.key, row.begins])
        return ledger

    def _spans(self, spans: list[list[int]]) -> list[tuple[int, int]]:
        return [(begin - self.start, end - self.start) for begin, end in spans]
