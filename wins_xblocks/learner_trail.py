"""The newest acts about one learner, out of the chains of everything that is hers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from .domain.audit import api as audit
from .domain.audit import privacy as trail
from .domain.audit.data import Entry
from .domain.cases import notes
from .domain.quiz import extra
from .domain.registration.data import RegistrationValue
from .domain.vouchers import glance

ACTS = 20
MOST = 50  # chains of one kind
AT_ONCE, LOOKED = 100, 1000  # acts that are read at once, and in all
A_MOMENT = timedelta(milliseconds=1)  # to which the trail keeps its moments


def acts_of(learner_id: int, own: Sequence[RegistrationValue], found: Mapping[str, Any], academy: bool) -> list[Entry]:
    """As far as the reader sees what they are about: of these registrations, or everything for the Academy.

    ``found`` is what was read of the learner.
    """
    ids = {one.id for one in own}
    chains = [f"registration:{id_}" for id_ in sorted(ids)]
    chains += [*found["book_chains"], extra.subject(learner_id), *(chain for _id, chain in found["strike_chains"])]
    since: dict[str, datetime] = {}
    if academy:
        chains += [trail.subject(learner_id), f"name:{learner_id}"]
        chains += [f"exam:{learner_id}:{exam}" for exam in {*found["heard"], *(row[0] for row in found["vouchers"])}]
        chains += [f"request:{one.id}" for one in found["requests"][:MOST]]
        chains += [f"case:{int(one.number[2:])}" for one in found["cases"] if one.number]
        chains += [f"entry:{one.id}" for one in found["entries"]]
        chains += [notes.subject(one.id) for one in found["notes"]]
        at = 1 + glance.COLUMNS.index("issued_at")
        since = {f"voucher:{row[1]}": row[at] - A_MOMENT for row in found["vouchers"][-MOST:]}
    return _newest([*chains, *since], lambda one: _hers(one, ids, since, academy))


def _newest(chains: Sequence[str], is_hers: Callable[[Entry], bool]) -> list[Entry]:
    """Cut after it was narrowed: as many acts of others as there may be push none of hers out."""
    shown: list[Entry] = []
    for start in range(0, LOOKED, AT_ONCE):
        rows = audit.newest(chains, AT_ONCE, start)
        shown += [one for one in rows if is_hers(one)]
        if len(shown) >= ACTS or len(rows) < AT_ONCE:
            break
    return shown[:ACTS]


def _hers(one: Entry, ids: Collection[int], since: Mapping[str, datetime], academy: bool) -> bool:
    """A voucher has been others' before: what happened then is theirs. Tries may be of another module.

    Places in exams are the Academy's: the one that is for another try tells that an exam was not passed.
    """
    if one.at < since.get(one.subject, one.at):
        return False
    if academy:
        return True
    return not one.action.startswith("place.") and ("block" not in one.facts or one.facts.get("registration") in ids)
