"""What an author says of pages and units, on its way: archive, Studio's form, the learner's page."""

import html
import json
import re

from lxml import html as parser

from tests.host import handmade
from tests.host.test_round_trip import plain, small
from wins_xblocks.domain.programme.loader import load
from wins_xblocks.platform import platform
from wins_xblocks.unit_hours import expected_minutes

COURSE = "course-v1:WINS+FND+2026"
CLOCK = "block-v1:WINS+FND+2026+type@wins_study_time+block@foundation-u1-r1-time"
MODULE = "block-v1:WINS+FND+2026+type@wins_module+block@foundation-module"
PAGE = f"/courses/{COURSE}/jump_to/{CLOCK}"


def seconds(browser):
    """How long the page's script waits for a touch."""
    shown = browser.get(PAGE, follow=True).content.decode()
    [told] = re.findall(r'data-args="([^"]*idleSeconds[^"]*)"', shown)
    return json.loads(html.unescape(told))["idleSeconds"]


def test_settings_of_a_page_come_whole_out_of_an_archive(tmp_path, db):
    runtime, keys = small(
        tmp_path,
        handmade.element("wins_study_time", "t", content_kind="film", idle_minutes="12")
        + handmade.element("wins_study_time", "empty")
        + handmade.element("wins_study_time", "beyond", content_kind="podcast", idle_minutes="900"),
    )
    found = {name: runtime.get_block(keys[name]) for name in ("t", "empty", "beyond")}
    told = {name: (block.content_kind, block.idle_minutes) for name, block in found.items()}
    assert told == {"t": ("film", 12), "empty": ("", None), "beyond": ("podcast", 900)}


def test_a_pages_minutes_set_in_studio_reach_its_learner(arno, lena):
    assert seconds(lena) == 300
    values = {"values": {"content_kind": "pdf", "idle_minutes": 7}, "defaults": ["module_id"]}
    assert arno.json(f"/studio/{CLOCK}/handler/submit_studio_edits", values).status_code == 200
    assert seconds(lena) == 420
    preview = arno.get(f"/studio/{CLOCK}/preview").content.decode()
    assert "A PDF or another long document in a frame of its own." in preview
    assert "Time is paused after 7 minutes without a touch." in preview


def test_the_modules_form_names_the_units_of_the_course(arno):
    tree = parser.fromstring(arno.get(f"/studio/{MODULE}/edit").content.decode())
    lines = tree.xpath("//li[starts-with(@data-field-name, 'unit_hours.')]")
    labels = {line.get("data-field-name"): line.xpath(".//label")[0].text for line in lines}
    assert labels["unit_hours.foundation-u1"] == "Why nuclear security matters and who is responsible"
    assert "unit_hours.foundation-start" not in labels, "the unit of the block itself"
    values = {line.get("data-field-name"): line.xpath(".//input")[0].get("value") for line in lines}
    assert values["unit_hours.foundation-u1"] == "8"


def test_hours_set_in_studio_reach_the_learner_and_whoever_asks_for_them(arno, lena):
    unit = "block-v1:WINS+FND+2026+type@chapter+block@foundation-u1"
    foundation = load().module("foundation")
    assert expected_minutes(foundation, COURSE, [unit]) == {unit: 480}
    values = {"values": {"unit_hours.foundation-u1": 9.5}, "defaults": []}
    assert arno.json(f"/studio/{MODULE}/handler/submit_studio_edits", values).status_code == 200
    assert "about 9.5 h" in lena.get(f"/courses/{COURSE}/jump_to/{MODULE}", follow=True).content.decode()
    assert expected_minutes(foundation, COURSE, [unit]) == {unit: 570}


def test_the_port_finds_a_field_of_every_block_of_a_type(demo):
    [(hours,)] = platform().settings_of(COURSE, "wins_module", "hours")
    assert len(plain(hours)["units"]) == 5
    assert platform().settings_of("course-v1:No+Such+Run", "wins_module", "hours") == ()


def test_saving_the_modules_form_as_it_stands_keeps_what_the_exporter_wrote(arno):
    [(before,)] = platform().settings_of(COURSE, "wins_module", "hours")
    tree = parser.fromstring(arno.get(f"/studio/{MODULE}/edit").content.decode())
    lines = tree.xpath("//li[starts-with(@data-field-name, 'unit_hours.')]")
    values = {
        line.get("data-field-name"): float(value) if (value := line.xpath(".//input")[0].get("value")) else None
        for line in lines
    }
    answer = arno.json(f"/studio/{MODULE}/handler/submit_studio_edits", {"values": values, "defaults": []})
    assert answer.status_code == 200
    [(after,)] = platform().settings_of(COURSE, "wins_module", "hours")
    assert after.text == before.text
