"""The audit trail on the desk: who did what, in words, by pages, and as a file that no spreadsheet runs."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, fill, issue, ready
from wins_xblocks import audit_view, trail_csv, trail_words
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit import listing
from wins_xblocks.domain.audit.data import Looked
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.vouchers import api as vouchers

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
AUDIT, FILE = reverse("wins:audit"), reverse("wins:audit_file")
DAY = timedelta(days=1)


@pytest.fixture
def auditor(signed_in):
    return signed_in(person("auditor", "WINS auditors"))


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html)


def show(client, status=200, **asked):
    return read(client.get(AUDIT, asked), status)


def body(page):
    """The page's text from its table on."""
    return page.text.partition("Reason or text")[2]


def rows(response):
    """Of the file, but for the acts of those who took such files."""
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    found = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]
    return [row for row in found if row[3] != "file.taken"]


def act(subject="voucher:1", action="voucher.lost", days=0, by=None, text="", **facts):
    audit.append(subject, action, NOW + days * DAY, by, facts, text)


def test_acts_stand_there_in_words_with_their_facts_and_pages(auditor, learner):
    ready(learner.id)
    fill()
    voucher = issue(learner.id).voucher.id
    vouchers.take_back(voucher, learner.id, "A mistake", NOW)
    page = show(auditor, subject=f"voucher:{voucher}")
    assert (
        f"1 March 2027, 10:00 CET Taken back, not seen Voucher {voucher} all its acts – Voucher {voucher} "
        f"Learner Example (learner) Learner Example (learner) exam: {FND} A mistake"
    ) in body(page)
    leads = [a.get("href") for a in page.all("a")]
    assert reverse("wins:voucher", args=[voucher]) in leads
    assert reverse("wins:one_learner", args=[learner.id]) in leads
    assert body(page).index("Taken back") < body(page).index("Issued")


def test_every_kind_of_subject_leads_to_its_page():
    found = {
        subject: audit_view.url_of(subject)
        for subject in (
            "voucher:12", "registration:3", "request:4", "entry:5", "examrow:6", "book:7", "case:8",
            "exam:9:WINS-FND", "mail:voucher_ready:en", "pool:WINS-FND", "message:10", "name:11",
            "person:12", "programme:2", "setup:mail", "tries:3", "job:4", "report:progress:ab",
        )
    }  # fmt: skip
    assert found["case:8"] == "/wins/desk/questions/W-000008"
    assert found["exam:9:WINS-FND"] == "/wins/desk/results/of/9/WINS-FND"
    assert found["mail:voucher_ready:en"] == "/wins/desk/mails/voucher_ready/en"
    assert all(found.values())
    for subject in ("voucher:x", "voucher", "voucher:1:2", "exam:1", "case:²", "new:1", "", f"voucher:{'9' * 30}"):
        assert audit_view.url_of(subject) == "", subject


def test_everything_that_the_code_does_has_words():
    """What stands in the sources as an act of the trail; a new one without words is shown by its name."""
    found = set()
    for file in Path("wins_xblocks").rglob("*.py"):
        found |= set(re.findall(r'audit\.append(?:_many)?\([^\n]*?"([a-z]+\.[a-z_]+)"', file.read_text("utf-8")))
    assert len(found) > 20
    assert found - set(trail_words.acts()) == set()


def test_an_act_without_words_and_odd_facts_is_shown_as_it_is(auditor):
    act("new:1", "new.thing", days=1, by=99_999, list=[1, {"a": 2}], none=None, yes=True, ms=3_600_000, learner="x")
    text = body(show(auditor))
    for told in (
        "new.thing",
        "new 1",
        "#99999",
        'list: [1, {"a": 2}]',
        "none: –",
        "yes: yes",
        "time: 1 h",
        "learner: x",
    ):
        assert told in text


def test_erased_words_are_told_apart_from_none(auditor):
    act(text="Lena asked")
    audit.erase_text("voucher:1")
    act("pool:X", "codes.expired")
    text = body(show(auditor))
    assert "Lena asked" not in text
    assert "system – (erased)" in text


