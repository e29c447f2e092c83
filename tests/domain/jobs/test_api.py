"""Jobs: each line once, whatever is killed when; what failed is said; nothing is kept for longer than promised."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from tests.conftest import NOW
from tests.undoing import undone
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.duration import Duration
from wins_xblocks.domain.jobs import api, privacy, rules
from wins_xblocks.domain.jobs.data import NewLine
from wins_xblocks.domain.jobs.models import Job, JobLine

pytestmark = pytest.mark.django_db
ADA, OTTO = 990, 991
LATER = NOW + api.LEASE


def line(number, **more):
    return NewLine(number, "WINS-FND", number * 10, **more)


def draft(*lines, by=ADA, now=NOW):
    return api.draft("grant", lines or [line(2), line(3), line(4)], by, "Paid anew", "", now)


def begun(*lines, **more):
    job_id = draft(*lines)
    api.start(job_id, ADA, NOW, **more)
    return job_id


def act(work, one, now):
    """What a line does: an entry in its own chain, and two statements of its own."""
    audit.append(f"line:{one.number}", "done", now, actor_id=work.by)
    if one.number == 3:
        raise Refusal("Not before {day}", day=date(2027, 4, 1))
    return "A place is given."


def run(job_id, now=NOW, act=act):
    work = api.take(job_id, now)
    if work:
        api.run(work, act, lambda: now)
    return work


def acts():
    """Which lines' acts were committed, and how often."""
    return list(AuditEntry.objects.filter(subject__startswith="line:").order_by("id").values_list("subject", "seq"))


def fates(job_id):
    return [(one.number, one.state, str(Refusal(one.sentence, **one.values))) for one in api.lines(job_id)]


def trail(job_id):
    return [(one.action, one.actor_id, one.facts) for one in audit.entries(f"job:{job_id}")]


def test_a_job_does_each_line_once_and_says_what_failed_for_whom():
    job_id = begun(line(2), line(3), line(4), NewLine(5, problem="Nobody has this name."), leave_out=True)
    assert run(job_id)
    assert fates(job_id) == [
        (2, "done", "A place is given."), (3, "refused", "Not before 2027-04-01"), (4, "done", "A place is given."),
        (5, "left_out", "Nobody has this name."),
    ]  # fmt: skip
    job = api.found(job_id)
    assert (job.state, job.total, job.done, job.refused, job.left_out, job.left) == ("done", 4, 2, 1, 1, 0)
    assert acts() == [("line:2", 1), ("line:4", 1)], "what a refused line began is undone"
    assert trail(job_id) == [
        ("job.started", ADA, {"kind": "grant", "lines": 3, "left_out": 1}),
        ("job.done", None, {"done": 2, "refused": 1, "not_begun": 0}),
    ]
    assert run(job_id, LATER) is None, "it has ended"
    assert audit.broken() == []


def test_lines_are_done_in_their_order_and_shown_in_the_files():
    job_id = begun(line(9), line(2))
    run(job_id)
    assert acts() == [("line:9", 1), ("line:2", 1)]
    assert [one.number for one in api.lines(job_id)] == [2, 9]


class Killed(BaseException):
    """The process is gone: nothing catches it."""


def killed_at(number, job_id):
    """Run the job; its process is gone before the statement of this number. Was it so?"""
    numbers = count(1)

    def look(execute, sql, *args):
        # The end of a transaction is one step: it happens, or it does not.
        if not sql.startswith("RELEASE") and next(numbers) == number:
            raise Killed
        return execute(sql, *args)

    with connection.execute_wrapper(look):
        try:
            run(job_id)
        except Killed:
            return True
    return False


def outcome(job_id):
    job = api.found(job_id)
    return fates(job_id), sorted(acts()), (job.state, job.done, job.refused)


def test_killed_before_any_statement_it_is_gone_on_with_and_no_line_is_done_twice():
    with undone():
        job_id = begun()
        run(job_id)
        whole = outcome(job_id)
    for number in count(1):
        with undone():
            job_id = begun()
            if not killed_at(number, job_id):
                break
            assert api.due(NOW + api.LEASE + api.PATIENCE) == (job_id,)
            run(job_id, LATER)
            assert outcome(job_id) == whole, number
            assert audit.broken() == []
    assert number > 30, "statements of three lines were tried"


def test_a_mark_outside_of_the_acts_transaction_would_be_seen():
    """The negative control: the same look at a worker that marks a line after it was done."""

    def careless(job_id):
        work = api.take(job_id, NOW)
        for row in JobLine.objects.filter(job_id=job_id, state="waiting").order_by("seq"):
            with transaction.atomic():
                audit.append(f"line:{row.number}", "done", NOW, actor_id=work.by)
            JobLine.objects.filter(id=row.id).update(state="done")

    twice = 0
    for number in range(1, 30):
        with undone():
            job_id, numbers = begun(line(2), line(4)), count(1)

            def look(execute, *args, numbers=numbers, number=number):
                if next(numbers) == number:
                    raise Killed
                return execute(*args)

            with suppress(Killed), connection.execute_wrapper(look):
                careless(job_id)
            run(job_id, LATER)
            twice += any(seq > 1 for _subject, seq in acts())
    assert twice


