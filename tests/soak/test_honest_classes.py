"""How often hints come to honest classes, and how often to pairs of whom one copied: the long form."""

import os
from random import Random

import pytest

from tests.domain.integrity.cohorts import PLAIN, UNEVEN, WEAK, answers, copied, field
from wins_xblocks.domain.integrity import rules

pytestmark = pytest.mark.soak
CLASSES = int(os.environ.get("WINS_SOAK_CLASSES", "100"))
MODELS = {"plain": PLAIN, "uneven": UNEVEN, "weak": WEAK}
EVERYBODY = range(1, 1000)


@pytest.mark.parametrize("model", MODELS)
def test_of_twenty_honest_classes_at_most_one_gets_a_hint(model, seed, bounded):
    hints = sum(
        bool(rules.found(field(answers(Random(f"{seed} {n}"), **MODELS[model])), EVERYBODY)) for n in range(CLASSES)
    )
    assert hints <= CLASSES / 20
    bounded("Hints", f"honest classes with a hint, of {CLASSES} ({model})", hints, CLASSES // 20)


@pytest.mark.parametrize("model", MODELS)
def test_of_ten_who_copied_all_at_least_nine_are_found(model, seed, bounded):
    rng, missed = Random(f"{seed} copied"), 0
    for _ in range(CLASSES):
        rows, pair = copied(rng, answers(rng, **MODELS[model]))
        missed += all({one.id for one in found.tries} != pair for found in rules.found(field(rows), pair))
    assert missed <= CLASSES / 10
    bounded("Hints", f"pairs that were not found, of {CLASSES} ({model})", missed, CLASSES // 10)
