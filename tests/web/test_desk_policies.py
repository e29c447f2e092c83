"""Policies: each with its value, since when and why; a new version by a form, seen before it is stored."""

from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import RULES, fill
from wins_xblocks import context, policy_form
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.programme import api, versions
from wins_xblocks.domain.programme.data import NOT_YET_APPLIED, Policies
from wins_xblocks.domain.programme.loader import examined, plain
from wins_xblocks.domain.programme.models import ProgrammeVersion
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.policy_fields import ROWS
from wins_xblocks.policy_form import value_at

from .builders import joined
from .policy_forms import LATER, TODAY, changed, form_of, made, opened, read, send

pytestmark = pytest.mark.django_db
HOURS = "modules.0.required_hours"


@pytest.fixture
def admin(signed_in, administrator):
    return signed_in(administrator)


def page(client, **query):
    return read(client.get(reverse("wins:policies"), query)).text


def test_every_policy_stands_in_one_row_of_the_page():
    def leaves(value, place):
        for one in fields(value):
            own = getattr(value, one.name)
            yield from leaves(own, (*place, one.name)) if is_dataclass(own) else [(*place, one.name)]

    shown = [field.place for row in ROWS for field in row.fields]
    assert sorted(shown) == sorted(leaves(RULES.policies, ("policies",)))
    assert isinstance(RULES.policies, Policies)


def test_the_rest_of_the_rules_can_be_set_too_but_for_what_the_courses_are_built_on():
    """A new module, or another kind of one, is a new file of rules: courses, exams and a textbook go with it."""

    def leaves(value, place):
        if isinstance(value, dict):
            return [leaf for name, own in value.items() for leaf in leaves(own, f"{place}.{name}".lstrip("."))]
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [leaf for number, own in enumerate(value) for leaf in leaves(own, f"{place}.{number}")]
        return [place]

    there = {leaf for leaf in leaves(plain(RULES), "") if not leaf.startswith("policies.")}
    settable = {field.name for field in policy_form.fields(RULES) if field.place[0] != "policies"}
    left = {leaf.split(".")[-1] for leaf in there - settable if leaf.startswith(("modules", "designations"))}
    assert settable <= there
    assert left == {"id", "kind", "foundation"}
    assert {leaf for leaf in there - settable if not leaf.startswith(("modules", "designations"))} == {
        "version", "effective", "reason", "price.per",  # of which there is one
    }  # fmt: skip


def test_the_bounds_of_each_number_are_those_of_the_rules():
    """One less and one more than the form takes is refused by the rules, and what it takes is not."""
    for field in policy_form.fields(RULES):
        if field.kind != "number":
            continue
        for value, fits in zip((field.bounds[0] - 1, *field.bounds, field.bounds[1] + 1), (0, 1, 1, 0), strict=True):
            body = deepcopy(plain(RULES))
            *way, last = field.place
            value_at(body, way)[last] = value
            assert (examined(body)[0] is not None) == bool(fits), (field.name, value)


def test_the_first_version_is_told_as_a_file_with_its_reason(admin):
    text = page(admin)
    assert "Version 1 of the rules is in force, since 1 January 2026." in text
    assert "First version of the rules the first version, a file" in text
    assert "Needed to pass 70 per cent" in text
    # Access has three parts; eight figures of work, and a title's words and years are of nobody yet.
    assert text.count("not yet applied") == len(NOT_YET_APPLIED) + 2 + 8 + 2
    assert text.count("not decided by WINS: a guess") == 3


def test_courses_stand_beside_their_modules_and_those_of_none_below(admin, world):
    world.courses = (*world.courses, ("course-v1:WINS+NEW+2026", "New course"))
    text = page(admin)
    assert "1 January 2026 version 1 Foundation Module course-v1:WINS+FND+2026" in text
    assert text.count("no course yet") == 8
    assert "New course course-v1:WINS+NEW+2026" in text


def test_a_version_is_stored_after_it_was_seen_and_holds_at_once_when_it_begins_today(admin, administrator):
    answer = changed(admin, day=TODAY, **{"policies__late_days": "9", HOURS.replace(".", "__"): "38"})
    assert "Version 2 was stored. It begins on 1 March 2027." in read(answer).text
    assert context.programme().version == 2
    assert context.programme().policies.late_days == 9
    assert context.programme().module("foundation").required_hours == 38
    text = page(admin)
    assert "Time kept on a device may come after 9 days" in text
    assert "By the board Administrator Example" in text
    [entry] = audit.entries("programme:2")
    assert (entry.action, entry.actor_id, entry.text) == ("programme.made", administrator.id, "By the board")
    assert audit.broken() == []


