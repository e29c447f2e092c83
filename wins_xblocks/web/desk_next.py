"""What waits, one thing after the other, cleared by keyboard alone: the most urgent, then the next one.

A form says which item it is about and in which revision it was seen: what somebody else has decided meanwhile is
told, and nothing is decided twice. Nothing is chosen when an item comes up, so that Enter pressed twice, or held down,
decides one: the next one waits for a choice of its own.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import book_view, context, events, queue_items, queue_view, replies, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.cases import api as cases
from ..domain.cases import reported
from ..domain.cases.data import CaseValue
from ..domain.results import api as results
from ..domain.study_time import book
from ..domain.study_time.data import Decision, Outcome
from ..domain.vouchers import requests
from ..people import Person
from ..queue_items import Item, Reader
from ..queue_view import KINDS
from . import desk_book
from .pages import may, modules_of, opens, page
from .roles import Action

KEY = re.compile(rf"({'|'.join(KINDS)})-([0-9]{{1,18}})(?:-([0-9]{{1,9}}))?")
PAIR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
DECIDES = {
    "case": Action.ANSWER, "request": Action.DECIDE_REQUEST, "reported": Action.ANSWER_REPORTED,
    "book": Action.DECIDE_BOOK_HOURS, "row": Action.RECORD_RESULTS,
}  # fmt: skip
LONGEST = 4000
TOLD = "wins_queue_told"


class FormWrong(Exception):
    """The form decides nothing; its text says why."""


@dataclass(frozen=True)
class Place:
    """Where in the queue the reader stands: one kind alone (""), and the last that she put off of each kind."""

    kind: str = ""
    after: Mapping[str, int] = field(default_factory=dict)

    def url(self, **more: object) -> str:
        put_off = [("after", f"{kind}-{id_}") for kind, id_ in self.after.items()]
        asked = [*([("kind", self.kind)] if self.kind else []), *put_off, *more.items()]
        return f"{reverse('wins:next_item')}?{urlencode(asked)}" if asked else reverse("wins:next_item")

    def without(self, item: Item) -> "Place":
        """The same with this item put off."""
        return Place(self.kind, {**self.after, item.kind: item.id})


@opens(Action.CLEAR_QUEUE, methods=("GET", "POST"))
def next_page(request: HttpRequest) -> HttpResponse:
    """The next item with its decisions, or what becomes of one."""
    reader, place = _reader(request), _place(request)
    if request.method == "POST":
        return _decided(request, reader, place)
    now = context.now()
    found = queue_view.upcoming(reader, _kinds(reader, place), place.after, now)
    if found.again:
        place = Place(place.kind)
    return _page(request, reader, place, found.item, found.left, again=found.again)


def decides(request: HttpRequest) -> tuple[str, ...]:
    """The kinds that the reader decides for the whole Academy."""
    return tuple(kind for kind, action in DECIDES.items() if may(request, action))


def _reader(request: HttpRequest) -> Reader:
    modules, kinds = modules_of(request, Action.DECIDE_BOOK_HOURS), decides(request)
    return Reader(request.user.id, (*kinds, "reported", "book") if modules else kinds, modules)


def _place(request: HttpRequest) -> Place:
    kind = request.GET.get("kind", "")
    found = (KEY.fullmatch(one) for one in request.GET.getlist("after"))
    return Place(kind if kind in KINDS else "", {one[1]: int(one[2]) for one in found if one})


def _kinds(reader: Reader, place: Place) -> tuple[str, ...]:
    return (place.kind,) if place.kind else reader.kinds


def _decided(request: HttpRequest, reader: Reader, place: Place) -> HttpResponse:
    """One decision. Whoever comes second is told what the first did, and gets the next item."""
    key = KEY.fullmatch(request.POST.get("item", ""))
    if key is None or key[1] not in reader.kinds:
        return _tell(request, place, "warn", _("This form is out of date. Nothing was decided."))
    kind, number = key[1], int(key[2])
    try:
        done = _DECIDE[kind](request, reader, number, int(key[3] or 0))
    except FormWrong as wrong:
        return _refused(request, reader, place, kind, number, str(wrong), 400)
    except Refusal as refusal:
        return _refused(request, reader, place, kind, number, words.refusal(refusal), 409)
    return _tell(request, place, "ok", done)


def _refused(
    request: HttpRequest, reader: Reader, place: Place, kind: str, number: int, problem: str, status: int
) -> HttpResponse:
    """The same item with what is wrong; if it does not wait any more, the next one with what somebody did."""
    now = context.now()
    item = queue_view.of_key(kind, number, reader, now)
    if item is None:
        told = _("Not decided by you: {what}").format(what=queue_view.what_became(kind, number, reader))
        return _tell(request, place, "warn", told)
    left = queue_view.upcoming(reader, _kinds(reader, place), {}, now).left
    return _page(request, reader, place, item, left, problem=problem, status=status)


def _tell(request: HttpRequest, place: Place, tone: str, text: str) -> HttpResponse:
    """Go on, with a word about what was done: it stands in the session, and the address says which one is meant."""
    mark = secrets.token_hex(4)
    request.session[TOLD] = [mark, tone, text]
    return redirect(place.url(told=mark))


def _page(
    request: HttpRequest, reader: Reader, place: Place, item: Item | None, left: int, *, problem: str = "",
    status: int = 200, again: bool = False,
) -> HttpResponse:  # fmt: skip
    mark, tone, text = request.session.get(TOLD) or ("", "", "")
    if request.method == "POST" or request.GET.get("told") != mark:
        tone = text = ""
    values = {
        "here": "desk", "item": item, "left": left, "problem": problem, "again": again,
        "tone": tone, "text": text, "url": place.url(), "later": place.without(item).url() if item else "",
        "kind": queue_view.kind_words(item.kind) if item else "",
        "kinds": [(Place(one).url(), queue_view.kind_words(one), one == place.kind) for one in reader.kinds],
        "only": place.kind, "all": Place().url(), "longest": LONGEST, "chosen": request.POST.get("choice", ""),
        "answer": request.POST.get("answer", "")[:LONGEST],
        "academy_desk": may(request, Action.SEE_DESK),
    }  # fmt: skip
    return page(request, "desk_next.html", values, status)


def _choice(request: HttpRequest, *possible: str) -> tuple[str, str]:
    """(what is decided, its standard text or candidate)."""
    do, _point, what = request.POST.get("choice", "").partition(".")
    if do not in possible:
        raise FormWrong(_("Choose a decision."))
    return do, what


def _text(request: HttpRequest, kind: str, do: str, key: str, learner: Person | None) -> str:
    """What is stored: the standard text that was chosen, and own words."""
    text = replies.text(kind, do, key, request.POST.get("answer", ""), learner)
    if not text:
        raise FormWrong(_("Choose a text, or write your own words."))
    return text


def _name(person: Person) -> str:
    return person.name or person.username


def _answer(request: HttpRequest, reader: Reader, number: int, revision: int) -> str:
    case = cases.by_id(number)
    _do, key = _choice(request, "answer")
    if case is None:
        raise Refusal(_("There is no such question."))
    return _sent(request, reader, case, queue_items.reply_kind("case", case), key)


def _reported(request: HttpRequest, reader: Reader, number: int, revision: int) -> str:
    found = reported.of_case(number, reader.modules)
    _do, key = _choice(request, "answer")
    if found is None:
        raise Refusal(_("There is no such report."))
    return _sent(request, reader, found.case, "reported", key)


def _sent(request: HttpRequest, reader: Reader, case: CaseValue, kind: str, key: str) -> str:
    learner = people_of([case.learner_id])[case.learner_id]
    text = _text(request, kind, "answer", key, learner)
    cases.answer(case.number, text, reader.id, context.now())
    return _("{name}: the answer was sent.").format(name=_name(learner))


def _request(request: HttpRequest, reader: Reader, number: int, revision: int) -> str:
    asked = requests.request(number)
    do, key = _choice(request, "grant", "refuse")
    if asked is None or not asked.open:  # a country that was refused may be agreed later, but not from here
        raise requests.NotOpen(_("This was decided or withdrawn already. Nothing was changed."))
    learner = people_of([asked.learner_id])[asked.learner_id]
    text = _text(request, asked.kind, do, key, learner)
    requests.decide(number, do == "grant", text, reader.id, context.now(), again=False)
    told = _("{name}: agreed.") if do == "grant" else _("{name}: not agreed.")
    return told.format(name=_name(learner))


def _book(request: HttpRequest, reader: Reader, number: int, revision: int) -> str:
    entry = next(iter(book.entries([number])), None)
    do, key = _choice(request, "accept", "refuse")
    accept = do == "accept"
    if entry is None or (reader.modules is not None and entry.module not in reader.modules):
        raise Refusal(_("There is no such entry."))
    learner = people_of([entry.learner_id])[entry.learner_id]
    reason = "" if accept else _text(request, "book", do, key, learner)
    if len(reason) > desk_book.LONGEST_REASON:
        raise FormWrong(_("The reason is too long."))
    decision = Decision(accept, reason, reader.id, context.now())
    [(_entry, outcome)] = desk_book.decided([entry], decision, {number: revision})
    if outcome is Outcome.BEFORE:
        raise Refusal(_("This was decided already."))
    if outcome is not Outcome.DONE:
        raise FormWrong(book_view.why_not(outcome, entry, learner))
    told = _("{name}: the book hours were accepted.") if accept else _("{name}: the book hours do not count.")
    return told.format(name=_name(learner))


def _row(request: HttpRequest, reader: Reader, number: int, revision: int) -> str:
    row, now = results.waiting_row(number), context.now()
    if row is None:
        raise results.NotWaiting(_("This row does not wait any more."))
    do, what = _choice(request, "confirm", "ignore")
    if do == "ignore":
        results.ignore(number, _text(request, "row", do, what, None), reader.id, now)
        return _("The row does not wait any more.")
    chosen = PAIR.fullmatch(what)
    if chosen is None:
        raise FormWrong(_("Choose the learner."))
    learner_id, voucher_id = int(chosen[1]), int(chosen[2]) or None
    two = "result_by_hand" in context.programme().policies.two_people
    results.confirm(number, learner_id, voucher_id, reader.id, now, events.results_recorded, two)
    name = _name(people_of([learner_id])[learner_id])
    if row.kind == "taken":  # its grade is still to come
        return _("{name}: noted. The grade will find this learner.").format(name=name)
    return _("{name}: the result was recorded.").format(name=name)


_DECIDE: Mapping[str, Callable[[HttpRequest, Reader, int, int], str]] = {
    "case": _answer, "request": _request, "reported": _reported, "book": _book, "row": _row,
}  # fmt: skip