def test_while_one_works_nobody_else_takes_it_and_who_lost_it_stops():
    job_id = begun()
    first = api.take(job_id, NOW)
    assert api.take(job_id, NOW) is None
    assert api.step(first, act, NOW)
    still = LATER - timedelta(seconds=1)
    assert api.take(job_id, still) is None
    second = api.take(job_id, LATER)
    assert not api.step(first, act, LATER), "its lease is somebody else's"
    api.run(second, act, lambda: LATER)
    assert acts() == [("line:2", 1), ("line:4", 1)]
    assert api.found(job_id).done == 2


def test_each_line_prolongs_the_lease():
    job_id = begun()
    work = api.take(job_id, NOW)
    almost = LATER - timedelta(seconds=1)
    assert api.step(work, act, almost)
    assert api.take(job_id, LATER) is None


def test_a_job_waits_a_minute_for_a_worker_before_the_periodic_work_takes_it():
    job_id = begun()
    assert api.due(NOW) == ()
    assert api.due(NOW + api.PATIENCE) == (job_id,)
    api.take(job_id, NOW)
    assert api.due(NOW + api.PATIENCE) == ()
    assert api.due(LATER) == (job_id,)


def test_a_second_press_starts_nothing_and_neither_does_a_second_file_of_the_same():
    job_id, same, other = draft(), draft(line(4), line(3), line(2), by=OTTO), draft(line(2))
    api.start(job_id, ADA, NOW)
    with pytest.raises(api.NotPossible, match="started before"):
        api.start(job_id, OTTO, NOW)
    with pytest.raises(api.NotPossible, match=f"Job {job_id} does the same lines"):
        api.start(same, OTTO, NOW)
    api.start(other, OTTO, NOW)
    run(job_id)
    assert len(acts()) == 2
    assert api.start(same, OTTO, NOW).state == "waiting", "the first one has ended: each line says now that it was done"
    assert [one[0] for one in trail(job_id)] == ["job.started", "job.done"]


def test_lines_with_a_problem_are_left_out_only_when_somebody_says_so():
    job_id = draft(line(2), NewLine(3, problem="Nobody has this name."))
    with pytest.raises(api.NotPossible, match="left out"):
        api.start(job_id, ADA, NOW)
    assert (api.found(job_id).state, trail(job_id)) == ("checked", [])
    assert api.start(job_id, ADA, NOW, leave_out=True).left == 1
    nothing = draft(NewLine(3, problem="Nobody has this name."))
    with pytest.raises(api.NotPossible, match="No line can be done"):
        api.start(nothing, ADA, NOW, leave_out=True)


def test_what_has_not_begun_is_cancelled_and_what_is_done_stays():
    job_id = begun()
    work = api.take(job_id, NOW)
    api.step(work, act, NOW)
    job = api.cancel(job_id, OTTO, NOW)
    assert (job.state, job.done, job.left, job.ended_by) == ("cancelled", 1, 2, OTTO)
    assert not api.step(work, act, NOW)
    assert api.due(NOW + timedelta(days=1)) == ()
    assert acts() == [("line:2", 1)]
    with pytest.raises(api.NotPossible, match="ended already"):
        api.cancel(job_id, ADA, NOW)
    assert trail(job_id)[1:] == [("job.cancelled", OTTO, {"done": 1, "refused": 0, "not_begun": 2})]


def test_an_error_of_one_line_holds_up_no_other_and_its_words_stand_nowhere(caplog):
    def broken(work, one, now):
        if one.number == 3:
            raise ValueError("Anna Secret")
        return act(work, one, now)

    job_id = begun()
    run(job_id, act=broken)
    assert [(number, state) for number, state, _ in fates(job_id)] == [(2, "done"), (3, "refused"), (4, "done")]
    assert "error, which stands in the log" in fates(job_id)[1][2]
    assert f"job {job_id}, line 3: ValueError" in caplog.text
    assert "Secret" not in caplog.text


def test_what_fails_once_is_tried_again_at_once():
    tried = []

    def once(work, one, now):
        tried.append(one.number)
        if tried == [2]:
            raise IntegrityError("two wrote the same trail")
        return act(work, one, now)

    job_id = begun(line(2), line(4))
    run(job_id, act=once)
    assert (tried, api.found(job_id).done) == ([2, 2, 4], 2)


def test_who_closes_her_account_just_before_her_line_is_done_gets_nothing(monkeypatch):
    job_id, read = begun(line(2)), api._line

    def meanwhile(row):
        privacy.forget(20, NOW)
        return read(row)

    monkeypatch.setattr(api, "_line", meanwhile)
    run(job_id)
    monkeypatch.undo()
    assert (fates(job_id), acts()) == ([(2, "refused", api.CLOSED)], [])


