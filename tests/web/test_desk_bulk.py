"""Many at once on the desk, and one place: who is meant, what would be, and that no file leaves a trace."""

import logging
import re

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, fill, issue, join, position, ready, reveal
from wins_xblocks import result_view
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.web import desk_bulk

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
PAGE = reverse("wins:bulk")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html).text


def send(client, text, status=200, **form):
    file = SimpleUploadedFile("a.csv", text if isinstance(text, bytes) else text.encode())
    form = {"do": "check", "what": "replace", "cause": "sent_twice", "reason": "Sent twice", **form}
    return read(client.post(PAGE, {**form, "file": file}, follow=True), status)


def test_codes_are_checked_then_replaced_and_stand_nowhere(staff, learner, caplog):
    caplog.set_level(logging.DEBUG)
    ready(learner.id)
    codes = fill(2)
    issue(learner.id)
    reveal(learner.id)
    fill(5, start=50)
    file = "code\n" + "\n".join(codes)
    text = send(staff, file)
    assert "The file is good. Nothing was changed yet." in text
    assert "WINS-FND 6 → then 4 0 → then 0 1 → then 1" in text
    assert "3 ••••QX Nobody holds it: it is withdrawn from the pool." in text
    assert Voucher.objects.filter(state="void").count() == 0
    assert "2 lines were done." in send(staff, file, do="do")
    assert Voucher.objects.filter(state="void").count() == 2
    kept = str([*AuditEntry.objects.values_list("facts", "text"), caplog.text, text])
    assert not any(code in kept for code in codes)


def test_a_bad_line_is_told_with_its_column_and_nothing_is_done(staff, learner):
    ready(learner.id)
    codes = fill(1)
    text = send(staff, f"code\n{codes[0]}\nnope-nope\n", 400, do="do")
    assert "Nothing was changed" in text
    assert "3 code ••••pe No voucher has this code." in text
    assert Voucher.objects.get().state == "imported"


def test_learners_are_meant_by_user_name_or_mail_address_exactly(staff, learner, other_learner):
    ready(learner.id)
    join(other_learner.id)
    fill(2)
    file = f"learner,exam\n{learner.email.upper()},wins-fnd\nlearne,WINS-FND\n,WINS-FND\n{learner.username},NONE\n"
    file += "other,WINS-FND"
    text = send(staff, file, 400, what="issue")
    problems = re.findall(r"(\d+) (?:learner|exam) ", text[text.index("Result") :])
    assert problems == ["3", "4", "5", "6"], "line 2 is good; who is found in line 6 is not ready"
    assert "3 learner Nobody has this user name or mail address." in text
    assert "4 learner Nobody has this user name or mail address." in text
    assert "5 exam learner The exam is not one of the programme." in text
    assert "6 learner other Foundation Module: 0 min of 40 h – 40 h to go" in text
    assert "1 line was done." in send(staff, f"exam;learner\nWINS-FND;{learner.username}", what="issue", do="do")
    assert position(learner.id).state == "issued"


def test_a_short_user_name_is_found_among_all_who_have_it_in_theirs(staff):
    users = get_user_model()
    many = [users(username=f"{n}ana", email=f"{n}ana@example.org") for n in range(1200)]
    users.objects.bulk_create([*many, users(username="Ana", email="a@example.org"), users(username="a_a", email="")])
    ana = users.objects.get(username="Ana")
    assert [one.id for one in desk_bulk._people("aNA")] == [ana.id]
    assert result_view.user_named("ana") == ana.id
    assert result_view.user_named("A@EXAMPLE.org") == ana.id
    for name in ("", "an", "%", "_na", "a_A\0", "a%"):
        assert (desk_bulk._people(name), result_view.user_named(name)) == ([], None), name
    users.objects.create(username="other", email="ana")
    assert len(desk_bulk._people("ana")) == 2
    assert result_view.user_named("ana") is None, "two are meant"


def test_places_are_given_by_a_file_and_by_the_learners_row(staff, learner):
    [own, _] = join(learner.id)
    Entitlement.objects.update(state=Entitlement.WITHDRAWN)
    file = f"learner,exam\n{learner.username},{FND}"
    assert "WINS-FND 0 → then 0 0 → then 1" in send(staff, file, what="grant")
    assert registration.places(learner.id, FND) == 0
    send(staff, file, what="grant", do="do")
    assert registration.places(learner.id, FND) == 1
    page = reverse("wins:place", args=[own.id])
    assert page in staff.get(reverse("wins:learners")).content.decode()
    assert "That costs one code of the pool." in read(staff.get(page))
    assert "unused place in this exam already" in read(staff.post(page, {"reason": "Ill"}), 409)
    Entitlement.objects.update(state=Entitlement.WITHDRAWN)
    assert "Give a reason." in read(staff.post(page, {"reason": " "}), 400)
    assert "and gets a mail." in read(staff.post(page, {"reason": "Ill"}, follow=True))
    assert registration.places(learner.id, FND) == 1
    assert read(staff.get(reverse("wins:place", args=[999])), 404)


@pytest.mark.parametrize(
    ("text", "form", "told"),
    [
        (b"code\n\xff", {}, "not UTF-8"), ("exam\nx", {}, "Missing: code"),
        ("code\nABCD1234", {"what": "x"}, "Choose what to do"),
        ("code\nABCD1234", {"cause": "x"}, "Choose why the code is replaced"),
        (b"PK\x03\x04x", {}, "workbook cannot be read"),
        ("code\nABCD1234", {"reason": ""}, "Give a reason"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(staff, text, form, told):
    assert told in send(staff, text, 400, **form)


def test_without_a_file_nothing_happens(staff):
    assert "Choose a file first." in read(staff.post(PAGE, {"what": "grant", "do": "do"}), 400)


def test_only_administrators_open_it(signed_in):
    for group in ("WINS auditors", "WINS certification officers"):
        assert read(signed_in(person(group[-4:], group)).get(PAGE), 403)
