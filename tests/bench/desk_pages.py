"""What is asked of each page of the desk, by the name of its address. A page that is missing here fails a test."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import URLPattern, URLResolver, reverse

from wins_xblocks import learners_view, queue_view, report_view, waiting_view
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.cases.models import Case, ReportedQuestion
from wins_xblocks.domain.integrity.models import IntegrityHint
from wins_xblocks.domain.jobs.models import Job
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.programme.models import ProgrammeVersion
from wins_xblocks.domain.quiz.models import BankVersion, KeyCorrection
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.results.models import ExamRow, ResultEntry
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyLearner, StudySession
from wins_xblocks.domain.vouchers.models import Batch, Voucher, VoucherRequest, VoucherWait
from wins_xblocks.paging import PER_PAGE
from wins_xblocks.web import urls

Asked = Mapping[str, str]  # address by what is asked: "" for the page as it opens
LAST = "99999999"  # a page that is not there is the last one
# A file of as many rows as there are acts in the period is no page: the reports' bench measures what is streamed.
_TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
FILES = frozenset({"vouchers_file", "voucher_file", "desk_record_file", "audit_file", "report_file", "job_file",
                   "quiz_bank_file", "key_correction_file"})  # fmt: skip


def desk_pages() -> frozenset[str]:
    """Names of the desk's addresses that are opened by GET."""
    return frozenset(
        one.name for one in _patterns(urls.urlpatterns)
        if str(one.pattern).lstrip("^").startswith("desk/") and "GET" in one.callback.wins_methods  # type: ignore[union-attr]
    )  # fmt: skip


def _patterns(found: Any) -> Any:
    for one in found:
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield one


def addresses() -> Mapping[str, Asked]:
    """Of a furnished Academy; of single things, one of those that have the most to tell."""
    return {**_learners(), **_learner(), **_vouchers(), **_results(), **_waiting(), **_mails(), **_trail(), **_rest()}


def _learners() -> dict[str, Asked]:
    """Each filter and each order of the list by itself, and some together."""
    queries = {f"state_{state}": f"state={state}" for state in learners_view.states(academy=True)}
    queries |= {f"sort_{sort}": f"sort={sort}" for sort in learners_view.SORTS if sort}
    queries |= {f"sort_{sort}_last": f"sort={sort}&page={LAST}" for sort in learners_view.SORTS if sort}
    queries |= {
        "search": "q=mar", "search_last": f"q=mar&page={LAST}", "search_nobody": "q=qqq", "search_wide": "q=a",
        "module": "module=foundation", "module_last": f"module=foundation&page={LAST}",
        "country": "country=IN", "country_last": f"country=IN&page={LAST}", "since": "from=2026-01-01",
        "together": f"state=studying&module=regulation&from=2025-01-01&sort=family&page={LAST}",
        "search_together": "q=mar&state=voucher&module=foundation&country=IT",
    }  # fmt: skip
    return {"learners": {**_list("learners", "page", StudyLearner.objects.count()), **_with("learners", **queries)}}


def _learner() -> dict[str, Asked]:
    """One learner who has sat an exam, and the registration with the most visits."""
    most = _longest()
    learner, exam, _voucher = _sat()
    studied = Registration.objects.values_list("learner_id", flat=True).get(id=most)
    waits = OfflineClaim.objects.filter(state="waiting")
    pages = ("desk_record", "strike", "tries", "extra_time", "waive", "place")
    return {
        "one_learner": {**_plain("one_learner", studied), "sat": reverse("wins:one_learner", args=[learner])},
        "issue": _plain("issue", learner, exam),
        **{page: _plain(page, most) for page in pages},
        "quizzes": {
            **_plain("quizzes"),
            **_with("quizzes", last=f"page={LAST}", module="module=foundation", search="q=mar", search_nobody="q=qqq"),
        },
        "reported": _list("reported", "page", ReportedQuestion.objects.values("bank_id", "item").distinct().count()),
        "reported_question": _plain("reported_question", _first(ReportedQuestion.objects.all())),
        "desk_book": _list("desk_book", "page", waits.count()),
        "desk_book_entry": _plain("desk_book_entry", _first(waits)),
    }


def _vouchers() -> dict[str, Asked]:
    deliveries = _list("pool", "deliveries", Batch.objects.count())
    return {
        "pool": {
            **_list("pool", "page", VoucherWait.objects.filter(open_slot=1).count()),
            **{f"deliveries_{what}": address for what, address in deliveries.items() if what},
        },
        "import": _plain("import"),
        "take_back": _plain("take_back", _first(Voucher.objects.filter(state="issued"))),
        "bulk": _plain("bulk"),
        "find_voucher": _plain("find_voucher"),
        "voucher": _plain("voucher", _sat()[2]),
    }


def _results() -> dict[str, Asked]:
    learner, exam, _voucher = _sat()
    row = _first(ExamRow.objects.filter(state="waiting"))
    return {
        "results": {
            **_list("results", "page", ExamRow.objects.filter(state="waiting").count()),
            **_with("results", entries_last=f"entries={LAST}"),
        },
        "result_find": {**_plain("result_find"), **_with("result_find", search="q=mar")},
        "result_row": {
            **_plain("result_row", row),
            **{
                "search": f"{reverse('wins:result_row', args=[row])}?q=mar",
                "chosen": f"{reverse('wins:result_row', args=[row])}?learner={learner}",
            },
        },
        "result_entry": _plain("result_entry", _first(ResultEntry.objects.filter(state="waiting"))),
        "result": _plain("result", learner, exam),
    }


