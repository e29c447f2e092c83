"""The rule set's file: what it holds, and what a wrong one says."""

import copy
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml

from wins_xblocks import context
from wins_xblocks.domain.programme import api
from wins_xblocks.domain.programme.loader import SHIPPED, ProgrammeError, load, parse
from wins_xblocks.domain.programme.models import ProgrammeVersion

BODY = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def changed(path: str, value):
    body = copy.deepcopy(BODY)
    *way, last = path.split(".")
    place = body
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is KeyError:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return body


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
    for name in type(rules.workload).model_fields:
        assert len(getattr(rules.workload, name).source) > 20


@pytest.mark.parametrize(
    ("path", "value", "place", "reason"),
    [
        ("modules.2.exam", "no spaces allowed", "modules.2.exam", "match pattern"),
        ("modules.2.exam", "WINS-FND", "the file as a whole", "exam WINS-FND stands twice"),
        ("modules.1.course", {"org": "wins", "number": "fnd"}, "the file as a whole", "stands twice"),
        ("modules.0.required_hours", 0, "modules.0.required_hours", "greater than 0"),
        ("modules.0.required_hours", "forty", "modules.0.required_hours", "integer"),
        ("modules.0.colour", "blue", "modules.0.colour", "not permitted"),
        ("policies.hours", "sometimes", "policies.hours", "'required', 'advisory' or 'attest'"),
        ("policies", KeyError, "policies", "required"),
        ("time_zone", "Europe/Nowhere", "time_zone", "is not a time zone"),
        ("time_zone", "Europe", "time_zone", "is not a time zone"),
        ("time_zone", "x" * 300, "time_zone", "is not a time zone"),
        ("version", 1 << 31, "version", "less than 2147483648"),
        ("modules", [], "modules", "at least 1 item"),
        ("designations", [], "designations", "at least 1 item"),
        ("designations.0.foundation", "basics", "the file as a whole", "no module 'basics'"),
        ("workload.minutes_per_question.source", "", "workload.minutes_per_question.source", "at least 10"),
    ],
)
def test_a_wrong_rule_file_gives_one_error_that_names_the_place(tmp_path, path, value, place, reason):
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(changed(path, value)))
    with pytest.raises(ProgrammeError) as error:
        load(file)
    message = str(error.value)
    assert message.startswith(f"{file}: {place}: ")
    assert reason in message
    assert "\n" not in message


TAGGED = (b"!!bool maybe", b"!!timestamp abc", b"!!int ''", b"!!float ''", b"!!float 1:59" + b":59" * 400)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"modules: [", "is not YAML"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"", "the file as a whole"),
        (b"- 1\n", "the file as a whole"),
        (b"!!python/object/apply:os.system ['true']", "is not YAML"),
        *((b"a: 1\nb: " + value, r"line 2: tags \(\"!\"\) are not allowed") for value in TAGGED),
        (b"a: 1\nb: " + b"[" * 300, "line 2: is nested too deeply"),
        (b"a: 1\nb: 0x" + b"f" * 9000, "line 2: a number is too long"),
        (b"a: " + b"x" * 1_000_001, "larger than"),
    ],
)
def test_a_broken_file_is_refused_in_words(tmp_path, content, reason):
    file = tmp_path / "rules.yaml"
    file.write_bytes(content)
    with pytest.raises(ProgrammeError, match=reason):
        load(file)


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
    body = load().model_dump(mode="json") | {"version": 2}
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
