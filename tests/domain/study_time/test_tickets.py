"""Tickets are signed, each kind by its own salt, and age by the clock that is handed in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from .beats import HOUR, NOW, page, rules, tickets


def begin(at, after=timedelta(0)):
    return tickets.begin(page(), "key", at, NOW + after, 7)


def test_a_page_ticket_comes_back_as_it_was():
    assert tickets.read_page(tickets.page_token(page())) == page()


def test_a_session_ticket_comes_back_as_it_was():
    ticket = replace(begin(500), other_ms=-5, reach_ms=7)
    assert tickets.read_session(tickets.session_token(ticket)) == ticket
    assert ticket.epoch == rules.milliseconds(NOW) - 500


def test_each_visit_has_a_key_of_its_own():
    assert tickets.key_of(page(), None) != tickets.key_of(page(), None)


def test_a_visit_that_its_page_names_has_one_key_and_shares_it_with_none():
    key = tickets.key_of(page(), "123")
    assert key == tickets.key_of(page(), "123")
    assert len(key) == 32
    others = [
        tickets.key_of(page(), "124"),
        tickets.key_of(page(learner=8), "123"),
        tickets.key_of(page(name="q"), "123"),
    ]
    assert len({key, *others}) == 4


@pytest.mark.parametrize("visit", ["", "x" * 33, "A", "1\n", "1.5", 5, True, [], {}])
def test_a_name_that_no_page_gives_is_refused(visit):
    with pytest.raises(tickets.TicketWrong):
        tickets.key_of(page(), visit)


def test_a_page_ticket_opens_visits_of_its_first_twelve_hours_also_when_they_are_told_later():
    twelve = timedelta(hours=12)
    assert begin(0, twelve)
    for late in (0, 1, HOUR, 6 * 24 * HOUR):
        after = twelve + timedelta(milliseconds=late)
        assert begin(late, after).epoch == rules.milliseconds(NOW + twelve)
        with pytest.raises(tickets.TicketExpired):
            begin(late, after + timedelta(milliseconds=1))
    with pytest.raises(tickets.TicketWrong):
        begin(7 * 24 * HOUR + 1, timedelta(days=7, hours=1))


def test_a_visit_cannot_begin_before_its_page_was_made():
    assert begin(2_000)
    with pytest.raises(tickets.TicketWrong):
        begin(2_001)


@pytest.mark.parametrize("at", [-1, 1.5, True, "0", None, 8 * 24 * HOUR])
def test_a_clock_that_cannot_be_is_refused(at):
    with pytest.raises(tickets.TicketWrong):
        begin(at, timedelta(days=14))


@pytest.mark.parametrize("token", ["", "x", "a:b", ":", None, 5, [], "é:é", "x" * 5000])
def test_what_is_not_a_ticket_is_refused(token):
    with pytest.raises(tickets.TicketWrong):
        tickets.read_page(token)
    with pytest.raises(tickets.TicketWrong):
        tickets.read_session(token)


def test_a_ticket_of_one_kind_is_none_of_the_other():
    with pytest.raises(tickets.TicketWrong):
        tickets.read_session(tickets.page_token(page()))
    with pytest.raises(tickets.TicketWrong):
        tickets.read_page(tickets.session_token(begin(0)))


def test_any_changed_letter_breaks_a_ticket():
    token = tickets.page_token(page())
    for number in range(0, len(token), 7):
        changed = token[:number] + ("A" if token[number] != "A" else "B") + token[number + 1 :]
        with pytest.raises(tickets.TicketWrong):
            tickets.read_page(changed)


def test_a_session_ticket_with_long_keys_fits_a_thin_line():
    key = "block-v1:WINS+FND+2026+type@vertical+block@" + "a" * 32
    long = page(unit=key, name=key)
    ticket = replace(tickets.begin(long, tickets.key_of(long, "1"), 0, NOW, 7), other_ms=10**8, reach_ms=10**8)
    assert len(tickets.session_token(ticket)) < 400
