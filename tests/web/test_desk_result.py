"""A result by hand on the desk, and what is decided of one: two people, the effect before the button."""

import re

import pytest

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import fill, issue, ready, reveal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results.models import ResultEntry
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
RESULTS = "/wins/desk/results"
MAIL = "Mail of Pearson VUE, 3 April"


@pytest.fixture
def officer():
    return person("officer", "WINS certification officers")


@pytest.fixture
def code(learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    return reveal(learner.id)


@pytest.fixture
def url(learner, code):
    return f"{RESULTS}/of/{learner.id}/WINS-FND"


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html).text


def form(**changed):
    own = {
        "do": "enter", "token": "t" * 24, "kind": "pass", "day": NOW.date().isoformat(), "score": "81,5",
        "voucher": Voucher.objects.get().id, "evidence": MAIL, "reason": "",
    }  # fmt: skip
    return own | changed


def entry_url():
    return f"{RESULTS}/entries/{ResultEntry.objects.latest('id').id}"


def test_a_learner_is_found_with_her_exams(signed_in, administrator, url):
    client = signed_in(administrator)
    answer = client.get(f"{RESULTS}/find", {"q": "learn"})
    assert "WINS-FND – Foundation Module" in shown(answer)
    assert f'href="{url}"' in answer.content.decode()
    assert "No learner was found." in shown(client.get(f"{RESULTS}/find", {"q": "administrator"}))
    shown(client.get(f"{RESULTS}/find"))


def test_one_enters_and_another_confirms(signed_in, administrator, officer, learner, url):
    client = signed_in(officer)
    assert "No result." in shown(client.get(url))
    answer = client.post(url, form(), follow=True)
    assert "Nothing changes until somebody else confirms it." in shown(answer)
    assert not ExamEvent.objects.exists()
    text = shown(client.get(RESULTS))
    assert "Waiting for a second person" in text
    assert "officer" in text
    assert "Results and vouchers that a second person confirms 1 0 15 March 2027" in shown(client.get("/wins/desk/"))
    own = shown(client.get(entry_url()))
    assert "You entered this yourself." in own
    assert "Confirm alone" not in own, "an override is the administrator's"
    shown(client.post(entry_url(), {"do": "confirm"}), 400)
    shown(client.post(entry_url(), {"do": "override", "reason": "I may"}), 400)
    client = signed_in(administrator)
    text = shown(client.get(entry_url()))
    assert MAIL in text
    assert "it will be used up" in text
    assert re.search(r"Now No result\. Afterwards Passed on", text)
    assert "Confirmed and recorded." in shown(client.post(entry_url(), {"do": "confirm"}, follow=True))
    assert "81.5 points" in shown(client.get(url))
    assert "You passed this exam." in shown(signed_in(learner).get("/wins/me/vouchers/"))


def test_an_administrator_may_confirm_alone_with_a_reason(signed_in, administrator, url):
    client = signed_in(administrator)
    client.post(url, form())
    where = entry_url()
    assert "Confirm alone" in shown(client.get(where))
    assert "Give a reason." in shown(client.post(where, {"do": "override", "reason": " "}), 400)
    answer = client.post(where, {"do": "override", "reason": "Nobody else is there"}, follow=True)
    assert "Recorded by one person only." in shown(answer)
    assert audit.entries(f"entry:{ResultEntry.objects.get().id}")[-1].action == "result.confirmed_alone"


def test_an_entry_is_refused_with_a_reason(signed_in, administrator, officer, url):
    signed_in(officer).post(url, form())
    client, where = signed_in(administrator), entry_url()
    shown(client.post(where, {"do": "refuse", "reason": ""}), 400)
    client.post(where, {"do": "refuse", "reason": "Not hers"})
    assert ResultEntry.objects.get().state == "refused"
    shown(client.post(where, {"do": "confirm"}), 409)
    shown(client.get(where), 404)
    assert "No entry waits" in shown(client.get(RESULTS))


