"""The trail of vouchers as a file: every act of one or of a period, which no spreadsheet runs."""

import csv
import io
import json

import pytest
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, RULES, fill, issue, join, ready, reveal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration import places
from wins_xblocks.domain.results import entries
from wins_xblocks.domain.results.data import Entered
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
    assert response["X-Content-Type-Options"] == "nosniff"
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


def test_a_period_has_places_and_results_and_nothing_of_hours(staff, learner, administrator):
    join(learner.id)
    own = registration.of_learners([learner.id])[learner.id][0]
    registration.waive(own.id, 3_600_000, "Studied in hospital", administrator.id, NOW)
    assert places.grant(learner.id, "foundation", FND, "Paid again", administrator.id, NOW)
    told = Entered(learner.id, FND, "pass", NOW, "a-token", reason="Paid by hand", evidence="A mail of the supplier")
    entries.enter(told, administrator.id, NOW)
    [waiting] = entries.waiting()
    entries.refuse(waiting.id, "It was another person", administrator.id, NOW)
    entries.act(learner.id, FND, "hold", "A call", administrator.id, NOW)
    response = staff.get(PERIOD, {"from": "2027-03-01", "to": "2027-03-01"})
    found = [(row["subject"].split(":")[0], row["act"]) for row in rows(response)]
    assert found == [
        ("registration", "place.granted"), ("entry", "result.entered"), ("entry", "result.refused"),
        ("exam", "result.hold"),
    ]  # fmt: skip
    assert "hospital" not in response.content.decode()
    assert "Paid again" in response.content.decode()


@pytest.mark.parametrize(
    ("first", "last"),
    [("", ""), ("1.3.2027", "2027-03-01"), ("2027-03-02", "2027-03-01"), ("2025-01-01", "2027-01-01"),
     ("0001-01-01", "0001-01-02"), ("9999-12-31", "9999-12-31")],
)  # fmt: skip
def test_a_period_that_is_none_is_refused_in_words(staff, first, last):
    response = staff.get(PERIOD, {"from": first, "to": last})
    assert response.status_code == 409
    assert "days like" in response.content.decode() or "a year at most" in response.content.decode()
