"""Days and times on our pages are those of the programme's clock, whatever clock the platform has."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.domain.vouchers.builders import fill, issue, ready
from wins_xblocks import words
from wins_xblocks.domain.vouchers import names
from wins_xblocks.domain.vouchers.data import Name

from .markup import Markup

pytestmark = pytest.mark.django_db
LATE = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)  # in Vienna it is 0:30 of the next day


def text_of(client, where, *args):
    return Markup(client.get(reverse(where, args=args)).content.decode()).text


@pytest.mark.parametrize("platforms", ["UTC", "America/New_York", "Europe/Vienna"])
def test_a_moment_has_one_day_in_sentences_and_on_pages(platforms, settings, signed_in, learner):
    settings.TIME_ZONE = platforms
    names.confirm(learner.id, Name("Ana", "Example"), LATE)
    assert words.day(LATE) == "2 March 2027"
    assert "(confirmed on 2 March 2027" in text_of(signed_in(learner), "wins:document_name")


def test_a_vouchers_history_says_by_which_clock(signed_in, administrator, learner, monkeypatch):
    monkeypatch.setattr("wins_xblocks.context.now", lambda: LATE)
    ready(learner.id)
    fill()
    held = issue(learner.id, now=LATE).voucher.id
    assert "2 March 2027, 00:30 CET Issued" in text_of(signed_in(administrator), "wins:voucher", held)
