"""The host stands where Open edX stands: it answers the same questions, asked in the same way."""

from datetime import UTC, datetime

from tests.plugin.test_plugin import methods
from wins_xblocks.platform import Platform
from wins_xblocks.workbench.edge import HostEdge


def test_the_host_has_the_ports_signatures():
    port, theirs = methods(Platform), methods(HostEdge)
    assert {name: theirs.get(name) for name in port} == port


def test_nobody_listens_in_the_host():
    edge = HostEdge()
    assert edge.emit("wins.hours.reached", 7, "course-v1:WINS+FND+2026", {}) is None
    assert edge.send_event("org.wins.academy.study_time.hours_reached.v1", datetime.now(UTC), {}) is None
    assert edge.count("wins.beat") is None
