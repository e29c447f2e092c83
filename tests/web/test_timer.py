"""The book timer: its page, its worker and the entries that it sends, as a browser asks for them."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.bench import sizes
from tests.conftest import NOW
from wins_xblocks import context
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time import book
from wins_xblocks.domain.study_time.models import OfflineClaim
from wins_xblocks.web import timer

from .builders import HOUR, TODAY, joined, noticed, studied
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
URL, ENTRY, WORKER, BOOK = "/wins/me/timer/", "/wins/me/timer/entry", "/wins/me/timer/worker.js", "/wins/me/book/"
STARTED = NOW - timedelta(hours=3)


@pytest.fixture
def reader(learner):
    """Studies two modules, and has read how time is counted."""
    joined(learner), joined(learner, "regulation"), noticed(learner)
    return learner


def ms(moment):
    return int(moment.timestamp() * 1000)


def shown(answer):
    """The page; its own script is the one thing that other pages do not have."""
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (200, ["no script is missing"])
    return Markup(html)


def args(answer):
    html = answer.content.decode()
    return json.loads(html.split('<script id="timer-args" type="application/json">')[1].split("</script>")[0])


def body(user, **more):
    told = {"learner": user.id, "token": "t" * 32, "module": "foundation", "started": ms(STARTED), "minutes": 85}
    return {**told, "what": "Chapter 3", **more}


def send(client, told, **headers):
    content = told if isinstance(told, str | bytes) else json.dumps(told)
    return client.post(ENTRY, content, content_type="application/json", **headers)


def rows():
    return [(row.learner_id, row.module, row.day, row.ms // 60_000, row.what) for row in OfflineClaim.objects.all()]


def counted(user, module="foundation"):
    own = registration.latest(user.id, module)
    return registration.hours_of([own.id], 1)[own.id].counted


def test_the_page_has_clock_field_modules_and_a_way_without_script(signed_in, reader):
    answer = signed_in(reader).get(URL)
    page = shown(answer)
    assert [a["value"] for a in page.all("option")] == ["foundation", "regulation"]
    assert "What do you read?" in page.text
    assert "The timer needs JavaScript." in page.text
    assert {"href": BOOK} in page.all("a")
    assert args(answer)["modules"] == {"foundation": "Foundation Module", "regulation": "Nuclear Security Regulation"}
    assert (args(answer)["learner"], args(answer)["zone"]) == (reader.id, "Europe/Vienna")
    assert "csrftoken" in answer.cookies, "the script cannot send without"


def test_whoever_studies_one_module_is_not_asked_which(signed_in, other_learner):
    noticed(other_learner)
    page = shown(signed_in(other_learner).get(URL))
    assert not page.all("select")
    assert {"type": "hidden", "id": "timer-module", "value": "foundation"} in page.all("input")


def test_the_page_holds_no_name_no_address_and_no_key_of_a_form(signed_in, reader):
    """A device keeps it."""
    html = signed_in(reader).get(URL).content.decode()
    assert not [word for word in (reader.email, "Learner Example", "csrfmiddlewaretoken") if word in html]


def test_book_hours_and_my_study_time_lead_here(signed_in, reader):
    client = signed_in(reader)
    for name in ("book", "study"):
        assert {"href": URL} in Markup(client.get(reverse(f"wins:{name}")).content.decode()).all("a")


def test_before_the_notice_there_is_no_timer_but_the_notice(signed_in, learner):
    page = shown(signed_in(learner).get(URL))
    assert not page.all("textarea")
    assert {"type": "hidden", "name": "next", "value": URL} in page.all("input")


def test_without_a_module_that_takes_book_hours_there_is_no_timer(signed_in, administrator):
    noticed(administrator)
    page = shown(signed_in(administrator).get(URL))
    assert "You study no module now that takes book hours." in page.text
    assert not page.all("textarea")


def test_all_that_the_page_loads_is_small(signed_in, reader):
    page = gzip.compress(signed_in(reader).get(URL).content, 9)
    files = sum(sizes.zipped(timer.WORKER.parents[1] / name) for name in sizes.PAGES["book_timer"])
    assert len(page) + files <= sizes.TIMER_MOST


def test_the_worker_is_a_script_that_no_cache_keeps_and_that_reaches_this_page_only(signed_in, reader):
    answer = signed_in(reader).get(WORKER)
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "Service-Worker-Allowed" not in answer
    assert reverse("wins:timer_worker").rpartition("/")[0] + "/" == reverse("wins:timer")
    assert answer.content == timer.WORKER.read_bytes() != b""


def test_what_was_timed_counts_and_is_said(signed_in, reader):
    answer = send(signed_in(reader), body(reader))
    assert (answer.status_code, answer.json()["state"]) == (200, "entered")
    assert answer.json()["text"] == "Saved: 1 h 25 min on 1 March 2027. It counts now. WINS checks some entries."
    assert rows() == [(reader.id, "foundation", TODAY, 85, "Chapter 3")]
    assert counted(reader) == 85 * 60_000


def test_it_is_an_entry_like_any_other_on_the_page_of_book_hours(signed_in, reader):
    client = signed_in(reader)
    send(client, body(reader))
    text = Markup(client.get(BOOK).content.decode()).text
    assert "1 March 2027 · 1 h 25 min Foundation Module Chapter 3 Counts." in text


def test_sent_again_it_is_one_entry(signed_in, reader):
    client = signed_in(reader)
    answers = [send(client, body(reader)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.content for answer in answers}) == 1
    assert len(rows()) == 1


def test_with_the_same_number_and_other_values_it_is_spent(signed_in, reader):
    client = signed_in(reader)
    send(client, body(reader))
    answer = send(client, body(reader, minutes=84))
    assert (answer.status_code, answer.json()["state"]) == (409, "spent")
    assert rows() == [(reader.id, "foundation", TODAY, 85, "Chapter 3")]


@pytest.mark.parametrize(("began", "day"), [
    (datetime(2027, 2, 28, 22, 30, tzinfo=UTC), 28), (datetime(2027, 2, 28, 23, 30, tzinfo=UTC), 1),
    (datetime(2027, 2, 28, 22, 59, 59, 999_000, tzinfo=UTC), 28), (NOW, 1),
])  # fmt: skip
def test_all_of_it_belongs_to_the_day_on_which_it_began_by_the_programmes_clock(signed_in, reader, began, day):
    assert send(signed_in(reader), body(reader, started=ms(began), minutes=180)).status_code == 200
    assert [row.day.day for row in OfflineClaim.objects.all()] == [day]


@pytest.mark.parametrize(("wrong", "status", "words"), [
    ({"started": ms(NOW) + 1}, 400, "This begins later than now."),
    ({"started": ms(NOW - timedelta(days=40))}, 400, "You joined this module on 30 January 2027."),
    ({"started": 0}, 400, "You joined this module"),
    ({"minutes": 0}, 400, "at least one minute"),
    ({"minutes": 1441}, 400, "A day has 24 hours."),
    ({"minutes": 9999}, 400, "A day has 24 hours."),
    ({"what": " \n"}, 400, "Write the book and the pages."),
    ({"what": "x" * 501}, 400, "at most 500 characters"),
    ({"module": "security-culture"}, 409, "You do not study this module now."),
])  # fmt: skip
def test_the_limits_are_those_of_the_form(signed_in, reader, wrong, status, words):
    answer = send(signed_in(reader), body(reader, **wrong))
    assert (answer.status_code, answer.json()["state"]) == (status, "refused")
    assert words in answer.json()["error"]
    assert rows() == []


ODD = [None, True, -1, 1.5, "", "85", [], {}, 10**30, float("nan")]


@pytest.mark.parametrize("field", ["started", "minutes"])
@pytest.mark.parametrize("value", ODD)
def test_a_number_that_is_none_is_refused_in_words(signed_in, reader, field, value):
    answer = send(signed_in(reader), body(reader, **{field: value}))
    assert (answer.status_code, answer.json()["state"]) == (400, "refused")
    assert answer.json()["error"]
    assert rows() == []


@pytest.mark.parametrize("field", ["module", "what", "token"])
@pytest.mark.parametrize("value", [*ODD[:4], [], {}, "\ud800", "\0", "' OR 1=1 --aaaaaaaaaa", "x" * 9000])
def test_a_text_that_is_none_is_refused_in_words(signed_in, reader, field, value):
    answer = send(signed_in(reader), body(reader, **{field: value}))
    taken = field == "what" and value == "' OR 1=1 --aaaaaaaaaa"
    assert answer.status_code in ((200,) if taken else (400, 409))
    assert len(rows()) == taken


@pytest.mark.parametrize("learner_id", [None, 0, -1, True, "1", [], 10**30])
def test_an_entry_of_nobody_is_refused(signed_in, reader, learner_id):
    answer = send(signed_in(reader), body(reader, learner=learner_id))
    assert (answer.status_code, answer.json()["state"]) == (409, "other")


def test_what_another_learner_kept_on_this_device_is_not_entered_for_me(signed_in, reader, other_learner):
    joined(other_learner), noticed(other_learner)
    answer = send(signed_in(other_learner), body(reader))
    assert (answer.status_code, answer.json()["state"]) == (409, "other")
    assert rows() == []


def test_the_number_of_another_learners_entry_says_nothing_of_it(signed_in, reader, other_learner):
    joined(other_learner), noticed(other_learner)
    send(signed_in(reader), body(reader, what="A secret of mine"))
    answer = send(signed_in(other_learner), body(other_learner))
    assert answer.status_code == 200
    assert "secret" not in answer.content.decode()
    assert sorted(row[0] for row in rows()) == sorted([reader.id, other_learner.id])


def test_signed_out_nothing_is_taken_and_the_script_is_told(client, reader):
    answer = send(client, body(reader))
    assert (answer.status_code, answer.json()["state"]) == (401, "signed_out")
    for url in (URL, WORKER):
        assert client.get(url)["Location"].startswith("/login/")
    assert rows() == []


def test_before_the_notice_nothing_is_taken(signed_in, learner):
    joined(learner)
    answer = send(signed_in(learner), body(learner))
    assert (answer.status_code, answer.json()["state"]) == (409, "refused")
    assert "Nothing is counted before." in answer.json()["error"]


def test_an_ended_registration_takes_nothing(signed_in, reader, world):
    world.enrolments.clear()
    Registration.objects.update(state="cancelled", open_slot=None, ended_at=NOW)
    answer = send(signed_in(reader), body(reader))
    assert (answer.status_code, answer.json()["state"]) == (409, "refused")


def test_a_full_day_is_said_with_what_is_left(signed_in, reader):
    studied(registration.latest(reader.id, "regulation"), 23)
    answer = send(signed_in(reader), body(reader))
    assert "You can add 1 h." in answer.json()["error"]
    assert rows() == []


def test_above_the_limit_it_waits(signed_in, reader):
    answer = send(signed_in(reader), body(reader, minutes=17 * 60))
    assert answer.json()["text"].endswith("It counts when WINS has agreed. We write to you.")
    assert counted(reader) == 0


def test_many_entries_of_a_day_are_put_off(signed_in, reader, monkeypatch):
    monkeypatch.setattr(book, "MOST_A_DAY", 1)
    client = signed_in(reader)
    send(client, body(reader))
    answer = send(client, body(reader, token="u" * 32))
    assert (answer.status_code, len(rows())) == (409, 1)
    assert "go on tomorrow" in answer.json()["error"]


def test_more_than_thirty_a_minute_are_told_to_wait(signed_in, reader):
    client = signed_in(reader)
    answers = [send(client, body(reader)) for _ in range(31)]
    assert (answers[-1].status_code, answers[-1]["Retry-After"], len(rows())) == (429, "60", 1)


@pytest.mark.parametrize(("told", "status"), [
    ("", 411), ("nothing", 400), ("[]", 400), ("[" * 9000, 400), (b"\xff", 400), ('{"what": "' + "x" * 17_000, 413),
])  # fmt: skip
def test_a_body_that_is_none_is_refused(signed_in, reader, told, status):
    more = {"CONTENT_LENGTH": ""} if status == 411 else {}
    assert send(signed_in(reader), told, **more).status_code == status
    assert rows() == []


def test_an_entry_from_another_site_is_refused(reader):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    assert send(client, body(reader)).status_code == 403
    client.get(URL)
    cookie = client.cookies["csrftoken"].value
    assert send(client, body(reader), HTTP_X_CSRFTOKEN=cookie).status_code == 200, "the script's own way"


def test_crossing_the_required_hours_is_told_once(signed_in, reader, world, django_capture_on_commit_callbacks):
    studied(registration.latest(reader.id, "foundation"), 39, day=TODAY - timedelta(days=5))
    client = signed_in(reader)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            send(client, body(reader))
    assert [name for name, *_ in world.emitted] == ["wins.hours.reached"]


def edited(client, **more):
    form = {"do": "edit", "token": "t" * 32, "module": "regulation", "day": str(TODAY), "hours": "1", "minutes": "25"}
    return client.post(BOOK, {**form, "what": "Chapter <3>", **more})


def test_edit_opens_the_form_with_what_was_timed_and_enters_nothing(signed_in, reader):
    answer = edited(signed_in(reader))
    assert (answer.status_code, faults(answer.content.decode())) == (200, [])
    page = Markup(answer.content.decode())
    values = {a["name"]: a.get("value") for a in page.all("input") if "name" in a}
    assert (values["day"], values["hours"], values["minutes"], values["token"]) == (str(TODAY), "1", "25", "t" * 32)
    assert [a["value"] for a in page.all("option") if "selected" in a] == ["regulation"]
    assert "Chapter <3>" in page.text
    assert rows() == []


def test_what_the_form_has_entered_the_timer_does_not_enter_again(signed_in, reader):
    client = signed_in(reader)
    form = {"token": "t" * 32, "module": "foundation", "day": str(TODAY), "hours": "1", "what": "Chapter 3"}
    assert client.post(BOOK, form).status_code == 302
    assert send(client, body(reader)).json()["state"] == "spent"
    assert send(client, body(reader, minutes=60)).json()["state"] == "entered"
    assert len(rows()) == 1


def test_an_edited_entry_without_its_number_gets_a_fresh_one(signed_in, reader):
    page = Markup(edited(signed_in(reader), token="short").content.decode())
    [token] = [a["value"] for a in page.all("input") if a.get("name") == "token"]
    assert len(token) >= 16


def test_the_instant_is_judged_by_the_servers_clock(signed_in, reader, monkeypatch):
    told = body(reader, started=ms(NOW + timedelta(hours=2)))
    client = signed_in(reader)
    assert send(client, told).status_code == 400
    monkeypatch.setattr(context, "now", lambda: NOW + timedelta(hours=3))
    assert send(client, told).status_code == 200


def test_a_day_is_never_more_than_the_hours_it_has(signed_in, reader):
    client = signed_in(reader)
    for number in range(4):
        send(client, body(reader, token=f"{number}" * 32, minutes=12 * 60, started=ms(STARTED) + number))
    assert sum(row.ms for row in OfflineClaim.objects.all()) == 24 * HOUR
