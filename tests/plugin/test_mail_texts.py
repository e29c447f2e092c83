"""Which text a mail has: the reader's language, staff's words where there are some, and never none at all."""

import logging
from datetime import timedelta

import pytest
from django.db import transaction

from tests.blocks import call, make_block
from tests.conftest import NOW
from tests.domain.quiz.banks import answers, bank
from tests.domain.vouchers.builders import RULES
from tests.web.builders import joined, studied, tried
from wins_xblocks import context, hours, notices, periodic
from wins_xblocks.domain.outbox.data import Message
from wins_xblocks.domain.outbox.models import MailText, OutboxMessage
from wins_xblocks.domain.outbox.rules import Unfilled
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.people import Person
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
TOLD = {"exam": "WINS-FND", "module": "Foundation Module", "expires_on": "2028-02-28"}


def edited(body, subject="Own {exam}", language="en", version=1, kind="voucher_ready"):
    MailText.objects.create(
        kind=kind, language=language, version=version, subject=subject, body=body, made_by=1, made_at=NOW, reason="r"
    )


def written(language="en", values=TOLD, kind="voucher_ready"):
    reader = Person(7, "lena", "Lena", "lena@example.org", language)
    return notices.written(Message(1, kind, "voucher:1", NOW, 7, values, 0), reader)


def test_a_text_of_staff_is_for_readers_of_its_language():
    edited("Until {expires_on}.")
    assert written("en")[0] == "Own WINS-FND"
    assert "Until 28 February 2028." in written("en-gb")[1]
    assert "Until 28 February 2028." in written("xx")[1], "who reads a language that we lack reads English"
    mirrored = written("rtl")
    assert "WINS-FND" in mirrored[1]
    assert "Until" not in mirrored[1]
    edited("Mirror {exam}.", language="rtl")
    assert "Mirror WINS-FND." in written("rtl")[1]


def test_the_newest_version_counts_and_a_return_is_one():
    edited("First.")
    edited("Second.", version=2)
    assert "Second." in written()[1]
    edited("", "", version=3)
    assert written()[0] == "Your exam voucher is reserved: Foundation Module"


@pytest.mark.parametrize("body", ["{0}", "{", "{module.title}", "{exam!r}", "{deadline}", "{exam:>2000000000}"])
def test_a_faulty_text_in_the_table_stops_no_mail(body, caplog):
    """Written by another hand than ours, or of a message that holds less."""
    edited(body)
    with caplog.at_level(logging.WARNING):
        subject, text = written()
    assert subject == "Your exam voucher is reserved: Foundation Module"
    assert "28 February 2028" in text
    assert "mail voucher_ready: its edited text in en cannot be sent" in caplog.text


def test_a_message_that_no_text_fits_is_told_of():
    with pytest.raises(Unfilled, match="no text of voucher_ready"):
        written(values={})


def mails(learner):
    return list(OutboxMessage.objects.filter(recipient_id=learner.id).values_list("kind", flat=True))


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)


def test_reached_hours_are_told_and_a_complete_module_instead_where_it_is_one(clock, learner):
    own, elective = joined(learner), joined(learner, "regulation")
    studied(own, 40)
    studied(elective, 40)
    tried(elective, 82)
    with transaction.atomic():
        for one in (own, own, elective, elective):
            hours.reached(NOW)(one.id)
    assert mails(learner) == ["hours_reached", "module_complete"]
    told = OutboxMessage.objects.get(kind="module_complete")
    assert told.values == {"module": RULES.module("regulation").title}


@pytest.mark.parametrize(("right", "purpose", "told"), [(4, "test", 1), (1, "test", 0), (4, "unit", 0)])
def test_the_test_that_completes_a_module_is_told(clock, world, learner, right, purpose, told):
    world.user_id = learner.id
    studied(joined(learner), 40)
    block = make_block(QuizBlock, {"bank": bank(), "purpose": purpose}, usage="quiz-1")
    call(block, "begin")
    sent = {"number": 1, "revision": 0, "responses": answers("quiz-1", right, learner.id)}
    assert call(block, "submit", sent)[0] == 200
    assert call(block, "submit", sent)[0] == 200
    assert mails(learner).count("module_complete") == told


def test_a_test_that_was_closed_at_its_deadline_is_told_with_its_grade(clock, world, learner):
    own = joined(learner)
    studied(own, 40)
    tried(own, 82, at=NOW - timedelta(minutes=10))
    for _run in range(2):
        periodic.repair_grades(NOW)
        assert mails(learner) == ["module_complete"]


def test_who_has_left_the_module_is_told_nothing(clock, learner):
    own = joined(learner)
    studied(own, 40)
    tried(own, 82)
    Registration.objects.update(state="lapsed", open_slot=None, ended_at=NOW)
    assert not hours.tell_complete(own.id, NOW)
    assert mails(learner) == []
