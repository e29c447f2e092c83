"""The clock stands still; both courses have pages."""

import pytest

from tests.conftest import NOW
from tests.domain.vouchers.builders import fill, issue, ready, reveal
from wins_xblocks import context

from .builders import FOUNDATION, REGULATION, course, noticed


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def courses(world):
    world.outlines |= {FOUNDATION: course("foundation"), REGULATION: course("regulation", units=2)}


@pytest.fixture
def signed_in(client):
    """Sign somebody in; the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def seen(learner):
    """The number of the learner's voucher, whose code, the first of three, she has seen."""
    ready(learner.id)
    noticed(learner)
    codes = fill(3)
    voucher_id = issue(learner.id).voucher.id
    assert reveal(learner.id) == codes[0]
    return voucher_id
