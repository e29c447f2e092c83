"""What the real port tells the platform's gradebook, with the platform's signal as it is declared there."""

import sys
from enum import Enum
from types import ModuleType, SimpleNamespace

import pytest
from django.dispatch import Signal

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
