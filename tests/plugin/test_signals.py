"""The part of the port that speaks, over the real openedx-events and faithful fakes of the rest."""

import logging
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import attrs
import pytest
from openedx_events.event_bus.avro.deserializer import deserialize_bytes_to_event_data
from openedx_events.event_bus.avro.serializer import serialize_event_data_to_bytes
from openedx_events.tooling import OpenEdxPublicSignal

from tests.conftest import NOW
from wins_xblocks import events, signals
from wins_xblocks.platform import OpenEdx

DOC = (Path(__file__).resolve().parents[2] / "docs/events.md").read_text(encoding="utf-8")
COURSE = "course-v1:WINS+FND+2026"
STUDY = {
    "user_id": 7, "module": "foundation", "course_id": COURSE, "registration_id": 3, "reached_at": NOW,
}  # fmt: skip
VOUCHER = {
    "user_id": 7, "module": "foundation", "course_id": COURSE, "registration_id": 3, "exam": "WINS-FND",
    "voucher_id": 11, "issued_at": NOW,
}  # fmt: skip
RESULT = {
    "user_id": 7, "module": "foundation", "course_id": COURSE, "registration_id": 3, "exam": "WINS-FND",
    "result": "pass", "happened_at": NOW, "recorded_at": NOW,
}  # fmt: skip
SENT = [
    (events.RESULT_RECORDED, "RESULT_RECORDED", "result", RESULT),
    (events.HOURS_REACHED, "HOURS_REACHED", "study_time", STUDY),
    (events.VOUCHER_ISSUED, "VOUCHER_ISSUED", "voucher", VOUCHER),
]


@pytest.mark.parametrize(("event_type", "name", "key", "data"), SENT)
def test_a_signal_is_registered_and_sends_what_is_documented(event_type, name, key, data):
    signal = OpenEdxPublicSignal.get_signal_by_type(event_type)
    assert getattr(signals, name) is signal
    heard = []

    def receiver(signal, sender, metadata, **kwargs):
        heard.append((metadata, kwargs))

    signal.connect(receiver)
    try:
        OpenEdx().send_event(event_type, NOW, data)
    finally:
        signal.disconnect(receiver)
    ((metadata, values),) = heard
    assert attrs.asdict(values[key]) == data
    assert (metadata.event_type, metadata.time, metadata.minorversion) == (event_type, NOW, 0)
    row = next(line for line in DOC.splitlines() if line.startswith(f"| `{event_type}`"))
    _type, told, bus_key, fields = (re.findall(r"`([^`]+)`", cell) for cell in row.strip("|").split("|"))
    assert told == [name, key]
    assert bus_key == [f"{key}.user_id"]
    assert fields == [field.name for field in attrs.fields(type(values[key]))]


@pytest.mark.parametrize(("event_type", "name", "key", "data"), SENT)
def test_a_signal_can_travel_over_the_event_bus(event_type, name, key, data):
    signal = getattr(signals, name)
    value = signal.init_data[key](**data)
    there = serialize_event_data_to_bytes({key: value}, signal)
    assert deserialize_bytes_to_event_data(there, signal) == {key: value}


def test_the_type_is_named_as_the_platform_names_its_own():
    """Reversed domain, subdomain, subject, action, major version; see its decision 0002."""
    for event_type, *_rest in SENT:
        assert re.fullmatch(r"org\.wins\.academy\.[a-z_]+\.[a-z_]+\.v[1-9]", event_type)


def test_our_signals_are_those_of_the_page_and_no_others():
    ours = [one.event_type for one in OpenEdxPublicSignal.all_events() if "wins" in one.event_type]
    assert sorted(set(ours)) == sorted(re.findall(r"^\| `(org\.wins\.[^`]+)`", DOC, re.MULTILINE))


BUS = """
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "openedx_events",
                    "wins_xblocks.apps.WinsXBlocksConfig"],
    USE_TZ=True,
    EVENT_BUS_PRODUCER_CONFIG={
        kind: {"wins": {"event_key_field": key, "enabled": False}}
        for kind, key in (("%s", "study_time.user_id"), ("%s", "voucher.user_id"))
    },
)
import django
django.setup()
"""


def test_the_event_bus_finds_our_signals_when_the_platform_starts():
    """The package's app is ready before ours and looks each configured type up."""
    script = BUS % (events.HOURS_REACHED, events.VOUCHER_ISSUED)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    unknown = script.replace("hours_reached.v1", "hours_reached.v9")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", unknown], capture_output=True, text=True, check=False)
    assert "No OpenEdxPublicSignal of type" in done.stderr


