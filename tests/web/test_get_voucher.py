"""Check three things, then get a voucher: a page without script, and the name that stays in reach."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, fill, issue, position, ready
from tests.edge import FOUNDATION, REGULATION
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers import names, requests
from wins_xblocks.domain.vouchers.data import Name
from wins_xblocks.domain.vouchers.models import DocumentName, Voucher, VoucherRequest

from .builders import noticed
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
PAGE, NAME, VOUCHERS = reverse("wins:get_voucher", args=[FND]), reverse("wins:document_name"), reverse("wins:vouchers")
ASK = reverse("wins:arrangement", args=[FND])
GOOD = {"given": "Ana Maria", "family": "Šťastná", "rules": "read"}


@pytest.fixture
def browser(signed_in, learner, monkeypatch):
    """The learner, who is ready and has not said her name yet."""
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)
    ready(learner.id)
    noticed(learner)
    DocumentName.objects.all().delete()
    return signed_in(learner)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html).text


def wrong(response):
    return [box["name"] for box in Markup(response.content.decode()).all("input") if box.get("aria-invalid")]


def test_three_things_are_checked_and_the_voucher_is_hers(browser, learner):
    fill()
    assert "Check three things" in read(browser.get(PAGE))
    text = read(browser.post(PAGE, GOOD, follow=True))
    assert "Your voucher is reserved for you." in text
    assert names.of(learner.id).latin == "Ana Maria Šťastná"
    assert read(browser.post(PAGE, GOOD), 409), "there is nothing to get any more"
    assert Voucher.objects.filter(state="issued").count() == 1


def test_the_name_is_shown_back_and_stays_when_the_second_voucher_is_asked_for(browser):
    fill()
    browser.post(PAGE, GOOD)
    other = reverse("wins:get_voucher", args=["WINS-REG"])
    text = read(browser.get(other))
    assert "Saved: Ana Maria Šťastná (confirmed on 1 March 2027, text 2026-11 )".replace(" )", ")") in text
    assert "Your voucher was given for this name." in text
    assert "we have no code left" in read(browser.post(other, {"rules": "read"}, follow=True)).lower()


@pytest.mark.parametrize("again", ["withdrawn", "taken_back"])
def test_where_the_card_offers_another_voucher_the_page_gives_it(browser, learner, again):
    fill()
    if again == "withdrawn":
        for number, kind in enumerate(("pass", "revoke")):
            exams.record(learner.id, FND, kind, NOW - timedelta(days=60 - number), NOW)
    else:
        names.confirm(learner.id, Name("Ana", "Neill"), NOW)
        vouchers.take_back(issue(learner.id).voucher.id, 990, "Sent to the wrong person", NOW)
        DocumentName.objects.all().delete()
    assert position(learner.id).state == again
    page = Markup(browser.get(VOUCHERS).content.decode())
    assert {PAGE, NAME} <= {link["href"] for link in page.all("a")}
    assert "Check three things" in read(browser.get(PAGE))
    assert "No medical evidence here" in read(browser.post(PAGE, {**GOOD, "arrangements": "yes"}, follow=True))
    assert "WINS answers by" in read(browser.post(ASK, {"what": "extra_time"}, follow=True))
    assert ASK in {link["href"] for link in Markup(browser.get(VOUCHERS).content.decode()).all("a")}
    assert read(browser.get(PAGE), 409)
    browser.post(ASK, {"do": "withdraw"})
    assert read(browser.post(PAGE, GOOD, follow=True))
    assert Voucher.objects.get().holder_id == learner.id


@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        ({"given": ""}, "given", "say that your document shows one name only"),
        ({"given": "Анна"}, "given", "in Latin letters"), ({"family": ""}, "family", "in Latin letters"),
        ({"single": "yes"}, "given", "Your document shows one name"),
        ({"native": "x" * 400}, "native", "at most 100 characters"), ({"rules": ""}, "rules", "Read the rules"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_field_and_nothing_is_kept(browser, form, field, told):
    fill()
    response = browser.post(PAGE, {**GOOD, **form})
    assert told in read(response, 400)
    assert wrong(response) == [field]
    assert not DocumentName.objects.exists()
    assert Voucher.objects.get().state == "imported"


def test_who_needs_arrangements_is_led_there_and_gets_nothing_yet(browser, learner):
    fill()
    response = browser.post(PAGE, {**GOOD, "arrangements": "yes"})
    assert response["Location"] == ASK
    assert "No medical evidence here" in read(browser.get(ASK))
    text = read(browser.post(ASK, {"what": "extra_time", "text": "half an hour"}, follow=True))
    assert "WINS answers by 15 March 2027." in text
    assert "Do not book yet." in read(browser.get(VOUCHERS))
    assert read(browser.get(PAGE), 409)
    assert Voucher.objects.get().state == "imported"
    assert "You can book now." in read(browser.post(ASK, {"do": "withdraw"}, follow=True))
    assert position(learner.id).state == "ready"


@pytest.mark.parametrize(("form", "field"), [({"what": "x"}, "what"), ({"what": "other", "text": ""}, "text")])
def test_a_request_that_says_nothing_is_told_at_its_field(browser, form, field):
    html = browser.post(ASK, form).content.decode()
    assert faults(html) == []
    boxes = [box for tag in ("select", "textarea") for box in Markup(html).all(tag) if box.get("aria-invalid")]
    assert [box["name"] for box in boxes] == [field]
    assert not VoucherRequest.objects.exists()


def test_before_it_is_time_or_without_a_place_or_a_course_there_is_no_form(browser, learner, world):
    assert "Your course is not open" not in read(browser.get(PAGE))
    world.enrolments.clear()
    assert "Your course is not open for you any more." in read(browser.get(PAGE), 409)
    assert "Your course is not open for you any more." in read(browser.post(PAGE, GOOD), 409)
    Entitlement.objects.update(state=Entitlement.WITHDRAWN)
    assert "You cannot get this voucher now." in read(browser.post(PAGE, GOOD), 409)
    assert read(browser.get(reverse("wins:get_voucher", args=["NONE"])), 409)
    assert not Voucher.objects.exclude(state="imported").exists()


def test_a_course_of_hers_that_is_open_is_enough_as_for_the_block(browser, learner, world):
    other = reverse("wins:get_voucher", args=["WINS-REG"])
    fill(exam="WINS-REG")
    browser.get(other)
    world.enrolments.discard((learner.id, REGULATION))
    assert world.enrolments == {(learner.id, FOUNDATION)}
    assert "Your voucher is reserved for you." in read(browser.post(other, GOOD, follow=True))
    assert Voucher.objects.get().holder_id == learner.id


def test_a_course_team_gets_no_voucher_by_this_page(browser, learner, world):
    world.staff.add((learner.id, "course-v1:WINS+FND+2026"))
    assert read(browser.post(PAGE, GOOD), 409)


def test_the_name_has_a_page_of_its_own_until_a_voucher_is_given(browser, learner):
    assert "Your name is saved." in read(browser.post(NAME, {"family": "Suharto", "single": "yes"}, follow=True))
    assert "Saved: Suharto" in read(browser.get(NAME))
    assert "saved before" in read(browser.post(NAME, {"family": "Suharto", "single": "yes"}, follow=True))
    fill()
    issue(learner.id)
    assert "<form" not in browser.get(NAME).content.decode()
    text = read(browser.post(NAME, {"family": "Other", "single": "yes"}), 409)
    assert "Ask WINS to change it." in text
    assert names.of(learner.id).latin == "Suharto"


def test_the_country_is_asked_for_where_the_policy_names_some(browser, learner, rules_file):
    rules_file("country_review: []", 'country_review: ["AT"]')
    fill()
    assert "Country of your identity document" in read(browser.get(PAGE))
    for sent in ("", "xx", "Austria"):
        assert "Choose the country" in read(browser.post(PAGE, {**GOOD, "country": sent}), 400)
    assert "WINS has to look at your request." in read(browser.post(PAGE, {**GOOD, "country": "AT"}, follow=True))
    assert Voucher.objects.get().state == "imported"
    assert names.of(learner.id).country == "AT"


def test_a_country_that_was_refused_is_not_undone_by_another(browser, learner, rules_file):
    rules_file("country_review: []", 'country_review: ["AT"]')
    fill()
    browser.post(PAGE, {**GOOD, "country": "AT"})
    [asked] = requests.open_requests()
    requests.decide(asked.id, False, "On the list", 990, NOW)
    other = {**GOOD, "country": "DE"}
    assert "Ask WINS to change it." in read(browser.post(NAME, other), 400)
    assert read(browser.post(PAGE, other), 409)
    assert names.of(learner.id).country == "AT"
    assert Voucher.objects.get().state == "imported"


def test_the_country_is_not_asked_for_else(browser):
    assert "Country" not in read(browser.get(PAGE))


def test_where_wins_gives_vouchers_the_page_takes_the_name_and_no_voucher(browser, learner, rules_file):
    rules_file("get_by: learner", "get_by: staff")
    fill()
    assert "Confirm my name" in read(browser.get(VOUCHERS))
    assert "get my voucher" not in read(browser.get(PAGE))
    text = read(browser.post(PAGE, GOOD, follow=True))
    assert "WINS gives you this voucher. You get a mail when it is here." in text
    assert "You are ready. WINS gives you your voucher." in text
    assert names.of(learner.id).latin == "Ana Maria Šťastná"
    for answer in (browser.get(PAGE), browser.post(PAGE, GOOD)):
        assert "WINS gives you this voucher. You get a mail when it is here." in read(answer, 409)
    assert Voucher.objects.get().state == "imported"
