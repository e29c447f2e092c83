"""The study record: its parts make its total, its digest knows every part, and anybody can work it out again."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from wins_xblocks.domain.duration import HOUR_MS, MINUTE_MS, Duration
from wins_xblocks.domain.programme.loader import load
from wins_xblocks.domain.registration import api, evidence
from wins_xblocks.domain.registration.data import Accepted, Hours, RegistrationValue
from wins_xblocks.domain.registration.models import Registration, Waiver
from wins_xblocks.domain.registration.record import Record, rules_digest
from wins_xblocks.domain.study_time.data import BookEntry, BookTold, DaySum, Flag, StruckTime, UnitFacts
from wins_xblocks.domain.study_time.models import OfflineClaim, Strike, StudyDay

RULES = load()
TODAY = NOW.date()
STATES = ("counted", "waiting", "accepted", "refused", "withdrawn")
OWN = RegistrationValue(5, 7, "foundation", "course-v1:WINS+FND+2026", "open", 1, NOW, None, None)
MODULE = RULES.module("foundation")


def entry(state="counted", minutes=60, what="Chapter 3", day=TODAY):
    decided = NOW if state in ("accepted", "refused") else None
    return BookEntry(1, 7, 5, "foundation", BookTold(day, minutes, what), state, "", 0, NOW, decided)


def record(**more):
    made = Record(
        OWN, MODULE, RULES, "Europe/Vienna", Hours(2 * HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS),
        (DaySum(TODAY, 2 * HOUR_MS),), (entry(),), (StruckTime(HOUR_MS, "Why", NOW),),
        (Accepted(Duration(HOUR_MS), "On paper", NOW),), (Flag("long_day", 11 * HOUR_MS, TODAY, limit=10 * HOUR_MS),),
    )  # fmt: skip
    return replace(made, **more)


def test_its_parts_make_its_total():
    assert record().adds_up
    assert record().parts.counted == 3 * HOUR_MS


@pytest.mark.parametrize("more", [{"days": ()}, {"book": ()}, {"struck": ()}, {"accepted": ()}])
def test_a_part_that_is_missing_is_seen(more):
    assert not record(**more).adds_up


days_ = st.dates(date(2026, 1, 1), date(2028, 1, 1))


@given(
    st.dictionaries(days_, st.integers(0, 86_400_000), max_size=30),
    st.lists(st.builds(entry, st.sampled_from(STATES), st.integers(1, 1440), st.text(), days_), max_size=20),
    st.lists(st.integers(1, 10**9), max_size=10),
    st.lists(st.integers(1, 10**9), max_size=10),
    st.sampled_from([1, 600]),
)
def test_whatever_its_parts_are_days_and_lists_give_the_sums(days, book, struck, accepted, factor):
    made = record(
        days=tuple(DaySum(day, ms) for day, ms in days.items()), book=tuple(book),
        struck=tuple(StruckTime(ms, "Why", NOW) for ms in struck),
        accepted=tuple(Accepted(Duration(ms), "Why", NOW) for ms in accepted),
        hours=Hours(online_factor=factor),
    )  # fmt: skip
    made = replace(made, hours=made.parts)
    read = json.loads(made.canonical)
    online = max(sum(day["online_ms"] for day in read["days"]) - sum(row["ms"] for row in read["struck"]), 0) * factor
    told = sum(row["ms"] for row in read["book"] if row["state"] in ("counted", "accepted"))
    assert sum(day["book_ms"] for day in read["days"]) == told
    assert online + told + sum(row["ms"] for row in read["accepted"]) == read["sums"]["counted_ms"]
    assert read["sums"]["counted_ms"] == made.hours.counted


def test_anybody_works_the_digest_out_again_from_the_file():
    made = record(book=(entry(what="Глава 3 – “מדריך” 🜨\n=1"),))
    assert made.digest == hashlib.sha256(made.canonical).hexdigest()
    again = json.dumps(json.loads(made.canonical), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert again.encode() == made.canonical


def test_the_digest_stays_while_nothing_changes():
    assert record().digest == record().digest
    assert re.fullmatch("[0-9a-f]{64}", record().digest)


def test_the_file_has_the_names_that_its_format_says():
    """Whoever keeps a file must be able to read it later: count FORMAT up with the meaning of a name."""
    read = json.loads(record().canonical)
    assert read["format"] == 1
    assert set(read) == {
        "format", "registration", "rules", "time_zone", "days", "book", "struck", "accepted", "flags", "sums",
    }  # fmt: skip
    assert set(read["days"][0]) == {"day", "online_ms", "book_ms", "sealed"}
    assert set(read["book"][0]) == {"id", "day", "ms", "what", "state", "reason", "told_at", "decided_at"}
    assert read["book"][0]["told_at"] == "2027-03-01T09:00:00.000+00:00"


CHANGES = {
    "day": {"days": (DaySum(TODAY, 2 * HOUR_MS + 1),)},
    "sealed": {"days": (DaySum(TODAY, 2 * HOUR_MS, True),)},
    "another day": {"days": (DaySum(TODAY + timedelta(1), 2 * HOUR_MS),)},
    "book": {"book": (entry(minutes=61),)},
    "what was read": {"book": (entry(what="Chapter 4"),)},
    "state": {"book": (entry("accepted"),)},
    "reason of a refusal": {"book": (replace(entry(), reason="No"),)},
    "struck": {"struck": (StruckTime(HOUR_MS - 1, "Why", NOW),)},
    "reason": {"struck": (StruckTime(HOUR_MS, "why", NOW),)},
    "moment": {"struck": (StruckTime(HOUR_MS, "Why", NOW + timedelta(milliseconds=1)),)},
    "accepted": {"accepted": ()},
    "flag": {"flags": ()},
    "rules": {"rules": replace(RULES, version=2)},
    "required hours": {"module": replace(MODULE, required_hours=41)},
    "zone": {"time_zone": "UTC"},
    "learner": {"registration": replace(OWN, learner_id=8)},
    "end": {"registration": replace(OWN, ended_at=NOW)},
    "total": {"hours": Hours(2 * HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS + 1)},
}


@pytest.mark.parametrize("part", CHANGES)
def test_the_digest_changes_with(part):
    assert record(**CHANGES[part]).digest != record().digest


def test_who_decided_is_no_part_of_it():
    same = {"struck": (StruckTime(HOUR_MS, "Why", NOW, 99),), "book": (replace(entry(), decided_by=99),)}
    assert record(**same).digest == record().digest


def test_rules_have_a_digest_of_their_own():
    assert rules_digest(RULES) == rules_digest(load())
    assert rules_digest(RULES) != rules_digest(replace(RULES, reason="Another reason"))


@pytest.fixture
def own(db):
    return api.open_for_enrolment(7, MODULE, OWN.course_id, 1, NOW)


def read(own):
    return evidence.record_of(own, RULES, None, 1, UnitFacts())


def fill(own, lines=1):
    days = [TODAY - timedelta(n) for n in range(lines)]
    keys = {"learner_id": 7, "registration_id": own.id, "module": own.module}
    StudyDay.objects.bulk_create([StudyDay(**keys, day=day, ms=HOUR_MS, sealed=n == 0) for n, day in enumerate(days)])
    OfflineClaim.objects.bulk_create([
        OfflineClaim(**keys, day=day, ms=30 * MINUTE_MS, what="x", state=STATES[n % 5], made_at=NOW,
                     decided_at=NOW if STATES[n % 5] in ("accepted", "refused") else None)
        for n, day in enumerate(days)
    ])  # fmt: skip
    made = {"reason": "Why", "made_at": NOW, "made_by": 9, "registration_id": own.id}
    Strike.objects.bulk_create([Strike(**made, ms=MINUTE_MS) for _ in days])
    Waiver.objects.bulk_create([Waiver(**made, ms=MINUTE_MS) for _ in days])


def test_what_is_read_adds_up_to_the_number_of_every_page(own):
    fill(own, 5)
    found = read(own)
    assert found.adds_up
    assert found.hours == api.hours_of([own.id], 1)[own.id]
    assert found.hours.counted == 5 * HOUR_MS + HOUR_MS  # 5 h − 5 min + 2 × 30 min + 5 min
    assert [day.sealed for day in found.days] == [False] * 4 + [True]
    assert found.sealed


def test_a_fixed_number_of_queries_reads_any_number_of_lines(own, django_assert_max_num_queries):
    fill(own, 40)
    with django_assert_max_num_queries(9):  # two of them open and end the transaction
        assert read(own).adds_up


def test_a_record_is_whole_or_refused(own, monkeypatch):
    fill(own, 3)
    monkeypatch.setattr("wins_xblocks.domain.study_time.evidence.MOST_LINES", 2)
    with pytest.raises(evidence.study_time.RecordTooLong):
        read(own)


def test_a_module_that_no_rules_know_has_no_record(own):
    Registration.objects.filter(id=own.id).update(module="alchemy")
    with pytest.raises(evidence.NoRecord):
        read(api.by_id([own.id])[own.id])