def test_seeing_what_it_does_stores_nothing(admin):
    text = read(send(admin, opened(admin), effective=LATER.isoformat(), reason="Why", policies__late_days="9")).text
    assert "This will be version 2. It begins on 1 June 2027. Nothing is stored yet." in text
    assert "Time kept on a device may come after 7 days 9 days everybody, from that day" in text
    assert not ProgrammeVersion.objects.exists()


def test_a_version_that_waits_is_told_in_its_row_and_can_be_withdrawn(admin, administrator):
    changed(admin, policies__late_days="9")
    text = page(admin)
    assert "From 1 June 2027 (version 2): Time kept on a device may come after 9 days" in text
    assert "Waits for its day" in text
    assert context.programme().policies.late_days == 7
    url = reverse("wins:policy_withdraw", args=[2])
    assert "It would begin on 1 June 2027." in read(admin.get(url)).text
    assert "Give a reason" in read(admin.post(url, {"reason": " "}), 400).text
    answer = read(admin.post(url, {"reason": "The board changed its mind"}, follow=True)).text
    assert "Version 2 was withdrawn. It never was in force." in answer
    assert "Withdrawn before its day" in answer
    assert "From 1 June 2027 (version 2)" not in answer
    assert api.in_force(None, NOW + timedelta(days=365)).version == 1
    assert [one.action for one in audit.entries("programme:2")] == ["programme.made", "programme.withdrawn"]
    assert "It has begun, or it was withdrawn before." in read(admin.get(url), 409).text


def test_a_number_once_withdrawn_is_not_given_again(admin):
    changed(admin, policies__late_days="9")
    admin.post(reverse("wins:policy_withdraw", args=[2]), {"reason": "Not now"})
    assert "Version 3 was stored." in read(changed(admin, policies__late_days="8")).text


def test_what_is_in_force_cannot_be_withdrawn(admin):
    changed(admin, day=TODAY, policies__late_days="9")
    assert admin.get(reverse("wins:policy_withdraw", args=[2])).status_code == 409
    answer = admin.post(reverse("wins:policy_withdraw", args=[2]), {"reason": "No, no"})
    assert "This version has begun." in read(answer, 409).text
    assert admin.get(reverse("wins:policy_withdraw", args=[9])).status_code == 404


def test_a_day_in_the_past_is_refused_beside_the_field_and_nothing_is_lost(admin):
    day = (TODAY - timedelta(days=1)).isoformat()
    answer = read(send(admin, opened(admin), effective=day, reason="My words", policies__late_days="9"), 400)
    assert "Rules cannot begin in the past. Choose today or a later day." in answer.text
    form = form_of(answer)
    assert (form["effective"], form["policies.late_days"]) == ([day], ["9"])
    assert "My words" in answer.text


@pytest.mark.parametrize("day", ["", "soon", "2027-02-30", "2100-01-01", "١-١-٢٠٣٠"])
def test_a_day_that_is_none_is_refused(admin, day):
    assert admin.post(
        reverse("wins:policy_change"), {**opened(admin), "effective": day, "reason": "Why", "do": "preview"}
    ).status_code == 400  # fmt: skip


