"""Vouchers walked for long: the machine of the suite, with chance of its own."""

import hypothesis
import pytest

from tests.domain.vouchers.machine import Vouchers
from tests.domain.vouchers.walking import walker

pytestmark = pytest.mark.soak
STEPS = 50


@pytest.fixture
def walk(world, rules_file, caplog):
    return walker(world, rules_file, caplog)


@pytest.mark.django_db
def test_vouchers_stay_true_whatever_happens(walk, seed, times, measured, monkeypatch):
    with measured(f"vouchers: lives of three learners, {STEPS} steps each") as tried:
        begin = Vouchers.__init__

        def counted(machine):
            tried()
            begin(machine)

        monkeypatch.setattr(Vouchers, "__init__", counted)
        walk(max(times // 20, 1), STEPS, wrap=hypothesis.seed(seed))
