"""Our block classes as the platform builds them: its mixins stand beside our names, its services are asked for."""

from importlib.metadata import entry_points
from types import SimpleNamespace

import pytest

from wins_xblocks.people import shows_another_view

# Fields that the platform mixes into every block (Teak to Verawood). A handler or property of the same name hides the
# field, and the platform then compares a method with a date.
MIXED_IN = """
chrome copied_from_block course_edit_method days_early_for_beta default_tab due edxnotes edxnotes_visibility format
giturl graceperiod graded group_access hide_from_toc in_entrance_exam matlab_api_key max_attempts name parent
relative_weeks_due rerandomize self_paced show_correctness show_reset_button showanswer source_file start
static_asset_path tags upstream upstream_display_name upstream_version upstream_version_declined use_latex_compiler
user_partitions video_auto_advance video_bumper video_speed_optimizations visible_to_staff_only xqa_key
children location category url_name tabs edited_by edited_on published_by published_on subtree_edited_by
"""
ASKED = ("user", "completion", "studio_user_permissions", "replace_urls")
BLOCKS = [entry.load() for entry in entry_points(group="xblock.v1") if entry.value.startswith("wins_xblocks")]


def our_names(block):
    ours = [part for part in block.__mro__ if part.__module__.startswith("wins_xblocks")]
    return {name for part in ours for name in vars(part)}


@pytest.mark.parametrize("block", BLOCKS)
def test_no_name_of_ours_hides_a_field_of_the_platform(block):
    assert not our_names(block) & set(MIXED_IN.split())


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("service", ASKED)
def test_what_the_port_asks_a_runtime_for_is_declared_and_may_be_missing(block, service):
    assert block.service_declaration(service) == "want"


@pytest.mark.parametrize("block", BLOCKS)
def test_whoever_views_the_course_as_one_learner_sees_our_blocks(block):
    assert block.show_in_read_only_mode is True


@pytest.mark.parametrize(
    ("role", "user_name", "group_id", "another"),
    [
        ("student", None, None, True),
        ("student", "lena", None, True),
        ("staff", "lena", None, True),
        ("staff", None, 3, True),
        ("staff", None, None, False),
    ],
)
def test_only_back_at_the_staff_view_the_course_team_acts_as_itself(role, user_name, group_id, another):
    masquerade = SimpleNamespace(role=role, user_name=user_name, group_id=group_id)
    assert shows_another_view(masquerade) is another


def test_nobody_masquerades_without_an_entry():
    assert not shows_another_view(None)