@pytest.mark.parametrize("reason", ["", "  ", "ab", "x" * 2001, "bell \x07"])
def test_a_reason_is_asked_for(admin, reason):
    answer = send(admin, opened(admin), effective=LATER.isoformat(), reason=reason, policies__late_days="9")
    assert "Give a reason of 3 to 2000 characters." in read(answer, 400).text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("policies.late_days", "-1", "Write a whole number from 0 to 3660."),
        ("policies.late_days", "", "Write a whole number from 0 to 3660."),
        ("policies.late_days", "٧", "Write a whole number from 0 to 3660."),
        ("policies.idle_minutes.text", "31", "Write a whole number from 2 to 30."),
        ("policies.idle_minutes.text", "20", "This lies outside what an author may set."),
        ("policies.idle_bounds.least", "20", "The least is more than the most that an author may set."),
        ("policies.book_hours.at_once", "30", "More hours count at once than count at most."),
        ("policies.days_left_at_issue", "10", "A code with so few days left is past its last safe day"),
        ("policies.keep_spans_days", "3", "Visits must be kept longer than time may come late."),
        ("policies.hours", "maybe", "Choose one of the list."),
        ("policies.two_people", "nobody", "Choose from the list."),
        ("policies.country_review", "AT Germany", "“GERMANY” is not a country"),
        ("policies.country_review", "AT at", "AT stands twice."),
        ("modules.0.required_hours", "0", "Write a whole number from 1 to 1000."),
        ("modules.0.course.number", "F N D", "Write letters, digits, dots, hyphens and underscores only"),
        ("modules.0.course.number", "npm", "Another module has this course."),
        ("modules.0.title", "", "Write 1 to 200 characters on one line."),
        ("modules.0.title", "nuclear security regulation", "Another module has this title."),
        ("modules.0.exam", "wins-fnd", "Write 2 to 32 capital letters, digits and hyphens."),
        ("modules.0.exam", "WINS-NPM", "Another module has this code."),
        ("modules.0.exam", "WINS-NEW", "A code can change from today on only"),
        ("price.amount", "0", "Write a number above 0, at most 100000"),
        ("price.amount", "425,50", "Write a number above 0, at most 100000"),
        ("price.amount", "425.505", "Write a number above 0, at most 100000"),
        ("price.amount", "100001", "Write a number above 0, at most 100000"),
        ("price.currency", "euro", "Write three capital letters, as in EUR."),
        ("time_zone", "Europe/Nowhere", "There is no such time zone."),
        ("time_zone", "Wien!", "Write a time zone like Europe/Vienna."),
        ("workload.minutes_per_question.value", "0", "Write a number above 0, at most 10000"),
        ("workload.minutes_per_question.source", "Guess", "Say in 10 to 2000 characters where the number comes from."),
        ("designations.0.electives", "10", "There are not so many elective modules."),
        ("designations.0.electives", "100", "Write a whole number from 0 to 99."),
        ("designations.0.short", "C" * 21, "Write 1 to 20 characters on one line."),
    ],
)
def test_what_cannot_be_meant_is_told_beside_the_field_and_kept(admin, field, value, told):
    form = {**opened(admin), field: value}
    if field == "policies.two_people":
        form["policies.two_people.here"] = "1"
    answer = read(send(admin, form, effective=LATER.isoformat(), reason="My words"), 400)
    assert told in answer.text
    assert "Nothing was stored, and nothing of what you wrote is lost." in answer.text
    assert "My words" in answer.text
    beside = [attrs for attrs in answer.all("p") if attrs.get("id") == f"{field}-problem"]
    assert len(beside) == 1 or "is not right" in answer.text
    assert not ProgrammeVersion.objects.exists()
    assert field.startswith(("policies.hours", "policies.two")) or form_of(answer)[field] == [value]


def test_boxes_and_lists_are_stored_as_chosen(admin):
    form = opened(admin)
    form["policies.two_people"] = ["revoke"]
    form["policies.replacement_reasons"] = []
    changes = {"policies__country_review": "at, fr", "policies__retake__in_package": "yes"}
    seen = read(send(admin, form, effective=TODAY.isoformat(), reason="Why", **changes))
    read(send(admin, form_of(seen), "store"))
    policies = context.programme().policies
    assert policies.two_people == ("revoke",)
    assert policies.replacement_reasons == ()
    assert policies.country_review == ("AT", "FR")
    assert policies.retake.in_package is True


def test_a_field_that_was_not_sent_keeps_its_value(admin):
    form = {name: value for name, value in opened(admin).items() if not name.startswith(("policies.", "modules."))}
    seen = read(send(admin, form, effective=TODAY.isoformat(), reason="Why", policies__late_days="9"))
    read(send(admin, form_of(seen), "store"))
    assert context.programme().policies == replace(RULES.policies, late_days=9)


def test_a_form_without_changes_stores_nothing(admin):
    answer = send(admin, opened(admin), effective=LATER.isoformat(), reason="Why not")
    assert "Nothing is changed in this form yet." in read(answer, 400).text


def test_back_to_the_form_keeps_everything(admin):
    seen = read(send(admin, opened(admin), effective=LATER.isoformat(), reason="My words", policies__late_days="9"))
    form = read(send(admin, form_of(seen), "edit"))
    assert form_of(form)["policies.late_days"] == ["9"]
    assert form_of(form)["policies.two_people"] == ["result_by_hand", "revoke", "void_after_shown"]
    assert "My words" in form.text


def test_pressing_twice_stores_one_version(admin):
    seen = read(send(admin, opened(admin), effective=LATER.isoformat(), reason="Why", policies__late_days="9"))
    known = form_of(seen)
    read(send(admin, known, "store"))
    versions.make(
        versions.all_of(None)[1].programme, versions.Claim(2, 1), None, ProgrammeVersion.objects.get().made_by, NOW
    )
    assert ProgrammeVersion.objects.count() == 1


@pytest.mark.parametrize("form", [{}, {"number": "x", "based_on": "1"}, {"number": "2", "based_on": "77"}])
def test_a_form_of_nowhere_is_out_of_date(admin, form):
    answer = admin.post(reverse("wins:policy_change"), {**form, "do": "store"})
    assert "This form is out of date." in read(answer, 409).text


