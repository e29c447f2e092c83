"""The policies as an administrator sees them: rows in the order of the page, each with its fields, labels and help."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .domain.programme.data import NOT_YET_APPLIED, Programme

NUMBER, CHOICE, MANY, COUNTRIES, TEXT, DECIMAL = "number", "choice", "many", "countries", "text", "decimal"
Bounds = tuple[int, int]
LONGEST, LONGEST_SOURCE = 400, 2000  # characters that a field takes


@dataclass(frozen=True)
class Field:
    """One value of the rules. ``place`` is where it stands in a rule set; ``may_lack``: an empty field means none.

    A text has a ``shape``, and ``wrong`` says which; ``kept`` is that of a row, for what stands in none; what is
    ``unread`` changes nothing yet.
    """

    place: tuple[str, ...]
    label: Any
    kind: str = NUMBER
    bounds: Bounds = (0, 0)
    unit: Any = ""
    options: Mapping[str, Any] | None = None
    hint: Any = ""
    may_lack: bool = False
    shape: str = ""
    wrong: Any = ""
    longest: int = LONGEST
    kept: bool = False
    unread: bool = False

    @property
    def name(self) -> str:
        return ".".join(self.place)

    @property
    def applied(self) -> bool:
        """Does anything read it yet?"""
        return not self.unread and not any(
            self.name == one or self.name.startswith(f"{one}.") for one in NOT_YET_APPLIED
        )


@dataclass(frozen=True)
class Row:
    """One row of the page. ``kept``: who began before keeps the value of then, unless the later is better for her."""

    key: str
    title: Any
    fields: tuple[Field, ...]
    kept: bool = False
    hint: Any = ""


def number(place: str, label: Any, bounds: Bounds, unit: Any, **more: Any) -> Field:
    return Field(("policies", *place.split(".")), label, NUMBER, bounds, unit, **more)


def choice(place: str, label: Any, options: Mapping[str, Any], **more: Any) -> Field:
    return Field(("policies", *place.split(".")), label, CHOICE, options=options, **more)


def many(place: str, label: Any, options: Mapping[str, Any], **more: Any) -> Field:
    return Field(("policies", *place.split(".")), label, MANY, options=options, **more)


HOURS, DAYS, MINUTES, WORKING_DAYS = _("hours"), _("days"), _("minutes"), _("working days")
MONTHS, PERCENT, TIMES = _("months"), _("per cent"), _("times")
YES_NO = {"yes": _("yes"), "no": _("no")}
HALF_HOUR, TEN_YEARS = (2, 30), (0, 3660)

ROWS = (
    Row("hours", _("Hours of study"), (
        choice("hours", _("The hours of a module are"), {
            "required": _("required: without them a module is not complete"),
            "advisory": _("advisory: shown only"),
            "attest": _("signed for (not possible yet: works as required)"),
        }, hint=_("How many hours: in the table of modules.")),
    ), kept=True),
    Row("book_hours", _("Hours with the printed book, a module"), (
        number("book_hours.at_once", _("Count at once up to"), (0, 1000), HOURS,
               hint=_("0: people of the Academy look at each entry.")),
        number("book_hours.most", _("Count at most"), (0, 1000), HOURS, hint=_("0: only what is read online counts.")),
        number("book_hours.checked_percent", _("Share that is checked"), (0, 100), PERCENT),
    ), kept=True),
    Row("idle", _("Time without a touch before the clock pauses"), (
        number("idle_minutes.text", _("Text"), HALF_HOUR, MINUTES),
        number("idle_minutes.quiz", _("Quiz"), HALF_HOUR, MINUTES),
        number("idle_minutes.pdf", _("PDF"), HALF_HOUR, MINUTES),
        number("idle_minutes.film", _("Film"), HALF_HOUR, MINUTES),
        number("idle_bounds.least", _("An author may set at least"), HALF_HOUR, MINUTES),
        number("idle_bounds.most", _("An author may set at most"), HALF_HOUR, MINUTES),
    ), kept=True),
    Row("late", _("Study time that comes late, and how long visits are kept"), (
        number("late_days", _("Time kept on a device may come after"), TEN_YEARS, DAYS),
        number("keep_spans_days", _("Single visits are kept after a registration ended"), TEN_YEARS, DAYS,
               hint=_("The notice to learners and the privacy page name this number.")),
    )),
    Row("module_test", _("Module test"), (
        number("module_test.pass_percent", _("Needed to pass"), (1, 100), PERCENT),
        number("module_test.tries", _("Tries"), (1, 100), TIMES),
        number("module_test.pause_hours", _("Pause after a failed try"), (0, 720), HOURS),
        number("module_test.time_limit_minutes", _("Time limit"), (5, 600), MINUTES, may_lack=True,
               hint=_("Empty: as the author of the test says.")),
    ), kept=True),
    Row("exams_per_code", _("Exams per code"), (
        number("exams_per_code", _("One code pays for"), (1, 10), _("exams")),
    )),
    Row("release", _("When an exam opens"), (
        choice("release", _("A voucher can be had"), {
            "after_both": _("when the Foundation Module and an elective are complete"),
            "after_module": _("when the module of the exam is complete"),
        }),
    ), kept=True),
    Row("get_by", _("Who takes the code from the pool"), (
        choice("get_by", _("The voucher is taken by"), {
            "learner": _("the learner, with a button"), "staff": _("people of the Academy"),
        }),
    )),
    Row("days_left", _("Days left of a code"), (
        number("days_left_at_issue", _("A code is given only with at least"), TEN_YEARS, _("days left")),
        number("safe_days_before_expiry", _("The last safe day for an exam is before the end of the code by"),
               TEN_YEARS, DAYS),
        number("low_stock", _("The Academy gets a mail when an exam has fewer than"), (0, 10_000), _("codes"),
               hint=_("0: no mail.")),
    )),
    Row("exam_order", _("Order of exams"), (
        choice("exam_order", _("The exams may be taken"), {
            "any": _("in any order"), "foundation_first": _("the Foundation exam first"),
        }),
    ), kept=True),
    Row("months_between", _("Time between the two passes"), (
        number("months_between_passes", _("At most"), (1, 120), MONTHS),
    )),
    Row("retake", _("When an exam was not passed"), (
        number("retake.wait_days", _("Wait before the next"), TEN_YEARS, DAYS),
        number("retake.most_per_year", _("Most in 365 days"), (1, 50), TIMES),
        choice("retake.in_package", _("The first failed exam gives a place again"), YES_NO),
    ), kept=True),
    Row("replacement", _("Replacing a code"), (
        many("replacement_reasons", _("The place in the exam stays the learner's when"), {
            "not_readable": _("the code cannot be read or does not work"),
            "sent_twice": _("the supplier sent it twice"),
            "supplier_fault": _("the supplier made another mistake"),
        }),
    )),
    Row("entitlement", _("What gives a place in an exam"), (
        choice("entitlement", _("A place is given"), {
            "first_enrolment": _("with the first enrolment in a module's course"),
            "by_staff": _("by people of the Academy only"),
        }),
    )),
    Row("access", _("How long a course is open"), (
        number("access.months", _("From the start"), (1, 120), MONTHS),
        number("access.more_months", _("Longer by"), (1, 60), MONTHS),
        number("access.times", _("How often"), (0, 10), TIMES),
    )),
    Row("arrangements", _("Special arrangements"), (
        choice("arrangements_before_booking", _("Decided before a voucher is given and an exam is booked"), YES_NO),
    )),
    Row("country_review", _("Review of countries"), (
        Field(("policies", "country_review"), _("A person decides before a voucher is given to learners from"),
              COUNTRIES,
              hint=_("Two letters for each country, with blanks between them, for example: AT FR. Empty: nobody is "
                     "reviewed.")),
    )),
    Row("two_people", _("Two people"), (
        many("two_people", _("A second person confirms"), {
            "result_by_hand": _("results entered by hand"),
            "revoke": _("withdrawing a pass"),
            "void_after_shown": _("cancelling a voucher whose code was seen"),
        }),
    )),
    Row("answers", _("Answers"), (
        number("answer_within_working_days", _("Questions are answered within"), (1, 250), WORKING_DAYS),
        number("appeals_within_working_days", _("Appeals are answered within"), (1, 250), WORKING_DAYS),
    )),
    Row("flags", _("Study time that is shown to staff as a question"), (
        number("flags.day_hours", _("More on one day than"), (4, 24), HOURS),
        number("flags.unit_times", _("More for a unit than its expected hours"), (2, 20), TIMES),
        number("flags.even_hours", _("Too even: on one day at least"), (1, 24), HOURS),
        number("flags.touches_an_hour", _("Too even: at most so many touches an hour"), (0, 60), _("touches")),
        number("flags.bare_hours", _("In a unit whose questions were not opened, more than"), (1, 100), HOURS),
    ), kept=True),
    Row("which_rules", _("Which rules bind"), (
        choice("which_rules", _("Who has begun stands under"), {
            "better_of": _("the rules of the start, or later ones when better for the learner"),
            "of_start": _("the rules of the start"),
        }),
    ), kept=True),
    Row("provisional", _("Not decided by WINS yet"), (
        many("provisional", _("What stands there is a guess"), {
            "months_between_passes": _("Time between the two passes"),
            "retake": _("When an exam was not passed"),
            "access": _("How long a course is open"),
        }),
    )),
)  # fmt: skip
MODULE_BOUNDS = (1, 1000)
TITLE, WORDS_OF_TITLE = (
    r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,200}",
    _("Write 1 to 200 characters on one line."),
)
COURSE_PART = r"[A-Za-z0-9._-]{1,60}"
WORDS_OF_COURSE = _("Write letters, digits, dots, hyphens and underscores only, at most 60.")
SOURCE = _("Say in 10 to 2000 characters where the number comes from.")
OF_FILE = _("The exporter of courses reads the first version, a file.")


def text(place: tuple[str, ...], label: Any, shape: str, wrong: Any, **more: Any) -> Field:
    return Field(place, label, TEXT, shape=shape, wrong=wrong, **more)


def _rate(name: str, label: Any) -> tuple[Field, Field]:
    """A planning figure and its source."""
    at = ("workload", name)
    return (
        Field((*at, "value"), label, DECIMAL, (0, 10_000), hint=OF_FILE, unread=True),
        text((*at, "source"), _("Where this comes from"), ".{10,2000}", SOURCE, longest=LONGEST_SOURCE, unread=True),
    )


PROGRAMME_ROWS = (
    Row("price", _("Price of a module"), (
        Field(("price", "amount"), _("Amount"), DECIMAL, (0, 100_000),
              hint=_("Reports take it for codes whose price is not known.")),
        text(("price", "currency"), _("Currency"), "[A-Z]{3}", _("Write three capital letters, as in EUR."),
             hint=_("Prices of voucher codes are in this currency, too, where a file names none.")),
    )),
    Row("clock", _("Clock of the programme"), (
        text(("time_zone",), _("Time zone"), "[A-Za-z0-9_+/-]{1,64}", _("Write a time zone like Europe/Vienna."),
             hint=_("Days begin at midnight there: of study time, reports and deadlines.")),
    )),
    Row("workload", _("How long the parts of a module take"), (
        *_rate("reading_words_per_minute", _("Words read in a minute")),
        *_rate("minutes_per_question", _("Minutes for a question")),
        *_rate("minutes_per_exercise", _("Minutes for an exercise")),
        *_rate("minutes_per_textbook_page", _("Minutes for a page of the book")),
    )),
)  # fmt: skip


def of_designation(number_in_rules: int, short: str) -> Row:
    """What may be set of one title that people earn."""
    at = ("designations", str(number_in_rules))
    return Row(f"designation-{number_in_rules}", format_lazy("{}: {}", _("Title that is earned"), short), (
        text((*at, "title"), _("In full"), TITLE, WORDS_OF_TITLE, unread=True),
        text((*at, "short"), _("In short"), TITLE.replace("200", "20"), _("Write 1 to 20 characters on one line.")),
        Field((*at, "electives"), _("Elective modules beside the Foundation Module"), NUMBER, (0, 99), _("modules")),
        Field((*at, "valid_years"), _("Valid for"), NUMBER, (1, 10), _("years"), unread=True),
    ))  # fmt: skip


def rows_of(programme: Programme) -> tuple[Row, ...]:
    """Every row of the page, in its order; modules have a table of their own."""
    titles = (of_designation(number, one.short) for number, one in enumerate(programme.designations))
    return (*ROWS, *PROGRAMME_ROWS, *titles)


def of_module(number_in_rules: int) -> tuple[Field, ...]:
    """What may be set of one module: its title, its hours, its exam and its course."""
    at = ("modules", str(number_in_rules))
    return (
        text((*at, "title"), _("Title"), TITLE, WORDS_OF_TITLE),
        Field((*at, "title_status"), _("The title is"), CHOICE, options={
            "confirmed": _("confirmed by WINS"), "provisional": _("a working title"),
        }),
        Field((*at, "required_hours"), _("Required"), NUMBER, MODULE_BOUNDS, HOURS, kept=True),
        Field((*at, "nominal_hours"), _("Planned, as learners are told"), NUMBER, MODULE_BOUNDS, HOURS, kept=True),
        text((*at, "exam"), _("Exam series code"), "[A-Z0-9-]{2,32}",
             _("Write 2 to 32 capital letters, digits and hyphens."),
             hint=_("It can change while nobody has joined the module and no codes of its exam were added.")),
        text((*at, "course", "org"), _("Organisation of the course"), COURSE_PART, WORDS_OF_COURSE),
        text((*at, "course", "number"), _("Number of the course"), COURSE_PART, WORDS_OF_COURSE),
    )  # fmt: skip
