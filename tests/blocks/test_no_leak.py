"""Nothing that is secret leaves before it may: whatever is asked, two quizzes that differ in secrets answer the same.

Secret are keys, tolerances, reasons, sources, what an author says of a question, and her ids. A page that told one of
them would differ between the two, whatever it looked like.
"""

import json
import re
from collections import Counter

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import question
from tests.domain.quiz.kinds import UNITS, matching, multiple, numeric, truefalse
from wins_xblocks import context
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.quiz import kinds
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db

PAIRS = [("Alarm", "Detect"), ("Fence", "Delay"), ("Guard", "Respond"), ("", "Deter")]


def pairs(*rights):
    return [
        {"id": f"p{n}", "left": left, "right": right}
        for n, ((left, _r), right) in enumerate(zip(PAIRS, rights, strict=True))
    ]


# Of each kind two questions whose page must be the same.
TWINS = {
    "single": (question(2, right="a"), question(2, right="c")),
    "multiple": (multiple(2, credit="part"), question(2, right="bd", credit="part")),
    "truefalse": (truefalse(True, 2), truefalse(False, 2)),
    "matching": (
        matching(2, pairs=pairs("Detect", "Delay", "Respond", "Deter")),
        matching(2, pairs=pairs("Respond", "Detect", "Deter", "Delay")),
    ),
    "numeric": (
        numeric(2),
        numeric(2, answer={"value": "41", "tolerance": "0.25", "unit": "GBq", "units": [{**UNITS[0], "factor": "7"}]}),
    ),
}  # fmt: skip
SAID = [  # what an author says of the second question, in the one bank and in the other
    {"rationale": "Because of the wall.", "reference": "Book, p. 4", "category": "Walls", "difficulty": "easy",
     "bloom": "apply", "id": "wall"},
    {"rationale": "It is the door.", "reference": "Law, § 7", "category": "Doors", "difficulty": "hard",
     "bloom": "analyse", "id": "door"},
]  # fmt: skip


def bank(kind, twin):
    """The first question is open, the second one secret."""
    item = {**TWINS[kind][twin], **SAID[twin]}
    for n, option in enumerate(item.get("options", ())):
        item["options"][n] = {**option, "id": f"{SAID[twin]['id']}-{n}"}
    return json.dumps({
        "bank_id": f"bank-of-{SAID[twin]['id']}", "objectives": [{"id": "o1", "text": "Explain"}],
        "items": [question(1), {**item, "objective": "o1"}],
    })  # fmt: skip


@pytest.fixture(autouse=True)
def fixed(monkeypatch, now):
    """The same draw at the same moment."""
    monkeypatch.setattr(context, "now", lambda: now)
    monkeypatch.setattr("wins_xblocks.quiz_block.secrets.token_hex", lambda n: "5" * 2 * n)


def test_every_kind_is_tried():
    assert set(TWINS) == set(kinds.KINDS)


@pytest.fixture
def same(learner, world):
    """Ask both, and compare. Sides of a matching question stand in another order when others belong together."""

    def ask(kind, scenario, **fields):
        found = []
        for twin in (0, 1):
            Case.objects.all().delete()
            Attempt.objects.all().delete()
            world.emitted, world.sent = [], []
            world.user_id = world.user_id or learner.id
            block = make_block(QuizBlock, {"display_name": "Quiz", **fields, "bank": bank(kind, twin)}, usage="quiz-1")
            answers = scenario(block)
            found.append(Counter(_parts(json.dumps([answers, world.emitted, world.sent], default=str))))
        assert found[0] - found[1] == found[1] - found[0] == Counter()

    return ask


def _parts(text):
    """What a page is made of, whatever its opaque refs and numbers of cases are."""
    return re.split(r"[<>]|\\n", re.sub(r"W-\d{6}", "W", re.sub(r"\b[0-9a-f]{8}\b", "ref", text)))


def shown(block):
    return block.student_view().content


def begun(block):
    return call(block, "begin")


def sent(block, number=1, revision=0, responses=None):
    return call(block, "submit", {"number": number, "revision": revision, "responses": responses or {}})


def ref_of(place):
    return Attempt.objects.get(open_slot=1).drawn[place]["ref"]


def first_answered():
    drawn = Attempt.objects.get(open_slot=1).drawn[0]
    return {drawn["ref"]: [drawn["options"][0]["ref"]]}


def working(block):
    """All that a page may ask while a try is open: kept, stale, reported, reloaded, checked where that is refused."""
    answers = [shown(block), begun(block), shown(block), begun(block)]
    data = {"number": 1, "revision": 0, "responses": first_answered()}
    answers += [call(block, "save_answers", data), call(block, "save_answers", {**data, "responses": {}})]
    answers += [call(block, "check_answer", {**data, "revision": 1, "ref": ref_of(1)}), shown(block)]
    answers += [call(block, "report_question", {"number": 1, "ref": ref_of(1), "text": "Which?"}), shown(block)]
    answers += [call(block, "result", {"number": number}) for number in (0, 1, 2)]
    answers += [call(block, "save_answers", {**data, "responses": {ref_of(1): ["x"]}}), sent(block, revision=99)]
    return [*answers, block.student_view_data(), block.index_dictionary()]


