"""The trail of vouchers as a file: every act of one or of a period, which no spreadsheet runs."""

import csv
import io
import json

import pytest
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import RULES, fill, issue, ready, reveal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.vouchers import acts

pytestmark = pytest.mark.django_db
PERIOD = reverse("wins:vouchers_file")


@pytest.fixture
def staff(signed_in, administrator, monkeypatch):
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)
    return signed_in(administrator)


def rows(response):
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_act_of_a_voucher_is_in_it_and_no_code(staff, learner, administrator):
    ready(learner.id)
    [code] = fill()
    held = issue(learner.id).voucher.id
    reveal(learner.id)
    acts.mark_lost(held, "=cmd|calc", administrator.id, RULES, NOW)
    response = staff.get(reverse("wins:voucher_file", args=[held]))
    found = rows(response)
    assert [(row["number"], row["act"]) for row in found] == [
        (str(entry.seq), entry.action) for entry in audit.entries(f"voucher:{held}")
    ]
    assert found[-1]["user name"] == "administrator"
    assert found[-1]["text"] == "'=cmd|calc"
    assert json.loads(found[-1]["facts"]) == {"exam": "WINS-FND", "learner": learner.id}
    assert found[0]["moment"] == "2027-03-01T10:00:00.000+01:00"
    assert code not in response.content.decode()
    assert staff.get(reverse("wins:voucher_file", args=[999])).status_code == 404


def test_a_period_has_its_days_and_no_other(staff, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    found = rows(staff.get(PERIOD, {"from": "2027-03-01", "to": "2027-03-01"}))
    assert {row["act"] for row in found} == {"name.confirmed", "codes.imported", "voucher.issued"}
    assert rows(staff.get(PERIOD, {"from": "2027-03-02", "to": "2027-04-01"})) == []
    assert rows(staff.get(PERIOD, {"from": "2026-03-02", "to": "2027-02-28"})) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [("", ""), ("1.3.2027", "2027-03-01"), ("2027-03-02", "2027-03-01"), ("2025-01-01", "2027-01-01"),
     ("0001-01-01", "0001-01-02"), ("9999-12-31", "9999-12-31")],
)  # fmt: skip
def test_a_period_that_is_none_is_refused_in_words(staff, first, last):
    response = staff.get(PERIOD, {"from": first, "to": last})
    assert response.status_code == 409
    assert "days like" in response.content.decode() or "a year at most" in response.content.decode()
