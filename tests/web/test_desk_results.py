"""Results on the desk: a file is checked and imported by its button, and a person places what waits."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import NOW, person
from tests.domain.results.exam_files import packed, table
from tests.domain.vouchers.builders import RULES, fill, issue, ready, reveal
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results.models import ExamFile, ExamRow, ResultEntry
from wins_xblocks.domain.vouchers import acts
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam
from wins_xblocks.web.desk_results import results_page

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
URL = "/wins/desk/results"


@pytest.fixture
def code(learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    return reveal(learner.id)


def rows(*told):
    return table(*({"ExamDate": NOW.strftime("%Y/%m/%d %H:%M"), **one} for one in told))


def check(client, text):
    body = text if isinstance(text, bytes) else text.encode()
    return client.post(URL, {"file": SimpleUploadedFile("exam.dat", body), "do": "check"})


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html).text


def test_a_file_is_checked_then_imported_and_the_learner_reads_it(signed_in, administrator, learner, code):
    client = signed_in(administrator)
    answer = check(client, rows({"Voucher": code}))
    text = shown(answer)
    assert "The file is good. Nothing was recorded yet." in text
    assert "••••QX Recorded for the learner who holds the voucher." in text
    assert code not in answer.content.decode()
    assert not ExamEvent.objects.exists()
    answer = client.post(URL, {"do": "import", "file_id": ExamFile.objects.get().id}, follow=True)
    assert "1 result was recorded. 0 rows wait for a person." in shown(answer)
    assert "You passed this exam." in shown(signed_in(learner).get("/wins/me/vouchers/"))


def test_a_bad_line_is_told_with_line_and_column(signed_in, administrator):
    text = shown(check(signed_in(administrator), rows({"Grade": "splendid"})), 400)
    assert "Nothing was recorded" in text
    assert "2 Grade This status is not known." in text


def test_a_zip_with_a_path_outside_is_refused_in_words(signed_in, administrator):
    data = packed(**{"../exam__dat": "x"})
    assert "names a file outside of itself" in shown(check(signed_in(administrator), data), 400)
    assert "Choose a file first." in shown(signed_in(administrator).post(URL, {"do": "check"}), 400)


def wait(client, *told):
    """Rows that find nobody by themselves; the addresses of their pages."""
    check(client, rows(*told))
    client.post(URL, {"do": "import", "file_id": ExamFile.objects.latest("id").id})
    return [f"{URL}/rows/{row.id}" for row in ExamRow.objects.filter(state="waiting").order_by("id")]


def test_a_row_that_waits_is_placed_or_ignored(signed_in, administrator, learner, code):
    first, second = wait(signed_in(administrator), {}, {"RegistrationID": "2"})
    told = shown(signed_in(administrator).post(first, {"do": "confirm", "learner": learner.id, "voucher": "none"}), 400)
    assert "You sent this file. Somebody else must say whose result this is." in told
    client = signed_in(person("colleague", "WINS Academy administrators"))
    assert "2 rows wait." in shown(client.get(URL))
    assert "Results without a learner 2 0 15 March 2027" in shown(client.get("/wins/desk/"))
    assert "(learner) – has a code for this exam" in shown(client.get(first))
    text = shown(client.get(first, {"learner": learner.id}))
    assert "it will be used up" in text
    assert "Now No result. Afterwards Passed on" in text
    assert "has a code for this exam" not in text
    assert "It is somebody else" in text
    own = Voucher.objects.get().id
    answer = client.post(first, {"do": "confirm", "learner": learner.id, "voucher": own}, follow=True)
    assert "The result was recorded." in shown(answer)
    assert Voucher.objects.get().state == "used"
    assert "Give a reason." in shown(client.post(second, {"do": "ignore", "reason": " "}), 400)
    client.post(second, {"do": "ignore", "reason": "A test"})
    assert "0 rows wait." in shown(client.get(URL))
    shown(client.post(second, {"do": "ignore", "reason": "A test"}), 409)
    shown(client.get(second), 404)


def test_what_waits_is_shown_by_fifty(signed_in, administrator, learner, code):
    client, own = signed_in(administrator), {"exam": "WINS-FND", "kind": "pass", "happened_at": NOW, "state": "waiting"}
    file = ExamFile.objects.create(digest="0" * 64, name="many.dat", size=1, imported_at=NOW)
    ExamRow.objects.bulk_create(
        ExamRow(file=file, line=n, key=str(n), cipher="", reason="no_code", **own) for n in range(51)
    )
    by = {"learner_id": learner.id, "entered_at": NOW, "entered_by": administrator.id}
    ResultEntry.objects.bulk_create(ResultEntry(token=str(n), evidence=f"Mail {n}", **own, **by) for n in range(101))
    first, last = shown(client.get(URL)), shown(client.get(URL, {"page": "2", "entries": "3"}))
    assert "The oldest first – page 1 of 2" in first
    assert "Waiting for a second person – page 1 of 3" in first
    assert "many.dat, 49" in first
    assert "many.dat, 50" not in first
    assert "many.dat, 50" in last
    assert "many.dat, 49" not in last
    assert last.count("Decide – learner, WINS-FND") == 1
    assert "page 2 of 2" in shown(client.get(URL, {"page": "99"})), "one that is not there is the nearest"
    assert "page 1 of 2" in shown(client.get(URL, {"page": "x"}))


def test_a_learner_is_found_by_name_for_a_row(signed_in, administrator, learner, code):
    client = signed_in(administrator)
    [own] = wait(client, {"ExamDate": "2026/01/05"})
    assert "(learner)" in shown(client.get(own, {"q": "learn"}))
    assert "Nobody was found." in shown(client.get(own, {"q": "administrator"})), "she studies nothing"


def test_a_row_keeps_the_voucher_of_its_code_and_staff_see_it(signed_in, administrator, learner, code):
    client = signed_in(administrator)
    Voucher.objects.update(state="void", ended_at=NOW)
    VoucherExam.objects.update(state="closed", open_holder=None)
    [own] = wait(client, {"Voucher": code})
    number = Voucher.objects.get().id
    assert f"/wins/desk/vouchers/{number}/" in client.get(URL).content.decode()
    assert "is named by the row or holds its voucher" in shown(client.get(own))
    assert f'<option value="{number}" selected>' in client.get(own, {"learner": learner.id}).content.decode()


def test_a_code_left_open_by_late_evidence_stands_on_the_desk(signed_in, administrator, learner, code):
    fill(1, start=2)
    old = Voucher.objects.exclude(holder_id=None).get().id
    new = acts.replace(old, "sent_twice", "Twice", administrator.id, RULES, NOW)
    client = signed_in(administrator)
    assert "this one still works" not in shown(client.get("/wins/desk/"))
    wait(client, {"Voucher": code})
    text = shown(client.get("/wins/desk/"))
    assert f"Voucher {new} Voucher {old}" in text
    assert f"/wins/desk/vouchers/{new}/" in client.get("/wins/desk/").content.decode()


@pytest.mark.parametrize("form", [
    {}, {"do": "x"}, {"do": "confirm"}, {"do": "confirm", "learner": "1"},
    {"do": "confirm", "learner": "999999", "voucher": "none"}, {"do": "confirm", "learner": "x", "voucher": "1"},
    {"do": "confirm", "learner": "1", "voucher": "9" * 19}, {"do": "ignore"},
])  # fmt: skip
def test_a_form_of_a_row_that_is_none_of_ours_is_refused(signed_in, administrator, code, form):
    client = signed_in(administrator)
    [own] = wait(client, {})
    shown(client.post(own, form), 400)
    assert ExamRow.objects.get().state == "waiting"


@pytest.mark.parametrize("form", [{}, {"do": "x"}, {"do": "import"}, {"do": "import", "file_id": "9" * 12}])
def test_a_form_that_is_none_of_ours_is_refused(signed_in, administrator, form):
    shown(signed_in(administrator).post(URL, form), 400)


def test_the_same_file_twice_is_explained(signed_in, administrator, learner, code):
    client = signed_in(administrator)
    wait(client, {"Voucher": code})
    assert "This file was sent before. All of it was taken over." in shown(check(client, rows({"Voucher": code})))
    answer = client.post(URL, {"do": "import", "file_id": ExamFile.objects.get().id}, follow=True)
    assert "This file was taken over before. Nothing changed." in shown(answer)


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *args):
        raise AssertionError("the body was read before the roles were asked")


@pytest.mark.parametrize(("who", "status"), [("WINS auditors", 403), ("", 302)])
def test_roles_are_asked_before_a_large_body_is_read(rf, who, status):
    request = rf.generic("POST", URL, b"", content_type="multipart/form-data; boundary=x")
    request.META |= {"CONTENT_LENGTH": "30000000", "wsgi.input": Unread()}
    request._stream = Unread()
    request.user = person("somebody", who) if who else AnonymousUser()
    request.session = {}
    assert results_page(request).status_code == status


def test_a_form_without_its_token_is_refused_whoever_sends_it(administrator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert client.post(URL, {"do": "check"}).status_code == 403


def test_others_record_nothing(signed_in):
    client = signed_in(person("somebody", "WINS auditors"))
    assert (client.get(URL).status_code, check(client, rows({})).status_code) == (200, 403)
    assert b'type="file"' not in client.get(URL).content
    assert not ExamFile.objects.exists()
