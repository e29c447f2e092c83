"""What the suite tries some dozen times, tried for long."""

import random
import tempfile
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.domain.results import test_files as exam_files
from tests.domain.study_time import test_record as ledger
from tests.export import test_hostile as hostile

pytestmark = pytest.mark.soak


@pytest.mark.django_db
def test_the_ledger_counts_the_union_in_any_order(seed, times, measured):
    body = ledger.test_any_order_with_any_repetition_counts_the_union.hypothesis.inner_test

    with measured("ledger: beats in any order, some twice") as tried:

        @hypothesis.seed(seed)
        @hypothesis.settings(max_examples=times, deadline=None, database=None)
        @hypothesis.given(ledger.sent, st.randoms(use_true_random=False))
        def in_any_order(beats, chance):
            tried()
            body(beats, chance)

        in_any_order()


@pytest.mark.parametrize(
    ("what", "case"),
    [
        ("exporter: damaged archives", hostile.test_a_damaged_archive_is_refused_or_reported_but_never_crashes),
        ("exporter: damaged files", hostile.test_damaged_files_are_refused_or_reported_but_never_crash),
    ],
)
def test_the_exporter_never_crashes(what, case, seed, times, measured):
    chance = random.Random(seed)
    with measured(what) as tried:
        for one in (chance.randrange(1 << 40) for _ in range(times)):
            tried()
            with tempfile.TemporaryDirectory() as folder:
                try:
                    case(one, Path(folder))
                except BaseException as error:
                    error.add_note(f"with the seed {one}")
                    raise


def test_the_reader_of_results_never_crashes(seed, times, measured):
    chance = random.Random(seed)
    with measured("results: damaged EXAM files, plain and packed") as tried:
        for one in (chance.randrange(1 << 40) for _ in range(times * 25)):  # 500,000 when nothing else is asked for
            tried()
            try:
                exam_files.never_crashes(one)
            except BaseException as error:
                error.add_note(f"with the seed {one}")
                raise
