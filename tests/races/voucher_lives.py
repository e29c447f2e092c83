"""Learners and staff who use a server that is killed again and again; what they were answered, what must be true."""

import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, Q
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.domain.results.exam_files import table
from tests.domain.vouchers.builders import FND, KEYS, csv
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.results.models import ExamRow
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from . import crowd
from .served import STAFF

CLIENTS, MOST_ANSWERS = 4, 16
FILE_ID = re.compile(r'name="file_id" value="(\d+)"')
CODE = re.compile(r'<span class="wins-code" aria-hidden="true" translate="no">([A-Z0-9 ]+)</span>')
VIENNA = ZoneInfo("Europe/Vienna")
OPEN = ("issued", "revealed", "booked")
# After which act a voucher stands how. A result is recorded of a code that was seen.
STATE_AFTER = {
    "voucher.issued": "issued", "voucher.revealed": "revealed", "voucher.shown_again": "revealed",
    "voucher.taken_back": "imported", "voucher.replaced": "void", "result.recorded": "used",
}  # fmt: skip


class Upload:
    """A file of a form."""

    def __init__(self, name, text):
        self.name, self.text = name, text

    def read(self):
        return self.text.encode()


class Client:
    """One learner after the other, with the staff who look after her; one request at a time."""

    def __init__(self, number, learners, seed):
        self.number, self.luck, self.learners = number, random.Random(seed * 100 + number), list(learners)
        self.learner = self.learners.pop(0)
        self.files = 0
        self.again = None  # a file that got no answer is sent again
        self.stands: list[tuple] = []  # what was answered
        self.answered = self.unanswered = 0

    def use(self, port, heard):
        """Until nobody answers."""
        try:
            while True:
                try:
                    self._act(port)
                except ConnectionRefusedError:
                    return
                except (OSError, http.client.HTTPException):
                    self.unanswered += 1
                    return
                self.answered += 1
                heard.release()
        finally:
            connection.close()

    def _act(self, port):
        if self.again:
            self.again(port)
            self.again = None
            return
        slot = VoucherExam.objects.filter(exam=FND, open_holder=self.learner).select_related("voucher").first()
        if slot is None:
            self._get(port)
        elif self.luck.random() < 0.15:
            self._import(port)
        elif slot.voucher.state == "issued":
            self.luck.choice([self._show, self._show, self._take_back])(port, slot.voucher_id)
        else:
            self.luck.choice([self._show, self._replace, self._result])(port, slot.voucher_id)

    def _post(self, port, who, path, form, *statuses):
        """(status, page, what is said next); only these statuses are an answer."""
        body, kind = urlencode(form), "application/x-www-form-urlencoded"
        if any(isinstance(value, Upload) for value in form.values()):
            body, kind = encode_multipart(BOUNDARY, form), MULTIPART_CONTENT
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as way:
            way.request("POST", path, body, {"Content-Type": kind, "X-Who": str(who)})
            answer = way.getresponse()
            page = answer.read().decode()
        if answer.headers["X-Said"] is None:
            raise http.client.IncompleteRead(b"")  # killed while it sent the headers
        assert answer.status in statuses, (path, answer.status, page[-2000:])
        return answer.status, page, answer.headers["X-Said"]

    def _get(self, port):
        form = {"rules": "read", "arrangements": "no"}
        _status, _page, said = self._post(port, self.learner, f"/wins/me/vouchers/{FND}/get", form, 302, 409)
        if "is reserved for you" in said:
            self.stands.append(("got", self.learner))
        elif not VoucherExam.objects.filter(open_holder=self.learner, exam=FND).exists():
            self.learner = self.learners.pop(0)  # she waits, or has her result

    def _show(self, port, voucher_id):
        _status, page, _said = self._post(port, self.learner, "/wins/me/vouchers/", {"exam": FND}, 200)
        [code] = CODE.findall(page)
        self.stands.append(("shown", self.learner, code.replace(" ", "")))

    def _take_back(self, port, voucher_id):
        status, *_more = self._post(
            port, STAFF + self.number, f"/wins/desk/vouchers/take-back/{voucher_id}", {"reason": "A mistake"}, 302, 409
        )
        if status == 302:
            self.stands.append(("taken back", self.learner, voucher_id))

    def _replace(self, port, voucher_id):
        form = {"do": "replace", "cause": "sent_twice", "reason": "Sent twice"}
        path = f"/wins/desk/vouchers/{voucher_id}/act"
        status, *_more = self._post(port, STAFF + self.number, path, form, 302, 409)  # 409: the pool is empty
        if status == 302:
            self.stands.append(("replaced", self.learner, voucher_id))

    def _import(self, port):
        self.files += 1
        codes = [f"N{self.number}F{self.files:05d}X{one}" for one in range(self.luck.randint(1, 9))]
        self.again = lambda port: self._import_again(port, codes)
        self.again(port)
        self.again = None

    def _import_again(self, port, codes):
        form = {"file": Upload("codes.csv", csv(codes, FND, crowd.LAST_DAY)), "order": "PO-2", "do": "import"}
        self._post(port, STAFF + self.number, "/wins/desk/vouchers/import", form, 302, 400)  # 400: it had come in
        self.stands.append(("imported", codes))

    def _result(self, port, voucher_id):
        """She may not have been told her code yet, so it is shown first."""
        self._show(port, voucher_id)
        code, learner = self.stands[-1][2], self.learner
        at = datetime.now(UTC).astimezone(VIENNA).strftime("%Y/%m/%d %H:%M:%S")
        row = {"RegistrationID": str(900_000 + learner), "Voucher": code, "ExamDate": at}
        self.again = lambda port: self._send_result(port, learner, row)
        self.again(port)
        self.again = None

    def _send_result(self, port, learner, row):
        by = STAFF + self.number
        _status, page, _said = self._post(
            port, by, "/wins/desk/results", {"do": "check", "file": Upload("exam.dat", table(row))}, 200
        )
        found = FILE_ID.findall(page)
        if found:
            self._post(port, by, "/wins/desk/results", {"do": "import", "file_id": found[0]}, 302)
        self.stands.append(("result", learner, row["Voucher"]))
        self.learner = self.learners.pop(0)


