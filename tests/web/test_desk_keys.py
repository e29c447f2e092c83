"""Correct a key on the desk: what differs, whose mark changes, who may, two at once, and grades told once."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.quiz.test_corrections import OLD, text
from tests.domain.vouchers.builders import fill, issue, ready
from tests.edge import FOUNDATION, REGULATION
from wins_xblocks import context, jobs, marking, periodic
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.jobs.models import Job
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz import api, closing, past
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt, BankVersion, KeyCorrection, Regraded
from wins_xblocks.domain.statistics import api as statistics

from .builders import joined
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
BLOCK = "block-v1:WINS+FND+2026+type@wins_quiz+block@test"
NEW = text(*"baaa")
REASON = "The guide of 2025 says so."


@pytest.fixture(autouse=True)
def nothing_read():
    closing._as_drawn.cache_clear()
    closing._corrected.cache_clear()


@pytest.fixture
def course(world):
    """The course holds the bank with this text."""

    def holds(bank_text, course=FOUNDATION, block=BLOCK, title="Module test"):
        ids = SimpleNamespace(usage_id=block)
        found = ((ids, title, SimpleNamespace(text=bank_text)),)
        world.settings[course, "wins_quiz", "scope_ids", "display_name", "bank"] = found

    holds(NEW)
    return holds


def sent(learner, letters, purpose="test", module="foundation", bank=OLD, own=None, block=BLOCK):
    """A try that was sent, and whose grade the gradebook has."""
    quiz = Quiz(block, purpose, Limits(70, 0), module)
    taker = Taker(learner, own)
    number = api.start(quiz, taker, bank, "seed", NOW).number
    found = api.submit(learner, block, number, chosen_at(learner, block, letters), None, NOW)
    api.mark_published(found.attempt_id, NOW)
    return found


def chosen_at(learner, block, letters):
    row = Attempt.objects.get(learner_id=learner, block=block, open_slot=1)
    by_item = {drawn["item"]: drawn for drawn in row.drawn}
    return {
        by_item[f"q{n}"]["ref"]: [o["ref"] for o in by_item[f"q{n}"]["options"] if o["option"] == letter]
        for n, letter in enumerate(letters, 1)
    }


def url(name="correct_key", *args):
    return reverse(f"wins:{name}", args=args or [BankVersion.objects.filter(bank_id="bank").earliest("id").id])


def read(answer, status=200):
    html = answer.content.decode()
    runs = 'data-job="open"' in html  # only then a script keeps it up to date
    assert (answer.status_code, faults(html)) == (status, ["no script is missing"] if runs else [])
    return Markup(html)


def post(client, do, status=200, follow=False, **changed):
    form = {"do": do, "do-q1": "key", "reason": REASON, "told": "", "seen": "0", **changed}
    return read(client.post(url(), {name: value for name, value in form.items() if value is not None}, follow=follow),
                status)  # fmt: skip


def three():
    """One who was right, one who was not, and one who gave the wrong key's answer."""
    people = [person(name) for name in ("right", "wrong", "asbefore")]
    for one, letters in zip(people, ("bbaa", "ccaa", "aaaa"), strict=True):
        sent(one.id, letters)
    return people


@pytest.fixture
def staff(signed_in, administrator, course):
    return signed_in(administrator)


def test_the_form_shows_what_differs_old_and_new_side_by_side(staff):
    three()
    found = read(staff.get(url()))
    assert "Question 1 q1 Stem 1?" in found.text
    assert "A Answer a of 1 right answer" in found.text
    assert "B Answer b of 1 right answer" in found.text
    assert found.text.index("As it was asked") < found.text.index("In the course now")
    assert "q2" not in found.text
    assert [a["value"] for a in found.all("input") if a.get("name") == "do-q1"] == ["", "key", "free"]


def test_another_question_is_found_by_its_words(staff):
    three()
    assert "q3" in read(staff.get(url(), {"q": "stem 3"})).text
    found = [a["value"] for a in read(staff.get(url(), {"q": "Q3"})).all("input") if a.get("name") == "do-q3"]
    assert found == ["", "free"], "its key is the same"


