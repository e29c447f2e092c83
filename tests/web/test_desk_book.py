"""Book hours on the desk: what waits, one or many decided, course staff for their own modules only."""

import pytest
from django.test import Client

from tests.conftest import NOW, person
from tests.edge import REGULATION as REGULATION_COURSE
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.study_time import book
from wins_xblocks.domain.study_time.data import BookTold, Decision
from wins_xblocks.domain.study_time.models import OfflineClaim
from wins_xblocks.periodic import send_messages
from wins_xblocks.web import book as pages
from wins_xblocks.web import desk_book

from .builders import HOUR, TODAY, joined, noticed, studied
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
URL = "/wins/desk/book-hours"


@pytest.fixture
def reader(learner):
    joined(learner), joined(learner, "regulation"), noticed(learner)
    return learner


def told(user, hours=17, module="foundation", what="Chapter 3", lot=99, day=TODAY):
    """An entry of the user; more than 16 hours wait."""
    return book.make(
        user.id, lambda: pages.book_view.terms_of_module(user.id, module), BookTold(day, int(hours * 60), what),
        f"token-{OfflineClaim.objects.count():016d}", lot, NOW,
    )  # fmt: skip


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def decide(client, *entries, do="accept", reason=""):
    return client.post(URL, {"entry": [f"{e.id}-{e.revision}" for e in entries], "do": do, "reason": reason})


def states():
    return list(OfflineClaim.objects.order_by("id").values_list("state", flat=True))


def said(client):
    return shown(client.get(URL)).text


def test_what_waits_and_what_was_drawn_is_shown_with_all_that_is_needed(signed_in, reader, administrator):
    told(reader, what="Chapter <3>")
    told(reader, 2, "regulation", lot=0)
    told(reader, 1, "regulation", what="Not drawn")
    page = shown(signed_in(administrator).get(URL))
    assert "2 entries wait for you" in page.text
    row = "Learner Example (learner) , 1 March 2027, 17 h Foundation Module "
    row += "Book hours: 0 min count, 17 h wait; at most 24 h 17 h 1 March 2027 Chapter <3> Waits"
    assert row in page.text
    assert "Book hours: 3 h count, 0 min wait; at most 24 h 2 h 1 March 2027" in page.text
    assert "Counts. Drawn for a check." in page.text
    assert "Not drawn" not in page.text


def test_nothing_waits_is_said(signed_in, administrator):
    page = shown(signed_in(administrator).get(URL))
    assert "No book hours wait for you." in page.text
    assert not page.all("textarea")


def test_many_are_accepted_at_once(signed_in, reader, other_learner, administrator):
    joined(other_learner), noticed(other_learner)
    entries = [told(reader), told(other_learner), told(other_learner, 2, lot=0)]
    client = signed_in(administrator)
    assert decide(client, *entries).status_code == 302
    assert "3 entries were accepted." in said(client)
    assert states() == ["accepted"] * 3
    assert {row.decided_by for row in OfflineClaim.objects.all()} == {administrator.id}


def test_refusing_needs_a_reason_and_keeps_what_was_chosen(signed_in, reader, administrator):
    entry = told(reader)
    client = signed_in(administrator)
    page = shown(decide(client, entry, do="refuse", reason=" "), 400)
    assert "Write the reason. The learner reads it." in page.text
    assert [a.get("value") for a in page.all("input") if "checked" in a] == [f"{entry.id}-0"]
    assert [a["name"] for _tag, a in page.elements if a.get("aria-invalid")] == ["reason"]
    assert states() == ["waiting"]


def test_a_refusal_reaches_the_learner_with_its_reason_but_not_by_mail(signed_in, reader, administrator, world):
    entry = told(reader, 2, what="My own words", lot=0)
    client = signed_in(administrator)
    assert decide(client, entry, do="refuse", reason="No such chapter").status_code == 302
    assert "1 entry does not count any more." in said(client)
    send_messages(NOW)
    [(address, subject, body)] = world.mails
    assert (address, subject) == (reader.email, "Book hours that do not count: Foundation Module")
    assert "/wins/me/book/" in body
    assert "My own words" not in body
    assert "No such chapter" not in body
    assert "Not counted: “No such chapter”" in shown(signed_in(reader).get("/wins/me/book/")).text


