"""What our blocks share: where their files lie, how they answer, and who acts."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from web_fragments.fragment import Fragment
from webob import Response
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError
from xblock.fields import Scope, String

from . import context, words
from .domain import Refusal
from .domain.programme.data import Module
from .domain.programme.loader import ProgrammeError
from .domain.registration import api as registration
from .domain.registration.data import RegistrationValue
from .people import Actor
from .platform import platform
from .rendering import rendered

LARGEST_BODY = 256 * 1024  # bytes of a request
STATIC = "/static/"  # how authors name a file of the course


def json_answer(handler: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
    """An XBlock JSON handler; a domain refusal becomes a 409 with its words, no rules or no tables a 503."""

    @XBlock.json_handler
    @wraps(handler)
    def answer(self: "WinsBlock", data: Any, suffix: str = "") -> Mapping[str, Any]:
        if not isinstance(data, dict):
            raise JsonHandlerError(400, _("The request is not a JSON object."))
        try:
            with context.told_in_words():
                return handler(self, data)
        except Refusal as refusal:
            raise JsonHandlerError(409, words.refusal(refusal)) from refusal
        except ProgrammeError as error:
            actor = self.actor()
            told = words.rules_trouble(error, is_staff=actor.is_staff or not actor.in_lms)
            raise JsonHandlerError(503, told) from error

    return answer


def learner_handler(handler: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
    """A JSON handler that writes for a learner: refused (409, in words) wherever nothing may be written."""

    @wraps(handler)
    def guarded(self: "WinsBlock", data: dict[str, Any]) -> Mapping[str, Any]:
        actor = self.actor()
        if not actor.may_write:
            raise JsonHandlerError(409, _("This is a preview. Nothing is stored here."))
        self._acting = actor  # one request, one answer to who acts
        try:
            return handler(self, data)
        finally:
            self._acting = None

    return json_answer(guarded)


def author_handler(handler: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
    """A JSON handler of Studio's editor: Studio runs any handler for any logged-in user, so ask for the right first."""

    @wraps(handler)
    def guarded(self: "WinsBlock", data: dict[str, Any]) -> Mapping[str, Any]:
        if not platform().may_author(self):
            raise JsonHandlerError(403, _("You may not change this course."))
        return handler(self, data)

    return json_answer(guarded)


def rules_needed(view: Callable[..., Fragment]) -> Callable[..., Fragment]:
    """A view that asks rules or tables: where there are none, staff are told why and a learner to come back."""

    @wraps(view)
    def told(self: "WinsBlock", context_: Any = None) -> Fragment:
        try:
            with context.told_in_words():
                return view(self, context_)
        except ProgrammeError as error:
            actor = self.actor()
            problem = words.rules_trouble(error, is_staff=actor.is_staff or not actor.in_lms)
            return self.page("module_none.html", {"problem": problem})

    return told


# What the port asks a block's runtime for. Wants, not needs: LMS, Studio and libraries each lack some.
@XBlock.wants("user", "completion", "studio_user_permissions", "replace_urls", "i18n")
class WinsBlock(XBlock):
    """Base of the four blocks."""

    # The platform publishes what lies in ``resources_dir`` and nothing else of the package.
    resources_dir = "static"
    public_dir = "wins_xblocks"
    has_author_view = True
    # "View as this learner" shows us too: our pages then show that learner's, and our handlers refuse to write.
    show_in_read_only_mode = True
    author_handlers: frozenset[str] = frozenset()  # those that take up to ``largest_body`` bytes
    largest_body = LARGEST_BODY
    _acting: Actor | None = None

    display_name = String(display_name=gettext_noop("Display name"), scope=Scope.settings, default="")
    module_id = String(
        display_name=gettext_noop("Module"),
        help=gettext_noop("Which module of the programme this block belongs to. Empty: found by the course number."),
        scope=Scope.settings,
        default="",
    )

    def handle(self, handler_name: str, request: Any, suffix: str = "") -> Any:
        """Refuse a body that is too large before it is read."""
        most = self.largest_body if handler_name in self.author_handlers else LARGEST_BODY
        if (request.content_length or 0) > most:
            return Response(json_body={"error": _("This is too much at once.")}, status=413)
        try:
            return super().handle(handler_name, request, suffix)
        except RecursionError:  # JSON nested so deeply that no page of ours sent it
            return Response(json_body={"error": _("The request is not a JSON object.")}, status=400)

    def ugettext(self, text: str) -> str:
        """By Django's catalogues, as all our words: XBlock's own fails where the runtime has no translations."""
        return str(_(text)) if text else ""

    def actor(self) -> Actor:
        """Who acts, and whose page is shown."""
        return self._acting or platform().actor(self)

    def module(self) -> Module | None:
        """The block's module: its own setting, else the course's. None: preview only.

        A setting is heard in courses of the module's own organisation only: the author of any other course could
        write a "module test" that everybody passes.
        """
        rules, course_id = context.programme(), self.actor().course_id
        if not self.module_id:
            return context.module_of_course(course_id, rules) if course_id else None
        named = rules.module(self.module_id)
        if named and course_id and not context.same_organisation(course_id, named):
            return None
        return named

    def joined(self, actor: Actor, module: Module) -> RegistrationValue | None:
        """The learner's living registration for ``module``, opened by a course of the module only.

        A block that names its module finds one and opens none: the author of some other course must not give away
        exam places, nor become staff of the module by having learners in it.
        """
        learner_id, rules = int(actor.user_id or 0), context.programme()
        if context.module_of_course(str(actor.course_id), rules) == module:
            return registration.open_for_enrolment(
                learner_id,
                module,
                str(actor.course_id),
                rules.version,
                context.now(),
                entitlement=rules.policies.entitlement,
            )
        found = registration.latest(learner_id, module.id)
        return found if found and found.state in registration.LIVING else None

    def answered(self, html: str) -> str:
        """A page's HTML as a handler answers it: the platform finds the course's files in views only."""
        return platform().with_static_urls(self, html) if STATIC in html else html

    def asset(self, path: str) -> str:
        """URL of a file under ``static/wins_xblocks``."""
        return str(self.runtime.local_resource_url(self, f"wins_xblocks/{path}"))

    def page(
        self, template: str, values: Mapping[str, Any], script: str = "", init: str = "", args: Any = None
    ) -> Fragment:
        """A fragment of our shared style, a template of ours, and at most one script with its start function."""
        html = rendered(template, {"block": self, **values})
        fragment = Fragment(html)
        fragment.add_css_url(self.asset("css/wins.css"))
        if script:
            fragment.add_javascript_url(self.asset(f"js/{script}"))
            fragment.initialize_js(init, json_args={"csrfCookie": settings.CSRF_COOKIE_NAME, **(args or {})})
        return fragment
