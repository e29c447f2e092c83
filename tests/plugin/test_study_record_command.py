"""``wins_study_record``: sums and digests, one record as a file, and whether a digest is one of ours."""

import hashlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import NOW
from tests.web.builders import joined, studied
from wins_xblocks import context, record_view
from wins_xblocks.domain.registration.models import Registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)


@pytest.fixture
def own(learner):
    found = joined(learner)
    studied(found, 6)
    return found


def run(*words):
    out = StringIO()
    call_command("wins_study_record", *words, stdout=out)
    return out.getvalue()


def digest(own):
    return record_view.record_of(own)[0].digest


def test_it_says_sums_and_digests(own, learner):
    told = f"foundation, registration {own.id} (open): 6 h counted of 40 h\n  flags 0, digest {digest(own)}\n"
    assert run("learner") == run(str(learner.id)) == told


def test_the_file_is_what_the_digest_is_of(own):
    assert hashlib.sha256(run("learner", "--json").encode()).hexdigest() == digest(own)


def test_the_table_is_that_of_the_page(own, administrator, client):
    client.force_login(administrator)
    page = client.get(f"/wins/desk/study/{own.id}/record.csv").content.decode()
    assert run("learner", "--csv") == page


def test_of_many_modules_one_must_be_named_and_of_one_the_newest_is_written(own, learner):
    joined(learner, "regulation")
    with pytest.raises(CommandError, match="--module foundation or regulation"):
        run("learner", "--json")
    Registration.objects.filter(id=own.id).update(state="lapsed", open_slot=None, ended_at=NOW)
    newer = joined(learner)
    assert f'"id":{newer.id},' in run("learner", "--json", "--module", "foundation")
    assert run("learner").count("digest") == 3


def test_a_digest_of_today_is_known_and_another_is_not(own):
    assert "this is the record as it stands now" in run("learner", "--verify", digest(own).upper())
    with pytest.raises(CommandError, match="No record has this digest now"):
        run("learner", "--verify", "0" * 64)


def test_a_digest_of_an_earlier_day_is_known_by_its_seal(own):
    old = digest(own)
    seal = record_view.seal(own.id, old)
    studied(own, 1, NOW.date().replace(month=2))
    with pytest.raises(CommandError, match="only its seal tells"):
        run("learner", "--verify", old)
    assert "a record with this digest was made here" in run("learner", "--verify", old, "--seal", seal)


def test_a_seal_of_another_digest_or_learner_says_nothing(own, other_learner):
    joined(other_learner)
    seal = record_view.seal(own.id, digest(own))
    for words in (("learner", "--verify", "0" * 64), ("other", "--verify", digest(own))):
        with pytest.raises(CommandError, match="This seal is not of this learner and digest"):
            run(*words, "--seal", seal)


@pytest.mark.parametrize(("words", "said"), [
    (("nobody",), "There is no user 'nobody'"), (("9" * 30,), "There is no user"), (("999",), "No registration."),
    (("learner", "--module", "x"), "there are: foundation"), (("learner", "--verify", "abc"), "64 signs"),
    (("learner", "--seal", "0" * 64), "give --verify"), (("learner", "--json", "--csv"), "not allowed with"),
])  # fmt: skip
def test_what_cannot_be_meant_is_said(own, words, said):
    with pytest.raises(CommandError, match=said):
        run(*words)
