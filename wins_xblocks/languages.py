"""The languages in which we have a catalogue. Who reads another one gets English, in one piece."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_language

SOURCE = "en"  # of the strings themselves


@cache
def catalogues() -> frozenset[str]:
    """Codes of the languages, as settings spell them."""
    files = Path(__file__).parent.glob("locale/*/LC_MESSAGES/django.mo")
    return frozenset({SOURCE, *(to_language(file.parent.parent.name) for file in files)})


def read_by(code: str) -> str:
    """The language in which somebody with this preference reads our texts; without one, in the site's."""
    own = (code or settings.LANGUAGE_CODE).lower()
    known = catalogues()
    return next((one for one in (own, own.partition("-")[0]) if one in known), SOURCE)


def offered() -> tuple[tuple[str, str], ...]:
    """(code, name) of the site's languages that we have, and English, which is read by everybody else."""
    named = {read_by(code): str(name) for code, name in reversed(settings.LANGUAGES) if _ours(code)}
    named.setdefault(SOURCE, "English")
    return tuple(sorted(named.items(), key=lambda one: (one[0] != SOURCE, one[0])))


def _ours(code: str) -> bool:
    return read_by(code) != SOURCE or code.lower().partition("-")[0] == SOURCE
