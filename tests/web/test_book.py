"""Book hours on the learner's own pages: added, changed, withdrawn; refused in words, and nothing is lost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW
from wins_xblocks import context
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time import book
from wins_xblocks.domain.study_time.data import Decision
from wins_xblocks.domain.study_time.models import OfflineClaim

from .builders import HOUR, TODAY, joined, noticed, studied
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
URL = "/wins/me/book/"


@pytest.fixture
def reader(learner):
    """Studies two modules, and has read how time is counted."""
    joined(learner), joined(learner, "regulation"), noticed(learner)
    return learner


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def form(client):
    """The hidden token of a fresh form."""
    page = shown(client.get(URL))
    return {a["name"]: a["value"] for a in page.all("input") if a.get("name") == "token"}


def send(client, module="foundation", day=TODAY, hours="2", minutes="", what="Chapter 3", **more):
    told = {"module": module, "day": str(day), "hours": hours, "minutes": minutes, "what": what}
    return client.post(URL, {**form(client), **told, **more})


def add(client, **of):
    """An entry that is taken; the page that follows, and the newest row."""
    assert send(client, **of).status_code == 302
    return shown(client.get(URL)).text, OfflineClaim.objects.latest("id")


def counted(user, module="foundation"):
    own = registration.latest(user.id, module)
    return registration.hours_of([own.id], 1)[own.id].counted


def invalid(page):
    return [a["name"] for tag, a in page.elements if a.get("aria-invalid")]


def test_what_is_added_counts_at_once_and_is_said(signed_in, reader):
    text, row = add(signed_in(reader), hours="2", minutes="30")
    assert "Saved: 2 h 30 min on 1 March 2027. It counts now. WINS checks some entries." in text
    assert "1 March 2027 · 2 h 30 min Foundation Module Chapter 3 Counts." in text
    assert "Book hours that count: 2 h 30 min." in text
    assert (row.learner_id, row.module, counted(reader)) == (reader.id, "foundation", 150 * 60_000)


def test_above_the_limit_it_waits_and_is_said(signed_in, reader):
    text, _row = add(signed_in(reader), hours="17")
    assert "It counts when WINS has agreed. We write to you." in text
    assert "Waits for WINS. It does not count yet." in text
    assert "Book hours that count: 0 min. Waiting for WINS: 17 h. Up to 16 h count at once." in text
    assert counted(reader) == 0


def test_the_path_and_the_page_of_time_lead_here(signed_in, reader):
    client = signed_in(reader)
    path, time = (client.get(reverse(f"wins:{name}")).content.decode() for name in ("path", "time"))
    assert path.count(f'href="{URL}?module=') == 2
    assert f'href="{URL}?module=regulation"' in path
    assert f'href="{URL}"' in time
    assert "Add book hours" in Markup(time).text


def test_the_module_of_the_link_is_chosen(signed_in, reader):
    page = shown(signed_in(reader).get(f"{URL}?module=regulation"))
    assert [(a["value"], "selected" in a) for a in page.all("option")] == [("foundation", False), ("regulation", True)]


def test_whoever_studies_one_module_is_not_asked_which(signed_in, other_learner):
    noticed(other_learner)
    page = shown(signed_in(other_learner).get(URL))
    assert not page.all("select")
    assert {"name": "module", "value": "foundation", "type": "hidden"} in page.all("input")


@pytest.mark.parametrize(("wrong", "words", "fields"), [
    ({"hours": "25"}, "A day has 24 hours.", ["hours", "minutes"]),
    ({"hours": "9999", "minutes": "9999"}, "A day has 24 hours.", ["hours", "minutes"]),
    ({"hours": ""}, "at least one minute", ["hours", "minutes"]),
    ({"hours": "-1"}, "as whole numbers", ["hours", "minutes"]),
    ({"hours": "1.5"}, "as whole numbers", ["hours", "minutes"]),
    ({"hours": "٢"}, "as whole numbers", ["hours", "minutes"]),
    ({"minutes": "9" * 5000}, "as whole numbers", ["hours", "minutes"]),
    ({"day": TODAY + timedelta(days=1)}, "has not begun yet in Europe/Vienna", ["day"]),
    ({"day": TODAY - timedelta(days=31)}, "You joined this module on 30 January 2027.", ["day"]),
    ({"day": ""}, "Write the day as a date", ["day"]),
    ({"day": "31.3.2027"}, "Write the day as a date", ["day"]),
    ({"what": " \n"}, "Write the book and the pages.", ["what"]),
    ({"what": "x" * 501}, "at most 500 characters", ["what"]),
])  # fmt: skip
def test_a_mistake_is_said_beside_its_field_and_nothing_is_stored(signed_in, reader, wrong, words, fields):
    answer = send(signed_in(reader), **{"what": "My chapter", **wrong})
    page = shown(answer, 400)
    assert words in page.text
    assert invalid(page) == fields
    assert wrong.get("what", "My chapter") in answer.content.decode()
    assert "Problem: Book hours" in page.text
    assert not OfflineClaim.objects.exists()
    assert counted(reader) == 0


def test_twenty_five_hours_over_two_entries_leave_the_first_untouched(signed_in, reader):
    client = signed_in(reader)
    add(client, hours="12")
    page = shown(send(client, module="regulation", hours="13"), 400)
    assert "On 1 March 2027, 12 h are counted or waiting already. You can add 12 h." in page.text
    assert [(row.ms, row.state) for row in OfflineClaim.objects.all()] == [(12 * HOUR, "counted")]


def test_time_online_on_that_day_is_part_of_it(signed_in, reader):
    studied(registration.latest(reader.id, "regulation"), 20)
    assert "You can add 4 h." in shown(send(signed_in(reader), hours="5"), 400).text


def test_pressing_twice_is_one_entry(signed_in, reader):
    client = signed_in(reader)
    token = form(client)
    for _ in range(2):
        assert send(client, **token).status_code == 302
    assert OfflineClaim.objects.count() == 1


def test_going_back_to_a_form_that_was_sent_gives_a_fresh_one_with_its_text(signed_in, reader):
    client = signed_in(reader)
    token = form(client)
    send(client, **token)
    page = shown(send(client, what="Chapter 4", **token), 400)
    assert "This form was sent before." in page.text
    fresh = next(a["value"] for a in page.all("input") if a.get("name") == "token")
    assert send(client, what="Chapter 4", token=fresh).status_code == 302
    assert OfflineClaim.objects.count() == 2


@pytest.mark.parametrize("token", ["", "short", "x" * 65, "' OR 1=1 --aaaaaaaaa"])
def test_a_form_without_a_right_token_is_refused(signed_in, reader, token):
    assert send(signed_in(reader), token=token).status_code == 400
    assert not OfflineClaim.objects.exists()


def test_before_the_notice_there_is_no_form_and_nothing_is_taken(signed_in, learner):
    joined(learner)
    client = signed_in(learner)
    page = shown(client.get(URL))
    assert not page.all("textarea")
    assert {"type": "hidden", "name": "next", "value": URL} in page.all("input")
    page = shown(client.post(URL, {"token": "t" * 32, "module": "foundation", "day": str(TODAY), "hours": "1",
                                   "what": "x"}), 409)  # fmt: skip
    assert "Nothing is counted before." in page.text
    assert not OfflineClaim.objects.exists()


@pytest.mark.parametrize("module", ["security-culture", "no-such", "\0", ""])
def test_a_module_that_is_not_hers_is_refused(signed_in, reader, module):
    page = shown(send(signed_in(reader), module=module), 409)
    assert "You do not study this module now. Ask WINS." in page.text
    assert not OfflineClaim.objects.exists()


def test_an_ended_registration_takes_no_hours_and_shows_what_there_was(signed_in, reader, world):
    client = signed_in(reader)
    add(client, what="Chapter 3")
    world.enrolments.clear()
    Registration.objects.update(state="cancelled", open_slot=None, ended_at=NOW)
    text = shown(client.get(URL)).text
    assert "You study no module now that takes book hours." in text
    assert "Chapter 3" in text
    entry = OfflineClaim.objects.get()
    told = {"day": str(TODAY), "hours": "9", "what": "x", "do": "save"}
    assert client.post(f"{URL}{entry.id}", told).status_code == 409
    assert OfflineClaim.objects.get().ms == entry.ms


def test_where_the_rules_take_no_book_hours_none_are_offered(signed_in, reader, rules_file):
    rules_file("{at_once: 16, most: 24, checked_percent: 10}", "{at_once: 0, most: 0, checked_percent: 0}")
    client = signed_in(reader)
    assert "You study no module now that takes book hours." in shown(client.get(URL)).text
    assert "Add book hours" not in client.get(reverse("wins:path")).content.decode()


def test_the_limits_are_those_of_the_rules(signed_in, reader, rules_file):
    rules_file("{at_once: 16, most: 24, checked_percent: 10}", "{at_once: 1, most: 3, checked_percent: 100}")
    client = signed_in(reader)
    add(client, hours="1")
    assert OfflineClaim.objects.get().sampled
    add(client, hours="2")
    assert "This module takes at most 3 h of book hours. You have 3 h." in shown(send(client, hours="1"), 400).text
    assert [row.state for row in OfflineClaim.objects.order_by("id")] == ["counted", "waiting"]


def test_an_entry_is_changed_on_its_page(signed_in, reader):
    client = signed_in(reader)
    _text, row = add(client, hours="2", minutes="5")
    page = shown(client.get(f"{URL}{row.id}"))
    assert [a.get("value") for a in page.all("input") if a.get("name") in ("day", "hours", "minutes")] == [
        str(TODAY), "2", "5",
    ]  # fmt: skip
    told = {"day": str(TODAY - timedelta(days=1)), "hours": "3", "minutes": "0", "what": "Chapter 4", "do": "save"}
    assert client.post(f"{URL}{row.id}", told).status_code == 302
    assert "28 February 2027 · 3 h Foundation Module Chapter 4 Counts." in shown(client.get(URL)).text
    assert counted(reader) == 3 * HOUR


def test_a_wrong_change_is_refused_beside_its_field_and_the_entry_stays(signed_in, reader):
    client = signed_in(reader)
    _text, row = add(client)
    told = {"day": str(TODAY), "hours": "25", "minutes": "", "what": "Something new", "do": "save"}
    page = shown(client.post(f"{URL}{row.id}", told), 400)
    assert (invalid(page), "Something new" in page.text) == (["hours", "minutes"], True)
    assert OfflineClaim.objects.get().what == "Chapter 3"


def test_an_entry_is_withdrawn_after_a_sentence_that_says_what_it_does(signed_in, reader):
    client = signed_in(reader)
    _text, row = add(client)
    assert "It does not count any more. This cannot be undone" in shown(client.get(f"{URL}{row.id}")).text
    assert client.get(f"{URL}{row.id}?do=withdraw").status_code == 200
    assert counted(reader) == 2 * HOUR
    for _ in range(2):
        assert client.post(f"{URL}{row.id}", {"do": "withdraw"}).status_code == 302
    assert "Withdrawn. It does not count." in shown(client.get(URL)).text
    assert counted(reader) == 0


def test_what_was_refused_is_told_with_its_reason_and_cannot_be_changed(signed_in, reader):
    client = signed_in(reader)
    _text, row = add(client)
    book.decide(row.id, reader.id, 0, Decision(False, "No <b>such</b> chapter", 99, NOW), 24 * HOUR, "Foundation")
    html = client.get(URL).content.decode()
    assert "Not counted: “No &lt;b&gt;such&lt;/b&gt; chapter”" in html
    assert f"?about=book:{row.id}" in html
    told = {"day": str(TODAY), "hours": "1", "what": "x", "do": "save"}
    assert "<textarea" not in client.get(f"{URL}{row.id}").content.decode()
    for answer in (client.post(f"{URL}{row.id}", told), client.post(f"{URL}{row.id}", {"do": "withdraw"})):
        assert answer.status_code == 409
    assert OfflineClaim.objects.get().state == "refused"


def test_entries_of_others_are_not_there(signed_in, reader, other_learner):
    _text, row = add(signed_in(reader), what="A secret of mine")
    client = signed_in(other_learner)
    joined(other_learner), noticed(other_learner)
    told = {"day": str(TODAY), "hours": "1", "what": "x", "do": "save"}
    for answer in (client.get(f"{URL}{row.id}"), client.post(f"{URL}{row.id}", told),
                   client.post(f"{URL}{row.id}", {"do": "withdraw"})):  # fmt: skip
        assert answer.status_code == 404
    assert "secret" not in client.get(URL).content.decode()
    row.refresh_from_db()
    assert (row.state, row.what) == ("counted", "A secret of mine")


def test_many_entries_stand_on_pages(signed_in, reader):
    client = signed_in(reader)
    for number in range(25):
        add(client, hours="", minutes="10", what=f"Page {number:02d}")
    text = shown(client.get(URL)).text
    assert [n for n in range(25) if f"Page {n:02d}" in text] == list(range(5, 25))
    page = shown(client.get(f"{URL}?page=2"))
    assert [n for n in range(25) if f"Page {n:02d}" in page.text] == list(range(5))
    assert "There are no more entries." in shown(client.get(f"{URL}?page=9")).text


def test_a_form_of_another_site_is_refused(reader):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    for path in (URL, f"{URL}1"):
        assert client.post(path, {"do": "withdraw"}).status_code in (403, 404)
    assert client.post(URL, {"token": "t" * 32}).status_code == 403


def test_crossing_the_required_hours_is_told_once(signed_in, reader, world, django_capture_on_commit_callbacks):
    own = registration.latest(reader.id, "foundation")
    studied(own, 39, day=TODAY - timedelta(days=5))
    client = signed_in(reader)
    with django_capture_on_commit_callbacks(execute=True):
        add(client, hours="1")
    with django_capture_on_commit_callbacks(execute=True):
        add(client, hours="1")
    assert [name for name, *_ in world.emitted] == ["wins.hours.reached"]
    assert world.emitted[0][1:] == (
        reader.id, own.course_id,
        {"user_id": reader.id, "course_id": own.course_id, "module": "foundation", "registration_id": own.id},
    )  # fmt: skip
    assert registration.latest(reader.id, "foundation").reached_at == NOW


def test_withdrawing_takes_hours_away_and_never_the_day_on_which_they_were_reached(signed_in, reader, world):
    studied(registration.latest(reader.id, "foundation"), 39, day=TODAY - timedelta(days=5))
    client = signed_in(reader)
    _text, row = add(client, hours="1")
    client.post(f"{URL}{row.id}", {"do": "withdraw"})
    assert counted(reader) == 39 * HOUR
    assert registration.latest(reader.id, "foundation").reached_at == NOW


def test_the_clock_of_the_test_is_that_of_the_page(signed_in, reader):
    assert context.now() == NOW
    assert {a["max"] for a in shown(signed_in(reader).get(URL)).all("input") if a.get("type") == "date"} == {
        str(TODAY)
    }  # fmt: skip
