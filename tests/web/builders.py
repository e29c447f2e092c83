"""A course as learners see it, and what they did in it: plain functions."""

from datetime import timedelta

from tests.conftest import NOW
from tests.domain.vouchers.builders import COURSES, RULES
from wins_xblocks.domain.quiz.models import Attempt, BankVersion
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time.models import StudyDay, StudySession
from wins_xblocks.people import Page, Unit

HOUR = 3_600_000
TODAY = NOW.date()
FOUNDATION, REGULATION = COURSES["foundation"], COURSES["regulation"]


def course(name="foundation", units=3, pages=3):
    """Start, study units that end with a quiz, the module test, the voucher page: as the exporter writes them."""

    def key(kind, part):
        return f"block-v1:WINS+X+2026+type@{kind}+block@{name}-{part}"

    def page(part, *kinds):
        blocks = tuple((key(kind, part), kind) for kind in kinds)
        return Page(key("vertical", part), f"Page {part}", f"/go/{name}-{part}", blocks)

    def unit(number):
        texts = [page(f"u{number}-r{n}", "wins_study_time", "html") for n in range(1, pages)]
        title = f"Title of unit {number}"
        return Unit(key("chapter", f"u{number}"), title, (*texts, page(f"u{number}-quiz", "wins_quiz")))

    study = [unit(number) for number in range(1, units + 1)]
    start = Unit(key("chapter", "start"), "Start", (page("start", "wins_module"), page("hours", "html")))
    test = Unit(key("chapter", "test"), "Module test", (page("test", "wins_quiz"),))
    voucher = Unit(key("chapter", "voucher"), "Exam voucher", (page("voucher", "wins_exam_voucher"),))
    return (start, *study, test, voucher)


def joined(user, name="foundation"):
    """The user's registration."""
    return registration.open_for_enrolment(
        user.id, RULES.module(name), COURSES[name], RULES.version, NOW - timedelta(days=30)
    )


def noticed(user):
    study_time.accept_notice(user.id, NOW)


def studied(own, hours, day=TODAY):
    """Hours of the ledger on one day."""
    StudyDay.objects.create(
        learner_id=own.learner_id, registration_id=own.id, module=own.module, day=day, ms=int(hours * HOUR)
    )


def visited(own, unit, page, hours=1, at=NOW):
    """A counted visit of a page."""
    ends = int(at.timestamp() * 1000)
    StudySession.objects.create(
        learner_id=own.learner_id, key=f"{own.id}-{ends}-{page.key[-8:]}", registration_id=own.id, module=own.module,
        unit=unit.key, page=page.key, kind="text", begins=ends - int(hours * HOUR), ends=ends,
        credited_ms=int(hours * HOUR),
    )  # fmt: skip


def tried(own, percent, block="test", purpose="test", at=NOW, number=1):
    """A submitted try of a quiz."""
    bank, _ = BankVersion.objects.get_or_create(hash="0" * 64, defaults={"bank_id": "b", "body": "{}", "made_at": NOW})
    Attempt.objects.create(
        learner_id=own.learner_id, block=block, number=number, open_slot=None, registration_id=own.id,
        module=own.module, purpose=purpose, bank=bank, pass_percent=70, seed="", drawn=[], started_at=at,
        submitted_at=at,
        correct=percent, possible=100, passed=percent >= 70,
    )  # fmt: skip
