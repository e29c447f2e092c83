"""The list of learners, filtered and sorted: who is on it, what it says, what its links keep, and what is no filter."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import COURSES, RULES, fill, issue, join, ready
from wins_xblocks import context, learners_view
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.vouchers import names
from wins_xblocks.domain.vouchers.data import Name
from wins_xblocks.learners_view import Filter

from .builders import joined, tried
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
ALL = Filter(modules=None, academy=True)


def page(client, status=200, **query):
    response = client.get(reverse("wins:learners"), {key.rstrip("_"): value for key, value in query.items()})
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return html


def text(client, status=200, **query):
    return Markup(page(client, status, **query)).text


def listed(asked=ALL, number=1):
    """User names, each once, in the order of the list."""
    found = learners_view.learners(asked, number, RULES, NOW)
    return list(dict.fromkeys(row.person.username for row in found.rows))


def user(name, **more):
    return get_user_model().objects.create(username=name, email=f"{name}@example.org", **more)


def put(who, module="foundation", state="open", at=NOW, reached=False):
    Registration.objects.filter(learner_id=who.id, module=module).update(followed=True)
    return Registration.objects.create(
        learner_id=who.id, module=module, course_id=COURSES[module], rule_version=1, source="t", started_at=at,
        state=state, open_slot=1 if state == "open" else None, ended_at=None if state == "open" else at,
        reached_at=at if reached else None,
    )  # fmt: skip


@pytest.fixture
def cast(db):
    """Ada studies, Bea has the hours, Cleo passed, Dora's time ran out, Eve's too and she began again."""
    ada, bea, cleo, dora, eve, fay = (user(name) for name in ("ada", "bea", "cleo", "dora", "eve", "fay"))
    put(ada)
    put(bea, reached=True)
    tried(put(fay, reached=True), 90)
    put(cleo, state="passed", module="regulation")
    put(dora, state="lapsed")
    put(eve, state="cancelled")
    put(eve)
    return {who.username: who for who in (ada, bea, cleo, dora, eve, fay)}


@pytest.mark.parametrize(
    ("state", "who"),
    [("studying", "ada bea eve fay"), ("reached", "bea"), ("passed", "cleo"), ("ended", "dora"), ("voucher", "")],
)
def test_a_state_leaves_those_who_are_in_it(cast, state, who):
    assert sorted(listed(Filter(None, True, state=state))) == who.split()


def test_of_a_test_that_staff_reset_or_took_the_hours_still_wait(cast):
    own = Registration.objects.get(learner_id=cast["ada"].id)
    Registration.objects.filter(id=own.id).update(reached_at=NOW)
    tried(own, 90)
    assert listed(Filter(None, True, state="reached")) == ["bea"]
    Attempt.objects.filter(registration_id=own.id).update(is_staff=True)
    assert sorted(listed(Filter(None, True, state="reached"))) == ["ada", "bea"]


def test_who_holds_a_voucher_is_found_until_it_expires_and_by_its_module(learner, cast):
    ready(learner.id)
    fill()
    issue(learner.id)
    assert listed(Filter(None, True, state="voucher")) == ["learner"]
    assert listed(Filter(None, True, state="voucher", module="foundation")) == ["learner"]
    assert listed(Filter(None, True, state="voucher", module="regulation")) == []
    assert learners_view.learners(Filter(None, True, state="voucher"), 1, RULES, NOW + timedelta(days=999)).total == 0


def test_a_module_shows_its_own_rows_only(cast):
    put(cast["ada"], module="regulation")
    found = learners_view.learners(Filter(None, True, module="regulation"), 1, RULES, NOW)
    assert [(row.person.username, row.exam) for row in found.rows] == [("ada", "WINS-REG"), ("cleo", "WINS-REG")]
    assert found.total == 2


def test_filters_meet_in_one_registration_not_in_one_person(cast):
    put(cast["ada"], module="regulation", state="passed")
    assert "ada" not in listed(Filter(None, True, module="foundation", state="passed"))


def test_the_country_is_that_of_the_name_that_counts(cast):
    names.confirm(cast["ada"].id, Name("Ada", "Mol", "", "FR"), NOW)
    names.confirm(cast["bea"].id, Name("Bea", "Mol", "", "FR"), NOW)
    names.confirm(cast["bea"].id, Name("Bea", "Moll", "", "DE"), NOW)
    assert listed(Filter(None, True, country="FR")) == ["ada"]
    assert listed(Filter(None, True, country="DE")) == ["bea"]


def test_days_are_those_of_the_programme_both_included(cast):
    """Vienna is an hour ahead of UTC in winter: the last hour of its day before belongs to the day."""
    assert str(RULES.zone) == "Europe/Vienna"
    Registration.objects.filter(learner_id=cast["ada"].id).update(started_at=datetime(2027, 1, 9, 23, 0, tzinfo=UTC))
    Registration.objects.filter(learner_id=cast["bea"].id).update(started_at=datetime(2027, 1, 9, 22, 59, tzinfo=UTC))
    Registration.objects.filter(learner_id=cast["dora"].id).update(started_at=datetime(2027, 1, 10, 22, 59, tzinfo=UTC))
    day = date(2027, 1, 10)
    assert listed(Filter(None, True, first=day, last=day)) == ["dora", "ada"]
    assert listed(Filter(None, True, last=day - timedelta(days=1))) == ["bea"]


def test_the_newest_or_the_oldest_stand_first(cast):
    put(cast["ada"], module="regulation")
    assert listed() == listed(Filter(None, True, sort="newest")) == ["ada", "eve", "dora", "cleo", "fay", "bea"]
    assert listed(Filter(None, True, sort="oldest")) == ["ada", "bea", "fay", "cleo", "dora", "eve"]


def family(academy=True):
    """The whole list by family name, page by page."""
    asked = Filter(None, academy, sort="family")
    pages = learners_view.learners(asked, 1, RULES, NOW).pages
    return [name for number in range(1, pages + 1) for name in listed(asked, number)]


def test_by_family_name_of_the_document_then_by_user_name(cast, monkeypatch):
    names.confirm(cast["fay"].id, Name("Fay", "Abel", "", ""), NOW)
    names.confirm(cast["ada"].id, Name("Ada", "Aarons", "", ""), NOW)
    names.confirm(cast["ada"].id, Name("Ada", "Zeman", "", ""), NOW)
    stranger = user("stranger")
    names.confirm(stranger.id, Name("S", "Aaa", "", ""), NOW)
    cast["cleo"].delete()
    gone = f"#{Registration.objects.get(module='regulation').learner_id}"
    for size in (1, 2, 4, 50):  # wherever a page is cut
        monkeypatch.setattr(learners_view, "PER_PAGE", size)
        assert family() == ["fay", "ada", gone, "bea", "dora", "eve"]
        assert family(academy=False) == [gone, "ada", "bea", "dora", "eve", "fay"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "family"])
def test_pages_cut_from_either_end_are_the_whole_list_once(sort, monkeypatch):
    monkeypatch.setattr(learners_view, "PER_PAGE", 3)
    for number in range(11):
        put(user(f"u{number:02}"))
    asked = Filter(None, True, sort=sort)
    pages = [listed(asked, number) for number in range(1, 5)]
    assert [len(one) for one in pages] == [3, 3, 3, 2]
    whole = [name for one in pages for name in one]
    assert whole == sorted(whole, reverse=sort == "newest")
    assert len(set(whole)) == 11


def test_links_to_other_pages_keep_the_filter(signed_in, administrator, monkeypatch):
    monkeypatch.setattr(learners_view, "PER_PAGE", 1)
    for number in range(3):
        put(user(f"u&{number}"))
    html = page(signed_in(administrator), q="u&", module="foundation", from_="2020-01-01", sort="oldest", page="2")
    links = re.findall(r'href="(\?[^"]*page=[0-9]+)"', html)
    kept = "?q=u%26&amp;module=foundation&amp;from=2020-01-01&amp;sort=oldest&amp;page="
    assert links == [f"{kept}{number}" for number in (1, 1, 3, 3)]
    assert "2 of 3" in html


def test_what_was_asked_for_stands_in_the_form(signed_in, administrator, cast):
    html = page(signed_in(administrator), q="a", state="studying", module="regulation", country="fr", to="2027-02-01")
    chosen = re.findall(r'<option value="([^"]*)" selected', html)
    assert chosen == ["studying", "regulation", ""]
    assert {"a", "fr", "2027-02-01"} <= {field.get("value") for field in Markup(html).all("input")}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"state": "passed", "module": "foundation"}, "No learner is what this filter asks for."),
        ({"country": "FR"}, "No learner is what this filter asks for."),
        ({"q": "zzz"}, "Nobody was found."),
        ({"q": "ada", "state": "passed"}, "no learner is called so and is what the filter asks for."),
    ],
)
def test_a_filter_that_leaves_nobody_says_so_and_offers_all(signed_in, administrator, cast, query, told):
    html = page(signed_in(administrator), **query)
    assert told in Markup(html).text
    assert f'<a class="wins-target wins-act" href="{reverse("wins:learners")}">Show all learners</a>' in html


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("state", "happy", "There is no such state."), ("module", "physics", "There is no such module"),
        ("sort", "id; DROP", "There is no such order."), ("country", "France", "Write the two letters of a country"),
        ("country", "ÄÖ", "Write the two letters"), ("from", "1.2.2027", "Write the day like 2027-12-31."),
        ("from", "2027-02-30", "Write the day like"), ("to", "20270101", "Write the day like"),
        ("to", "9999-12-31", "Write the day like"), ("from", "0001-01-01", "Write the day like"),
        ("to", "2027-W01-1", "Write the day like"), ("to", "٢٠٢٧-٠١-٠١", "Write the day like"),
    ],
)  # fmt: skip
def test_what_is_no_filter_is_told_beside_its_field_and_the_rest_stays(
    signed_in, administrator, cast, field, value, told
):
    others = {"q": "ada", "state": "studying", "module": "foundation", "country": "DE"}
    html = page(signed_in(administrator), 400, **{**others, field: value})
    own = next(one for tag, one in Markup(html).elements if one.get("id") == field)
    assert own["aria-invalid"] == "true"
    assert own["aria-describedby"] == f"{field}-problem"
    assert re.search(rf'id="{field}-problem">{re.escape(told)}', html)
    assert "@example.org" not in html
    for name, kept in others.items():
        assert name == field or f'value="{kept}" selected' in html or f'value="{kept}"' in html
    if field in ("from", "to", "country"):
        assert f'value="{value}"' in html


def test_a_period_that_ends_before_it_begins_is_told(signed_in, administrator, cast):
    html = page(signed_in(administrator), 400, from_="2027-02-02", to="2027-02-01")
    assert 'id="to-problem">The last day must not be before the first one.' in html


def test_course_staff_filter_their_modules_and_nothing_of_the_academy(signed_in, teacher, cast):
    names.confirm(cast["ada"].id, Name("Ada", "Secret", "", "FR"), NOW)
    put(cast["ada"], module="regulation")
    client = signed_in(teacher)
    html = page(client)
    assert "Regulation" not in html
    assert "Holds a voucher" not in html
    assert 'name="country"' not in html
    assert "document" not in Markup(html).text
    assert sorted(re.findall(r"([a-z]+)@example", page(client, country="ZZ"))) == ["ada", "bea", "dora", "eve", "fay"]
    page(client, 400, state="voucher")
    page(client, 400, module="regulation")
    assert "Nobody was found." in text(client, q="Secret")
    assert "ada@example.org" in text(client, country="no country")  # not even told that it is none


def many(first, last):
    users = get_user_model()
    users.objects.bulk_create([users(username=f"many{n}", last_name="Many") for n in range(first, last)])
    for who in users.objects.filter(username__startswith="many", id__gt=0).order_by("-id")[: last - first]:
        names.confirm(who.id, Name("M", "Many", "", "FR"), NOW)
        for own in join(who.id):
            tried(own, 80, block=own.module)


def queries(client, query):
    """How many a page takes, those for session and user included, while the rules are known."""
    page(client, **query)
    with CaptureQueriesContext(connection) as told:
        page(client, **query)
    return len(told)


@pytest.mark.parametrize(
    "query",
    [
        {}, {"sort": "family"}, {"q": "many"}, {"q": "many", "state": "studying", "from_": "2020-01-01"},
        {"module": "foundation", "country": "FR"}, {"state": "reached", "sort": "family"},
    ],
)  # fmt: skip
def test_twelve_queries_are_enough_whatever_is_asked(signed_in, administrator, teacher, monkeypatch, query):
    monkeypatch.setattr(context, "RULES_KEPT_SECONDS", 3600)
    for number, who in enumerate((administrator, teacher)):
        client = signed_in(who)
        many(number * 100, number * 100 + 3)
        few = queries(client, query)
        many(number * 100 + 3, number * 100 + 60)
        assert queries(client, query) == few <= 12


def test_auditors_filter_as_the_academy_does(signed_in, cast):
    names.confirm(cast["ada"].id, Name("Ada", "Mol", "", "FR"), NOW)
    assert "ada@example.org" in text(signed_in(person("auditor", "WINS auditors")), country="fr")


def test_a_row_says_when_the_registration_began(signed_in, administrator, learner):
    joined(learner)
    assert "30 January 2027" in text(signed_in(administrator))
