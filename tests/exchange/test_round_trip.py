"""What is written is read back the same, in every format, or the file says what is not in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.quiz.banks import body, question
from tests.exchange.banks import BANKS, IDS, WHOLE, bank_of
from wins_xblocks.domain.quiz import banks
from wins_xblocks.domain.quiz.banks import plain_item
from wins_xblocks.exchange import FORMATS
from wins_xblocks.exchange.report import report

EMPTY = banks.bank_of({})


def back(name, bank):
    """(questions, texts of cases) of what the format wrote."""
    one = FORMATS[name]
    read = one.read(one.write(bank).data)
    return [line.item and plain_item(line.item) for line in report(read, EMPTY)], dict(read.cases)


def said(bank):
    return [plain_item(item) for item in bank.items], {case.id: case.stem for case in bank.cases}


@pytest.mark.parametrize("name", ["csv", "xlsx", "yaml"])
@given(bank=BANKS)
@settings(max_examples=60)
def test_an_arbitrary_bank_is_read_back_the_same(name, bank):
    items, cases = said(bank)
    found, found_cases = back(name, bank)
    assert found == items
    assert told(found_cases) == told(cases)


def told(cases):
    """A table holds a case by its text: one without a text is none there."""
    return {id_: text for id_, text in cases.items() if text.strip()}


@pytest.mark.parametrize("name", ["csv", "xlsx", "yaml"])
def test_every_kind_is_read_back_and_found_to_be_there_already(name):
    one = FORMATS[name]
    lines = report(one.read(one.write(WHOLE).data), WHOLE)
    assert [(line.fate, line.stands) for line in lines] == [("same", number) for number in range(1, 6)]


LINES = st.text("abc <>&*1'\"é–", min_size=1, max_size=12).map(lambda text: " ".join(text.split()) or "x")
PROBLEM_OPTIONS = st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=10).map(
    lambda rows: [{"id": i, "text": t, "correct": c} for i, (t, c) in zip("abcdefghij", rows, strict=False)]
)
PROBLEMS = st.one_of(
    st.fixed_dictionaries({"kind": st.sampled_from(["single", "multiple"]), "options": PROBLEM_OPTIONS}),
    st.fixed_dictionaries({
        "kind": st.just("numeric"),
        "answer": st.fixed_dictionaries({
            "value": st.decimals(-1000, 1000, places=3).map(lambda n: f"{n:f}"),
            "tolerance": st.sampled_from(["0", "0.5", "5 %"]),
        }),
    }),
)  # fmt: skip
TEXT = st.lists(LINES, min_size=1, max_size=3).map("\n".join)


ROWS = st.tuples(IDS, PROBLEMS, TEXT, TEXT, st.integers(1, 100))


@given(st.lists(ROWS, min_size=1, max_size=3, unique_by=lambda row: row[0]))
@settings(max_examples=100)
def test_what_problem_xml_can_say_is_read_back_the_same(rows):
    bank = bank_of([
        (id_, {**one, "stem": stem, "rationale": why, "points": points}) for id_, one, stem, why, points in rows
    ])  # fmt: skip
    assert FORMATS["xml"].write(bank).told == ()
    assert back("xml", bank) == said(bank)


def test_what_problem_xml_cannot_say_is_told_by_question():
    told = [str(one) for one in FORMATS["xml"].write(WHOLE).told]
    assert told == [
        "Question 1 (“q1”), left out: objective, case.",
        "Question 2 (“q2”), left out: objective, case, credit.",
        "Question 3 (“q3”) became a question with one right answer.",
        "Question 3 (“q3”), left out: objective, use, case.",
        "Question 4 (“q4”) was left out: problem XML has no question of its kind.",
        "Question 5 (“q5”), left out: objective, case, unit, units.",
    ]


def test_what_a_table_cannot_hold_is_told():
    bank = banks.bank_of({
        **body(question(1)), "blueprint": [{"category": "A", "difficulty": "", "count": 1}],
        "cases": [{"id": "c9", "stem": "Nobody's."}],
    })  # fmt: skip
    for name in ("csv", "xlsx"):
        assert [str(one).split(".")[0] for one in FORMATS[name].write(bank).told] == [
            "The blueprint was left out", "Cases without a question were left out",
            "The texts of the learning objectives were left out",
        ]  # fmt: skip


def test_no_cell_of_a_csv_is_run_by_a_spreadsheet():
    bank = banks.bank_of(body(question(1, stem="=1+1", rationale="a;=2+2")))
    text = FORMATS["csv"].write(bank).data.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "a;'=2+2" in text
    assert ",=" not in text
