"""The rule set's file: what it holds, what a file says that is none, and which version is in force."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml

from wins_xblocks import context
from wins_xblocks.domain.programme import api
from wins_xblocks.domain.programme.loader import SHIPPED, ProgrammeError, load, parse, plain
from wins_xblocks.domain.programme.models import ProgrammeVersion

BODY = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def test_the_shipped_rules_hold_a_foundation_module_and_nine_electives(rules):
    assert [m.kind for m in rules.modules].count("foundation") == 1
    assert [m.kind for m in rules.modules].count("elective") == 9
    assert {m.required_hours for m in rules.modules} == {40}


def test_four_elective_titles_are_confirmed_and_five_are_working_titles(rules):
    electives = [m.title_status for m in rules.modules if m.kind == "elective"]
    assert sorted(electives) == ["confirmed"] * 4 + ["provisional"] * 5


def test_a_course_is_found_by_organisation_and_number_whatever_its_case(rules):
    assert rules.module_of_course("wins", "fnd").id == "foundation"
    assert rules.module_of_course("WINS", "XYZ") is None


def test_every_planning_figure_names_its_source(rules):
    for field in fields(rules.workload):
        assert len(getattr(rules.workload, field.name).source) > 20


TAGGED = (b"!!bool maybe", b"!!timestamp abc", b"!!int ''", b"!!float ''", b"!!float 1:59" + b":59" * 400)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"version: 1\nmodules: [", "line 2: is not YAML: while parsing a flow node, "),
        (b"version: 1\n\nreason: \x07", "line 3: is not YAML: control characters are not allowed"),
        (b"version: 1\n---\nversion: 2", "line 2: is not YAML: expected a single document"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"", "the file as a whole: must be names with values"),
        (b"- 1\n", "line 1: the file as a whole: must be names with values"),
        (b"!!python/object/apply:os.system ['true']", "line 1: tags"),
        (b"version: 1\nreason: &x Why\ntime_zone: *x", "line 3: aliases .* are not allowed; write it out"),
        (b"<<: {version: 1}", "line 1: is not YAML: could not"),
        (b"version: 1\neffective: 2026-99-99", r"line 2: effective: month must be in 1\.\.12"),
        (b"version: 1\n2026-99-99: 1", r"line 2: 2026-99-99: month must be in 1\.\.12"),
        (b"version: 1\nreason: Why\nversion: 2\n", "line 3: version stands twice; take one out"),
        (b"price:\n  {amount: 5,\n   amount: 6}\n", "line 3: amount stands twice"),
        (b"modules:\n- {id: a}\n- id: b\n  id: c\n", "line 4: id stands twice"),
        (b'"a\\nb": 1\n"a\\nb": 1', r"line 2: 'a\\nb' stands twice"),
        (b"? [a]\n: 1", "line 1: is not YAML: while constructing a mapping, found unhashable key"),
        *((b"a: 1\nb: " + value, r"line 2: tags \(\"!\"\) are not allowed") for value in TAGGED),
        (b"a: 1\nb: " + b"[" * 300, "line 2: is nested too deeply"),
        (b"a: 1\nb: 0x" + b"f" * 9000, "line 2: a number is too long"),
        (b"a: " + b"x" * 1_000_001, "larger than"),
    ],
)
def test_a_broken_file_is_refused_in_words(tmp_path, content, reason):
    file = tmp_path / "rules.yaml"
    file.write_bytes(content)
    with pytest.raises(ProgrammeError, match=reason) as error:
        load(file)
    assert str(error.value).startswith(f"{file}: ")
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_does_no_harm(tmp_path, rules):
    file = tmp_path / "rules.yaml"
    file.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert load(file) == rules


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ProgrammeError, match=r"none\.yaml: cannot be read: No such file"):
        load(tmp_path / "none.yaml")


@pytest.mark.parametrize(("path", "reason"), [
    ("/" + "x" * 300, "File name too long"), ("a\0b", "not the path"), ("/dev/zero", "not a file"),
    (str(SHIPPED.parent), "not a file"), (5, "not the path"), (b"x", "not the path"), (["x"], "not the path"),
])  # fmt: skip
def test_a_path_that_is_none_is_refused_in_words(settings, path, reason):
    settings.WINS_PROGRAMME = path
    with pytest.raises(ProgrammeError, match=reason):
        context.programme()


def test_a_path_may_be_one_of_pythons(settings, db):
    settings.WINS_PROGRAMME = SHIPPED
    assert context.programme() == load()


def test_the_version_in_force_is_the_newest_whose_day_has_come_in_the_programmes_zone(db, rules, tmp_path):
    body = plain(load()) | {"version": 2}
    body["modules"][0]["required_hours"] = 38
    ProgrammeVersion.objects.create(
        version=2, effective=date(2027, 4, 1), reason="Fewer hours", body=body,
        made_at=datetime(2027, 3, 1, tzinfo=UTC), made_by=1,
    )  # fmt: skip
    # Vienna is two hours before UTC in summer: 1 April begins at 22:00 UTC.
    begins = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)
    assert api.in_force(None, begins - timedelta(minutes=1)).version == 1
    assert api.in_force(None, begins).module("foundation").required_hours == 38
    assert api.version(None, 1).module("foundation").required_hours == 40
    assert api.version(None, 2).version == 2


def test_a_later_version_that_is_broken_names_itself(db):
    with pytest.raises(ProgrammeError, match="rules of version 7: modules"):
        parse({**BODY, "modules": "none"}, "rules of version 7")
