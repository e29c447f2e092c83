"""The texts of mails on the desk: seen as they will be read, stored with a reason, never a way to more than a name."""

import pytest
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import code
from wins_xblocks import languages, mail_kinds, notices
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox import api as outbox
from wins_xblocks.domain.outbox.models import MailText, OutboxMessage

from .markup import Markup, faults

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = reverse("wins:mails")
READY = reverse("wins:mail_text", args=["voucher_ready", "en"])
GOOD = {"subject": "Ready: {module}", "body": "For {exam}, until {expires_on}.\n\nYours", "reason": "Shorter"}


@pytest.fixture(autouse=True)
def site(settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("rtl", "Right to left")]


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html)


def fields(page):
    """What the form to change the text holds."""
    found = {attrs["name"]: attrs.get("value", "") for attrs in page.all("input") if attrs.get("id") != "reset-reason"}
    return {name: found[name] for name in ("version", "looked", "subject")}


def send(client, do, status=200, address=READY, **form):
    return read(client.post(address, {"version": "0", **GOOD, "do": do, **form}, follow=True), status)


def store(client, address=READY, **form):
    """Look, then store what was looked at."""
    looked = fields(send(client, "look", address=address, **form))["looked"]
    return send(client, "store", address=address, **{**form, "looked": looked})


def sent(learner, kind="voucher_ready", **values):
    """The mail as it goes out."""
    told = {"module": "Foundation Module", "exam": "WINS-FND", "expires_on": "2028-02-28", **values}
    outbox.write(kind, "voucher:1", NOW, NOW, learner.id, told)
    message = OutboxMessage.objects.latest("id")
    mails = []
    outbox.send_due(NOW, mails.append)
    assert [one.id for one in mails] == [message.id]
    return mails[0]


def test_every_kind_stands_in_the_list_with_what_happened_to_whom_and_when(staff):
    page = read(staff.get(MAILS))
    assert "A voucher is reserved The learner At once English" in page.text
    assert "Few codes are left WINS, at its own address Once, until there are enough again English" in page.text
    for kind in notices.LETTERS:
        assert kind in mail_kinds.KINDS, "in words"
        assert reverse("wins:mail_text", args=[kind, "rtl"]) in [a.get("href") for a in page.all("a")]
    assert "French" not in page.text, "we have no French catalogue"


def test_kinds_that_are_told_by_words_of_the_academy_exist():
    assert set(mail_kinds.KINDS) == set(notices.LETTERS)


def test_a_text_is_shown_as_shipped_in_each_language(staff):
    page = read(staff.get(READY))
    assert "The text as shipped. Subject Your exam voucher is reserved: {module}" in page.text
    assert "{expires_on} last day of the voucher" in page.text
    assert "Nobody has changed this text." in page.text
    mirrored = read(staff.get(reverse("wins:mail_text", args=["voucher_ready", "rtl"])))
    assert "{module}" in mirrored.text
    assert "Your exam voucher is reserved" not in mirrored.text


@pytest.mark.parametrize("part", [["voucher_x", "en"], ["voucher_ready", "fr"], ["voucher_ready", "xx"]])
def test_a_kind_or_a_language_that_is_not_there(staff, part):
    assert "There is no such mail." in read(staff.get(reverse("wins:mail_text", args=part)), 404).text


def test_it_is_seen_as_it_will_be_read_before_it_is_stored(staff):
    page = send(staff, "look")
    assert "As it will be read" in page.text
    assert "Subject Ready: Foundation Module" in page.text
    assert "Hello Lena Example, For WINS-FND, until 30 May 2027. Yours" in page.text
    assert "/wins/me/" in page.text
    assert not MailText.objects.exists()
    assert fields(page)["subject"] == "Ready: {module}"


def test_it_is_stored_sent_so_and_stands_in_the_history_and_the_trail(staff, administrator, learner):
    page = store(staff)
    assert "The mail says this from now on." in page.text
    assert "A text of the Academy. Subject Ready: {module}" in page.text
    assert "Administrator Example Shorter" in page.text
    subject, body = notices.written(sent(learner), notices.platform().people([learner.id])[learner.id])
    assert subject == "Ready: Foundation Module"
    assert body.startswith("Hello Learner Example,\n\nFor WINS-FND, until 28 February 2028.\n\nYours\n\n")
    assert "English – A voucher is reserved edited" in read(staff.get(MAILS)).text
    [entry] = audit.entries("mail:voucher_ready:en")
    assert (entry.actor_id, entry.text) == (administrator.id, "Shorter")


def test_what_was_not_seen_as_it_will_be_read_is_not_stored(staff):
    looked = fields(send(staff, "look"))["looked"]
    for form in ({}, {"looked": ""}, {"looked": looked, "body": "Another {exam}"}):
        page = send(staff, "store", **form)
        assert "You have not seen this text as it will be read." in page.text
        assert "As it will be read" in page.text
        assert not MailText.objects.exists()
    send(staff, "store", looked=looked)
    assert MailText.objects.count() == 1


