"""What a learner tells of her booking, and the mails before a voucher's last day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.vouchers import acts, api, reminders, rules
from wins_xblocks.domain.vouchers.models import Voucher

from .builders import FND, LAST_DAY, RULES, fill, issue, ready, reveal

pytestmark = pytest.mark.django_db
MAY = Booking(date(2027, 5, 12), "Vienna")


@pytest.fixture
def shown():
    """Learner 7 has seen her code; the voucher's id."""
    ready(7)
    fill()
    held = issue().voucher
    reveal()
    return held.id


def book(booking=MAY, now=NOW, learner_id=7):
    return api.book(learner_id, FND, booking, RULES, now)


def where(now=NOW):
    return api.position(7, FND, RULES, None, 1, now)


def actions(voucher_id):
    return [entry.action for entry in audit.entries(f"voucher:{voucher_id}")][-2:]


def test_what_was_booked_is_kept_and_shown_and_told_once(shown):
    assert book()
    assert not book(now=NOW + timedelta(minutes=1)), "the same form twice is one booking"
    assert (where().state, where().booking) == ("booked", MAY)
    [event] = ExamEvent.objects.all()
    assert (event.kind, event.voucher_id, event.facts) == ("booked", shown, {"day": "2027-05-12", "city": "Vienna"})
    last = audit.entries(f"voucher:{shown}")[-1]
    assert (last.action, last.facts, last.text) == (
        "voucher.booked", {"exam": FND, "day": "2027-05-12", "learner": 7}, "Vienna",
    )  # fmt: skip
    assert audit.broken() == []


def test_a_booking_is_moved_and_cancelled_and_the_same_code_works_again(shown):
    book()
    moved = Booking(date(2027, 6, 1), "Graz")
    assert book(moved, NOW + timedelta(days=1))
    assert where().booking == moved
    api.cancel(7, FND, NOW + timedelta(days=2))
    assert (where().state, where().booking) == ("shown", None)
    assert actions(shown) == ["voucher.booked", "voucher.returned"]
    with pytest.raises(api.NothingBooked):
        api.cancel(7, FND, NOW + timedelta(days=2))
    assert reveal(now=NOW + timedelta(days=3))
    assert exams.outcome(7, FND).booked is False


def test_from_the_day_of_the_exam_on_it_is_too_late_to_cancel(shown):
    """Nobody told us where the test centre is: the day has come when it has come everywhere, last in the west."""
    before, come = (datetime(2027, 5, 12, hour, tzinfo=UTC) for hour in (11, 12))
    book()
    api.cancel(7, FND, before)
    book(now=before)
    with pytest.raises(api.NothingBooked, match="Tell WINS what happened"):
        api.cancel(7, FND, come)
    assert Voucher.objects.get().state == "booked"


def test_after_its_day_the_result_is_waited_for_until_it_comes(shown):
    book()
    day = NOW.replace(year=2027, month=5, day=12, hour=20)
    last = NOW.replace(year=2027, month=5, day=13, hour=11, minute=59)
    assert where(last).state == "booked", "somewhere in the west it is still the day"
    assert where(day).state == "booked"
    assert where(day + timedelta(days=1)).state == "pending"
    exams.record(7, FND, "fail", day, day + timedelta(days=2), voucher_id=shown)
    Voucher.objects.update(state="used", ended_at=day)
    assert where(day + timedelta(days=2)).booking is None
    assert where(day + timedelta(days=2)).state != "pending"


@pytest.mark.parametrize(
    ("day", "told"),
    [(NOW.date() - timedelta(days=2), "is over"), (LAST_DAY + timedelta(days=2), "ends on 2028-02-28")],
)
def test_a_day_on_which_the_exam_cannot_be_is_refused(shown, day, told):
    with pytest.raises(api.DayWrong) as refused:
        book(Booking(day, "Vienna"))
    assert told in str(refused.value)
    assert book(Booking(NOW.date() - timedelta(days=1), "Honolulu")), "at 9 in UTC it is still yesterday there"
    assert book(Booking(NOW.date(), "Vienna"))
    assert book(Booking(LAST_DAY, "Vienna"))
    assert book(Booking(LAST_DAY + timedelta(days=1), "Tokyo")), "it is tomorrow there before the last day is over"


