"""A server is killed between the commit of a try and its grade: the periodic work repairs each, and none wrongly.

``make soak`` goes on until a hundred kills came just there.
"""

from datetime import UTC, datetime

import pytest

from wins_xblocks.domain.quiz import api

from . import quiz_lives
from .quiz_crowd import USAGE, begun

KILLS = 5


def check(story: quiz_lives.Story, kills: int) -> None:
    """Before the repair just those are missing; after it nothing is, and no grade was ever wrong."""
    assert len(story.between) >= kills, f"{story.before} kills came before, {story.after} after: too few between"
    assert story.faults() == [f"learner {who}: no grade" for who in sorted(story.between)]
    unnoted = story.unnoted()
    told = quiz_lives.repaired(datetime.now(UTC))
    assert told == f"{len(unnoted)} grades published, 0 failed and tried again later"
    assert story.faults() == []
    assert story.unticked() == []
    twice = {grade[0] for grade, times in story.published().items() if times > 1}
    assert twice == unnoted - set(story.between), "published, and killed before that was noted: the same once more"


@pytest.mark.parametrize("database", [pytest.param("repeatable read", marks=pytest.mark.mariadb)], indirect=True)
def test_grades_that_kills_kept_back_arrive(database, tmp_path):
    story = quiz_lives.killed(begun(list(range(1, 31))), KILLS, tmp_path / "gradebook", seed=7)
    check(story, KILLS)


@pytest.mark.parametrize("database", [pytest.param("repeatable read", marks=pytest.mark.mariadb)], indirect=True)
def test_a_grade_that_is_missing_or_wrong_is_seen(database, tmp_path, world):
    """The negative control: without the repair, and with one that publishes something else."""
    sheets = begun([1, 2, 4])
    story = quiz_lives.Story(sheets, tmp_path / "gradebook", 1)
    story.sent = {sheet.learner: sheet for sheet in sheets}
    for sheet in sheets:
        api.submit(sheet.learner, USAGE, 1, sheet.body["responses"], 0, datetime.now(UTC))
    assert story.faults() == ["learner 1: no grade", "learner 2: no grade", "learner 4: no grade"]
    assert story.unticked() == ["learner 4: complete, or not, against her mark"]
    quiz_lives.repaired(datetime.now(UTC))
    assert story.faults() == story.unticked() == []
    world.repaired[0] = (1, USAGE, 0.5, 8.0)
    assert story.faults() == ["learner 1: no grade", "a wrong grade: (1, 0.5, 8.0)"]
