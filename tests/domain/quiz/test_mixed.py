"""Banks of several kinds: what is drawn, what a try is worth, cases, blueprints, and where a question may be asked."""

import json
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.quiz.banks import body, question
from tests.domain.quiz.kinds import EACH, answers, matching, multiple, numeric, truefalse
from wins_xblocks.domain.quiz import api, banks, drawing, privacy, rules, showing
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt

UNIT = Quiz("block-v1:quiz", "unit", Limits(70, 0), "foundation")
CASES = [{"id": "c1", "stem": "A site has two fences."}]


def mixed(**changed):
    """Worth 1 + 2 + 1 + 2 + 3 = 9 points; two of them may be partly right, in thirds."""
    items = [
        question(1), multiple(2, credit="part", points=2), truefalse(number=3), matching(4, credit="part", points=2),
        numeric(5, points=3),
    ]  # fmt: skip
    return {**body(*items), **changed}


def bank_of(**changed):
    return banks.bank_of(mixed(**changed), strict=True)


SAID = {"q1": "a", "q2": "a b", "q3": "false", "q4": {"a": "a", "b": "x"}, "q5": {"text": "3,75", "unit": ""}}


@pytest.mark.django_db
def test_parts_of_points_are_kept_as_whole_numbers_and_graded_exactly(now):
    begun = api.start(UNIT, Taker(1), json.dumps(mixed()), "seed", now)
    row = Attempt.objects.get()
    assert (row.possible, row.units) == (27, 3)
    sent = api.submit(1, UNIT.block, begun.number, answers(row, **SAID), 0, now)
    row.refresh_from_db()
    assert row.correct == 3 + 4 + 0 + 2 + 9
    assert sent.result.exact == (6, 9)
    assert (sent.result.got, sent.result.most, sent.result.percent, sent.passed) == (6, 9, 66, False)
    assert sum(mark.correct for mark in sent.result.objectives) == row.correct
    shares = [question.share for question in sent.result.questions]
    assert shares == [1, Fraction(2, 3), 0, Fraction(1, 3), 1]
    assert api.best(1, UNIT.block) == (6, 9)


@pytest.mark.django_db
def test_answers_are_saved_as_they_stand_and_come_back(now):
    begun = api.start(UNIT, Taker(1), json.dumps(mixed()), "seed", now)
    assert api.save(1, UNIT.block, begun.number, answers(Attempt.objects.get(), **SAID), 0, now) == 1
    shown = {question.kind: question.body for question in api.open_try(1, UNIT.block).questions}
    assert sum(option.chosen for option in shown["multiple"].options) == 2
    assert [option.text for option in shown["truefalse"].options if option.chosen] == ["False"]
    texts = {option.ref: option.text for option in shown["matching"].options}
    chosen = [(prompt.text, texts.get(prompt.chosen)) for prompt in shown["matching"].prompts]
    assert chosen == [("Alarm", "Detect"), ("Fence", "Respond"), ("Camera", None)]
    assert (shown["numeric"].field.text, shown["numeric"].field.units) == ("3,75", ("GBq", "MBq"))
    assert api.open_try(1, UNIT.block).answered == 5


@pytest.mark.django_db
def test_a_person_reads_her_answers_of_every_kind(now):
    begun = api.start(UNIT, Taker(1), json.dumps(mixed()), "seed", now)
    api.submit(1, UNIT.block, begun.number, answers(Attempt.objects.get(), **SAID), 0, now)
    (told,) = privacy.told_of(1)["Attempt"]
    chosen = [answer["chosen"] for answer in told["answers"]]
    assert sorted(chosen[1]) == ["Answer a of 2", "Answer b of 2"]
    assert chosen[2:] == [["False"], ["Alarm – Detect", "Fence – Respond"], ["3,75"]]


