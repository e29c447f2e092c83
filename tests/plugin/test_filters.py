"""Our steps in the platform's filters, run by the real openedx-filters."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from opaque_keys.edx.keys import CourseKey
from openedx_filters.learning import filters as learning
from web_fragments.fragment import Fragment

from tests import edge
from tests.blocks import make_block
from tests.conftest import NOW
from tests.domain.vouchers.builders import ready
from wins_xblocks import certificates, context, desk_view, page_clock
from wins_xblocks.domain.registration.models import HeldCertificate, Registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time import tickets
from wins_xblocks.settings import common, filters, production
from wins_xblocks.study_time_block import StudyTimeBlock

pytestmark = pytest.mark.django_db
CONFIG = filters.with_our_steps({})
OTHER_COURSE = "course-v1:Else+X+1"


@pytest.fixture(autouse=True)
def platform(settings, monkeypatch):
    settings.OPEN_EDX_FILTERS_CONFIG = CONFIG
    settings.LMS_ROOT_URL = "https://lms.example.org"
    monkeypatch.setattr(context, "now", lambda: NOW)


@pytest.fixture
def studying(learner, world):
    world.user_id = learner.id
    study_time.accept_notice(learner.id, NOW)
    world.page_of = ("u1", str(page().usage_key))
    return learner


def page(course=edge.FOUNDATION, children=("html",), name="p1"):
    """A vertical, as much of it as the step looks at."""
    key = CourseKey.from_string(course)
    keys = [key.make_usage_key(kind, f"c{n}") for n, kind in enumerate(children)]
    return SimpleNamespace(usage_key=key.make_usage_key("vertical", name), children=keys)


def rendered(block, view="student_view", text="<p>The text.</p>"):
    fragment = Fragment(text)
    return learning.VerticalBlockRenderCompleted.run_filter(block=block, fragment=fragment, context={}, view=view)[1]


# The clock on every page


def test_a_page_gets_the_clock_above_its_text(studying):
    fragment = rendered(page())
    assert fragment.content.index("wins-clock-line") < fragment.content.index("The text.")
    urls = [resource.data for resource in fragment.resources]
    assert [url.rsplit("/", 1)[-1] for url in urls] == ["wins.css", "study_time.css", "study_time.js", "page_clock.js"]
    assert Registration.objects.get().learner_id == studying.id


def test_its_ticket_names_the_page_and_its_kind(studying, monkeypatch):
    kept = []
    monkeypatch.setattr(page_clock, "rendered", lambda name, values: kept.append(values["args"]) or "")
    block = page(children=("html", "problem"))
    rendered(block)
    ticket = tickets.read_page(kept[0]["ticket"])
    assert (ticket.page, ticket.unit, ticket.kind) == (str(block.usage_key), "u1", "quiz")
    assert (ticket.learner_id, ticket.course_id) == (studying.id, edge.FOUNDATION)


@pytest.mark.parametrize("why", [
    {"view": "public_view"}, {"course": OTHER_COURSE}, {"children": ("wins_study_time", "html")}, {"name": "inside"},
])  # fmt: skip
def test_other_pages_stay_as_they_are(studying, why):
    place = {name: value for name, value in why.items() if name != "view"}
    fragment = rendered(page(**place), why.get("view", "student_view"))
    assert (fragment.content, fragment.resources) == ("<p>The text.</p>", [])


def test_the_kind_of_a_page_is_known_from_pages_within_it_too(studying, monkeypatch):
    kept = []
    monkeypatch.setattr(page_clock, "rendered", lambda name, values: kept.append(values["args"]) or "")
    outer = page(children=("html", "vertical"))
    outer.get_children = lambda: [SimpleNamespace(), page(children=("wins_quiz",), name="inside")]
    rendered(outer)
    assert tickets.read_page(kept[0]["ticket"]).kind == "quiz"


def test_a_clock_placed_on_a_page_within_the_page_governs_it(studying):
    block = make_block(StudyTimeBlock, {"content_kind": "film"})
    text = f"<div>{block.student_view().content}</div>"
    outer = page(children=("vertical",))
    outer.get_children = lambda: []
    assert rendered(outer, text=text).content == text
    assert rendered(outer).content != "<p>The text.</p>", "where none was shown, the page gets ours"


@pytest.mark.parametrize("who", [
    {"staff": True}, {"masquerading": True}, {"user_id": None}, {"enrolments": set()}, {"in_lms": False},
])  # fmt: skip
def test_nobody_but_a_learner_gets_one(studying, world, who):
    changes = {"staff": {(studying.id, edge.FOUNDATION)}} if who == {"staff": True} else who
    world.__dict__.update(changes)
    assert rendered(page()).resources == []
    assert not Registration.objects.exists()


def test_a_course_outside_the_programme_costs_no_query(studying, django_assert_num_queries):
    context.programme()
    with django_assert_num_queries(0):
        rendered(page(OTHER_COURSE))


def test_a_fault_of_ours_leaves_the_page_alone(studying, monkeypatch, caplog):
    monkeypatch.setattr(page_clock, "clock", lambda *args: 1 / 0)
    assert rendered(page()).content == "<p>The text.</p>"
    assert "the study clock was not put on" in caplog.text


# The instructor dashboard


def section(course=edge.FOUNDATION):
    given = {"course": SimpleNamespace(id=CourseKey.from_string(course)), "sections": [{"section_key": "course_info"}]}
    found, template = learning.InstructorDashboardRenderStarted.run_filter(context=given, template_name="t.html")
    assert template == "t.html"
    assert [one["section_key"] for one in found["sections"]] == ["course_info", "wins"]
    return found["sections"][-1]


def test_the_legacy_dashboard_gets_a_section_with_the_way_to_our_desk(learner, teacher, world):
    ready(learner.id)
    world.user_id = teacher.id
    Registration.objects.filter(module="foundation").update(reached_at=NOW)
    told = section()
    assert told["template_path_prefix"] == "/wins_xblocks/"
    assert "Foundation Module" in told["html"]
    assert 'href="/wins/desk/learners?module=foundation"' in told["html"], "only this course's"
    assert "voucher" not in told["html"], "its readers see none on that page"
    assert "<dt>Of them with all hours</dt><dd>1</dd>" in told["html"]


LINKS = {"learners": "/wins/desk/learners", "desk": '"/wins/desk/"'}


@pytest.mark.parametrize(("who", "links"), [
    ("administrator", {"learners", "desk"}), ("teacher", {"learners"}), ("instructor", {"learners"}),
    ("other_learner", set()), (None, set()),
])  # fmt: skip
def test_nobody_is_shown_a_way_to_a_page_that_is_not_hers(request, world, learner, who, links):
    """The platform opens its dashboard to more people: researchers of data, and who looks after the forum."""
    ready(learner.id)
    user = request.getfixturevalue(who) if who else None
    world.user_id = user.id if user else None
    html = section()["html"]
    assert {name for name, address in LINKS.items() if address in html} == links
    assert "Foundation Module" in html
    if user:
        assert (tabs(user)[-1]["tab_id"] == "wins") == bool(links)


def test_its_mako_template_lies_where_the_platform_looks():
    settings = SimpleNamespace(MAKO_TEMPLATE_DIRS_BASE=["/platform/templates"])
    kept = settings.MAKO_TEMPLATE_DIRS_BASE
    common.plugin_settings(settings)
    production.plugin_settings(settings)
    assert kept == ["/platform/templates", common.MAKO], "the list itself: the template engine holds it"
    text = Path(common.MAKO, "wins_xblocks/wins.html").read_text(encoding="utf-8")
    assert text.startswith('<%page args="section_data" expression_filter="h"/>')
    assert '.data("wrapper", {onClickTitle:' in text, "the dashboard's script calls it when the tab is opened"


def test_an_unmapped_course_is_told_so_to_its_instructor():
    assert "does not belong to a module of the programme" in section(OTHER_COURSE)["html"]


def test_broken_on_purpose_the_dashboard_still_opens_with_a_notice(monkeypatch, caplog):
    monkeypatch.setattr(desk_view, "summary", lambda course_id: 1 / 0)
    assert "cannot be shown at the moment" in section()["html"]
    assert "ZeroDivisionError" in caplog.text


def tabs(user, course=edge.FOUNDATION):
    """The new dashboard's tabs. Teak's openedx-filters knows no such filter: there the step is asked by hand."""
    given = [{"tab_id": "course_info", "sort_order": 10}]
    if hasattr(learning, "InstructorDashboardTabsRequested"):
        key = CourseKey.from_string(course)
        found = learning.InstructorDashboardTabsRequested.run_filter(tabs=given, user=user, course_key=key)
        return found[0] if isinstance(found, tuple) else found
    from wins_xblocks.filters import DashboardTab

    return DashboardTab("", []).run_filter(given, user, CourseKey.from_string(course)).get("tabs", given)


def test_the_new_dashboard_gets_an_absolute_link(learner, teacher, administrator):
    assert [tab["tab_id"] for tab in tabs(teacher)] == ["course_info"], "nobody studies there yet: no page is hers"
    ready(learner.id)
    del teacher.wins_courses  # kept for one request
    assert tabs(teacher)[-1] == {
        "tab_id": "wins",
        "title": "WINS",
        "url": "https://lms.example.org/wins/desk/learners",
        "sort_order": 120,
    }
    assert tabs(administrator)[-1]["url"] == "https://lms.example.org/wins/desk/"


def test_a_course_outside_the_programme_gets_no_tab(teacher):
    assert [tab["tab_id"] for tab in tabs(teacher, OTHER_COURSE)] == ["course_info"]


def test_the_tabs_filter_has_the_name_that_the_platform_uses():
    assert "org.openedx.learning.instructor.dashboard.tabs.requested.v1" in filters.STEPS
    known = {own.filter_type for own in vars(learning).values() if getattr(own, "filter_type", "")}
    newer = {"org.openedx.learning.instructor.dashboard.tabs.requested.v1"}  # than Teak
    assert set(filters.STEPS) - known == (set() if hasattr(learning, "InstructorDashboardTabsRequested") else newer)


# Records of module completion


def created(user, course=edge.FOUNDATION):
    learning.CertificateCreationRequested.run_filter(
        user=user, course_key=CourseKey.from_string(course), mode="audit", status=None, grade=None,
        generation_mode="batch",
    )  # fmt: skip


def test_a_record_is_held_until_the_module_is_complete_and_then_asked_for_once(learner, world):
    refusal = learning.CertificateCreationRequested.PreventCertificateCreation
    for _ in range(2):
        with pytest.raises(refusal, match="not begun"):
            created(learner)
    assert certificates.ask_again(NOW) == (0, 0)
    ready(learner.id)
    assert certificates.ask_again(NOW) == (1, 0)
    assert certificates.ask_again(NOW) == (0, 0)
    assert world.certificates == [(learner.id, edge.FOUNDATION)]
    created(learner)


def test_what_is_missing_is_said_in_words(learner):
    from tests.web.builders import joined

    joined(learner)
    with pytest.raises(learning.CertificateCreationRequested.PreventCertificateCreation, match="40 h to go"):
        created(learner)


def test_a_platform_that_fails_is_asked_again(learner, world):
    HeldCertificate.objects.create(learner_id=learner.id, course_id=edge.FOUNDATION, held_at=NOW)
    ready(learner.id)
    world.certificate_fails = True
    assert certificates.ask_again(NOW) == (0, 1)
    world.certificate_fails = False
    assert certificates.ask_again(NOW) == (1, 0)


def test_other_courses_are_none_of_our_business(learner):
    created(learner, OTHER_COURSE)
    assert not HeldCertificate.objects.exists()


# Settings


@pytest.mark.parametrize(
    "theirs", ["theirs.Step", ["theirs.Step"], {"pipeline": ["theirs.Step"], "log_level": "debug"}]
)
def test_our_steps_join_whatever_form_stands_there(theirs):
    kind, ours = next(iter(filters.STEPS.items()))
    merged = filters.with_our_steps(filters.with_our_steps({kind: theirs}))
    assert merged[kind]["pipeline"] == ["theirs.Step", ours]
    assert merged[kind].get("log_level") == (theirs["log_level"] if isinstance(theirs, dict) else None)


def test_yaml_that_replaced_the_filters_gets_our_steps_again():
    settings = SimpleNamespace()
    common.plugin_settings(settings)
    settings.OPEN_EDX_FILTERS_CONFIG = {"other": {"pipeline": ["x.Y"]}}
    assert len(filters.lost_steps(settings.OPEN_EDX_FILTERS_CONFIG)) == len(filters.STEPS)
    production.plugin_settings(settings)
    assert filters.lost_steps(settings.OPEN_EDX_FILTERS_CONFIG) == []
    assert settings.OPEN_EDX_FILTERS_CONFIG["other"] == {"pipeline": ["x.Y"]}


def test_each_named_step_can_be_imported():
    from django.utils.module_loading import import_string

    assert all(callable(import_string(step)) for step in filters.STEPS.values())
