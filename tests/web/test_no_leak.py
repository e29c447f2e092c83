"""Whatever breaks at a door that takes or gives codes, no code is in the report of the error, the log, or what is kept.

Each function of ours that a door comes through fails once, where it is called first: its arguments, and what its
callers hold, are what a report would show.
"""

import json
import logging
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.test import Client
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
from wins_xblocks.domain.vouchers.models import Voucher

pytestmark = pytest.mark.django_db
OURS = str(Path(wins_xblocks.__file__).parent)
LOOKED_AT = tuple(
    f"{OURS}/{part}" for part in ("domain/vouchers/", "domain/results/", "web/desk_", "web/vouchers", "voucher_")
)
CODE = "".join(["SECRET", "99XY"])  # in pieces: a report quotes lines of source too
SPELLED = "secret-99 xy"
EXAM = "RegistrationID\tExamSeriesCode\tExamDate\tGrade\tVoucher\n"
SHEET = "learner,exam,date,result,evidence,voucher\n"
WHEN = "2026-11-02"


def said(text):
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    return CODE in plain or CODE[:8] in plain


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


def book():
    return workbook(row(*map(cell, ("code", "exam", "expires"))), row(*map(cell, (SPELLED, FND, "2028-02-28"))))


NEW = f"code,exam,expires\n{SPELLED},{FND},2028-02-28\n"  # while the code itself is not in the pool
IMPORT, BULK, RESULTS = "/wins/desk/vouchers/import", "/wins/desk/vouchers/bulk", "/wins/desk/results"
MANY = {"reason": "Sent twice", "cause": "sent_twice"}


def placed(client, **_):
    """The page of a row that waits."""
    return client.get(f"{RESULTS}/rows/{ExamRow.objects.get(state='waiting').id}")


def taken_over(client, **_):
    return client.post(RESULTS, {"do": "import", "file_id": ExamFile.objects.latest("id").id})


def shown(learner_client, **_):
    return learner_client.post("/wins/me/vouchers/", {"exam": FND})


def history(client, **_):
    return client.get(f"/wins/desk/vouchers/{Voucher.objects.get(state='revealed').id}/history.csv")


# Each door with what is sent to it; a code stands in it as somebody would write it, or in the wrong place.
DOORS = {
    "codes, CSV": sent(IMPORT, "a.csv", NEW.replace("99", "98"), do="import", order="PO-1"),
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
    "the code is shown": shown,
}  # fmt: skip


@pytest.fixture
def doors(learner, administrator, caplog):
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

    def open_(what, tracer):
        with undone():
            sys.settrace(tracer)
            try:
                return DOORS[what](client=client, learner_client=hers)
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
