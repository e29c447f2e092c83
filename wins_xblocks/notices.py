"""Mails: what a message of the outbox says to whom. Never a code; whoever wants one signs in."""

import logging
from collections.abc import Iterator, Mapping
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from . import languages, words
from .domain.outbox import texts
from .domain.outbox.data import Message
from .domain.outbox.rules import Unfilled, filled
from .letters import DATES, LETTERS, Letter
from .people import Person
from .platform import platform

log = logging.getLogger(__name__)


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
    """Subject and body. A text that names what the message does not hold is not sent: the next best one is."""
    letter, language = LETTERS[message.kind], languages.read_by(person.language if person else "")
    with translation.override(language):
        for whose, subject, body in _texts(message.kind, letter, language):
            try:
                return as_sent(letter, subject, body, message.values, person)
            except Unfilled as error:
                log.warning("mail %s: its %s text in %s cannot be sent: %s", message.kind, whose, language, error)
    raise Unfilled(f"no text of {message.kind} can be sent with the values of message {message.id}")


def _texts(kind: str, letter: Letter, language: str) -> Iterator[tuple[str, str, str]]:
    """What the mail may say, the best first, in the language that is active."""
    edited = texts.newest(kind, language)
    if edited and not edited.shipped:
        yield "edited", edited.subject, edited.body
    yield "translated", _(letter.subject), _(letter.body)
    yield "shipped", letter.subject, letter.body


def as_sent(
    letter: Letter, subject: str, body: str, values: Mapping[str, object], person: Person | None
) -> tuple[str, str]:
    """Subject and body as they are read, in the language that is active. Raises Unfilled."""
    told = {name: _value(name, value) for name, value in values.items()}
    subject, body = filled(subject, told), filled(body, told)
    greeting = _("Hello {name},").format(name=person.name or person.username) if person else ""
    link = f"{getattr(settings, 'LMS_ROOT_URL', '').rstrip('/')}{reverse(f'wins:{letter.page}')}"
    parts = [greeting, body, link, _("WINS Academy")]
    return " ".join(subject.split()), "\n\n".join(part for part in parts if part) + "\n"


def _value(name: str, value: object) -> object:
    return words.day(date.fromisoformat(str(value))) if name in DATES else value
