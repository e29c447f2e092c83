"""Platforms that lack something, each in a process of its own: ``python -m tests.plugin.lacking WHAT…``.

The processes are forked from one that has Django and XBlock, and nothing of ours. In each, everything goes as in an
LMS: settings by ``plugin_settings``, receivers by the paths that ``plugin_app`` names, what is told by the real port.
Only what is asked of courses and people is answered by the suite's fake. Prints as JSON, by WHAT, what was said and
what worked.
"""

import json
import logging
import multiprocessing
import shutil
import sys
import tempfile
import traceback
from contextlib import nullcontext, suppress
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace

PACKAGES = {
    "openedx-events": "openedx_events", "openedx-filters": "openedx_filters", "event-tracking": "eventtracking",
    "edx-django-utils": "edx_django_utils", "edx-completion": "completion",
}  # fmt: skip
KEYS = {
    "WINS_VOUCHER_KEYS": ["Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtbG9uZy1rZXk="], "WINS_VOUCHER_DIGEST_KEY": "a",
    "WINS_AUDIT_KEY": "b",
}  # fmt: skip
REAL = (  # ways of the port that go through ours
    "emit", "send_event", "count", "publish_completion", "publish_grade", "completion_is_on", "missing_packages",
)  # fmt: skip
PAGES = ("health", "path", "time", "ask", "vouchers", "questions")
HEAVY = (
    "django.test", "django.core.management", "django.db.migrations.executor", "django.forms", "xblock.test.tools",
    "xblock.utils.studio_editable", "pydantic", "cryptography.fernet", "lxml.etree", "nh3", "markdown", "webob", "yaml",
    "web_fragments.fragment", "opaque_keys.edx.keys", "crum",
)  # fmt: skip
AT_ONCE = 2
TWICE = range(2)  # what is lacking is said once, not at each request


def __getattr__(name: str) -> type:
    """``Edx``, which ``WINS_PLATFORM`` names. Made late: nothing of ours is imported before something is taken away."""
    if name != "Edx":
        raise AttributeError(name)
    from tests.edge import FakeOpenEdx
    from wins_xblocks.platform import OpenEdx

    return type("Edx", (FakeOpenEdx,), {way: getattr(OpenEdx, way) for way in REAL})


def stand_in() -> None:
    """What every LMS has and the suite has not, as far as we import it."""
    from django.dispatch import Signal

    tracker = SimpleNamespace(
        get_tracker=lambda: SimpleNamespace(context=lambda *own: nullcontext()), emit=lambda *told: None
    )
    accounts = "openedx.core.djangoapps.user_api.accounts"
    parents = [accounts.rsplit(".", end)[0] for end in range(accounts.count(".") + 1)]
    modules = {
        "eventtracking": {"tracker": tracker},
        "completion": {},
        "completion.waffle": {"ENABLE_COMPLETION_TRACKING_SWITCH": SimpleNamespace(is_enabled=lambda: True)},
        "common": {}, "common.djangoapps": {}, "common.djangoapps.track": {},
        "common.djangoapps.track.contexts": {"course_context_from_course_id": lambda key: {}},
        **{name: {} for name in parents},
        f"{accounts}.signals": {"USER_RETIRE_LMS_MISC": Signal(), "USER_RETIRE_LMS_CRITICAL": Signal()},
    }  # fmt: skip
    for name, content in modules.items():
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__dict__.update(content)


def take_away(module: str) -> None:
    """Importing it raises ModuleNotFoundError, and nobody finds it."""
    for name in [one for one in sys.modules if one.partition(".")[0] == module]:
        del sys.modules[name]
    sys.modules[module] = None  # type: ignore[assignment]


