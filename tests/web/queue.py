"""What waits for staff, and one person's browser in front of it: plain functions."""

import io
from datetime import timedelta

from tests.conftest import NOW
from tests.domain.results.exam_files import table
from tests.domain.vouchers.builders import FND, KEYS, RULES, fill, issue, ready, reveal
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.results import api as results
from wins_xblocks.domain.results.models import ExamRow
from wins_xblocks.domain.study_time import book
from wins_xblocks.domain.study_time.data import BookTold
from wins_xblocks.domain.study_time.models import OfflineClaim
from wins_xblocks.domain.vouchers import requests, usage
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.web import book as pages

from .builders import TODAY
from .markup import Markup, faults

URL = "/wins/desk/next"


class Clock:
    at = NOW

    def tick(self, seconds=1.0):
        self.at += timedelta(seconds=seconds)


class Screen:
    """One person's browser in front of the queue."""

    def __init__(self, client, clock, url=URL):
        self.client, self.clock, self.url = client, clock, url
        self.read(client.get(url))

    def read(self, answer, status=200):
        html = answer.content.decode()
        assert (answer.status_code, faults(html)) == (status, []), html
        self.page = Markup(html)
        self.text = self.page.text
        self.action = next((a["action"] for a in self.page.all("form") if a.get("method") == "post"), self.url)
        self.hidden = {a["name"]: a["value"] for a in self.page.all("input") if a.get("type") == "hidden"}
        return self

    def post(self, choice, **form):
        self.clock.tick()
        return self.client.post(self.action, {**self.hidden, "choice": choice, **form}, follow=True)

    def press(self, choice, status=200, **form):
        return self.read(self.post(choice, **form), status)

    def later(self):
        [url] = [a["href"] for a in self.page.all("a") if "Later" in self.page.text and "after=" in a["href"]]
        return self.read(self.client.get(url))


def hours(user, what="Chapter 3", number=17.0, module="foundation", made=NOW):
    found = book.make(
        user.id, lambda: pages.book_view.terms_of_module(user.id, module), BookTold(TODAY, int(number * 60), what),
        f"token-{OfflineClaim.objects.count():016d}", 0, NOW,
    )  # fmt: skip
    OfflineClaim.objects.filter(id=found.id).update(made_at=made)
    return found


def question(user, text="Why?", kind="question", asked=NOW):
    token = f"q{Case.objects.count()}"
    return cases.ask(Question(user.id, kind, "s", text, token), asked.date(), 10, asked)


def arrangement(user, asked=NOW, what="reader"):
    return requests.ask(user.id, FND, what, "in English", RULES, asked)


def holding(*users):
    """They have seen a code, some days before the exam of ``row``."""
    fill(len(users))
    for user in users:
        ready(user.id), issue(user.id), reveal(user.id)
    Voucher.objects.filter(state="revealed").update(issued_at=NOW - timedelta(days=3))


def row(**told):
    """A row that finds nobody by itself; sent by nobody of the desk."""
    name = {"RegistrationID": str(5000 + ExamRow.objects.count())}
    text = table({"ExamDate": NOW.strftime("%Y/%m/%d %H:%M"), **name, **told}).encode()
    usage.ensure(FND)
    kept = results.check(io.BytesIO(text), "exam.dat", KEYS, RULES.zone, None, NOW)
    results.take_over(kept.file_id, KEYS, RULES.zone, None, NOW)
    return ExamRow.objects.get(state="waiting", file_id=kept.file_id)
