"""Kinds of questions: what may be stored, what a page may show, and how answers are marked."""

import json
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.quiz.banks import body, question
from tests.domain.quiz.kinds import EACH, drawn_one, matching, multiple, numeric, truefalse
from wins_xblocks.domain.quiz import banks, drawing, rules, showing
from wins_xblocks.domain.quiz.kinds import KINDS
from wins_xblocks.domain.quiz.kinds.numeric import LONGEST_ANSWER, decimal_of


def share(item, answer):
    """How much of an answer is right, after it was read as any request is."""
    found, drawn = drawn_one(item)
    given = answer(drawn) if callable(answer) else answer
    kept = rules.checked(found, [drawn], {drawn.ref: given})
    return rules.grade(found, [drawn], kept).shares[drawn.ref]


def refs(drawn):
    """Refs by what they stand for."""
    return {option.option: option.ref for option in drawn.options}


# Choices


def choosing(letters):
    return lambda drawn: [ref for name, ref in refs(drawn).items() if name in letters]


@pytest.mark.parametrize(("chosen", "worth"), [
    ("abc", Fraction(1)), ("ab", Fraction(2, 3)), ("abcd", Fraction(2, 3)), ("ad", Fraction(0)), ("d", Fraction(0)),
    ("", Fraction(0)), ("abd", Fraction(1, 3)),
])  # fmt: skip
def test_a_wrong_choice_takes_a_right_one_back(chosen, worth):
    assert share(multiple(credit="part"), choosing(chosen)) == worth


def test_without_part_credit_nothing_but_the_whole_set_is_right():
    assert [share(multiple(), choosing(chosen)) for chosen in ("abc", "ab", "abcd")] == [1, 0, 0]


@given(right=st.sets(st.sampled_from("abcde"), min_size=2, max_size=4), chosen=st.sets(st.sampled_from("abcde")))
def test_part_credit_is_between_none_and_all_and_a_right_choice_never_costs(right, chosen):
    options = [{"id": name, "text": name, "correct": name in right} for name in "abcde"]
    item = question(1, right="ab", options=options, credit="part")
    now = share(item, choosing(chosen))
    assert 0 <= now <= 1
    assert (now == 1) is (chosen == right)
    for more in right - chosen:
        assert share(item, choosing(chosen | {more})) >= now
    for wrong in chosen - right:
        assert share(item, choosing(chosen - {wrong})) >= now
    assert share(item, choosing("abcde")) < 1


@pytest.mark.parametrize(("answer", "said", "worth"), [
    (True, "true", 1), (True, "false", 0), (False, "false", 1), (False, "true", 0),
])  # fmt: skip
def test_true_or_false(answer, said, worth):
    assert share(truefalse(answer), choosing([said])) == worth


def test_true_stands_before_false_whatever_the_draw():
    for seed in range(20):
        _found, drawn = drawn_one(truefalse(False), seed)
        assert [option.option for option in drawn.options] == ["true", "false"]


# Matching


def paired(**pairs):
    return lambda drawn: {refs(drawn)[left]: refs(drawn)["=" + right] for left, right in pairs.items()}


@pytest.mark.parametrize(("pairs", "part", "whole"), [
    ({"a": "a", "b": "b", "c": "a"}, 1, 1), ({"a": "a", "b": "b"}, Fraction(2, 3), 0),
    ({"a": "b", "b": "a", "c": "x"}, 0, 0), ({}, 0, 0), ({"a": "a", "b": "x", "c": "b"}, Fraction(1, 3), 0),
])  # fmt: skip
def test_each_left_side_counts_alike(pairs, part, whole):
    assert share(matching(credit="part"), paired(**pairs)) == part
    assert share(matching(), paired(**pairs)) == whole


def test_what_two_left_sides_share_is_shown_once_and_right_for_both():
    _found, drawn = drawn_one(matching())
    assert sorted(refs(drawn)) == ["=a", "=b", "=x", "a", "b", "c"]


@given(data=st.data(), sides=st.integers(2, 10))
def test_matching_pays_exactly_for_the_pairs_that_fit(data, sides):
    names = "abcdefghij"[:sides]
    item = matching(pairs=[{"id": n, "left": f"left {n}", "right": f"right {n}"} for n in names], credit="part")
    said = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(names)))
    assert share(item, paired(**said)) == Fraction(sum(left == right for left, right in said.items()), sides)


# Numbers


def written(text, unit=""):
    return {"text": text, "unit": unit}


