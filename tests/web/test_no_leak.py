"""Whatever breaks at a door that takes or gives codes, no code is in the report of the error, the log, or what is kept.

A door is a page or a command. Each function of ours that a door comes through fails once, where it is called first:
its arguments, and what its callers hold, are what a report would show.
"""

import io
import json
import logging
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.core.signals import got_request_exception
from django.test import Client, override_settings
from django.views.debug import ExceptionReporter

import wins_xblocks
from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, KEYS, RULES, csv, issue, ready, reveal
from tests.domain.vouchers.workbooks import row, workbook
from tests.domain.vouchers.workbooks import text as cell
from tests.undoing import undone
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.results.models import ExamFile, ExamRow
from wins_xblocks.domain.vouchers import api
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.models import Voucher, VoucherRequest

pytestmark = pytest.mark.django_db
OURS = str(Path(wins_xblocks.__file__).parent)
LOOKED_AT = tuple(
    f"{OURS}/{part}"
    for part in (
        "domain/vouchers/", "domain/results/", "domain/audit/", "web/desk_", "web/vouchers", "web/arrangement",
        "voucher_", "management/commands/",
    )
)  # fmt: skip
CODE, FRESH = (f"SECRET{rest}XY" for rest in (99, 98))  # in pieces: a report quotes lines of source too
SPELLED, FRESH_SPELLED = "secret-99 xy", "secret-98 xy"
EXAM = "RegistrationID\tExamSeriesCode\tExamDate\tGrade\tVoucher\n"
SHEET = "learner,exam,date,result,evidence,voucher\n"
WHEN = "2026-11-02"


def said(text):
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    return any(code[:8] in plain for code in (CODE, FRESH))


class Broken(Exception):
    """Something that nobody foresaw."""


def failing(function=None, seen=None):
    """A tracer: notes each function of ours that is called, or fails in the one that is named, once."""
    left = [function]

    def trace(frame, event, argument):
        own = frame.f_code
        if event == "call" and own.co_filename.startswith(OURS):
            if seen is not None and own.co_filename.startswith(LOOKED_AT):
                seen.setdefault(own, None)
            if left[0] is own:
                left[0] = None
                raise Broken
        return None

    return trace


def reported(kind, error, trace, request=None):
    """What a report of this error shows, of our frames on."""
    while trace.tb_next and not trace.tb_frame.f_code.co_filename.startswith(OURS):
        trace = trace.tb_next
    reporter = ExceptionReporter(request, kind, error, trace)
    form = dict(reporter.filter.get_post_parameters(request)) if request else {}
    return [str(error), str(form), *(f"{one['function']}: {one['vars']}" for one in reporter.get_traceback_frames())]


def file(name, data):
    return SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())


def post(path, **form):
    return lambda client, **_: client.post(path, form() if callable(form) else form)


def sent(path, name, data, **form):
    """A door that takes a file."""
    return lambda client, **_: client.post(path, {**form, "file": file(name, data)})


@dataclass(frozen=True)
class Said:
    """What a command answers, as a page would."""

    status_code: int
    content: bytes


def command(*args, **changed):
    """A door that is a command, under changed settings. What breaks it is reported as Sentry would."""

    def run(reports, codes, **_):
        out = io.StringIO()
        status = 200
        try:
            with override_settings(**changed):
                call_command(*(str(codes) if one is FILE else one for one in args), stdout=out, stderr=out)
        except CommandError as error:
            status = 400
            out.write(str(error))
        except Exception:  # noqa: BLE001  whatever it is
            status = 500
            reports.extend(reported(*sys.exc_info()))
        return Said(status, out.getvalue().encode())

    return run


FILE = object()  # stands for the path of a file of codes


def book():
    return workbook(row(*map(cell, ("code", "exam", "expires"))), row(*map(cell, (SPELLED, FND, "2028-02-28"))))


