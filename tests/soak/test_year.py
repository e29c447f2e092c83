"""A year of 5,000 candidates: WINS_SOAK_CANDIDATES. Every result is recorded once or waits, none twice, none lost."""

import os
import time

import pytest

from tests.simulation.office import DECISIONS
from tests.simulation.test_year import played

pytestmark = pytest.mark.soak
REQUESTS = ("arrangement granted", "arrangement refused", "country granted", "country refused")


def candidates() -> int:
    return int(os.environ.get("WINS_SOAK_CANDIDATES", "5000"))


@pytest.mark.django_db
def test_a_year_of_thousands_of_candidates_leaves_every_result_once(seed, compared):
    began = time.monotonic()
    year = played(candidates(), seed)
    assert year.wrong() == [], f"with the seed {seed}"
    found = year.figures()
    rows = [
        ("candidates / exams that truly happened", f"{candidates():,} / {found['sat']:,}"),
        ("results recorded twice, lost, or for somebody else", "0"),
        ("rows that wait at the end", f"{found['waiting rows']:,}"),
        ("rows that a person placed", f"{found['placed by a person']:,}"),
        ("corrections that wait or were placed", f"{found['corrections']:,}"),
        ("codes that came in / were shown", f"{found['codes']:,} / {found['shown']:,}"),
        ("files cut off in the middle / half files / with a bad line / sent twice",
         " / ".join(f"{found[one]:,}" for one in ("cut off", "half", "bad line", "same file"))),
        ("grades promised first", f"{found['taken first']:,}"),
        ("results on hold / released / withdrawn / valid again",
         " / ".join(f"{found.get(one, 0):,}" for one in DECISIONS)),
        ("arrangements agreed / refused, countries agreed / refused",
         " / ".join(f"{found.get(one, 0):,}" for one in REQUESTS)),
        ("seconds", f"{time.monotonic() - began:,.0f}"),
    ]  # fmt: skip
    compared("A year of candidates", ("figure", "measured"), rows)