@pytest.mark.parametrize(("text", "unit", "worth"), [
    ("3.7", "", 1), ("3,7", "", 1), (" 3.70 ", "GBq", 1), ("3700", "MBq", 1), ("3 700", "MBq", 1), ("37e-1", "", 1),
    ("3.7 GBq", "", 1), ("3700 MBq", "GBq", 1), ("3.885", "", 1), ("3.515", "", 1), ("3.8851", "", 0),
    ("3.5149", "", 0), ("3.7", "MBq", 0), ("3.7 gbq", "", 0), ("-3.7", "", 0), ("\u0663\u066b\u0667", "", 1),
    ("about 3.7", "", 0), ("3.7.", "", 0), ("1,234.5", "", 0), ("", "", 0), (".", "", 0), ("3,7 \u202f", "", 1),
    ("nan", "", 0), ("1e999", "", 0), ("9" * LONGEST_ANSWER, "", 0), ("<script>alert(1)</script>", "", 0),
])  # fmt: skip
def test_a_number_is_read_in_any_hand_and_the_ends_are_right(text, unit, worth):
    assert share(numeric(), written(text, unit)) == worth


@given(
    value=st.decimals(-(10**9), 10**9, places=6), tolerance=st.decimals(0, 10**6, places=6),
    off=st.decimals(-2 * 10**6, 2 * 10**6, places=6),
)  # fmt: skip
def test_a_number_is_right_exactly_within_its_tolerance(value, tolerance, off):
    item = numeric(answer={"value": str(value), "tolerance": str(tolerance)})
    assert share(item, written(format(value + off, "f"))) == (abs(off) <= tolerance)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.sampled_from(".,"))
def test_what_is_written_is_what_is_read(digits, places, sign):
    value = Decimal(digits).scaleb(-places)
    assert decimal_of(format(value, "f").replace(".", sign)) == value


@given(st.text(max_size=LONGEST_ANSWER))
def test_no_text_is_an_error(text):
    found = decimal_of(text)
    assert found is None or found.is_finite()


@pytest.mark.parametrize("none", ["0 %", "%", "0", 0, "", "0.0"])
def test_no_tolerance_is_the_same_however_it_is_written(none):
    """Else a question that is only saved again would be another one for the statistics."""
    bank, without = (banks.bank_of(body(numeric(answer={"value": "0", **more}))) for more in ({"tolerance": none}, {}))
    assert bank == without
    assert bank.problems == ()


# All kinds


@pytest.mark.parametrize("name", EACH)
def test_a_question_is_stored_as_it_was_read(name):
    found = banks.bank_of(body(EACH[name]), strict=True)
    assert found.problems == ()
    assert banks.bank_of(banks.plain(found), strict=True) == found
    assert banks.plain_item(found.items[0]) == EACH[name]


@pytest.mark.parametrize("name", EACH)
def test_no_page_holds_a_key_before_it_may(name):
    found, drawn = drawn_one(EACH[name])
    (shown,) = showing.questions(found, [drawn], {})
    assert (shown.share, shown.rationale, shown.reference) == (None, "", "")
    assert all(option.correct is None for option in shown.body.options)
    assert all(prompt.right is None for prompt in shown.body.prompts)
    assert shown.body.field is None or (shown.body.field.key, shown.body.field.low, shown.body.field.high) == (
        None, "", "",
    )  # fmt: skip


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("forged", [
    None, 7, True, "text", ["unknown"], [None], [["a"]], {"a": "b"}, {"text": 5, "unit": ""}, {"text": "5"},
    {"text": "5", "unit": "lb"}, {"text": "5", "unit": "", "more": 1}, {"text": "5" * 61, "unit": ""},
    {"text": "\x00", "unit": ""}, {"text": "5", "unit": ["GBq"]},
])  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(name, forged):
    found, drawn = drawn_one(EACH[name])
    with pytest.raises(rules.ForgedAnswer):
        rules.checked(found, [drawn], {drawn.ref: forged})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("name", EACH)
@given(answer=JSON)
def test_no_answer_is_an_error(name, answer):
    found, drawn = drawn_one(EACH[name])
    try:
        kept = rules.checked(found, [drawn], {drawn.ref: answer})
    except rules.ForgedAnswer:
        return
    assert 0 <= rules.grade(found, [drawn], kept).shares[drawn.ref] <= 1
    assert json.loads(json.dumps(kept)) == kept


NAMES = ["options", "pairs", "answer", "credit", "points", "status", "use", "case", "difficulty", "unknown"]


@pytest.mark.parametrize("name", KINDS)
@given(changes=st.dictionaries(st.sampled_from(NAMES), JSON))
def test_no_stored_question_is_an_error(name, changes):
    try:
        found = banks.bank_of(body({**EACH[name], **changes}), strict=True)
    except banks.BankInvalid:
        return
    for item in found.usable:
        drawn = drawing.arrange([item], False, Random(1))
        assert rules.grade(found, drawn, {}).correct == 0
