"""What Django tells an operator at start, in words."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from . import context

HOST = "wins_xblocks.workbench.edge.HostEdge"


@register("wins")
def demo_time(**_: Any) -> list[CheckMessage]:
    """Demo time makes a minute count as hours: nowhere but in the embedded host."""
    if context.factor() == 1 or getattr(settings, "WINS_PLATFORM", "") == HOST:
        return []
    return [
        Error(
            f"WINS_DEMO_TIME_FACTOR is {context.factor()}: learners' study time would be multiplied.",
            hint="Take the setting out. It belongs to the demo host of `make run` only.",
            id="wins.E001",
        )
    ]