@pytest.mark.django_db
def test_an_open_try_is_graded_by_the_bank_of_then(now):
    """Begun before there were kinds and points: nothing of it changes when its author writes on."""
    old = json.dumps(body(question(1, right="ab"), question(2)))
    begun = api.start(UNIT, Taker(1), old, "seed", now)
    Attempt.objects.update(units=None)
    row = Attempt.objects.get()
    sent = api.submit(1, UNIT.block, begun.number, answers(row, q1="a", q2="a"), 0, now)
    assert (sent.result.correct, sent.result.possible, sent.result.units) == (1, 2, None)
    assert banks.plain(banks.parse(old)) == json.loads(old)


@given(points=st.lists(st.integers(1, 100), min_size=5, max_size=5), chosen=st.data())
def test_no_mark_is_ever_rounded(points, chosen):
    items = [{**item, "id": f"q{n}", "points": points[n]} for n, item in enumerate(EACH.values())]
    found = banks.bank_of(body(*items), strict=True)
    drawn = drawing.arrange(found.usable, True, Random(1))
    letters = chosen.draw(st.sets(st.sampled_from("abcd")))
    said = {shown.ref: [o.ref for o in shown.options if o.option in letters] for shown in drawn if shown.item == "q1"}
    grade = rules.grade(found, drawn, said)
    worth = {item.id: item.points for item in found.items}
    exact = sum(grade.shares[shown.ref] * worth[shown.item] for shown in drawn)
    assert Fraction(grade.correct, grade.units or 1) == exact
    assert Fraction(grade.possible, grade.units or 1) == sum(points)


# Cases


def case_bank():
    items = [question(n, **({"case": "c1"} if n in (2, 4, 5) else {})) for n in range(1, 8)]
    return banks.bank_of({**body(*items), "cases": CASES}, strict=True)


@pytest.mark.parametrize("shuffled", [False, True])
def test_the_questions_of_a_case_stand_together_in_their_order(shuffled):
    found = case_bank()
    for seed in range(30):
        order = [drawn.item for drawn in drawing.arrange(found.usable, shuffled, Random(seed))]
        first = order.index("q2")
        assert order[first : first + 3] == ["q2", "q4", "q5"]
        assert sorted(order) == [f"q{n}" for n in range(1, 8)]


def test_a_case_is_shown_with_the_numbers_of_its_questions():
    shown = showing.preview(case_bank(), case_bank().usable)
    assert [question.case and (question.case.first, question.case.last) for question in shown] == [
        None, (2, 4), (2, 4), (2, 4), None, None, None,
    ]  # fmt: skip
    assert shown[1].case.stem == "A site has two fences."


# Blueprints

SORTS = [("A", "easy"), ("A", "hard"), ("B", "easy"), ("B", ""), ("", "easy")]


def sorted_bank(sizes, blueprint):
    kinds = [sort for sort, size in zip(SORTS, sizes, strict=True) for _ in range(size)]
    items = [question(n, category=category, difficulty=level) for n, (category, level) in enumerate(kinds)]
    rows = [{"category": category, "difficulty": level, "count": count} for category, level, count in blueprint]
    return banks.bank_of({**body(*items), "blueprint": rows}, strict=True)


@given(sizes=st.lists(st.integers(1, 8), min_size=5, max_size=5), seed=st.integers(), data=st.data())
def test_a_blueprint_gets_what_it_asks_for_and_no_question_twice(sizes, seed, data):
    wanted = [data.draw(st.integers(1, size)) for size in sizes[:3]]
    rows = [("A", "easy", wanted[0]), ("A", "hard", wanted[1]), ("B", "", wanted[2])]
    found = sorted_bank(sizes, rows)
    assert list(drawing.unmet(found.blueprint, found.usable)) == []
    drawn = drawing.take(found, found.usable, 0, "blueprint", Random(seed))
    assert len({item.id for item in drawn}) == len(drawn) == sum(wanted)
    assert sum(item.category == "A" and item.difficulty == "hard" for item in drawn) == wanted[1]
    assert sum(item.category == "B" for item in drawn) == wanted[2]
    assert drawn == [item for item in found.usable if item in drawn]


