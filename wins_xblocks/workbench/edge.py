"""The platform's port in the host: the same questions, answered from archives and a few tables."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import reverse

from ..people import Actor, Page, Person, Unit, people_called_in
from ..platform import OpenEdx, find_people_in
from . import background
from .courses import known_key, library, runtime_for
from .models import CourseInstructor, CourseRole, Enrolment, Grade
from .runtime import HostRuntime


class HostEdge:
    """What ``OpenEdx`` answers in LMS and Studio. There is no "view as" here."""

    def actor(self, block: Any) -> Actor:
        runtime = block.runtime
        if not isinstance(runtime, HostRuntime) or runtime.user is None:  # the stock workbench: preview only
            return Actor(None, None, None, False)
        user, course_id = runtime.user, str(block.context_key)
        if runtime.studio:
            return Actor(user.id, user.id, course_id, False)
        enrolled, staff = self.is_enrolled(user.id, course_id), self.is_course_staff(user, course_id)
        return Actor(user.id, user.id, course_id, True, enrolled, staff)

    def may_author(self, block: Any) -> bool:
        runtime = block.runtime
        studio = isinstance(runtime, HostRuntime) and runtime.studio and runtime.user is not None
        return studio and self.is_course_staff(runtime.user, str(block.context_key))

    def with_static_urls(self, block: Any, html: str) -> str:
        """The host's courses have no files of their own."""
        return html

    def current_user(self) -> Any:
        """Nothing of the host's asks: it has no instructor dashboard."""

    def is_enrolled(self, user_id: int, course_id: str) -> bool:
        return Enrolment.objects.filter(user_id=user_id, course_id=course_id).exists()

    def is_course_staff(self, user: Any, course_id: str) -> bool:
        return user.is_superuser or CourseRole.objects.filter(user_id=user.id, course_id=course_id).exists()

    def is_course_instructor(self, user: Any, course_id: str) -> bool:
        return user.is_superuser or CourseInstructor.objects.filter(user_id=user.id, course_id=course_id).exists()

    def enrolled_courses(self, user_id: int) -> tuple[str, ...]:
        rows = Enrolment.objects.filter(user_id=user_id).order_by("-created", "-id")
        return tuple(rows.values_list("course_id", flat=True))

    def people(self, ids: Iterable[int]) -> Mapping[int, Person]:
        users = get_user_model().objects.filter(id__in=list(ids))
        return {user.id: Person(user.id, user.username, user.get_full_name(), user.email) for user in users}

    def count_by_country(self, learner_ids: Any) -> Mapping[str, int]:
        """The host keeps no profiles."""
        return {"": get_user_model().objects.filter(id__in=learner_ids).count()}

    def people_called(self, name: str) -> tuple[int, ...]:
        return people_called_in(get_user_model().objects, name)

    def find_people(self, text: str, most: int) -> tuple[int, ...]:
        return find_people_in(get_user_model().objects, text, most)

    def user_of_anonymous_id(self, anonymous_id: str) -> int | None:
        """The host has no such ids and deletes no state."""
        return None

    def outline(self, course_id: str, user: Any) -> tuple[Unit, ...]:
        courses, runtime = library(), runtime_for(user)
        root = courses.courses.get(course_id)
        return tuple(
            Unit(str(chapter), _title(runtime, chapter), tuple(self._page(runtime, page, course_id) for page in pages))
            for chapter in (courses.children(root) if root else ())
            if (pages := courses.below(chapter, "vertical"))
        )

    def _page(self, runtime: HostRuntime, page: Any, course_id: str) -> Page:
        blocks = tuple((str(child), child.block_type) for child in library().children(page))
        return Page(str(page), _title(runtime, page), self.page_url(course_id, str(page)), blocks)

    def page_of(self, block: Any) -> tuple[str, str]:
        key = block.usage_key
        return str(library().above(key, "chapter")), str(library().above(key, "vertical"))

    def settings_of(self, course_id: str, block_type: str, *names: str) -> tuple[tuple[Any, ...], ...]:
        runtime = runtime_for(None)
        keys = (key for key in library().keys if key.block_type == block_type and str(key.context_key) == course_id)
        blocks = (runtime.get_block(key) for key in sorted(keys, key=str))
        return tuple(tuple(getattr(block, name) for name in names) for block in blocks)

    def page_url(self, course_id: str, usage_key: str) -> str:
        return reverse("wins_host:jump", args=[course_id, usage_key])

    def frame_url(self) -> str:
        return ""

    def publish_grade(self, block: Any, earned: float, possible: float) -> None:
        block.runtime.publish(block, "grade", {"value": earned, "max_value": possible})

    def publish_completion(self, block: Any, fraction: float) -> None:
        block.runtime.publish(block, "completion", {"completion": fraction})

    def publish_grade_for(self, user_id: int, usage_key: str, earned: float, possible: float) -> None:
        block = _block_of(user_id, usage_key)
        self.publish_grade(block, earned, possible)
        block.save()

    def score_of(self, user_id: int, usage_key: str) -> tuple[float, float] | None:
        found = Grade.objects.filter(user_id=user_id, usage_key=usage_key).first()
        return (found.earned, found.possible) if found else None

    def hold_score(self, user_id: int, usage_key: str, earned: float, possible: float) -> None:
        """The block of ``publish_grade_for`` is bound here: it was told."""

    def publish_completion_for(self, user_id: int, usage_key: str) -> None:
        self.publish_completion(_block_of(user_id, usage_key), 1.0)

    def grade_deleted(self, user_id: int, course_id: str, block: str, possible: float | None, at: datetime) -> None:
        """The host deletes no state."""

    send_mail = OpenEdx.send_mail

    def emit(self, name: str, user_id: int, course_id: str, data: Mapping[str, object]) -> None:
        """Nobody listens in the host."""

    def send_event(self, event_type: str, at: datetime, data: Mapping[str, object]) -> None:
        """Nobody listens in the host."""

    def count(self, name: str) -> None:
        """The host has no monitoring."""

    def run_job(self, job_id: int) -> bool:
        background.start(job_id)
        return True

    def login_url(self, request: HttpRequest) -> str:
        return f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}"

    def courses(self) -> tuple[tuple[str, str], ...]:
        runtime = runtime_for(None)
        return tuple((course_id, _title(runtime, root)) for course_id, root in library().courses.items())

    def completion_is_on(self) -> bool:
        return True

    def missing_packages(self) -> tuple[str, ...]:
        """The host needs none."""
        return ()

    def no_certificate(self, reason: str) -> Exception:
        """The host makes no certificates."""
        return RuntimeError(reason)

    def request_certificate(self, user_id: int, course_id: str) -> None:
        """The host makes no certificates."""


def _title(runtime: HostRuntime, key: Any) -> str:
    return str(runtime.get_block(key).display_name or key.block_id)


def _block_of(user_id: int, usage_key: str) -> Any:
    """The block as this learner has it."""
    key = known_key(usage_key)
    if key is None:
        raise ValueError(f"{usage_key}: no such block")
    return runtime_for(get_user_model().objects.get(id=user_id)).get_block(key)
