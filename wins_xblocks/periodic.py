"""The work of ``manage.py wins_periodic``: each task with its own period."""

import logging
from datetime import datetime, timedelta

from . import (
    certificates,
    context,
    events,
    hours,
    jobs,
    marking,
    notices,
    privacy,
    report_view,
    result_view,
    statistics_view,
)
from .domain.audit import api as audit
from .domain.integrity import api as integrity
from .domain.jobs import api as jobs_api
from .domain.outbox import api as outbox
from .domain.quiz import api as quiz
from .domain.results import api as results
from .domain.schedule.data import Task
from .domain.vouchers import api as vouchers
from .domain.vouchers import requests

log = logging.getLogger(__name__)

EVERY_RUN = timedelta(0)


def send_messages(now: datetime) -> str:
    """Mails that are due."""
    sent, failed = outbox.send_due(now, notices.send)
    return f"{sent} sent, {failed} failed and tried again later, {outbox.given_up()} given up"


def close_tries(now: datetime) -> str:
    """Tries that were open at their deadline; the repair of grades publishes them."""
    closed, failed = quiz.close_over(now)
    return f"{closed} tries closed at their deadline, {failed} failed and tried again later"


def repair_grades(now: datetime) -> str:
    """Publish the grades that a crash kept from the gradebook, and of tries that were closed at their deadline."""
    done = failed = 0
    for found in quiz.unpublished(now):
        try:
            for newest in quiz.to_publish(found.attempt_id):  # a correction may have come while the others were told
                marking.publish(newest, now)
        except Exception:  # one course that is gone must not keep back everybody else's grade
            log.exception("grade of attempt %s was not published", found.attempt_id)
            failed += 1
            continue
        if found.registration_id:  # a test that was closed at its deadline may have been the last thing missing
            hours.tell_complete(found.registration_id, now)
        done += 1
    return f"{done} grades published, {failed} failed and tried again later"


def mark_anew(now: datetime) -> str:
    """Tries that follow keys of before a correction: it was cut off, or they were sent while it was made."""
    done, failed = jobs.go_on_correcting(now)
    return f"{done} learners' tries marked anew after a correction of keys, {failed} failed and tried again later"


def serve_waiting(now: datetime) -> str:
    """Codes that came back to the pool go to whoever waits."""
    served = vouchers.serve_waiting(
        context.programme(), context.first_rules(), context.factor(), now, events.voucher_issued
    )
    return f"{served} waiting learners got a voucher"


def tell_low_stock(now: datetime) -> str:
    """Pools in which few codes are left: one mail each time the number falls below the line."""
    return f"{vouchers.tell_low_stock(context.programme(), now)} pools with few codes left told of"


def end_vouchers(now: datetime) -> str:
    """Vouchers whose last day is over."""
    ended = vouchers.expire_due(context.programme(), now)
    return f"{ended.pool} in the pool, {ended.issued} issued and {ended.seen} seen vouchers ended"


def remind_of_vouchers(now: datetime) -> str:
    """Vouchers that end soon and were not booked."""
    return f"{vouchers.remind(context.programme(), now)} reminders written"


def tell_overdue(now: datetime) -> str:
    """Requests of learners whose day to be answered is over."""
    today = now.astimezone(context.programme().zone).date()
    return f"{requests.tell_overdue(today, now)} overdue requests told of"


def ask_for_certificates(now: datetime) -> str:
    """Records of module completion that the platform was refused while the module was open."""
    asked, failed = certificates.ask_again(now)
    return f"{asked} records of completion asked for, {failed} failed and tried again later"


def resume_results(now: datetime) -> str:
    """Files of results whose import was cut off; without keys they wait."""
    keys, zone = context.voucher_keys(), context.programme().zone
    done, failed = results.resume(keys, zone, now, events.results_recorded, result_view.user_named)
    return f"{done} cut off imports of results finished, {failed} could not go on"


def run_jobs(now: datetime) -> str:
    """Jobs that no worker has taken up, and those whose worker died."""
    done, failed = jobs.run_due()
    return f"{done} jobs done that had no worker, {failed} failed and tried again later"


def drop_jobs(now: datetime) -> str:
    """Lines of jobs that were kept as long as promised."""
    checks, ended = jobs_api.drop(now)
    return f"{checks} checks that were not started and the lines of {ended} old jobs deleted"


def anchor_trail(now: datetime) -> str:
    """The day's seal over the audit trail; told, so that a log outside the database keeps it."""
    head = audit.anchor(now.astimezone(context.programme().zone).date(), now)
    return f"anchored, head {head}" if head else "anchored already"


def drop_details(now: datetime) -> str:
    """Details of study time that were kept as long as promised."""
    visits, registrations = privacy.drop_details(context.programme().policies, now)
    return f"{visits} visits of {registrations} ended registrations deleted"


def count_reports(now: datetime) -> str:
    """What reports of a large Academy show, before anybody waits for it."""
    return f"{report_view.keep_counts(context.programme(), now)} reports counted that take long"


def count_questions(now: datetime) -> str:
    """How questions perform in quizzes that many have answered, before anybody waits for it."""
    return f"{statistics_view.keep_counts(now)} quizzes counted whose questions take long"


def look_for_hints(now: datetime) -> str:
    """Tries at module tests that are oddly alike or quick, for administrators to look at; old hints go."""
    dropped = privacy.drop_hints(context.keep_hints_days(), now)
    banks, hints = integrity.look(now)
    return f"{banks} tests with new tries looked at, {hints} hints made, {dropped} old ones deleted"


TASKS = (
    # Ended vouchers free places, freed codes serve who waits, and both are told of in the mails of the same run.
    Task("vouchers that end", timedelta(days=1), end_vouchers),
    Task("reminders of vouchers", timedelta(hours=6), remind_of_vouchers),
    Task("waiting learners", EVERY_RUN, serve_waiting),
    Task("overdue requests", timedelta(hours=1), tell_overdue),
    Task("low stock", timedelta(hours=1), tell_low_stock),
    Task("tries whose time is over", timedelta(minutes=10), close_tries),  # before their grades
    Task("corrections of keys", timedelta(minutes=10), mark_anew),  # before their grades
    Task("grade repair", timedelta(minutes=10), repair_grades),
    Task("records of completion", timedelta(minutes=10), ask_for_certificates),
    Task("jobs without a worker", EVERY_RUN, run_jobs),
    Task("lines of old jobs", timedelta(hours=1), drop_jobs),
    Task("imports that were cut off", timedelta(minutes=10), resume_results),
    Task("details of study time", timedelta(hours=1), drop_details),
    Task("audit anchor", timedelta(hours=1), anchor_trail),  # more often than once a day: no day may be left out
    Task("messages", EVERY_RUN, send_messages),
    Task("counts of reports", timedelta(minutes=10), count_reports),  # may take a minute: nobody's mail waits for it
    Task("counts of questions", timedelta(hours=1), count_questions),  # may take a minute: nobody's mail waits for it
    Task("hints about tries", timedelta(hours=1), look_for_hints),  # likewise
)
