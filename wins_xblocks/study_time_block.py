"""The study clock: one line that counts the time of its page, and says so."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Scope, String

from . import context, words
from .base_block import WinsBlock
from .domain.duration import HOUR_MS, MINUTE_MS
from .domain.programme.data import Module
from .domain.programme.loader import ProgrammeError
from .domain.registration.data import RegistrationValue
from .people import Actor
from .platform import platform
from .studio_settings import ModuleSettings
from .study_clock import Place, clock, counting, kind_of


class StudyTimeBlock(ModuleSettings, WinsBlock):
    """Counts study time on its page, for learners who are enrolled; for everybody else it says why not."""

    completion_mode = XBlockCompletionMode.EXCLUDED
    has_score = False
    icon_class = "other"
    display_name = String(
        display_name=gettext_noop("Display name"), scope=Scope.settings, default=gettext_noop("WINS: study time")
    )

    @XBlock.supports("multi_device")
    def student_view(self, context_: Any = None) -> Fragment:
        """The clock for a learner; plain words for staff and guests; a sample in Studio and in libraries."""
        actor = self.actor()
        if not actor.in_lms or actor.course_id is None:
            return self.author_view(context_)
        try:
            with context.told_in_words():
                return self._counting(actor)
        except ProgrammeError as error:
            return self._plain(str(error) if actor.is_staff else _("Your time cannot be counted at the moment."))

    def _counting(self, actor: Actor) -> Fragment:
        module = self.module()
        if module is None:
            return self._plain(words.unmapped() if actor.is_staff else "")
        if actor.is_staff or actor.masquerading:
            return self._plain(_("Staff view: no time is counted."))
        if not actor.studies:
            return self._plain(_("Time is not counted here. You have not joined this course."))
        found = self.joined(actor, module)
        if found is None:
            return self._plain(_("Time is not counted here. You have not joined this module."))
        return self._clock(actor, module, found)

    def author_view(self, context_: Any = None) -> Fragment:
        """The line with sample data, marked as such."""
        try:
            with context.told_in_words():
                unmapped = self.module() is None and self.actor().course_id is not None
        except ProgrammeError as error:
            return self._plain(str(error))
        sample = counting(42 * MINUTE_MS, 12 * HOUR_MS + 35 * MINUTE_MS)
        note = _("Preview with sample data. Nothing is counted here.")
        return self._plain(sample, f"{note} {words.unmapped()}" if unmapped else note, "counting")

    def _plain(self, line: str, note: str = "", state: str = "off") -> Fragment:
        fragment = self.page("study_time_plain.html", {"line": line, "note": note, "state": state})
        fragment.add_css_url(self.asset("css/study_time.css"))
        return fragment

    def _clock(self, actor: Actor, module: Module, found: RegistrationValue) -> Fragment:
        place = Place(str(actor.course_id), *platform().page_of(self), self._kind())
        values, args = clock(found, module, place)
        fragment = self.page("study_time.html", values, "study_time.js", "WinsStudyTime", args)
        fragment.add_css_url(self.asset("css/study_time.css"))
        return fragment

    def _kind(self) -> str:
        parent = self.get_parent() if self.parent else None
        return kind_of(getattr(parent, "children", ()))
