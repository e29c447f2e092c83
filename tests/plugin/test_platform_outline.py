"""The course's outline as Open edX gives it, and of a course that was deleted: its enrolments and records stay."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from opaque_keys.edx.keys import CourseKey, UsageKey

from tests import edge
from wins_xblocks.platform import OpenEdx

ROOT = CourseKey.from_string(edge.FOUNDATION).make_usage_key("course", "course")
TREE = {
    "course": ("chapter", ["u1"]),
    "u1": ("sequential", ["s1"]),
    "s1": ("vertical", ["p1"]),
    "p1": ("wins_quiz", ["q1"]),
}


class ItemNotFoundError(Exception):
    """Has the name of the modulestore's own, and is raised with the key, as there."""


class Blocks:
    """Of ``BlockStructureBlockData`` what we use, with its signatures."""

    def get_children(self, usage_key: UsageKey) -> list[UsageKey]:
        kind, names = TREE.get(usage_key.block_id, ("", []))
        return [usage_key.course_key.make_usage_key(kind, name) for name in names]

    def get_xblock_field(self, usage_key: UsageKey, field_name: str, default: object = None) -> object:
        return {"u1": "Unit 1"}.get(usage_key.block_id, default)


@pytest.fixture
def openedx(monkeypatch):
    """The platform's three modules; of all courses one is there."""

    def get_course_blocks(
        user, starting_block_usage_key, transformers=None, collected_block_structure=None,
        allow_start_dates_in_future=False, include_completion=False, include_has_scheduled_content=False,
    ):  # fmt: skip
        if starting_block_usage_key.course_key != ROOT.course_key:
            raise ItemNotFoundError(starting_block_usage_key)
        return Blocks()

    def make(name, **content):
        module = ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)

    for name in ("lms", "lms.djangoapps", "lms.djangoapps.course_blocks", "xmodule", "xmodule.modulestore"):
        make(name)
    store = SimpleNamespace(make_course_usage_key=lambda course_key: course_key.make_usage_key("course", "course"))
    make("lms.djangoapps.course_blocks.api", get_course_blocks=get_course_blocks)
    make("xmodule.modulestore.django", modulestore=lambda: store)
    make("xmodule.modulestore.exceptions", ItemNotFoundError=ItemNotFoundError)
    return OpenEdx()


def test_units_pages_and_what_stands_on_them_in_their_order(openedx):
    [unit] = openedx.outline(edge.FOUNDATION, SimpleNamespace(id=7))
    [page] = unit.pages
    assert (unit.title, page.title) == ("Unit 1", "p1")
    assert page.url.startswith(f"/courses/{edge.FOUNDATION}/jump_to/block-v1:")
    assert [kind for _key, kind in page.blocks] == ["wins_quiz"]


def test_a_course_that_was_deleted_has_no_outline_and_breaks_no_page(openedx):
    assert openedx.outline("course-v1:WINS+GONE+2026", SimpleNamespace(id=7)) == ()
