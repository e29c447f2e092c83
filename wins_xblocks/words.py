"""Domain sentences in the reader's language: translated here, since the domain knows no catalogue."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from . import context
from .domain import Refusal
from .domain.duration import Duration
from .domain.programme.data import Module
from .domain.programme.loader import ProgrammeError
from .domain.registration.data import Condition


def staff_title(module: Module) -> str:
    """A module's title for staff: a title that WINS has not confirmed is marked."""
    if module.title_status == "provisional":
        return _("{title} (working title)").format(title=module.title)
    return module.title


def unmapped() -> str:
    """For staff of a course that no module of the programme has."""
    return _(
        "This course does not belong to a module of the programme. Hours and vouchers are off. "
        "Ask your administrator to add the number of the course."
    )


def no_module(course_id: str | None) -> str:
    """For authors whose block belongs to no module; None is a content library."""
    if course_id:
        return unmapped()
    return _("A library belongs to no module. In a course, this block belongs to the module of that course.")


def rules_trouble(error: ProgrammeError, is_staff: bool) -> str:
    """The rule file cannot be read: staff are told where and why, a learner that it is not her doing."""
    return str(error) if is_staff else _("This page cannot be shown at the moment. Please try again later.")


def duration(length: int) -> str:
    """Milliseconds as "12 h 35 min"."""
    hours, minutes = Duration(length).parts
    if not hours:
        return _("{minutes} min").format(minutes=minutes)
    if not minutes:
        return _("{hours} h").format(hours=hours)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)


def spoken(length: int) -> str:
    """The same for a screen reader: "12 hours 35 minutes"."""
    hours, minutes = Duration(length).parts
    return _("{hours} hours {minutes} minutes").format(hours=hours, minutes=minutes)


def day(value: date | datetime) -> str:
    """A date as "14 March 2027", in the reader's language; of a moment, the day on the programme's clock."""
    if isinstance(value, datetime):
        value = timezone.localtime(value, clock()).date()
    return str(formats.date_format(value, "j F Y"))


def moment(value: datetime | None) -> str:
    """A moment as "14 March 2027, 10:00 CET", on the programme's clock; nothing for none."""
    if value is None:
        return ""
    return str(formats.date_format(timezone.localtime(value, clock()), "j F Y, H:i T"))


def clock() -> tzinfo:
    """The programme's time zone. The platform's own is another one: UTC where nobody changed it."""
    try:
        return context.programme().zone
    except ProgrammeError:
        return UTC


def shown(value: object) -> object:
    """A value of a sentence as a person reads it."""
    if isinstance(value, Duration):
        return duration(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return value


def sentence(text: str, values: Mapping[str, object]) -> str:
    """A marked sentence with its values."""
    return _(text).format(**{name: shown(value) for name, value in values.items()})


def refusal(error: Refusal) -> str:
    return sentence(error.sentence, error.values)


def condition(told: Condition) -> str:
    return sentence(told.sentence, told.values)
