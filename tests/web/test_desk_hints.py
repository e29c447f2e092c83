"""Hints about tries: for Academy administrators alone, in words, with a note, and nothing follows by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.integrity.tried import a_test
from wins_xblocks import context, hint_view, periodic
from wins_xblocks.domain.integrity import api
from wins_xblocks.domain.integrity.models import IntegrityHint
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz.models import Attempt

from .builders import joined
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def number():
    """The hint about learners 3 and 7."""
    a_test()
    api.look(NOW)
    return api.lines(1)[0].id


def shown(client, *args, status=200, name="hint"):
    return _markup(client.get(reverse(f"wins:{name}", args=args)), status)


def sent(client, number, status=302, **form):
    values = {"text": "They learned together.", "was": "open", "do": "dismiss", **form}
    answer = client.post(reverse("wins:hint", args=[number]), values)
    if status == 302:
        assert answer.status_code == 302
        return shown(client, name="hints")
    return _markup(answer, status)


def _markup(answer, status):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def test_there_is_none_yet(signed_in, administrator):
    page = shown(signed_in(administrator), name="hints")
    assert "There is no hint." in page.text
    assert "A hint is no verdict. Nothing follows from it by itself." in page.text


def test_words_come_first_and_no_verdict(signed_in, administrator, number):
    client = signed_in(administrator)
    page = shown(client, name="hints")
    told = "These two tries gave the same wrong answer to 16 of 16 questions that both missed. By chance"
    assert told in page.text
    assert reverse("wins:hint", args=[number]) in [a["href"] for a in page.all("a")]
    page = shown(client, number)
    assert told in page.text
    assert "Questions that both answered 40" in page.text
    assert "The 16 questions with the same wrong answer" in page.text
    for word in ("cheat", "fraud", "copied", "guilty", "suspect"):
        assert word not in page.text.lower()


@pytest.mark.parametrize("who", ["learner", "teacher", "instructor"])
def test_learners_and_course_teams_do_not_see_them(signed_in, request, learner, number, who):
    joined(learner)
    client = signed_in(request.getfixturevalue(who))
    shown(client, name="hints", status=403)
    shown(client, number, status=403)
    sent(client, number, 403)
    assert api.one(number).state == "open"


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers"])
def test_an_auditor_and_an_officer_neither_see_nor_change_them(signed_in, number, group):
    client = signed_in(person("other_role", group))
    shown(client, number, status=403)
    sent(client, number, 403)
    page = _markup(client.get(reverse("wins:quiz_banks")), 200)
    assert reverse("wins:hints") not in [a["href"] for a in page.all("a")]
    assert api.one(number).state == "open"


def test_an_administrator_finds_the_page_in_the_section(signed_in, administrator):
    for name in ("quiz_banks", "quizzes", "reported"):
        page = _markup(signed_in(administrator).get(reverse(f"wins:{name}")), 200)
        assert reverse("wins:hints") in [a["href"] for a in page.all("a")], name


def test_a_note_is_kept_and_nothing_else_changes(signed_in, administrator, number):
    before = list(Attempt.objects.order_by("id").values())
    client = signed_in(administrator)
    assert "Nothing else was changed" in sent(client, number, do="keep").text
    page = shown(client, number)
    assert "Kept for a conversation" in page.text
    assert "They learned together." in page.text
    assert "Put aside" in sent(client, number, was="kept").text
    assert list(Attempt.objects.order_by("id").values()) == before
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize(("form", "status", "told"), [
    ({"text": " "}, 400, "Write the note"), ({"text": "x" * 2001}, 400, "at most 2000 characters"),
    ({"do": "punish"}, 400, "Choose what becomes of this hint."), ({"was": "kept"}, 409, "Somebody else changed"),
])  # fmt: skip
def test_a_form_that_is_not_right_is_told_with_its_text(signed_in, administrator, number, form, status, told):
    page = sent(signed_in(administrator), number, status, **form)
    assert told in page.text
    assert form.get("text", "They learned together.")[:2000].strip() in page.text
    assert api.one(number).state == "open"


def test_a_hint_that_is_gone_is_told(signed_in, administrator):
    assert "There is no such hint." in shown(signed_in(administrator), 99, status=404).text


def test_once_answers_are_erased_the_sentence_stays(signed_in, administrator, number):
    Attempt.objects.update(drawn=[], responses={})
    page = shown(signed_in(administrator), number)
    assert "The answers are not there any more." in page.text
    assert "16 of 16" in page.text


def test_a_quick_try_is_told_in_words(signed_in, administrator):
    made = IntegrityHint.objects.create(
        kind="time", bank=1, module="foundation", learner_id=administrator.id, attempt_id=1, made_at=NOW, chance=3e-6,
        facts={"seconds": 200, "usual": 2400, "share": 0.95, "asked": 40},
    )  # fmt: skip
    page = shown(signed_in(administrator), made.id)
    told = "This try reached 95 % in 3 min. Half of the learners took 40 min or more."
    assert f"{told} By chance about 1 in 300,000 tries would be so quick." in page.text


@pytest.mark.parametrize(("likely", "told"), [
    (1 / 4321, "about 1 in 4,000"), (1 / 19_999, "about 1 in 10,000"), (1e-12, "fewer than 1 in 1,000,000,000"),
    (0.0, "fewer than 1 in 1,000,000,000"),
])  # fmt: skip
def test_chance_is_told_with_one_digit(likely, told):
    assert hint_view.chance(likely, two=True) == f"By chance {told} pairs of tries would be so alike."


def test_the_periodic_work_makes_them_and_deletes_old_ones(settings, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)
    a_test()
    assert periodic.look_for_hints(NOW) == "1 tests with new tries looked at, 1 hints made, 0 old ones deleted"
    settings.WINS_KEEP_HINTS_DAYS = 30
    later = NOW + timedelta(days=31)
    assert periodic.look_for_hints(later) == "0 tests with new tries looked at, 0 hints made, 1 old ones deleted"


@pytest.mark.parametrize(
    ("told", "days"), [(30, 30), ("45", 45), ("", 180), ("soon", 180), (0, 180), (-5, 180), (10**9, 180)]
)
def test_days_that_are_none_are_those_of_the_plugin(settings, told, days):
    settings.WINS_KEEP_HINTS_DAYS = told
    assert context.keep_hints_days() == days


def test_many_hints_stand_on_pages(signed_in, administrator):
    for number in range(60):
        IntegrityHint.objects.create(
            kind="time", bank=1, learner_id=1, attempt_id=number, made_at=NOW, chance=1e-6,
            facts={"seconds": 30, "usual": 2400, "share": 1.0, "asked": 40},
        )  # fmt: skip
    assert "page 1 of 2" in shown(signed_in(administrator), name="hints").text
