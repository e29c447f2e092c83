"""Which tries are compared, what is kept of it, who puts a hint aside, and when it goes."""

import json
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.domain.quiz.banks import bank, body
from tests.domain.quiz.kinds import EACH
from tests.domain.statistics.test_api import sent
from wins_xblocks import privacy
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.integrity import api
from wins_xblocks.domain.integrity.models import IntegrityHint, IntegrityLook
from wins_xblocks.domain.quiz import compared
from wins_xblocks.domain.quiz.models import Attempt

from .test_rules import a_class, pair_in
from .tried import BANK, a_test, honest, one_try

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def hint():
    [found] = api.lines(50)
    return found


def test_two_tries_that_are_alike_become_one_hint_with_both_learners():
    tries = a_test()
    assert api.look(NOW) == (1, 1)
    found = hint()
    assert (found.learner_id, found.other_id) == (3, 7)
    assert (found.attempt_id, found.other_attempt_id) == (tries[3].id, tries[7].id)
    assert (found.state, found.module, found.made_at) == ("open", "foundation", NOW)
    assert (found.facts["same"], found.facts["missed"]) == (16, 16)


def test_a_bank_is_looked_at_once_until_there_is_a_new_try():
    a_test()
    assert [api.look(NOW), api.look(LATER)] == [(1, 1), (0, 0)]
    one_try(99, honest()[0], at=LATER)
    assert api.look(LATER) == (1, 0), "nothing new of the old pair"
    one_try(100, pair_in(a_class())[2], at=LATER + timedelta(minutes=1))
    assert api.look(LATER)[1] == 2, "alike with both"


def test_what_was_put_aside_and_deleted_does_not_come_again():
    a_test()
    one_try(98, honest()[1], at=LATER)
    assert api.look(LATER) == (1, 1)
    api.drop(LATER + timedelta(seconds=1))
    one_try(99, honest()[0], at=LATER + timedelta(days=1))
    assert api.look(LATER + timedelta(days=1)) == (1, 0)


def test_a_small_bank_is_not_looked_at_and_its_tries_are_not_lost():
    rows = pair_in(a_class())
    for learner, row in enumerate(rows[:29], 1):
        one_try(learner, row)
    assert api.look(NOW) == (0, 0)
    for learner, row in enumerate(rows[29:], 30):
        one_try(learner, row)
    assert api.look(LATER) == (1, 1)


def test_an_honest_test_gives_no_hint():
    a_test(honest())
    assert api.look(NOW) == (1, 0)


@pytest.mark.parametrize("change", [
    {"is_staff": True}, {"cleared_at": NOW}, {"counts": False}, {"purpose": "unit"}, {"purpose": "practice"},
    {"responses": {}}, {"submitted_at": None, "passed": None, "open_slot": 1},
])  # fmt: skip
def test_these_tries_are_left_out(change):
    tries = a_test()
    Attempt.objects.filter(id=tries[7].id).update(**change)
    assert api.look(NOW)[1] == 0


def test_only_the_first_try_of_a_learner_is_compared():
    rows = pair_in(a_class())
    rows[6] = honest()[6]
    a_test(rows)
    one_try(7, rows[2], number=2)
    assert api.look(NOW) == (1, 0)


def test_tries_at_another_rerun_of_the_bank_are_compared_too():
    tries = a_test()
    Attempt.objects.filter(id=tries[7].id).update(block="rerun")
    assert api.look(NOW)[1] == 1


def test_another_bank_is_another_test():
    rows = pair_in(a_class())
    for learner, row in enumerate(rows, 1):
        one_try(learner, row, bank(40, bank_id="other") if learner == 7 else BANK)
    assert api.look(NOW)[1] == 0


def test_in_one_run_so_many_banks_and_the_next_goes_on(monkeypatch):
    monkeypatch.setattr(api, "MOST_BANKS", 1)
    a_test()
    a_test(text=bank(40, bank_id="other"), block="other")
    assert [api.look(NOW)[0], api.look(LATER)[0], api.look(LATER)[0]] == [1, 1, 0]
    assert api.count() == 2


def test_at_most_so_many_of_the_newest_tries_are_compared(monkeypatch):
    tries = a_test()
    assert [one.id for one in compared.tests(tries[1].bank_id, 5)] == [tries[n].id for n in range(56, 61)]


def test_every_kind_of_question_is_compared_by_what_was_chosen():
    text = json.dumps(body(*({**item, "id": f"k{n}"} for n, item in enumerate(EACH.values(), 1))))
    one, other, third = (sent(n, ["b", "ab", "-", "-", "-"], text) for n in (1, 2, 3))
    Attempt.objects.filter(id=third.id).update(responses={})
    [mine, theirs] = compared.tests(one.bank_id, 10)
    assert sorted((place, right) for place, _name, right in mine.answers) == [(0, False), (1, False)]
    assert set(mine.answers) == set(theirs.answers), "whatever the order and the refs were"
    assert [same.text for same in compared.same_wrong(one.id, other.id)]
    assert compared.same_wrong(one.id, third.id) == []
    assert compared.same_wrong(one.id, 0) == []


