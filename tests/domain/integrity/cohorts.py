"""Simulated classes: honest learners, and pairs of whom one copies. Seeded; the model is in ``docs/integrity.md``."""

from math import exp

from wins_xblocks.domain.integrity.data import Compared, Field, Wrong

PLAIN = {}
# Learners know some objectives better than others, and weak ones fall for other wrong answers than strong ones.
UNEVEN = {"uneven": 1.0, "tastes": 1.0}
WEAK = {"uneven": 1.0, "tastes": 1.0, "hard": 0.3}


def answers(rng, learners=300, questions=40, uneven=0.0, tastes=0.0, hard=-1.0):
    """By learner and question: 0 for the right answer, else which of three wrong ones (Rasch model, then softmax)."""
    asked = [
        (rng.gauss(hard, 1), rng.randrange(8), [(rng.gauss(0, 1), rng.gauss(0, tastes)) for _ in range(3)])
        for _ in range(questions)
    ]  # fmt: skip
    return [_learner(rng, asked, uneven) for _ in range(learners)]


def _learner(rng, asked, uneven):
    ability, own = rng.gauss(0, 1), [rng.gauss(0, uneven) for _ in range(8)]
    found = []
    for difficulty, objective, wrong in asked:
        if rng.random() < 1 / (1 + exp(difficulty - ability - own[objective])):
            found.append(0)
        else:
            weights = [exp(lure + taste * ability) for lure, taste in wrong]
            found.append(rng.choices((1, 2, 3), weights)[0])
    return found


def copied(rng, rows, share=1.0, least_wrong=12, most_wrong=20):
    """The rows with one more: a copier takes ``share`` of the answers of a learner who missed so many."""
    source = rng.choice([n for n, row in enumerate(rows) if least_wrong <= sum(map(bool, row)) <= most_wrong])
    copier = rng.choice([n for n in range(len(rows)) if n != source])
    taken = [theirs if rng.random() < share else own for theirs, own in zip(rows[source], rows[copier], strict=True)]
    return [taken if n == copier else row for n, row in enumerate(rows)], {source + 1, copier + 1}


def field(rows, seconds=None):
    """Rows in bits, as ``integrity.api.field_of`` makes them; ids and learners are counted from 1."""
    counts = {}
    for row in rows:
        for place, answer in enumerate(row):
            if answer:
                counts[place, answer] = counts.get((place, answer), 0) + 1
    bits = {key: bit for bit, key in enumerate(counts)}
    tries = [
        Compared(
            n, n, (1 << len(row)) - 1, sum(1 << bits[at] for at in enumerate(row) if at[1]),
            row.count(0) / len(row), seconds[n - 1] if seconds else 2400, len(row),
        )
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    return Field(tries, [Wrong(1 << place, (count + 1) / (len(rows) + 1)) for (place, _), count in counts.items()])
