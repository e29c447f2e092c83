"""The page of one module: hours, units, test and exam, and one next step."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.exceptions import JsonHandlerError
from xblock.fields import Scope, String

from . import context, hours_table, journey, module_page, unit_hours, words
from .bank_field import JsonText
from .base_block import WinsBlock, rules_needed
from .domain.duration import HOUR_MS
from .domain.programme.data import Module
from .domain.registration.data import Hours
from .module_view import Planned
from .people import Actor
from .rendering import rendered
from .studio_settings import ModuleSettings

ACTIONS = '<div class="xblock-actions">'  # of the stock form: what follows its fields


class ModuleBlock(ModuleSettings, WinsBlock):
    """Where the learner stands in this module."""

    completion_mode = XBlockCompletionMode.EXCLUDED
    display_name = String(
        display_name=gettext_noop("Display name"), scope=Scope.settings, default=gettext_noop("WINS: my module")
    )
    hours = JsonText(
        display_name=gettext_noop("Hours"),
        help=gettext_noop("Hours of each part, written by the course exporter, and of each unit."),
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
        table = hours_table.read(self.hours)
        planned = table.planned if table else ()
        values = self._sample(module, planned) if sample else self._own(module, planned)
        values |= {"module": module, "staff": staff, "sample": sample, "table": table}
        if staff and self._of_the_module(actor, module):
            values |= self._compared(module, table)
        return self.page("module.html", values)

    def _compared(self, module: Module, table: hours_table.HoursTable | None) -> dict[str, Any]:
        """For the course team: planned and counted hours of the units, and whether the plan adds up."""
        if table is None:
            return {}
        return {
            "compared": unit_hours.compared(module.id, table.planned),
            "planned_hours": f"{table.planned_hours:g}",
            "plan_is_off": table.planned_hours != module.nominal_hours,
        }

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

    def studio_view(self, context_: Any = None) -> Fragment:
        """The stock form, and below it the hours of each unit."""
        fragment = super().studio_view(context_)
        rows = self._unit_settings()
        html = rendered("module_staff_units.html", {"rows": rows})
        fields, actions, rest = fragment.content.partition(ACTIONS)
        if actions:  # below the stock form's list of fields, and in the same box
            first, end, last = fields.rpartition("</ul>")
            fragment.content = first + end + html + last + actions + rest
        return fragment

    def more_settings(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The hours of the units, which are one field. 400 with words for what is no number of hours."""
        rows = self._unit_settings() or ()
        try:
            wanted = hours_table.asked(values, rows)
        except ValueError as error:
            raise JsonHandlerError(400, str(error)) from error
        changed = hours_table.changed(self.hours, wanted, rows) if wanted else None
        return {"hours": changed} if changed else {}

    def _unit_settings(self) -> tuple[hours_table.UnitSetting, ...] | None:
        """The lines of the form; None where the field cannot be read, and must not be written over."""
        table = hours_table.read(self.hours)
        return hours_table.settings(table, hours_table.units_of(self)) if table else None