def test_the_preview_names_who_changes_how_and_stores_nothing(staff):
    three()
    found = post(staff, "preview")
    assert "1 mark changes. They are of 1 learner. 3 sent tries were asked these questions." in found.text
    up, stays = ("2 of 4 (50 %), not passed", "3 of 4 (75 %), passed passes now"), "4 of 4 (100 %), passed"
    assert f"Right Example (right) Module test, 1 {up[0]} {up[1]}" in found.text
    assert f"Asbefore Example (asbefore) Module test, 1 {stays} {stays} would go down, stays" in found.text
    assert "Wrong Example" not in found.text
    assert REASON in found.text
    assert not KeyCorrection.objects.exists()
    assert not Regraded.objects.exists()


def test_it_is_done_and_grades_are_told_once(staff, world, django_capture_on_commit_callbacks):
    right, *_others = three()
    world.repaired.clear()
    with django_capture_on_commit_callbacks(execute=True):
        page = post(staff, "store", follow=True)
    assert "The key is corrected, and the marks are changed." in page.text
    assert "1 mark was changed. 1 would have gone down and stays." in page.text
    assert world.repaired == [(right.id, BLOCK, 3, 4)]
    assert world.ticked == [(right.id, BLOCK)]
    assert not Attempt.objects.filter(grade_published_at__isnull=True).exists()
    for later in (1, 5, 20):
        periodic.mark_anew(NOW + later * jobs.api.PATIENCE)
        periodic.repair_grades(NOW + later * jobs.api.PATIENCE)
    assert len(world.repaired) == 1
    assert list(OutboxMessage.objects.filter(kind="mark_corrected").values_list("recipient_id", "values")) == [
        (right.id, {"quiz": "Module test"})
    ]


def test_a_crash_between_commit_and_publish_is_repaired_once(staff, world):
    """Nothing runs after the commit, as when the process is killed there."""
    right, *_others = three()
    world.scores[right.id, BLOCK] = (2.0, 4.0)
    world.repaired.clear()
    post(staff, "store", follow=True)
    assert world.repaired == []
    late = NOW + 3 * jobs.api.PATIENCE
    assert periodic.repair_grades(late).startswith("1 grades published, 0 failed")
    assert world.repaired == [(right.id, BLOCK, 3.0, 4.0)]
    assert world.held == world.repaired, "the quiz's own state, too"
    assert world.ticked == [(right.id, BLOCK)]
    periodic.repair_grades(late)
    assert len(world.repaired) == 1


def test_a_grade_that_staff_set_by_hand_stays(staff, world, django_capture_on_commit_callbacks):
    right, *_others = three()
    world.scores[right.id, BLOCK] = (1.0, 4.0)
    world.repaired.clear()
    with django_capture_on_commit_callbacks(execute=True):
        post(staff, "store", follow=True)
    assert world.repaired == []
    periodic.repair_grades(NOW + 5 * jobs.api.PATIENCE)
    assert world.repaired == []
    assert Attempt.objects.get(learner_id=right.id).passed


def test_a_second_press_does_nothing_twice_and_says_what_the_first_did(staff):
    three()
    post(staff, "store", follow=True)
    found = post(staff, "store", 409)
    assert "Somebody corrected this quiz meanwhile." in found.text
    assert "Administrator Example corrected q1 on 1 March 2027" in found.text
    assert KeyCorrection.objects.count() == 1


def test_marks_go_down_only_when_staff_name_them_and_say_so(staff):
    _right, _wrong, before = three()
    sent(before.id + 1000, "aaab")
    found = post(staff, "preview", lower="yes")
    assert found.text.index("does not pass any more") < found.text.index("Asbefore Example")
    assert "I know whose mark goes down." in found.text
    assert "Say that you know whose mark goes down." in post(staff, "store", 400, lower="yes").text
    assert not KeyCorrection.objects.exists()
    post(staff, "store", follow=True, lower="yes", known="yes")
    assert Attempt.objects.get(learner_id=before.id).correct == 3
    assert not Attempt.objects.get(learner_id=before.id + 1000).passed


