"""Values that no field can read, and ones that would put a block somewhere else: a line, no crash."""

import json

import pytest

from tests.host import handmade
from wins_xblocks.workbench import archives, courses
from wins_xblocks.workbench.archives import CourseError

PAGE = '<html url_name="t" data="x"/>'
POLICY, VERTICAL = "course/policies/2026/policy.json", "course/vertical/p1.xml"
CHAPTER = "course/chapter/u1.xml"


def written(tmp_path, name, body):
    return handmade.write(tmp_path / "x.tar.gz", {**handmade.files(PAGE), name: body})


@pytest.mark.parametrize(("name", "body"), [
    (POLICY, "[" * 100_000),
    *[(POLICY, json.dumps({"course/2026": settings})) for settings in (
        {"display_name": [1]}, {"due": "never"}, {"due": ["x"]}, {"due": 10**20}, {"language": 7}, {"tags": 5},
    )],
    (VERTICAL, f'<vertical><wins_quiz url_name="q" tags="{"[" * 5000}"/></vertical>'),
    (VERTICAL, '<vertical><wins_quiz url_name="q" due="99999-01-01T00:00:00Z" draw="1e5"/></vertical>'),
])  # fmt: skip
def test_a_value_that_cannot_be_read_refuses_its_archive_in_one_line(tmp_path, db, name, body):
    path = written(tmp_path, name, body)
    with pytest.raises(CourseError, match=r"\A.+\Z") as told:
        courses.load(path)
    assert str(told.value).startswith(str(path))


@pytest.mark.parametrize(("name", "body", "place"), [
    (VERTICAL, f'<vertical><wins_quiz url_name="q" weight="[{"1," * 400_000}]"/></vertical>', "weight of wins_quiz q"),
    (VERTICAL, f'<vertical due="{"x" * 10_001}"/>', "due of vertical"),
    (CHAPTER, f'<chapter><sequential url_name="s1" tags="{"[" * 20_000}"/></chapter>', "tags of sequential s1"),
])  # fmt: skip
def test_a_value_that_would_take_long_to_read_is_refused_with_its_place(tmp_path, name, body, place):
    path, file = written(tmp_path, name, body), name.removeprefix("course/")
    with pytest.raises(CourseError) as told:
        archives.read(path)
    assert str(told.value) == f"{path}: {file}: {place}: longer than 10,000 characters"


@pytest.mark.parametrize("attribute", ["bank", "hours", "data"])
def test_what_is_kept_as_text_may_be_long(tmp_path, attribute):
    body = f'<vertical><html url_name="t" {attribute}="{"x" * 200_000}"/></vertical>'
    assert len(archives.read(written(tmp_path, VERTICAL, body)).root.find(".//html").get(attribute)) == 200_000


@pytest.mark.parametrize(("name", "body"), [
    (POLICY, json.dumps({"course/2026": {"display_name": "Small", "children": ["x"], "parent": "y"}})),
    (VERTICAL, f'<vertical children="[1]" parent="x">{PAGE}</vertical>'),
    (CHAPTER, '<chapter children="- x"><sequential url_name="s1"/></chapter>'),
])  # fmt: skip
def test_no_attribute_moves_a_block(tmp_path, db, name, body):
    plain = courses.load(handmade.write(tmp_path / "plain.tar.gz", handmade.files(PAGE)))
    found = courses.load(written(tmp_path, name, body))
    for key in plain.keys:
        assert (found.parent(key), found.children(key)) == (plain.parent(key), plain.children(key))
