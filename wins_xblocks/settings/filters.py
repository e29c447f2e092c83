"""Our steps in the platform's filters: merged into whatever stands there, never in place of it."""

from collections.abc import Mapping
from typing import Any

# Filter type (openedx-filters) and our step. A type that a release does not know is never asked, and harmless.
STEPS: Mapping[str, str] = {
    "org.openedx.learning.vertical_block.render.completed.v1": "wins_xblocks.filters.CountPage",
    "org.openedx.learning.instructor.dashboard.render.started.v1": "wins_xblocks.filters.DashboardSection",
    "org.openedx.learning.instructor.dashboard.tabs.requested.v1": "wins_xblocks.filters.DashboardTab",
    "org.openedx.learning.certificate.creation.requested.v1": "wins_xblocks.filters.HoldCertificate",
}


def with_our_steps(config: Any) -> dict[str, Any]:
    """The operator's ``OPEN_EDX_FILTERS_CONFIG`` with our steps at the end of their pipelines, each once."""
    merged = dict(config or {})
    for kind, step in STEPS.items():
        if step not in steps_of(merged, kind):
            merged[kind] = _joined(merged.get(kind), step)
    return merged


def steps_of(config: Any, kind: str) -> list[str]:
    """The steps of one filter, from any of the three forms that the platform reads: dict, list, one name."""
    own = (config or {}).get(kind) or []
    if isinstance(own, Mapping):
        own = own.get("pipeline") or []
    return [own] if isinstance(own, str) else list(own)


def lost_steps(config: Any) -> list[str]:
    """The filters that another plugin or the YAML took from us."""
    return [kind for kind, step in STEPS.items() if step not in steps_of(config, kind)]


def _joined(own: Any, step: str) -> dict[str, Any]:
    if isinstance(own, Mapping):
        return {**own, "pipeline": [*steps_of({"": own}, ""), step]}
    return {"fail_silently": True, "pipeline": [*steps_of({"": own}, ""), step]}
