"""Reports: pages with filters, table and picture; files that are sent while they are read."""

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, REG, RULES, fill, finish, issue, join, ready, reveal
from wins_xblocks import report_rows, report_view
from wins_xblocks.domain import tables
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.study_time.models import OfflineClaim, Strike
from wins_xblocks.domain.vouchers import acts
from wins_xblocks.domain.vouchers.models import Batch

from .builders import HOUR, studied
from .markup import faults

pytestmark = pytest.mark.django_db
KEYS = [kind.key for kind in report_view.KINDS]


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


def shown(client, key, status=200, **query):
    response = client.get(reverse("wins:report", args=[key]), query)
    html = response.content.decode()
    assert (response.status_code, faults(html)) == (status, [])
    return html


def table(html):
    """Lines of the page's table, by their first cell."""
    body = html.split("<tbody>")[1].split("</tfoot>")[0]
    lines = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in body.split("</tr>")]
    return {cells[0]: cells[1:] for cells in lines if cells}


def saved(client, key, form="csv", **query):
    response = client.get(reverse("wins:report_file", args=[key, form]), query)
    assert response.status_code == 200, response.content
    assert response.streaming
    return response, b"".join(response.streaming_content)


def rows(client, key, **query):
    data = saved(client, key, **query)[1].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline="")))


def crowd(count, module="foundation", start=0, country="", world=None):
    """Learners who joined one module."""
    users = get_user_model()
    users.objects.bulk_create(
        [users(username=f"{module}{n}", email=f"{module}{n}@example.org") for n in range(start, start + count)]
    )
    names = [f"{module}{n}" for n in range(start, start + count)]
    ids = list(users.objects.filter(username__in=names).order_by("id").values_list("id", flat=True))
    for id_ in ids:
        join(id_, module)
        if world:
            world.countries[id_] = country
    return ids


@pytest.mark.parametrize("key", KEYS)
def test_an_empty_report_says_so_and_its_file_has_its_head(staff, key):
    assert "Nothing was found for this report." in shown(staff, key)
    data = saved(staff, key)[1].decode()
    assert data.startswith("\ufeff")
    assert data.count("\r\n") == 1


def test_the_list_names_each_report(staff):
    html = staff.get(reverse("wins:reports")).content.decode()
    assert faults(html) == []
    for kind in report_view.KINDS:
        assert reverse("wins:report", args=[kind.key]) in html
        assert kind.title in html
    assert set(report_rows.FILES) == set(KEYS)


def test_no_such_report(staff):
    for address in (reverse("wins:report", args=["nothing"]), reverse("wins:report_file", args=["nothing", "csv"])):
        assert staff.get(address).status_code == 404


@pytest.mark.parametrize(
    "query", [{"from": "1.3.2027"}, {"from": "2027-03-02", "to": "2027-03-01"}, {"module": "nothing"},
              {"from": "0001-01-01"}],
)  # fmt: skip
def test_a_filter_that_is_none_is_told_in_words(staff, query):
    html = shown(staff, "progress", 400, **query)
    assert 'id="problem"' in html
    assert staff.get(reverse("wins:report_file", args=["progress", "csv"]), query).status_code == 409
    assert not AuditEntry.objects.filter(action="report.taken").exists(), "nothing left"


def test_progress_tells_each_learner_in_each_module(staff, learner, administrator):
    own, other = join(learner.id)
    studied(own, 2.5)
    Strike.objects.create(registration_id=own.id, ms=HOUR, reason="Why", made_at=NOW, made_by=administrator.id)
    OfflineClaim.objects.create(
        learner_id=learner.id, registration_id=own.id, module="foundation", day=NOW.date(), ms=HOUR, what="Chapter 1",
        state="counted", made_at=NOW,
    )  # fmt: skip
    finish(other.id, learner.id)
    first, second = rows(staff, "progress")
    assert first["module"], second["module"] == ("foundation", "regulation")
    assert (first["name"], first["state"], first["complete"]) == ("Learner Example", "Studying", "no")
    told = [first[f"minutes {name}"] for name in ("online", "with the book", "accepted by WINS", "counted", "required")]
    assert told == ["90", "60", "0", "150", "2400"]
    assert first["joined"] == "2027-03-01T10:00:00+01:00", "on the programme's clock"
    assert (second["complete"], second["test passed"], second["percent when passed"]) == (
        "yes", "2027-03-01T10:00:00+01:00", "80",
    )  # fmt: skip
    [only] = rows(staff, "progress", module="regulation")
    assert only["registration"] == str(other.id)


