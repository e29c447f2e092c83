"""What a learner tells of her booking, and the mails before a voucher's last day."""

from datetime import date, datetime, timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.vouchers import api, reminders
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
    return api.book(learner_id, FND, booking, RULES.zone, now)


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
    assert (last.action, last.facts, last.text) == ("voucher.booked", {"exam": FND, "day": "2027-05-12"}, "Vienna")
    assert audit.broken() == []


def test_a_booking_is_moved_and_cancelled_and_the_same_code_works_again(shown):
    book()
    moved = Booking(date(2027, 6, 1), "Graz")
    assert book(moved, NOW + timedelta(days=1))
    assert where().booking == moved
    api.cancel(7, FND, RULES.zone, NOW + timedelta(days=2))
    assert (where().state, where().booking) == ("shown", None)
    assert actions(shown) == ["voucher.booked", "voucher.returned"]
    with pytest.raises(api.NothingBooked):
        api.cancel(7, FND, RULES.zone, NOW + timedelta(days=2))
    assert reveal(now=NOW + timedelta(days=3))
    assert exams.outcome(7, FND).booked is False


def test_from_the_day_of_the_exam_on_it_is_too_late_to_cancel(shown):
    evening, morning = (datetime(2027, 5, day, hour, tzinfo=RULES.zone) for day, hour in ((11, 23), (12, 0)))
    book()
    api.cancel(7, FND, RULES.zone, evening)
    book(now=evening)
    with pytest.raises(api.NothingBooked, match="Tell WINS what happened"):
        api.cancel(7, FND, RULES.zone, morning)
    assert Voucher.objects.get().state == "booked"


def test_after_its_day_the_result_is_waited_for_until_it_comes(shown):
    book()
    day = NOW.replace(year=2027, month=5, day=12, hour=20)
    assert where(day).state == "booked"
    assert where(day + timedelta(days=1)).state == "pending"
    exams.record(7, FND, "fail", day, day + timedelta(days=2), voucher_id=shown)
    Voucher.objects.update(state="used", ended_at=day)
    assert where(day + timedelta(days=2)).booking is None
    assert where(day + timedelta(days=2)).state != "pending"


@pytest.mark.parametrize(
    ("day", "told"), [(NOW.date() - timedelta(days=1), "is over"), (LAST_DAY + timedelta(days=1), "ends on 2028-02-28")]
)
def test_a_day_on_which_the_exam_cannot_be_is_refused(shown, day, told):
    with pytest.raises(api.DayWrong) as refused:
        book(Booking(day, "Vienna"))
    assert told in str(refused.value)
    assert book(Booking(NOW.date(), "Vienna"))
    assert book(Booking(LAST_DAY, "Vienna"))


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
        book(Booking(LAST_DAY, "Vienna"), now=Voucher.objects.get(holder_id=7).expires_at)
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
    api.cancel(7, FND, RULES.zone, NOW)
    assert remind(30) == 1
    Voucher.objects.update(issued_at=Voucher.objects.get().expires_at - timedelta(days=6))
    assert remind(5) == 0


def test_a_reserved_voucher_that_nobody_looked_at_is_reminded_of_too():
    ready(7)
    fill()
    issue()
    assert remind(90) == 1