def test_the_same_wrong_answers_are_told_in_words():
    tries = a_test()
    found = compared.same_wrong(tries[3].id, tries[7].id)
    assert len(found) == 16
    assert (found[0].stem, found[0].text[:6]) == (found[0].stem, "Answer")


def test_a_hint_is_kept_then_put_aside_with_a_note_and_the_trail_names_no_learner():
    a_test()
    api.look(NOW)
    number = hint().id
    api.keep(number, " Talk to both. ", "open", 990, NOW)
    assert (hint().state, hint().note, hint().decided_by) == ("kept", "Talk to both.", 990)
    api.dismiss(number, "They learned together.", "kept", 991, LATER)
    assert (hint().state, hint().note, hint().decided_at) == ("dismissed", "They learned together.", LATER)
    rows = AuditEntry.objects.filter(subject=f"hint:{number}").values_list("action", "actor_id", "facts", "text")
    assert list(rows) == [("hint.kept", 990, {}, ""), ("hint.dismissed", 991, {}, "")]


def test_of_two_who_decide_at_once_the_second_is_told():
    a_test()
    api.look(NOW)
    api.dismiss(hint().id, "Nothing.", "open", 990, NOW)
    with pytest.raises(api.DecidedBefore):
        api.keep(hint().id, "Something.", "open", 991, NOW)
    assert (hint().note, AuditEntry.objects.count()) == ("Nothing.", 1)


@pytest.mark.parametrize("note", ["", "  ", "\0", "x" * 2001])
def test_a_note_is_needed_and_not_too_long(note):
    a_test()
    api.look(NOW)
    with pytest.raises(api.NoteWrong):
        api.dismiss(hint().id, note, "open", 990, NOW)
    assert hint().state == "open"


@pytest.mark.parametrize("by", [3, 7])
def test_nobody_decides_about_her_own_test(by):
    a_test()
    api.look(NOW)
    with pytest.raises(Refusal, match="your own test"):
        api.dismiss(hint().id, "Nothing.", "open", by, NOW)


def test_what_waits_stands_first_then_what_was_kept():
    for number, state in enumerate(("dismissed", "kept", "open"), 1):
        decided = {} if state == "open" else {"decided_at": NOW, "decided_by": 1}
        IntegrityHint.objects.create(
            kind="time", bank=1, learner_id=1, attempt_id=number, facts={}, chance=0.1, state=state,
            made_at=NOW + timedelta(days=number), **decided,
        )  # fmt: skip
    assert [one.state for one in api.lines(5)] == ["open", "kept", "dismissed"]
    assert [one.state for one in api.lines(1, 1)] == ["kept"]


def test_old_hints_go_with_their_notes():
    a_test()
    api.look(NOW)
    api.keep(hint().id, "Talk to both.", "open", 990, NOW)
    assert privacy.drop_hints(180, NOW + timedelta(days=179)) == 0
    assert privacy.drop_hints(180, NOW + timedelta(days=181)) == 1
    assert api.lines(5) == []


@pytest.mark.parametrize("learner", [3, 7])
def test_a_retired_account_takes_its_hints_along_and_gets_no_new_one(learner):
    tries = a_test()
    api.look(NOW)
    assert privacy.told_of(learner)["IntegrityHint"][0]["facts"]["same"] == 16
    assert "other_id" not in privacy.told_of(learner)["IntegrityHint"][0], "the other's name is the other's"
    assert privacy.forget(learner, NOW).rows["hints"] == 1
    assert api.lines(5) == []
    IntegrityLook.objects.all().delete()
    assert Attempt.objects.get(id=tries[learner].id).responses == {}
    assert api.look(LATER)[1] == 0


def test_who_is_erased_while_tries_are_counted_gets_no_hint(monkeypatch):
    a_test()
    count = api.rules.found

    def slow(field, new):
        found = count(field, new)
        privacy.forget(3, NOW, by_hand=True)
        return found

    monkeypatch.setattr(api.rules, "found", slow)
    assert api.look(NOW) == (1, 0)


def test_banks_with_too_few_tries_keep_nobody_waiting(monkeypatch):
    """Each of them is looked at again in each run, since the next try may make it large enough."""
    monkeypatch.setattr(api, "MOST_BANKS", 2)
    for small in ("s1", "s2", "s3"):
        one_try(1, honest()[0], bank(40, bank_id=small), block=small, at=NOW - timedelta(days=1))
    a_test()
    assert api.look(NOW) == (1, 1)
    assert api.look(LATER) == (0, 0)
