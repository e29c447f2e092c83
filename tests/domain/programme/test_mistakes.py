"""What a rule file says that is YAML, but cannot be meant: the line, the place and what is wrong there."""

import copy
import re
from dataclasses import fields

import pytest
import yaml

from wins_xblocks.domain.programme.data import IdleMinutes
from wins_xblocks.domain.programme.loader import SHIPPED, ProgrammeError, parse, read

TEXT = SHIPPED.read_text(encoding="utf-8")
ROOT = yaml.compose(TEXT)
BODY = yaml.safe_load(TEXT)
OUT = object()


def changed(*changes):
    """The shipped rules with some places changed, or taken out."""
    body = copy.deepcopy(BODY)
    for path, value in changes:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place = body
        for step in way:
            place = place[step]
        if value is OUT:
            del place[last]
        else:
            place[last] = value
    return body


def complaint(*changes):
    """What is said of the rules with these changes."""
    with pytest.raises(ProgrammeError) as error:
        parse(changed(*changes), "rules.yaml")
    message = str(error.value)
    assert "\n" not in message
    return message.removeprefix("rules.yaml: ")


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("version", 0, "should be greater than 0"),
        ("version", 1 << 31, "should be less than 2147483648"),
        ("version", True, "should be a valid integer"),
        ("effective", 2026, "must be a date, as in 2026-01-31"),
        ("effective", "0206-01-01", "must lie between 2000 and 2099"),
        ("effective", "20260-01-01", "must be a date, as in 2026-01-31"),
        ("effective", "2100-01-01", "must lie between 2000 and 2099"),
        ("reason", "   ", "should have at least 3 characters"),
        ("reason", "bell \a", "holds the character U+0007"),
        ("time_zone", "Europe/Nowhere", "'Europe/Nowhere' is not a time zone"),
        ("time_zone", "Europe", "is not a time zone"),
        ("time_zone", "x" * 300, "is not a time zone"),
        ("price.amount", "0.00", "should be greater than 0"),
        ("price.amount", -425, "should be greater than 0"),
        ("price.amount", "NaN", "should be a finite number"),
        ("price.amount", float("inf"), "should be a finite number"),
        ("price.amount", "425.999", "should have no more than 2 decimal places"),
        ("price.amount", 425000, "should be less than or equal to 100000"),
        ("price.currency", "euro", "must be three capital letters, as in EUR"),
        ("modules", [], "should have at least 1 item"),
        ("modules", "none", "must be a list"),
        ("modules.2", "none", "must be names with values"),
        ("modules.0.id", "Foundation", "must be small letters, digits and hyphens"),
        ("modules.0.title", " ", "should have at least 1 character"),
        ("modules.0.title", 5, "must be text; put it in quotation marks"),
        ("modules.0.title", "a\nb", "must be one line"),
        ("modules.0.title", "x" * 201, "should have at most 200 characters"),
        ("modules.0.required_hours", 0, "should be greater than 0"),
        ("modules.0.required_hours", "forty", "should be a valid integer"),
        ("modules.0.colour", "blue", "is no name of the rules"),
        ("modules.2.exam", "no spaces allowed", "must be 2 to 32 capital letters, digits and hyphens"),
        ("modules.2.exam", "WINS-FND\n", "must be 2 to 32 capital letters"),
        ("modules.2.course.org", "W+S", "must be letters, digits, dots"),
        ("designations", [], "should have at least 1 item"),
        ("designations.0.short", "", "should have at least 1 character"),
        ("designations.0.valid_years", 0, "should be greater than 0"),
        ("policies", OUT, "is missing"),
        ("policies.hours", "sometimes", "should be 'required', 'advisory' or 'attest'"),
        ("policies.book_hours.checked_percent", 101, "should be less than or equal to 100"),
        ("policies.module_test.pass_percent", 0, "should be greater than 0"),
        ("policies.module_test.time_limit_minutes", 0, "should be greater than or equal to 5"),
        ("policies.answer_within_working_days", 0, "should be greater than 0"),
        ("policies.retake.in_package", "no", "should be a valid boolean"),
        ("policies.replacement_reasons", ["regret"], "should be 'not_readable', 'sent_twice' or 'supplier_fault'"),
        ("policies.two_people", ["revoke", "revoke"], "revoke stands twice"),
        ("policies.country_review", [False], "must be text; put it in quotation marks"),  # YAML's NO
        ("policies.country_review", ["Austria"], "must be two capital letters of ISO 3166, as in AT"),
        ("workload.minutes_per_question.value", float("inf"), "should be a finite number"),
        ("workload.minutes_per_question.value", True, "should be a valid number"),
        ("workload.minutes_per_question.source", "", "should have at least 10 characters"),
        # What a part says of another.
        ("modules.3.id", "regulation", "regulation stands twice; modules.2 has it too"),
        ("modules.2.title", "foundation module", "foundation module stands twice; modules.0 has it too"),
        ("modules.2.exam", "WINS-NPM", "WINS-NPM stands twice; modules.1 has it too"),
        ("modules.1.course", {"org": "wins", "number": "fnd"}, "wins+fnd stands twice; modules.0 has it too"),
        ("modules.3.kind", "foundation", "modules.0 is the Foundation Module already; only one may be"),
        (
            "designations.0.foundation",
            "basics",
            "no module has the id basics; the Foundation Module is foundation (modules.0.id)",
        ),
        ("designations.0.foundation", "regulation", "regulation is an elective module; the Foundation Module is "),
        ("designations.0.electives", 10, "asks for 10 elective modules; there are only 9"),
        ("policies.book_hours.at_once", 25, "25 hours at once are more than policies.book_hours.most, 24"),
        ("policies.days_left_at_issue", 29, "past its last safe day; policies.safe_days_before_expiry is 30"),
        ("policies.keep_spans_days", 7, "visits must be kept longer than time may come late; policies.late_days is 7"),
        ("policies.provisional", ["retakes"], "retakes is no policy; hours would be one"),
        ("policies.provisional", ["provisional"], "provisional is no policy"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(path, value, reason):
    message = complaint((path, value))
    assert re.match(rf"{re.escape(path)}(\.\d+)?: ", message)
    assert reason in message


def test_rules_without_a_foundation_module_are_refused():
    told = complaint(("modules.0.kind", "elective"))
    assert told.startswith("modules: none is the Foundation Module; one must be of kind: foundation; ")
    assert "designations.0.foundation: foundation is an elective module" in told


def test_two_designations_with_one_id_or_one_short_name_are_refused():
    told = complaint(("designations", [BODY["designations"][0]] * 2))
    assert "designations.1.id: cnsp stands twice; designations.0 has it too; designations.1.short: CNSP " in told


def test_without_elective_modules_the_foundation_exam_does_not_wait_for_one():
    alone = [("modules", BODY["modules"][:1]), ("designations.0.electives", 0)]
    assert complaint(*alone).startswith("policies.release: after_both waits for an elective module, and there is none")
    parse(changed(*alone, ("policies.release", "after_module")), "rules.yaml")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("price.amount", 425.5), ("modules.0.title", " Foundation "), ("modules.0.required_hours", 60),
        ("designations.0.electives", 0), ("policies.book_hours", {"at_once": 0, "most": 0, "checked_percent": 0}),
        ("policies.book_hours.most", 100), ("policies.days_left_at_issue", 30), ("policies.country_review", ["AT"]),
        ("policies.module_test.time_limit_minutes", 90), ("policies.provisional", []),
    ],
)  # fmt: skip
def test_what_an_academy_may_want_is_accepted(path, value):
    parse(changed((path, value)), "rules.yaml")