def settings(lacking: str, database: str) -> dict[str, object]:
    """Those of a small LMS, with ours merged in as the platform does."""
    from tests import settings as base

    names = ("INSTALLED_APPS", "MIDDLEWARE", "TEMPLATES", "ROOT_URLCONF", "PASSWORD_HASHERS", "STATIC_URL", "LOGIN_URL")
    made = SimpleNamespace(**{name: getattr(base, name) for name in names}, SECRET_KEY="x", USE_TZ=True)
    made.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}}
    made.ALLOWED_HOSTS, made.WINS_PLATFORM = ["*"], "tests.plugin.lacking.Edx"
    if lacking != "settings":
        made.__dict__.update(KEYS)
        import_module("wins_xblocks.settings.common").plugin_settings(made)
    if lacking == "filter steps":  # a YAML file that sets it anew
        made.OPEN_EDX_FILTERS_CONFIG = {}
    return vars(made)


class Kept(logging.Handler):
    """Every warning and error of ours and of the platform's."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "django.request":  # it repeats the status of an answer
            self.said.append(record.getMessage())


def wire() -> None:
    """As the LMS connects receivers when it starts. It does not start where a path leads nowhere."""
    from django.utils.module_loading import import_string

    from wins_xblocks.apps import WinsXBlocksConfig

    for part in WinsXBlocksConfig.plugin_app["signals_config"].values():
        module = import_module(f"wins_xblocks.{part['relative_path']}")
        for one in part["receivers"]:
            receiver = getattr(module, one["receiver_func_name"])
            import_string(one["signal_path"]).connect(receiver, dispatch_uid=one["dispatch_uid"])


def enrol(learner) -> bool:
    """Tell of an enrolment as the platform does, where it can: was a registration opened?"""
    from django.db import DatabaseError

    from wins_xblocks.domain.registration.models import Registration

    try:
        data = import_module("openedx_events.learning.data")
        signals = import_module("openedx_events.learning.signals")
    except ImportError:
        return False
    from datetime import UTC, datetime

    from opaque_keys.edx.keys import CourseKey

    from tests import edge

    who = data.UserData(pii=data.UserPersonalData("anna", "anna@example.org"), id=learner.id, is_active=True)
    course = data.CourseData(course_key=CourseKey.from_string(edge.FOUNDATION))
    at = datetime(2027, 3, 1, tzinfo=UTC)
    told = data.CourseEnrollmentData(user=who, course=course, mode="audit", is_active=True, creation_date=at)
    signals.COURSE_ENROLLMENT_CREATED.send_event(enrollment=told)
    with suppress(DatabaseError):
        return Registration.objects.exists()
    return False


def render_page() -> str:
    """A page of the course through the platform's filter, where there is one: its text, with the clock or without."""
    from opaque_keys.edx.keys import CourseKey
    from web_fragments.fragment import Fragment

    from tests import edge

    key = CourseKey.from_string(edge.FOUNDATION)
    page = SimpleNamespace(usage_key=key.make_usage_key("vertical", "p1"), children=[key.make_usage_key("html", "c")])
    edge.WORLD.page_of = ("u1", str(page.usage_key))
    fragment = Fragment("<p>The text.</p>")
    if sys.modules.get("openedx_filters", True):
        learning = import_module("openedx_filters.learning.filters")
        _, fragment, *_ = learning.VerticalBlockRenderCompleted.run_filter(page, fragment, {}, "student_view")
    assert "The text." in fragment.content
    return "clock" if "wins-clock-line" in fragment.content else "text"


def walk(client) -> dict[str, object]:
    """Open each page and block, and take a quiz twice: what each answered at last."""
    from django.urls import reverse

    from tests.blocks import call, make_block
    from tests.domain.quiz.banks import bank
    from wins_xblocks.exam_voucher_block import ExamVoucherBlock
    from wins_xblocks.module_block import ModuleBlock
    from wins_xblocks.quiz_block import QuizBlock
    from wins_xblocks.study_time_block import StudyTimeBlock

    found: dict[str, object] = {name: client.get(reverse(f"wins:{name}")).status_code for name in PAGES}
    found["page"] = render_page()
    quiz, told = make_block(QuizBlock, {"bank": bank(), "purpose": "practice"}, usage="quiz-1"), []
    quiz.runtime.publish = lambda block, kind, data: told.append(kind)
    if sys.modules["completion"]:
        quiz.runtime._services["completion"] = SimpleNamespace(completion_tracking_enabled=lambda: True)
    for number in TWICE:
        sent = {"number": number + 1, "revision": 0, "responses": {}}
        found["quiz"] = [call(quiz, "begin"), call(quiz, "submit", sent), told]
    blocks = (make_block(ModuleBlock), make_block(ExamVoucherBlock), make_block(StudyTimeBlock), quiz)
    return found | {type(block).__name__: block.student_view().content for block in blocks}


