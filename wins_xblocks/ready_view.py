"""Get ready: what must be there before the first learner comes, what is there, and where each thing is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import context, findings, words
from .domain.programme.data import Programme
from .domain.programme.setup import HOURS, MAIL, Mark
from .domain.registration import need
from .domain.vouchers import stocks
from .policy_view import courses


@dataclass(frozen=True)
class Line:
    """One thing. ``to`` and ``place``: where it is done, a page and a place on it; ``do``: a button of this page.

    ``for_operators`` is told in their plain English, as the doctor tells it.
    """

    key: str
    title: str
    done: bool
    told: tuple[str, ...]
    to: str = ""
    place: str = ""
    button: str = ""
    do: str = ""
    for_operators: tuple[str, ...] = ()


def lines(
    rules: Programme, marks: Mapping[str, Mark], groups: Sequence[tuple[str, int]], now: datetime
) -> tuple[Line, ...]:
    """Everything, in the order in which it is done. ``groups``: the Academy's, with how many people are in each."""
    return (
        _rules(rules), _courses(rules), _mail(marks), _hours(rules, marks), _codes(rules, now), _people(rules, groups),
        _servers(now),
    )  # fmt: skip


def _rules(rules: Programme) -> Line:
    told = _("Version {number} holds since {date}.").format(number=rules.version, date=words.day(rules.effective))
    guesses = len(rules.policies.provisional)
    more = ngettext(
        "{count} policy is not decided by WINS yet and stands there as a guess.",
        "{count} policies are not decided by WINS yet and stand there as guesses.", guesses,
    ).format(count=guesses)  # fmt: skip
    return Line("rules", _("Rules in force"), True, (told, more) if guesses else (told,), "wins:policies", "",
                _("See the policies"))  # fmt: skip


def _courses(rules: Programme) -> Line:
    """A learner needs the Foundation Module and one elective."""
    runs, strays = courses(rules)
    kinds = {module.kind for module in rules.modules if module.id in runs}
    told = [_("{found} of {all} modules have a course here.").format(found=len(runs), all=len(rules.modules))]
    if len(kinds) < 2:
        told.append(_("Needed at least: the Foundation Module and one elective."))
    organisations = {module.course.org.casefold() for module in rules.modules}
    own = [course for course, _title in strays if course.split(":")[-1].split("+")[0].casefold() in organisations]
    if own:
        more = ngettext(
            "{count} course of the Academy belongs to no module.", "{count} courses of the Academy belong to none.",
            len(own),
        )  # fmt: skip
        told.append(more.format(count=len(own)))
    return Line("courses", _("Courses found"), len(kinds) == 2, tuple(told), "wins:policies", "modules",
                _("See modules and courses"))  # fmt: skip


def _mail(marks: Mapping[str, Mark]) -> Line:
    address = getattr(settings, "WINS_ACADEMY_EMAIL", "") or getattr(settings, "CONTACT_EMAIL", "")
    if not address:
        told = _("The Academy has no address. An operator sets WINS_ACADEMY_EMAIL.")
        return Line("mail", _("Mail works"), False, (told,))
    told = _("The Academy's mail goes to {address}.").format(address=address)
    if MAIL in marks:
        sent = _("A test mail was taken by the mail server on {date}.").format(date=words.day(marks[MAIL].at))
    else:
        sent = _("No test mail was sent yet.")
    return Line("mail", _("Mail works"), MAIL in marks, (told, sent), "", "", _("Send a test mail"), "mail")


def _hours(rules: Programme, marks: Mapping[str, Mark]) -> Line:
    asked = {module.required_hours for module in rules.modules}
    how = {
        "required": _("Hours are required: without them a module is not complete."),
        "advisory": _("Hours are advisory: they are shown and stop nobody."),
        "attest": _("Hours are signed for (not possible yet: works as required)."),
    }[rules.policies.hours]  # fmt: skip
    many = _("Hours a module: {hours}.").format(hours=", ".join(map(str, sorted(asked))))
    if HOURS in marks:
        decided = _("Decided on {date}.").format(date=words.day(marks[HOURS].at))
        return Line("hours", _("The rule about hours"), True, (how, many, decided), "wins:policy_change", "hours",
                    _("Change the rule"))  # fmt: skip
    told = (how, many, _("Keep it, or change it. It holds for each learner from the start, so decide it first."))
    return Line("hours", _("The rule about hours"), False, told, "wins:policy_change", "hours", _("Change the rule"),
                "hours")  # fmt: skip


def _codes(rules: Programme, now: datetime) -> Line:
    pools = stocks.usable([module.exam for module in rules.modules], rules, now)
    soon = need.ready_soon(rules, context.factor(), now)
    usable = sum(pools.values())
    few = [exam for exam, count in sorted(soon.by_exam.items()) if pools.get(exam, 0) < count]
    told = [
        ngettext("{count} code can be given.", "{count} codes can be given.", usable).format(count=usable),
        ngettext(
            "{count} learner will be ready for an exam within 30 days, by an estimate.",
            "{count} learners will be ready for an exam within 30 days, by an estimate.", soon.total,
        ).format(count=soon.total),
        _("It counts unused places whose learners have all hours. Or they will, at the pace of the last 4 weeks."),
    ]  # fmt: skip
    if soon.sampled:
        told.append(_("Of about {all} unused places some hundreds were looked at.").format(all=soon.places))
    if few:
        told.append(_("Too few for: {exams}.").format(exams=", ".join(few)))
    return Line("codes", _("Voucher codes"), usable > 0 and not few, tuple(told), "wins:import", "",
                _("Add voucher codes"))  # fmt: skip


def _people(rules: Programme, groups: Sequence[tuple[str, int]]) -> Line:
    """One administrator, and two people where a policy asks for a second one."""
    told = [
        ngettext("{group}: {count} person", "{group}: {count} people", count).format(group=group, count=count)
        for group, count in groups
    ]
    administrators, officers = groups[0][1], groups[1][1]
    done = administrators > 0
    if not done:
        told.append(_("Put at least one person into the first group."))
    if rules.policies.two_people and administrators + officers < 2:
        done = False
        told.append(
            _("By the policy “Two people” a second person confirms: put one more into the first or second group.")
        )
    told.append(_("An operator does this in the platform's administration, under Groups."))
    return Line("people", _("Who may do what"), done, tuple(told))


def _servers(now: datetime) -> Line:
    found = [one for question in (findings.keys(), findings.periodic(now)) for one in question]
    plain = tuple(f"{one.text} {one.hint}" for one in found)
    more = _("An operator runs “manage.py lms wins_doctor”, which looks at more.")
    told = (more,) if plain else (_("They are in order."), more)
    return Line("servers", _("Keys and periodic work"), not found, told, for_operators=plain)
