"""The name on the identity document: confirmed before a voucher is asked for, fixed once one was given."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.vouchers import api, names, privacy, rules
from wins_xblocks.domain.vouchers.data import Name
from wins_xblocks.domain.vouchers.models import DocumentName, Voucher, VoucherRequest
from wins_xblocks.voucher_view import view

from .builders import FND, fill, issue, named, position, ready, reveal

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
ANA = Name("Ana Maria", "O’Neill-Šťastná")


def test_without_a_name_nothing_is_issued_and_no_place_is_used():
    ready(7)
    fill()
    DocumentName.objects.all().delete()
    assert (position().state, position().unnamed) == ("ready", True)
    assert view(position()).button.kind == "confirm"
    with pytest.raises(api.NotConfirmed):
        issue()
    assert Voucher.objects.get().state == "imported"
    assert registration.places(7, FND) == 1
    assert names.confirm(7, ANA, NOW)
    assert view(position()).button.kind == "get"
    assert issue().state == "issued"


def test_who_holds_a_voucher_from_before_names_were_asked_for_keeps_it_and_may_still_say():
    ready(7)
    fill()
    issue()
    DocumentName.objects.all().delete()
    assert reveal()
    assert position().state == "shown"
    assert "exactly the name on your identity document" in view(position()).steps[0]
    assert names.confirm(7, ANA, LATER)
    assert names.fixed(7)
    assert "exactly this name: Ana Maria O’Neill-Šťastná." in view(position()).steps[0]


def test_it_is_hers_to_change_until_a_voucher_was_given_and_staffs_afterwards():
    ready(7)
    fill()
    assert names.confirm(7, ANA, NOW)
    issue()
    with pytest.raises(names.NameFixed):
        names.confirm(7, Name("Ana", "Neill"), LATER)
    assert names.of(7).latin == ANA.latin
    for reason in ("", " \0", "x" * 2001):
        with pytest.raises(names.NoReason):
            names.correct(7, Name("", "Neill"), reason, 990, LATER)
    assert names.correct(7, Name("", "Neill", "Нил"), "New passport", 990, LATER)
    own = names.of(7)
    assert (own.latin, own.native, own.confirmed_at) == ("Neill", "Нил", LATER)
    last = audit.entries("name:7")[-1]
    assert (last.action, last.actor_id, last.text) == ("name.corrected", 990, "New passport")
    assert last.facts == {"learner": 7, "text": names.TEXT_VERSION}
    assert audit.broken() == []


def test_the_same_name_twice_is_one_row():
    assert names.confirm(7, ANA, NOW)
    assert not names.confirm(7, ANA, LATER)
    assert names.of(7).confirmed_at == NOW
    assert names.of(7).text_version == names.TEXT_VERSION


@pytest.mark.parametrize(
    ("given", "family", "single", "told"),
    [
        ("", "Suharto", True, "Suharto"), ("  Jean-Luc \u00a0 ", " d'Arc ", False, "Jean-Luc d'Arc"),
        ("Nguye\u0302\u0303n", "Văn", False, "Nguyễn Văn"), ("J. R.", "Ł", False, "J. R. Ł"),
    ],
)  # fmt: skip
def test_names_as_people_have_them_are_taken(given, family, single, told):
    assert names.told(given, family, "", single, "").latin == told


@pytest.mark.parametrize(
    ("given", "family", "native", "single", "part"),
    [
        ("", "Suharto", "", False, rules.GivenWrong), ("Su", "Harto", "", True, rules.GivenWrong),
        ("Анна", "Petrova", "", False, rules.GivenWrong), ("A" * 31, "B", "", False, rules.GivenWrong),
        ("Ana", "", "", False, rules.FamilyWrong), ("Ana", "’-.", "", False, rules.FamilyWrong),
        ("Ana", "Neill\x00", "", False, rules.FamilyWrong), ("Ana", "N" * 51, "", False, rules.FamilyWrong),
        ("Ana", "=cmd", "", False, rules.FamilyWrong), ("Ana", "7", "", False, rules.FamilyWrong),
        ("Ana", "Neill", "x" * 101, False, rules.NativeWrong), ("Ana", "Neill", "а\u202eб", False, rules.NativeWrong),
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused_at_its_part(given, family, native, single, part):
    with pytest.raises(part):
        names.told(given, family, native, single, "")


def test_a_name_is_told_to_its_owner_and_erased_with_her():
    ready(7, 8)
    names.confirm(7, ANA, NOW)
    names.correct(7, Name("Ana", "Neill"), "Ana wrote", 990, LATER)
    told = privacy.told_of(7)
    assert [row["family"] for row in told["DocumentName"]] == ["Example", ANA.family, "Neill"]
    assert "name.corrected" in [row["action"] for row in told["AuditEntry"]]
    privacy.forget(7, LATER)
    assert names.of(7) is None
    assert audit.entries("name:7")[-1].erased
    assert names.of(8).family == "Example"
    assert audit.broken() == []


def test_two_learners_names_are_apart():
    named(7, family="One")
    named(8, family="Two")
    assert (names.of(7).latin, names.of(8).latin) == ("Given One", "Given Two")


@pytest.mark.parametrize("state", ["asked", "refused", "granted"])
def test_a_country_that_a_person_was_asked_about_is_staffs_to_change_and_stands_in_the_trail(state):
    first = Name("Ana", "Neill", "", "AT")
    assert names.confirm(7, first, NOW)
    assert names.confirm(7, Name("Ana", "Neill", "", "FR"), NOW), "nobody was asked yet"
    assert names.confirm(7, first, NOW)
    own = VoucherRequest.objects.create(
        learner_id=7, exam="WINS-REG", kind="country", what="AT", state=state, asked_at=NOW, deadline=NOW.date(),
        open_slot=1 if state == "asked" else None,
    )  # fmt: skip
    for country in ("DE", ""):
        with pytest.raises(names.CountryFixed, match="Ask WINS to change it"):
            names.confirm(7, Name("Ana", "Neill", "", country), LATER)
    assert names.of(7).country == "AT"
    assert names.confirm(7, Name("Anna", "Neill", "", "AT"), LATER), "her name is hers until there is a voucher"
    assert names.correct(7, Name("Anna", "Neill", "", "DE"), "A new passport", 990, LATER)
    assert names.of(7).country == "DE"
    assert not names.correct(7, Name("Anna", "Neill"), "Nothing new", 990, LATER), "who gives none leaves it"
    told = [(entry.action, (entry.text or "")[:2]) for entry in audit.entries("name:7")]
    assert all("country" not in entry.facts for entry in audit.entries("name:7")), "what is in facts is not erased"
    assert told[-2:] == [("name.confirmed", "AT"), ("name.corrected", "DE")]
    VoucherRequest.objects.filter(id=own.id).update(state="withdrawn", open_slot=None)
    assert names.confirm(7, Name("Anna", "Neill", "", "AT"), LATER)


def test_a_country_is_fixed_with_the_voucher_and_may_be_said_once_where_it_was_not_asked_before():
    ready(7)
    fill()
    issue()
    assert names.confirm(7, Name("Given", "Example", "", "AT"), LATER)
    with pytest.raises(names.CountryFixed):
        names.confirm(7, Name("Given", "Example", "", "DE"), LATER)
    assert audit.broken() == []
