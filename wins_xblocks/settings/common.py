"""Settings the plugin brings to LMS and Studio. Nothing here overrides what an operator has set."""

from pathlib import Path
from typing import Any

from .filters import with_our_steps

# The platform copies every form that is sent to an address into its tracking log, and reads the body for it.
TRACKING_PATTERN = r"^/wins/"
LIBRARY_TYPES = ("wins_quiz", "wins_study_time")  # what a content library offers; the others need a course
MAKO = str(Path(__file__).resolve().parents[1] / "templates" / "wins_mako")
DEFAULTS: dict[str, Any] = {
    "WINS_PLATFORM": "wins_xblocks.platform.OpenEdx",
    "WINS_PROGRAMME": None,  # path of another first version of the rules
    "WINS_VOUCHER_KEYS": [],  # Fernet keys, the newest first: it encrypts, all decrypt
    "WINS_VOUCHER_DIGEST_KEY": "",  # HMAC key that keeps codes unique
    "WINS_VOUCHER_DIGEST_KEY_OLD": "",  # the one before it, while wins_rotate_keys runs
    "WINS_AUDIT_KEY": "",
    "WINS_ACADEMY_EMAIL": "",
    "WINS_ACADEMY_URL": "https://wins.org",
    "WINS_PRIVACY_URL": "",
    "WINS_PEARSON_URL": "https://home.pearsonvue.com",
    "WINS_KEEP_HINTS_DAYS": 180,  # hints about tries, with their notes
    "WINS_DEMO_TIME_FACTOR": 1,  # the embedded host's only: 600 makes a minute count as ten hours
}


def plugin_settings(settings: Any) -> None:
    """Called by the platform with its settings module; safe to call again."""
    for name, value in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
    ignored = list(getattr(settings, "TRACKING_IGNORE_URL_PATTERNS", []))
    if TRACKING_PATTERN not in ignored:
        settings.TRACKING_IGNORE_URL_PATTERNS = [*ignored, TRACKING_PATTERN]
    offered = getattr(settings, "LIBRARY_ENABLED_BLOCKS", None)  # Studio's only
    if offered is not None:
        settings.LIBRARY_ENABLED_BLOCKS = [*offered, *(name for name in LIBRARY_TYPES if name not in offered)]
    settings.OPEN_EDX_FILTERS_CONFIG = with_our_steps(getattr(settings, "OPEN_EDX_FILTERS_CONFIG", {}))
    # The legacy instructor dashboard includes its sections as Mako templates. Changed in place: the template engine's
    # settings hold this very list.
    folders = getattr(settings, "MAKO_TEMPLATE_DIRS_BASE", None)
    if folders is not None and MAKO not in folders:
        folders.append(MAKO)
