"""Arbitrary banks, for hypothesis."""

from hypothesis import strategies as st

from tests.domain.quiz.banks import body
from tests.domain.quiz.kinds import EACH
from wins_xblocks.domain.quiz import banks, reading

WHOLE = banks.bank_of({
    **body(*({**item, "id": f"q{n}", "case": "c1"} for n, item in enumerate(EACH.values(), 1))),
    "cases": [{"id": "c1", "stem": "A store."}],
})  # fmt: skip

# A private sign is the mark of a number in a workbook that is read.
SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\ue000")
TEXTS = st.one_of(
    st.text(SIGNS, max_size=12),
    st.text("=+-@'\"\t\r\n;, _x0041abA1·", max_size=12),
    st.sampled_from(["A", "A, C", "BAD", "true", "_x0041_", "<b>", "&amp;", "- one\n- two", "'=1+1", "1e5"]),
).filter(lambda text: not reading.UNFIT.search(text))
WORDS = st.text("abc ", min_size=1, max_size=6)
IDS = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,6}", fullmatch=True)
DECIMALS = st.decimals(-(10**9), 10**9, places=4).map(lambda number: f"{number:f}")
UNITS = st.sampled_from(["GBq", "m/s", "°C", "% of it", "a = b", "Bq;", "@x"])


def _with_ids(strategy, most=10):
    plain = st.lists(strategy, max_size=most).map(
        lambda rows: [{"id": letter, **row} for letter, row in zip("abcdefghij", rows, strict=False)]
    )
    named = st.lists(st.tuples(IDS, strategy), max_size=most, unique_by=lambda pair: pair[0]).map(
        lambda rows: [{"id": name, **row} for name, row in rows]
    )
    return plain | named


OPTIONS = _with_ids(st.fixed_dictionaries({"text": TEXTS, "correct": st.booleans()}))
PAIRS = _with_ids(st.fixed_dictionaries({"left": TEXTS, "right": TEXTS}))
CREDIT = {"credit": st.sampled_from(["all", "part"])}
TOLERANCES = st.decimals(0, 1000, places=3).map(lambda number: f"{number:f}") | st.sampled_from(["5 %", "0.5%"])
OTHERS = st.lists(st.fixed_dictionaries({"name": UNITS, "factor": st.sampled_from(["0.001", "60"])}), max_size=3)
ANSWERS = st.fixed_dictionaries(
    {"value": DECIMALS | st.just("")},
    optional={"tolerance": TOLERANCES, "unit": UNITS, "units": OTHERS},
)
COMMON = {
    "objective": IDS, "rationale": TEXTS, "points": st.integers(1, 100), "category": WORDS, "reference": TEXTS,
    "difficulty": st.sampled_from(["", "easy", "medium", "hard"]), "bloom": st.sampled_from(["", "apply"]),
    "status": st.sampled_from(["draft", "live", "retired"]), "use": st.sampled_from(["", "practice", "test"]),
    "case": st.sampled_from(["c1", "c2"]),
}  # fmt: skip


def _kind(name, body, optional=None):
    needed = {"kind": st.just(name), "stem": TEXTS, **body}
    return st.fixed_dictionaries(needed, optional={**COMMON, **(optional or {})})


KINDS = {
    "single": _kind("single", {"options": OPTIONS}),
    "multiple": _kind("multiple", {"options": OPTIONS}, CREDIT),
    "truefalse": _kind("truefalse", {}, {"answer": st.booleans()}),
    "matching": _kind("matching", {"pairs": PAIRS}, CREDIT),
    "numeric": _kind("numeric", {"answer": ANSWERS}),
}
QUESTIONS = st.one_of(*KINDS.values())
CASES = st.fixed_dictionaries({"c1": TEXTS, "c2": TEXTS})


def bank_of(rows, cases=None):
    """Questions with ids, and the cases that they belong to."""
    used = {row.get("case") for _id, row in rows}
    own = [{"id": name, "stem": text} for name, text in (cases or {}).items() if name in used]
    return banks.bank_of({"items": [{"id": name, **row} for name, row in rows], "cases": own})


BANKS = st.builds(
    bank_of, st.lists(st.tuples(IDS, QUESTIONS), min_size=1, max_size=4, unique_by=lambda pair: pair[0]), CASES
)