def test_a_pass_that_led_to_a_voucher_stays_and_that_is_said(staff, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    sent(learner.id, "aaab")
    found = post(staff, "preview", lower="yes")
    assert "1 would go down and stays. A voucher was given for each of these passes." in found.text
    post(staff, "store", follow=True, lower="yes")
    assert Attempt.objects.get(block=BLOCK).passed
    assert Regraded.objects.get().kept


@pytest.mark.parametrize(
    ("changed", "told", "status"),
    [
        ({"reason": ""}, "Write the reason, at most 2000 characters.", 400),
        ({"told": "x" * 501}, "The text for learners may have at most 500 characters.", 400),
        ({"do-q1": None}, "Choose at least one question.", 400),
        ({"do-q1": None, "do-q2": "key"}, "Question “q2” has this key already.", 400),
        ({"do-q9": "free"}, "This question was not asked. Open the page again.", 400),
        ({"do-q1": "other"}, "This question was not asked. Open the page again.", 400),
    ],
)
@pytest.mark.parametrize("do", ["preview", "store", "file"])
def test_what_is_missing_is_said_and_nothing_is_stored(staff, changed, told, status, do):
    three()
    found = post(staff, do, status, **changed)
    assert told in found.text
    assert not KeyCorrection.objects.exists()
    assert not AuditEntry.objects.filter(action="keys.corrected").exists()


def test_no_change_at_all_is_said(staff):
    sent(person("one").id, "ccaa")
    assert "Nobody's mark changes. 1 sent try was asked these questions." in post(staff, "preview").text
    post(staff, "store", follow=True)
    assert not Regraded.objects.exists()


def test_everybody_gets_the_points(staff, course):
    course(OLD)
    [right, wrong, before] = three()
    assert "No key differs from the course as it is now." in read(staff.get(url())).text
    page = post(staff, "store", follow=True, **{"do-q1": "free"})
    assert "Everybody gets the points" in page.text
    assert [Attempt.objects.get(learner_id=one.id).correct for one in (right, wrong, before)] == [3, 3, 4]


def test_a_question_that_cannot_be_marked_says_so_at_its_place(staff, course):
    three()
    course(text(*"aaaa").replace('"id": "d"', '"id": "z"'))
    found = post(staff, "preview", 400)
    assert "The answers to question “q1” cannot be marked by its key of now." in found.text
    assert "You can give everybody the points." in found.text


def test_a_quiz_that_no_course_holds_any_more_can_still_give_points(staff, world):
    world.settings.clear()
    three()
    assert "No course holds this quiz any more." in read(staff.get(url())).text
    post(staff, "store", follow=True, **{"do-q1": "free"})
    assert KeyCorrection.objects.get().new.hash == BankVersion.objects.earliest("id").hash


def test_runs_that_differ_are_told_apart(staff, course):
    three()
    other = "block-v1:WINS+FND+2027+type@wins_quiz+block@test"
    sent(person("later").id, "caaa", block=other)
    course(text(*"caaa"), course="course-v1:WINS+FND+2027", block=other)
    found = read(staff.get(url()))
    [_first, second] = [a["value"] for a in found.all("option")]
    assert "course-v1:WINS+FND+2027" in found.text
    assert "C Answer c of 1 right answer" in found.text, "that of the newest try comes first"
    assert "B Answer b of 1 right answer" in read(staff.get(url(), {"text": second})).text
    post(staff, "store", follow=True, text=second)
    assert KeyCorrection.objects.get().new.hash == second


def test_many_are_marked_in_the_background_and_a_killed_job_goes_on(staff, world, monkeypatch):
    learners = [person(f"p{number:02d}") for number in range(jobs.AT_ONCE + 1)]
    for one in learners:
        sent(one.id, "bbaa")
    found = post(staff, "preview")
    assert "51 marks change. They are of 51 learners." in found.text
    assert "and 1 more. The file holds everybody." in found.text
    page = post(staff, "store", follow=True)
    assert "The marks are changed in the background." in page.text
    job = Job.objects.get()
    assert world.jobs == [job.id]
    real, killed = marking.one, []

    def dies(*args):
        if len(killed) == 20:
            raise KeyboardInterrupt
        killed.append(args)
        return real(*args)

    monkeypatch.setattr(marking, "one", dies)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.id)
    assert Regraded.objects.count() == 20
    page = read(staff.get(url("key_correction", KeyCorrection.objects.get().id)))
    assert "20 of 51 lines: 20 done, 0 not done." in page.text
    assert "The marks of the correction before are still being changed." in post(staff, "store", 409, seen="1").text
    monkeypatch.setattr(marking, "one", real)
    assert periodic.mark_anew(NOW).startswith("0 learners"), "a job is at it"
    monkeypatch.setattr(context, "now", lambda: NOW + jobs.api.LEASE * 2)
    assert jobs.run(job.id)
    assert Regraded.objects.count() == 51
    assert set(Attempt.objects.values_list("correct", "passed")) == {(3, True)}
    assert OutboxMessage.objects.filter(kind="mark_corrected").count() == 51


