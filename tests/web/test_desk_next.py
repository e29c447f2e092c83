"""What waits, one thing after the other: the most urgent first, decided once, by whoever comes first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, fill, issue, ready
from wins_xblocks import context, replies
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results.models import ExamRow
from wins_xblocks.domain.study_time import book
from wins_xblocks.domain.study_time.data import BookTold
from wins_xblocks.domain.study_time.models import OfflineClaim
from wins_xblocks.domain.vouchers import requests
from wins_xblocks.domain.vouchers.models import Voucher, VoucherRequest
from wins_xblocks.people import Person
from wins_xblocks.web import book as pages

from .builders import TODAY, joined, noticed
from .queue import URL, Clock, Screen, arrangement, holding, hours, question, row

pytestmark = pytest.mark.django_db
LONG_AGO = NOW - timedelta(days=40)


@pytest.fixture
def clock(monkeypatch):
    own = Clock()
    monkeypatch.setattr(context, "now", lambda: own.at)
    return own


@pytest.fixture
def reader(learner):
    joined(learner), noticed(learner)
    return learner


@pytest.fixture
def screen(signed_in, administrator, clock):
    return lambda url=URL: Screen(signed_in(administrator), clock, url)


def test_the_most_urgent_comes_first_then_by_the_day_whatever_its_kind(screen, reader):
    hours(reader, "Old pages", 1, made=NOW - timedelta(days=20))
    question(reader, "Young question"), hours(reader, "Young pages", 17)
    arrangement(reader, NOW - timedelta(days=60))
    question(reader, "Old question", asked=NOW - timedelta(days=30))
    row()
    wanted = ["A person or program that reads aloud", "Old question", "Old pages", "Young question", "Young pages"]
    own, found = screen(), []
    for left in range(6, 0, -1):
        assert f"Waiting for me: {left} left" in own.text
        found += [words for words in [*wanted, "exam.dat"] if words in own.text]
        assert ("overdue" in own.text) is (left > 3)
        if "exam.dat" in own.text:
            own.press("ignore.test")
        elif "Book hours" in own.text and "with the book" in own.text:
            own.press("accept")
        elif "reads aloud" in own.text:
            own.press("grant.agreed")
        else:
            own.press("answer.path")
    assert found == [*wanted, "exam.dat"]
    assert "Nothing waits for you." in own.text


def test_the_first_control_of_each_item_has_the_focus_and_only_one(screen, reader, learner):
    holding(learner), row()
    hours(reader), question(reader), arrangement(reader)
    own, focused = screen(), []
    for _number in range(4):
        [found] = [(tag, a.get("value")) for tag, a in own.page.elements if "autofocus" in a]
        focused.append(found)
        own.later()
    voucher_id = Voucher.objects.get(holder_id=learner.id).id
    wanted = ("answer.corrected", "grant.agreed", "accept", f"confirm.{learner.id}-{voucher_id}")
    assert focused == [("input", one) for one in wanted]
    assert not any(a.get("accesskey") for _tag, a in own.page.elements)


def test_book_hours_are_accepted_by_one_press_and_it_is_said(screen, reader):
    hours(reader)
    own = screen()
    assert "17 h with the book – Learner Example" in own.text
    assert "Book hours: 0 min count, 17 h wait; at most 24 h" in own.text
    assert "Chapter 3" in own.text
    own.press("accept")
    assert "Learner Example: the book hours were accepted." in own.text
    assert "0 left" in own.text
    assert OfflineClaim.objects.get().state == "accepted"
    [told] = [a for tag, a in own.page.elements if a.get("id") == "told"]
    assert told["role"] == "status"


def test_a_refusal_stores_the_standard_reason_and_what_was_added(screen, reader):
    hours(reader)
    own = screen().press("refuse.twice", answer="On 3 March.")
    assert "the book hours do not count" in own.text
    assert OfflineClaim.objects.get().reason == "You have entered these hours before.\n\nOn 3 March."


@pytest.mark.parametrize(
    ("choice", "own", "told"),
    [
        ("", "", "Choose a decision."), ("own", "x", "Choose a decision."), ("answer.path", "x", "Choose a decision."),
        ("refuse", "", "Choose a text"), ("refuse.own", " \0 ", "Choose a text"), ("refuse.x", "", "Choose a text"),
        ("refuse.own", "x" * 2001, "too long"),
    ],
)  # fmt: skip
def test_without_a_choice_or_a_reason_nothing_is_decided_and_the_item_stays(screen, reader, choice, own, told):
    hours(reader)
    page = screen().press(choice, status=400, answer=own)
    assert told in page.text
    assert "17 h with the book" in page.text
    assert OfflineClaim.objects.get().state == "waiting"


def test_own_words_alone_are_kept_where_a_form_is_refused(screen, reader):
    question(reader)
    own = screen().press("answer.own", status=400, answer="   ")
    assert [a["value"] for a in own.page.all("input") if "checked" in a] == ["answer.own"]
    own.press("answer.own", answer="In March.")
    assert Case.objects.get().answer == "In March."


def test_a_question_about_time_has_replies_of_its_own(screen, reader):
    question(reader, "Yesterday is missing", kind="study_time")
    own = screen()
    assert "It stands on your page “My study time”." in own.text
    own.press("answer.counted")
    assert Case.objects.get().answer == "Your time was counted. It stands on your page “My study time”."


def test_a_standard_text_is_stored_in_the_learners_language():
    other = Person(7, "other", "", "", "rtl")
    kept = replies.text("book", "refuse", "twice", "Own words", other)
    assert kept.endswith("\n\nOwn words")
    assert "You" not in kept
    assert replies.text("book", "refuse", "twice", "", None) == "You have entered these hours before."


def test_a_request_is_agreed_or_not_with_a_standard_text(screen, reader, other_learner):
    arrangement(reader), arrangement(other_learner)
    own = screen().press("grant.agreed").press("refuse.everybody")
    assert "Other Example: not agreed." in own.text
    assert [(one.state, one.answer[:30]) for one in VoucherRequest.objects.order_by("id")] == [
        ("granted", "Agreed with Pearson VUE, as yo"), ("refused", "Every test centre has this for"),
    ]  # fmt: skip


def test_a_row_goes_to_the_learner_who_is_chosen_with_her_voucher(screen, learner):
    holding(learner), row()
    own = screen()
    assert "has a code for this exam" in own.text
    assert "it will be used up" in own.text
    [choice] = [a["value"] for a in own.page.all("input") if a.get("value", "").startswith("confirm.")]
    own.press("confirm.x", status=400)
    assert "Choose the learner." in own.text
    own.press(choice)
    assert "Learner Example: the result was recorded." in own.text
    assert ExamEvent.objects.get(kind="pass").learner_id == learner.id


def test_whoever_sent_the_file_cannot_say_whose_the_row_is(screen, learner, administrator):
    holding(learner)
    found = row()
    found.file.imported_by = administrator.id
    found.file.save()
    own = screen()
    assert "You sent this file." in own.text
    assert "confirm" not in [a.get("value") for a in own.page.all("button")]
    assert "does not wait any more" in own.press("ignore.nobody").text


def test_later_moves_on_and_what_was_put_off_comes_again_at_the_end(screen, reader):
    for number in range(3):
        question(reader, f"Question {number}")
    hours(reader)
    own, seen = screen(), []
    for _number in range(4):
        seen.append(next(words for words in ("Question 0", "Question 1", "Question 2", "17 h") if words in own.text))
        assert "4 left" in own.text
        own.later()
    assert seen == ["Question 0", "Question 1", "Question 2", "17 h"]
    assert "What you put off comes again." in own.text
    assert "Question 0" in own.text
    assert "after=" not in own.action
    own.later().press("answer.path")
    assert "Question 2" in own.text, "what was put off stays put off after a decision"


def test_one_kind_alone(screen, reader):
    question(reader), hours(reader), hours(reader, number=1)
    own = screen(f"{URL}?kind=book")
    assert "2 left" in own.text
    own.press("accept").press("accept")
    assert "Nothing waits for you." in own.text
    assert "0 left" in own.text


@pytest.mark.parametrize("place", ["kind=x", "after=x", "after=book-0&after=book-", "kind=%00", "after=case-9&told=x"])
def test_an_address_that_says_nonsense_shows_the_first_item(screen, reader, place):
    question(reader)
    assert "1 left" in screen(f"{URL}?{place}").text


def second(clock):
    client = Client()
    client.force_login(person("second", "WINS Academy administrators"))
    return Screen(client, clock)


@pytest.mark.parametrize(
    ("make", "do", "other", "what"),
    [
        (hours, "accept", "refuse.long", "accepted"),
        (hours, "refuse.long", "accept", "not counted"),
        (question, "answer.path", "answer.centre", "answered"),
        (arrangement, "grant.part", "refuse.unclear", "agreed"),
        (lambda user: row(), "ignore.test", "ignore.nobody", "nobody of ours"),
    ],
)
def test_the_second_of_two_is_told_who_decided_what_and_gets_the_next(screen, reader, clock, make, do, other, what):
    make(reader), hours(reader, "The next one", 2, made=NOW + timedelta(days=3))
    own, late = screen(), second(clock)
    assert own.hidden["item"] == late.hidden["item"]
    own.press(do)
    before = state()
    late.press(other)
    assert f"Not decided by you: Administrator Example decided it on 1 March 2027, 10:00 CET: {what}." in late.text
    assert "The next one" in late.text
    assert state() == before
    [told] = [a for tag, a in late.page.elements if a.get("id") == "told"]
    assert told["role"] == "alert"


def test_a_country_that_is_refused_between_look_and_press_stays_refused(screen, reader, monkeypatch):
    VoucherRequest.objects.create(
        learner_id=reader.id, exam=FND, kind=requests.COUNTRY, what="FR", state="asked", asked_at=NOW, deadline=TODAY,
        open_slot=1,
    )  # fmt: skip
    own, text = screen(), replies.text

    def refused_meanwhile(*asked):
        requests.decide(VoucherRequest.objects.get().id, False, "Not this one", 999, NOW)
        return text(*asked)

    monkeypatch.setattr(replies, "text", refused_meanwhile)
    assert "Not decided by you: #999 decided it" in own.press("grant.fine").text
    assert VoucherRequest.objects.values_list("state", "answer").get() == ("refused", "Not this one")


def state():
    return [
        list(model.objects.order_by("id").values_list())
        for model in (OfflineClaim, Case, VoucherRequest, ExamRow, ExamEvent)
    ]


def test_what_the_learner_changed_meanwhile_is_shown_anew(screen, reader):
    entry = hours(reader)
    own = screen()
    book.change(
        reader.id, entry.id, lambda: pages.book_view.terms_of_module(reader.id, "foundation"),
        BookTold(TODAY, 18 * 60, "Chapter 4"), NOW,
    )  # fmt: skip
    own.press("accept", status=400)
    assert "changed by the learner meanwhile, look at it again" in own.text
    assert "Chapter 4" in own.text
    assert "Changed 1 time by the learner." in own.text
    assert OfflineClaim.objects.get().state == "waiting"
    assert "were accepted" in own.press("accept").text


def test_what_the_learner_took_back_is_told(screen, reader):
    arrangement(reader)
    own = screen()
    requests.withdraw(reader.id, FND, NOW)
    own.press("grant.agreed")
    assert "It does not wait any more: taken back by the learner." in own.text


def test_what_was_erased_is_told(screen, reader):
    question(reader)
    own = screen()
    Case.objects.all().delete()
    assert "It is not there any more." in own.press("answer.path").text


def test_nothing_is_chosen_when_an_item_comes_up(screen, reader):
    """Enter pressed twice, or held down, meets a form that the browser does not send, and we would not take."""
    hours(reader, "First"), hours(reader, "Second", 2)
    own = screen().press("accept")
    assert not [a for a in own.page.all("input") if "checked" in a]
    assert all("required" in a for a in own.page.all("input") if a.get("type") == "radio")
    assert "Choose a decision." in own.press("", status=400).text
    assert [one.state for one in OfflineClaim.objects.order_by("id")] == ["accepted", "counted"]


def test_the_same_form_twice_decides_once_and_not_the_next(screen, reader):
    hours(reader, "First"), hours(reader, "Second", 2)
    own = screen()
    own.post("accept")
    own.press("accept")
    assert "were accepted" in own.text
    assert "Second" in own.text
    assert [one.state for one in OfflineClaim.objects.order_by("id")] == ["accepted", "counted"]


def test_an_instructor_sees_book_hours_of_her_modules_and_nothing_else(signed_in, instructor, clock, reader):
    joined(reader, "regulation")
    question(reader), row()
    foreign = hours(reader, "Not hers", 1, "regulation")
    hours(reader, "Hers", 2)
    own = Screen(signed_in(instructor), clock)
    assert "1 left" in own.text
    assert "Hers" in own.text
    key = own.hidden["item"]
    for other in (f"book-{foreign.id}-0", f"case-{Case.objects.get().id}-0", f"row-{ExamRow.objects.get().id}-0", "x"):
        own.hidden["item"] = other
        own.press("accept")
        assert "were accepted" not in own.text
    assert set(OfflineClaim.objects.values_list("state", flat=True)) == {"counted"}
    own.hidden["item"] = key
    assert "were accepted" in own.press("accept").text


@pytest.mark.parametrize("state", ["waiting", "accepted"])
def test_what_became_of_an_entry_of_another_module_is_not_told(
    signed_in, instructor, administrator, clock, reader, state
):
    joined(reader, "regulation")
    foreign = hours(reader, "Not hers", 1, "regulation")
    by, at = (administrator.id, NOW) if state == "accepted" else (None, None)
    OfflineClaim.objects.update(state=state, decided_by=by, decided_at=at)
    form = {"item": f"book-{foreign.id}-0", "choice": "accept"}
    own = Screen(signed_in(instructor), clock)
    told = own.read(own.client.post(URL, form, follow=True)).text
    assert "Not decided by you: It is not there any more." in told
    assert not [word for word in (state, "Administrator") if word in told]


def test_a_certification_officer_gets_results_only(signed_in, clock, reader):
    question(reader), hours(reader), row()
    own = Screen(signed_in(person("officer", "WINS certification officers")), clock)
    assert "1 left" in own.text
    assert "Result without a learner" in own.text


def test_nobody_decides_what_is_her_own(screen, administrator):
    joined(administrator), noticed(administrator)
    hours(administrator), question(administrator), arrangement(administrator)
    assert "0 left" in screen().text


def test_a_code_in_own_words_is_not_stored(screen, reader, learner):
    ready(learner.id)
    [code] = fill()
    issue(learner.id), question(reader)
    answer = screen().post("answer.own", answer=f"Your code is {code}")
    assert answer.status_code == 409
    assert "Leave the voucher code out" in answer.content.decode()
    assert Case.objects.get().state == "open"


@pytest.mark.parametrize("kind", ["case", "request", "book", "row"])
def test_at_most_twelve_queries_however_many_wait(screen, reader, other_learner, learner, kind):
    holding(learner, other_learner)
    for number in range(8):
        question(reader, f"Question {number}", kind="study_time")
        hours(reader, f"Pages {number}", 0.5)
        row()
    arrangement(reader), arrangement(other_learner)
    old = {"case": Case, "request": VoucherRequest}.get(kind)
    if old:
        old.objects.update(deadline=LONG_AGO.date())
    elif kind == "book":
        OfflineClaim.objects.update(made_at=LONG_AGO)
    else:
        ExamRow.objects.first().file.__class__.objects.update(imported_at=LONG_AGO)
    own = screen()
    assert own.hidden["item"].startswith(kind)
    choices = {"case": "answer.counted", "request": "grant.agreed", "book": "accept", "row": "ignore.test"}
    decided = own.post(choices[kind])
    url = decided.redirect_chain[-1][0]
    with CaptureQueriesContext(connection) as told:
        text = Screen(own.client, own.clock, url).text
    assert "status" in str(own.read(own.client.get(url)).page.all("p"))
    assert "left" in text
    assert len(told) <= 12, "\n".join(one["sql"][:160] for one in told)