def test_an_accepted_one_is_told_by_mail(signed_in, reader, administrator, world):
    decide(signed_in(administrator), told(reader))
    send_messages(NOW)
    [(_address, subject, body)] = world.mails
    assert subject == "WINS accepted your book hours: Foundation Module"
    assert "They count." in body


def test_what_another_decided_meanwhile_is_said_by_name_and_stays(signed_in, reader, administrator):
    first, second = told(reader), told(reader, 2, lot=0)
    book.decide(first.id, reader.id, 0, Decision(False, "No", 98, NOW), 24 * HOUR, "x")
    client = signed_in(administrator)
    assert decide(client, first, second).status_code == 302
    text = said(client)
    assert "1 entry was accepted. Nothing was changed for: Learner Example, 1 March 2027: decided or" in text
    assert states() == ["refused", "accepted"]


def test_when_nothing_could_be_decided_the_page_says_so_with_the_right_status(signed_in, reader, administrator):
    entry = told(reader)
    book.change(reader.id, entry.id, lambda: pages.book_view.terms_of_entry(entry), BookTold(TODAY, 60, "New"), NOW)
    page = shown(decide(signed_in(administrator), entry), 409)
    assert "Learner Example, 1 March 2027: changed by the learner meanwhile, look at it again." in page.text
    assert states() == ["counted"]


def test_the_same_press_twice_is_safe(signed_in, reader, administrator):
    entry = told(reader)
    client = signed_in(administrator)
    for _ in range(2):
        assert decide(client, entry).status_code == 302
    assert len(OutboxMessage.objects.filter(kind="book_accepted")) == 1


def test_more_than_the_most_is_said(signed_in, reader, administrator, rules_file):
    entry = told(reader, 20)
    rules_file("{at_once: 16, most: 24, checked_percent: 10}", "{at_once: 16, most: 18, checked_percent: 10}")
    page = shown(decide(signed_in(administrator), entry), 409)
    assert "more than the module takes in all." in page.text
    assert states() == ["waiting"]


def test_nobody_decides_her_own(signed_in, administrator, world):
    joined(administrator), noticed(administrator)
    entry = told(administrator)
    page = shown(decide(signed_in(administrator), entry), 409)
    assert "your own entry, somebody else must decide" in page.text
    assert states() == ["waiting"]


@pytest.mark.parametrize("form", [
    {}, {"do": "accept"}, {"do": "accept", "entry": ["x"]}, {"do": "accept", "entry": ["1"]},
    {"do": "accept", "entry": [f"{n}-0" for n in range(51)]}, {"do": "\0", "entry": ["1-0"]},
    {"do": "accept", "entry": ["1-0", "9" * 19 + "-0"]},
])  # fmt: skip
def test_a_form_that_is_none_of_ours_is_refused(signed_in, reader, administrator, form):
    told(reader)
    shown(signed_in(administrator).post(URL, form), 400)
    assert states() == ["waiting"]


def test_an_entry_that_nobody_knows_is_said(signed_in, administrator):
    page = shown(signed_in(administrator).post(URL, {"do": "accept", "entry": ["999999999999999999-0"]}), 409)
    assert "Nothing was changed for: 1 more entry." in page.text


def test_course_staff_see_their_own_modules_and_decide_nothing(signed_in, reader, teacher):
    own = told(reader)
    told(reader, module="regulation", what="Strange", day=TODAY.replace(month=2))
    client = signed_in(teacher)
    page = shown(client.get(URL))
    assert "1 entry waits for you" in page.text
    assert "Strange" not in page.text
    assert not page.all("button")
    assert not page.all("input")
    assert decide(client, own).status_code == 403
    assert states() == ["waiting", "waiting"]


def test_instructors_see_and_decide_their_own_modules_only(signed_in, reader, instructor):
    own, strange = told(reader), told(reader, module="regulation", what="Strange", day=TODAY.replace(month=2))
    client = signed_in(instructor)
    page = shown(client.get(URL))
    assert "1 entry waits for you" in page.text
    assert "Strange" not in page.text
    shown(decide(client, strange), 409)
    assert states() == ["waiting", "waiting"]
    assert decide(client, own, strange).status_code == 302
    assert states() == ["accepted", "waiting"]
    text = said(client)
    assert "1 entry was accepted. Nothing was changed for: 1 more entry." in text
    assert "Strange" not in text


