"""Long files on the desk: checked, started, done in the background; what failed for whom; pressed twice."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, fill, issue, join, ready, reveal
from wins_xblocks import context, jobs, periodic
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.jobs import api
from wins_xblocks.domain.jobs.models import Job, JobLine
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam
from wins_xblocks.web.desk_bulk import AT_ONCE

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
BULK, JOBS = reverse("wins:bulk"), reverse("wins:jobs")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    moment = [NOW]
    monkeypatch.setattr(context, "now", lambda: moment[0])

    def forward(**by):
        moment[0] += timedelta(**by)

    return forward


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    runs = 'data-job="open"' in html  # only then a script keeps it up to date
    assert faults(html) == (["no script is missing"] if runs else [])
    return Markup(html).text


def check(client, text, status=200, **form):
    form = {"do": "check", "what": "grant", "reason": "Paid anew", **form}
    return read(client.post(BULK, {**form, "file": SimpleUploadedFile("a.csv", text.encode())}), status)


def page_of(job):
    return reverse("wins:job", args=[getattr(job, "id", job)])


def press(client, job, do):
    return read(client.post(page_of(job), {"do": do}, follow=True))


def people(count=AT_ONCE + 2):
    """Learners without a place in the exam, by name."""
    found = [person(f"p{number:03d}") for number in range(count)]
    for one in found:
        join(one.id, "foundation")
    Entitlement.objects.update(state=Entitlement.WITHDRAWN)
    return found


def sheet(learners, *more):
    return "learner,exam\n" + "".join(f"{name},{FND}\n" for name in [*(one.username for one in learners), *more])


def checked(client, learners, *more, **form):
    check(client, sheet(learners, *more), **form)
    return Job.objects.latest("id")


def placed(learners):
    return sum(registration.places(one.id, FND) for one in learners)


def test_a_long_file_is_checked_started_and_done_in_the_background(staff, world, administrator):
    learners = people()
    text = check(staff, sheet(learners), do="do")
    assert placed(learners) == 0, "a long file is looked at first, whatever was pressed"
    assert "52 good lines." in text
    assert "52 lines are done in the background, one by one." in text
    assert "WINS-FND 0 → then 0 0 → then 52 0 → then 0" in text
    assert "2 p000 A place in the exam is given." in text
    [job] = Job.objects.all()
    assert JOBS not in text
    assert read(staff.get(JOBS)).count("Give places") == 0, "what nobody started is no job"
    assert "The job is started. You may close this page." in press(staff, job, "start")
    assert (world.jobs, placed(learners)) == ([job.id], 0)
    assert "waits for a worker – 0 of 52 lines: 0 done, 0 not done." in read(staff.get(page_of(job)))
    assert jobs.run(job.id)
    text = read(staff.get(page_of(job)))
    assert "has ended – 52 of 52 lines: 52 done, 0 not done." in text
    assert placed(learners) == 52
    own = Entitlement.objects.filter(state=Entitlement.HELD).first()
    assert (own.granted_by, own.reason) == (administrator.id, "Paid anew")
    text = read(staff.get(JOBS))
    assert f"{job.id}: Give places in exams 1 March 2027" in text
    assert "(administrator) has ended 52 52 0 0" in text


def test_up_to_fifty_lines_are_done_at_once(staff):
    learners = people(AT_ONCE)
    assert "press “Do it”" in check(staff, sheet(learners))
    file = SimpleUploadedFile("a.csv", sheet(learners).encode())
    staff.post(BULK, {"do": "do", "what": "grant", "reason": "x", "file": file})
    assert (placed(learners), Job.objects.count()) == (AT_ONCE, 0)


def test_with_half_the_lines_wrong_the_good_ones_are_done_when_the_administrator_says_so(staff):
    learners, wrong = people(), [f"nobody{number}" for number in range(52)]
    text = check(staff, sheet(learners, *wrong), status=400)
    assert "Nothing was changed 52 lines with a problem." in text
    assert "Correct the file and send it again, or let the good lines be done." in text
    assert "Do the 52 good lines" in text
    [job] = Job.objects.all()
    assert "Some lines have a problem." in press(staff, job, "start")
    assert placed(learners) == 0
    press(staff, job, "start_good")
    jobs.run(job.id)
    assert placed(learners) == 52
    text = read(staff.get(page_of(job)))
    assert "has ended – 52 of 52 lines: 52 done, 0 not done." in text
    assert "Only what was not done: 52 – page 1 of 2" in text
    assert "54 – WINS-FND left out Nobody has this user name or mail address." in text
    assert "nobody1" not in text, "what stands in a wrong file is not repeated"
    assert "page 2 of 3" in read(staff.get(page_of(job), {"show": "all", "page": "2"}))


def test_a_file_without_a_good_line_becomes_nothing(staff):
    text = check(staff, sheet([], *[f"nobody{number}" for number in range(60)]), status=400)
    assert "Do the" not in text
    assert Job.objects.count() == 0


def test_what_changed_since_the_check_is_told_for_whom_and_the_others_are_done(staff, world):
    learners = people()
    job = checked(staff, learners)
    registration_of = registration.latest(learners[1].id, "foundation")
    Entitlement.objects.filter(registration_id=registration_of.id).update(state=Entitlement.HELD)
    press(staff, job, "start")
    jobs.run(job.id)
    text = read(staff.get(page_of(job)))
    assert "52 of 52 lines: 51 done, 1 not done." in text
    assert "3 P001 Example (p001) WINS-FND not done The learner has an unused place in this exam already." in text
    assert placed(learners) == 52


def test_pressed_twice_it_is_one_job_and_the_second_administrator_sees_it_run(staff, signed_in, client, world):
    learners = people()
    job, same = checked(staff, learners), checked(staff, learners[::-1])
    press(staff, job, "start")
    assert "This was started before. Nothing was done twice." in press(staff, job, "start")
    api.step(api.take(job.id, NOW), jobs.KINDS["grant"], NOW)
    second = signed_in(person("second", "WINS Academy administrators"))
    assert f"Job {job.id} does the same lines at this moment." in press(second, same, "start")
    text = read(second.get(page_of(job)))
    assert "runs – 1 of 52 lines: 1 done, 0 not done." in text
    assert "Started 1 March 2027, 10:00 CET, Administrator Example (administrator)" in text
    assert "(administrator) runs 52 1 0 0" in read(second.get(JOBS))
    assert (world.jobs, placed(learners)) == ([job.id], 1)
    text = press(second, job, "cancel")
    assert "What had not begun is cancelled." in text
    assert "cancelled – 1 of 52 lines" in text
    assert re.search(r"Ended 1 March 2027, 10:00 CET, Second Example", text)
    assert "not begun The job ended before this line." in read(second.get(page_of(job), {"show": "all"}))
    assert not jobs.run(job.id)
    assert "ended already" in press(staff, job, "cancel")


def test_without_workers_the_periodic_work_takes_it_up(staff, world, clock):
    learners = people()
    job, world.no_workers = checked(staff, learners), True
    assert "workers cannot be reached. The periodic work (wins_periodic" in press(staff, job, "start")
    assert periodic.run_jobs(NOW).startswith("0 jobs")
    clock(minutes=1)
    assert "No worker has taken it yet." in read(staff.get(page_of(job)))
    assert periodic.run_jobs(NOW).startswith("1 jobs done")
    assert placed(learners) == 52


def test_a_worker_that_died_is_told_and_another_goes_on(staff, clock):
    learners = people()
    job = checked(staff, learners)
    press(staff, job, "start")
    work = api.take(job.id, NOW)
    for _ in range(10):
        api.step(work, jobs.KINDS["grant"], NOW)
    clock(minutes=2)
    assert "No line was done for some minutes." in read(staff.get(page_of(job)))
    clock(minutes=3)
    periodic.run_jobs(NOW)
    assert placed(learners) == 52
    assert Entitlement.objects.filter(state=Entitlement.HELD).count() == 52, "nobody got two"


def test_what_every_worker_dies_of_is_told_and_the_rest_is_tried_again(staff):
    job = checked(staff, people())
    press(staff, job, "start")
    Job.objects.filter(id=job.id).update(tries=api.MOST_TRIES)
    assert not jobs.run(job.id)
    text = read(staff.get(page_of(job)))
    assert "Given up Its workers died several times" in text
    press(staff, job, "start_good")
    jobs.run(job.id)
    assert api.found(job.id).done == 52


def test_vouchers_are_issued_one_by_one_and_whoever_waits_comes_first(staff):
    learners = [person(f"p{number:03d}") for number in range(52)]
    ready(*(one.id for one in learners), 5000)
    fill(52)
    job = checked(staff, learners, what="issue", reason="")
    VoucherExam.objects.filter(voucher_id=Voucher.objects.latest("id").id).delete()  # one code less than was checked
    issue(5000)
    press(staff, job, "start")
    jobs.run(job.id)
    own = api.found(job.id)
    assert (own.done, own.refused) == (50, 2)
    [one, two] = api.lines(job.id, states=["refused"])
    assert {one.number, two.number} == {52, 53}
    assert one.sentence.startswith("The pool has no code")


def test_codes_are_replaced_and_stand_nowhere(staff, caplog):
    learners = [person(f"p{number:03d}") for number in range(30)]
    ready(*(one.id for one in learners))
    codes = fill(60)
    for one in learners:
        issue(one.id)
        reveal(one.id)
    fill(40, start=100)
    text = check(staff, "code\n" + "\n".join(codes), what="replace", cause="sent_twice", reason="Sent twice")
    assert "Do 60 lines" in text
    [job] = Job.objects.all()
    press(staff, job, "start")
    jobs.run(job.id)
    assert api.found(job.id).done == 60
    assert Voucher.objects.filter(state="void").count() == 60
    assert {reveal(one.id) for one in learners} & set(codes) == set()
    pages = [text, read(staff.get(page_of(job), {"show": "all"})), file_of(staff, job)]
    assert "Voucher 1 WINS-FND done Its learner gets another code, and a mail." in pages[1]
    assert '\r\n2,p000,WINS-FND,1,done,"Its learner gets another code, and a mail."' in pages[2]
    kept = [*AuditEntry.objects.values_list("facts", "text"), *Job.objects.values(), *JobLine.objects.values()]
    assert not any(one in str([*kept, *pages, caplog.text]) for one in codes)
    assert not any(one[-6:] in str([*kept, *pages[1:]]) for one in codes)


def file_of(client, job, status=200):
    response = client.get(reverse("wins:job_file", args=[job.id]))
    assert response.status_code == status
    return response.content.decode()


def test_the_result_is_saved_as_a_sheet_that_runs_nothing(staff):
    learners = [*people(51), person("=1+1")]
    job = checked(staff, learners[:-1], "nobody", status=400)
    press(staff, job, "start_good")
    JobLine.objects.filter(job_id=job.id, number=2).update(learner_id=learners[-1].id)
    jobs.run(job.id)
    lines = file_of(staff, job).splitlines()
    assert lines[0] == "\ufeffline,learner,exam,voucher,state,result"
    assert lines[1].startswith("2,'=1+1,WINS-FND,,not done,The learner has not joined")
    assert lines[2] == "3,p001,WINS-FND,,done,A place in the exam is given."
    assert lines[52] == "53,,WINS-FND,,left out,Nobody has this user name or mail address."


def test_old_lines_are_gone_and_that_is_said(staff, clock):
    job = checked(staff, people())
    press(staff, job, "start")
    jobs.run(job.id)
    clock(days=31)
    assert periodic.drop_jobs(context.now()).endswith("lines of 1 old jobs deleted")
    text = read(staff.get(page_of(job)))
    assert "The lines were deleted 30 days after the end." in text
    assert "52 of 52 lines" in text
    assert "Paid anew" not in text
    assert "not kept any more" in file_of(staff, job, 404)


def test_auditors_read_and_change_nothing(staff, signed_in):
    job = checked(staff, people())
    press(staff, job, "start")
    for name, group in (("auditor", "WINS auditors"), ("officer", "WINS certification officers")):
        reader = signed_in(person(name, group))
        text = read(reader.get(page_of(job)))
        assert "Cancel" not in text
        assert read(reader.get(JOBS))
        assert file_of(reader, job)
        for do in ("start", "cancel"):
            assert reader.post(page_of(job), {"do": do}).status_code == 403
    assert api.found(job.id).state == "waiting"


def test_what_is_not_there_or_not_meant_is_told(staff):
    assert "There is no such job." in read(staff.get(page_of(99)), 404)
    assert "There is no such job." in read(staff.post(page_of(99), {"do": "start"}), 404)
    file_of(staff, Job(id=99), 404)
    job = checked(staff, people())
    press(staff, job, "nonsense")
    assert api.found(job.id).state == "checked"
    assert "page 1" not in read(staff.get(JOBS, {"page": "-3"}))


def test_many_jobs_and_many_lines_cost_no_more_statements(staff):
    counts, learners = [], people(60)
    staff.get(JOBS)  # the rules are read once
    for number in (1, 60):
        for _ in range(number):
            job = cancelled(learners[:number])
        for address in (JOBS, page_of(job), f"{page_of(job)}?show=problems", reverse("wins:job_file", args=[job])):
            with CaptureQueriesContext(connection) as found:
                staff.get(address)
            counts.append(len(found))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 12, counts


def cancelled(learners):
    """The number of a job that each of them started and stopped."""
    lines = [api.NewLine(number, FND, one.id) for number, one in enumerate(learners, 2)]
    job_id = api.draft("grant", lines, learners[0].id, "x", "", NOW)
    api.start(job_id, learners[-1].id, NOW)
    api.cancel(job_id, learners[0].id, NOW)
    return job_id


def test_pages_beyond_fifty_are_turned(staff):
    learners = people(51)
    job = [cancelled(learners) for _ in range(51)][-1]
    assert "page 1 of 2" in read(staff.get(JOBS))
    assert "page 2 of 2" in read(staff.get(JOBS, {"page": "2"}))
    last = read(staff.get(page_of(job), {"show": "all", "page": "2"}))
    assert "(p050) WINS-FND not begun" in last
    assert "(p049)" not in last