@pytest.mark.parametrize("kind", TWINS)
@pytest.mark.parametrize("purpose", ["practice", "unit", "test"])
def test_while_a_try_is_open(same, kind, purpose):
    same(kind, working, purpose=purpose)


@pytest.mark.parametrize("kind", TWINS)
def test_one_question_at_a_time_and_with_a_limit_of_time(same, kind):
    same(kind, working, purpose="test", one_by_one=True, minutes=30)


def looked_back(block):
    begun(block)
    saved = call(block, "save_answers", {"number": 1, "revision": 0, "responses": first_answered()})
    answers = [saved, sent(block, revision=1, responses=first_answered()), shown(block)]
    answers += [
        call(block, "result", {"number": 1}),
        sent(block),
        call(block, "check_answer", {"number": 1, "revision": 1}),
    ]
    answers += [block.student_view_data(), block.index_dictionary(), list(block.generate_report_data([_State(block)]))]
    return [*answers, begun(block), shown(block), call(block, "result", {"number": 1})]


class _State:
    username = "lena"

    def __init__(self, block):
        self.state = {name: getattr(block, name) for name in ("attempts", "raw_earned", "raw_possible")}


@pytest.mark.parametrize("kind", TWINS)
def test_a_module_test_that_is_not_passed_and_may_be_tried_again(same, kind):
    same(kind, looked_back, purpose="test")


@pytest.mark.parametrize("kind", TWINS)
@pytest.mark.parametrize("purpose", ["practice", "unit"])
def test_where_the_course_never_shows_what_is_right(same, monkeypatch, kind, purpose):
    monkeypatch.setattr(QuizBlock, "show_correctness", "never", raising=False)
    same(kind, looked_back, purpose=purpose, check_each=True)


def checked(block):
    """Practice: the first question is checked, and told; the second is not."""
    begun(block)
    data = {"number": 1, "revision": 0, "responses": first_answered(), "ref": ref_of(0)}
    status, answer = call(block, "check_answer", data)
    assert (status, "is-key" in answer["html"]) == (200, True)
    again = call(block, "check_answer", {**data, "revision": 1, "ref": ref_of(1)})
    assert again[0] == 409, "no answer, nothing to check"
    return [answer, again, shown(block), begun(block)]


@pytest.mark.parametrize("kind", TWINS)
def test_in_practice_only_what_was_checked_is_told(same, kind):
    same(kind, checked, purpose="practice", check_each=True)


AUTHORS = (
    "save_quiz", "read_yaml", "write_yaml", "read_questions", "write_questions", "question_statistics",
    "preview_questions",
)  # fmt: skip


def as_nobody_in_particular(block):
    """Views, and every author's handler with data that would tell most."""
    loaded = {
        "bank": {"items": []},
        "settings": {},
        "loaded": "",
        "text": "items: []",
        "form": "yaml",
        "name": "a.yaml",
    }
    answers = [call(block, handler, data) for handler in AUTHORS for data in ({}, loaded)]
    assert {status for status, _answer in answers} == {403}
    assert all(set(answer) == {"error"} for _status, answer in answers)
    views = [getattr(block, view)({}) for view in ("student_view", "author_view", "studio_view")]
    shown_there = [(view.content, view.json_init_args) for view in views]
    return [answers, shown_there, block.student_view_data(), block.index_dictionary()]


PLACES = {
    "a learner in the LMS": {}, "a learner in Studio": {"in_lms": False},
    "a learner in a library": {"in_lms": False, "course_id": None},
    "staff who view as a learner": {"masquerading": True},
    "who is not enrolled": {"enrolments": set()},
}  # fmt: skip


@pytest.mark.parametrize("kind", TWINS)
@pytest.mark.parametrize("place", PLACES)
def test_whoever_is_no_author_learns_nothing_from_views_and_authors_handlers(same, world, kind, place):
    world.__dict__.update(PLACES[place])
    same(kind, as_nobody_in_particular, purpose="test")


def test_handlers_of_authors_are_all_tried():
    from tests.plugin.test_permissions import HANDLERS

    assert set(AUTHORS) == {name for name, who in HANDLERS["wins_quiz"].items() if who == "author"}


@pytest.mark.parametrize("kind", TWINS)
def test_else_these_tests_would_see_nothing_once_the_keys_are_shown(same, kind):
    """The negative control: after practice is sent, all is told."""
    with pytest.raises(AssertionError):
        same(kind, lambda block: [begun(block), sent(block)], purpose="practice")


@pytest.mark.parametrize("kind", TWINS)
def test_nor_what_their_author_may_see(same, world, kind):
    world.in_lms, world.may_author = False, True
    with pytest.raises(AssertionError):
        same(kind, lambda block: block.author_view({}).content, purpose="test")
