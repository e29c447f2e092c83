"""What tests of blocks share."""

import pytest

from wins_xblocks import context


@pytest.fixture
def clock(monkeypatch, now):
    """Set the blocks' clock; it stands at ``now`` until then."""

    def set_to(at):
        monkeypatch.setattr(context, "now", lambda: at)
        return at

    set_to(now)
    return set_to
