"""Mails: what a message of the outbox says to whom. Never a code; whoever wants one signs in."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from . import words
from .domain.outbox.data import Message
from .people import Person
from .platform import platform

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """Subject and body of one kind of mail; ``page`` is the name of the page it leads to."""

    subject: str
    body: str
    page: str


LETTERS: Mapping[str, Letter] = {
    "voucher_ready": Letter(
        gettext_noop("Your exam voucher is reserved: {module}"),
        gettext_noop(
            "Your voucher for the exam “{module}” ({exam}) is reserved for you.\n"
            "Use it on or before {expires_on}.\n"
            "Sign in to see your code. Once you have seen it, WINS cannot take it back."
        ),
        "path",
    ),
    "voucher_ended": Letter(
        gettext_noop("Your exam voucher ended: {module}"),
        gettext_noop(
            "Your voucher for the exam “{module}” ({exam}) ended on {expires_on}. You had not seen the code.\n"
            "Your place in the exam was not used. Sign in to read your next step."
        ),
        "path",
    ),
    "voucher_ends": Letter(
        gettext_noop("Your exam voucher ends on {expires_on}: {module}"),
        gettext_noop(
            "Your voucher for the exam “{module}” ({exam}) ends on {expires_on}. Test centres may be full: book now.\n"
            "If you have booked, tell WINS on your page of vouchers, and you get no more reminders."
        ),
        "vouchers",
    ),
    "voucher_replaced": Letter(
        gettext_noop("You have a new exam voucher code: {module}"),
        gettext_noop(
            "WINS replaced your voucher code for the exam “{module}” ({exam}). Do not use the old code.\n"
            "Sign in to read the reason and to see your new code."
        ),
        "vouchers",
    ),
    "voucher_cancelled": Letter(
        gettext_noop("WINS cancelled your exam voucher: {module}"),
        gettext_noop(
            "WINS cancelled your voucher for the exam “{module}” ({exam}). It can no longer be used.\n"
            "Sign in to read the reason. If you do not agree, ask WINS for a review."
        ),
        "vouchers",
    ),
    "voucher_lost": Letter(
        gettext_noop("Your exam voucher is lost: {module}"),
        gettext_noop(
            "Pearson VUE told WINS that your voucher for the exam “{module}” ({exam}) is lost.\n"
            "Sign in to read why. If something serious happened, tell us within 14 days."
        ),
        "vouchers",
    ),
    "voucher_extended": Letter(
        gettext_noop("Your exam voucher has a new last day: {expires_on}"),
        gettext_noop(
            "Your voucher for the exam “{module}” ({exam}) is good until {expires_on} now. The code is the same."
        ),
        "vouchers",
    ),
    "voucher_taken_back": Letter(
        gettext_noop("WINS took your exam voucher back: {exam}"),
        gettext_noop(
            "WINS took your voucher for the exam {exam} back. You had not seen the code.\n"
            "Sign in to read the reason. You keep your place in the exam."
        ),
        "path",
    ),
    "place_granted": Letter(
        gettext_noop("You have a place in an exam: {module}"),
        gettext_noop(
            "WINS gave you a place in the exam “{module}” ({exam}). A voucher for it follows when you are ready.\n"
            "Sign in to see your exams."
        ),
        "vouchers",
    ),
    "request_opened": Letter(
        gettext_noop("A request to decide: {exam}"),
        gettext_noop("A learner's request about the exam {exam} waits for your decision.\nDecide it by {deadline}."),
        "desk",
    ),
    "request_overdue": Letter(
        gettext_noop("A request is overdue: {exam}"),
        gettext_noop(
            "A learner's request about the exam {exam} was to be decided by {deadline}.\n"
            "Until then the learner cannot go on. Please decide it now."
        ),
        "desk",
    ),
    "request_decided": Letter(
        gettext_noop("WINS has decided about your request: {exam}"),
        gettext_noop("WINS has decided about your request for the exam {exam}.\nSign in to read the decision."),
        "vouchers",
    ),
    "result_arrived": Letter(
        gettext_noop("Your exam result has arrived: {exam}"),
        gettext_noop("WINS has your result of the exam {exam}.\nSign in to read it."),
        "path",
    ),
    "result_changed": Letter(
        gettext_noop("News of your exam result: {exam}"),
        gettext_noop(
            "WINS decided something about your result of the exam {exam}.\n"
            "Sign in to read it. If you do not agree, ask WINS."
        ),
        "vouchers",
    ),
    "pool_empty": Letter(
        gettext_noop("No voucher code left: {module}"),
        gettext_noop(
            "A learner asked for a voucher for the exam “{module}” ({exam}) and there is no code left.\n"
            "Add codes. Learners who wait then get theirs at once."
        ),
        "desk",
    ),
    "pool_low": Letter(
        gettext_noop("Few voucher codes left: {module}"),
        gettext_noop(
            "Codes left for the exam “{module}” ({exam}): {left}. WINS asked to be told below {line}.\n"
            "Order codes and add them. You get no second mail until there were enough again."
        ),
        "import",
    ),
    "case_opened": Letter(
        gettext_noop("New question to WINS: {number}"),
        gettext_noop("A new question has come in. Its number is {number}.\nAnswer it by {deadline}."),
        "desk",
    ),
    "case_received": Letter(
        gettext_noop("WINS has your question: {number}"),
        gettext_noop("We have your question. Its number is {number}.\nWINS answers by {deadline}."),
        "ask",
    ),
    "case_answered": Letter(
        gettext_noop("WINS has answered your question: {number}"),
        gettext_noop("WINS has answered your question {number}.\nSign in to read the answer."),
        "questions",
    ),
    "book_accepted": Letter(
        gettext_noop("WINS accepted your book hours: {module}"),
        gettext_noop(
            "WINS looked at your book hours in the module “{module}” and accepted them. They count.\n"
            "Sign in to see each entry."
        ),
        "book",
    ),
    "book_refused": Letter(
        gettext_noop("Book hours that do not count: {module}"),
        gettext_noop(
            "WINS looked at your book hours in the module “{module}”. Some of them do not count.\n"
            "Sign in to read the reason. You can correct it or ask WINS."
        ),
        "book",
    ),
    "hours_struck": Letter(
        gettext_noop("Study time that does not count: {module}"),
        gettext_noop(
            "WINS looked at your study time in the module “{module}”. Some of it does not count any more.\n"
            "Sign in to read how much and why. If you think it is wrong, ask WINS."
        ),
        "study",
    ),
}
DATES = ("expires_on", "deadline")


def send(message: Message) -> None:
    """Send one message in its reader's language. Raises for a kind without words, and what the mail server raises."""
    edge, person = platform(), None
    if message.recipient_id is not None:
        person = edge.people([message.recipient_id]).get(message.recipient_id)
        if person is None:  # the account is gone, and with it everybody who could read this
            log.info("message %s: user %s is no longer there", message.id, message.recipient_id)
            return
    edge.send_mail(person, *written(message, person))


def written(message: Message, person: Person | None) -> tuple[str, str]:
    """Subject and body."""
    letter = LETTERS[message.kind]
    with translation.override(person.language if person and person.language else settings.LANGUAGE_CODE):
        values = {name: _value(name, value) for name, value in message.values.items()}
        subject, body = _(letter.subject).format(**values), _(letter.body).format(**values)
        greeting = _("Hello {name},").format(name=person.name or person.username) if person else ""
        link = f"{getattr(settings, 'LMS_ROOT_URL', '').rstrip('/')}{reverse(f'wins:{letter.page}')}"
        parts = [greeting, body, link, _("WINS Academy")]
    return " ".join(subject.split()), "\n\n".join(part for part in parts if part) + "\n"


def _value(name: str, value: object) -> object:
    return words.day(date.fromisoformat(str(value))) if name in DATES else value