def tell() -> None:
    """Everything that the port speaks, twice."""
    from django.utils import timezone

    from wins_xblocks import events
    from wins_xblocks.platform import platform

    study = {"user_id": 7, "module": "m", "course_id": "course-v1:A+B+C", "registration_id": 3}
    for _ in TWICE:
        platform().send_event(events.HOURS_REACHED, timezone.now(), {**study, "reached_at": timezone.now()})
        platform().emit("wins.hours.reached", 7, "course-v1:A+B+C", {})
        platform().count("wins.beat")


def doctor() -> list[str]:
    """The findings, a line each, as ``manage.py`` shows them: everything that it writes."""
    from django.core.management import ManagementUtility

    out, kept = StringIO(), (sys.stdout, sys.stderr)
    sys.stdout = sys.stderr = out
    try:
        ManagementUtility(["manage.py", "wins_doctor"]).execute()
    except SystemExit:
        pass
    finally:
        sys.stdout, sys.stderr = kept
    return [line for line in out.getvalue().splitlines() if not line.startswith("   ")]


def start(lacking: str, database: str) -> Kept:
    """Start the platform without what is lacking, as its settings, its apps and its receivers go."""
    stand_in()
    for name in PACKAGES if lacking == "all packages" else {lacking} & set(PACKAGES):
        take_away(PACKAGES[name])
        assert find_spec(PACKAGES[name]) is None
    kept = Kept()
    logging.getLogger().addHandler(kept)
    from django.conf import settings as configured

    configured.configure(**settings(lacking, database))
    import django

    django.setup()
    wire()
    return kept


def make_tables(lacking: str, folder: Path) -> dict[str, object]:
    """The databases of all: one with our tables, and one without."""
    from django.core.management import call_command

    start(lacking, str(folder / "whole"))
    for app in ("auth", "sessions"):
        call_command("migrate", app, verbosity=0)
    shutil.copy(folder / "whole", folder / "tables")
    call_command("migrate", "wins_xblocks", verbosity=0)
    return {}


def live(lacking: str, folder: Path) -> dict[str, object]:
    """Start, enrol, study, speak, ask the doctor: what was said and what worked."""
    own = folder / f"{lacking}.sqlite3"
    shutil.copy(folder / ("tables" if lacking == "tables" else "whole"), own)
    kept = start(lacking, str(own))
    from django.contrib.auth import get_user_model
    from django.core.checks import run_checks
    from django.test import Client

    checks = [f"{one.id} {one.msg}" for one in run_checks(tags=["wins"])]
    from tests import edge

    learner, client = get_user_model().objects.create_user("anna"), Client()
    client.force_login(learner)
    edge.WORLD.user_id, edge.WORLD.enrolments = learner.id, {(learner.id, edge.FOUNDATION)}
    works = {"enrolment": enrol(learner), **walk(client)}
    tell()
    return {"checks": checks, "works": works, "said": kept.said, "doctor": doctor()}


def forked(way, lacking: str, folder: Path):
    """``way`` in a process of its own: the process, and where its answer arrives."""

    def run(send) -> None:
        try:
            send.send(way(lacking, folder))
        except BaseException:  # noqa: BLE001  it did not start: that is an answer
            send.send({"failed": traceback.format_exc()})

    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=run, args=(send,))
    process.start()
    return process, receive


def main(cases: list[str]) -> None:
    for name in HEAVY:
        import_module(name)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for way, names in ((make_tables, ["nothing"]), (live, cases)):
            for first in range(0, len(names), AT_ONCE):
                some = {name: forked(way, name, Path(folder)) for name in names[first : first + AT_ONCE]}
                for name, (process, receive) in some.items():
                    found[name] = receive.recv()
                    process.join()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
