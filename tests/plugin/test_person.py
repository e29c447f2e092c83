"""``wins_person``: one person's data written down, or erased by hand."""

import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command

from tests.plugin.whole_person import MARK, whole
from wins_xblocks import privacy
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.cases import privacy as cases

pytestmark = pytest.mark.django_db


def run(*options):
    told = io.StringIO()
    call_command("wins_person", *options, stdout=told)
    return told.getvalue()


def acts(user):
    return [entry.action for entry in audit.entries(f"person:{user.id}")]


def test_a_persons_data_is_written_as_json_without_codes(learner):
    code = whole(learner).code
    text = run("--user", "learner", "--json", "-")
    told = json.loads(text)
    assert told["person"] == {
        "id": learner.id, "username": "learner", "name": "Learner Example", "email": "learner@example.org"
    }  # fmt: skip
    assert told["tables"] == privacy.told_of(learner.id) | {"AuditEntry": told["tables"]["AuditEntry"]}
    assert code not in text
    assert "Voucher codes are not in it" in told["remark"]
    assert acts(learner) == ["person.told"]


def test_the_file_is_new_and_its_owners_alone(learner, tmp_path):
    target = tmp_path / "learner.json"
    told = run("--user", "learner", "--json", str(target))
    assert "rows of" in told
    assert "Voucher codes are not in it" in told
    assert json.loads(target.read_text(encoding="utf-8"))["person"]["id"] == learner.id
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="File exists"):
        run("--user", "learner", "--json", str(target))


def test_letters_of_every_script_stay_readable(learner):
    learner.first_name = "Žofie"
    learner.save()
    assert "Žofie" in run("--user", "learner", "--json", "-")


def test_erasing_by_hand_says_what_it_did_and_is_noted_each_time(learner):
    whole(learner)
    assert "study time: " in run("--user", "learner", "--forget", "--yes")
    assert MARK not in str(privacy.told_of(learner.id))
    run("--id", str(learner.id), "--forget", "--yes")
    assert acts(learner) == ["person.forgotten", "person.forgotten"]
    assert audit.broken() == []


def test_without_yes_nothing_is_erased(learner):
    whole(learner)
    with pytest.raises(CommandError, match="Nothing was erased"):
        run("--user", "learner", "--forget")
    assert MARK in str(privacy.told_of(learner.id))
    assert acts(learner) == []


def test_written_down_and_erased_in_one_go(learner):
    whole(learner)
    assert MARK in run("--user", "learner", "--json", "-", "--forget", "--yes")
    assert acts(learner) == ["person.told", "person.forgotten"]


def test_an_account_that_is_gone_is_named_by_its_number(learner):
    whole(learner)
    number = learner.id
    learner.delete()
    told = json.loads(run("--id", str(number), "--json", "-"))
    assert told["person"] == {"id": number}
    assert told["tables"]["Case"]


@pytest.mark.parametrize("options", [
    ["--user", "nobody", "--forget", "--yes"], ["--user", "learner"], ["--forget", "--yes"],
    ["--user", "learner", "--id", "1", "--json", "-"], ["--user", "learner", "--json", "/nowhere/file"],
])  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(learner, options):
    with pytest.raises(CommandError) as refused:
        run(*options)
    assert "\n" not in str(refused.value)
    assert acts(learner) == []


def test_what_failed_is_said_and_the_command_fails(learner, monkeypatch):
    whole(learner)
    monkeypatch.setattr(cases, "forget", lambda *a: 1 / 0)
    with pytest.raises(CommandError, match="failed: questions"):
        run("--user", "learner", "--forget", "--yes")