def test_course_staff_of_both_modules_see_both(signed_in, reader, teacher, world):
    world.staff.add((teacher.id, REGULATION_COURSE))
    told(reader), told(reader, module="regulation", day=TODAY.replace(month=2))
    assert "2 entries wait for you" in said(signed_in(teacher))


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers"])
def test_auditors_and_officers_see_how_many_wait_and_decide_nothing(signed_in, reader, group):
    entry = told(reader)
    client = signed_in(person("somebody", group))
    desk = shown(client.get("/wins/desk/"))
    assert "Book hours 1 0 15 March 2027 –" in desk.text
    page = shown(client.get(URL))
    assert "1 entry waits for you" in page.text
    assert not page.all("button")
    assert decide(client, entry).status_code == 403
    assert states() == ["waiting"]


def test_an_auditor_who_teaches_decides_for_her_module_only(signed_in, reader, world):
    auditor = person("somebody", "WINS auditors")
    world.staff.add((auditor.id, REGULATION_COURSE))
    world.instructors.add((auditor.id, REGULATION_COURSE))
    told(reader)
    assert "No book hours wait for you." in said(signed_in(auditor))


def test_a_learner_decides_nothing(signed_in, reader, other_learner):
    entry = told(reader)
    for user in (reader, other_learner):
        assert decide(signed_in(user), entry).status_code == 403
    assert states() == ["waiting"]


@pytest.mark.parametrize("path", ["/wins/desk/", "/wins/desk/learners"])
def test_the_desk_leads_here(signed_in, reader, administrator, path):
    told(reader)
    page = shown(signed_in(administrator).get(path))
    assert URL in [a.get("href") for a in page.all("a")]


def test_the_desk_says_that_nothing_waits_only_when_that_is_so(signed_in, reader, administrator):
    client = signed_in(administrator)
    assert "Nothing waits for you." in shown(client.get("/wins/desk/")).text
    told(reader)
    assert "Nothing waits for you." not in shown(client.get("/wins/desk/")).text


def test_many_stand_on_pages_the_oldest_first(signed_in, reader, administrator, monkeypatch):
    monkeypatch.setattr(desk_book.book_view, "ON_THE_DESK", 2)
    for number in range(5):
        told(reader, 0.5, what=f"Number {number}", lot=0)
    client = signed_in(administrator)
    for page, wanted in (("1", [0, 1]), ("3", [4]), ("99", [4]), ("x", [0, 1]), ("-1", [0, 1])):
        text = shown(client.get(f"{URL}?page={page}")).text
        assert [n for n in range(5) if f"Number {n}" in text] == wanted, page


def test_a_fixed_number_of_queries_shows_any_number(signed_in, reader, administrator, django_assert_max_num_queries):
    client = signed_in(administrator)
    for number in range(20):
        told(reader, 0.5, what=f"Number {number}", lot=0)
    with django_assert_max_num_queries(20):
        client.get(URL)


def test_an_acceptance_that_crosses_the_line_is_told_once_and_a_refusal_takes_nothing_back(
    signed_in, reader, administrator, world, django_capture_on_commit_callbacks
):
    studied(registration.latest(reader.id, "foundation"), 25, day=TODAY.replace(month=2))
    waiting, drawn = told(reader), told(reader, 2, lot=0)
    client = signed_in(administrator)
    with django_capture_on_commit_callbacks(execute=True):
        decide(client, waiting)
        decide(client, waiting)
        decide(client, drawn, do="refuse", reason="No")
    assert [name for name, *_ in world.emitted] == ["wins.hours.reached"]
    assert len(world.sent) == 1
    assert registration.latest(reader.id, "foundation").reached_at == NOW


def test_a_form_of_another_site_is_refused(reader, administrator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert decide(client, told(reader)).status_code == 403
    assert states() == ["waiting"]
