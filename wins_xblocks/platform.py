"""The one place that touches Open edX. Everything it gives us enters here, as plain values.

``platform()`` answers the class that ``WINS_PLATFORM`` names: ``OpenEdx`` in LMS and Studio, the embedded host's in
the host. A test compares their signatures. Platform imports stand inside functions: neither LMS nor Studio has all of
them, and the host has none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count
from django.http import HttpRequest
from django.utils.module_loading import import_string

from . import lacking
from .listeners import Listeners
from .people import Actor, Page, Person, Unit, find_people_in, people_called_in, shows_another_view
from .port import Platform as Platform


@lru_cache(maxsize=4)
def _made(path: str) -> Platform:
    made: Platform = import_string(path)()
    return made


def platform() -> Platform:
    """The platform of this process."""
    return _made(getattr(settings, "WINS_PLATFORM", "wins_xblocks.platform.OpenEdx"))


class OpenEdx(Listeners):
    """LMS and Studio of the Teak line and later."""

    def actor(self, block: Any) -> Actor:
        """Who acts on ``block``. The real user comes from the request: "view as" swaps the block's own."""
        from crum import get_current_request

        course_key = getattr(block, "context_key", None)
        is_course = bool(course_key and getattr(course_key, "is_course", False))
        request = get_current_request()
        user = getattr(getattr(request, "user", None), "real_user", None) or getattr(request, "user", None)
        real = user.id if user is not None and user.is_authenticated else None
        # Without the service no user was swapped; "view as" is asked for by itself below.
        shown = self._shown_id(block) if lacking.service(block, "user") else real
        if request is None:  # a task of the platform: nobody looks over its shoulder
            real = shown
        in_lms = getattr(settings, "SERVICE_VARIANT", "lms") == "lms"
        if not (is_course and in_lms and real):
            return Actor(real, shown, str(course_key) if is_course else None, in_lms)
        return Actor(
            real, shown, str(course_key), True, self.is_enrolled(real, str(course_key)),
            bool(user and self.is_course_staff(user, str(course_key))),
            bool(user and self._masquerades(user, course_key)),
        )  # fmt: skip

    def _shown_id(self, block: Any) -> int | None:
        """Whom the block is bound to. The service, which reads her profile and all her preferences, is asked only where
        the block is bound to nobody, as in Studio's handlers.
        """
        bound = block.scope_ids.user_id
        return bound if isinstance(bound, int) else self._block_user_id(block)

    def _block_user_id(self, block: Any) -> int | None:
        service = lacking.service(block, "user")
        value = service.get_current_user().opt_attrs.get("edx-platform.user_id") if service else None
        return int(value) if value else None

    def _masquerades(self, user: Any, course_key: Any) -> bool:
        from lms.djangoapps.courseware.masquerade import get_course_masquerade

        return shows_another_view(get_course_masquerade(user, course_key))

    def may_author(self, block: Any) -> bool:
        """May the current user write to the block's course or library? Studio runs any handler for anybody."""
        from opaque_keys.edx.keys import UsageKeyV2

        if getattr(settings, "SERVICE_VARIANT", "lms") != "cms":
            return False
        if isinstance(block.usage_key, UsageKeyV2):  # in a content library of today's kind: the service knows none
            return self._may_write_library(block)
        service = lacking.service(block, "studio_user_permissions")
        return bool(service and service.can_write(block.context_key))

    def with_static_urls(self, block: Any, html: str) -> str:
        """``html`` with ``/static/…`` as the addresses of the course's files. Of views the platform does it itself."""
        service = lacking.service(block, "replace_urls")
        return str(service.replace_urls(html, static_replace_only=True)) if service else html

    def current_user(self) -> Any:
        """Who asks for the page that is made now, whoever's it shows; None outside of a request."""
        from crum import get_current_request

        user = getattr(get_current_request(), "user", None)
        return getattr(user, "real_user", None) or user

    def _may_write_library(self, block: Any) -> bool:
        from openedx.core.djangoapps.xblock.learning_context.manager import get_learning_context_impl

        user = get_user_model().objects.filter(id=self._block_user_id(block)).first()
        return bool(user and get_learning_context_impl(block.usage_key).can_edit_block(user, block.usage_key))

    def is_enrolled(self, user_id: int, course_id: str) -> bool:
        from common.djangoapps.student.models import CourseEnrollment

        return CourseEnrollment.objects.filter(user_id=user_id, course_id=course_id, is_active=True).exists()

    def is_course_staff(self, user: Any, course_id: str) -> bool:
        return self._has_access(user, "staff", course_id)

    def is_course_instructor(self, user: Any, course_id: str) -> bool:
        return self._has_access(user, "instructor", course_id)

    def _has_access(self, user: Any, action: str, course_id: str) -> bool:
        from lms.djangoapps.courseware.access import has_access
        from opaque_keys.edx.keys import CourseKey

        return bool(has_access(user, action, CourseKey.from_string(course_id)))

    def enrolled_courses(self, user_id: int) -> tuple[str, ...]:
        """Course ids with an active enrolment, newest first."""
        from common.djangoapps.student.models import CourseEnrollment

        rows = CourseEnrollment.objects.filter(user_id=user_id, is_active=True).order_by("-created")
        return tuple(str(row) for row in rows.values_list("course_id", flat=True))

    def people(self, ids: Iterable[int]) -> Mapping[int, Person]:
        names = ("id", "username", "first_name", "last_name", "email", "profile__name", "profile__country")
        rows = get_user_model().objects.filter(id__in=list(ids)).values_list(*names)
        return {row[0]: self._person(*row) for row in rows}

    def _person(
        self, id_: int, username: str, first: str, last: str, email: str, name: str | None, country: object
    ) -> Person:  # fmt: skip
        return Person(id_, username, name or f"{first} {last}".strip(), email, country=str(country or ""))

    def count_by_country(self, learner_ids: Any) -> Mapping[str, int]:
        """How many of these users name which country in their profiles; "": none. ``learner_ids`` may be a query."""
        users = get_user_model().objects.filter(id__in=learner_ids).order_by()
        found: Counter[str] = Counter()
        for country, count in users.values_list("profile__country").annotate(count=Count("id")):
            found[str(country or "")] += count
        return found

    def people_called(self, name: str) -> tuple[int, ...]:
        return people_called_in(get_user_model().objects, name)

    def find_people(self, text: str, most: int) -> tuple[int, ...]:
        return find_people_in(get_user_model().objects, text, most)

    def user_of_anonymous_id(self, anonymous_id: str) -> int | None:
        """Whom the platform means by the id it hands to "delete state"."""
        from common.djangoapps.student.models import user_by_anonymous_id

        user = user_by_anonymous_id(anonymous_id)
        return user.id if user else None

    def outline(self, course_id: str, user: Any) -> tuple[Unit, ...]:
        """The course as this user may see it, from the platform's cached block structure; nothing of a deleted one."""
        from lms.djangoapps.course_blocks.api import get_course_blocks
        from opaque_keys.edx.keys import CourseKey
        from xmodule.modulestore.django import modulestore
        from xmodule.modulestore.exceptions import ItemNotFoundError

        root = modulestore().make_course_usage_key(CourseKey.from_string(course_id))
        try:
            blocks = get_course_blocks(user, root)
        except ItemNotFoundError:  # enrolments, records and visits outlive their course
            return ()
        return tuple(
            Unit(str(chapter), self._title(blocks, chapter), tuple(self._pages(blocks, chapter, course_id)))
            for chapter in blocks.get_children(root)
        )

    def _pages(self, blocks: Any, chapter: Any, course_id: str) -> Sequence[Page]:
        return [
            Page(
                str(page), self._title(blocks, page), self.page_url(course_id, str(page)),
                tuple((str(child), child.block_type) for child in blocks.get_children(page)),
            )
            for sequential in blocks.get_children(chapter)
            for page in blocks.get_children(sequential)
        ]  # fmt: skip

    def _title(self, blocks: Any, key: Any) -> str:
        return str(blocks.get_xblock_field(key, "display_name") or key.block_id)

    def page_of(self, block: Any) -> tuple[str, str]:
        """Usage keys of the unit and the page a block stands on, or is; what is highest above it where there is none.

        Pages may stand within a page (split tests, randomised content): the outermost one is read.
        """
        keys, here = [block.usage_key], block
        while getattr(here, "parent", None) and here.usage_key.block_type != "course":
            here = here.get_parent()
            keys.append(here.usage_key)
        unit = next((key for key in keys if key.block_type == "chapter"), keys[-1])
        page = next((key for key in reversed(keys) if key.block_type == "vertical"), keys[0])
        return str(unit), str(page)

    def settings_of(self, course_id: str, block_type: str, *names: str) -> tuple[tuple[Any, ...], ...]:
        """These fields of each block of one type in a course."""
        from opaque_keys.edx.keys import CourseKey
        from xmodule.modulestore.django import modulestore

        blocks = modulestore().get_items(CourseKey.from_string(course_id), qualifiers={"category": block_type})
        return tuple(tuple(getattr(block, name) for name in names) for block in blocks)

    def page_url(self, course_id: str, usage_key: str) -> str:
        return f"/courses/{course_id}/jump_to/{usage_key}"

    def frame_url(self) -> str:
        """The courseware's micro-frontend, which shows our pages in a frame, or "". A site may have its own."""
        from openedx.core.djangoapps.site_configuration.helpers import get_value

        return str(get_value("LEARNING_MICROFRONTEND_URL", getattr(settings, "LEARNING_MICROFRONTEND_URL", "")) or "")

    def publish_grade(self, block: Any, earned: float, possible: float) -> None:
        """Tell the gradebook. Studio has none: nothing happens there."""
        block.runtime.publish(block, "grade", {"value": earned, "max_value": possible})

    def publish_completion(self, block: Any, fraction: float) -> None:
        service = lacking.service(block, "completion")
        if service and service.completion_tracking_enabled():
            block.runtime.publish(block, "completion", {"completion": fraction})

    def publish_grade_for(self, user_id: int, usage_key: str, earned: float, possible: float) -> None:
        """Publish a grade that a crash kept back. ``runtime.publish`` grades the acting user only, so by signal."""
        from common.djangoapps.student.models import anonymous_id_for_user
        from lms.djangoapps.grades.api import signals
        from opaque_keys.edx.keys import UsageKey
        from xmodule.modulestore.django import modulestore

        key = UsageKey.from_string(usage_key)
        user = get_user_model().objects.get(id=user_id)
        signals.SCORE_PUBLISHED.send(
            sender=None, block=modulestore().get_item(key), user=user, raw_earned=earned, raw_possible=possible,
            only_if_higher=False, anonymous_user_id=anonymous_id_for_user(user, key.course_key),
        )  # fmt: skip

    def send_mail(self, person: Person | None, subject: str, body: str) -> None:
        """Send a plain mail; None is the Academy's address (``WINS_ACADEMY_EMAIL``, else the platform's contact)."""
        from django.core.mail import send_mail

        academy = getattr(settings, "WINS_ACADEMY_EMAIL", "") or getattr(settings, "CONTACT_EMAIL", "")
        to = person.email if person else academy
        if not to:
            raise ValueError("no address to send to: set WINS_ACADEMY_EMAIL")
        send_mail(subject, body, getattr(settings, "DEFAULT_FROM_EMAIL", None), [to])

    def login_url(self, request: HttpRequest) -> str:
        return f"{getattr(settings, 'LOGIN_URL', '/login')}?next={quote(request.get_full_path())}"

    def courses(self) -> tuple[tuple[str, str], ...]:
        """Ids and titles of all courses."""
        from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

        rows = CourseOverview.objects.order_by("id").values_list("id", "display_name")
        return tuple((str(key), str(title or "")) for key, title in rows)

    def missing_packages(self) -> tuple[str, ...]:
        return lacking.missing_packages()

    def no_certificate(self, reason: str) -> Exception:
        """What a step of the certificate's filter raises to say no."""
        from openedx_filters.learning.filters import CertificateCreationRequested

        return cast(Exception, CertificateCreationRequested.PreventCertificateCreation(reason))

    def request_certificate(self, user_id: int, course_id: str) -> None:
        """Ask for the course's certificate again. The platform decides: passing grade, mode, allow list."""
        from lms.djangoapps.certificates.api import generate_certificate_task
        from opaque_keys.edx.keys import CourseKey

        generate_certificate_task(get_user_model().objects.get(id=user_id), CourseKey.from_string(course_id))