def test_a_pause_can_be_announced_a_minute_before_it_comes():
    for kind in (field.name for field in fields(IdleMinutes)):
        assert "should be greater than or equal to 2" in complaint((f"policies.idle_minutes.{kind}", 1))
        parse(changed((f"policies.idle_minutes.{kind}", 2)), "rules.yaml")


def test_what_authors_may_set_is_a_range_that_holds_the_rules_own_minutes():
    told = complaint(("policies.idle_bounds", {"least": 12, "most": 6}))
    assert told == "policies.idle_bounds.least: 12 minutes are more than most, 6"
    told = complaint(("policies.idle_bounds", {"least": 6, "most": 12}))
    assert told == "policies.idle_minutes.text: 5 minutes are outside policies.idle_bounds, 6 to 12"
    assert "should be greater than or equal to 2" in complaint(("policies.idle_bounds.least", 1))
    parse(changed(("policies.idle_bounds", {"least": 5, "most": 10})), "rules.yaml")


def test_an_older_file_that_waits_longer_and_names_no_range_still_holds():
    older = changed(("policies.idle_bounds", OUT), ("policies.idle_minutes", {"text": 5, "quiz": 10, "pdf": 30}))
    policies = parse(older, "rules.yaml").policies
    assert (policies.idle("pdf"), policies.idle("film")) == (30, 10)


def test_an_authors_minutes_count_as_far_as_the_range_allows():
    policies = parse(changed(("policies.idle_bounds", {"least": 3, "most": 12})), "rules.yaml").policies
    own = (None, 3, 7, 12, 2, -5, 90)
    assert [policies.idle("text", minutes) for minutes in own] == [5, 3, 7, 12, 3, 3, 12]


def test_several_mistakes_are_one_message_the_first_five_in_words():
    hours = [(f"modules.{number}.nominal_hours", 0) for number in range(7)]
    told = complaint(*hours).split("; ")
    assert told[:5] == [f"modules.{number}.nominal_hours: should be greater than 0" for number in range(5)]
    assert told[5:] == ["and 2 more"]


def test_a_name_that_nobody_can_print_is_cut_and_quoted():
    told = complaint(("x\n\u202e" + "y" * 100, 1))
    assert told == "'x\\n\\u202e" + "y" * 57 + "': is no name of the rules"