def test_hours_add_up_in_ms(staff, learner, administrator):
    [own] = join(learner.id, "foundation")
    studied(own, 3)
    registration.waive(own.id, 5 * HOUR, "Studied on paper", administrator.id, NOW)
    Strike.objects.create(registration_id=own.id, ms=7, reason="Why", made_at=NOW, made_by=administrator.id)
    OfflineClaim.objects.create(
        learner_id=learner.id, registration_id=own.id, module="foundation", day=NOW.date(), ms=HOUR, what="Chapter 1",
        state="waiting", made_at=NOW,
    )  # fmt: skip
    [row] = rows(staff, "hours")
    ms = {name[3:]: int(value) for name, value in row.items() if name.startswith("ms ")}
    assert (
        ms["credited online"] - ms["of that not counted"] + ms["with the book"] + ms["accepted by WINS"]
        == (ms["counted"])
    )
    assert (ms["of that not counted"], ms["with the book, waiting"], ms["counted"]) == (7, HOUR, 8 * HOUR - 7)


def test_book_hours_say_who_decided(staff, learner, administrator):
    OfflineClaim.objects.create(
        learner_id=learner.id, registration_id=1, module="foundation", day=NOW.date(), ms=HOUR, what="=cmd|calc",
        state="refused", reason="+why", made_at=NOW, decided_at=NOW, decided_by=administrator.id,
    )  # fmt: skip
    [row] = rows(staff, "book-hours")
    assert (row["what was read"], row["reason"]) == ("'=cmd|calc", "'+why")
    assert (row["state"], row["decided by"], row["minutes"]) == ("not counted", "administrator", "60")
    assert rows(staff, "book-hours", **{"from": "2027-03-02"}) == []


def test_quizzes_have_marks(staff, learner):
    [own] = join(learner.id, "foundation")
    finish(own.id, learner.id)
    [row] = rows(staff, "quizzes")
    assert [row[name] for name in ("right", "questions", "percent", "percent needed", "passed")] == [
        "8", "10", "80", "70", "yes",
    ]  # fmt: skip


def test_vouchers_and_money(staff, learner, administrator):
    ready(learner.id)
    codes = fill(3)
    Batch.objects.update(price="310.50", currency="EUR")
    fill(2, exam=REG)
    held = issue(learner.id).voucher.id
    reveal(learner.id)
    acts.mark_lost(held, "Did not come", administrator.id, RULES, NOW)
    data = saved(staff, "vouchers")[1]
    assert not any(code in data.decode() for code in codes)
    found = rows(staff, "vouchers")
    assert [row["state"] for row in found].count("In the pool") == 4
    [lost] = [row for row in found if row["state"] == "Lost"]
    assert (lost["price"], lost["price from"], lost["user name"]) == ("310.50", "delivery", "learner")
    assert {row["price"] for row in found if row["exam"] == REG} == {"425.00"}
    told = table(shown(staff, "vouchers"))
    assert told["Foundation Module"] == ["3", "2", "0", "0", "1", "0", "0", "0", "EUR 931.50", "EUR 310.50"]
    assert told["Together"] == ["5", "4", "0", "0", "1", "0", "0", "0", "EUR 1,781.50", "EUR 310.50"]
    html = shown(staff, "vouchers", by="batch")
    assert "The price of 2 of 5 codes is not known" in html
    assert "PO-1, WINS-REG, 1 March 2027" in table(html)
    assert table(shown(staff, "vouchers", by="month"))["March 2027"][0] == "5"


def test_results_and_pass_rates(staff, world):
    ids = crowd(9, country="AT", world=world) + crowd(6, start=20, country="JP", world=world)
    for place, id_ in enumerate(ids):
        exams.record(id_, FND, "pass" if place % 3 else "fail", NOW - timedelta(days=40 * (place % 2)), NOW)
    told = table(shown(staff, "results"))
    assert told["Foundation Module"] == ["15", "15", "10", "66 %", "0", "0"]
    told = table(shown(staff, "results", by="country"))
    assert told == {
        "AT": ["9", "9", "6", "66 %", "0", "0"], "JP": ["6", "6", "4", "66 %", "0", "0"],
        "Together": ["15", "15", "10", "66 %", "0", "0"],
    }  # fmt: skip
    told = table(shown(staff, "results", by="month"))
    assert (told["March 2027"][0], told["January 2027"][0], told["February 2027"][0]) == ("8", "7", "0")
    assert len(rows(staff, "results", **{"from": "2027-03-01"})) == 8


def test_small_groups_are_hidden_with_one_beside_them(staff, world):
    for country, count in (("AT", 3), ("JP", 7), ("PE", 12), ("KE", 20)):
        crowd(count, start=100 * ord(country[0]), country=country, world=world)
    html = shown(staff, "members")
    told = table(html)
    assert told["AT"] == ["fewer than 5", "–"]
    assert told["JP"] == ["not shown", "–"]
    assert (told["PE"][0], told["KE"][0], told["Together"][0]) == ("12", "20", "42")
    picture = html.split("<svg")[1].split("</svg>")[0]
    assert "fewer than 5" in picture
    assert ">3<" not in picture
    assert ">7<" not in picture
    assert "Groups of fewer than 5 persons are not shown" in html


