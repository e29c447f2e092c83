"""The study clock: one line that counts the time of its page, and says so."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Integer, Scope, String
from xblock.validation import ValidationMessage

from . import context, words
from .base_block import WinsBlock
from .domain.duration import HOUR_MS, MINUTE_MS
from .domain.programme.data import Module, Policies
from .domain.programme.loader import ProgrammeError
from .domain.registration.data import RegistrationValue
from .people import Actor
from .platform import platform
from .studio_settings import ModuleSettings
from .study_clock import Place, clock, counting, kind_of, standing_on

KINDS = ("text", "quiz", "pdf", "film")


def kind_choices(_block: Any) -> list[dict[str, str]]:
    """What an author may say of a page."""
    told = {
        "": _("Found by what stands on the page: questions, a PDF, or else text"),
        "text": _("Text and pictures"),
        "quiz": _("Questions or an exercise"),
        "pdf": _("A PDF or another long document in a frame of its own"),
        "film": _("A film or a recording"),
    }
    return [{"display_name": told[kind], "value": kind} for kind in ("", *KINDS)]


class StudyTimeBlock(ModuleSettings, WinsBlock):
    """Counts study time on its page, for learners who are enrolled; for everybody else it says why not."""

    editable_fields = (*ModuleSettings.editable_fields, "content_kind", "idle_minutes")
    completion_mode = XBlockCompletionMode.EXCLUDED
    has_score = False
    icon_class = "other"
    display_name = String(
        display_name=gettext_noop("Display name"), scope=Scope.settings, default=gettext_noop("WINS: study time")
    )
    content_kind = String(
        display_name=gettext_noop("What this page holds"),
        help=gettext_noop("The clock waits longer where people read or watch without touching the page."),
        scope=Scope.settings,
        default="",
        values_provider=kind_choices,
    )
    idle_minutes = Integer(
        display_name=gettext_noop("Minutes without a touch"),
        help=gettext_noop("After so many minutes without a key, touch or scroll on this page, time is paused."),
        scope=Scope.settings,
        default=None,
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
        """The line with sample data, marked as such, and how long this page waits for a touch."""
        try:
            with context.told_in_words():
                unmapped = self.module() is None and self.actor().course_id is not None
                set_here = self._set_here(context.programme().policies)
        except ProgrammeError as error:
            return self._plain(str(error))
        sample = counting(42 * MINUTE_MS, 12 * HOUR_MS + 35 * MINUTE_MS)
        notes = [_("Preview with sample data. Nothing is counted here."), *set_here]
        return self._plain(sample, " ".join([*notes, words.unmapped()] if unmapped else notes), "counting")

    def _set_here(self, policies: Policies) -> Iterator[str]:
        """For the author: what this page holds, how long it waits, and a setting that does not hold as it stands."""
        kind = self._kind()
        found = next(str(choice["display_name"]) for choice in kind_choices(self) if choice["value"] == kind)
        minutes, bounds = policies.idle(kind, self.idle_minutes), policies.idle_bounds
        told = _("This page: {kind}. Time is paused after {minutes} minutes without a touch.")
        yield told.format(kind=found, minutes=minutes)
        if self.content_kind not in ("", *KINDS):
            yield _("“{kind}” is no kind of content. Choose one in the settings.").format(kind=self.content_kind)
        if self.idle_minutes is not None and minutes != self.idle_minutes:
            told = _("The setting says {own} minutes. WINS allows {least} to {most}.")
            yield told.format(own=self.idle_minutes, least=bounds.least, most=bounds.most)

    def validate_field_data(self, validation: Any, data: Any) -> None:
        """A kind that we know, and minutes within the bounds that WINS sets."""
        super().validate_field_data(validation, data)
        try:
            bounds = context.programme().policies.idle_bounds
        except ProgrammeError:  # told by the module's own check
            return
        if data.content_kind not in ("", *KINDS):
            told = _("“{kind}” is no kind of content. Choose one of the list.").format(kind=data.content_kind)
            validation.add(ValidationMessage(ValidationMessage.ERROR, told))
        if data.idle_minutes is not None and not bounds.hold(data.idle_minutes):
            told = _("Minutes without a touch: write a number from {least} to {most}, or nothing.")
            told = told.format(least=bounds.least, most=bounds.most)
            validation.add(ValidationMessage(ValidationMessage.ERROR, told))

    def _make_field_info(self, field_name: str, field: Any) -> dict[str, Any]:
        info = super()._make_field_info(field_name, field)
        if field_name == "idle_minutes":
            bounds = context.programme().policies.idle_bounds
            told = _("From {least} to {most}. Empty: as WINS says for what the page holds.")
            info["help"] += " " + told.format(least=bounds.least, most=bounds.most)
            info |= {"min": bounds.least, "max": bounds.most}
        return info

    def _plain(self, line: str, note: str = "", state: str = "off") -> Fragment:
        fragment = self.page("study_time_plain.html", {"line": line, "note": note, "state": state})
        fragment.add_css_url(self.asset("css/study_time.css"))
        return fragment

    def _clock(self, actor: Actor, module: Module, found: RegistrationValue) -> Fragment:
        place = Place(str(actor.course_id), *platform().page_of(self), self._kind(), self.idle_minutes, placed=True)
        values, args = clock(found, module, place)
        fragment = self.page("study_time.html", values, "study_time.js", "WinsStudyTime", args)
        fragment.add_css_url(self.asset("css/study_time.css"))
        return fragment

    def _kind(self) -> str:
        """What its author says of the page; else what stands on it, on the outermost one where pages hold pages."""
        if self.content_kind in KINDS:
            return str(self.content_kind)
        page = self.get_parent() if self.parent else None
        while page is not None and getattr(page, "parent", None):
            above = page.get_parent()
            if above.usage_key.block_type in ("sequential", "chapter", "course"):
                break
            page = above
        return kind_of(standing_on(page))
