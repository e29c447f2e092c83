"""Rules made and withdrawn by several at once: one version a number, and each loser is told; the trail verifies."""

from dataclasses import replace
from datetime import date

import pytest

from tests.conftest import NOW
from tests.domain.vouchers.builders import RULES
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.programme import versions
from wins_xblocks.domain.programme.models import ProgrammeVersion, ProgrammeWithdrawal

from .conftest import race

MAY, JUNE = date(2027, 5, 1), date(2027, 6, 1)
ROUNDS = pytest.mark.parametrize("times", range(3))


def make(by, claim, day=JUNE):
    draft = replace(RULES, effective=day, reason="As decided", policies=replace(RULES.policies, late_days=by))
    versions.make(draft, claim, None, by, NOW)
    return "made"


def attempt(act):
    """What it says, or the name of its refusal."""
    try:
        return act()
    except (versions.Meanwhile, versions.NotWithdrawn) as refusal:
        return type(refusal).__name__


@ROUNDS
@pytest.mark.parametrize("before", [0, 1])
def test_of_five_who_make_rules_at_once_one_does(database, times, before):
    """Before the first row there is nothing to lock: the number itself is claimed."""
    if before:
        make(9, versions.Claim(2, 1), MAY)
    claim = versions.claim(versions.all_of(None), JUNE)
    answers = race(lambda by: attempt(lambda: make(by, claim)), range(1, 6))
    assert sorted(answers) == ["Meanwhile"] * 4 + ["made"]
    assert ProgrammeVersion.objects.count() == before + 1
    assert len(audit.entries(f"programme:{claim.number}")) == 1
    assert audit.broken() == []


@ROUNDS
def test_one_who_presses_five_times_makes_one_version(database, times):
    claim = versions.claim(versions.all_of(None), JUNE)
    assert race(lambda _: attempt(lambda: make(1, claim)), range(5)) == ["made"] * 5
    assert ProgrammeVersion.objects.count() == 1
    assert len(audit.entries("programme:2")) == 1


@ROUNDS
def test_nobody_builds_on_a_version_that_is_withdrawn_meanwhile(database, times):
    make(9, versions.Claim(2, 1), MAY)
    claim = versions.claim(versions.all_of(None), JUNE)
    answers = race(
        lambda act: attempt(act),
        [lambda: make(1, claim), lambda: versions.withdraw(2, "Not now", None, 2, NOW) or "withdrawn"],
    )
    assert answers[1] == "withdrawn"
    built = ProgrammeVersion.objects.filter(version=3).first()
    assert (answers[0] == "made") is (built is not None)
    if built:  # first made, then withdrawn: whoever withdrew may have read of it
        [made] = audit.entries("programme:3")
        assert made.facts["based_on"] == 2
    assert audit.broken() == []


@ROUNDS
def test_of_two_who_withdraw_one_is_told(database, times):
    make(9, versions.Claim(2, 1))
    answers = race(
        lambda by: attempt(lambda: versions.withdraw(2, "Not now", None, by, NOW) or "withdrawn"), range(1, 4)
    )
    assert sorted(answers) == ["NotWithdrawn", "NotWithdrawn", "withdrawn"]
    assert ProgrammeWithdrawal.objects.count() == 1
    assert len(audit.entries("programme:2")) == 2