@pytest.mark.parametrize("do", ["look", "store"])
@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("subject", "{", "“{” is no placeholder"), ("body", "{0}", "“{0}” is no placeholder"),
        ("body", "{module.title}", "“{module.title}” is no placeholder"), ("body", "{module!r:>9}", "no placeholder"),
        ("body", "{deadline}", "It knows: {exam}, {expires_on}, {module}."), ("subject", "a\nb", "one line"),
        ("subject", "x" * 151, "at most 150"), ("body", "x" * 4001, "at most 4000"), ("body", " ", "empty mail"),
        ("body", "<b>{exam}</b>", "plain text"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_sent_is_refused_beside_its_field_and_nothing_typed_is_lost(staff, do, field, text, told):
    page = send(staff, do, 400, **{field: text})
    assert told in page.text
    [faulty] = [a for name in ("input", "textarea") for a in page.all(name) if a.get("aria-invalid")]
    assert faulty["id"] == field
    assert f"problem-{field}" in faulty["aria-describedby"]
    assert "Shorter" in [a.get("value") for a in page.all("input")]
    assert text.strip() in page.text or field == "subject"
    assert not MailText.objects.exists()


def test_a_placeholder_that_is_left_out_is_warned_of(staff):
    page = send(staff, "look", body="Come.", subject="Ready")
    assert "The shipped text also names {exam}, {expires_on}, {module}. Yours does not." in page.text
    store(staff, body="Come.", subject="Ready")
    assert MailText.objects.get().body == "Come."


def test_without_a_reason_nothing_is_stored_and_the_text_stays(staff):
    looked = fields(send(staff, "look"))["looked"]
    page = send(staff, "store", 400, looked=looked, reason="  ")
    assert "Write why you change the text." in page.text
    assert "For {exam}, until {expires_on}." in page.text
    assert not MailText.objects.exists()


def test_the_second_of_two_is_told_what_the_first_did_and_keeps_her_words(staff, client):
    looked = fields(send(staff, "look", body="Mine {exam}"))["looked"]
    client.force_login(person("first", "WINS Academy administrators"))
    store(client)
    client.force_login(person("second", "WINS Academy administrators"))
    page = send(client, "store", 409, looked=looked, body="Mine {exam}", reason="Clearer")
    assert "Somebody else changed this text while you had it open." in page.text
    assert "First Example, 1 March 2027, 10:00 CET: Shorter" in page.text
    assert "A text of the Academy. Subject Ready: {module} For {exam}" in page.text
    assert "Mine {exam}" in page.text
    assert MailText.objects.count() == 1
    again = fields(page)
    assert again["version"] == "1"
    send(client, "store", version="1", looked=again["looked"], body="Mine {exam}", reason="Clearer")
    assert [row.body for row in MailText.objects.order_by("version")][-1] == "Mine {exam}"


def test_who_looks_at_an_overtaken_text_is_told_before_she_stores(staff):
    store(staff)
    page = send(staff, "look", body="Mine {exam}")
    assert "Administrator Example, 1 March 2027, 10:00 CET: Shorter" in page.text
    assert fields(page)["version"] == "1"


def test_back_to_the_shipped_text(staff, learner):
    assert "Back to the text as shipped" not in read(staff.get(READY)).text
    store(staff)
    page = send(staff, "reset", version="1", reason="Was better")
    assert "The mail says again what it says as shipped." in page.text
    assert "Administrator Example Was better As shipped" in page.text
    assert "The text as shipped. Subject Your exam voucher is reserved: {module}" in page.text
    assert notices.written(sent(learner), None)[0] == "Your exam voucher is reserved: Foundation Module"
    assert "says exactly this already" in send(staff, "reset", 409, version="2").text


@pytest.mark.parametrize(("reason", "version", "status"), [(" ", "1", 400), ("Why", "0", 409)])
def test_a_return_that_is_refused(staff, reason, version, status):
    store(staff)
    page = send(staff, "reset", status, version=version, reason=reason)
    assert MailText.objects.count() == 1
    assert "For {exam}, until {expires_on}." in page.text


@pytest.mark.parametrize("form", [{"do": "x"}, {"do": ""}, {"version": "x"}, {"version": "9" * 40}])
def test_a_form_that_is_no_form(staff, form):
    response = staff.post(READY, {"version": "0", **GOOD, "do": "store", **form})
    assert "This form is out of date." in read(response, 409).text


def test_a_voucher_code_in_a_text_is_stored_nowhere(seen, administrator, client):
    client.force_login(administrator)
    for field in ("subject", "body", "reason"):
        page = send(client, "look", 409, **{field: f"Use {code(1)}"})
        assert "holds a voucher code" in page.text
    assert not MailText.objects.exists()


def test_an_auditor_reads_and_changes_nothing(signed_in, staff):
    store(staff)
    auditor = signed_in(person("auditor", "WINS auditors"))
    page = read(auditor.get(READY))
    assert "Ready: {module}" in page.text
    assert "Change the text" not in page.text
    assert "Back to the shipped text" not in page.text
    send(auditor, "store", 403)
    assert MailText.objects.count() == 1


def test_the_pages_ask_no_more_the_more_texts_there_are(staff, django_assert_max_num_queries):
    store(staff)
    for version in range(2, 60):
        MailText.objects.create(
            kind="voucher_ready", language="en", version=version, subject="S", body="B", made_by=version, made_at=NOW,
            reason="r",
        )  # fmt: skip
    for address in (MAILS, READY):
        with django_assert_max_num_queries(12):
            staff.get(address)


def test_languages_are_those_of_the_site_that_we_have(settings):
    settings.LANGUAGES = [("en", "English"), ("en-gb", "British"), ("fr", "French"), ("rtl", "Mirror")]
    assert languages.offered() == (("en", "English"), ("rtl", "Mirror"))
    settings.LANGUAGES = [("fr", "French")]
    assert languages.offered() == (("en", "English"),), "English is read by everybody else"
    settings.LANGUAGE_CODE = "rtl"
    assert [languages.read_by(code) for code in ("en-us", "fr", "RTL", "rtl-x", "")] == [
        "en", "en", "rtl", "rtl", "rtl",
    ]  # fmt: skip
