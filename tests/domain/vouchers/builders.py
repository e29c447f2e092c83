"""Learners who are ready, pools with codes: plain functions, through the applets' own doors where there is one."""

from dataclasses import replace
from datetime import date

from tests.conftest import NOW
from wins_xblocks.domain.programme.loader import load
from wins_xblocks.domain.quiz.models import Attempt, BankVersion
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.vouchers import api, names
from wins_xblocks.domain.vouchers.data import Name, Secret
from wins_xblocks.domain.vouchers.keys import Keys

RULES = load()
ALONE = replace(RULES, policies=replace(RULES.policies, two_people=()))  # nothing needs a second person
FND, REG = "WINS-FND", "WINS-REG"
KEYS = Keys(["Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtbG9uZy1rZXk="], "tests only")
LAST_DAY = date(2028, 2, 28)
COURSES = {"foundation": "course-v1:WINS+FND+2026", "regulation": "course-v1:WINS+REG+2026"}


def join(learner_id, *modules):
    """Registrations, with the place in the exam that each brings."""
    return [
        registration.open_for_enrolment(learner_id, RULES.module(name), COURSES[name], RULES.version, NOW)
        for name in modules or ("foundation", "regulation")
    ]


def finish(registration_id, learner_id, at=NOW):
    """Hours accepted and the module test passed."""
    registration.waive(registration_id, 40 * 3_600_000, "Studied on paper", 1, NOW)
    bank, _ = BankVersion.objects.get_or_create(hash="0" * 64, defaults={"bank_id": "b", "body": "{}", "made_at": at})
    Attempt.objects.create(
        learner_id=learner_id,
        block=f"test-{registration_id}",
        number=1,
        open_slot=None,
        purpose="test",
        bank=bank,
        registration_id=registration_id,
        pass_percent=70,
        seed="",
        drawn=[],
        started_at=at,
        submitted_at=at,
        correct=8,
        possible=10,
        passed=True,
    )


def named(*learner_ids, family="Example", **more):
    """Learners who have confirmed their names as on their documents."""
    for learner_id in learner_ids:
        names.confirm(learner_id, Name("Given", family, **more), NOW)


def ready(*learner_ids):
    """Learners with both modules complete, a place in both exams, and a name that they confirmed."""
    named(*learner_ids)
    for learner_id in learner_ids:
        for own in join(learner_id):
            finish(own.id, learner_id)


def code(number, exam=FND):
    return f"{exam[-3:]}{number:06d}QX"


def csv(codes, exam=FND, last_day=LAST_DAY):
    return "code,exam,expires\n" + "".join(f"{own},{exam},{last_day.isoformat()}\n" for own in codes)


def fill(count=1, exam=FND, last_day=LAST_DAY, start=1, now=NOW):
    """Put codes into the pool; the codes."""
    codes = [code(number, exam) for number in range(start, start + count)]
    report = api.import_codes(Secret(csv(codes, exam, last_day)), "PO-1", None, KEYS, RULES, None, 1, 1, now)
    assert report.imported == count, report.bad
    return codes


def issue(learner_id=7, exam=FND, now=NOW):
    return api.issue(learner_id, exam, RULES, None, 1, now)


def reveal(learner_id=7, exam=FND, now=NOW):
    return api.reveal(learner_id, exam, KEYS, now).text


def position(learner_id=7, exam=FND, now=NOW):
    return api.position(learner_id, exam, RULES, None, 1, now)
