"""The cast, the clock and the blocks of every test."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import translation
from hypothesis import settings

from tests import edge
from wins_xblocks import context, lacking
from wins_xblocks.domain.programme.loader import SHIPPED, load

# A busy machine is no finding: speed is measured in tests/bench.
settings.register_profile("wins", deadline=None)
settings.load_profile("wins")

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def world():
    """Open edX, empty; nothing of the test before."""
    from django.core.cache import cache

    cache.clear()
    translation.deactivate()  # a page that a test read leaves its language behind
    context.forget_programme()
    lacking.forget_said()
    return edge.new_world()


@pytest.fixture
def now():
    return NOW


@pytest.fixture(scope="session")
def rules():
    """The shipped rule set."""
    return load()


@pytest.fixture
def rules_file(settings, tmp_path):
    """Use the shipped rules with one line changed."""

    def changed(old, new):
        text = SHIPPED.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file = tmp_path / "programme.yaml"
        file.write_text(text.replace(old, new), encoding="utf-8")
        settings.WINS_PROGRAMME = str(file)

    return changed


def person(name: str, *groups: str):
    user = get_user_model().objects.create_user(
        name, f"{name}@example.org", "secret", first_name=name.capitalize(), last_name="Example"
    )
    for group in groups:
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@pytest.fixture
def learner(db, world):
    """Studies the Foundation Module and one elective."""
    user = person("learner")
    world.enrolments |= {(user.id, edge.FOUNDATION), (user.id, edge.REGULATION)}
    return user


@pytest.fixture
def other_learner(db, world):
    """Enrolled too; must never see or change what is the learner's."""
    user = person("other")
    world.enrolments |= {(user.id, edge.FOUNDATION)}
    return user


@pytest.fixture
def teacher(db, world):
    """Staff of the Foundation course, nothing at the Academy."""
    user = person("teacher")
    world.staff.add((user.id, edge.FOUNDATION))
    return user


@pytest.fixture
def instructor(db, world):
    """Instructor of the Foundation course, and so of its staff; nothing at the Academy."""
    user = person("instructor")
    world.staff.add((user.id, edge.FOUNDATION))
    world.instructors.add((user.id, edge.FOUNDATION))
    return user


@pytest.fixture
def administrator(db):
    """Academy administrator."""
    return person("administrator", "WINS Academy administrators")