def test_without_a_database_the_job_stops_and_is_gone_on_with():
    def gone(work, one, now):
        raise OperationalError("gone away")

    job_id = begun()
    with pytest.raises(OperationalError):
        run(job_id, act=gone)
    assert {one.state for one in api.lines(job_id)} == {"waiting"}
    run(job_id, LATER)
    assert api.found(job_id).state == "done"


def test_a_line_at_which_every_worker_dies_ends_the_job_and_the_rest_can_be_started_again():
    job_id, now = begun(), NOW
    api.step(api.take(job_id, now), act, now)
    for _ in range(api.MOST_TRIES):
        now += api.LEASE
        assert api.take(job_id, now)
    now += api.LEASE
    assert api.take(job_id, now) is None
    job = api.found(job_id)
    assert (job.state, job.done, job.left) == ("failed", 1, 2)
    assert trail(job_id)[-1] == ("job.failed", None, {"done": 1, "refused": 0, "not_begun": 2})
    api.start(job_id, OTTO, now)
    run(job_id, now)
    assert (api.found(job_id).state, acts()) == ("done", [("line:2", 1), ("line:4", 1)])


def test_values_of_a_sentence_come_back_as_they_were():
    values = {"a": Duration(90_000), "b": NOW, "c": date(2027, 3, 1), "d": 7, "e": "Foundation Module"}
    found = rules.unpacked(rules.packed(values))
    assert found == values
    assert [type(value) for value in found.values()] == [type(value) for value in values.values()]


def test_the_same_lines_are_known_in_any_order_and_without_the_bad_ones():
    bad = NewLine(9, problem="x")
    assert rules.digest("grant", [line(2), line(3)]) == rules.digest("grant", [line(3), bad, line(2)])
    assert rules.digest("grant", [line(2)]) != rules.digest("issue", [line(2)])


def test_jobs_are_listed_newest_first_without_mere_checks():
    first, _check, last = begun(line(2)), draft(line(3)), begun(line(4))
    assert (api.count(), [one.id for one in api.listed(0, 50)]) == (2, [last, first])
    assert [one.id for one in api.listed(1, 50)] == [first]


def test_checks_go_after_a_day_and_lines_and_reasons_a_month_after_the_end():
    check, job_id, open_one = draft(), begun(line(2)), begun(line(3), line(4))
    run(job_id)
    assert api.drop(NOW + api.DRAFT) == (0, 0)
    assert api.drop(NOW + api.DRAFT + timedelta(seconds=1)) == (1, 0)
    assert not Job.objects.filter(id=check).exists()
    assert not JobLine.objects.filter(job_id=check).exists()
    assert api.drop(NOW + api.KEPT + timedelta(seconds=1)) == (0, 1)
    job = api.found(job_id)
    assert (job.kept, job.reason, job.done, api.count_lines(job_id)) == (False, "", 1, 0)
    assert (api.found(open_one).kept, api.count_lines(open_one)) == (True, 2)
    assert api.drop(NOW + timedelta(days=90)) == (0, 0)


def test_of_a_job_that_failed_long_ago_the_rest_cannot_be_started():
    job_id = begun()
    Job.objects.filter(id=job_id).update(tries=api.MOST_TRIES)
    api.take(job_id, NOW)
    api.drop(NOW + api.KEPT + timedelta(days=1))
    with pytest.raises(api.NotPossible, match="not kept any more"):
        api.start(job_id, ADA, NOW)


def test_who_closed_her_account_stands_in_no_line_and_nothing_is_done_for_her_any_more():
    job_id = begun(line(2), line(4))
    work = api.take(job_id, NOW)
    api.step(work, act, NOW)
    assert [row["number"] for row in privacy.told_of(40)["JobLine"]] == [4]
    assert (privacy.forget(40, NOW), privacy.forget(20, NOW), privacy.forget(20, NOW)) == (1, 1, 0)
    api.run(work, act, lambda: NOW)
    assert fates(job_id) == [(2, "done", api.CLOSED), (4, "refused", api.CLOSED)]
    assert privacy.told_of(40) == {"JobLine": []}
    job = api.found(job_id)
    assert (job.state, job.done, job.refused, acts()) == ("done", 1, 1, [("line:2", 1)])


def test_the_database_keeps_slot_and_state_together():
    job_id = draft()
    for wrong in ({"state": "waiting"}, {"open_slot": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(id=job_id).update(**wrong)


def test_a_job_that_is_not_there_is_told():
    for ask in (lambda: api.found(99), lambda: api.start(99, ADA, NOW), lambda: api.cancel(99, ADA, NOW)):
        with pytest.raises(api.NotPossible):
            ask()
    assert api.take(99, NOW) is None
