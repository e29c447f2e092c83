"""How Open edX finds us: entry points, wiring, settings, migrations, the port's signatures."""

import inspect
import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points
from io import StringIO
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.urls import reverse

from tests.edge import FakeOpenEdx
from wins_xblocks.apps import WinsXBlocksConfig
from wins_xblocks.platform import OpenEdx, Platform
from wins_xblocks.settings import common, production

BLOCKS = {"wins_module", "wins_study_time", "wins_quiz", "wins_exam_voucher"}


def names(group):
    return {e.name: e for e in entry_points(group=group) if e.value.startswith("wins_xblocks")}


def test_the_four_blocks_load_and_stand_directly_under_the_package():
    found = names("xblock.v1")
    assert set(found) == BLOCKS
    for entry in found.values():
        block = entry.load()
        assert block.__module__.count(".") == 1, "the platform finds static files of modules one level deep only"
        assert block.resources_dir == "static"
        assert block.public_dir == "wins_xblocks"


def test_studio_lists_our_blocks_together_under_wins():
    for entry in names("xblock.v1").values():
        assert entry.load().display_name.default.startswith("WINS: ")


def test_lms_and_studio_load_the_app():
    for group in ("lms.djangoapp", "cms.djangoapp"):
        assert names(group)["wins_xblocks"].load() is WinsXBlocksConfig


def test_a_process_that_starts_does_not_read_what_only_a_rule_set_needs():
    told = """
import sys, django
django.setup()
import wins_xblocks.filters, wins_xblocks.receivers, wins_xblocks.web.urls
print("pydantic" in sys.modules)
from wins_xblocks.domain.programme import loader
loader.load()
print("pydantic" in sys.modules)
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_what_plugin_app_names_is_there():
    for project in WinsXBlocksConfig.plugin_app["settings_config"].values():
        for part in project.values():
            assert callable(import_module(f"wins_xblocks.{part['relative_path']}").plugin_settings)
    for part in WinsXBlocksConfig.plugin_app["url_config"].values():
        urls = import_module(f"wins_xblocks.{part['relative_path']}")
        assert urls.app_name == part["namespace"]


def test_settings_are_merged_and_nothing_of_the_operators_is_overridden():
    settings = SimpleNamespace(WINS_ACADEMY_EMAIL="desk@example.org", TRACKING_IGNORE_URL_PATTERNS=["^/event"])
    for _ in range(2):
        common.plugin_settings(settings)
        production.plugin_settings(settings)
    assert settings.WINS_ACADEMY_EMAIL == "desk@example.org"
    assert settings.WINS_DEMO_TIME_FACTOR == 1
    assert settings.TRACKING_IGNORE_URL_PATTERNS == ["^/event", "^/wins/"]


def test_yaml_that_replaced_the_list_gets_our_pattern_again():
    settings = SimpleNamespace()
    common.plugin_settings(settings)
    settings.TRACKING_IGNORE_URL_PATTERNS = ["^/heartbeat"]
    production.plugin_settings(settings)
    assert settings.TRACKING_IGNORE_URL_PATTERNS == ["^/heartbeat", "^/wins/"]


def test_content_libraries_offer_the_quiz_and_the_clock_and_no_block_that_needs_a_course():
    """Studio's list; the LMS has none, and gets none."""
    studio, lms = SimpleNamespace(LIBRARY_ENABLED_BLOCKS=["problem", "wins_quiz"]), SimpleNamespace()
    for settings in (studio, lms):
        common.plugin_settings(settings)
        production.plugin_settings(settings)
    assert studio.LIBRARY_ENABLED_BLOCKS == ["problem", "wins_quiz", "wins_study_time"]
    assert not hasattr(lms, "LIBRARY_ENABLED_BLOCKS")


@pytest.mark.parametrize("name", ["ask", "learners", "import", "notice", "beat", "vouchers"])
def test_nothing_that_is_sent_to_us_goes_to_the_tracking_log(name):
    """The platform copies every form into it, and reads the body for that, unless a pattern matches the address."""
    settings = SimpleNamespace(TRACKING_IGNORE_URL_PATTERNS=["^/event"])
    common.plugin_settings(settings)
    matching = [re.match(pattern, reverse(f"wins:{name}")) for pattern in settings.TRACKING_IGNORE_URL_PATTERNS]
    assert any(matching)


def methods(cls):
    return {n: inspect.signature(f) for n, f in inspect.getmembers(cls, inspect.isfunction) if not n.startswith("_")}


@pytest.mark.parametrize("other", [FakeOpenEdx, OpenEdx])
def test_every_platform_has_the_ports_signatures(other):
    port, theirs = methods(Platform), methods(other)
    assert {name: theirs.get(name) for name in port} == port


def test_migrations_are_complete(db):
    out = StringIO()
    call_command("makemigrations", "wins_xblocks", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue()


def test_every_table_says_what_it_holds_of_persons():
    for model in apps.get_app_config("wins_xblocks").get_models():
        doc = model.__doc__ or ""
        assert (".. no_pii:" in doc) ^ (".. pii:" in doc), model.__name__
        if ".. pii:" in doc:
            assert ".. pii_types:" in doc, model.__name__
            assert ".. pii_retirement:" in doc, model.__name__


def test_no_table_points_to_a_table_of_the_platform():
    for model in apps.get_app_config("wins_xblocks").get_models():
        for field in model._meta.get_fields():
            if field.is_relation:
                assert field.related_model._meta.app_label == "wins_xblocks", f"{model.__name__}.{field.name}"


def test_constraints_are_named_and_short_enough_for_every_database():
    for model in apps.get_app_config("wins_xblocks").get_models():
        for part in [*model._meta.constraints, *model._meta.indexes]:
            assert part.name.startswith("wins_")
            assert len(part.name) <= 30


@pytest.mark.parametrize(("factor", "platform", "faults"), [
    (1, "wins_xblocks.platform.OpenEdx", []),
    (600, "wins_xblocks.platform.OpenEdx", ["wins.E001"]),
    (600, "wins_xblocks.workbench.edge.HostEdge", []),
])  # fmt: skip
def test_demo_time_stops_a_real_platform(settings, monkeypatch, factor, platform, faults):
    monkeypatch.setattr("wins_xblocks.lacking.missing_packages", lambda: ())  # the suite does not have all of them
    settings.WINS_DEMO_TIME_FACTOR, settings.WINS_PLATFORM = factor, platform
    assert [fault.id for fault in run_checks(tags=["wins"])] == faults
