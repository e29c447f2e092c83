"""Notes of staff about a learner: kept once, read by colleagues, never by who may not, gone with her data."""

import pytest
from django.test import Client

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import COURSES
from wins_xblocks import privacy
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.cases.models import StaffNote

from .builders import joined
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
TOKEN = "token-of-a-form-01"


@pytest.fixture
def own(learner):
    return joined(learner)


def url(own):
    return f"/wins/desk/learners/{own.learner_id}/"


def write(client, own, text="Telephoned: ill until May", token=TOKEN):
    return client.post(url(own), {"text": text, "token": token})


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def test_a_note_stands_on_the_page_with_its_author(signed_in, administrator, own):
    client = signed_in(administrator)
    page = shown(client.get(url(own)))
    assert "The learner gets it with all her data when she asks for them." in page.text
    answer = write(client, own, "Telephoned:\n<b>ill</b> until May")
    assert (answer.status_code, answer["Location"]) == (302, url(own))
    page = shown(client.get(url(own)))
    assert "The note was saved." in page.text
    assert "Telephoned: <b>ill</b> until May Administrator Example, 1 March 2027, 10:00 CET" in page.text
    assert "A note was written Administrator Example –" in page.text
    [entry] = audit.entries(f"note:{StaffNote.objects.get().id}")
    assert (entry.actor_id, entry.text, entry.facts) == (administrator.id, None, {"learner": own.learner_id})


def test_pressed_twice_it_is_one_note(signed_in, administrator, own):
    client = signed_in(administrator)
    assert [write(client, own).status_code for _ in range(2)] == [302, 302]
    assert StaffNote.objects.count() == 1
    assert write(client, own, token="token-of-a-form-02").status_code == 302
    assert StaffNote.objects.count() == 2


def test_the_form_of_somebody_else_is_refused(signed_in, administrator, own):
    write(signed_in(administrator), own)
    client = signed_in(person("second", "WINS Academy administrators"))
    assert "This form is out of date." in shown(write(client, own), 409).text
    assert "This form is out of date." in shown(write(client, own, token="x"), 409).text


@pytest.mark.parametrize("text", ["", " \0 ", "x" * 2001])
def test_nothing_and_too_much_are_said_beside_the_field(signed_in, administrator, own, text):
    page = shown(write(signed_in(administrator), own, text), 400)
    assert "Write the note, at most 2000 characters." in page.text
    assert [a["name"] for _tag, a in page.elements if a.get("aria-invalid")] == ["text"]
    assert not StaffNote.objects.exists()


def test_an_auditor_reads_and_writes_none(signed_in, administrator, own):
    write(signed_in(administrator), own)
    client = signed_in(person("auditor", "WINS auditors"))
    page = shown(client.get(url(own)))
    assert "Telephoned: ill until May" in page.text
    assert page.all("form") == []
    assert write(client, own).status_code == 403


def test_an_instructor_reads_her_own_alone_and_course_staff_none(
    signed_in, administrator, instructor, teacher, learner, own
):
    write(signed_in(administrator), own)
    client = signed_in(instructor)
    assert write(client, own, "Asked about unit 2", "token-of-a-form-02").status_code == 302
    page = shown(client.get(url(own)))
    assert "Asked about unit 2" in page.text
    assert "Telephoned" not in page.text
    page = shown(signed_in(teacher).get(url(own)))
    assert "Asked about unit 2" not in page.text
    assert "Notes" not in page.text
    assert write(signed_in(teacher), own, token="token-of-a-form-03").status_code == 403


def test_an_instructor_writes_none_about_a_learner_of_other_modules(signed_in, instructor, other_learner, own):
    other = joined(other_learner, "regulation")
    assert write(signed_in(instructor), other).status_code == 404
    assert not StaffNote.objects.exists()


def test_who_teaches_one_module_and_only_sees_another_writes_none_about_its_learners(
    signed_in, instructor, learner, other_learner, world, own
):
    world.staff.add((instructor.id, COURSES["regulation"]))
    other = joined(other_learner, "regulation")
    client = signed_in(instructor)
    assert shown(client.get(url(other))).all("form") == []
    assert write(client, other).status_code == 404
    assert not StaffNote.objects.exists()


def test_they_are_in_her_data_and_go_with_it(signed_in, administrator, learner, own):
    write(signed_in(administrator), own)
    [row] = privacy.told_of(learner.id)["StaffNote"]
    assert (row["text"], row["made_by"]) == ("Telephoned: ill until May", administrator.id)
    assert "token" not in row
    privacy.forget(learner.id, NOW)
    assert not StaffNote.objects.exists()
    assert (
        "The data of this learner was erased." in shown(write(signed_in(administrator), own, token="t" * 16), 409).text
    )
    assert audit.broken() == []


def test_a_form_of_another_site_is_refused(administrator, own):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert write(client, own).status_code == 403
    assert not StaffNote.objects.exists()
