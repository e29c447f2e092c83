"""Book hours as a learner tells them and staff decide them: learner 1 in registration 11, unless said otherwise."""

from dataclasses import replace
from datetime import date
from itertools import count

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.study_time import api, book
from wins_xblocks.domain.study_time.data import BookTerms, BookTold, Decision

from .beats import HOUR, VIENNA

TODAY = NOW.date()
TERMS = BookTerms(11, "foundation", date(2027, 2, 1), VIENNA, 16 * HOUR, 24 * HOUR, 10)
REGULATION = replace(TERMS, registration_id=12, module="regulation")
STAFF = 99
tokens = (f"token-of-a-form-{number}" for number in count())


def tell(what="Chapter 3", hours=1.0, day=TODAY, learner=1, terms=TERMS, token="", lot=99, now=NOW, on_counted=None):
    if not api.notice_accepted(learner):
        api.accept_notice(learner, NOW)
    told = BookTold(day, round(hours * 60), what)
    return book.make(learner, lambda: terms, told, token or next(tokens), lot, now, on_counted)


def change(id_, what="Chapter 3", hours=1.0, day=TODAY, learner=1, terms=TERMS, on_counted=None):
    return book.change(learner, id_, lambda: terms, BookTold(day, round(hours * 60), what), NOW, on_counted)


def decide(id_, accept=True, reason="", by=STAFF, revision=None, learner=1, now=NOW, most=24, on_counted=None):
    found = book.entry(learner, id_)
    seen = revision if revision is not None else found.revision if found else 0
    return book.decide(id_, learner, seen, Decision(accept, reason, by, now), most * HOUR, "Foundation", on_counted)


def history(id_):
    return audit.entries(book.subject(id_))


def counting(registration=11):
    return api.hours_of([registration])[registration].book_ms
