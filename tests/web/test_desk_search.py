"""Search by family name: after three letters the person stands in the first ten rows of the names that begin so."""

import random
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import COURSES, RULES
from wins_xblocks import learners_view
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.vouchers import names
from wins_xblocks.domain.vouchers.data import Name
from wins_xblocks.domain.vouchers.models import DocumentName
from wins_xblocks.learners_view import Filter
from wins_xblocks.people import Person

from .markup import faults

pytestmark = pytest.mark.django_db
SEED, LEARNERS, LETTERS, ROWS = 6, 2000, 3, 10
GIVEN = [
    "Ada", "Ahmed", "Amina", "Anna", "Arjun", "Bao", "Carlos", "Daniel", "Elena", "Emeka", "Fatima", "Grace", "Hana",
    "Hiro", "Ivan", "Jan", "Kofi", "Lena", "Li", "Linh", "Luca", "Maria", "Mariam", "Martin", "Mehmet", "Mohamed",
    "Olga", "Omar", "Paul", "Priya", "Sara", "Sofia", "Thomas", "Wei", "Yan", "Yusuf", "Zanele", "Zsofia",
]  # fmt: skip


def crowd(seed):
    """(first name, family name) of 2,000 people of thirty-odd languages; within one, by the law of Zipf and Mandelbrot.

    Without the long tail of rare names that every language has: more people share three letters than in life.
    """
    chance = random.Random(seed)
    lines = Path(__file__).with_name("family_names.txt").read_text(encoding="utf-8").splitlines()
    told = [line.partition(":") for line in lines if not line.startswith("#")]
    weights = [int(head.split()[1]) for head, _colon, _names in told]
    for _head, _colon, own in chance.choices(told, weights, k=LEARNERS):
        known = own.split()
        [family] = chance.choices(known, [(place + 3) ** -0.9 for place in range(len(known))])
        yield chance.choice(GIVEN), family.replace("_", " ")


def letters(family):
    """What is typed: three letters, with whatever is no letter between them."""
    for end in range(len(family) + 1):
        if sum(sign.isalpha() for sign in family[:end]) == LETTERS:
            return family[:end].casefold()
    return family.casefold()


@pytest.fixture
def academy(db):
    """Everybody studies; half of them have confirmed their names. (id, family name)"""
    users = get_user_model()
    people = list(crowd(SEED))
    users.objects.bulk_create(
        [users(username=f"u{n}", first_name=given, last_name=family) for n, (given, family) in enumerate(people)]
    )
    ids = list(users.objects.filter(username__startswith="u").order_by("id").values_list("id", flat=True))
    Registration.objects.bulk_create(
        Registration(
            learner_id=id_, module="foundation", course_id=COURSES["foundation"], rule_version=1, source="t",
            started_at=NOW,
        )
        for id_ in ids
    )  # fmt: skip
    DocumentName.objects.bulk_create(
        DocumentName(learner_id=id_, given=given, family=family, text_version="1", confirmed_at=NOW)
        for id_, (given, family) in list(zip(ids, people, strict=True))[::2]
    )
    return [(id_, family) for id_, (_given, family) in zip(ids, people, strict=True)]


def found(search):
    return learners_view.learners(Filter(None, True, search=search), 1, RULES, NOW)


def test_three_letters_of_the_family_name_are_enough(academy):
    """Each row holds everybody of one family name. One person a row could not do it, in whichever order they stood:
    more than ten share three letters too often.
    """
    typed = sorted({letters(family) for _id, family in academy})
    pages = {text: found(text) for text in typed}
    begin = {text: sum(family.casefold().startswith(text) for _id, family in academy) for text in typed}
    rows = {text: page.names[:ROWS] for text, page in pages.items()}
    in_rows = {text: {who.id for name in own for who, _given in name.people} for text, own in rows.items()}
    alone = {text: set(list(dict.fromkeys(row.person.id for row in page.rows))[:ROWS]) for text, page in pages.items()}

    def share(first):
        return sum(id_ in first[letters(family)] for id_, family in academy) / LEARNERS

    bound = sum(min(1, ROWS / begin[letters(family)]) for _id, family in academy) / LEARNERS
    assert share(in_rows) >= 0.95
    assert bound - 0.001 < share(alone) < bound + 0.001 < 0.95  # the list below, a person a row, is as good as can be
    assert max(len(name.people) for own in rows.values() for name in own) <= 35  # a row can still be read


def test_who_studies_now_stands_before_who_does_not_then_the_newest(academy):
    [one, two, *others] = [id_ for id_, family in academy if family == "Nguyen"]
    Registration.objects.filter(learner_id__in=[two, *others]).update(state="lapsed", open_slot=None, ended_at=NOW)
    order = list(dict.fromkeys(row.person.id for row in found("ngu").rows))
    own = [one, *reversed([two, *others])]
    assert order[: len(own)] == own


@pytest.mark.parametrize("search", ["zwick ada", "ada zwick", "zwi, ad", "Zwick, Ada"])
def test_a_first_name_after_the_family_name_finds_one_of_many(academy, search):
    """In either order, with a comma or without; of who confirmed a document's name and who did not."""
    for number, (user, family) in enumerate([("a", "Zwick"), ("b", "Zwick"), ("c", "Other")]):
        given = ["Ada", "Bea", "Cleo"][number]
        who = get_user_model().objects.create(username=f"z{user}", first_name=given, last_name=family)
        registration.open_for_enrolment(who.id, RULES.module("foundation"), COURSES["foundation"], 1, NOW)
    names.confirm(who.id, Name("Ada Maria", "Zwickel"), NOW)
    [row, other] = found(search).names
    assert [(person.username, given) for person, given in (*row.people, *other.people)] in (
        [("za", "Ada"), ("zc", "Ada Maria")], [("zc", "Ada Maria"), ("za", "Ada")],
    )  # fmt: skip


def test_one_name_of_a_profile_is_cut_where_the_family_name_begins():
    ana = Person(1, "ana", "Ana Müller de la Cruz", "")
    assert learners_view._parts(ana, None, "de l") == ("de la Cruz", "Ana Müller")
    assert learners_view._parts(ana, None, "mul") == ("Müller de la Cruz", "Ana")
    assert learners_view._parts(ana, Name("Ana M", "Mueller"), "mue") == ("Mueller", "Ana M")
    assert learners_view._parts(ana, Name("Ana M", "Mueller"), "cruz an") == ("Cruz", "Ana Müller de la")
    assert learners_view._parts(Person(1, "x", "Sukarno", ""), None, "suk") == ("Sukarno", "")
    assert learners_view._parts(Person(1, "x", "", ""), None, "x") == ("x", "")


def test_more_family_names_than_ten_are_told(signed_in, administrator):
    for number in range(11):
        who = get_user_model().objects.create(username=f"w{number}", first_name="A", last_name=f"Zwick{number:02}")
        registration.open_for_enrolment(who.id, RULES.module("foundation"), COURSES["foundation"], 1, NOW)
    html = signed_in(administrator).get(reverse("wins:learners"), {"q": "zwi"}).content.decode()
    assert faults(html) == []
    assert "More family names begin so." in html
    assert html.count('<th scope="row">Zwick') == 10
    assert f'<a class="wins-target" href="{reverse("wins:one_learner", args=[who.id])}">A (w10)</a>' in html
