"""The voucher page: who sees what, one button a state, and a code that comes in a JSON answer only."""

import json

import pytest
from webob import Request
from xblock.completable import XBlockCompletionMode

from tests import edge
from tests.blocks import call, make_block
from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, REG, fill, join, position, ready
from tests.web.markup import Markup, faults
from wins_xblocks import context
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.vouchers import api
from wins_xblocks.domain.vouchers.models import Voucher, VoucherWait
from wins_xblocks.exam_voucher_block import SAMPLE_CODE, ExamVoucherBlock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)


@pytest.fixture
def block(world, learner):
    """The block on a page of the Foundation course, opened by the learner."""
    world.user_id = learner.id
    return make_block(ExamVoucherBlock)


def page(block, view="student_view"):
    html = getattr(block, view)({}).body_html()
    assert faults(html, whole=False) == []
    return html


def buttons(html):
    return [attrs["data-do"] for attrs in Markup(html).all("button") if "data-do" in attrs]


def states(html):
    return [(attrs["data-exam"], attrs["data-state"]) for attrs in Markup(html).all("section")]


def test_the_first_visit_opens_the_registration(block, learner):
    html = page(block)
    assert states(html) == [(FND, "not_ready")]
    assert Registration.objects.filter(learner_id=learner.id, module="foundation").count() == 1
    assert "0 min of 40 h – 40 h to go" in Markup(html).text
    assert buttons(html) == []


def test_both_exams_stand_on_one_page_with_one_button_each(block, learner):
    ready(learner.id)
    html = page(block)
    assert states(html) == [(FND, "ready"), (REG, "ready")]
    assert buttons(html) == ["get", "get"]


def test_get_answers_the_new_state_and_pressing_twice_is_safe(block, learner):
    ready(learner.id)
    fill(2)
    for _ in range(2):
        status, answer = call(block, "get", {"exam": FND})
        assert (status, states(answer["html"]), answer["said"]) == (
            200, [(FND, "issued")], "Your voucher is reserved for you.",
        )  # fmt: skip
    assert Voucher.objects.filter(state="issued").count() == 1
    assert buttons(page(block)) == ["show", "get"]


def test_an_empty_pool_is_told_with_the_place_in_the_queue(block, learner):
    ready(learner.id)
    _, answer = call(block, "get", {"exam": FND})
    assert "you are number 1" in Markup(answer["html"]).text
    assert buttons(answer["html"]) == []


def test_show_answers_the_code_in_json_and_no_cache_keeps_it(block, learner):
    ready(learner.id)
    (code,) = fill()
    call(block, "get", {"exam": FND})
    request = Request.blank("/", method="POST", body=json.dumps({"exam": FND}).encode())
    response = block.handle("show", request)
    answer = json.loads(response.body)
    assert response.headers["Cache-Control"] == "no-store"
    assert (answer["code"], answer["grouped"]) == (code, "FND0 0000 1QX")
    assert answer["spoken"] == "F N D 0, 0 0 0 0, 1 Q X"
    assert states(answer["html"]) == [(FND, "shown")]


def test_a_code_is_in_no_page_not_even_after_it_was_shown(block, learner):
    ready(learner.id)
    (code,) = fill()
    call(block, "get", {"exam": FND})
    _, answer = call(block, "show", {"exam": FND})
    html = page(block)
    assert code not in (html + answer["html"]).replace(" ", "")
    assert buttons(html)[0] == "show"
    assert call(block, "show", {"exam": FND})[1]["code"] == code


def test_before_it_is_time_the_refusal_is_in_words(block, learner):
    page(block)
    status, answer = call(block, "get", {"exam": FND})
    assert (status, answer["error"][:34]) == (409, "You cannot get this voucher yet. L")
    assert call(block, "show", {"exam": FND}) == (409, {"error": "There is no code to show. Load the page again."})


def test_where_wins_gives_vouchers_there_is_no_button_and_a_request_is_refused(block, learner, rules_file):
    rules_file("get_by: learner", "get_by: staff")
    ready(learner.id)
    fill()
    html = page(block)
    assert "You are ready. WINS gives you your voucher." in Markup(html).text
    assert (states(html)[0], buttons(html)) == ((FND, "ready"), [])
    told = {"error": "WINS gives you this voucher. You get a mail when it is here."}
    assert call(block, "get", {"exam": FND}) == (409, told)
    assert Voucher.objects.get().state == "imported"
    assert "You are ready. WINS gives you your voucher." in page(block, "author_view")


@pytest.mark.parametrize(("body", "status"), [({}, 400), ({"exam": 5}, 400), ({"exam": "WINS-XYZ"}, 409), ([], 400)])
@pytest.mark.parametrize("handler", ["get", "show"])
def test_a_crooked_request_is_refused_in_words(block, learner, handler, body, status):
    ready(learner.id)
    found, answer = call(block, handler, body)
    assert (found, bool(answer["error"])) == (status, True)