def test_without_a_code_that_was_shown_nothing_is_booked():
    ready(7, 8)
    fill(2)
    for learner_id in (7, 8):
        with pytest.raises(api.NothingBooked):
            book(learner_id=learner_id)
    issue()
    with pytest.raises(api.NothingBooked, match="Show your code first"):
        book()
    reveal()
    with pytest.raises(api.NothingBooked):
        book(learner_id=8)
    with pytest.raises(api.DayWrong):
        book(Booking(LAST_DAY, "Vienna"), now=Voucher.objects.get(holder_id=7).expires_at + timedelta(hours=13))
    assert not ExamEvent.objects.exists()


@pytest.mark.parametrize("day", ["", "12.5.2027", "2027-13-01", "2027-05-12T10:00", "x" * 2000])
def test_a_day_that_cannot_be_read_is_refused(day):
    with pytest.raises(api.DayWrong):
        api.told(day, "Vienna")


@pytest.mark.parametrize("city", ["", "  \n ", "x" * 101, "Wien\x00", "Wien\u202e"])
def test_a_city_that_is_none_is_refused(city):
    with pytest.raises(api.CityWrong):
        api.told("2027-05-12", city)


def test_a_city_keeps_its_letters_and_loses_its_blanks():
    assert api.told(" 2027-05-12 ", "  São\u00a0 Paulo ") == Booking(date(2027, 5, 12), "São Paulo")


def mails():
    found = OutboxMessage.objects.filter(kind="voucher_ends").order_by("due")
    return [(row.recipient_id, row.subject, (Voucher.objects.get().expires_at - row.due).days) for row in found]


def remind(days_before):
    return api.remind(RULES, Voucher.objects.get().expires_at - timedelta(days=days_before))


def test_reminders_come_at_ninety_thirty_and_seven_days_once_each(shown):
    assert [remind(days) for days in (91, 90, 89, 31, 30, 8, 7, 1, 0)] == [0, 1, 0, 0, 1, 0, 1, 0, 0]
    assert mails() == [(7, f"voucher:{shown}", days) for days in reminders.DAYS]
    assert set(OutboxMessage.objects.filter(kind="voucher_ends")[0].values) == {"exam", "module", "expires_on"}


def test_a_job_that_did_not_run_for_weeks_sends_one_not_three(shown):
    assert remind(5) == 1
    assert [days for _who, _what, days in mails()] == [7]


def test_who_has_booked_or_got_her_voucher_later_is_not_reminded(shown):
    book()
    assert remind(30) == 0
    api.cancel(7, FND, NOW)
    assert remind(30) == 1
    Voucher.objects.update(issued_at=Voucher.objects.get().expires_at - timedelta(days=6))
    assert remind(5) == 0


def test_a_new_last_day_is_told_by_its_own_mail_and_no_reminder_follows_at_once(shown):
    at = Voucher.objects.get().expires_at - timedelta(days=20)
    assert api.remind(RULES, at) == 1
    acts.extend(shown, LAST_DAY + timedelta(days=40), "Letter", 1, RULES, at)
    assert api.remind(RULES, at + timedelta(hours=6)) == 0, "sixty days are left, and she was told so"
    assert remind(31) == 0
    assert remind(30) == 1


def test_days_left_are_counted_where_the_voucher_ends():
    """Chicago's last day is not over when Vienna's is."""
    ready(7)
    fill()
    held = issue().voucher.id
    reveal()
    zone = ZoneInfo("America/Chicago")
    Voucher.objects.filter(id=held).update(expires_zone=zone.key, expires_at=rules.ends_at(LAST_DAY, zone))
    morning = datetime(2028, 2, 29, 6, tzinfo=ZoneInfo("Europe/Vienna"))
    assert (where(morning).state, where(morning).days_left) == ("shown", 1)
    assert (where(morning + timedelta(hours=2)).state, where(morning + timedelta(hours=2)).days_left) == ("expired", 0)


def test_a_reserved_voucher_that_nobody_looked_at_is_reminded_of_too():
    ready(7)
    fill()
    issue()
    assert remind(90) == 1
