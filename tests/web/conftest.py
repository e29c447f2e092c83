"""The clock stands still; both courses have pages."""

import pytest

from tests.conftest import NOW
from wins_xblocks import context
from wins_xblocks.domain.programme.loader import SHIPPED

from .builders import FOUNDATION, REGULATION, course


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def courses(world):
    world.outlines |= {FOUNDATION: course("foundation"), REGULATION: course("regulation", units=2)}


@pytest.fixture
def rules_file(settings, tmp_path):
    """Use the shipped rules with one line changed."""

    def changed(old, new):
        text = SHIPPED.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file = tmp_path / "programme.yaml"
        file.write_text(text.replace(old, new), encoding="utf-8")
        settings.WINS_PROGRAMME = str(file)

    return changed


@pytest.fixture
def signed_in(client):
    """Sign somebody in; the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
