"""Forty things that wait for the Academy, ten of each kind, as a host's tables hold them. Needs Django set up."""

import io
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction

from wins_xblocks import context
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.results import api as results
from wins_xblocks.domain.study_time.models import OfflineClaim
from wins_xblocks.domain.vouchers import names, requests
from wins_xblocks.domain.vouchers.data import Name
from wins_xblocks.domain.vouchers.models import Batch, Voucher, VoucherExam
from wins_xblocks.domain.vouchers.requests import ARRANGEMENTS

HOUR, OF_EACH = 3_600_000, 10
EXAM, MODULE, COURSE = "WINS-REG", "regulation", "course-v1:WINS+REG+2026"


def fill(rounds: int = 1) -> int:
    """Make them, of ten new learners a round; how many."""
    for _round in range(rounds):
        _fill(get_user_model().objects.count())
    return 4 * OF_EACH * rounds


def _fill(before: int) -> None:
    users, now = get_user_model().objects, context.now()
    learners = [
        users.create(username=f"w{before}-{n}", first_name=f"Name {n}", last_name="Waiting").id for n in range(OF_EACH)
    ]
    for number, learner_id in enumerate(learners):
        _hours(learner_id, number)
        _question(learner_id, number)
        _request(learner_id, number)
        _code(learner_id, number)
    days = [now - timedelta(days=3 + number) for number in range(OF_EACH)]
    told = "".join(f"{before * 100 + n}\t{EXAM}\t{day:%Y/%m/%d} 12:00:00\tpass\t\n" for n, day in enumerate(days))
    file = io.BytesIO(f"RegistrationID\tExamSeriesCode\tExamDate\tGrade\tVoucher\n{told}".encode())
    keys, zone = context.voucher_keys(), context.programme().zone
    kept = results.check(file, "exam.dat", keys, zone, None, now)
    done = results.take_over(kept.file_id, keys, zone, None, now)
    assert done.counts == {"waiting": OF_EACH}, done


def _hours(learner_id: int, number: int) -> None:
    """More than counts at once; every third one was drawn for a check, and is overdue."""
    now, rules = context.now(), context.programme()
    own = registration.open_for_enrolment(learner_id, rules.module(MODULE), COURSE, rules.version, now)
    drawn = number % 3 == 0
    OfflineClaim.objects.create(
        learner_id=learner_id, registration_id=own.id, module=MODULE, day=now.date(), ms=HOUR if drawn else 17 * HOUR,
        what=f"The book, chapter {number}", state="counted" if drawn else "waiting", sampled=drawn,
        made_at=now - timedelta(days=30 if drawn else 1),
    )  # fmt: skip


def _question(learner_id: int, number: int) -> None:
    kind = "study_time" if number % 2 else "question"
    asked = context.now() - timedelta(days=20 if number < 2 else 0)
    told = Question(learner_id, kind, "Ask WINS", f"Where is chapter {number}?", f"waiting-{learner_id}")
    cases.ask(told, asked.date(), 10, asked)


def _request(learner_id: int, number: int) -> None:
    now, rules = context.now(), context.programme()
    if number % 3:
        requests.ask(learner_id, EXAM, ARRANGEMENTS[number % 5], "Please", rules, now)
        return
    names.confirm(learner_id, Name("Name", "Waiting", "", "AT"), now)
    with transaction.atomic():
        requests.open_country(learner_id, EXAM, "AT", rules, now)


def _code(learner_id: int, number: int) -> None:
    """Six of ten have seen a code and told a booking for the day of one row."""
    if number >= 6:
        return
    now = context.now()
    ends, issued = now + timedelta(days=200), now - timedelta(days=60)
    batch, _new = Batch.objects.get_or_create(
        exam=EXAM, order_number="waiting", defaults={"file_digest": "", "imported_at": issued}
    )
    own = Voucher.objects.create(
        batch=batch, digest=f"waiting-{learner_id}", cipher="x", state="revealed", holder_id=learner_id,
        expires_on=ends.date(), expires_zone="Europe/Vienna", expires_at=ends, issued_at=issued, revealed_at=issued,
    )  # fmt: skip
    VoucherExam.objects.create(voucher=own, exam=EXAM, state="open", open_holder=learner_id)
    day = (now - timedelta(days=3 + number)).date()
    exams.book(learner_id, EXAM, Booking(day, "Vienna"), own.id, issued)
