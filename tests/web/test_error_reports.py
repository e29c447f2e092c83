"""A report of an error shows what local names held: Django's mails do, Sentry's do. None of ours holds a code."""

import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.views.debug import ExceptionReporter

from tests.blocks import call, make_block
from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, KEYS, RULES, csv, issue, ready
from wins_xblocks import exam_voucher_block
from wins_xblocks.domain.results import lines, placing
from wins_xblocks.domain.results.models import ExamFile, ExamRow
from wins_xblocks.domain.vouchers import api, fields, supply
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.web import vouchers as vouchers_view

pytestmark = pytest.mark.django_db
CODE = "".join(["SECRET", "99XY"])  # in pieces: the report quotes lines of source too
OURS = str(Path(exam_voucher_block.__file__).parent)


def broken(*args, **kwargs):
    raise RuntimeError("the database is gone")


def report(act):
    """What Django would mail when ``act`` fails, from our first frame on: before it stands the test."""
    try:
        act()
    except RuntimeError:
        kind, error, trace = sys.exc_info()
    while not trace.tb_frame.f_code.co_filename.startswith(OURS):
        trace = trace.tb_next
    return ExceptionReporter(None, kind, error, trace).get_traceback_html()


@pytest.fixture
def show(learner, world):
    """The learner asks the block for the code she holds."""
    world.user_id = learner.id
    ready(learner.id)
    api.import_codes(Secret(csv([CODE])), "PO-1", None, KEYS, RULES, None, 1, 1, NOW)
    issue(learner.id)
    return lambda: call(make_block(exam_voucher_block.ExamVoucherBlock), "show", {"exam": FND})


def test_the_watch_would_notice_a_code(show, monkeypatch):
    def telling(*args):
        told = [f"exam,{CODE}"]
        raise RuntimeError(len(told))

    monkeypatch.setattr(exam_voucher_block.vouchers, "position", telling)
    assert CODE in report(show)


@pytest.mark.parametrize("place", ["vouchers.position", "ExamVoucherBlock._card", "ExamVoucherBlock._with_code"])
def test_a_code_that_was_asked_for_is_in_no_report(show, monkeypatch, place):
    monkeypatch.setattr(f"wins_xblocks.exam_voucher_block.{place}", broken)
    assert CODE not in report(show)
    assert Voucher.objects.get().state == "revealed"


@pytest.mark.parametrize("place", ["my_exams", "page"])
def test_a_code_on_the_page_without_a_course_is_in_no_report(show, signed_in, learner, monkeypatch, place):
    monkeypatch.setattr(vouchers_view, place, broken)
    assert CODE not in report(lambda: signed_in(learner).post("/wins/me/vouchers/", {"exam": FND}))


@pytest.mark.parametrize("by", ["page", "command"])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        (fields, "_order"),
        (fields, "_date"),
        (supply, "_look"),
        (supply, "_new"),
        (supply.pool, "lock"),
        (supply.giving, "serve"),
    ],
)
def test_a_file_of_codes_is_in_no_report(signed_in, administrator, tmp_path, monkeypatch, by, module, name):
    monkeypatch.setattr(module, name, broken)
    text = csv([CODE])
    file = tmp_path / "codes.csv"
    file.write_text(text)

    def act():
        if by == "command":
            call_command("wins_import_vouchers", str(file), order="PO-1")
        form = {"file": SimpleUploadedFile("codes.csv", text.encode()), "do": "import", "order": "PO-1"}
        signed_in(administrator).post("/wins/desk/vouchers/import", form)

    assert CODE not in report(act)


SHEET = f"learner,exam,date,result,evidence,voucher\nlearner,WINS-FND,2026-11-02,pass,Mail of 3 April,{CODE}\n"
EXAM = f"RegistrationID\tExamSeriesCode\tExamDate\tGrade\tVoucher\n1\tWINS-FND\t2026/11/02 09:00:00\tpass\t{CODE}\n"


@pytest.mark.parametrize("text", [SHEET, EXAM])
@pytest.mark.parametrize(
    ("module", "name"),
    [(lines, "_number"), (lines, "_kept"), (placing.usage, "known"), (placing.exams, "heard"), (placing.rules, "fate")],
)
def test_a_file_of_results_is_in_no_report(show, signed_in, administrator, monkeypatch, text, module, name):
    monkeypatch.setattr(module, name, broken)
    form = {"file": SimpleUploadedFile("own.csv", text.encode()), "do": "check"}
    assert CODE not in report(lambda: signed_in(administrator).post("/wins/desk/results", form))


@pytest.mark.parametrize("place", ["page", "result_view.suggestions"])
def test_a_row_that_waits_shows_no_code_to_a_report(show, signed_in, administrator, monkeypatch, place):
    client = signed_in(administrator)
    client.post("/wins/desk/results", {"file": SimpleUploadedFile("own.csv", EXAM.encode()), "do": "check"})
    client.post("/wins/desk/results", {"do": "import", "file_id": ExamFile.objects.get().id})
    own = f"/wins/desk/results/rows/{ExamRow.objects.get(state='waiting').id}"  # its learner has not seen the code
    assert CODE not in client.get(own).content.decode() + client.get("/wins/desk/results").content.decode()
    monkeypatch.setattr(f"wins_xblocks.web.desk_result_row.{place}", broken)
    assert CODE not in report(lambda: client.get(own))
