"""A learner of whom every table has a row, with a mark in everything that can hold a word: through the real doors."""

from dataclasses import dataclass
from io import BytesIO
from zoneinfo import ZoneInfo

from tests.conftest import NOW
from tests.domain.quiz.banks import answers, bank
from tests.domain.results.exam_files import table
from tests.domain.study_time.beats import HOUR, MINUTE, VIENNA, beat, visit
from tests.domain.vouchers.builders import FND, KEYS, REG, fill, finish, issue, join, reveal
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases import notes, reported
from wins_xblocks.domain.cases.data import About, Question
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.integrity.models import IntegrityHint
from wins_xblocks.domain.jobs import api as jobs
from wins_xblocks.domain.jobs.data import NewLine
from wins_xblocks.domain.jobs.models import JobLine
from wins_xblocks.domain.outbox import api as outbox
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.programme.loader import load
from wins_xblocks.domain.quiz import api as quiz
from wins_xblocks.domain.quiz import extra, pace
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt, KeyCorrection, Regraded
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.results import api as results
from wins_xblocks.domain.results import entries
from wins_xblocks.domain.results.data import Entered
from wins_xblocks.domain.results.models import ExamRow, ResultEntry
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time import book, strikes
from wins_xblocks.domain.study_time.data import BookTerms, BookTold, Decision
from wins_xblocks.domain.study_time.models import StudySession
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers import names, requests
from wins_xblocks.domain.vouchers.data import Name
from wins_xblocks.domain.vouchers.models import Voucher

MARK = "Zdenka-of-Brno"
# Columns that hold words of ours only, or bare numbers.
KEPT = {
    "AuditEntry.subject": "kind and number",
    "AuditEntry.action": "a word of ours",
    "AuditEntry.facts": "numbers, exams, courses; never words of a person (design)",
    "AuditEntry.salt": "random",
    "AuditEntry.text_digest": "a digest",
    "AuditEntry.mac": "a digest",
    "Attempt.block": "which quiz the result is of",
    "Attempt.module": "which module",
    "Attempt.purpose": "a word of ours",
    "Case.number": "ours",
    "Case.kind": "a word of ours",
    "Case.state": "a word of ours",
    "DocumentName.country": "two letters; the row goes",
    "DocumentName.text_version": "a version of ours",
    "Entitlement.exam": "which exam",
    "Entitlement.state": "a word of ours",
    "Entitlement.source": "a word of ours",
    "ExamEvent.exam": "which exam",
    "ExamEvent.kind": "a word of ours",
    "ExamFilePart.cipher": "a piece of a file of many, encrypted; goes with time",
    "ExamRow.cipher": "the row, encrypted; that it is erased is tried with the results",
    "ExamRow.key": "Pearson VUE's number of the registration; makes the row unique",
    "ExamRow.kind": "a word of ours",
    "ExamRow.exam": "which exam",
    "ExamRow.state": "a word of ours",
    "ExamRow.reason": "a word of ours",
    "ResultEntry.token": "random, of a form",
    "ResultEntry.exam": "which exam",
    "ResultEntry.kind": "a word of ours",
    "ResultEntry.state": "a word of ours",
    "ExtraTry.block": "which quiz",
    "IntegrityHint.kind": "a word of ours; the row goes",
    "IntegrityHint.module": "which module",
    "IntegrityHint.facts": "numbers",
    "IntegrityHint.state": "a word of ours",
    "HeldCertificate.course_id": "which course",
    "JobLine.exam": "which exam",
    "JobLine.state": "a word of ours",
    "OfflineClaim.module": "which module",
    "OfflineClaim.state": "a word of ours",
    "OutboxMessage.kind": "a word of ours",
    "OutboxMessage.subject": "kind and number; makes the fact unique",
    "Registration.module": "which module",
    "Registration.course_id": "which course",
    "Registration.state": "a word of ours",
    "Registration.source": "a word of ours",
    "ReportedQuestion.bank_id": "which bank; the row goes",
    "ReportedQuestion.item": "which question",
    "ReportedQuestion.bank_hash": "a digest",
    "ReportedQuestion.module": "which module",
    "ReportedQuestion.block": "which quiz",
    "ReportedQuestion.stem": "an author's words",
    "StaffNote.token": "random, of a form; the row goes",
    "StudyDay.module": "which module",
    "StudySession.reported": "numbers",
    "StudySession.credited": "numbers",
    "TakenBack.exam": "which exam",
    "Voucher.digest": "a digest of the code",
    "Voucher.cipher": "the code, encrypted",
    "Voucher.state": "a word of ours",
    "Voucher.expires_zone": "a time zone",
    "VoucherExam.exam": "which exam",
    "VoucherExam.state": "a word of ours",
    "VoucherRequest.exam": "which exam",
    "VoucherRequest.kind": "a word of ours",
    "VoucherRequest.what": "a word of ours",
    "VoucherRequest.state": "a word of ours",
    "VoucherWait.exam": "which exam",
}


