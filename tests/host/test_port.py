"""The host stands where Open edX stands: it answers the same questions, asked in the same way."""

from tests.plugin.test_plugin import methods
from wins_xblocks.platform import Platform
from wins_xblocks.workbench.edge import HostEdge


def test_the_host_has_the_ports_signatures():
    port, theirs = methods(Platform), methods(HostEdge)
    assert {name: theirs.get(name) for name in port} == port