def _waiting() -> dict[str, Asked]:
    cases, asked = Case.objects.filter(state="open"), VoucherRequest.objects.filter(state="asked")
    lists = {f"{kind}_last": f"list={kind}&page={LAST}" for kind in waiting_view.LISTS}
    kinds = {kind: f"kind={kind}" for kind in queue_view.KINDS}
    return {
        "desk": {**_plain("desk"), **_with("desk", **{kind: f"list={kind}" for kind in waiting_view.LISTS}, **lists)},
        "next_item": {**_plain("next_item"), **_with("next_item", **kinds)},
        "case": _plain("case", cases.values_list("number", flat=True).earliest("id")),
        "request": _plain("request", _first(asked)),
        "ready": _plain("ready"),
    }


def _mails() -> dict[str, Asked]:
    """The log goes on from a message: its last page is that before one of the oldest."""
    old = OutboxMessage.objects.order_by("written_at", "id").values_list("id", flat=True)
    last = f"before={old[min(PER_PAGE, len(old) - 1)]}"
    return {
        "mails": _plain("mails"),
        "mail_text": _plain("mail_text", "voucher_ready", "en"),
        "mail_log": {
            **_plain("mail_log"),
            **_with(
                "mail_log", last=last, search="q=mar", kind=f"kind=result_arrived&{last}", given_up="state=given_up"
            ),
        },
    }


def _trail() -> dict[str, Asked]:
    old = AuditEntry.objects.order_by("at", "id").values_list("id", flat=True)
    last = f"before={old[min(PER_PAGE, len(old) - 1)]}"
    learner, _exam, voucher = _sat()
    return {
        "audit": {
            **_plain("audit"),
            **_with(
                "audit", last=last, who=f"who=%23{learner}", who_name="who=mar", system="who=system",
                action="action=result.recorded", subject=f"subject=voucher:{voucher}", about="about=voucher",
                action_of_who=f"action=voucher.issued&who=%23{learner}", seldom="about=strike&from=2025-01-01",
            ),
        }
    }  # fmt: skip


def _rest() -> dict[str, Asked]:
    reports = {kind.key: reverse("wins:report", args=[kind.key]) for kind in report_view.KINDS}
    by = {
        f"{kind.key}_{by}": f"{reports[kind.key]}?by={by}" for kind in report_view.KINDS for by, _name in kind.by if by
    }
    return {
        "reports": _plain("reports"),
        "report": {**reports, **by},
        "quiz_banks": _plain("quiz_banks"),
        "hints": _list("hints", "page", IntegrityHint.objects.count()),
        "hint": _plain("hint", _first(IntegrityHint.objects.order_by("id"))),
        "quiz_bank": _plain("quiz_bank", _first(BankVersion.objects)),
        "correct_key": _plain("correct_key", _first(BankVersion.objects)),
        "key_corrections": _plain("key_corrections"),
        "key_correction": _plain("key_correction", _first(KeyCorrection.objects)),
        "policies": _plain("policies"),
        "policy_change": _plain("policy_change"),
        "policy_withdraw": _plain("policy_withdraw", ProgrammeVersion.objects.latest("version").version),
        "jobs": _list("jobs", "page", Job.objects.count()),
        "job": _job(),
    }


def _job() -> Asked:
    """The one with the most lines."""
    job = Job.objects.order_by("-total", "-id")[0]
    own = reverse("wins:job", args=[job.id])
    return {"": own, "last": f"{own}?page={LAST}"}


def statements(asked: Iterable[Mapping[str, Any]]) -> int:
    """How many of a page's statements ask or write something; the others open and end its transaction."""
    return sum(not one["sql"].startswith(_TRANSACTION) for one in asked)


def _plain(name: str, *parts: object) -> Asked:
    return {"": reverse(f"wins:{name}", args=parts)}


def _with(name: str, **queries: str) -> Asked:
    return {what: f"{reverse(f'wins:{name}')}?{query}" for what, query in queries.items()}


def _list(name: str, page: str, total: int) -> Asked:
    """A list as it opens, its middle and its last page."""
    return {**_plain(name), **_with(name, middle=f"{page}={total // PER_PAGE // 2 + 1}", last=f"{page}={LAST}")}


def _first(rows: QuerySet) -> int:
    return int(rows.order_by("id").values_list("id", flat=True)[0])


def _longest() -> int:
    """The registration with the most visits among those that go on: of others some acts are not possible."""
    living = Registration.objects.filter(state=Registration.OPEN).values("id")
    found = StudySession.objects.filter(registration_id__in=living).values_list("registration_id")
    return int(found.annotate(visits=Count("id")).order_by("-visits", "-registration_id")[0][0])


def _sat() -> tuple[int, str, int]:
    """(learner, exam, voucher) of a result that came by file."""
    row = ExamRow.objects.filter(state="applied").order_by("-id")[0]
    return row.learner_id, row.exam, row.voucher_id
