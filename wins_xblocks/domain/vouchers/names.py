"""The name that a learner confirms as printed on her identity document, before she asks for a voucher.

The newest one counts. It is hers to change until a voucher was given for it; afterwards only staff change it, with a
reason. The trail says that it was confirmed and under which text, and the country where it was asked; never the name.
Once a person was asked about her country, it is not hers to change any more: a refusal would be undone by another one.
"""

from datetime import datetime

from django.db import IntegrityError
from django.db.models import F, QuerySet

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..outbox import api as outbox
from ..prepared import prepared
from ..programme.data import Programme
from ..together import Read
from ..transactions import outermost
from . import rules
from .data import Name
from .models import DocumentName, VoucherExam, VoucherRequest

TEXT_VERSION = "2026-11"  # of the words on the page that asks; another text gets another one
LONGEST_REASON = 2000


class NameFixed(Refusal):
    """A voucher was given for the name that stands."""


class CountryFixed(Refusal):
    """A person looks at her country, or has decided about it, or a voucher was given for it."""


class NoReason(Refusal):
    """Staff changed a name without saying why."""


def told(given: str, family: str, native: str, single: bool, country: str) -> Name:
    """What a form says. ``single``: the document shows one name, which stands as the family name."""
    if single and given.strip():
        raise rules.GivenWrong(_("Your document shows one name: write it as the family name. Leave this one empty."))
    if not single and not given.strip():
        raise rules.GivenWrong(_("Write your first names, or say that your document shows one name only."))
    return rules.name(Name(given, family, native, country))


def of(learner_id: int) -> Name | None:
    """The name that counts; None before one was confirmed."""
    return next((Name(*told) for told in _newest(learner_id=learner_id)), None)


def read(learner_id: int) -> Read[Name | None]:
    """The same as a part of a statement."""
    return Read(_of(learner_id), lambda rows: next((Name(*told) for told in rows), None))


def _of(learner_id: int) -> QuerySet:
    rows = DocumentName.objects.filter(learner_id=learner_id).order_by("-id")
    return rows.values_list("given", "family", "native", "country", "confirmed_at", "text_version")[:1]


_newest = prepared(_of)


def called(family: str, most: int) -> tuple[int, ...]:
    """Learners whose family name, as any document of theirs shows it, begins so; those who said so last first."""
    rows = DocumentName.objects.filter(family__istartswith=family).order_by("-id")
    return tuple(dict.fromkeys(rows.values_list("learner_id", flat=True)[:most]))


def fixed(learner_id: int) -> bool:
    """Does she hold a voucher that was given for her name? Who got hers before names were asked for may still say."""
    return VoucherExam.objects.filter(open_holder=learner_id).exists() and of(learner_id) is not None


def confirm(learner_id: int, name: Name, now: datetime) -> bool:
    """The learner confirms her name; False when it stood already.

    Raises NameFixed, CountryFixed, and NameWrong of its parts.
    """
    return _write(learner_id, rules.name(name), None, "", now)


def correct(learner_id: int, name: Name, reason: str, by: int, now: datetime) -> bool:
    """Staff write a learner's name anew, and her country where one is given; False when both stood already.

    Raises NoReason, and NameWrong of its parts.
    """
    why = reason.replace("\0", "").strip()
    if not why or len(why) > LONGEST_REASON:
        raise NoReason(_("Give a reason, at most {most} characters."), most=LONGEST_REASON)
    return _write(learner_id, rules.name(name), by, why, now)


def hold(learner_id: int, programme: Programme) -> bool:
    """Where the policy names countries: nobody changes hers before the caller's transaction ends. Before it is read.

    False when another one came in since that transaction's first look, which REPEATABLE READ does not show: the UPDATE
    counts it.
    """
    if not programme.policies.country_review:
        return True
    own = DocumentName.objects.filter(learner_id=learner_id)
    return bool(own.update(learner_id=F("learner_id")) == own.count())


def _write(learner_id: int, name: Name, by: int | None, reason: str, now: datetime) -> bool:
    try:
        return _confirm(learner_id, name, by, reason, now)
    except IntegrityError:  # two at once, and no row yet to wait for: the second one finds the first one's
        return _confirm(learner_id, name, by, reason, now)


@outermost
def _confirm(learner_id: int, name: Name, by: int | None, reason: str, now: datetime) -> bool:
    return write(learner_id, name, by, reason, now)


def write(learner_id: int, name: Name, by: int | None, reason: str, now: datetime) -> bool:
    """The same inside a caller's transaction, of a name whose parts are good."""
    own = DocumentName.objects.filter(learner_id=learner_id)
    own.update(learner_id=F("learner_id"))  # the lock, where there is a row
    before = of(learner_id)
    country = name.country if by is None or before is None else name.country or before.country
    if before and before.same(name) and before.country == country:
        return False
    if by is None and before:
        _refuse_fixed(learner_id, before, name)
    DocumentName.objects.create(
        learner_id=learner_id, given=name.given, family=name.family, native=name.native, country=country,
        text_version=TEXT_VERSION, confirmed_at=now, confirmed_by=by, reason=reason,
    )  # fmt: skip
    action = "name.confirmed" if by is None else "name.corrected"
    facts = {"learner": learner_id, "text": TEXT_VERSION}
    told = ": ".join(part for part in (country, reason) if part)  # as text, which is erased with her
    audit.append(f"name:{learner_id}", action, now, actor_id=by or learner_id, facts=facts, text=told)
    if by is not None and not (before and before.same(name)):
        outbox.write("name_corrected", f"name:{learner_id}", now, now, learner_id, {})
    return True


def _refuse_fixed(learner_id: int, before: Name, name: Name) -> None:
    held = fixed(learner_id)
    if held and not before.same(name):
        raise NameFixed(_("Your voucher was given for the name that stands here. Ask WINS to change it."))
    if before.country and before.country != name.country and (held or _country_asked(learner_id)):
        raise CountryFixed(_("Your country is being looked at, or was decided. Ask WINS to change it."))


def _country_asked(learner_id: int) -> bool:
    """Was a person asked about her country, for any exam? What was asked about another one than hers is withdrawn."""
    asked = VoucherRequest.objects.filter(learner_id=learner_id, kind="country").exclude(state="withdrawn")
    return bool(asked.exists())