@contextmanager
def nursery(module="tests.races.served", *more):
    """Gives birth to servers: (process, port) each. ``more``: what the module is told."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *more], cwd=crowd.ROOT, env=crowd.environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as mother:  # fmt: skip

        def born():
            mother.stdin.write("\n")
            mother.stdin.flush()
            return map(int, mother.stdout.readline().split())

        try:
            yield born
        finally:
            mother.kill()


class Story:
    """All clients over all lives."""

    def __init__(self, learners, seed):
        self.luck = random.Random(seed)
        self.clients = [Client(number, learners[number::CLIENTS], seed) for number in range(CLIENTS)]
        self.lives: list[int] = []  # how many answers each gave before it was killed

    @property
    def unanswered(self):
        return sum(client.unanswered for client in self.clients)

    @property
    def answered(self):
        return sum(client.answered for client in self.clients)

    @property
    def stands(self):
        return [one for client in self.clients for one in client.stands]

    def live(self, born):
        """One life of a server, ended by SIGKILL at a random moment after some answers."""
        before, heard = self.answered, threading.Semaphore(0)
        process, port = born()
        failures = []

        def use(client):
            try:
                client.use(port, heard)
            except BaseException as error:  # noqa: BLE001  told below
                failures.append(error)
                heard.release(MOST_ANSWERS)

        threads = [threading.Thread(target=use, args=(client,)) for client in self.clients]
        for thread in threads:
            thread.start()
        for _answer in range(self.luck.randint(2, MOST_ANSWERS)):
            heard.acquire(timeout=60)
        time.sleep(self.luck.uniform(0, 0.2))
        os.kill(process, signal.SIGKILL)
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        self.lives.append(self.answered - before)


def faults(story):
    """What was lost, doubled or is in between, all read at one moment; and which answers do not stand any more."""
    with transaction.atomic():
        return [*_between(), *_unkept(story.stands), *audit.broken()]


def _between():
    """Facts that do not belong together: half of an act was done, or an act was done twice."""
    slots, vouchers = VoucherExam.objects, Voucher.objects
    acts = Counter(AuditEntry.objects.values_list("action", flat=True))
    mails = Counter(OutboxMessage.objects.values_list("kind", flat=True))
    place_of = [id_ for id_ in slots.values_list("entitlement_id", flat=True) if id_ is not None]
    used = set(Entitlement.objects.filter(state="used").values_list("id", flat=True))
    paid = Counter(ExamRow.objects.filter(state="applied").values_list("voucher_id", flat=True))
    replaced = vouchers.filter(replaced_by__isnull=False)
    wrong = {
        "an open slot without an open voucher of the same learner": slots.filter(state="open")
        .exclude(voucher__state__in=OPEN, voucher__holder_id=F("open_holder"), entitlement_id__isnull=False).exists(),
        "a pooled voucher that is not free": slots.filter(voucher__state="imported").exclude(state="free").exists(),
        "an ended voucher that holds a slot": slots.filter(voucher__state__in=["used", "void"])
        .exclude(state="closed").exists(),
        "a voucher without its slot": vouchers.exclude(exams__exam=FND).exists(),
        "places and vouchers do not balance": len(place_of) != len(set(place_of)) or set(place_of) != used,
        "a mail was lost or doubled": mails["voucher_ready"] != acts["voucher.issued"] - acts["voucher.replaced"]
        or mails["voucher_taken_back"] != acts["voucher.taken_back"]
        or mails["voucher_replaced"] != acts["voucher.replaced"],
        "a replaced voucher without the new one": replaced.exclude(state="void").exists()
        or vouchers.filter(state="void", replaced_by__isnull=True).exists()
        or replaced.count() != acts["voucher.replaced"],
        "a result without its voucher, or twice": max(paid.values(), default=1) > 1
        or set(paid) != set(vouchers.filter(state="used").values_list("id", flat=True))
        or ExamEvent.objects.filter(kind="pass").count() != len(paid),
        "a code in the pool that was seen": vouchers.filter(state="imported").filter(
            Q(revealed_at__isnull=False) | Q(holder_id__isnull=False)
        ).exists(),
    }  # fmt: skip
    return [what for what, found in wrong.items() if found] + _not_as_the_trail_says()


def _not_as_the_trail_says():
    """Vouchers that stand otherwise than their last act left them, or that two learners saw."""
    last, seen, found = {}, {}, []
    for entry in AuditEntry.objects.filter(subject__startswith="voucher:").order_by("id"):
        number = int(entry.subject.split(":")[1])
        last[number] = entry.action
        if entry.action in ("voucher.revealed", "voucher.shown_again"):
            seen.setdefault(number, set()).add(entry.facts["learner"])
        if entry.action in ("voucher.issued", "voucher.taken_back") and number in seen:
            found.append(f"voucher {number} was seen, and then {entry.action}")
    states = dict(Voucher.objects.values_list("id", "state"))
    found += [
        f"voucher {number} is {state}, its last act is {last.get(number)}"
        for number, state in states.items()
        if STATE_AFTER.get(last.get(number), "imported") != state
    ]
    return found + [f"voucher {number} was seen by {who}" for number, who in seen.items() if len(who) > 1]


def _unkept(stands):
    """Answers that the database does not know of."""
    found, by_digest = [], {row.digest: row for row in Voucher.objects.all()}
    entries = list(AuditEntry.objects.filter(subject__startswith="voucher:"))
    acts = Counter((entry.action, entry.facts.get("learner")) for entry in entries)
    told, who_saw = Counter(), {}
    for what, *more in stands:
        if what == "got":
            told["voucher.issued", more[0]] += 1
        elif what == "taken back":
            told["voucher.taken_back", more[0]] += 1
        elif what == "replaced":
            told["voucher.replaced", more[0]] += 1
        elif what == "imported":
            found += [f"{what}: not there" for code in more[0] if KEYS.digest(code) not in by_digest]
        else:
            row = by_digest[KEYS.digest(more[1])]
            who_saw.setdefault(row.id, set()).add(more[0])
            good = row.revealed_at and row.holder_id == more[0] and (what == "shown" or row.state == "used")
            found += [] if good else [f"{what} does not stand: voucher {row.id}"]
    found += [f"{what} was told {count} times" for what, count in told.items() if acts[what] < count]
    return found + [f"voucher {id_} was shown to {who}" for id_, who in who_saw.items() if len(who) > 1]


def killed(learners, kills, seed, each=1):
    """The story through ``kills`` deaths; looked at after every ``each`` of them. Raises what is wrong at once."""
    story = Story(learners, seed)
    with nursery() as born:
        for number in range(1, kills + 1):
            story.live(born)
            if number % each == 0 or number == kills:
                wrong = faults(story)
                assert wrong == [], f"after kill {number}: {wrong[:10]}"
                print(f"{number} kills, {story.answered} answers, {story.unanswered} requests without one", flush=True)
    return story