@pytest.mark.parametrize(
    ("old", "new", "told", "there"),
    [
        ("  hours: required ", "  hours: sometimes ", "policies.hours: should be", "  hours: sometimes"),
        ("required_hours: 40, exam: WINS-REG", "required_hours: 40,\n exam: WINS-FND",
         "modules.2.exam: WINS-FND stands twice", " exam: WINS-FND, course: {org: WINS, number: REG}"),
        ("  late_days: 7 ", "  late_days: 7\n  lateness: 7\n ", "policies.lateness: is no name", "  lateness: 7"),
        ("time_zone: Europe/Vienna", "time_zone:\n  Nowhere", "time_zone: 'Nowhere' is not a time zone", "time_zone:"),
        ("[not_readable, sent_twice, supplier_fault]", "- not_readable\n    - regret",
         "policies.replacement_reasons.1: should be", "    - regret"),
        (", required_hours: 40, exam: WINS-CUL", ", exam: WINS-CUL",
         "modules.5.required_hours: is missing", "  - {id: security-culture"),  # the line of what lacks it
    ],
)  # fmt: skip
def test_the_line_is_the_one_on_which_the_name_stands(old, new, told, there):
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)
    with pytest.raises(ProgrammeError) as error:
        read(text, "rules.yaml")
    number, message = re.fullmatch(r"rules\.yaml: line (\d+): (.*)", str(error.value)).groups()
    assert message.startswith(told)
    assert text.splitlines()[int(number) - 1].startswith(there)


def test_a_later_version_that_is_broken_names_itself():
    with pytest.raises(ProgrammeError, match=r"^rules of version 7: modules: must be a list"):
        parse({**BODY, "modules": "none"}, "rules of version 7")


# Any one scalar spoiled: rules that hold, or one sentence that names the place and its line.

JUNK = (None, "", "  ", "x", "\n", -1, 0, 1.5, 10**60, -(10**60), float("nan"), float("inf"), True, "x" * 5000,
        "\ud800", [], [None], {}, {"a": {}})  # fmt: skip
WRITTEN = ("", "~", "-1", "''", "' '", "[]", "[~]", "{}", "{a: b}", "yes", ".nan", "-.inf", "1e999", "0x" + "f" * 60,
           "2026-99-99", "2026-01-01 10:00:00", "x" * 5000, '"\\0"', "'é\u202e'", "1_0", "'5'", "=", "<<")  # fmt: skip


def scalars(node, path=(), line=0):
    """Every scalar of the shipped file: its path, the line of its name, where it begins and ends."""
    if isinstance(node, yaml.ScalarNode):
        yield path, line, node.start_mark.index, node.end_mark.index
    elif isinstance(node, yaml.SequenceNode):
        for number, entry in enumerate(node.value):
            yield from scalars(entry, (*path, str(number)), entry.start_mark.line + 1)
    else:
        for key, value in node.value:
            yield from scalars(value, (*path, key.value), key.start_mark.line + 1)


# The modules in the middle are like those at both ends.
SCALARS = [one for one in scalars(ROOT) if one[0][0] != "modules" or one[0][1] in ("0", "1", "9")]


def refusal(function, *arguments):
    """What is said; nothing when the rules hold."""
    try:
        function(*arguments)
    except ProgrammeError as error:
        return str(error)
    return ""


def check(told, path, line):
    assert "\n" not in told
    assert len(told) < 1500
    first = told.removeprefix("rules.yaml: ")
    place = ".".join(path)
    if not re.match(rf"line {line}: ({re.escape(place)}[.:]|is not YAML: )", first):
        # It contradicts another value, which is told, and this one with it.
        assert re.search(rf"[ (]{re.escape(place)}[,) ]", first + " "), (path, told)


def test_any_value_spoiled_gives_rules_that_hold_or_its_place():
    refused = 0
    for path, line, _begin, _end in SCALARS:
        for junk in JUNK:
            if told := refusal(parse, changed((".".join(path), junk)), "rules.yaml", ROOT):
                refused += 1
                check(told, path, line)
    assert refused > len(SCALARS) * len(JUNK) * 0.8


def test_any_text_spoiled_gives_rules_that_hold_or_its_place():
    refused = 0
    for number, (path, line, begin, end) in enumerate(SCALARS):
        for junk in (WRITTEN[number % len(WRITTEN)], WRITTEN[(number * 7 + 3) % len(WRITTEN)]):
            if told := refusal(read, TEXT[:begin] + junk + TEXT[end:], "rules.yaml"):
                refused += 1
                check(told, path, line)
    assert refused > len(SCALARS)


def test_anything_taken_out_gives_rules_that_hold_or_its_place():
    def names(value, path=()):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, str(name))
            if isinstance(inner, dict | list):
                yield from names(inner, (*path, str(name)))

    for path in names(BODY):
        if path[-1].isdigit():
            continue  # a list with an entry less is another one, not a mistake
        told = refusal(parse, changed((".".join(path), OUT)), "rules.yaml", ROOT)
        assert not told or f" {'.'.join(path)}: " in told, (path, told)
