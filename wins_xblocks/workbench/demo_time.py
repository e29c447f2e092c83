"""How fast the demo's clock runs: ``WINS_DEMO_FACTOR`` in the environment, for whoever has less than ten minutes."""

from collections.abc import Mapping

NAME = "WINS_DEMO_FACTOR"
FACTOR = 600  # a minute counts as ten hours
LEAST, MOST, HOUR = 120, 60_000, 60


def factor_in(environ: Mapping[str, str]) -> int:
    """For how many minutes one counts: whole hours, as every page says. Raises ValueError, in words for a terminal."""
    text = environ.get(NAME, "").strip()
    if not text:
        return FACTOR
    factor = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) else 0
    if not LEAST <= factor <= MOST or factor % HOUR:
        raise ValueError(
            f"{NAME} is {text[:40]!r}. Give the minutes for which one minute counts, in whole hours: "
            f"a multiple of {HOUR} from {LEAST} to {MOST}. Without it a minute counts as ten hours ({FACTOR})."
        )
    return factor
