"""Codes come in by the page and unseen vouchers go back; nobody but an administrator does it, and no code is shown."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import code, csv, fill, issue, position, ready, reveal
from tests.domain.vouchers.workbooks import HEAD, number, row, workbook
from tests.domain.vouchers.workbooks import text as cell
from wins_xblocks.domain.vouchers.models import Voucher

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
IMPORT = "wins:import"


def send(client, text, do="import", **fields):
    body = text if isinstance(text, bytes) else text.encode()
    data = {"file": SimpleUploadedFile("codes.csv", body), "order": "PO-7", "do": do, **fields}
    return client.post(reverse(IMPORT), data, follow=True)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html).text


def take_back(client, voucher_id, **fields):
    return client.post(reverse("wins:take_back", args=[voucher_id]), fields, follow=True)


@pytest.fixture
def held(learner):
    """A reserved voucher of the learner that nobody has seen."""
    ready(learner.id)
    fill()
    return issue(learner.id).voucher.id


def test_checking_a_file_adds_nothing(signed_in, administrator):
    text = read(send(signed_in(administrator), csv([code(1), code(2)]), do="check"))
    assert "The file is good. Nothing was added yet." in text
    assert "2 good lines." in text
    assert not Voucher.objects.exists()


def test_importing_adds_the_codes_and_says_how_many(signed_in, administrator):
    text = read(send(signed_in(administrator), csv([code(1), code(2)])))
    assert "2 codes were added. 0 learners who waited got one." in text
    assert Voucher.objects.count() == 2
    assert "WINS-FND – Foundation Module 2 0" in text


def test_one_bad_line_stops_the_whole_file_and_is_told(signed_in, administrator):
    text = read(send(signed_in(administrator), csv([code(1), "!!", code(2)])), 400)
    assert "Nothing was added" in text
    assert "1 line with a problem." in text
    assert "The code is not 4 to 32 letters" in text
    assert not Voucher.objects.exists()


def test_codes_are_masked_in_the_report(signed_in, administrator):
    codes = [code(1), code(2)]
    html = send(signed_in(administrator), csv(codes), do="check").content.decode()
    assert not [own for own in codes if own in html]
    assert "••••QX" in html


def test_a_learner_who_waited_gets_one_at_once(signed_in, administrator, learner):
    ready(learner.id)
    assert issue(learner.id).state == "waiting"
    text = read(send(signed_in(administrator), csv([code(1)])))
    assert "1 code was added. 1 learner who waited got one." in text
    assert position(learner.id).state == "issued"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Missing: code, exam"),
        ("a,b\n1,2\n", "Missing: code, exam"),
        ("code,exam,expires\n", "The file has no codes."),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("code,exam,expires\n" + "x" * 10_000_100, "too large"),
    ],
)
def test_a_file_that_is_no_list_of_codes_is_refused_in_words(signed_in, administrator, text, words):
    response = send(signed_in(administrator), text or " ")
    assert response.status_code in (400, 413)
    assert words in Markup(response.content.decode()).text or response.status_code == 413
    assert not Voucher.objects.exists()


def test_an_upload_that_is_far_too_large_is_not_even_read(signed_in, administrator):
    assert send(signed_in(administrator), b"x" * 10_100_000).status_code == 413


def test_without_a_file_the_page_asks_for_one(signed_in, administrator):
    response = signed_in(administrator).post(reverse(IMPORT), {"do": "import", "order": "PO-1"})
    assert "Choose a file first." in read(response, 400)


def test_a_last_day_that_is_no_date_is_refused(signed_in, administrator):
    response = send(signed_in(administrator), "code,exam\nABCD1234,WINS-FND\n", expires="31.12.2027")
    assert "The last day is not a date" in read(response, 400)


def test_order_and_last_day_of_the_form_fill_the_lines(signed_in, administrator):
    read(send(signed_in(administrator), "code,exam\nABCD1234,WINS-FND\n", expires="2028-05-01"))
    voucher = Voucher.objects.get()
    assert (voucher.batch.order_number, voucher.expires_on.isoformat()) == ("PO-7", "2028-05-01")


def test_the_zone_of_the_form_is_that_of_the_last_day(signed_in, administrator):
    client = signed_in(administrator)
    assert 'value="Europe/Vienna"' in client.get(reverse(IMPORT)).content.decode()
    read(send(client, csv([code(1)]), zone="America/Chicago"))
    assert Voucher.objects.get().expires_zone == "America/Chicago"


def test_a_problem_is_told_with_line_and_column(signed_in, administrator):
    text = read(send(signed_in(administrator), csv([code(1), "ΑBCD1234"])), 400)
    assert "3 code ••••34 The code holds a character that only looks like a letter A–Z. It is number 1." in text


def test_a_workbook_is_imported_as_it_comes(signed_in, administrator):
    data = workbook(HEAD, row(cell("WINS-FND"), cell(code(1)), number(46811)))
    assert "1 code was added." in read(send(signed_in(administrator), data))
    assert Voucher.objects.get().expires_on.isoformat() == "2028-02-28"


def test_a_workbook_that_harms_is_refused_in_words(signed_in, administrator):
    data = workbook(HEAD, parts={"../x": "x"}.items())
    assert "a path outside" in read(send(signed_in(administrator), data), 400)
    assert not Voucher.objects.exists()


def test_the_pool_is_told_by_exam_and_month_of_the_last_day(signed_in, administrator, learner):
    client = signed_in(administrator)
    assert "No codes are in the pool." in read(client.get(reverse(IMPORT)))
    fill(2, last_day=date(2028, 2, 3))
    fill(1, last_day=date(2028, 2, 28), start=3)
    fill(1, last_day=date(2028, 3, 1), start=4)
    fill(4, exam="WINS-REG")
    ready(learner.id)
    issue(learner.id)
    text = read(client.get(reverse(IMPORT)))
    assert "WINS-FND – Foundation Module February 2028 2" in text
    assert "WINS-FND – Foundation Module March 2028 1" in text
    assert "WINS-REG – Nuclear Security Regulation February 2028 4" in text


def test_missing_keys_are_told_to_the_administrator(signed_in, administrator, settings):
    settings.WINS_VOUCHER_KEYS = []
    assert "WINS_VOUCHER_KEYS" in read(send(signed_in(administrator), csv([code(1)])), 400)


def test_taking_back_says_its_effect_first(signed_in, administrator, held):
    text = read(signed_in(administrator).get(reverse("wins:take_back", args=[held])))
    assert "Learner Example (learner)" in text
    assert "It goes back into the pool." in text
    assert "Stock after: 1." in text


def test_a_code_with_too_few_days_left_is_not_counted_in_the_stock_after(signed_in, administrator, held):
    fill(2, start=2)
    text = read(signed_in(administrator).get(reverse("wins:take_back", args=[held])))
    assert "Stock after: 3." in text
    assert "not counted" not in text
    Voucher.objects.filter(id=held).update(expires_at=NOW + timedelta(days=90, seconds=-1))
    text = read(signed_in(administrator).get(reverse("wins:take_back", args=[held])))
    assert "Stock after: 2. This code is not counted: it has fewer than 90 days left" in text


def test_taking_back_frees_the_voucher_and_the_learner_reads_why(signed_in, administrator, learner, held):
    text = read(take_back(signed_in(administrator), held, reason="Sent by mistake"))
    assert "The voucher was taken back." in text
    assert Voucher.objects.get(id=held).state == "imported"
    assert 'Reason: "Sent by mistake"' in read(signed_in(learner).get(reverse("wins:path")))


def test_taking_back_twice_is_refused_in_words(signed_in, administrator, held):
    client = signed_in(administrator)
    take_back(client, held, reason="Sent by mistake")
    assert "This is not possible" in read(take_back(client, held, reason="Sent by mistake"), 409)


def test_without_a_reason_nothing_is_taken_back(signed_in, administrator, held):
    assert "Give a reason." in read(take_back(signed_in(administrator), held, reason="  "), 400)
    assert Voucher.objects.get(id=held).state == "issued"


def test_a_seen_voucher_cannot_be_taken_back(signed_in, administrator, learner, held):
    reveal(learner.id)
    client = signed_in(administrator)
    assert read(client.get(reverse("wins:take_back", args=[held])), 409)
    assert read(take_back(client, held, reason="Please"), 409)
    assert Voucher.objects.get(id=held).state == "revealed"


def test_a_voucher_that_is_not_there_is_no_server_error(signed_in, administrator):
    client = signed_in(administrator)
    assert client.get(reverse("wins:take_back", args=[999])).status_code == 409
    assert take_back(client, 999, reason="Please").status_code == 409
    assert client.get("/wins/desk/vouchers/take-back/" + "9" * 30).status_code == 404


@pytest.mark.parametrize("group", ["WINS certification officers", "WINS auditors", None])
def test_nobody_else_imports_or_takes_back(signed_in, held, group):
    client = signed_in(person("somebody", *([group] if group else [])))
    assert send(client, csv([code(5)])).status_code == 403
    assert take_back(client, held, reason="Please").status_code == 403
    assert (Voucher.objects.count(), Voucher.objects.get(id=held).state) == (1, "issued")


def test_a_form_of_another_site_is_refused(administrator, held):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert take_back(client, held, reason="Please").status_code == 403
    assert send(client, csv([code(5)])).status_code == 403
    assert (Voucher.objects.count(), Voucher.objects.get(id=held).state) == (1, "issued")


def test_codes_that_will_be_needed_stand_beside_those_there_are(signed_in, administrator, learner):
    ready(learner.id)
    needs = "Codes that will be needed"
    text = read(signed_in(administrator).get(reverse(IMPORT)))
    row = "WINS-FND – Foundation Module 1 0 0 {} {}"
    assert row.format(0, "too few") in text[text.index(needs) :]
    fill()
    text = read(signed_in(administrator).get(reverse(IMPORT)))
    assert row.format(Voucher.objects.count(), "yes") in text[text.index(needs) :]