NEW = f"code,exam,expires\n{SPELLED},{FND},2028-02-28\n"  # while the code itself is not in the pool
IMPORT, BULK, RESULTS = "/wins/desk/vouchers/import", "/wins/desk/vouchers/bulk", "/wins/desk/results"
HISTORY, NEWEST = "/wins/desk/vouchers/history.csv", Fernet.generate_key().decode()
MANY = {"reason": "Sent twice", "cause": "sent_twice"}


def placed(client, **_):
    """The page of a row that waits."""
    return client.get(f"{RESULTS}/rows/{ExamRow.objects.get(state='waiting').id}")


def taken_over(client, **_):
    return client.post(RESULTS, {"do": "import", "file_id": ExamFile.objects.latest("id").id})


def shown(learner_client, **_):
    return learner_client.post("/wins/me/vouchers/", {"exam": FND})


@contextmanager
def before():
    """What a door needs first, and what may not break."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


def act(client, do, **form):
    """What staff do on the page of the voucher that was shown; then the page is read."""
    own = Voucher.objects.exclude(revealed_at=None).get().id
    return client.post(f"/wins/desk/vouchers/{own}/act", {"do": do, "reason": "Letter of 3 March", **form}, follow=True)


def booked(client, **_):
    return act(client, "book", day="2027-05-12", city="Vienna")


def returned(client, **_):
    with before():
        booked(client)
    return act(client, "return")


def asked(learner_client, **_):
    form = {"what": "reader", "text": "Mornings"}
    return learner_client.post(f"/wins/me/vouchers/{FND}/arrangements", form, follow=True)


def decided(client, **clients):
    with before():
        asked(**clients)
    own = VoucherRequest.objects.get().id
    return client.post(f"/wins/desk/requests/{own}/decide", {"do": "grant", "answer": "Agreed"}, follow=True)


def new_digest_key(client, **more):
    """Of codes, kept files and rows: one of them has no number of Pearson VUE."""
    with before():
        sent(RESULTS, "exam.dat", f"{EXAM}\t{FND}\t2026/11/07 09:00:00\tpass\t{CODE}\n", do="check")(client)
        taken_over(client)
    changed = {"WINS_VOUCHER_DIGEST_KEY": "another", "WINS_VOUCHER_DIGEST_KEY_OLD": KEYS.digest_key}
    return command("wins_rotate_keys", "--digest", **changed)(**more)


def history(client, **_):
    return client.get(f"/wins/desk/vouchers/{Voucher.objects.get(state='revealed').id}/history.csv")


# Each door with what is sent to it; a code stands in it as somebody would write it, or in the wrong place.
DOORS = {
    "codes, CSV": sent(IMPORT, "a.csv", NEW.replace(SPELLED, FRESH_SPELLED), do="import", order="PO-1"),
    "codes in the wrong columns": sent(IMPORT, "a.csv", f"exam,code,order\n{CODE},{FND},{CODE}\n", do="check"),
    "codes, a workbook": lambda client, **_: sent(IMPORT, "a.xlsx", book(), do="check", order="PO-1")(client),
    "look up a code": post("/wins/desk/vouchers/find", code=SPELLED),
    "codes replaced": sent(BULK, "a.csv", f"code\n{SPELLED}\n", do="do", what="replace", **MANY),
    "codes for learners": sent(BULK, "a.csv", f"learner,exam\n{CODE},{CODE}\n", do="do", what="grant", **MANY),
    "results": sent(RESULTS, "exam.dat", f"{EXAM}7\t{FND}\t2026/11/02 09:00:00\tpass\t{SPELLED}\n", do="check"),
    "results, shifted": sent(RESULTS, "exam.dat", f"{EXAM}7\t{CODE}\t2026/11/02 09:00:00\tpass\t{FND}\n", do="check"),
    "results, our own": sent(RESULTS, "own.csv", f"{SHEET}learner,{FND},{WHEN},pass,Mail,{SPELLED}\n", do="check"),
    "results, our own shifted": sent(RESULTS, "own.csv", f"{SHEET}{CODE},{FND},{WHEN},pass,Mail,learner\n", do="check"),
    "results taken over": taken_over,
    "a row that waits": placed,
    "a voucher's history": history,
    "what happened in a period": lambda client, **_: client.get(f"{HISTORY}?from=2027-01-01&to=2027-12-31"),
    "marked as booked": booked,
    "marked as returned": returned,
    "marked as used": lambda client, **_: act(client, "use"),
    "marked as lost": lambda client, **_: act(client, "lose"),
    "an arrangement is asked for": asked,
    "a request is decided": decided,
    "the import command": command("wins_import_vouchers", FILE, "--order", "PO-1"),
    "the import command, a file that is refused": command("wins_import_vouchers", FILE, "--dry-run"),
    "new keys for codes": command("wins_rotate_keys", "--codes", WINS_VOUCHER_KEYS=[NEWEST, *KEYS.fernet_keys]),
    "a new key for digests": new_digest_key,
    "the code is shown": shown,
}  # fmt: skip


@pytest.fixture
def doors(learner, administrator, caplog, reports, tmp_path):
    """``doors(what)`` opens one of DOORS, and all of it is undone."""
    caplog.set_level(logging.DEBUG)
    ready(learner.id)
    api.import_codes(Secret(csv([CODE])), "PO-1", None, KEYS, RULES, None, 1, 1, NOW)
    issue(learner.id)
    client, hers = Client(raise_request_exception=False), Client(raise_request_exception=False)
    client.force_login(administrator)
    hers.force_login(learner)
    unseen = f"{EXAM}1\t{FND}\t2026/11/02 09:00:00\tpass\t{CODE}\n"
    client.post(RESULTS, {"file": file("exam.dat", unseen), "do": "check"})
    taken_over(client)
    reveal(learner.id)
    client.post(
        RESULTS, {"file": file("exam.dat", unseen.replace("\t1\t", "\t2\t").replace("02 09", "05 09")), "do": "check"}
    )

    codes = tmp_path / "codes.csv"
    codes.write_text(NEW.replace(SPELLED, FRESH_SPELLED), encoding="utf-8")

    def open_(what, tracer):
        with undone():
            sys.settrace(tracer)
            try:
                return DOORS[what](client=client, learner_client=hers, reports=reports, codes=codes)
            finally:
                sys.settrace(None)

    return open_


@pytest.fixture
def reports():
    """What reports of errors would show, as they come."""
    found = []

    def hear(sender, request, **_):
        found.extend(reported(*sys.exc_info(), request))

    got_request_exception.connect(hear)
    yield found
    got_request_exception.disconnect(hear)


def kept():
    """All that is written down, but the encrypted."""
    rows = [
        *AuditEntry.objects.values_list("subject", "facts", "text"),
        *OutboxMessage.objects.values_list("subject", "values"),
        *ExamEvent.objects.values_list("facts"), *ExamRow.objects.values_list("key", "exam", "note"),
        *ExamFile.objects.values_list("name"),
    ]  # fmt: skip
    return json.dumps(rows, default=str)


def test_the_watch_would_notice_a_code(doors, reports, monkeypatch):
    def telling(code, *rest):
        told = [f"the code is {SPELLED}"]
        raise Broken(len(told))

    monkeypatch.setattr("wins_xblocks.domain.vouchers.acts.with_digest", telling)
    assert doors("look up a code", None).status_code == 500
    assert any(map(said, reports))


@pytest.mark.parametrize("what", DOORS)
def test_nothing_that_breaks_at_a_door_tells_a_code(doors, reports, caplog, what):
    seen = {}
    answer = doors(what, failing(seen=seen))
    assert answer.status_code in (200, 302, 400), "the door leads somewhere"
    if what != "the code is shown":
        assert not said(answer.content.decode())
    assert reports == []
    told = set()
    for function in seen:
        del reports[:]
        answer = doors(what, failing(function))
        told |= {f"{function.co_name}: {line[:300]}" for line in reports if said(line)}
        if answer.status_code == 500 and said(answer.content.decode()):
            told.add(f"{function.co_name}: the page")
    assert not told, "\n".join(sorted(told))
    assert not said(caplog.text)
    assert not said(kept())
