"""The log of mails on the desk: who got what, why one did not go out, and another try for it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW, person
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox import api as outbox
from wins_xblocks.domain.outbox.models import OutboxMessage

from .markup import Markup, faults

pytestmark = pytest.mark.django_db(transaction=True)
LOG = reverse("wins:mail_log")
DAY = timedelta(days=1)


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


def write(recipient, kind="voucher_ready", days=0, subject="voucher:1", **told):
    outbox.write(kind, subject, NOW + days * DAY, NOW + days * DAY, recipient.id if recipient else None, {})
    row = OutboxMessage.objects.latest("id")
    OutboxMessage.objects.filter(id=row.id).update(**told)
    return row.id


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html)


def body(page):
    """The page's text from its table on."""
    return page.text.partition("What went wrong last")[2]


def show(client, status=200, **asked):
    return read(client.get(LOG, asked), status)


def test_each_mail_stands_there_in_words(staff, learner):
    write(learner, sent_at=NOW, tries=1)
    write(None, "pool_low", 1)
    write(learner, "result_arrived", 2, tries=12, last_error="SMTPRecipientsRefused: {'learner@example.org': (550)}")
    page = show(staff)
    text = body(page)
    assert text.index("A result of an exam was recorded") < text.index("Few codes are left")
    assert "A voucher is reserved Learner Example (learner) 1 March 2027, 10:00 CET Sent 1 March 2027" in text
    assert "WINS, at its own address" in text
    assert "Given up 12 The mail server did not take the address." in text
    assert "learner@example.org" not in page.text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("OSError: mail server is down", "could not be reached"), ("SMTPServerDisconnected: x", "could not be reached"),
        ("ConnectionRefusedError: [Errno 111]", "could not be reached"), ("KeyError: 'module'", "no text that could"),
        ("Unfilled: no text", "no text that could"), ("ValueError: no address to send to", "There is no address"),
        ("Odd: lena@example.org", "The mail could not be sent (Odd)."), ("SMTPAuthenticationError: (535)", "let us in"),
    ],
)  # fmt: skip
def test_what_went_wrong_is_told_in_plain_words_without_an_address(staff, learner, error, told):
    write(learner, tries=1, last_error=error)
    text = body(show(staff))
    assert told in text
    assert "@" not in text


def test_filters(staff, learner, other_learner):
    write(learner, sent_at=NOW)
    write(other_learner, "result_arrived", 1)
    write(learner, "voucher_ends", 2, tries=12)
    found = {
        "kind=result_arrived": ["A result of an exam"], "state=sent": ["A voucher is reserved"],
        "state=waiting": ["A result of an exam"], "state=given_up": ["that was not booked"],
        "q=learner": ["A voucher is reserved", "that was not booked"], "from=2027-03-03": ["that was not booked"],
        "to=2027-03-01": ["A voucher is reserved"], "from=2027-03-02&to=2027-03-02": ["A result of an exam"],
        f"q=%23{other_learner.id}": ["A result of an exam"],
    }  # fmt: skip
    for asked, wanted in found.items():
        text = body(read(staff.get(f"{LOG}?{asked}")))
        assert [
            told for told in ("A voucher is reserved", "A result of an exam", "that was not booked") if told in text
        ] == (wanted), asked


def test_a_filter_that_matches_nobody_says_so_and_stays(staff, learner):
    write(learner)
    page = show(staff, q="nobody of this name", state="sent")
    assert "No mail was found. Take a filter away to see more." in page.text
    assert "nobody of this name" in [a.get("value") for a in page.all("input")]
    assert [a["value"] for a in page.all("option") if "selected" in a] == ["sent"]
    OutboxMessage.objects.all().delete()
    assert "No mail was written yet." in show(staff).text


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "x"}, {"to": "2027-02-30"}, {"from": "0001-01-01"}, {"from": "2027-03-02", "to": "2027-03-01"},
        {"to": "9999-12-31"},
    ],
)  # fmt: skip
def test_days_that_are_none(staff, learner, asked):
    write(learner)
    page = show(staff, 400, **asked)
    assert "Write both days like" in page.text or "must not end before it begins" in page.text
    assert not page.all("table")


@pytest.mark.parametrize(
    "asked",
    [{"before": "x"}, {"before": "9" * 30}, {"before": "99"}, {"state": "x"}, {"q": "\0"}, {"kind": "\0"}],
)  # fmt: skip
def test_odd_questions_are_no_questions(staff, learner, asked):
    write(learner)
    assert "A voucher is reserved" in body(show(staff, **asked))


def test_fifty_a_page_with_the_same_questions_asked(staff, learner, django_assert_max_num_queries):
    for number in range(120):
        write(person(f"p{number}"), subject=f"voucher:{number}", tries=1)
    write(learner, "result_arrived")
    asked, seen = "?kind=voucher_ready&state=waiting", []
    while asked:
        with django_assert_max_num_queries(12):
            page = read(staff.get(f"{LOG}{asked}"))
        seen.append(len(page.all("tr")) - 1)
        after = [a["href"] for a in page.all("a") if "before=" in a.get("href", "")]
        asked = after[0] if after else ""
        assert not asked or ("kind=voucher_ready" in asked and "state=waiting" in asked)
    assert seen == [50, 50, 20]
    assert f"{LOG}?kind=voucher_ready&state=waiting" in [a.get("href") for a in page.all("a")], "back to the newest"


def test_a_mail_that_was_given_up_is_tried_again_once(staff, administrator, learner):
    number = write(learner, tries=12, last_error="OSError: down")
    again = reverse("wins:mail_again", args=[number])
    assert again in [a.get("action") for a in show(staff).all("form")]
    assert "tried again within a few minutes" in read(staff.post(again, follow=True)).text
    assert "somebody was faster than you" in read(staff.post(again, follow=True), 409).text
    assert [entry.actor_id for entry in audit.entries(f"message:{number}")] == [administrator.id]
    assert again not in [a.get("action") for a in show(staff).all("form")]
    assert outbox.send_due(NOW, lambda message: None) == (1, 0)


def test_an_auditor_sees_the_log_and_has_no_button(signed_in, learner):
    number = write(learner, tries=12)
    page = show(signed_in(person("auditor", "WINS auditors")))
    assert "Given up" in page.text
    assert reverse("wins:mail_again", args=[number]) not in [a.get("action") for a in page.all("form")]