def test_versions_are_listed_page_by_page_in_few_queries(admin, administrator):
    body = plain(RULES)
    ProgrammeVersion.objects.bulk_create(
        ProgrammeVersion(
            version=number, effective=date(2026, 6, 1), reason=f"Reason {number}", made_at=NOW,
            made_by=administrator.id,
            body=body | {"version": number, "effective": "2026-06-01", "reason": "..."},
        )
        for number in range(2, 120)
    )  # fmt: skip
    text = page(admin)
    assert "119 versions" in text
    assert "page 1 of 3" in text
    assert "Reason 119" in text
    with CaptureQueriesContext(connection) as few:
        assert "page 3 of 3" in page(admin, page=99)
    assert len(few) <= 12


def test_auditors_read_and_change_nothing(signed_in, administrator):
    made()
    client = signed_in(person("auditor", "WINS auditors"))
    text = page(client)
    assert "Waits for its day" in text
    assert "Change the rules" not in text
    assert "Withdraw" not in text
    assert client.get(reverse("wins:policy_change")).status_code == 403


def test_titles_price_and_figures_are_stored_as_typed(admin, learner):
    own = joined(learner)
    changes = {
        "modules__1__title": "Programme  Management", "modules__1__title_status": "provisional",
        "modules__0__title": "The Foundation", "price__amount": "450", "price__currency": "USD",
        "time_zone": "Asia/Tokyo", "workload__minutes_per_question__value": "2.5",
        "designations__0__valid_years": "5", "designations__0__short": "CNSP+",
    }  # fmt: skip
    changed(admin, day=TODAY, **changes)
    rules = context.programme()
    assert (rules.modules[1].title, rules.modules[1].title_status) == ("Programme Management", "provisional")
    assert (str(rules.price.amount), rules.price.currency, rules.time_zone) == ("450", "USD", "Asia/Tokyo")
    assert (rules.workload.minutes_per_question.value, rules.designations[0].valid_years) == (2.5, 5)
    assert rules.workload.minutes_per_question.source == RULES.workload.minutes_per_question.source
    assert rules.policies == RULES.policies
    [standing] = registration.standings([own], rules, None, 1)
    assert (standing.module.title, standing.registration.rule_version) == ("The Foundation", 1)
    text = page(admin)
    assert "Programme Management (working title)" in text
    assert "Amount 450 Currency USD" in text
    assert "Title that is earned: CNSP+" in text


def test_who_begins_before_the_day_keeps_hours_and_everybody_gets_the_title(admin):
    changes = {"modules__0__title": "The Foundation", "modules__0__nominal_hours": "50"}
    text = read(send(admin, opened(admin), effective=LATER.isoformat(), reason="Why", **changes)).text
    told = "Foundation Module: Title Foundation Module The Foundation everybody, from that day"
    assert told in text
    assert "Planned, as learners are told 40 hours 50 hours who begins from that day" in text


def test_an_exam_code_changes_while_it_is_nobodys(admin):
    answer = changed(admin, day=TODAY, modules__2__exam="REG-1")
    assert "Version 2 was stored." in read(answer).text
    assert context.programme().module("regulation").exam == "REG-1"
    assert "Version 3 was stored." in read(changed(admin, day=TODAY, modules__2__exam="WINS-REG")).text


@pytest.mark.parametrize("taken", ["joined", "delivered"])
def test_an_exam_code_that_is_somebodys_stays(admin, learner, taken):
    if taken == "joined":
        joined(learner, "regulation")
    else:
        fill(exam="WINS-REG")
    answer = send(admin, opened(admin), effective=TODAY.isoformat(), reason="Why", modules__2__exam="REG-1")
    assert "Somebody has joined this module, or codes were added: the code must stay." in read(answer, 400).text
    answer = send(admin, opened(admin), effective=TODAY.isoformat(), reason="Why", modules__1__exam="NPM-1")
    assert answer.status_code == 200


def test_a_code_that_was_another_exams_is_not_given_again(admin):
    changed(admin, day=TODAY, modules__2__exam="REG-1")
    answer = send(admin, opened(admin), effective=TODAY.isoformat(), reason="Why", modules__1__exam="WINS-REG")
    assert "This code was that of another exam before. Choose a new one." in read(answer, 400).text


def test_while_a_later_version_waits_no_code_changes(admin):
    """It was made with the old code, which would come back on its day."""
    made()
    answer = send(admin, opened(admin), effective=TODAY.isoformat(), reason="Why", modules__2__exam="REG-1")
    assert "A code can change from today on only" in read(answer, 400).text
