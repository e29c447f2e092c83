"""Who took which file with personal data stands in the trail, in words, with nothing that was typed of a person."""

import pytest
from django.core.management import call_command

from tests.bench.desk_pages import FILES
from tests.conftest import NOW, person
from tests.domain.vouchers.builders import fill, issue, ready
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.jobs.models import Job
from wins_xblocks.domain.quiz.models import BankVersion, KeyCorrection
from wins_xblocks.domain.registration import api as registration

from .builders import joined
from .markup import Markup

pytestmark = pytest.mark.django_db
TAKEN = ("file.taken", "report.taken")
OF_PEOPLE = sorted(FILES - {"quiz_bank_file"})  # how questions perform, of thirty learners or more, names nobody


def corrected():
    """The number of a correction of keys."""
    bank, _new = BankVersion.objects.get_or_create(hash="d", defaults={"bank_id": "d", "body": "{}", "made_at": NOW})
    values = {"new": bank, "chosen": {}, "lower": False, "reason": "-", "made_at": NOW, "made_by": 1}
    return KeyCorrection.objects.get_or_create(bank=bank, number=1, defaults=values)[0].id


def taken():
    return list(AuditEntry.objects.filter(action__in=TAKEN).order_by("id"))


def whole(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def addresses(learner):
    """Each file of the desk, with the facts that are written down when it is taken."""
    ready(learner.id)
    fill()
    voucher = issue(learner.id).voucher.id
    own = registration.latest(learner.id, "foundation")
    job = Job.objects.create(kind="grant", digest="d", state="done", made_by=1, made_at=NOW, total=0, until=NOW)
    return {
        "report_file": ("/wins/desk/reports/progress.csv?module=foundation", {"form": "csv", "module": "foundation"}),
        "voucher_file": (f"/wins/desk/vouchers/{voucher}/history.csv", {"voucher": voucher}),
        "vouchers_file": (
            "/wins/desk/vouchers/history.csv?from=2027-03-01&to=2027-03-02",
            {"from": "2027-03-01", "to": "2027-03-02"},
        ),
        "key_correction_file": (f"/wins/desk/quizzes/corrections/{corrected()}/marks.csv", {"correction": corrected()}),
        "job_file": (f"/wins/desk/jobs/{job.id}/result.csv", {"job": job.id}),
        "desk_record_file": (
            f"/wins/desk/study/{own.id}/record.csv", {"registration": own.id, "learner": learner.id, "form": "csv"},
        ),
        "audit_file": (
            "/wins/desk/audit.csv?about=voucher&from=2027-03-01&who=Learner+Example",
            {"about": "voucher", "from": "2027-03-01", "people": [learner.id]},
        ),
    }  # fmt: skip


def test_each_file_of_the_desk_stands_here(addresses):
    assert sorted(addresses) == OF_PEOPLE


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_whoever_takes_a_file_is_written_down_once(signed_in, addresses, name):
    auditor = person("auditor", "WINS auditors")
    client, (address, facts) = signed_in(auditor), addresses[name]
    assert client.head(address).status_code == 200
    assert taken() == [], "who asks for the head of a file takes nothing"
    answer = client.get(address)
    assert answer.status_code == 200
    assert whole(answer)
    [entry] = taken()
    assert (entry.actor_id, entry.at, entry.facts, entry.text) == (auditor.id, NOW, facts, "")
    assert audit.broken() == []


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_who_may_not_take_it_leaves_no_trace_of_having(signed_in, addresses, name, other_learner):
    assert signed_in(other_learner).get(addresses[name][0]).status_code in (403, 404)
    assert taken() == []


def test_the_learner_who_takes_her_own_record_is_not_written_down(signed_in, learner):
    own = joined(learner)
    assert signed_in(learner).get(f"/wins/me/study/{own.id}/record.csv").status_code == 200
    assert taken() == []


def test_the_trail_says_it_in_words(signed_in, administrator, addresses, learner):
    client = signed_in(administrator)
    whole(client.get(addresses["desk_record_file"][0]))
    text = Markup(client.get("/wins/desk/audit?about=file").content.decode()).text
    assert "A file with personal data was saved File record:" in text
    assert "Learner Example (learner)" in text
    assert "kind of file: csv" in text


@pytest.mark.parametrize("query", ["who=Lena+Secret", "subject=Lena+Secret", "action=Lena+Secret", "about=Lena+Secret"])
def test_what_was_typed_of_a_person_is_not_kept(signed_in, administrator, query):
    whole(signed_in(administrator).get(f"/wins/desk/audit.csv?{query}"))
    [entry] = taken()
    assert "Secret" not in str(entry.facts)


def test_a_record_that_an_operator_writes_is_written_down_without_a_person(learner, capsys):
    own = joined(learner)
    call_command("wins_study_record", "learner", module="foundation", csv=True)
    [entry] = taken()
    assert (entry.actor_id, entry.facts["registration"]) == (None, own.id)
    call_command("wins_study_record", "learner", module="foundation")
    assert len(taken()) == 1, "its sums alone are no file"
