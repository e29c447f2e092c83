"""Our templates of blocks, compiled once in a process.

The LMS names its template loaders one by one, and then Django keeps nothing that they load: every page would read and
compile its templates, and all that these include, anew.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.backends.django import DjangoTemplates

FOLDER = Path(__file__).parent / "templates"
FROM_FOLDER = "django.template.loaders.filesystem.Loader"
KEPT = "django.template.loaders.cached.Loader"


@lru_cache(maxsize=2)
def _engine(debug: bool) -> DjangoTemplates:
    loaders = [FROM_FOLDER] if debug else [(KEPT, [FROM_FOLDER])]
    options = {"loaders": loaders, "debug": debug, "builtins": ["wins_xblocks.marked_text"]}
    return DjangoTemplates({"NAME": "wins_xblocks", "DIRS": [FOLDER], "APP_DIRS": False, "OPTIONS": options})


def rendered(template: str, values: Mapping[str, Any] | None = None) -> str:
    """A template of ours, filled in without a request. Read again each time under ``DEBUG``."""
    found = _engine(bool(settings.DEBUG)).get_template(f"wins_xblocks/{template}")
    return str(found.render(dict(values or {})))
