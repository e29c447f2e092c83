"""Before new rules are stored: who gains or loses by name, what later versions undo, what others did meanwhile."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import RULES, join
from wins_xblocks import context, policy_change
from wins_xblocks.domain.programme import versions
from wins_xblocks.domain.programme.models import ProgrammeVersion
from wins_xblocks.domain.registration.models import Registration

from .builders import joined, studied, tried
from .policy_forms import LATER, TODAY, changed, form_of, made, opened, read, send

pytestmark = pytest.mark.django_db
FEWER = {"modules__0__required_hours": "35"}
NOBODY = "Nobody who has begun gains or loses"


@pytest.fixture
def admin(signed_in, administrator):
    return signed_in(administrator)


def seen(client, day=LATER, **changes):
    return read(send(client, opened(client), effective=day.isoformat(), reason="By the board", **changes))


def test_nobody_is_said_plainly(admin):
    text = seen(admin, **FEWER).text
    assert "0 registrations have not ended." in text
    assert NOBODY in text
    assert text.count("Nobody.") == 2


def test_who_gains_is_named_with_both_sides(admin, learner):
    own = joined(learner)
    studied(own, 36)
    tried(own, 80)
    text = seen(admin, **FEWER).text
    assert "Of 1 less is asked than before. Of 0 more is asked than before." in text
    gaining = text[text.index("with the new rules only") :]
    assert "1 registration Learner" in gaining
    told = "36 h of 40 h, test passed, not complete 36 h of 35 h, test passed, complete"
    assert f"Learner Example (learner) Foundation Module {told}" in gaining


def test_of_whom_less_is_asked_without_crossing_the_line_is_named_below(admin, learner):
    studied(joined(learner), 12)
    text = seen(admin, **FEWER).text
    assert text.count("Nobody.") == 2
    others = text[text.index("Of whom less or more is asked") :]
    assert "12 h of 40 h, test not passed, not complete 12 h of 35 h, test not passed, not complete" in others


def test_who_began_before_is_protected_from_harder_rules(admin, learner):
    own = joined(learner)
    studied(own, 41)
    tried(own, 80)
    assert NOBODY in seen(admin, modules__0__required_hours="45").text


def test_who_has_better_rules_now_loses_when_they_go(admin, learner, monkeypatch):
    own = joined(learner)
    studied(own, 36)
    tried(own, 80)
    changed(admin, day=TODAY, **FEWER)
    text = seen(admin, modules__0__required_hours="45").text
    assert "Of 0 less is asked than before. Of 1 more is asked than before." in text
    losing = text[text.index("Who loses") : text.index("with the new rules only")]
    assert "36 h of 35 h, test passed, complete 36 h of 40 h, test passed, not complete" in losing


def test_rules_of_the_start_bind_where_the_policy_says_so(admin, learner, rules_file):
    rules_file("which_rules: better_of ", "which_rules: of_start ")
    own = joined(learner)
    studied(own, 36)
    tried(own, 80)
    text = seen(admin, **FEWER).text
    assert NOBODY in text
    assert "who begins from that day" in text
    assert "when hours and test are better" not in text


def test_who_may_have_a_voucher_with_the_new_rules_is_named(admin, learner):
    """She began under a version that waits for both modules; the new one is easier and asks for one."""
    own, _elective = join(learner.id)
    studied(own, 36)
    tried(own, 80)
    text = seen(admin, policies__release="after_module", **FEWER).text
    assert "36 h of 35 h, test passed, complete, may have the voucher" in text


def test_names_come_page_by_page_with_their_total(admin, monkeypatch):
    monkeypatch.setattr(policy_change, "PER_PAGE", 2)
    for number in range(5):
        own = joined(person(f"one{number}"))
        studied(own, 36)
        tried(own, 80, block=f"b{number}")
    page = seen(admin, **FEWER)
    assert "5 registrations – page 1 of 3" in page.text
    assert "(one1)" in page.text
    assert "(one2)" not in page.text
    page = read(send(admin, form_of(page), "", gaining="3"))
    assert "page 3 of 3" in page.text
    assert "(one4)" in page.text
    assert "Version 2 was stored." in read(send(admin, form_of(page), "store")).text


def test_when_time_is_over_the_page_says_that_names_are_missing(admin, learner, monkeypatch):
    monkeypatch.setattr(policy_change, "SECONDS", -1.0)
    own = joined(learner)
    studied(own, 36)
    tried(own, 80)
    text = seen(admin, **FEWER).text
    assert "The names below are not all" in text
    assert "Of 1 less is asked than before." in text


def test_the_second_of_two_is_told_what_the_first_did_and_nothing_is_lost(admin, client):
    mine = opened(admin)
    other = person("second", "WINS Academy administrators")
    made(TODAY, by=other.id, late_days=12, low_stock=30)
    answer = read(send(admin, mine, effective=LATER.isoformat(), reason="My words", policies__late_days="9"), 409)
    assert "Version 2 was made meanwhile, on 1 March 2027, 10:00 CET. It begins on 1 March 2027." in answer.text
    assert "By Second Example (second) . Reason: Made before" in answer.text
    assert "The Academy gets a mail when an exam has fewer than: 20 codes → then 30 codes" in answer.text
    assert "Both of you changed this; yours stands in the form: Study time that comes late" in answer.text
    form = form_of(answer)
    assert (form["number"], form["based_on"]) == (["3"], ["2"])
    assert (form["policies.late_days"], form["policies.low_stock"]) == (["9"], ["30"])
    assert "My words" in answer.text
    read(send(admin, form_of(read(send(admin, form))), "store"))
    assert versions.all_of(None)[-1].programme.policies.low_stock == 30
    assert versions.all_of(None)[-1].programme.policies.late_days == 9


def test_who_stores_second_is_told_too(admin):
    form = form_of(seen(admin, policies__late_days="9"))
    made(LATER, by=77, low_stock=30)
    answer = read(send(admin, form, "store"), 409)
    assert "Version 2 was made meanwhile" in answer.text
    assert form_of(answer)["policies.late_days"] == ["9"]
    assert ProgrammeVersion.objects.count() == 1


def test_two_at_the_same_instant_are_one_version_and_one_who_is_told(admin, monkeypatch):
    form = form_of(seen(admin, policies__late_days="9"))
    real, calls = versions.claim, []

    def overtaken(known, day):
        """Between our look and our lock the other one stores hers."""
        calls.append(day)
        found = real(known, day)
        if len(calls) == 1:
            made(LATER, by=77, low_stock=30)
        return found

    monkeypatch.setattr(versions, "claim", overtaken)
    assert "Version 2 was made meanwhile" in read(send(admin, form, "store"), 409).text
    assert ProgrammeVersion.objects.get().made_by == 77


def test_a_day_on_which_another_version_holds_shows_its_values_and_keeps_mine(admin):
    made(date(2027, 5, 1), late_days=12)
    answer = read(send(admin, opened(admin), effective=LATER.isoformat(), reason="Why", policies__low_stock="5"), 409)
    assert "On 1 June 2027 version 2 holds." in answer.text
    assert "Time kept on a device may come after: 7 days → then 12 days" in answer.text
    form = form_of(answer)
    assert (form["policies.late_days"], form["policies.low_stock"]) == (["12"], ["5"])
    stored = read(send(admin, form_of(read(send(admin, form))), "store"))
    assert "Version 3 was stored." in stored.text
    newest = versions.all_of(None)[-1].programme.policies
    assert (newest.late_days, newest.low_stock) == (12, 5)


def test_a_later_version_that_undoes_the_change_is_told_and_must_be_known(admin):
    made(date(2027, 7, 1), low_stock=30)
    page = seen(admin, policies__late_days="9")
    assert "Versions that begin later change this again" in page.text
    assert "Version 2, from 1 July 2027 Study time that comes late" in page.text
    assert "Time kept on a device may come after: 9 days → then 7 days" in page.text
    answer = read(send(admin, form_of(page), "store"), 400)
    assert "Say first that you know what the later versions do." in answer.text
    assert ProgrammeVersion.objects.count() == 1
    read(send(admin, form_of(page), "store", known="yes"))
    assert versions.holding(versions.all_of(None), LATER).number == 3
    assert versions.holding(versions.all_of(None), date(2027, 7, 1)).number == 2


def test_a_later_version_that_comes_between_look_and_button_is_shown_first(admin):
    page = seen(admin, policies__late_days="9")
    form = form_of(page)
    made(date(2027, 7, 1), low_stock=30)
    form |= {"number": "3"}  # as if it had been made before the form was opened, and forgotten by the look
    answer = read(send(admin, form, "store"), 400)
    assert "A later version was made or withdrawn meanwhile. Nothing was stored. Look again." in answer.text
    assert ProgrammeVersion.objects.count() == 1


def test_a_version_that_cannot_be_read_stands_in_the_list_and_bars_its_days(admin):
    ProgrammeVersion.objects.create(
        version=2, effective=date(2027, 5, 1), reason="-", body={}, made_at=NOW, made_by=1
    )  # fmt: skip
    assert "Cannot be read" in read(admin.get(reverse("wins:policies"))).text
    answer = send(admin, opened(admin), effective=LATER.isoformat(), reason="Why", policies__late_days="9")
    assert "On this day version 2 holds, which cannot be read." in read(answer, 400).text
    admin.post(reverse("wins:policy_withdraw", args=[2]), {"reason": "Broken"})
    assert "Version 3 was stored." in read(changed(admin, policies__late_days="9")).text


def test_a_version_in_force_that_cannot_be_read_is_told_in_words(admin):
    made(TODAY, late_days=9)
    assert "Version 2 of the rules is in force" in read(admin.get(reverse("wins:policies"))).text
    ProgrammeVersion.objects.update(body={})
    for name in ("policies", "policy_change"):
        assert "This page cannot be shown" in read(admin.get(reverse(f"wins:{name}")), 503).text


@pytest.mark.parametrize("field", ["follows", "number", "based_on"])
def test_a_number_of_no_version_is_answered(admin, field):
    form = {**opened(admin), field: "9" * 5000}
    assert send(admin, form, effective=LATER.isoformat(), reason="Why", policies__late_days="9").status_code < 500


def test_a_reason_with_a_sign_that_no_database_takes_is_kept_without_it(admin):
    made()
    admin.post(reverse("wins:policy_withdraw", args=[2]), {"reason": "Not\0 now"})
    assert versions.all_of(None)[-1].withdrawn.reason == "Not now"


def test_a_registration_never_stands_under_a_withdrawn_version(admin, learner):
    changed(admin, policies__late_days="9")
    admin.post(reverse("wins:policy_withdraw", args=[2]), {"reason": "Not now"})
    joined(learner)
    assert Registration.objects.get().rule_version == 1


def test_others_follow_within_ten_seconds(admin, monkeypatch):
    assert context.programme().version == 1
    made(TODAY, late_days=9)
    assert context.programme().version == 1
    later = context.monotonic() + context.RULES_KEPT_SECONDS + 1
    monkeypatch.setattr(context, "monotonic", lambda: later)
    assert context.programme().version == 2


def test_a_version_begins_at_midnight_on_the_programmes_clock(admin, monkeypatch):
    changed(admin, day=TODAY + timedelta(days=1), policies__late_days="9")
    midnight = NOW.replace(hour=23)  # UTC; in Vienna the next day begins
    url = reverse("wins:policy_withdraw", args=[2])
    for before, refused in ((timedelta(seconds=30), True), (timedelta(minutes=2), False)):
        monkeypatch.setattr(context, "now", lambda before=before: midnight - before)
        answer = admin.post(url, {"reason": "Not now"})
        assert (answer.status_code == 409) is refused
    assert replace(RULES).version == 1
