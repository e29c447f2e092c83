"""The link on the learner home: what Tutor's micro-frontends are built with, run as it would be in the page."""

import ast
import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.tutor import LINES, NASTY, Tutor, micro_frontends, prepared

SLOT = "org.openedx.frontend.learner_dashboard.widget_sidebar.v1"
BUILT = "plugins/mfe/build/mfe/env.config.jsx"
HOSTILE = f"""</script><b>{NASTY} ${{alert(1)}} `'); alert(2) //"""
NODE = shutil.which("node")
pytestmark = pytest.mark.slow

# Another plugin, with the names that most of them take, in the very places that ours uses.
OTHER = f"""
from tutor import hooks
from tutormfe.hooks import PLUGIN_SLOTS
NAMES = "const {{ createElement }} = await import('react');\\n"
NAMES += "const {{ getConfig }} = await import('@edx/frontend-platform');"
hooks.Filters.ENV_PATCHES.add_items([
    ("mfe-env-config-buildtime-imports", "import React from 'react';"),
    ("mfe-env-config-runtime-definitions-learner-dashboard", NAMES),
])
WIDGET = "id: 'theirs', type: DIRECT_PLUGIN, priority: 60, RenderWidget: () => createElement('hr')"
PLUGIN_SLOTS.add_item(("learner-dashboard", "{SLOT}", "{{ op: PLUGIN_OPERATIONS.Insert, widget: {{" + WIDGET + "}} }}"))
"""

# What stands in a micro-frontend beside its env.config.jsx. React is CommonJS there, too.
PACKAGES = {
    "react": "exports.createElement = (type, props, ...children) => ({ type, props, children });",
    "@edx/frontend-platform": "exports.getConfig = () => JSON.parse(process.env.TOLD);",
    "@openedx/frontend-plugin-framework": (
        "exports.PLUGIN_OPERATIONS = { Insert: 'insert', Hide: 'hide' }; exports.DIRECT_PLUGIN = 'DIRECT_PLUGIN';"
    ),
}
PAGE = """
import setConfig from './env.config.mjs';

const { pluginSlots } = await setConfig();
for (const { plugins } of Object.values(pluginSlots)) {
  for (const { widget } of plugins) {
    widget.shown = widget.RenderWidget({});
  }
}
console.log(JSON.stringify(pluginSlots));
"""


def walked(tutor: Tutor, more: dict[str, str]) -> Tutor:
    """An operator's way: our plugin first, then the micro-frontends, then the text, then without ours."""
    (tutor.base / "plugins").mkdir()
    (tutor.base / "plugins/other.py").write_text(OTHER)
    (tutor.base / "root").mkdir()
    (tutor.base / "root/config.yml").write_text("PLUGINS: [wins]")  # a new one begins with Tutor's own choice
    steps = {
        "no micro-frontends": ["config", "save"],
        "as it comes": ["plugins", "enable", "mfe", "other"],
        "hostile": ["config", "save", f"--set=WINS_PATH_LINK_TEXT={json.dumps(HOSTILE)}"],
        "off": ["config", "save", "--set=WINS_PATH_LINK_TEXT="],
        "without ours": ["plugins", "disable", "wins"],
    }
    for name, command in steps.items():
        tutor(*command, **more)
        tutor.seen[name] = tutor.rendered()
    return tutor


@pytest.fixture(scope="module")
def tutors(tutor_homes, tmp_path_factory):
    """All three lines, side by side."""
    base = tmp_path_factory.mktemp("tutor_mfe")

    def made(line: str) -> Tutor:
        home = tutor_homes[line]
        return walked(prepared(home, base / line), {"PYTHONPATH": str(micro_frontends(line, home))})

    with ThreadPoolExecutor() as side:
        return dict(zip(LINES, side.map(made, LINES), strict=True))


@pytest.fixture(params=LINES)
def tutor(request, tutors):
    return tutors[request.param]


def told(rendered, name="production"):
    """What the LMS tells each micro-frontend that is opened."""
    config = {}
    for node in ast.parse(rendered[f"apps/openedx/settings/lms/{name}.py"]).body:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        if getattr(target, "id", "") == "MFE_CONFIG":
            config = ast.literal_eval(node.value)
        elif ast.unparse(target).startswith("MFE_CONFIG[") and isinstance(node.value, ast.Constant):
            config[ast.literal_eval(target.slice)] = node.value.value
    return config


