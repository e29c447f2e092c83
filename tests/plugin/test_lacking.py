"""A platform that lacks a package, a filter, a table, a setting or a service: it starts, says so once, the rest works.

Packages, filters and settings are read when a process starts: ``lacking.py`` starts one for each. Tables and services
are asked for at each request: ``test_lacking_at_request.py``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils.module_loading import import_string

from tests.plugin.lacking import PACKAGES, PAGES
from wins_xblocks import heard, lacking
from wins_xblocks.apps import WinsXBlocksConfig
from wins_xblocks.domain.programme.api import NOT_MIGRATED
from wins_xblocks.settings.filters import STEPS

ROOT = Path(__file__).resolve().parents[2]
CASES = ("nothing", *PACKAGES, "all packages", "filter steps", "settings", "tables")
LATER = "This page cannot be shown at the moment. Please try again later."
BLOCKS = ("ModuleBlock", "ExamVoucherBlock", "StudyTimeBlock", "QuizBlock")


@pytest.fixture(scope="module")
def lives():
    """What was said and what worked on each platform."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.plugin.lacking", *CASES], cwd=ROOT, env=dict(os.environ),
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def told(lives, case):
    """What the doctor says of this platform and not of a whole one."""
    assert "failed" not in lives[case], lives[case]["failed"]
    return [line for line in lives[case]["doctor"] if line not in lives["nothing"]["doctor"]]


def worked(life):
    """What worked, in short: a block by whether it shows what it is for."""
    works = life["works"]
    shown = {name: "cannot be" not in works[name] and len(works[name]) > 300 for name in BLOCKS}
    (begun, _), (sent, _), published = works["quiz"]
    return works | shown | {"quiz": [begun, sent, published]}


def test_a_whole_platform_starts_in_silence_and_everything_works(lives):
    assert "failed" not in lives["nothing"], lives["nothing"]["failed"]
    assert (lives["nothing"]["checks"], lives["nothing"]["said"]) == ([], [])
    whole = {"enrolment": True, "page": "clock", "quiz": [200, 200, ["grade", "completion"] * 2]}
    assert worked(lives["nothing"]) == dict.fromkeys(PAGES, 200) | dict.fromkeys(BLOCKS, True) | whole


# By package: what the log says besides the check, and what does not work.
SILENT = {"openedx-filters"}  # the platform, without it, never asks us
LOST = {
    "openedx-events": {"enrolment": False},
    "openedx-filters": {"page": "text"},
    "event-tracking": {},
    "edx-django-utils": {"enrolment": False},
    "edx-completion": {"quiz": [200, 200, ["grade"] * 2]},
}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_platform_without_a_package_starts_says_so_once_and_the_rest_works(lives, package):
    sentence = lacking.sentence(package)
    assert told(lives, package) == [f"note  wins.W015  {sentence}"]
    assert lives[package]["checks"] == [f"wins.W015 {sentence}"]
    if package == "edx-completion":  # the log speaks of the service
        sentence = sentence.replace("edx-completion is not installed", "Blocks have no service “completion” here")
    assert lives[package]["said"] == ([] if package in SILENT else [sentence])
    assert worked(lives[package]) == worked(lives["nothing"]) | LOST[package]


def test_a_platform_without_any_of_the_packages_starts_and_the_rest_works(lives):
    assert told(lives, "all packages") == [f"note  wins.W015  {lacking.sentence(one)}" for one in PACKAGES]
    said = lives["all packages"]["said"]
    assert len(said) == len(set(said)) == len(PACKAGES) - len(SILENT)
    lost = {name: value for one in LOST.values() for name, value in one.items()}
    assert worked(lives["all packages"]) == worked(lives["nothing"]) | lost


def test_without_our_filter_steps_each_is_named_once_and_the_rest_works(lives):
    found = told(lives, "filter steps")
    assert [line.split()[1] for line in found] == ["wins.W002"] * len(STEPS)
    assert all(kind in line for kind, line in zip(STEPS, found, strict=True))
    assert lives["filter steps"]["said"] == []
    assert worked(lives["filter steps"]) == worked(lives["nothing"]) | {"page": "text"}


def test_without_any_setting_of_ours_each_is_named_once_and_the_rest_works(lives):
    found = [line.split()[1] for line in told(lives, "settings")]
    assert found == ["wins.W002"] * len(STEPS) + ["wins.W003", "wins.W004", "wins.W005"]
    assert lives["settings"]["said"] == []
    assert worked(lives["settings"]) == worked(lives["nothing"]) | {"page": "text"}


def test_without_tables_it_starts_says_so_once_and_sends_learners_away_in_words(lives):
    error, end = told(lives, "tables")
    assert error.startswith("ERROR wins.E014  The database lacks tables or columns of ours: 0001_first, ")
    assert end == "CommandError: Something does not work. See above."
    assert (lives["tables"]["checks"], lives["tables"]["said"]) == ([], [NOT_MIGRATED])
    works = lives["tables"]["works"]
    assert {works[name] for name in PAGES} == {503}
    assert works["page"] == "text"
    for name in BLOCKS:
        assert works[name].count("at the moment.") == 1, name
    assert works["quiz"] == [[503, {"error": LATER}], [503, {"error": LATER}], []]


# Packages that are there, but cannot be used


@pytest.mark.parametrize("module", ["openedx_events.learning.signals", "attrs"])
def test_a_package_that_is_broken_is_not_called_missing(monkeypatch, caplog, module):
    for name in [one for one in sys.modules if one.split(".")[0] == "openedx_events"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    receivers = WinsXBlocksConfig.plugin_app["signals_config"]["lms.djangoapp"]["receivers"]
    for receiver in receivers:
        if receiver["receiver_func_name"] == "on_enrolment":
            import_string(receiver["signal_path"])
    [said] = [record.getMessage() for record in caplog.records]
    assert said.startswith("openedx-events cannot be used (")
    assert module in said


def test_what_is_still_missing_is_said_again_the_next_day(monkeypatch, caplog):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(lacking, "monotonic", lambda: clock.now)
    for clock.now in (0.0, 1.0, 24 * 3600 - 1, 24 * 3600, 24 * 3600 + 1):
        lacking.say("The table is gone.")
    lacking.say("Another one.")
    assert [record.getMessage() for record in caplog.records] == ["The table is gone."] * 2 + ["Another one."]


def test_another_name_is_no_signal():
    with pytest.raises(AttributeError, match="anything_else"):
        heard.anything_else  # noqa: B018