def test_nobody_cancels_half_of_the_marks(staff):
    for number in range(jobs.AT_ONCE + 1):
        sent(person(f"p{number:02d}").id, "bbaa")
    post(staff, "store", follow=True)
    answer = staff.post(reverse("wins:job", args=[Job.objects.get().id]), {"do": "cancel"}, follow=True)
    assert "cannot stop half way" in Markup(answer.content.decode()).text
    assert Job.objects.get().state == "waiting"
    assert "Cancel what has not begun" not in answer.content.decode()


def test_the_file_holds_everybody(staff):
    three()
    answer = staff.post(url(), {"do": "file", "do-q1": "key", "reason": REASON, "seen": "0"})
    _head, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert [row[0] for row in rows] == ["right", "asbefore"]
    assert rows[0][-1] == "passes now"
    assert AuditEntry.objects.latest("id").action == "file.taken"


def test_an_instructor_corrects_only_what_nobody_else_was_asked(signed_in, instructor, learner, course):
    three()
    joined(learner)
    client = signed_in(instructor)
    read(client.get(url()))
    post(client, "preview")
    page = read(client.get(reverse("wins:key_corrections")))
    assert url() in [a["href"] for a in page.all("a")]
    sent(person("elsewhere").id, "aaaa", module="regulation", block="block-v1:WINS+REG+2026+type@wins_quiz+block@t")
    for answer in (client.get(url()), client.post(url(), {"do": "store", "do-q1": "key", "reason": REASON})):
        assert "Learners of modules that you do not teach took this quiz." in read(answer, 404).text
    page = read(client.get(reverse("wins:key_corrections")))
    assert url() not in [a["href"] for a in page.all("a")]
    assert not KeyCorrection.objects.exists()


def test_another_modules_instructor_and_course_staff_correct_nothing(client, world, teacher, learner, course):
    three()
    joined(learner)
    joined(learner, "regulation")
    other = person("otherinstructor")
    world.staff.add((other.id, REGULATION))
    world.instructors.add((other.id, REGULATION))
    for one in (other, teacher):
        client.force_login(one)
        wanted = 404 if one == other else 403
        read(client.get(url()), wanted)
        read(client.post(url(), {"do": "store", "do-q1": "key", "reason": REASON}), wanted)
    assert not KeyCorrection.objects.exists()


def test_an_auditor_reads_marks_before_and_after_and_changes_nothing(signed_in, staff, course):
    three()
    post(staff, "store", follow=True)
    client = signed_in(person("auditor", "WINS auditors"))
    made = KeyCorrection.objects.get().id
    page = read(client.get(reverse("wins:key_correction", args=[made])))
    assert "2 of 4 (50 %), not passed 3 of 4 (75 %), passed passes now" in page.text
    assert REASON in page.text
    assert "right answer" not in page.text.replace("see which answer is right", "")
    assert "Choose the quiz" not in read(client.get(reverse("wins:key_corrections"))).text
    answer = client.get(reverse("wins:key_correction_file", args=[made]))
    assert b"right" in b"".join(answer.streaming_content)
    read(client.get(url()), 403)
    read(client.post(url(), {"do": "store", "do-q1": "free", "reason": REASON, "seen": "1"}), 403)
    assert KeyCorrection.objects.count() == 1


def test_who_sees_keys_reads_them_before_and_after(staff):
    three()
    page = post(staff, "store", follow=True)
    assert page.text.index("A Answer a of 1 right answer") < page.text.index("B Answer b of 1 right answer")


def test_what_is_not_there_is_said(staff):
    for name in ("correct_key", "key_correction", "key_correction_file"):
        read(staff.get(reverse(f"wins:{name}", args=[12345])), 404)
    assert "No key was corrected yet." in read(staff.get(reverse("wins:key_corrections"))).text


def test_statistics_follow_the_corrected_key_at_once(staff):
    for number in range(1, 41):
        sent(number, "baaa")
    own = BankVersion.objects.earliest("id").id
    assert statistics.of_bank(own, None, NOW).numbers.by_place[0].share == 0
    assert past.turns([own]) == {own: 0}
    post(staff, "store", follow=True)
    assert statistics.of_bank(own, None, NOW).numbers.by_place[0].share == 1
    assert past.turns([own]) == {own: 1}, "what was kept of before is not found any more"
