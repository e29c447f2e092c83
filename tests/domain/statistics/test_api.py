"""Which answers are counted: whose, which of them, marked how, over versions of a bank and reruns."""

import json
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.domain.quiz.banks import bank, body, question
from tests.domain.quiz.kinds import EACH
from wins_xblocks.domain.quiz import banks, drawing, rules
from wins_xblocks.domain.quiz.models import Attempt, BankVersion
from wins_xblocks.domain.statistics import api

pytestmark = pytest.mark.django_db
BANK = bank(4)


def version(text=BANK):
    told, digest = banks.canonical(text)
    made = {"bank_id": banks.parse(text).bank_id, "body": told, "made_at": NOW}
    return BankVersion.objects.get_or_create(hash=digest, defaults=made)[0]


def sent(learner, letters, text=BANK, number=1, at=NOW, **changed):
    """A try at the bank's questions in which these options were chosen, by question; "-": none."""
    items = banks.parse(text).items
    drawn = rules.stored(drawing.arrange(items, True, Random(learner)))
    options = {item.id: letter for item, letter in zip(items, letters, strict=True)}
    responses = {
        one["ref"]: [o["ref"] for o in one["options"] if o["option"] in options[one["item"]]]
        for one in drawn if options[one["item"]] != "-"
    }  # fmt: skip
    values = {
        "block": "test", "module": "foundation", "purpose": "test", "open_slot": None, "passed": False, "correct": 0,
        "submitted_at": at, **changed,
    }  # fmt: skip
    return Attempt.objects.create(
        learner_id=learner, number=number, bank=version(text), pass_percent=70, seed="", drawn=drawn,
        responses=responses, started_at=at - timedelta(minutes=20), possible=len(items), **values,
    )  # fmt: skip


def class_of(count=40, text=BANK, **changed):
    """Learners of whom all know the first question, three of four the second, half the third, and none the last."""
    for learner in range(1, count + 1):
        sent(learner, ["a", "a" if learner % 4 else "b", "a" if learner % 2 else "c", "d"], text, **changed)


def found(number=None, modules=None):
    return api.of_bank(number or BankVersion.objects.earliest("id").id, modules, NOW)


def shares(own):
    return [round(own.numbers.by_place[place].share, 3) for place in sorted(own.numbers.by_place)]


def test_questions_stand_in_their_authors_order_with_the_share_that_got_them_right():
    class_of()
    own = found()
    assert shares(own) == [1, 0.75, 0.5, 0]
    assert [(one.number, one.item.id) for one in own.questions] == [(1, "q1"), (2, "q2"), (3, "q3"), (4, "q4")]
    second = own.numbers.by_place[1]
    assert [(option.id, option.right, option.share) for option in second.options] == [
        ("a", True, 0.75), ("b", False, 0.25), ("c", False, 0), ("d", False, 0)
    ]  # fmt: skip
    assert own.numbers.test.seconds == 1200
    assert own.numbers.test.pass_percent == 70


def test_below_the_least_number_nothing_is_told():
    class_of(29)
    own = found().numbers
    assert (own.tries, own.test, own.by_place, own.asked) == (29, None, {}, {0: 29, 1: 29, 2: 29, 3: 29})
    sent(30, "aaaa")
    assert len(found().numbers.by_place) == 4


@pytest.mark.parametrize("change", [
    {"is_staff": True}, {"cleared_at": NOW}, {"counts": False}, {"module": "regulation"}, {"responses": {}},
    {"submitted_at": None, "passed": None, "open_slot": 1},
])  # fmt: skip
def test_these_are_left_out(change):
    class_of(40)
    Attempt.objects.filter(id=sent(99, "dddd").id).update(**change)
    assert found(modules={"foundation"}).numbers.tries == 40


def test_the_first_try_of_a_learner_counts_wherever_the_second_is():
    class_of()
    for learner in range(1, 41):
        sent(learner, "aaaa", number=2)
        sent(learner, "aaaa", block="rerun")
    assert shares(found()) == [1, 0.75, 0.5, 0]
    assert found().numbers.tries == 40


def test_a_rerun_and_a_changed_text_are_the_same_question_a_changed_key_is_another():
    class_of()
    changed = json.loads(BANK)
    changed["items"][1]["stem"] = "Another stem?"
    changed["items"][3] = question(4, "o2", right="d")
    other = json.dumps(changed)
    for learner in range(101, 141):
        sent(learner, "aaad", other, block="rerun")
    own = found()
    assert own.numbers.tries == 80
    assert own.numbers.asked == {0: 80, 1: 80, 2: 80, 3: 40}
    assert shares(own) == [1, 0.875, 0.75, 1]
    assert own.questions[1].item.stem == "Another stem?"
    # The marks of before are those of before: nobody had more than three of four.
    assert own.numbers.test.bars == (0, 0, 10, 0, 0, 10, 0, 20, 0, 40)


def test_a_bank_is_one_over_its_versions_and_without_a_name_each_is_its_own():
    class_of(2)
    sent(50, "aaaa", bank(4, items=[question(n) for n in range(1, 5)]), module="regulation", purpose="unit")
    nameless = json.dumps({**body(question(1)), "bank_id": ""})
    sent(51, "a", nameless, at=NOW + timedelta(days=1))
    rows = api.banks(None)
    assert [(row.bank_id, row.modules, row.purposes, row.tries) for row in rows] == [
        ("", ("foundation",), ("test",), 1), ("bank", ("foundation", "regulation"), ("test", "unit"), 3)
    ]  # fmt: skip
    assert [row.number for row in rows] == [version(nameless).id, version().id]
    assert [row.tries for row in api.banks({"regulation"})] == [1]
    assert api.of_bank(rows[0].number, None, NOW).numbers.tries == 1


def test_what_nobody_answered_is_not_there():
    version()
    assert found() is None
    assert api.of_bank(12345, None, NOW) is None
    class_of(1)
    assert found(modules={"regulation"}) is None
    assert found(modules=set()) is None


def test_every_kind_is_counted_in_its_parts():
    text = json.dumps(body(*({**item, "id": f"k{n}"} for n, item in enumerate(EACH.values(), 1))))
    for learner in range(1, 31):
        sent(learner, ["a", "ab", "-", "-", "-"], text)
    own = found()
    assert [question.item.kind for question in own.questions] == list(EACH)
    assert shares(own) == [1, round(2 / 3, 3), 0, 0, 0]
    assert [own.numbers.by_place[place].empty for place in range(5)] == [0, 0, 1, 1, 1]
    assert [len(own.numbers.by_place[place].options) for place in range(5)] == [4, 4, 2, 0, 0]


def statements():
    with CaptureQueriesContext(connection) as seen:
        found()
        api.banks(None)
    return len(seen)


def test_as_many_statements_for_a_hundred_learners_as_for_two():
    class_of(2)
    before = statements()
    for learner in range(10, 110):
        sent(learner, "abcd")
    assert statements() == before <= 10