def test_what_people_wrote_is_text(auditor):
    act(text="<script>alert(1)</script> & more", fact="<b>")
    html = auditor.get(AUDIT).content.decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_filters(auditor, administrator, learner):
    act("voucher:1", "voucher.lost", 0, administrator.id)
    act("pool:WINS-FND", "codes.imported", 1, administrator.id)
    act("voucher:12", "voucher.expired", 2)
    act("case:1", "case.opened", 3, learner.id)
    names = {
        "lost": "Marked as lost",
        "import": "Codes were added",
        "ended": "Expired",
        "asked": "A question was asked",
    }
    for asked, wanted in {
        "about=voucher": "ended lost", "subject=voucher:1": "lost", "action=codes.imported": "import",
        "who=administrator": "import lost", "who=system": "ended", f"who=%23{learner.id}": "asked",
        "from=2027-03-03": "asked ended", "to=2027-03-01": "lost", "about=voucher&who=system": "ended",
    }.items():  # fmt: skip
        text = body(read(auditor.get(f"{AUDIT}?{asked}")))
        assert {name for name, told in names.items() if told in text} == set(wanted.split()), asked
        assert len(rows(auditor.get(f"{FILE}?{asked}"))) == len(wanted.split()), asked


def test_a_filter_that_matches_nothing_says_so_and_stays(auditor):
    assert "Nothing was done yet." in show(auditor).text
    act()
    page = show(auditor, who="nobody of this name", action="new.act")
    assert "No act was found. Take a filter away to see more." in page.text
    assert "nobody of this name" in [a.get("value") for a in page.all("input")]
    assert [a["value"] for a in page.all("option") if "selected" in a] == ["new.act"]


@pytest.mark.parametrize("asked", [{"from": "x"}, {"from": "2027-03-02", "to": "2027-03-01"}])
def test_days_that_are_none(auditor, asked):
    act()
    assert not show(auditor, 400, **asked).all("table")
    assert auditor.get(FILE, asked).status_code == 409


@pytest.mark.parametrize("asked", [{"before": "x"}, {"before": "9" * 30}, {"subject": "\0"}, {"about": "\0"}])
def test_odd_questions_are_no_questions(auditor, asked):
    act()
    assert "Marked as lost" in body(show(auditor, **asked))


def test_fifty_a_page_with_the_same_questions_asked(auditor, django_assert_max_num_queries):
    for number in range(120):
        act(days=number % 7, by=person(f"p{number}").id, learner=number)
    act("pool:X", "codes.expired")
    asked, seen = "?about=voucher&from=2027-01-01", []
    while asked:
        with django_assert_max_num_queries(12):
            page = read(auditor.get(f"{AUDIT}{asked}"))
        seen.append(len(page.all("tr")) - 1)
        after = [a["href"] for a in page.all("a") if "before=" in a.get("href", "")]
        asked = after[0] if after else ""
        assert not asked or ("about=voucher" in asked and "from=2027-01-01" in asked)
    assert seen == [50, 50, 20]


def test_the_file_is_sent_in_pieces_and_no_spreadsheet_runs_it(auditor, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    for day in range(5):
        act(days=day, by=7, text="=1+1; @x", n=day)
    response = auditor.get(FILE)
    assert response.streaming
    assert response["Content-Disposition"] == 'attachment; filename="wins-audit.csv"'
    pieces = [piece.decode() for piece in response.streaming_content]
    assert len(pieces) == 4, "the head, then two lines each"
    found = list(csv.reader(io.StringIO("".join(pieces).removeprefix("\ufeff"))))
    assert found[0][0] == "subject"
    own = [row for row in found[1:] if row[3] != "file.taken"]
    assert [row[6] for row in own] == [f'{{"n": {day}}}' for day in (4, 3, 2, 1, 0)]
    assert {row[7] for row in own} == {"'=1+1; '@x"}
    assert found[1][2] == "2027-03-05T10:00:00.000+01:00"


def test_the_file_stays_in_the_language_in_which_it_was_asked_for(rules):
    act(text="words")
    audit.erase_text("voucher:1")
    with translation.override("rtl"):
        pieces = trail_csv.parts(listing.chunks(Looked()), rules)
    with translation.override("en"):
        sent = []
        for piece in pieces:
            assert translation.get_language() == "en", "the reader of a piece keeps the language"
            sent.append(piece)
    assert "voucher:1" in "".join(sent)
    assert "subject" not in sent[0]
    assert "erased" not in sent[1]


def test_the_seal_over_the_trail_is_told(auditor):
    assert "No seal over the whole trail was made yet." in show(auditor).text
    act()
    head = audit.anchor(NOW.date(), NOW + DAY)
    page = show(auditor)
    assert f"The newest seal over everything is of 1 March 2027: {head}" in page.text
    assert "wins_verify" in page.text


def test_a_question_leads_to_its_page(auditor, learner):
    number = cases.ask(Question(learner.id, "question", "s", "When?", "t"), NOW.date(), 10, NOW).number
    assert reverse("wins:case", args=[number]) in [a.get("href") for a in show(auditor).all("a")]
