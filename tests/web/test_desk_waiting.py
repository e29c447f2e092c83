"""The desk's first page: how much waits of each kind, what is late first, whom it concerns; and whole lists of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import RULES, fill, issue, ready, reveal
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.results import entries
from wins_xblocks.domain.results.data import Entered
from wins_xblocks.domain.vouchers import acts
from wins_xblocks.domain.vouchers.models import Voucher, VoucherRequest

from .builders import TODAY, noticed
from .markup import Markup, faults
from .queue import arrangement, hours, question, row

pytestmark = pytest.mark.django_db
URL = "/wins/desk/"


def shown(client, url=URL):
    html = client.get(url).content.decode()
    assert faults(html) == []
    return Markup(html)


@pytest.fixture
def all_kinds(learner, other_learner):
    """One of everything: also a code that ends soon, a learner without one, a second person who is asked."""
    noticed(learner)
    ready(learner.id, other_learner.id)
    fill()
    issue(learner.id), issue(other_learner.id)
    Voucher.objects.update(expires_at=NOW + timedelta(days=20))
    hours(learner, made=NOW - timedelta(days=30))
    question(learner, "Late?", asked=NOW - timedelta(days=20)), question(learner, "Young?")
    arrangement(other_learner), row()
    told = Entered(learner.id, "WINS-FND", "pass", NOW, "t" * 20, reason="No voucher", evidence="Letter")
    entries.enter(told, person("officer2").id, NOW)


def test_each_kind_with_its_number_what_is_late_and_the_first_day_the_late_ones_first(
    signed_in, administrator, all_kinds
):
    page = shown(signed_in(administrator))
    rows = [
        "Book hours 1 1 overdue 12 February 2027 One after the other",
        "Questions to WINS 2 1 overdue 23 February 2027 One after the other",
        "Requests of learners 1 0 15 March 2027 One after the other",
        "Results without a learner 1 0 15 March 2027 One after the other",
        "Results and vouchers that a second person confirms 1 0 15 March 2027 –",
        "Learners without a code 1 0 15 March 2027 –",
        "Codes that end soon and nobody has booked with 1 0 21 March 2027 –",
    ]
    places = [page.text.find(one) for one in rows]
    assert -1 not in places, (places, page.text)
    assert places == sorted(places)
    links = [a["href"] for a in page.all("a")]
    for one in (
        "/wins/desk/next",
        "/wins/desk/next?kind=book",
        "/wins/desk/vouchers/#waiting",
        "/wins/desk/?list=case",
    ):
        assert one in links
    assert page.text.index("Late?") < page.text.index("Young?")


def test_a_replaced_code_that_has_a_result_is_counted_and_stands_below(signed_in, administrator, learner):
    ready(learner.id), fill(2), issue(learner.id), reveal(learner.id)
    old = Voucher.objects.get(holder_id=learner.id)
    acts.replace(old.id, "sent_twice", "Sent twice", administrator.id, RULES, NOW)
    found = row()
    found.__class__.objects.filter(id=found.id).update(voucher_id=old.id)
    text = shown(signed_in(administrator)).text
    assert "Replaced codes with a result, while the new one still works 1 0 – –" in text
    assert "A result names the code before this one" in text


def test_only_what_one_may_decide_is_offered(signed_in, all_kinds):
    links = [a["href"] for a in shown(signed_in(person("officer", "WINS certification officers"))).all("a")]
    assert [one for one in links if "next" in one] == ["/wins/desk/next", "/wins/desk/next?kind=row"]
    page = shown(signed_in(person("auditor", "WINS auditors")))
    assert [a["href"] for a in page.all("a") if "next" in a["href"]] == []
    assert "Questions to WINS 2 1 overdue" in page.text


@pytest.mark.parametrize("kind", ["case", "request"])
def test_a_whole_list_has_fifty_a_page(signed_in, administrator, learner, kind):
    for number in range(53):
        who, text = {"learner_id": 1000 + number, "deadline": TODAY}, f"No {number:02d}"
        if kind == "case":
            own = {"number": f"W-{number:06d}", "kind": "question", "subject": "s", "token": text, "opened_at": NOW}
            Case.objects.create(**who, **own, text=text)
        else:
            VoucherRequest.objects.create(**who, exam=text, kind="country", what="AT", asked_at=NOW)
    client = signed_in(administrator)
    for page, wanted in (("1", (0, 49)), ("2", (50, 52)), ("9", (50, 52)), ("x", (0, 49))):
        text = shown(client, f"{URL}?list={kind}&page={page}").text
        assert "53 wait" in text
        found = [number for number in range(53) if f"No {number:02d}" in text]
        assert (found[0], found[-1]) == wanted


def test_an_unknown_list_is_the_first_page(signed_in, administrator):
    assert "Nothing waits for you." in shown(signed_in(administrator), f"{URL}?list=x&page=2").text


def test_twelve_queries_whatever_waits(signed_in, administrator, all_kinds, learner, other_learner):
    reveal(learner.id)
    fill(1, start=9)
    old = Voucher.objects.get(holder_id=learner.id)
    acts.replace(old.id, "sent_twice", "Sent twice", administrator.id, RULES, NOW)
    found = row()
    found.__class__.objects.filter(id=found.id).update(voucher_id=old.id)
    client = signed_in(administrator)

    def queries():
        with CaptureQueriesContext(connection) as told:
            assert "overdue" in shown(client).text
        return [one["sql"][:120] for one in told]

    few = queries()
    for number in range(15):
        question(learner, f"More {number}"), hours(learner, number=0.25), row()
    many = queries()
    assert len(many) == len(few) <= 12, "\n".join(many)