def test_a_designation_is_derived_from_results_and_a_withdrawn_pass_gives_none(staff, world):
    ids = crowd(8, country="AT", world=world)
    for id_ in ids:
        exams.record(id_, FND, "pass", NOW, NOW)
    for id_ in ids[:6]:
        exams.record(id_, REG, "pass", NOW, NOW)
    exams.record(ids[0], FND, "revoke", NOW + timedelta(days=1), NOW)
    exams.record(ids[1], REG, "revoke", NOW + timedelta(days=1), NOW)
    exams.record(ids[1], REG, "restore", NOW + timedelta(days=2), NOW)
    assert table(shown(staff, "members"))["AT"] == ["8", "5"]
    found = rows(staff, "members")
    assert [row["passed all exams for CNSP"] for row in found] == ["no", *["yes"] * 5, "no", "no"]
    assert found[1]["exams passed"] == "WINS-FND WINS-REG"


def test_a_download_leaves_its_trace_without_names(staff, learner, administrator):
    join(learner.id)
    response, _data = saved(staff, "progress", "xlsx", module="foundation", **{"from": "2027-01-01"})
    entry = AuditEntry.objects.get(action="report.taken")
    assert (entry.actor_id, entry.at) == (administrator.id, NOW)
    assert entry.facts == {"form": "xlsx", "module": "foundation", "from": "2027-01-01"}
    assert entry.subject.startswith("report:progress:")
    assert response["Content-Disposition"] == 'attachment; filename="wins-progress-2027-03-01.xlsx"'
    assert "no-store" in response["Cache-Control"]
    staff.head(reverse("wins:report_file", args=["progress", "csv"]))
    shown(staff, "progress")
    assert AuditEntry.objects.filter(action="report.taken").count() == 1, "looking takes nothing away"


def test_a_workbook_that_would_be_too_long_is_refused_and_no_csv(staff, learner, monkeypatch):
    join(learner.id)
    monkeypatch.setattr("wins_xblocks.xlsx_file.MOST_ROWS", 1)
    assert staff.get(reverse("wins:report_file", args=["progress", "xlsx"])).status_code == 409
    assert len(rows(staff, "progress")) == 2


@pytest.mark.parametrize("by", ["", "month", "country", "module", "batch"])
@pytest.mark.parametrize("key", KEYS)
def test_a_page_asks_few_questions_however_many_learners(staff, world, administrator, key, by):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            shown(staff, key, by=by)
        return len(queries)

    shown(staff, key, by=by)
    before = asked()
    for place, id_ in enumerate(crowd(12, country="AT", world=world)):
        exams.record(id_, FND, "pass" if place % 2 else "fail", NOW, NOW)
        finish(registration.latest(id_, "foundation").id, id_)
    fill(4)
    fill(4, exam=REG)
    after = asked()
    assert after <= 12
    assert after - before <= 1


def test_a_file_is_read_in_parts(staff, monkeypatch):
    """Not all at once: a second part is asked for only when the first one was taken."""
    crowd(6)
    real = tables.windows
    monkeypatch.setattr(tables, "windows", lambda rows, by="id": real(rows, by, 2))
    pieces = iter(staff.get(reverse("wins:report_file", args=["progress", "csv"])).streaming_content)
    with CaptureQueriesContext(connection) as queries:
        next(pieces)
        assert len(queries) == 0, "the head is there at once"
        parts = [next(pieces)]
        first = len(queries)
        parts += pieces
        assert len(queries) > first
    assert [part.count(b"\r\n") for part in parts] == [2, 2, 2]


def test_it_is_for_the_academy_only(client, teacher, learner):
    for user in (teacher, learner):
        client.force_login(user)
        for address in (reverse("wins:reports"), reverse("wins:report_file", args=["progress", "csv"])):
            assert client.get(address).status_code == 403


def test_an_auditor_may_take_one(client, learner):
    client.force_login(person("auditor", "WINS auditors"))
    join(learner.id)
    assert len(rows(client, "progress")) == 2


def test_days_are_those_of_the_programmes_zone(staff, learner):
    exams.record(learner.id, FND, "pass", datetime.fromisoformat("2027-02-28T23:30:00+00:00"), NOW)
    assert len(rows(staff, "results", **{"from": "2027-03-01"})) == 1
    assert rows(staff, "results", to="2027-02-28") == []


@pytest.mark.parametrize("key", ["progress", "hours", "quizzes", "members"])
def test_a_file_speaks_the_language_of_whoever_asked_whenever_it_is_read(staff, learner, settings, key):
    settings.LANGUAGES = [("en", "English"), ("rtl", "Pseudo")]
    for own in join(learner.id):
        finish(own.id, learner.id)
    response = staff.get(reverse("wins:report_file", args=[key, "csv"]), headers={"accept-language": "rtl"})
    with translation.override("en"):
        text = b"".join(response.streaming_content).decode()
    assert "Learner Example" in text
    assert not [word for word in ("name", "Studying", "Module test", "yes", "no") if f",{word}," in text]
