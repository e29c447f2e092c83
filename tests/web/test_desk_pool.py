"""The vouchers' page: stock by exam, the queue by place, each delivery with what became of its codes."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, REG, fill, issue, ready, reveal
from wins_xblocks.domain.vouchers.models import Batch, VoucherWait

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def shown(client, **query):
    response = client.get(reverse("wins:pool"), query)
    html = response.content.decode()
    assert response.status_code == 200
    assert faults(html) == []
    return Markup(html)


def waiting(count, exam=FND, first=1):
    """Learners in the queue, with accounts."""
    users = get_user_model()
    names = [f"{exam}{number}" for number in range(first, first + count)]
    users.objects.bulk_create([users(username=name, last_name=name) for name in names])
    ids = users.objects.filter(username__in=names).values_list("id", flat=True).order_by("id")
    VoucherWait.objects.bulk_create([VoucherWait(exam=exam, learner_id=id_, since=NOW) for id_ in ids])


def test_the_stock_is_told_by_exam(signed_in, administrator, learner):
    ready(learner.id)
    fill(3)
    issue(learner.id)
    assert "WINS-FND – Foundation Module 2 0 0 1 0 0" in shown(signed_in(administrator)).text


def test_a_delivery_says_what_became_of_its_codes(signed_in, administrator, learner, other_learner):
    ready(learner.id, other_learner.id)
    fill(4)
    issue(learner.id), issue(other_learner.id)
    reveal(learner.id)
    text = shown(signed_in(administrator)).text
    assert "PO-1 WINS-FND 1 March 2027 Administrator Example (administrator) – 4 In the pool: 2" in text
    assert "Issued, not seen: 1 Code shown: 1 History" in text


def test_nothing_there_is_said_and_every_exam_shown(signed_in, administrator):
    text = shown(signed_in(administrator)).text
    assert text.count("WINS-") == 10
    assert "Nobody waits for a code." in text
    assert "No codes were added yet." in text


def test_places_go_on_over_pages_and_begin_anew_with_each_exam(signed_in, administrator):
    waiting(60)
    waiting(3, REG)
    client = signed_in(administrator)
    first, second = shown(client), shown(client, page="2")
    assert "63 learners wait – page 1 of 2" in first.text
    assert "WINS-FND – Foundation Module 50 WINS-FND50" in first.text
    assert "WINS-FND – Foundation Module 51" not in first.text
    assert "WINS-FND – Foundation Module 60 WINS-FND60" in second.text
    assert "WINS-REG – Nuclear Security Regulation 1 WINS-REG1" in second.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²", "3"])
def test_a_page_that_is_not_there_is_the_nearest_one(signed_in, administrator, page):
    waiting(60)
    assert "learners wait – page" in shown(signed_in(administrator), page=page, deliveries=page).text


def test_whoever_waited_and_left_the_platform_is_shown_by_number(signed_in, administrator):
    VoucherWait.objects.create(exam=FND, learner_id=4711, since=NOW)
    assert "#4711" in shown(signed_in(administrator)).text


def test_few_queries_however_much_there_is(signed_in, administrator):
    client = signed_in(administrator)
    shown(client)
    counts = []
    for number in (3, 60):
        waiting(number, first=number * 100)
        Batch.objects.bulk_create([Batch(exam=FND, order_number=f"PO-{n}", imported_at=NOW) for n in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as seen:
            shown(client)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_only_who_may_finds_the_way_to_do_something(signed_in, administrator):
    wanted = {reverse(f"wins:{name}") for name in ("import", "bulk", "find_voucher")}
    for who, ways in ((administrator, wanted), (person("auditor", "WINS auditors"), set())):
        page = shown(signed_in(who))
        assert {a.get("href") for a in page.all("a")} & wanted == ways
