"""Keys that were wrong, as rules: the text of before marked by the key of now, for every kind of question."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.quiz.banks import body, question
from tests.domain.quiz.kinds import EACH, matching, multiple, numeric, truefalse
from wins_xblocks.domain.quiz import banks, correcting, drawing, rules
from wins_xblocks.domain.quiz.correcting import FREE, KEY, Mark
from wins_xblocks.domain.quiz.kinds.matching import RIGHT
from wins_xblocks.domain.quiz.marker import Marker

LETTERS = "abcd"
RIGHTS = ["Detect", "Delay", "Respond", "Deter"]
POINTS, CREDIT = st.integers(1, 3), st.sampled_from(["all", "part"])
SOME = st.sets(st.sampled_from(LETTERS), min_size=2, max_size=3).map(lambda found: "".join(sorted(found)))
VALUES = st.sampled_from(["3.7", "0.0037", "3700", "-2"])


@st.composite
def keys(draw, kind, number):
    """One question with a key of its own; the words are always the same."""
    more = {"points": draw(POINTS)}
    if kind == "single":
        return question(number, right=draw(st.sampled_from(LETTERS)), **more)
    if kind == "multiple":
        return question(number, right=draw(SOME), credit=draw(CREDIT), **more)
    if kind == "truefalse":
        return truefalse(draw(st.booleans()), number, **more)
    if kind == "numeric":
        units = draw(st.sampled_from([[], [{"name": "MBq", "factor": "0.001"}]]))
        off = draw(st.sampled_from(["0", "10 %"]))
        answer = {"value": draw(VALUES), "tolerance": off, "unit": "GBq", "units": units}
        return numeric(number, answer=answer, **more)
    rights = draw(st.lists(st.sampled_from(RIGHTS), min_size=4, max_size=4))
    lefts = ["Alarm", "Fence", "Camera", ""]
    pairs = [{"id": i, "left": left, "right": right} for i, left, right in zip(LETTERS, lefts, rights, strict=True)]
    return matching(number, pairs=pairs, credit=draw(CREDIT), **more)


@st.composite
def two_banks(draw):
    """A bank, and the same with other keys; every question of both can be asked."""
    kinds = draw(st.lists(st.sampled_from(sorted(EACH)), min_size=1, max_size=4))
    old, new = ([draw(keys(kind, number)) for number, kind in enumerate(kinds, 1)] for _bank in range(2))
    found = banks.bank_of(body(*old)), banks.bank_of(body(*new))
    assume(not found[0].problems and not found[1].problems)
    return found


def answer_to(item, drawn, rng):
    """Any answer that a page can send."""
    refs = [option.ref for option in drawn.options]
    if item.kind == "numeric":
        units = ["", *filter(None, (item.number.unit, *(unit.name for unit in item.number.units)))]
        return {"text": rng.choice(["3.7", "3700", "0.0037", "-2", "about 4", "3,7 GBq"]), "unit": rng.choice(units)}
    if item.kind == "matching":
        rights = [o.ref for o in drawn.options if o.option.startswith(RIGHT)]
        return {ref: rng.choice(rights) for ref in refs if ref not in rights and rng.random() < 0.9}
    return sorted(rng.sample(refs, rng.randint(0, len(refs) if item.kind == "multiple" else 1)))


def same_answer(answer, old, new, drawn, drawn_new):
    """The same answer in a try that was drawn from the newer bank: by words, where these have moved."""
    if old.kind == "numeric":
        return answer
    names = {o.ref: o.option for o in drawn.options}
    if old.kind != "matching":
        refs = {o.option: o.ref for o in drawn_new.options}
        return [refs[names[ref]] for ref in answer]
    texts, said = {pair.id: pair.right for pair in old.pairs}, {pair.id: pair.right for pair in new.pairs}
    lefts = {o.option: o.ref for o in drawn_new.options}
    rights = {said[o.option[1:]]: o.ref for o in drawn_new.options if o.option.startswith(RIGHT)}
    chosen = {lefts[names[left]]: texts[names[right][1:]] for left, right in answer.items()}
    return {left: rights[text] for left, text in chosen.items() if text in rights}


def taken(old, new):
    """Every question of the newer bank whose key can be taken over, or None where one cannot."""
    fits = all(correcting.taken_over(mine, item) for mine, item in zip(old.items, new.items, strict=True))
    return {item.id: correcting.stored(KEY, item) for item in new.items} if fits else None


@given(two_banks(), st.randoms(use_true_random=False))
def test_a_corrected_grade_is_that_of_a_try_at_the_newer_bank_with_the_same_answers(both, rng):
    old, new = both
    assume(done := taken(old, new))
    drawn = drawing.arrange(old.items, False, Random(1))
    drawn_new = drawing.arrange(new.items, False, Random(2))
    answers = {one.ref: answer_to(item, one, rng) for item, one in zip(old.items, drawn, strict=True)}
    theirs = {
        one.ref: same_answer(answers[mine.ref], item, other, mine, one)
        for item, other, mine, one in zip(old.items, new.items, drawn, drawn_new, strict=True)
    }
    corrected = rules.grade(correcting.corrected(old, done), drawn, answers)
    fresh = rules.grade(new, drawn_new, theirs)
    assert (corrected.correct, corrected.possible, corrected.units) == (fresh.correct, fresh.possible, fresh.units)
    assert [*corrected.shares.values()] == [*fresh.shares.values()]
    assert [(one.correct, one.possible) for one in corrected.objectives] == [
        (one.correct, one.possible) for one in fresh.objectives
    ]


@given(two_banks())
def test_a_correction_changes_keys_never_words_and_twice_is_once(both):
    old, new = both
    assume(done := taken(old, new))
    once = correcting.corrected(old, done)
    assert correcting.corrected(once, done) == once
    assert not any(question.differs for question in correcting.compared({1: once}, new))
    for mine, item in zip(old.items, once.items, strict=True):
        assert (mine.stem, [o.text for o in mine.options], mine.pairs) == (
            item.stem, [o.text for o in item.options], item.pairs
        )  # fmt: skip


MARKS = st.tuples(st.integers(0, 12), st.integers(1, 12)).filter(lambda both: both[0] <= both[1])


@given(MARKS, MARKS, st.integers(0, 100), st.booleans())
def test_nobody_loses_unless_staff_say_so(before, after, needed, lower):
    was = Mark(*before, None, Fraction(*before) * 100 >= needed)
    grade = _grade(*after)
    found, kept = correcting.outcome(was, grade, needed, lower)
    if lower:
        assert (Fraction(found.correct, found.possible), kept) == (grade.share, False)
    else:
        assert Fraction(found.correct, found.possible) == max(grade.share, Fraction(*before))
        assert found.passed >= was.passed
    assert found.passed == (Fraction(found.correct, found.possible) * 100 >= needed)


def _grade(correct, possible):
    return rules.Grade(correct, possible, {}, ())


UNFIT = {
    "another kind": (question(1), truefalse(number=1)),
    "an option more": (question(1), question(1, options=[*question(1)["options"], {"id": "e", "text": "E"}])),
    "an option less": (question(1), question(1, options=question(1)["options"][:3])),
    "another unit of its own": (
        numeric(), numeric(answer={"value": "3.7", "unit": "MBq", "units": [{"name": "GBq", "factor": "1000"}]})
    ),
    "a unit that could be chosen is gone": (numeric(), numeric(answer={"value": "3.7", "unit": "GBq"})),
    "a right side that nobody was shown": (
        matching(), matching(pairs=[{**pair, "right": pair["right"] + "!"} for pair in matching()["pairs"]])
    ),
    "it is gone": (question(1), question(2)),
}  # fmt: skip


@pytest.mark.parametrize("name", UNFIT)
def test_answers_that_a_key_cannot_mark_are_told(name):
    old, new = (banks.bank_of(body(item)) for item in UNFIT[name])
    [found] = correcting.compared({1: old}, new)
    assert not all(side.fits for side in found.sides)
    assert correcting.taken_over(old.items[0], new.items[0] if found.new else None) is None
    assert found.differs == (name != "it is gone"), "what is not asked any more has no other key"


def test_everybody_gets_the_points_of_a_question_that_should_not_have_been_asked():
    old = banks.bank_of(body(question(1, points=2), multiple(2, credit="part")))
    drawn = drawing.arrange(old.items, False, Random(1))
    assert rules.grade(old, drawn, {}).correct == 0
    freed = correcting.corrected(old, {"q1": correcting.stored(FREE, old.items[0])})
    found = rules.grade(freed, drawn, {})
    assert (found.correct, found.possible, found.units) == (6, 9, 3)
    assert [side.differs for one in correcting.compared({1: freed}, old) for side in one.sides] == [False, False]


def test_versions_that_mark_a_question_alike_are_one_side_of_it():
    first, second = banks.bank_of(body(question(1, right="b"))), banks.bank_of(body(question(1, right="b")))
    third, now = banks.bank_of(body(question(1, right="c"))), banks.bank_of(body(question(2), question(1)))
    [found] = correcting.compared({1: first, 2: second, 3: third}, now)
    assert ([side.versions for side in found.sides], found.number) == ([(1, 2), (3,)], 2)
    assert (found.differs, found.fits, found.reworded) == (True, True, False)


def test_a_question_whose_words_differ_too_says_so():
    old, new = banks.bank_of(body(question(1))), banks.bank_of(body(question(1, right="b", stem="Other?")))
    [found] = correcting.compared({1: old}, new)
    assert (found.reworded, found.fits) == (True, True)


@pytest.mark.parametrize("name", sorted(EACH))
def test_the_same_key_is_no_difference(name):
    old = banks.bank_of(body(EACH[name]))
    new = banks.bank_of(body({**EACH[name], "rationale": "Another one.", "objective": "o2"}))
    [found] = correcting.compared({1: old}, new)
    assert (found.differs, found.sides[0].fits) == (False, True)
    assert correcting.taken_over(replace(old.items[0], free=True), new.items[0]) == old.items[0]


@given(two_banks(), st.randoms(use_true_random=False))
def test_many_tries_are_marked_as_each_by_itself(pair, rng):
    """The marker remembers answers of before; each try has its own order, refs and answers."""
    bank = correcting.corrected(pair[0], {pair[0].items[0].id: {"free": True}}) if rng.random() < 0.3 else pair[0]
    marker = Marker(bank)
    for _try in range(4):
        drawn = drawing.arrange(rng.sample(bank.items, rng.randint(1, len(bank.items))), False, rng)
        items = {item.id: item for item in bank.items}
        given_ = {one.ref: answer_to(items[one.item], one, rng) for one in drawn if rng.random() < 0.8}
        responses = rules.checked(bank, drawn, given_)
        alone, among = rules.grade(bank, drawn, responses), marker.grade(rules.stored(drawn), responses)
        assert (among.correct, among.possible, among.units) == (alone.correct, alone.possible, alone.units)
