"""The text of each kind of mail as shipped. Never a code; whoever wants one signs in."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from .domain.outbox.rules import names_in


@dataclass(frozen=True)
class Letter:
    """Subject and body of one kind of mail; ``page`` is the name of the page it leads to."""

    subject: str
    body: str
    page: str

    @property
    def names(self) -> frozenset[str]:
        """The placeholders that every message of the kind fills: those of the shipped text."""
        return names_in(self.subject, self.body)


LETTERS: Mapping[str, Letter] = {
    "hours_reached": Letter(
        gettext_noop("You have reached the study hours: {module}"),
        gettext_noop(
            "You have reached the study hours of the module “{module}”.\n"
            "Sign in to read what is next, for example the module test."
        ),
        "path",
    ),
    "module_complete": Letter(
        gettext_noop("You have completed a module: {module}"),
        gettext_noop(
            "You have completed the module “{module}”: your study hours and the module test are done.\n"
            "Sign in to read your next step towards the exam."
        ),
        "path",
    ),
    "place_included": Letter(
        gettext_noop("You have another place in an exam: {exam}"),
        gettext_noop(
            "Your package holds a place for another try at the exam {exam}, and it is yours now.\n"
            "Sign in to read when you can try again."
        ),
        "path",
    ),
    "name_corrected": Letter(
        gettext_noop("WINS changed your name for the exam"),
        gettext_noop(
            "WINS changed your name as it stands for your exams. It must be the name on the document that you bring.\n"
            "Sign in and look whether it is right. If it is not, tell WINS before you book."
        ),
        "document_name",
    ),
    "voucher_waits": Letter(
        gettext_noop("You wait for an exam voucher: {module}"),
        gettext_noop(
            "There is no voucher for the exam “{module}” ({exam}) at the moment. WINS has kept your place.\n"
            "You need not do anything: you get a mail when your voucher is there."
        ),
        "path",
    ),
    "booking_entered": Letter(
        gettext_noop("WINS entered the day of your exam: {day}"),
        gettext_noop(
            "WINS entered that you have booked the exam {exam} for {day}.\n"
            "Sign in and look whether it is right. If it is not, tell WINS."
        ),
        "vouchers",
    ),
    "booking_cancelled": Letter(
        gettext_noop("WINS entered that you cancelled your booking: {exam}"),
        gettext_noop(
            "WINS entered that you cancelled your booking of the exam {exam} in time. Your code works again.\n"
            "Sign in to see until when. If you did not cancel, tell WINS."
        ),
        "vouchers",
    ),
    "voucher_used": Letter(
        gettext_noop("Your exam voucher was used: {exam}"),
        gettext_noop(
            "Pearson VUE told WINS that your voucher for the exam {exam} was used.\n"
            "You get a mail when your result arrives. If you did not take the exam, tell WINS."
        ),
        "vouchers",
    ),
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
    "hours_accepted": Letter(
        gettext_noop("WINS accepted study time for you: {module}"),
        gettext_noop(
            "WINS accepted study time for you in the module “{module}”. It counts.\nSign in to read how much and why."
        ),
        "study",
    ),
    "tries_given": Letter(
        gettext_noop("You can try again: {module}"),
        gettext_noop("WINS gave you another try in the module “{module}”.\nSign in to go on."),
        "path",
    ),
    "mark_corrected": Letter(
        gettext_noop("Your mark was changed: {quiz}"),
        gettext_noop(
            "WINS corrected a question of “{quiz}” and looked at your answers again. Your mark is another one now.\n"
            "Sign in, open the quiz and read what has changed."
        ),
        "path",
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
DATES = ("expires_on", "deadline", "day")  # placeholders that stand for a day
