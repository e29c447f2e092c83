"""The policies: complete in the shipped file, at home in an older one, and honest about what nothing reads yet."""

import ast
import copy
import re
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from wins_xblocks.domain.programme import api
from wins_xblocks.domain.programme.data import NOT_YET_APPLIED, Policies, Retake, TestPolicy
from wins_xblocks.domain.programme.loader import SHIPPED, load, parse, plain
from wins_xblocks.domain.programme.models import ProgrammeVersion

ROOT = Path(__file__).parents[3]
TEXT = SHIPPED.read_text(encoding="utf-8")
NESTED = {"module_test": TestPolicy, "retake": Retake}  # of these, some parts are read and some are not


def names(kind):
    return [field.name for field in fields(kind)]


def leaves():
    """Each policy, and each part of those in NESTED, by its place in the file; ``provisional`` is about the others."""
    for name in names(Policies):
        parts = names(NESTED[name]) if name in NESTED else ()
        yield from (f"policies.{name}.{part}" for part in parts)
        if not parts and name != "provisional":
            yield f"policies.{name}"


def read_by_code():
    """Names that some code takes from the policies (or, for parts, from anything), but for the rule set's own."""
    found = set()
    for package in ("wins_xblocks", "course_export"):
        for path in (ROOT / package).rglob("*.py"):
            if path.parent.name in ("programme", "migrations"):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    of = getattr(node.value, "attr", getattr(node.value, "id", ""))
                    found |= {node.attr, f"policies.{node.attr}"} if of == "policies" else {node.attr}
    return found


def test_what_nothing_reads_yet_is_listed_and_nothing_else():
    code = read_by_code()
    unread = {leaf for leaf in leaves() if (leaf if leaf.count(".") == 1 else leaf.split(".")[2]) not in code}
    assert unread == set(NOT_YET_APPLIED)


def test_the_file_says_of_each_that_it_is_not_yet_applied_and_by_what_it_will_be():
    policies = TEXT.split("\npolicies:\n")[1].split("\n\n")[0]
    entries = re.split(r"\n  (?=\w)", "\n" + policies)[1:]
    marked = {entry.split(":")[0] for entry in entries if re.search(r"not yet applied: \w+", entry)}
    assert marked == {name.split(".")[1] for name in NOT_YET_APPLIED}


def test_the_shipped_file_names_every_policy():
    written = yaml.safe_load(TEXT)["policies"]
    assert set(written) == set(names(Policies))
    assert all(set(written[name]) == set(names(kind)) for name, kind in NESTED.items())


def older():
    """The shipped rules as a file of the first days has them: without what has a default now."""
    body = yaml.safe_load(TEXT)
    for place, kind in ((body["policies"], Policies), *((body["policies"][n], kind) for n, kind in NESTED.items())):
        for field in fields(kind):
            if field.default is not MISSING:
                del place[field.name]
    return body


def test_a_file_without_the_later_policies_says_what_the_shipped_one_says(tmp_path, rules):
    body = older()
    assert len(body["policies"]) == 12
    file = tmp_path / "older.yaml"
    file.write_text(yaml.safe_dump(body), encoding="utf-8")
    assert load(file) == rules


def test_a_stored_version_without_the_later_policies_still_holds(db):
    body = {**older(), "version": 2, "effective": "2026-06-01"}
    made = datetime(2026, 5, 1, tzinfo=UTC)
    ProgrammeVersion.objects.create(
        version=2, effective=date(2026, 6, 1), reason="Earlier", body=body, made_at=made, made_by=1
    )
    assert api.in_force(None, datetime(2026, 7, 1, tzinfo=UTC)).policies == load().policies


def test_what_is_stored_of_a_version_reads_back_the_same(rules):
    assert parse(copy.deepcopy(plain(rules)), "stored") == rules


def test_what_wins_has_not_decided_is_marked_as_a_guess(rules):
    assert set(rules.policies.provisional) == {"months_between_passes", "retake", "access"}