@dataclass(frozen=True)
class Whole:
    """Her Foundation registration, and the code she was shown."""

    id: int
    code: str


def whole(user) -> Whole:
    own, other = join(user.id)
    registration.waive(own.id, MINUTE, f"{MARK} studied on paper", 1, NOW)
    finish(own.id, user.id)
    finish(other.id, user.id)
    registration.hold_certificate(user.id, own.course_id, NOW)
    _study(user.id, own.id)
    _quiz(user.id, own.id)
    pace.give(pace.Given(user.id, own.id, pace.More(25), f"{MARK} has an arrangement", 0), 990, NOW)
    extra.give(extra.Extra(user.id, own.id, "", 1, f"{MARK} was ill", 0), "Foundation Module", 990, NOW)
    notes.write(user.id, f"{MARK} telephoned", f"note-of-{user.id:08d}", 990, NOW)
    _hint(user.id)
    code = _vouchers(user.id)
    exams.record(user.id, FND, "booked", NOW, NOW)
    ExamEvent.objects.filter(learner_id=user.id).update(facts={"place": MARK, "score": 71})
    _result(user.id)
    asked = Question(user.id, "question", MARK, f"I am {MARK}", f"{MARK}-{user.id:08d}", MARK)
    cases.ask(asked, NOW.date(), 10, NOW, lambda: {"visits": [MARK]})
    about = About(user.id, "bank", "q1", "0" * 64, "foundation", "practice", 1, 1, "Stem 1?", MARK)
    reported.report(about, f"{MARK} knows better", f"{MARK}-report-{user.id:08d}", NOW.date(), 10, NOW)
    Case.objects.filter(learner_id=user.id).update(answer=f"Dear {MARK}", answered_by=1)
    _job(user.id)
    _mails(user.id)
    return Whole(own.id, code)


def _study(learner, own):
    study_time.accept_notice(learner, NOW)
    beat(visit("a", learner=learner, registration=own), (0, 5 * MINUTE))
    # The keys of a page are an author's words, and what she read is hers.
    StudySession.objects.filter(learner_id=learner).update(
        unit=MARK, page=MARK, key=f"{MARK}-{learner}", module=MARK, kind=MARK[:16], flags=[MARK]
    )
    _book(learner, own)
    strikes.strike(learner, own, 60_000, f"{MARK} was away", 0, "Foundation Module", 990, NOW)


def _book(learner, own):
    """An entry that was changed and accepted; one that was refused, in words."""
    terms = BookTerms(own, "foundation", NOW.date(), VIENNA, 16 * HOUR, 24 * HOUR, 10)
    for number, accept in enumerate((True, False)):
        told = BookTold(NOW.date(), 60, f"{MARK}, first edition")
        made = book.make(learner, lambda: terms, told, f"{MARK}-{number}", 0, NOW)
        book.change(learner, made.id, lambda: terms, BookTold(NOW.date(), 60, f"{MARK}, page {number}"), NOW)
        decision = Decision(accept, f"{MARK} has no such page", 990, NOW)
        book.decide(made.id, learner, 1, decision, 24 * HOUR, "Foundation Module")


