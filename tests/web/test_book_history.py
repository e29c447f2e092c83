"""The history of one entry of book hours: the learner's own words, and the desk's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.study_time.entries import TERMS, decide, tell
from wins_xblocks import privacy
from wins_xblocks.domain.study_time import book
from wins_xblocks.domain.study_time.data import BookTold

from .builders import TODAY, joined
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(learner, administrator):
    """Told, changed a day later, refused another day later by the administrator."""
    terms = replace(TERMS, registration_id=joined(learner).id)
    made = tell(learner=learner.id, terms=terms, what="Pages 1–9")
    told = BookTold(TODAY, 150, "Pages 1–20")
    book.change(learner.id, made.id, lambda: terms, told, NOW + timedelta(days=1))
    decide(made.id, False, "Page 20 is blank", learner=learner.id, by=administrator.id, now=NOW + timedelta(days=2))
    return made.id


def shown(client, name, entry_id, status=200):
    response = client.get(reverse(f"wins:{name}", args=[entry_id]))
    html = response.content.decode()
    assert (response.status_code, faults(html)) == (status, [])
    return html, Markup(html).text


STEPS = (
    "1 March 2027, 10:00 CET · {learner} Told:",
    "2 March 2027, 10:00 CET · {learner} Changed to 2 h 30 min on 1 March 2027. Before: “Pages 1–9”",
    "3 March 2027, 10:00 CET · {staff} Not counted: 2 h 30 min. Reason: “Page 20 is blank”",
)


def test_a_learner_reads_each_step_and_that_wins_decided(signed_in, learner, entry):
    html, text = shown(signed_in(learner), "book_entry", entry)
    places = [text.index(step.format(learner="You", staff="WINS")) for step in STEPS]
    assert places == sorted(places)
    assert "Administrator" not in text
    assert "<textarea" not in html


def test_staff_read_who_did_what(signed_in, administrator, entry):
    _html, text = shown(signed_in(administrator), "desk_book_entry", entry)
    for step in STEPS:
        assert step.format(learner="Learner Example", staff="Administrator Example") in text
    assert "Not counted: “Page 20 is blank”" in text


def test_both_lists_lead_to_it(signed_in, learner, administrator, entry):
    own = signed_in(learner).get(reverse("wins:book")).content.decode()
    assert f'href="{reverse("wins:book_entry", args=[entry])}"' in own
    terms = replace(TERMS, registration_id=joined(learner).id)
    waiting = tell(learner=learner.id, terms=terms, hours=17, token="a-form-that-waits")
    desk = signed_in(administrator).get(reverse("wins:desk_book")).content.decode()
    assert f'href="{reverse("wins:desk_book_entry", args=[waiting.id])}"' in desk


def test_an_entry_that_may_be_changed_has_its_form_and_its_history(signed_in, learner):
    made = tell(learner=learner.id, terms=replace(TERMS, registration_id=joined(learner).id))
    html, text = shown(signed_in(learner), "book_entry", made.id)
    assert "<textarea" in html
    assert "History 1 March 2027, 10:00 CET · You Told:" in text


def test_an_erased_text_is_not_there_and_breaks_nothing(signed_in, learner, administrator, entry):
    privacy.forget(learner.id, NOW)
    _html, text = shown(signed_in(administrator), "desk_book_entry", entry)
    assert "Changed to 2 h 30 min on 1 March 2027." in text
    assert "Pages" not in text
    assert "blank" not in text


def test_others_find_nothing(signed_in, other_learner, entry, world):
    shown(signed_in(other_learner), "book_entry", entry, 404)
    stranger = person("stranger")
    world.staff.add((stranger.id, "course-v1:WINS+REG+2026"))
    assert signed_in(stranger).get(reverse("wins:desk_book_entry", args=[entry])).status_code in (403, 404)


def test_an_auditor_reads_it_and_is_offered_no_decision(signed_in, entry):
    _html, text = shown(signed_in(person("auditor", "WINS auditors")), "desk_book_entry", entry)
    assert "Decide about book hours" not in text


def test_what_was_written_is_shown_as_text(signed_in, learner, administrator):
    made = tell(learner=learner.id, terms=replace(TERMS, registration_id=joined(learner).id), what="<b>x</b>")
    decide(made.id, False, "<i>y</i>", learner=learner.id, by=administrator.id)
    for user, name in ((administrator, "desk_book_entry"), (learner, "book_entry")):
        html, _text = shown(signed_in(user), name, made.id)
        assert "<b>" not in html
        assert "<i>" not in html