def test_nobody_shows_anothers_code(block, world, learner, other_learner):
    ready(learner.id)
    fill()
    call(block, "get", {"exam": FND})
    world.user_id = other_learner.id
    assert call(block, "show", {"exam": FND})[0] == 409
    assert Voucher.objects.get().state == "issued"


def test_without_keys_the_learner_loses_nothing(block, learner, settings, caplog):
    ready(learner.id)
    fill()
    call(block, "get", {"exam": FND})
    settings.WINS_VOUCHER_KEYS = []
    status, answer = call(block, "show", {"exam": FND})
    assert (status, answer["error"]) == (
        409, "We cannot read your code at the moment. Your voucher is not lost. Please ask WINS.",
    )  # fmt: skip
    assert position(learner.id).state == "issued"
    assert "WINS_VOUCHER_KEYS is empty" in caplog.text


@pytest.mark.parametrize("handler", ["get", "show"])
@pytest.mark.parametrize(
    "change", [{"masquerading": True}, {"shown_id": 9999}, {"in_lms": False}, {"course_id": None}, {"user_id": None}]
)
def test_nothing_is_written_where_nobody_studies(block, world, learner, handler, change):
    ready(learner.id)
    fill()
    api.issue(learner.id, FND, context.programme(), None, 1, NOW)
    vars(world).update(change)
    assert call(block, handler, {"exam": FND})[0] == 409
    assert call(block, handler, {"exam": REG})[0] == 409
    assert Voucher.objects.get().state == "issued"
    assert not VoucherWait.objects.exists()


@pytest.mark.parametrize("enrolled", [True, False])
def test_the_course_team_gets_no_vouchers(block, world, teacher, enrolled):
    world.user_id = teacher.id
    if enrolled:
        world.enrolments.add((teacher.id, edge.FOUNDATION))
        ready(teacher.id)
    fill()
    assert Markup(page(block)).text == "Staff view: codes are never shown here."
    assert call(block, "get", {"exam": FND}) == (409, {"error": "Staff view: codes are never shown here."})
    assert Voucher.objects.get().state == "imported"


def test_somebody_who_did_not_join_reads_so(block, world):
    world.enrolments.clear()
    assert Markup(page(block)).text == "You see your exam vouchers here when you have joined this course."
    assert not Registration.objects.exists()


def test_a_course_outside_the_programme_is_told_to_staff_only(block, world, teacher):
    world.course_id = "course-v1:WINS+XYZ+2026"
    world.enrolments.add((world.user_id, world.course_id))
    assert Markup(page(block)).text == ""
    world.user_id = teacher.id
    world.staff.add((teacher.id, world.course_id))
    assert "does not belong to a module" in Markup(page(block)).text


def test_a_broken_rule_file_is_told_and_breaks_no_page(block, settings, tmp_path, world, teacher):
    path = tmp_path / "rules.yaml"
    path.write_text("version: [")
    settings.WINS_PROGRAMME = str(path)
    assert Markup(page(block)).text == "This page cannot be shown at the moment. Please try again later."
    assert call(block, "get", {"exam": FND})[0] == 503
    world.user_id = teacher.id
    assert "is not YAML" in Markup(page(block)).text
    assert "is not YAML" in Markup(page(block, "author_view")).text


@pytest.mark.parametrize("place", [{"in_lms": False}, {"course_id": None}, {"in_lms": False, "course_id": None}])
def test_authors_see_plainly_marked_samples_and_nothing_is_stored(block, world, place):
    vars(world).update(place)
    for view in ("student_view", "author_view"):
        html = page(block, view)
        assert [state for _, state in states(html)] == ["not_ready", "ready", "shown", "waiting"]
        assert "Sample data. No learner sees this." in html
        assert SAMPLE_CODE in html
        assert not Markup(html).all("button"), "a button that does nothing would be a dead one"
        assert "Learners have a button here: “Get my voucher”." in html
    assert not Registration.objects.exists()


def test_the_page_names_its_module_when_the_author_chose_one(world, learner):
    world.user_id, world.course_id = learner.id, "course-v1:WINS+XYZ+2026"
    world.enrolments.add((learner.id, world.course_id))
    join(learner.id, "regulation")
    assert states(page(make_block(ExamVoucherBlock, {"module_id": "regulation"}))) == [(REG, "not_ready")]


def test_the_reason_of_taking_back_is_escaped(block, learner):
    ready(learner.id)
    fill()
    call(block, "get", {"exam": FND})
    api.take_back(Voucher.objects.get().id, 1, "<script>alert(1)</script>", NOW)
    html = page(block)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_platform_leaves_the_block_out_of_completion_and_grades(block):
    assert ExamVoucherBlock.completion_mode == XBlockCompletionMode.EXCLUDED
    assert not ExamVoucherBlock.has_score


def test_script_and_style_stay_small():
    import gzip
    from pathlib import Path

    files = [Path("static/wins_xblocks") / name for name in ("js/exam_voucher.js", "css/exam_voucher.css")]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) <= 12_000
