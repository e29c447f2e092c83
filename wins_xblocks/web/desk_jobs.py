"""Jobs on the desk: what runs in the background, who started it, how far it is, and what could not be done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, job_csv, job_view, jobs, words
from ..domain.jobs import api
from . import files
from .pages import may, notice, opens, page, say
from .roles import Action


@opens(Action.SEE_VOUCHERS)
def jobs_page(request: HttpRequest) -> HttpResponse:
    """All jobs, the newest first."""
    part, rows = job_view.rows(request.GET.get("page", ""))
    may_manage = may(request, Action.MANAGE_VOUCHER)
    values = {"here": "pool", "part": part, "rows": rows, "may_manage": may_manage, "kept": api.KEPT.days}
    return page(request, "desk_jobs.html", values)


@opens(Action.SEE_VOUCHERS, methods=("GET", "POST"), changes=Action.MANAGE_VOUCHER)
def job_page(request: HttpRequest, job_id: str) -> HttpResponse:
    """One job; what was checked is started here, and what has not begun is cancelled."""
    try:
        if request.method == "POST":
            return _act(request, int(job_id))
        asked = request.GET.get("show", ""), request.GET.get("page", "")
        own = job_view.job_page(int(job_id), *asked, context.now())
    except api.NotPossible as refusal:
        return notice(request, 404, _("This is not possible"), words.refusal(refusal))
    values = {"here": "pool", "own": own, "may_manage": may(request, Action.MANAGE_VOUCHER), "kept": api.KEPT.days}
    return page(request, "desk_job.html", values)


def _act(request: HttpRequest, job_id: int) -> HttpResponse:
    """Start or cancel. Who comes second is shown what the first did."""
    do = request.POST.get("do", "")
    try:
        if do == "cancel":
            api.cancel(job_id, request.user.id, context.now())
            say(request, _("What had not begun is cancelled. What was done stays done."))
        elif do in ("start", "start_good"):
            say(request, _started(*jobs.start(job_id, request.user.id, leave_out=do == "start_good")))
    except api.NotPossible as refusal:
        api.found(job_id)  # for one that is not there, this page is not there either
        say(request, words.refusal(refusal))
    return redirect("wins:job", job_id=job_id)


def _started(job: job_view.JobValue, handed: bool) -> str:
    if handed:
        return _("The job is started. You may close this page.")
    return _(
        "The job is noted, but the platform’s workers cannot be reached. The periodic work (wins_periodic, every five "
        "minutes) takes it up. You may close this page."
    )


@opens(Action.SEE_VOUCHERS)
def result_file(request: HttpRequest, job_id: str) -> HttpResponse:
    """What became of each line, as a file."""
    try:
        job = api.found(int(job_id))
    except api.NotPossible as refusal:
        return notice(request, 404, _("This is not possible"), words.refusal(refusal))
    if not job.kept:
        told = _("The lines of this job are not kept any more.")
        return notice(request, 404, _("This is not possible"), told)
    files.noted(request, "job", job=job.id)
    return files.whole(job_csv.text_of(job), files.CSV, f"job-{job.id}.csv")
