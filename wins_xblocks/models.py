"""Django's list of our tables; each stands in its applet."""

from .domain.audit.models import AuditAnchor, AuditEntry
from .domain.cases.models import Case, ReportedQuestion, StaffNote
from .domain.exams.models import ExamEvent
from .domain.integrity.models import IntegrityHint, IntegrityLook
from .domain.jobs.models import Job, JobLine
from .domain.outbox.models import MailText, OutboxMessage
from .domain.programme.models import ProgrammeVersion, ProgrammeWithdrawal, SetupMark
from .domain.quiz.models import (
    Attempt,
    BankVersion,
    CorrectedVersion,
    ExtraTime,
    ExtraTry,
    KeyCorrection,
    Regraded,
)
from .domain.registration.models import Entitlement, Registration, Waiver
from .domain.results.models import ExamFile, ExamFilePart, ExamRow, ResultEntry
from .domain.schedule.models import PeriodicLease, PeriodicTask
from .domain.study_time.models import OfflineClaim, Strike, StudyDay, StudyLearner, StudySession
from .domain.vouchers.models import (
    Batch,
    DocumentName,
    KeyCanary,
    Pool,
    TakenBack,
    Voucher,
    VoucherExam,
    VoucherRequest,
    VoucherWait,
)

__all__ = [
    "Attempt",
    "AuditAnchor",
    "AuditEntry",
    "BankVersion",
    "Batch",
    "Case",
    "CorrectedVersion",
    "DocumentName",
    "Entitlement",
    "ExamEvent",
    "ExamFile",
    "ExamFilePart",
    "ExamRow",
    "ExtraTime",
    "ExtraTry",
    "IntegrityHint",
    "IntegrityLook",
    "Job",
    "JobLine",
    "KeyCanary",
    "KeyCorrection",
    "MailText",
    "OfflineClaim",
    "OutboxMessage",
    "PeriodicLease",
    "PeriodicTask",
    "Pool",
    "ProgrammeVersion",
    "ProgrammeWithdrawal",
    "Registration",
    "Regraded",
    "ReportedQuestion",
    "ResultEntry",
    "SetupMark",
    "StaffNote",
    "Strike",
    "StudyDay",
    "StudyLearner",
    "StudySession",
    "TakenBack",
    "Voucher",
    "VoucherExam",
    "VoucherRequest",
    "VoucherWait",
    "Waiver",
]  # fmt: skip