@pytest.mark.parametrize(("changed", "told"), [
    ({"day": "12.5.2027"}, "Write the day of the exam as a date"), ({"day": "2999-01-01"}, "still to come"),
    ({"score": "many"}, "The score is not a number."), ({"score": "NaN"}, "The score is not a number."),
    ({"score": "1e9"}, "The score is not a number."), ({"voucher": "none"}, "write why"),
    ({"score": "999999.99999"}, "The score is not a number."), ({"score": "1e999999"}, "The score is not a number."),
    ({"voucher": "x"}, "out of date"), ({"kind": ""}, "Choose the result."), ({"evidence": ""}, "where this result"),
    ({"token": "x"}, "out of date"), ({"do": "x"}, "out of date"), ({"evidence": "x" * 201}, "too long"),
])  # fmt: skip
def test_a_wrong_form_is_shown_again_with_its_text(signed_in, officer, url, changed, told):
    answer = signed_in(officer).post(url, form(**changed))
    assert told in shown(answer, 400)
    if "evidence" not in changed:
        assert f'value="{MAIL}"' in answer.content.decode()
    assert not ResultEntry.objects.exists()


def passed(learner):
    exams.record(learner.id, "WINS-FND", "pass", NOW, NOW, 1)
    Voucher.objects.update(state="used", ended_at=NOW)
    VoucherExam.objects.update(state="closed", open_holder=None)


def test_what_an_act_does_is_shown_before_its_button(signed_in, administrator, learner, url):
    passed(learner)
    client = signed_in(administrator)
    text = shown(client.get(url))
    assert re.search(r"Put the result on hold .*? Now Passed on \S+ \w+ \d+\. Afterwards Passed on .*? On hold\.", text)
    assert re.search(r"Withdraw the pass .*? Afterwards Pass withdrawn on", text)
    assert "Give a reason." in shown(client.post(url, {"do": "hold", "reason": ""}), 400)
    client.post(url, {"do": "hold", "reason": "Two people of one name"})
    own = shown(signed_in(learner).get("/wins/me/vouchers/"))
    assert "Your result is on hold." in own
    assert "of one name" not in own
    client = signed_in(administrator)
    assert "Two people of one name" in shown(client.get(url)), "staff read it"
    shown(client.post(url, {"do": "hold", "reason": "Again"}), 409)
    assert "Done. The learner gets a mail." in shown(client.post(url, {"do": "release", "reason": "x"}, follow=True))


def test_a_withdrawal_waits_for_a_second_person(signed_in, administrator, officer, learner, url):
    passed(learner)
    told = {"do": "revoke", "reason": "Somebody else sat for her", "token": "r" * 24}
    signed_in(officer).post(url, told)
    assert exams.outcome(learner.id, "WINS-FND").passed
    client = signed_in(administrator)
    assert "Withdraw the pass. It waits for a second person." in shown(client.get(url))
    client.post(entry_url(), {"do": "confirm"})
    own = shown(signed_in(learner).get("/wins/me/vouchers/"))
    assert "Your result was withdrawn on" in own
    assert "Somebody else sat for her" in own
    signed_in(administrator).post(url, {"do": "restore", "reason": "It was she"})
    assert "Your result is valid again." in shown(signed_in(learner).get("/wins/me/vouchers/"))


def test_nobody_decides_about_her_own(signed_in, administrator, code):
    ready(administrator.id)
    own = f"{RESULTS}/of/{administrator.id}/WINS-FND"
    client = signed_in(administrator)
    assert "your own result" in shown(client.post(own, {"do": "hold", "reason": "x"}), 400)
    assert "your own result" in shown(client.post(own, form(voucher="none", reason="x")), 400)


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_no_learner_of_the_exam_has_no_page(signed_in, administrator, learner, method):
    client = signed_in(administrator)
    for own in (f"{RESULTS}/of/{learner.id}/WINS-FND", f"{RESULTS}/of/999999/WINS-FND"):
        shown(getattr(client, method)(own), 404)


def test_others_enter_and_decide_nothing(signed_in, url, learner):
    for who, sees in ((person("auditor", "WINS auditors"), 200), (learner, 403)):
        client = signed_in(who)
        page = client.get(url)
        assert (page.status_code, client.post(url, form()).status_code) == (sees, 403)
        assert b"<form" not in page.content
    assert not ResultEntry.objects.exists()
