"""The page on which a learner tells of her booking, and the calendar's file."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, LAST_DAY, fill, issue, ready, reveal
from wins_xblocks import calendar_file
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.vouchers.models import Voucher

from .builders import noticed
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
PAGE, FILE = (reverse(f"wins:{name}", args=[FND]) for name in ("booking", "calendar"))


@pytest.fixture
def browser(signed_in, learner, monkeypatch):
    """The learner, who has seen her code."""
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)
    ready(learner.id)
    noticed(learner)
    fill()
    issue(learner.id)
    reveal(learner.id)
    return signed_in(learner)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html).text


def send(browser, status=200, day="2027-05-12", city="Vienna", **more):
    return read(browser.post(PAGE, {"day": day, "city": city, **more}, follow=True), status)


def test_what_she_booked_stands_on_her_page_of_vouchers(browser):
    assert "I have booked" in read(browser.get(reverse("wins:vouchers")))
    assert "On or before 28 February 2028, the last day of your voucher." in read(browser.get(PAGE))
    text = send(browser)
    assert "Saved: your exam is on 12 May 2027 in Vienna." in text
    assert "Exam booked: 12 May 2027, Vienna." in text
    assert "Change the date here" in text
    html = browser.get(PAGE).content.decode()
    assert 'value="2027-05-12"' in html
    assert 'value="Vienna"' in html


def test_it_is_moved_and_cancelled(browser):
    send(browser)
    assert "Exam booked: 1 June 2027, Graz." in send(browser, day="2027-06-01", city="Graz")
    text = read(browser.post(PAGE, {"do": "cancel"}, follow=True))
    assert "Your code works again." in text
    assert "Exam booked" not in text
    assert [row.kind for row in ExamEvent.objects.order_by("id")] == ["booked", "booked", "returned"]


@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        ({"day": "12.5."}, "day", "Write the day of your exam as a date"),
        ({"day": "2027-02-27"}, "day", "This day is over."),
        ({"day": "2028-03-01"}, "day", "Your voucher ends on 28 February 2028."),
        ({"city": " "}, "city", "Write the city of the test centre."),
        ({"city": "x" * 3000}, "city", "at most 100 characters"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_kept(browser, form, field, told):
    response = browser.post(PAGE, {"day": "2027-05-12", "city": "Vienna", **form})
    assert told in read(response, 400)
    [wrong] = [box for box in Markup(response.content.decode()).all("input") if box.get("aria-invalid")]
    assert wrong["name"] == field
    assert not ExamEvent.objects.exists()


def test_without_a_code_that_was_shown_there_is_no_form(browser, learner):
    Voucher.objects.update(state="issued", revealed_at=None)
    for method in (browser.get, browser.post):
        assert "You have no voucher for this exam whose code was shown." in read(method(PAGE), 409)
    assert "There is no date" in read(browser.get(FILE), 409)
    assert "This is not possible" in read(browser.get(reverse("wins:booking", args=["NONE"])), 409)


def days_of(browser):
    response = browser.get(FILE)
    assert response["Content-Type"] == "text/calendar"
    assert response["Content-Disposition"] == 'attachment; filename="wins-exam-wins-fnd.ics"'
    assert response["Cache-Control"].startswith("max-age=0")
    text = response.content.decode().replace("\r\n ", "")
    return re.findall(r"DTSTART;VALUE=DATE:(\d+).*?SUMMARY:([^\r]*)", text, re.S), text


def test_the_calendar_gets_the_day_to_book_by_then_the_day_of_the_exam(browser):
    found, text = days_of(browser)
    safe = LAST_DAY - timedelta(days=30)
    assert [(day, title.split(":")[0]) for day, title in found] == [
        (f"{safe:%Y%m%d}", "Book your exam by today to be safe"), ("20280228", "Last day of the exam voucher"),
    ]  # fmt: skip
    send(browser, city="Vienna, old town; 2nd floor")
    found, text = days_of(browser)
    assert [day for day, _title in found] == ["20270512", "20280228"]
    assert "LOCATION:Vienna\\, old town\\; 2nd floor\r\n" in text
    assert "QX" not in text, "never a code"


def test_lines_are_folded_and_no_character_is_cut():
    title = "Ядерная безопасность " * 12
    made = calendar_file.text_of([calendar_file.Day("a", date(2027, 5, 12), title, "\\ one\ntwo")], NOW)
    lines = made.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert lines[-1] == b""
    text = made.decode().replace("\r\n ", "")
    assert f"SUMMARY:{title}\r\n" in text
    assert "LOCATION:\\\\ one\\ntwo\r\n" in text