@pytest.mark.parametrize(("rows", "told"), [
    ([], "The blueprint has no row."),
    ([("A", "easy", 3)], "Row 1 of the blueprint asks for more questions (3) than there are (2)."),
    ([("A", "easy", 1), ("C", "", 1)], "Row 2 of the blueprint asks for more questions (1) than there are (0)."),
    ([("A", "", 1), ("B", "", 1), ("", "easy", 1)], "Rows 1 and 3 of the blueprint ask for the same questions."),
])  # fmt: skip
def test_a_blueprint_that_cannot_be_met_says_in_which_row(rows, told):
    found = sorted_bank([2, 2, 2, 2, 2], rows)
    sentence, values = next(drawing.unmet(found.blueprint, found.usable))
    assert sentence.format(**values) == told
    with pytest.raises(drawing.BlueprintUnmet):
        drawing.take(found, found.usable, 0, "blueprint", Random(1))


@pytest.mark.django_db
def test_a_learner_is_not_given_less_than_the_blueprint(now):
    text = json.dumps(mixed(blueprint=[{"category": "", "difficulty": "hard", "count": 2}]))
    with pytest.raises(api.NothingToAsk, match="not complete"):
        api.start(replace(UNIT, draw_by="blueprint"), Taker(1), text, "seed", now)
    assert not Attempt.objects.exists()


# Where and when a question may be asked


def test_a_question_is_asked_in_practice_or_in_the_test_never_in_both():
    found = banks.bank_of(body(question(1), question(2, use="practice"), question(3, use="test")), strict=True)
    assert [item.id for item in drawing.askable(found, "test")] == ["q1", "q3"]
    assert [item.id for item in drawing.askable(found, "unit")] == ["q1", "q2"]
    assert [item.id for item in drawing.askable(found, "practice")] == ["q1", "q2"]
    assert [str(problem) for problem in drawing.misplaced(found, "test")] == [
        "Question 2 (“q2”) is for practice, and this is a module test."
    ]
    assert [problem.number for problem in drawing.misplaced(found, "practice")] == [3]


def test_what_is_not_finished_or_no_longer_asked_is_kept_and_not_complained_about():
    found = banks.bank_of(body(question(1), question(2, status="draft", stem=""), question(3, status="retired")))
    assert [item.id for item in found.usable] == ["q1"]
    assert found.problems == ()


@pytest.mark.parametrize(("changed", "told"), [
    ({"kind": "essay"}, "Question 1: the kind must be one of: single, multiple, truefalse, matching, numeric."),
    ({"kind": ["single"]}, "the kind must be one of"), ({"rational": "x"}, "“rational” is not known"),
    ({"pairs": []}, "“pairs” is not known in a question of this kind"), ({7: 1}, "“int” is not known"),
    ({"points": 0}, "“points” must be a whole number from 1 to 100"), ({"points": 1.5}, "“points” must be"),
    ({"points": True}, "“points” must be"), ({"status": "gone"}, "“status” must be one of: draft, live, retired"),
    ({"difficulty": ["hard"]}, "“difficulty” must be one of: easy, medium, hard"), ({"use": "both"}, "“use” must be"),
    ({"bloom": "guess"}, "“bloom” must be one of: remember"), ({"category": 5}, "a text is not text"),
    ({"reference": "x" * 301}, "longer than 300"), ({"case": "C 1"}, "the id “C 1”"),
])  # fmt: skip
def test_a_slip_in_what_every_question_may_say_is_named(changed, told):
    with pytest.raises(banks.BankInvalid) as refused:
        banks.bank_of(body({**question(1), **changed}), strict=True)
    assert told in str(refused.value)