class Tracker:
    """What ``eventtracking.tracker`` offers: contexts that are merged, and ``emit``."""

    def __init__(self):
        self.contexts, self.events = {}, []

    @contextmanager
    def context(self, name, ctx):
        self.contexts[name] = ctx
        try:
            yield
        finally:
            del self.contexts[name]

    def emit(self, name=None, data=None):
        merged = {key: value for one in self.contexts.values() for key, value in one.items()}
        self.events.append((name, data, merged))


def course_context_from_course_id(course_id):
    key = str(course_id) if course_id else ""
    return {"course_id": key, "org_id": course_id.org if course_id else "", "enterprise_uuid": ""}


@pytest.fixture
def tracked(monkeypatch):
    """The tracker of a process of the platform, and the request it is in."""
    made = Tracker()
    modules = {
        "eventtracking": {},
        "eventtracking.tracker": {"get_tracker": lambda name="default": made, "emit": made.emit},
        "common": {}, "common.djangoapps": {}, "common.djangoapps.track": {},
        "common.djangoapps.track.contexts": {"course_context_from_course_id": course_context_from_course_id},
    }  # fmt: skip
    for name, content in modules.items():
        module = ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)
    sys.modules["eventtracking"].tracker = sys.modules["eventtracking.tracker"]
    return made


def test_a_tracking_event_of_a_request_keeps_who_acts(tracked, monkeypatch, rf):
    monkeypatch.setattr("crum.get_current_request", lambda: rf.get("/"))
    tracked.contexts["edx.request"] = {"user_id": 9, "course_id": "", "ip": "1.2.3.4"}
    OpenEdx().emit("wins.voucher.taken_back", 7, COURSE, {"user_id": 7})
    ((name, data, found),) = tracked.events
    assert (name, data) == ("wins.voucher.taken_back", {"user_id": 7})
    assert found == {"user_id": 9, "course_id": COURSE, "org_id": "WINS", "enterprise_uuid": "", "ip": "1.2.3.4"}
    assert list(tracked.contexts) == ["edx.request"]


def test_without_a_request_the_learner_and_the_course_are_set_by_hand(tracked):
    OpenEdx().emit("wins.voucher.issued", 7, COURSE, {})
    OpenEdx().emit("wins.voucher.issued", 8, "", {})
    contexts = [found for _name, _data, found in tracked.events]
    assert [(one["user_id"], one["course_id"], one["org_id"]) for one in contexts] == [(7, COURSE, "WINS"), (8, "", "")]
    assert tracked.contexts == {}


def test_a_counter_is_an_attribute_of_the_request():
    from edx_django_utils.cache import RequestCache
    from edx_django_utils.monitoring.internal.middleware import _REQUEST_CACHE_NAMESPACE

    RequestCache.clear_all_namespaces()
    for _ in range(2):
        OpenEdx().count("wins.beat")
    assert RequestCache(namespace=_REQUEST_CACHE_NAMESPACE).data == {"wins.beat": 2}
    RequestCache.clear_all_namespaces()


@pytest.mark.parametrize(
    ("package", "module", "speak"),
    [
        ("openedx-events", "openedx_events", lambda: OpenEdx().send_event(events.HOURS_REACHED, NOW, STUDY)),
        ("event-tracking", "eventtracking", lambda: OpenEdx().emit("wins.hours.reached", 7, COURSE, {})),
        ("edx-django-utils", "edx_django_utils", lambda: OpenEdx().count("wins.beat")),
    ],
)
def test_a_platform_without_the_package_says_so_once(monkeypatch, caplog, package, module, speak):
    for name in [one for one in sys.modules if one.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)  # importing it raises ImportError
    monkeypatch.delitem(sys.modules, "wins_xblocks.signals")
    monkeypatch.delattr("wins_xblocks.signals")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            speak()
    (said,) = [record.getMessage() for record in caplog.records if record.name == "wins_xblocks.lacking"]
    assert said.startswith(f"{package} is not installed: ")


def test_the_host_starts_and_says_nothing_without_the_packages():
    script = """
import sys
for name in ("openedx_events", "attrs", "eventtracking", "edx_django_utils"):
    sys.modules[name] = None
import django
django.setup()
from wins_xblocks import listeners
assert "wins_xblocks.signals" not in sys.modules
"""
    env = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=env,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