def _quiz(learner, own):
    """The answers are refs of ours, drawn at random: a mark is put beside one."""
    practice = Quiz("practice", "practice", Limits(70, 0), module="foundation")
    quiz.start(practice, Taker(learner, own), bank(), MARK, NOW)
    quiz.submit(learner, "practice", 1, answers("practice", 3, learner), None, NOW)
    row = Attempt.objects.get(learner_id=learner, block="practice")
    Attempt.objects.filter(id=row.id).update(
        drawn=[{**row.drawn[0], "ref": MARK}, *row.drawn[1:]], responses={**row.responses, MARK: [MARK]}
    )
    values = {"new": row.bank, "chosen": {}, "lower": False, "reason": "-", "made_at": NOW, "made_by": 990}
    made = KeyCorrection.objects.create(bank=row.bank, number=learner, **values)
    before = {"correct_before": 2, "possible_before": 4, "passed_before": False}
    Regraded.objects.create(
        attempt=row, correction=made, correct=3, possible=4, passed=True, kept=False, at=NOW, **before
    )  # fmt: skip
    quiz.start(Quiz("open", "unit", Limits(70, 3), module="foundation"), Taker(learner, own), bank(), MARK, NOW)


def _hint(learner):
    """A hint about her try that somebody looked at."""
    IntegrityHint.objects.create(
        kind="time", bank=1, module="foundation", learner_id=learner, attempt_id=learner, facts={"seconds": 60},
        chance=1e-6, made_at=NOW, state="kept", note=f"{MARK} was asked", decided_at=NOW, decided_by=990,
    )  # fmt: skip


def _vouchers(learner):
    """One code seen, one reserved again after it was taken back, and a place in a queue that was once needed.

    Her name, which staff wrote anew, and arrangements that were decided.
    """
    names.confirm(learner, Name(MARK, MARK, MARK), NOW)
    names.correct(learner, Name("", MARK, MARK), f"{MARK} wrote to us", 990, NOW)
    asked = requests.ask(learner, REG, "other", f"{MARK} needs a lamp", load(), NOW)
    requests.decide(asked.id, True, f"A lamp for {MARK}", 990, NOW)
    Entitlement.objects.filter(learner_id=learner).update(reason=MARK)
    issue(learner, REG)
    fill(1, REG, start=1 + 10 * learner)
    [code] = fill(1, FND, start=1 + 10 * learner)
    issue(learner, FND)
    reveal(learner, FND)
    reserved = Voucher.objects.get(holder_id=learner, state="issued")
    vouchers.take_back(reserved.id, 1, f"{MARK} asked for it", NOW)
    issue(learner, REG)
    Voucher.objects.filter(holder_id=learner, state="revealed").update(end_reason=MARK)
    return code


def _result(learner):
    """A row without a code, placed by a person."""
    text = table({"RegistrationID": str(learner), "ExamDate": NOW.strftime("%Y/%m/%d")})
    zone = ZoneInfo("Europe/Vienna")
    file = results.check(BytesIO(text.encode()), "exam.dat", KEYS, zone, 1, NOW)
    results.take_over(file.file_id, KEYS, zone, 1, NOW)
    results.confirm(ExamRow.objects.get(key=f"R:{learner}").id, learner, None, 990, NOW)
    ExamRow.objects.filter(learner_id=learner).update(note=MARK)
    told = Entered(
        learner, REG, "fail", NOW, f"entry-of-{learner:08d}", reason=f"{MARK} paid", evidence=f"Mail of {MARK}"
    )
    entries.enter(told, 990, NOW)
    ResultEntry.objects.filter(learner_id=learner).update(note=MARK)


def _job(learner):
    """A line that could not be done for her, and one that waits."""
    lines = [NewLine(2, FND, learner, 1), NewLine(3, REG, learner)]
    job_id = jobs.draft("grant", lines, 990, "Paid anew", "", NOW)
    jobs.start(job_id, 990, NOW)
    JobLine.objects.filter(job_id=job_id, number=2).update(
        state="refused", sentence=f"{MARK} has passed", values={"module": ["plain", MARK]}
    )


def _mails(learner):
    own = OutboxMessage.objects.filter(recipient_id=learner)
    outbox.send_due(NOW, lambda message: None)
    own.update(values={"module": MARK}, last_error=MARK)
    outbox.write("case_received", f"later-{learner}", NOW, NOW, learner, {"number": MARK})