@pytest.fixture
def page(tmp_path):
    """Open a micro-frontend in Node: what stands in its slots."""
    if not NODE:
        pytest.skip("node is missing")

    def opened(rendered, config, app="learner-dashboard"):
        (tmp_path / "env.config.mjs").write_bytes(rendered[BUILT])
        (tmp_path / "page.mjs").write_text(PAGE)
        for name, text in PACKAGES.items():
            (tmp_path / "node_modules" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "node_modules" / name / "index.js").write_text(text)
        environment = os.environ | {"APP_ID": app, "TOLD": json.dumps(config)}
        done = subprocess.run(
            [NODE, "page.mjs"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return opened


def ours(slots):
    (found,) = [row for row in slots[SLOT]["plugins"] if row["widget"]["id"] == "wins_path_link"]
    return found["widget"]["shown"]


def link(element):
    """The link inside; around it are plain boxes."""
    while element["type"] != "a":
        assert element["type"] == "div"
        (element,) = element["children"]
    return element["props"], element["children"]


@pytest.mark.parametrize(("name", "address"), [("production", "https://lms"), ("development", "http://lms:8000")])
def test_the_learner_home_links_to_the_path_in_the_lms_it_belongs_to(tutor, page, name, address):
    config = told(tutor.seen["as it comes"], name)
    assert config["LMS_BASE_URL"].endswith(":8000") == (name == "development")
    props, text = link(ours(page(tutor.seen["as it comes"], config | {"LMS_BASE_URL": address})))
    assert (props, text) == ({"href": f"{address}/wins/me/"}, ["My WINS path"])


def test_it_stands_beside_what_the_page_shows_by_itself_and_what_others_add(tutor, page):
    slots = page(tutor.seen["as it comes"], told(tutor.seen["as it comes"]))
    assert list(slots) == [SLOT]
    assert slots[SLOT]["keepDefault"] is True
    rows = {row["widget"]["id"]: (row["op"], row["widget"]["type"]) for row in slots[SLOT]["plugins"]}
    assert rows == dict.fromkeys(["wins_path_link", "theirs"], ("insert", "DIRECT_PLUGIN"))


def test_no_other_micro_frontend_gets_it(tutor, page):
    assert page(tutor.seen["as it comes"], told(tutor.seen["as it comes"]), app="learning") == {}


def test_whatever_an_operator_writes_is_shown_as_text(tutor, page):
    config = told(tutor.seen["hostile"])
    assert config["WINS_PATH_LINK_TEXT"] == HOSTILE
    assert link(ours(page(tutor.seen["hostile"], config)))[1] == [HOSTILE]


def test_the_text_needs_no_new_image(tutor):
    names = {name for name, body in tutor.seen["hostile"].items() if tutor.seen["off"].get(name) != body}
    assert names == {f"apps/openedx/settings/lms/{name}.py" for name in ("production", "development")}


def test_without_a_text_there_is_no_link(tutor, page):
    config = told(tutor.seen["off"])
    assert "WINS_PATH_LINK_TEXT" not in config
    assert ours(page(tutor.seen["off"], config)) is None


def test_only_one_file_of_the_micro_frontends_is_changed(tutor):
    """No package more in any of them, and nothing in the site that Verawood builds beside them."""
    names = {name for name, body in tutor.seen["off"].items() if tutor.seen["without ours"].get(name) != body}
    assert {name for name in names if name.startswith("plugins/")} == {BUILT}
    assert b"wins" not in tutor.seen["without ours"][BUILT]


def test_an_lms_without_micro_frontends_is_told_nothing(tutor):
    """There is no MFE_CONFIG there: one line about it would stop the LMS."""
    files = tutor.seen["no micro-frontends"]
    settings = [body for name, body in files.items() if name.startswith("apps/openedx/settings/lms/")]
    assert any(b"WINS_AUDIT_KEY" in body for body in settings)
    assert not any(b"MFE_CONFIG" in body for body in settings)