@pytest.mark.parametrize(("item", "told"), [
    (truefalse(answer="yes"), "“answer” must be true or false"),
    (matching(pairs=["a"]), "one pair is not “id, left, right”"),
    (matching(pairs=[{"id": str(n), "left": "l", "right": "r"} for n in range(11)]), "more than 10 pairs"),
    (matching(pairs=[{"id": "a", "left": 0, "right": "r"}]), "a text is not text"),
    (matching(pairs=[{"id": "a", "left": "l", "right": "r"}] * 2), "uses an id twice"),
    (matching(credit="half"), "“credit” must be one of: all, part"),
    (numeric(answer=5), "“answer” is not “value, tolerance, unit, units”"),
    (numeric(answer={"value": 5, "tolerence": 1}), "“answer” is not"),
    (numeric(answer={"value": "five"}), "“five” is not a number here"),
    (numeric(answer={"value": float("nan")}), "“float” is not a number here"),
    (numeric(answer={"value": 10**400}), "“int” is not a number here"),
    (numeric(answer={"value": True}), "“bool” is not a number here"),
    (numeric(answer={"value": 5, "tolerance": -1}), "“-1” is not a number here"),
    (numeric(answer={"value": 5, "tolerance": "5 % or so"}), "is not a number here"),
    (numeric(answer={"value": 5, "unit": "5 kg"}), "“5 kg” is not a unit"),
    (numeric(answer={"value": 5, "unit": "kg", "units": [{"name": "g"}]}), "another unit is not “name, factor”"),
    (numeric(answer={"value": 5, "unit": "kg", "units": [{"name": "g", "factor": 0}]}), "must be above zero"),
])  # fmt: skip
def test_a_slip_in_what_a_kind_says_is_named(item, told):
    with pytest.raises(banks.BankInvalid) as refused:
        banks.bank_of(body(item), strict=True)
    assert told in str(refused.value)


@pytest.mark.parametrize(("item", "told"), [
    (truefalse(answer=None), "has no right answer"),
    (matching(pairs=[]), "needs at least two pairs with different answers"),
    (matching(pairs=[{"id": n, "left": n, "right": "same"} for n in "ab"]), "needs at least two pairs"),
    (matching(pairs=[{"id": n, "left": "same", "right": n} for n in "ab"]), "the same left side twice"),
    (matching(pairs=[{"id": n, "left": n, "right": " "} for n in "ab"]), "a pair without an answer"),
    (matching(pairs=[{"id": n, "left": n.strip("c"), "right": n.replace("c", "a")} for n in "abc"]), "fits another"),
    (numeric(answer=None), "has no right answer"), (numeric(answer={"value": ""}), "has no right answer"),
    (numeric(answer={"value": 0, "tolerance": "5 %"}), "per cent of zero is zero"),
    (numeric(answer={"value": 1, "units": [{"name": "g", "factor": 1}]}), "other units, but none of its own"),
    (numeric(answer={"value": 1, "unit": "g", "units": [{"name": "g", "factor": 1}]}), "the same unit twice"),
    (question(1, case="c9"), "belongs to the case “c9”, which has no text"),
])  # fmt: skip
def test_a_question_of_any_kind_that_cannot_be_asked_is_named(item, told):
    found = banks.bank_of(body(item), strict=True)
    assert found.usable == ()
    assert told in " ".join(map(str, found.problems))


@pytest.mark.parametrize(("parts", "told"), [
    ({"cases": {}}, "cannot be read"), ({"cases": ["x"]}, "no id and text"),
    ({"cases": CASES * 2}, "“c1” stands twice"),
    ({"cases": [{"id": f"c{n}", "stem": ""} for n in range(201)]}, "too many cases"),
    ({"blueprint": [5]}, "Row 1 of the blueprint"), ({"blueprint": [{"count": 0}]}, "“count” must be a whole number"),
    ({"blueprint": [{"count": 1}] * 101}, "too many rows"),
    ({"blueprint": [{"count": 1, "difficulty": "x"}]}, "“difficulty” must be one of"),
])  # fmt: skip
def test_a_slip_in_a_case_or_a_blueprint_is_named(parts, told):
    with pytest.raises(banks.BankInvalid) as refused:
        bank_of(**parts)
    assert told in str(refused.value)
