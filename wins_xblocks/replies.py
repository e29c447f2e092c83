"""Standard reasons and replies: what staff choose instead of writing it, and what the learner then reads.

By kind of item and decision, each with its key. A text is stored in the learner's language, as her mails are.
"""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from .domain import marked as _
from .people import Person

REPLIES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("book", "refuse"): {
        "pages": _("You did not write which pages you read. Please enter the hours again, with the pages."),
        "long": _("This is much longer than these pages need. Please enter the time that you read."),
        "twice": _("You have entered these hours before."),
        "other_book": _("This is not the book of this module."),
    },
    ("study_time", "answer"): {
        "counted": _("Your time was counted. It stands on your page “My study time”."),
        "elsewhere": _("This time was counted once, because two pages or devices were open at the same moment."),
        "idle": _("Time is not counted while nothing happens on the page for some minutes."),
        "book": _("Please enter this time as book hours. WINS will look at them."),
    },
    ("case", "answer"): {
        "corrected": _("Thank you for telling us. It is corrected."),
        "path": _("Your next step stands on the page “My WINS path”."),
        "voucher": _("All about your vouchers stands on the page “My exam vouchers”."),
        "centre": _("Only Pearson VUE can change a booking. Please ask them."),
    },
    ("reported", "answer"): {
        "corrected": _("Thank you for telling us. The question is corrected."),
        "right": _("We looked at the question. It is right as it stands."),
        "taken_out": _("Thank you for telling us. The question is not asked any more."),
        "mark": _("We looked at the question. Your mark does not change."),
    },
    ("arrangement", "grant"): {
        "agreed": _("Agreed with Pearson VUE, as you asked. You can book your exam now."),
        "part": _("Pearson VUE agrees. Please call them to book, so that it is ready on your day."),
    },
    ("arrangement", "refuse"): {
        "everybody": _("Every test centre has this for everybody. You can book your exam without an agreement."),
        "not_there": _("Pearson VUE does not have this. Ask WINS what else is possible."),
        "unclear": _("We do not know yet what you need. Please ask again and tell us more, without medical papers."),
    },
    ("country", "grant"): {"fine": _("WINS has looked at your country. You can get your voucher.")},
    ("country", "refuse"): {
        "not_now": _("WINS cannot give vouchers for this country at present. Ask WINS if anything is unclear."),
        "document": _("Please ask WINS to correct the country of your document first."),
    },
    ("row", "ignore"): {
        "nobody": _("Nobody of the programme sat this exam on this day."),
        "test": _("A test of the supplier, no exam."),
        "by_hand": _("This result was entered by hand."),
    },
}  # fmt: skip


def choices(kind: str, do: str) -> tuple[tuple[str, str], ...]:
    """(key, text in the reader's language) of the standard texts of one decision."""
    return tuple((key, gettext(text)) for key, text in REPLIES.get((kind, do), {}).items())


def text(kind: str, do: str, key: str, own: str, reader: Person | None) -> str:
    """What is stored: the standard text, in the language of who reads it, and below it staff's own words."""
    standard = REPLIES.get((kind, do), {}).get(key, "")
    if standard:
        with translation.override(reader.language if reader and reader.language else settings.LANGUAGE_CODE):
            standard = gettext(standard)
    return "\n\n".join(part for part in (standard, own.replace("\0", "").strip()) if part)
