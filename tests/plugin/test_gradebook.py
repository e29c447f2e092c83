"""What the real port tells the platform's gradebook, with the platform's signal as it is declared there."""

import sys
from enum import Enum
from types import ModuleType, SimpleNamespace

import pytest
from django.dispatch import Signal
from opaque_keys.edx.keys import UsageKey

from tests.conftest import NOW
from wins_xblocks.platform import OpenEdx


class ScoreDatabaseTableEnum(Enum):
    courseware_student_module = "csm"


@pytest.fixture
def heard(monkeypatch):
    """What the gradebook hears of changed scores."""
    told = []
    api = ModuleType("lms.djangoapps.grades.api")
    api.signals = SimpleNamespace(PROBLEM_RAW_SCORE_CHANGED=Signal())
    api.constants = SimpleNamespace(ScoreDatabaseTableEnum=ScoreDatabaseTableEnum)
    for name in ("lms", "lms.djangoapps", "lms.djangoapps.grades"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "lms.djangoapps.grades.api", api)

    def listen(sender, signal, **values):
        told.append(values)

    api.signals.PROBLEM_RAW_SCORE_CHANGED.connect(listen, weak=False)
    return told


@pytest.mark.django_db
def test_deleted_state_is_told_once_it_cannot_come_back(heard, django_capture_on_commit_callbacks):
    """A grade that is counted before the commit would find the old row."""
    with django_capture_on_commit_callbacks(execute=True):
        OpenEdx().grade_deleted(7, "course-v1:WINS+FND+2026", "the-test", 12.0, NOW)
        assert heard == []
    assert heard == [
        {
            "raw_earned": 0, "raw_possible": 12.0, "weight": None, "user_id": 7, "usage_id": "the-test",
            "course_id": "course-v1:WINS+FND+2026", "score_deleted": True, "only_if_higher": False, "modified": NOW,
            "score_db_table": ScoreDatabaseTableEnum.courseware_student_module,
        }
    ]  # fmt: skip


@pytest.fixture
def completions(monkeypatch):
    """What the platform keeps of completed blocks; its switch, on."""
    told, switch = [], SimpleNamespace(is_enabled=lambda: True)
    models, waffle = ModuleType("completion.models"), ModuleType("completion.waffle")
    models.BlockCompletion = SimpleNamespace(
        objects=SimpleNamespace(submit_completion=lambda **said: told.append(said))
    )
    waffle.ENABLE_COMPLETION_TRACKING_SWITCH = switch
    for name, module in (
        ("completion", ModuleType("completion")),
        (models.__name__, models),
        (waffle.__name__, waffle),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    return told, switch


BLOCK = "block-v1:WINS+FND+2026+type@wins_quiz+block@quiz"


def test_a_block_is_ticked_for_a_learner_who_is_not_there(completions, learner):
    told, switch = completions
    OpenEdx().publish_completion_for(learner.id, BLOCK)
    assert told == [{"user": learner, "block_key": UsageKey.from_string(BLOCK), "completion": 1.0}]
    switch.is_enabled = lambda: False
    OpenEdx().publish_completion_for(learner.id, BLOCK)
    assert len(told) == 1


def test_without_the_package_nothing_is_ticked_and_it_is_said(learner, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "completion", None)
    monkeypatch.setitem(sys.modules, "completion.models", None)
    OpenEdx().publish_completion_for(learner.id, BLOCK)
    assert "passing a test does not tick its page" in caplog.text
