"""What a platform may lack, and what is lost without it. Said once in the log; everything else works."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from time import monotonic
from typing import Any

log = logging.getLogger(__name__)

AGAIN_SECONDS = 24 * 3600  # logs are thrown away, and what was mended may break again


@dataclass(frozen=True)
class Package:
    """A package of the platform's: what is imported of it, and what we do without where it is missing."""

    module: str
    lost: str


PACKAGES: Mapping[str, Package] = {
    "openedx-events": Package(
        "openedx_events",
        "a registration opens at the first visit, not at the enrolment, and other plugins are told nothing",
    ),
    "openedx-filters": Package(
        "openedx_filters",
        "no clock on pages whose author placed none, no section in the dashboards, and certificates are not held",
    ),
    "event-tracking": Package("eventtracking", "no tracking events are emitted"),
    "edx-django-utils": Package(
        "edx_django_utils", "nothing is counted for monitoring, and openedx-events, which needs it, cannot be used"
    ),
    "edx-completion": Package("completion", "passing a test does not tick its page"),
}

# Those of a block's runtime that we want (``base_block``); without i18n nothing is lost, as Django translates.
SERVICES: Mapping[str, str] = {
    "user": "who acts is read from the request",
    "completion": "passing a test does not tick its page",
    "replace_urls": "pictures with an address of /static/ are not found in what handlers answer",
    "studio_user_permissions": "nobody may edit our blocks in Studio",
}

_said: dict[str, float] = {}


def say(text: str, level: int = logging.ERROR) -> None:
    """Say ``text`` in the log, once a day and process: what is lacking is lacking at every request."""
    now = monotonic()
    if text in _said and now - _said[text] < AGAIN_SECONDS:
        return
    if len(_said) >= 100:
        _said.clear()
    _said[text] = now
    log.log(level, "%s", text)


def service(block: Any, name: str) -> Any:
    """A service of the block's runtime; None where there is none, which is said once."""
    found = block.runtime.service(block, name)
    if found is None:
        say(f"Blocks have no service “{name}” here: {SERVICES[name]}. Everything else works.", logging.WARNING)
    return found


def forget_said() -> None:
    """Nothing was said yet."""
    _said.clear()


def sentence(package: str) -> str:
    return f"{package} is not installed: {PACKAGES[package].lost}. Everything else works."


def note(error: ImportError, package: str) -> None:
    """Say what could not be imported of ``package``. One package that is missing may keep out another."""
    name = (error.name or "").partition(".")[0]
    missing = next((one for one, known in PACKAGES.items() if known.module == name and not _is_there(name)), "")
    told = sentence(missing) if missing else f"{package} cannot be used ({error}): {PACKAGES[package].lost}."
    say(told, logging.WARNING)


def missing_packages() -> tuple[str, ...]:
    """Names of packages that are not installed here."""
    return tuple(name for name, package in PACKAGES.items() if not _is_there(package.module))


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ValueError:  # imported already, by something that keeps no record of where from
        return True
