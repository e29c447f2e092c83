"""The clock stands still; both courses have pages."""

import pytest

from tests.conftest import NOW
from wins_xblocks import context

from .builders import FOUNDATION, REGULATION, course


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
