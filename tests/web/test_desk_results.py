"""Results on the desk: a file is checked and imported by its button, and a person places what waits."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.conftest import NOW, person
from tests.domain.results.exam_files import packed, table
from tests.domain.vouchers.builders import fill, issue, ready, reveal
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results.models import ExamFile, ExamRow

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


def test_a_row_that_waits_is_placed_or_ignored(signed_in, administrator, learner, code):
    client = signed_in(administrator)
    check(client, rows({}, {"RegistrationID": "2"}))
    client.post(URL, {"do": "import", "file_id": ExamFile.objects.get().id})
    text = shown(client.get(URL))
    assert "2 rows wait." in text
    assert "(learner) – has a code for this exam" in text
    first, second = ExamRow.objects.order_by("id")
    answer = client.post(URL, {"do": "confirm", "row": first.id, "learner": learner.id}, follow=True)
    assert "The result was recorded." in shown(answer)
    assert "Give a reason." in shown(client.post(URL, {"do": "ignore", "row": second.id, "reason": " "}), 400)
    client.post(URL, {"do": "ignore", "row": second.id, "reason": "A test"})
    assert "0 rows wait." in shown(client.get(URL))
    shown(client.post(URL, {"do": "ignore", "row": second.id, "reason": "A test"}), 409)


@pytest.mark.parametrize("form", [
    {}, {"do": "x"}, {"do": "import"}, {"do": "import", "file_id": "9" * 12}, {"do": "confirm", "row": "1"},
    {"do": "confirm", "row": "1", "learner": "999999"}, {"do": "ignore", "row": "x", "reason": "x"},
])  # fmt: skip
def test_a_form_that_is_none_of_ours_is_refused(signed_in, administrator, form):
    shown(signed_in(administrator).post(URL, form), 400)


def test_others_record_nothing(signed_in):
    client = signed_in(person("somebody", "WINS auditors"))
    assert (client.get(URL).status_code, check(client, rows({})).status_code) == (403, 403)
    assert not ExamFile.objects.exists()
