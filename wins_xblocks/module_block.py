"""The page of one module: hours, units, test and exam, and one next step."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.fields import Scope, String

from . import context, journey, module_page, words
from .bank_field import JsonText
from .base_block import WinsBlock, rules_needed
from .domain.duration import HOUR_MS
from .domain.programme.data import Module
from .domain.registration.data import Hours
from .module_view import Planned
from .people import Actor
from .studio_settings import ModuleSettings


def _whole(text: str) -> str:
    text.encode()  # a ValueError for half a character, which no page can hold
    return text


Text = Annotated[str, AfterValidator(_whole)]


class Part(BaseModel):
    """One row of the hours table: declared, and what the content explains."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    part: Text
    hours: float
    explained: float = 0
    reason: Text = ""

    @property
    def title(self) -> str:
        titles = {
            "online_text": _("Online text"), "exercises": _("Exercises"), "questions": _("Questions"),
            "textbook": _("Printed textbook"),
        }  # fmt: skip
        return titles.get(self.part, self.part)

    @property
    def unexplained(self) -> float:
        return round(max(self.hours - self.explained, 0), 1)


class PlannedUnit(BaseModel):
    """One unit's share of the hours, the ids of its objectives, and the minutes of its pages by their names."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    unit: Text
    title: Text = ""
    hours: float
    objectives: tuple[Text, ...] = ()
    minutes: dict[Text, Annotated[int, Field(ge=1, le=6000)]] = {}

    @property
    def planned(self) -> Planned:
        return Planned(self.unit, self.title, self.hours, self.objectives, self.minutes)


class HoursTable(BaseModel):
    """The field ``hours`` as the exporter writes it: both names or, where nothing is written, neither."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parts: tuple[Part, ...]
    units: tuple[PlannedUnit, ...]

    @property
    def declared(self) -> float:
        return sum(part.hours for part in self.parts)

    @property
    def explained(self) -> float:
        return round(sum(part.explained for part in self.parts), 1)


class ModuleBlock(ModuleSettings, WinsBlock):
    """Where the learner stands in this module."""

    completion_mode = XBlockCompletionMode.EXCLUDED
    display_name = String(
        display_name=gettext_noop("Display name"), scope=Scope.settings, default=gettext_noop("WINS: my module")
    )
    hours = JsonText(
        display_name=gettext_noop("Hours"),
        help=gettext_noop("Written by the course exporter: hours of each part and unit."),
        scope=Scope.settings,
    )

    @rules_needed
    def student_view(self, context_: Any = None) -> Fragment:
        """The learner's page; course staff see their panel below it."""
        return self._shown(preview=False)

    @rules_needed
    def author_view(self, context_: Any = None) -> Fragment:
        """Studio's preview: sample data, the hours table, and what is set by the Academy."""
        return self._shown(preview=True)

    def _shown(self, preview: bool) -> Fragment:
        actor, module = self.actor(), self.module()
        staff = preview or actor.is_staff or not actor.in_lms
        if module is None:
            return self.page("module_none.html", {"unmapped": words.no_module(actor.course_id) if staff else ""})
        sample = preview or not actor.in_lms
        if not sample and actor.user_id != actor.shown_id and not self._of_the_module(actor, module):
            told = _("Learners' pages are shown in the module's own courses.")
            return self.page("module_none.html", {"problem": told})
        table = self._table()
        planned = [unit.planned for unit in table.units] if table else []
        values = self._sample(module, planned) if sample else self._own(module, planned)
        values |= {"module": module, "staff": staff, "sample": sample, "table": table}
        return self.page("module.html", values)

    def _own(self, module: Module, planned: Sequence[Planned]) -> dict[str, Any]:
        """The page of whoever is shown; a learner who opens it gets the registration that is missing."""
        actor, now = self.actor(), context.now()
        user = get_user_model().objects.filter(id=actor.shown_id).first() if actor.shown_id else None
        if user and actor.studies:
            journey.enrol(user, now)
        # Vouchers, results, other modules and why hours were accepted are the Academy's to see; a block does not ask
        # who is of the Academy.
        withheld = not actor.as_herself
        page = module_page.module_page(user, module, actor.course_id, planned, now, alone=withheld)
        return {"page": page, "withheld": withheld}

    def _of_the_module(self, actor: Actor, module: Module) -> bool:
        """Is this a course of the module? The team of one that merely names it does not see its learners."""
        return context.module_of_course(str(actor.course_id)) == module

    def _sample(self, module: Module, planned: Sequence[Planned]) -> dict[str, Any]:
        hours = Hours(credited_ms=9 * HOUR_MS + HOUR_MS // 3, book_ms=3 * HOUR_MS + HOUR_MS // 4)
        return {"page": module_page.sample_page(module, hours, planned, context.now())}

    def _table(self) -> HoursTable | None:
        """The hours table; an empty one where nothing is written, None where it cannot be read."""
        if self.hours.text.strip() in ("", "{}"):
            return HoursTable(parts=(), units=())
        try:
            return HoursTable.model_validate(dict(self.hours))
        except ValidationError:
            return None
