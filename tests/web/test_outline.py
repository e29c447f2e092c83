"""Where things stand in a course, also in one that no exporter wrote."""

import pytest

from wins_xblocks.outline import Outline, name_of
from wins_xblocks.people import Page, Unit

from .builders import course


def unit(key, *pages):
    return Unit(key, key.upper(), tuple(Page(f"{key}{n}", "T", "/", blocks) for n, blocks in enumerate(pages, 1)))


TEXT, QUIZ = (("h", "html"),), (("q", "wins_quiz"),)


def test_units_to_study_are_neither_start_nor_test_nor_voucher():
    names = [name_of(own.key) for own in Outline(course()).study_units]
    assert names == ["foundation-u1", "foundation-u2", "foundation-u3"]


def test_a_last_unit_with_its_quiz_is_no_module_test():
    outline = Outline((unit("a", TEXT), unit("b", TEXT, QUIZ)))
    assert outline.test_page is None
    assert len(outline.study_units) == 2


def test_an_empty_course_leads_nowhere():
    outline = Outline()
    assert (outline.place("a", "a1", ()), outline.test_page, outline.study_units) == (None, None, ())


def test_a_unit_without_pages_is_left_out():
    assert Outline((unit("a"), unit("b", TEXT))).place("", "", ()).unit.key == "b"


@pytest.mark.parametrize(
    ("at", "done", "goes_to"),
    [
        (("", ""), (), "a1"),
        (("b", "b2"), (), "b2"),
        (("b", "gone"), (), "b1"),
        (("b", "b2"), ("b",), "c1"),
        (("c", "c1"), ("c",), "a1"),
        (("b", "b1"), ("a", "b", "c"), "b1"),
        (("start", "start1"), ("a",), "b1"),
    ],
)
def test_the_next_page(at, done, goes_to):
    outline = Outline((unit("a", TEXT), unit("b", TEXT, TEXT), unit("c", TEXT)))
    assert outline.place(*at, done).page.key == goes_to


@pytest.mark.parametrize("key", ["block-v1:W+F+1+type@chapter+block@u1", "i4x://W/F/chapter/u1", "u1"])
def test_the_name_at_the_end_of_a_key(key):
    assert name_of(key) == "u1"
