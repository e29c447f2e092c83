import json
from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.quiz.banks import bank, body, question
from wins_xblocks.domain.quiz import banks, drawing, rules
from wins_xblocks.domain.quiz.data import Limits


def bank_of(*items, **changed):
    return banks.bank_of({**body(*items), **changed})


def test_a_bank_reads_as_it_was_written():
    found = banks.parse(bank(2))
    assert [item.id for item in found.items] == ["q1", "q2"]
    assert found.items[0].right == {"a"}
    assert (found.problems, found.usable) == ((), found.items)


def options(*rows):
    return [{"id": f"o{n}", "text": text, "correct": right} for n, (text, right) in enumerate(rows)]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"stem": "  "}, "has no text"),
        ({"options": options(("one", True))}, "at least two answers"),
        ({"options": options(("one", True), (" ", False))}, "an empty answer"),
        ({"options": options(("One ", True), ("one", False))}, "the same answer twice"),
        ({"options": options(("one", False), ("two", False))}, "no right answer"),
        ({"options": options(("one", True), ("two", True), ("three", False))}, "more than one right answer"),
        ({"kind": "multiple"}, "two or more right answers, and a wrong one"),
        ({"kind": "multiple", "options": options(("one", True), ("two", True))}, "two or more right answers"),
        ({"objective": "o9"}, "tests “o9”"),
    ],
)
def test_a_question_that_cannot_be_asked_is_named_and_left_out(changed, told):
    found = bank_of(question(1), question(2, **changed))
    assert [item.id for item in found.usable] == ["q1"]
    assert {problem.number for problem in found.problems} == {2}
    assert str(found.problems[0]).startswith("Question 2 (“q2”)")
    assert told in str(found.problems[0])


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ([], "cannot be read"),
        ({"items": {}}, "cannot be read"),
        ({"items": ["text"]}, "Question 1 is not a question"),
        ({"items": [question(1, options=None)]}, "Question 1 is not a question"),
        ({"items": [question(1, kind="essay")]}, "must be one of: single, multiple, truefalse, matching, numeric"),
        ({"items": [question(1), question(2, id="Q 2")]}, "Question 2: the id “Q 2”"),
        ({"items": [question(1), question(1)]}, "Question 2 (“q1”) uses an id twice"),
        ({"items": [question(1, stem=5)]}, "Question 1: a text is not text"),
        ({"items": [question(1, stem="x" * 4001)]}, "longer than 4000"),
        ({"items": [question(1, rationale="\x00")]}, "cannot be shown"),
        ({"items": [question(1, stem="\ud83d")]}, "cannot be shown"),
        ({"items": [question(1, options=["a"])]}, "Question 1: one answer is not"),
        ({"items": [question(1, options=[{"id": "a", "text": "t", "correct": 1}])]}, "Question 1: one answer is not"),
        ({"items": [question(1, options=options(*[(str(n), n == 0) for n in range(11)]))]}, "more than 10 answers"),
        ({"items": [question(n) for n in range(2001)]}, "too many questions"),
        ({"objectives": [{"id": f"o{n}", "text": "t"} for n in range(2001)]}, "too many learning objectives"),
        ({"objectives": ["o1"]}, "no id and text"),
        ({"objectives": [{"id": "o1", "text": "a"}, {"id": "o1", "text": "b"}]}, "“o1” stands twice"),
        ({"bank_id": 7}, "not text"),
    ],
)
def test_what_is_no_bank_is_refused_in_words(broken, told):
    with pytest.raises(banks.BankInvalid) as refused:
        banks.bank_of(broken)
    assert told in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[" * 200_000, "null", "x" * (banks.LARGEST + 1)])
def test_text_that_is_no_json_object_is_refused(text):
    with pytest.raises(banks.BankInvalid):
        banks.parse(text)


def test_the_version_of_a_bank_does_not_depend_on_how_it_was_written():
    loose = json.dumps(dict(reversed(json.loads(bank()).items())), indent=2)
    assert banks.canonical(loose) == banks.canonical(bank())
    assert banks.canonical(bank(3))[1] != banks.canonical(bank(4))[1]


@given(sizes=st.lists(st.integers(1, 12), min_size=1, max_size=6), data=st.data())
def test_a_draw_is_distinct_and_each_objective_gets_its_share(sizes, data):
    names = [f"o{n}" for n in range(len(sizes))]
    tested = [name for name, size in zip(names, sizes, strict=True) for _ in range(size)]
    items = [question(n, name) for n, name in enumerate(tested)]
    usable = bank_of(*items, objectives=[{"id": name, "text": name} for name in names]).usable
    count = data.draw(st.integers(1, len(usable)))
    drawn = drawing.draw(usable, count, True, Random(data.draw(st.integers())))
    assert len({item.id for item in drawn}) == len(drawn) == count
    got = Counter(item.objective for item in drawn)
    for name, size in zip(names, sizes, strict=True):
        share = Fraction(count * size, len(usable))
        assert int(share) <= got[name] <= -int(-share // 1)


@given(count=st.integers(1, 30), seed=st.integers())
def test_a_plain_draw_is_distinct_in_the_authors_order_and_never_more_than_there_is(count, seed):
    usable = banks.parse(bank(20)).usable
    drawn = drawing.draw(usable, count, False, Random(seed))
    assert len(drawn) == min(count, 20)
    assert [item for item in usable if item in drawn] == drawn


def test_a_draw_of_none_takes_all():
    usable = banks.parse(bank(5)).usable
    assert tuple(drawing.draw(usable, 0, True, Random(1))) == usable


def test_what_is_shown_tells_nothing_about_ids_or_the_key():
    usable = banks.parse(bank(20)).usable
    shown = drawing.arrange(usable, False, Random(1))
    refs = [item.ref for item in shown] + [option.ref for item in shown for option in item.options]
    assert len(set(refs)) == len(refs) == 100
    assert all(len(ref) == 8 for ref in refs)
    assert len({item.options.index(next(o for o in item.options if o.option == "a")) for item in shown}) == 4
    assert rules.drawn_of(json.loads(json.dumps(rules.stored(shown)))) == shown


def test_only_a_shuffled_arrangement_changes_the_order_of_questions():
    usable = banks.parse(bank(20)).usable
    ids = [item.id for item in usable]
    assert [item.item for item in drawing.arrange(usable, False, Random(1))] == ids
    assert [item.item for item in drawing.arrange(usable, True, Random(1))] != ids


def refs_of(drawn, letters):
    return [option.ref for option in drawn.options if option.option in letters]


@pytest.mark.parametrize(
    ("right", "chosen", "points"),
    [("a", "a", 1), ("a", "b", 0), ("a", "", 0), ("ab", "ab", 1), ("ab", "a", 0), ("ab", "abc", 0), ("ab", "cd", 0)],
)
def test_a_question_is_right_when_exactly_the_right_set_is_chosen(right, chosen, points):
    found = bank_of(question(1, right=right))
    drawn = drawing.arrange(found.usable, False, Random(1))
    grade = rules.grade(found, drawn, {drawn[0].ref: refs_of(drawn[0], chosen)})
    assert (grade.correct, grade.possible, sum(grade.shares.values())) == (points, 1, points)


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_marks_by_objective_add_up_to_the_grade(answers):
    found = banks.parse(bank(len(answers)))
    drawn = drawing.arrange(found.usable, True, Random(1))
    letters = ["a" if right else "b" for right in answers]
    grade = rules.grade(found, drawn, {s.ref: refs_of(s, letter) for s, letter in zip(drawn, letters, strict=True)})
    assert (grade.correct, grade.possible) == (sum(answers), len(answers))
    assert sum(mark.correct for mark in grade.objectives) == grade.correct
    assert sum(mark.possible for mark in grade.objectives) == grade.possible


def test_a_question_without_an_objective_is_marked_too():
    found = bank_of(question(1, objective=""))
    grade = rules.grade(found, drawing.arrange(found.usable, False, Random(1)), {})
    assert [(mark.objective.id, mark.possible) for mark in grade.objectives] == [("", 1)]


@pytest.mark.parametrize(("right", "asked", "percent", "passed"), [
    (7, 10, 70, True), (69, 100, 70, False), (2, 3, 67, False), (2, 3, 66, True), (0, 5, 0, True), (28, 40, 70, True),
])  # fmt: skip
def test_the_pass_mark_is_exact(right, asked, percent, passed):
    assert rules.passed(Fraction(right, asked), percent) is passed


@pytest.mark.parametrize("forged", [
    [], None, {"unknown": []}, {"REF": "abc"}, {"REF": ["unknown"]}, {"REF": [1]}, {"REF": {"a": 1}},
    {"REF": ["A", "B"]}, {"REF": ["A", "A"]},
])  # fmt: skip
def test_answers_to_what_was_not_asked_are_refused(forged):
    found = bank_of(question(1))
    drawn = drawing.arrange(found.usable, False, Random(1))
    real = {"REF": drawn[0].ref, "A": drawn[0].options[0].ref, "B": drawn[0].options[1].ref}
    text = json.dumps(forged)
    for name, ref in real.items():
        text = text.replace(f'"{name}"', f'"{ref}"')
    with pytest.raises(rules.ForgedAnswer):
        rules.checked(found, drawn, json.loads(text))


def test_a_multiple_question_takes_several_answers_and_no_answer_is_not_kept():
    found = bank_of(question(1, right="ab"), question(2))
    first, second = drawing.arrange(found.usable, False, Random(1))
    chosen = refs_of(first, "ac")
    assert rules.checked(found, (first, second), {first.ref: chosen, second.ref: []}) == {first.ref: sorted(chosen)}


@pytest.mark.parametrize(("purpose", "own", "policy", "holds"), [
    ("practice", Limits(50, 2), Limits(70, 3, 24), Limits(0, 2, 0)),
    ("unit", Limits(50, 2), Limits(70, 3, 24), Limits(50, 2, 0)),
    ("test", Limits(50, 9), Limits(70, 3, 24), Limits(70, 3, 24)),
    ("test", Limits(80, 0), Limits(70, 3, 24), Limits(80, 3, 24)),
    ("test", Limits(50, 9), None, Limits(50, 9, 0)),
])  # fmt: skip
def test_a_module_test_follows_the_programme(purpose, own, policy, holds):
    assert rules.limits(purpose, own, policy) == holds
