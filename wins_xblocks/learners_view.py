"""The list of learners, as the Academy and course staff filter, sort and search it. Its numbers are the learner's."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from . import context, words
from .desk_view import people_of, registration_words, test_words, voucher_words
from .domain.programme.data import Programme
from .domain.registration import api as registration
from .domain.registration import listing
from .domain.registration.data import RegistrationValue, Standing
from .domain.registration.listing import Wanted
from .domain.vouchers import api as vouchers
from .domain.vouchers import listing as documents
from .domain.vouchers.data import Holding, Name
from .people import Person, nearest_in, two_words

PER_PAGE = 50
MOST_FOUND = 500
FIRST_NAMES, MOST_NAMED = 10, 200  # family names above a search's list, and how many people they are made of
HOLDS_VOUCHER = "voucher"
NEAREST, NEWEST, OLDEST, FAMILY = "", "newest", "oldest", "family"
SORTS = (NEAREST, NEWEST, OLDEST, FAMILY)


@dataclass(frozen=True)
class Filter:
    """What the reader asks for. ``modules``: those she may see, None for all; ``academy``: may she know of vouchers."""

    modules: frozenset[str] | None
    academy: bool
    search: str = ""
    state: str = ""
    module: str = ""
    country: str = ""
    first: date | None = None
    last: date | None = None
    sort: str = NEAREST


@dataclass(frozen=True)
class LearnerRow:
    """One learner in one module. ``own_voucher`` is her voucher, ``voucher_id`` the same where it may be taken back."""

    person: Person
    module: str
    state: str
    hours: str
    percent: int
    test: str
    voucher: str = ""
    expires_on: date | None = None
    voucher_id: int | None = None
    registration_id: int = 0
    own_voucher: int | None = None
    exam: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Called:
    """Everybody found of one family name: (person, rest of her name)."""

    family: str
    people: tuple[tuple[Person, str], ...]


@dataclass(frozen=True)
class LearnerList:
    """One page of learners. ``total`` counts learners, not rows."""

    rows: tuple[LearnerRow, ...]
    total: int
    page: int
    pages: int
    cut: bool = False  # the search found more people than we look at
    names: tuple[Called, ...] = ()  # of a search, on its first page
    more_names: bool = False


def states(academy: bool) -> dict[str, str]:
    """What a list may be filtered by, in words."""
    found = {
        listing.STUDYING: _("Studying"), listing.REACHED: _("Hours reached, test not passed"),
        HOLDS_VOUCHER: _("Holds a voucher"), listing.PASSED: _("Passed"), listing.ENDED: _("Ended without a pass"),
    }  # fmt: skip
    return found if academy else {state: told for state, told in found.items() if state != HOLDS_VOUCHER}


def modules(asked: frozenset[str] | None, rules: Programme) -> dict[str, str]:
    """The modules that the reader may ask for, with their titles."""
    return {one.id: words.staff_title(one) for one in rules.modules if asked is None or one.id in asked}


def wanted(asked: Filter, rules: Programme, now: datetime) -> Wanted:
    """The same in the domain's words: days are those of the programme's time zone, both included."""
    narrowed = []
    if asked.academy and asked.country:
        narrowed.append(documents.of_country(asked.country))
    if asked.academy and asked.state == HOLDS_VOUCHER:
        module = rules.module(asked.module) if asked.module else None
        narrowed.append(documents.holders(module.exam if module else None, now))
    return Wanted(
        modules=frozenset({asked.module}) if asked.module else asked.modules,
        state="" if asked.state == HOLDS_VOUCHER else asked.state,
        since=datetime.combine(asked.first, time.min, rules.zone) if asked.first else None,
        before=datetime.combine(asked.last + timedelta(days=1), time.min, rules.zone) if asked.last else None,
        learners=tuple(narrowed),
    )


def learners(asked: Filter, page: int, rules: Programme, now: datetime) -> LearnerList:
    """One page of learners: of a search the nearest names first, else whoever registered last."""
    found = wanted(asked, rules, now)
    if asked.search:
        return _searched(asked, found, page, rules, now)
    users = get_user_model().objects.all()
    by_document = asked.sort == FAMILY and asked.academy
    total, named = documents.counts(found) if by_document else (listing.count(found), 0)
    page, pages = _place(page, total)
    start = (page - 1) * PER_PAGE
    if by_document:
        ids = documents.by_family(found, users, start, PER_PAGE, total, named)
    elif asked.sort == FAMILY:
        ids = listing.by_user_name(found, users, start, PER_PAGE, total)
    else:
        ids = (listing.oldest if asked.sort == OLDEST else listing.newest)(found, start, PER_PAGE, total)
    own = listing.rows(found, ids)
    return LearnerList(_rows(own, people_of(list(own)), asked, rules, now), total, page, pages)


def _place(page: int, total: int) -> tuple[int, int]:
    pages = max(-(-total // PER_PAGE), 1)
    return min(max(page, 1), pages), pages


def _searched(asked: Filter, wanted: Wanted, page: int, rules: Programme, now: datetime) -> LearnerList:
    """Who is found is few: sorted here, who studies now before who does not, then whoever registered last."""
    near = _near(asked, wanted)
    seen = listing.glances(wanted, list(near)[:MOST_FOUND])
    if asked.sort in (NEWEST, OLDEST):
        order = sorted(seen, key=lambda id_: seen[id_][1], reverse=asked.sort == NEWEST)
    else:
        order = sorted(seen, key=lambda id_: (near[id_], not seen[id_][0], -seen[id_][1]))
    page, pages = _place(page, len(order))
    shown = order[(page - 1) * PER_PAGE : page * PER_PAGE]
    alike = [id_ for id_ in order if near[id_] == 0] if page == 1 else []
    people = people_of(list({*shown, *alike[:MOST_NAMED]}))
    told = documents.names_of(people) if asked.academy else {}
    names = _by_name([people[id_] for id_ in alike[:MOST_NAMED]], told, asked.search)
    rows = _rows(listing.rows(wanted, shown), people, asked, rules, now)
    more = len(names) > FIRST_NAMES or len(alike) > MOST_NAMED
    return LearnerList(rows, len(order), page, pages, len(near) > MOST_FOUND, names[:FIRST_NAMES], more)


def _near(asked: Filter, wanted: Wanted) -> dict[int, int]:
    """How near those are who are called so; one more than we look at tells that there are too many."""
    named = documents.called(asked.search, two_words(asked.search)) if asked.academy else None
    users = get_user_model().objects.filter(id__in=listing.learners(wanted))
    return dict(nearest_in(users, asked.search, MOST_FOUND + 1, named))


def _by_name(people: Sequence[Person], told: Mapping[int, Name], text: str) -> tuple[Called, ...]:
    """The family names of these people, in the order in which they come; of each the people by their first names."""
    found: dict[str, list[tuple[Person, str]]] = defaultdict(list)
    spelled: dict[str, str] = {}
    for person in people:
        family, given = _parts(person, told.get(person.id), text)
        spelled.setdefault(_plain(family), family)
        found[_plain(family)].append((person, given))
    return tuple(
        Called(spelled[key], tuple(sorted(own, key=lambda one: (_plain(one[1]), one[0].username))))
        for key, own in found.items()
    )


def _parts(person: Person, told: Name | None, text: str) -> tuple[str, str]:
    """(family name, first names): her document's where it is what was asked for, else her one name's last words that
    begin so.
    """
    words_ = person.name.split()
    ways = [(told.family, told.given)] if told else []
    ways += [(" ".join(words_[place:]), " ".join(words_[:place])) for place in range(1, len(words_))]
    for asked in (text, *(family for family, _given in two_words(text))):
        for family, given in ways:
            if _plain(family).startswith(_plain(asked)):
                return family, given
    return person.name or person.username, ""


def _plain(name: str) -> str:
    """Without marks and capitals, as most databases compare names."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)).casefold()


def _rows(
    own: Mapping[int, Sequence[RegistrationValue]], people: Mapping[int, Person], asked: Filter, rules: Programme,
    now: datetime,
) -> tuple[LearnerRow, ...]:  # fmt: skip
    shown = [row for rows in own.values() for row in rows]
    standings = registration.standings(shown, rules, context.first_rules(), context.factor())
    held = vouchers.of_learners(list(own), now) if asked.academy else {}
    return tuple(_row(standing, people[standing.registration.learner_id], held, rules) for standing in standings)


def _row(
    standing: Standing, person: Person, held: Mapping[tuple[int, str], Holding], rules: Programme
) -> LearnerRow:  # fmt: skip
    module, counted = standing.module, standing.hours.counted
    holding = held.get((person.id, module.exam))
    return LearnerRow(
        person,
        words.staff_title(module),
        registration_words(standing.registration.state),
        _("{counted} of {hours} hours").format(counted=words.duration(counted), hours=module.required_hours),
        min(int(counted * 100 // module.required_ms), 100),
        test_words(standing.test),
        voucher_words(holding.state) if holding else "",
        holding.expires_on if holding else None,
        holding.voucher_id if holding and holding.may_take_back else None,
        standing.registration.id,
        holding.voucher_id if holding else None,
        module.exam,
        standing.registration.started_at.astimezone(rules.zone).date(),
    )
