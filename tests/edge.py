"""Open edX as the tests see it: the platform's port, told what to answer. One place, no patches."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from wins_xblocks.people import Actor, Page, Person, Unit, people_called_in
from wins_xblocks.platform import find_people_in

FOUNDATION = "course-v1:WINS+FND+2026"
REGULATION = "course-v1:WINS+REG+2026"


@dataclass
class World:
    """What the fake platform knows. Reset before each test."""

    user_id: int | None = None
    shown_id: int | None = None
    masquerading: bool = False
    in_lms: bool = True
    may_author: bool = False
    course_id: str | None = FOUNDATION
    enrolments: set[tuple[int, str]] = field(default_factory=set)
    staff: set[tuple[int, str]] = field(default_factory=set)
    instructors: set[tuple[int, str]] = field(default_factory=set)  # each of them stands in ``staff`` too
    outlines: dict[str, tuple[Unit, ...]] = field(default_factory=dict)
    grades: list[tuple[str, float, float]] = field(default_factory=list)
    completions: list[tuple[str, float]] = field(default_factory=list)
    repaired: list[tuple[int, str, float, float]] = field(default_factory=list)
    scores: dict[tuple[int, str], tuple[float, float]] = field(default_factory=dict)  # what the gradebook holds
    held: list[tuple[int, str, float, float]] = field(default_factory=list)
    ticked: list[tuple[int, str]] = field(default_factory=list)  # for learners who were not there
    deleted: list[tuple[int, str, str, float | None]] = field(default_factory=list)
    anonymous: dict[str, int] = field(default_factory=dict)
    mails: list[tuple[str, str, str]] = field(default_factory=list)
    mail_fails: bool = False
    courses: tuple[tuple[str, str], ...] = ((FOUNDATION, "Foundation Module"), (REGULATION, "Regulation"))
    completion: bool = True
    missing_packages: tuple[str, ...] = ()
    page_of: tuple[str, str] = ("u1", "p1")
    settings: dict[tuple[str, str, str], tuple[Any, ...]] = field(default_factory=dict)
    certificates: list[tuple[int, str]] = field(default_factory=list)
    certificate_fails: bool = False
    emitted: list[tuple[str, int, str, dict[str, object]]] = field(default_factory=list)
    sent: list[tuple[str, datetime, dict[str, object]]] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    nobody_listens: bool = False
    countries: dict[int, str] = field(default_factory=dict)
    jobs: list[int] = field(default_factory=list)  # handed to workers
    no_workers: bool = False


WORLD = World()


def new_world() -> World:
    """Forget everything; the same object, since the platform's port is made once."""
    WORLD.__dict__.update(World().__dict__)
    return WORLD


class FakeOpenEdx:
    """The port; ``tests/plugin`` compares its signatures with the real one's."""

    def actor(self, block: Any) -> Actor:
        user, shown, course = WORLD.user_id, WORLD.shown_id or WORLD.user_id, WORLD.course_id
        if user is None or course is None or not WORLD.in_lms:
            return Actor(user, shown, course, WORLD.in_lms)
        return Actor(
            user, shown, course, True, (user, course) in WORLD.enrolments, (user, course) in WORLD.staff,
            WORLD.masquerading,
        )  # fmt: skip

    def may_author(self, block: Any) -> bool:
        return WORLD.may_author

    def with_static_urls(self, block: Any, html: str) -> str:
        return html.replace('"/static/', f'"/asset-v1:{WORLD.course_id}+')

    def current_user(self) -> Any:
        return get_user_model().objects.filter(id=WORLD.user_id).first()

    def is_enrolled(self, user_id: int, course_id: str) -> bool:
        return (user_id, course_id) in WORLD.enrolments

    def is_course_staff(self, user: Any, course_id: str) -> bool:
        return (user.id, course_id) in WORLD.staff

    def is_course_instructor(self, user: Any, course_id: str) -> bool:
        return (user.id, course_id) in WORLD.instructors

    def enrolled_courses(self, user_id: int) -> tuple[str, ...]:
        return tuple(sorted(course for who, course in WORLD.enrolments if who == user_id))

    def people(self, ids: Iterable[int]) -> Mapping[int, Person]:
        users = get_user_model().objects.filter(id__in=list(ids))
        return {
            user.id: Person(
                user.id, user.username, user.get_full_name(), user.email, country=WORLD.countries.get(user.id, "")
            )
            for user in users
        }

    def count_by_country(self, learner_ids: Any) -> Mapping[str, int]:
        ids = get_user_model().objects.filter(id__in=learner_ids).values_list("id", flat=True)
        return Counter(WORLD.countries.get(id_, "") for id_ in ids)

    def people_called(self, name: str) -> tuple[int, ...]:
        return people_called_in(get_user_model().objects, name)

    def find_people(self, text: str, most: int) -> tuple[int, ...]:
        return find_people_in(get_user_model().objects, text, most)

    def user_of_anonymous_id(self, anonymous_id: str) -> int | None:
        return WORLD.anonymous.get(anonymous_id)

    def outline(self, course_id: str, user: Any) -> tuple[Unit, ...]:
        return WORLD.outlines.get(course_id, (Unit("u1", "Unit one", (Page("p1", "Page one", "/p1"),)),))

    def page_of(self, block: Any) -> tuple[str, str]:
        return WORLD.page_of

    def settings_of(self, course_id: str, block_type: str, *names: str) -> tuple[tuple[Any, ...], ...]:
        return WORLD.settings.get((course_id, block_type, *names), ())

    def page_url(self, course_id: str, usage_key: str) -> str:
        return f"/courses/{course_id}/jump_to/{usage_key}"

    def frame_url(self) -> str:
        return "https://apps.example.org/learning"

    def publish_grade(self, block: Any, earned: float, possible: float) -> None:
        WORLD.grades.append((str(block.scope_ids.usage_id), earned, possible))

    def publish_completion(self, block: Any, fraction: float) -> None:
        WORLD.completions.append((str(block.scope_ids.usage_id), fraction))

    def publish_grade_for(self, user_id: int, usage_key: str, earned: float, possible: float) -> None:
        WORLD.repaired.append((user_id, usage_key, earned, possible))
        WORLD.scores[user_id, usage_key] = (earned, possible)

    def score_of(self, user_id: int, usage_key: str) -> tuple[float, float] | None:
        return WORLD.scores.get((user_id, usage_key))

    def hold_score(self, user_id: int, usage_key: str, earned: float, possible: float) -> None:
        WORLD.held.append((user_id, usage_key, earned, possible))

    def publish_completion_for(self, user_id: int, usage_key: str) -> None:
        WORLD.ticked.append((user_id, usage_key))

    def grade_deleted(self, user_id: int, course_id: str, block: str, possible: float | None, at: datetime) -> None:
        WORLD.deleted.append((user_id, course_id, block, possible))

    def send_mail(self, person: Person | None, subject: str, body: str) -> None:
        if WORLD.mail_fails:
            raise OSError("mail server is down")
        WORLD.mails.append((person.email if person else "academy@example.org", subject, body))

    def emit(self, name: str, user_id: int, course_id: str, data: Mapping[str, object]) -> None:
        self._listening()
        WORLD.emitted.append((name, user_id, course_id, dict(data)))

    def send_event(self, event_type: str, at: datetime, data: Mapping[str, object]) -> None:
        self._listening()
        WORLD.sent.append((event_type, at, dict(data)))

    def count(self, name: str) -> None:
        self._listening()
        WORLD.counted.append(name)

    def _listening(self) -> None:
        if WORLD.nobody_listens:
            raise OSError("the tracker is down")

    def run_job(self, job_id: int) -> bool:
        """Nobody does it before the test says so: ``jobs.run``."""
        if WORLD.no_workers:
            return False
        WORLD.jobs.append(job_id)
        return True

    def login_url(self, request: HttpRequest) -> str:
        return f"/login/?next={request.get_full_path()}"

    def courses(self) -> tuple[tuple[str, str], ...]:
        return WORLD.courses

    def completion_is_on(self) -> bool:
        return WORLD.completion

    def missing_packages(self) -> tuple[str, ...]:
        return WORLD.missing_packages

    def no_certificate(self, reason: str) -> Exception:
        from openedx_filters.learning.filters import CertificateCreationRequested

        return CertificateCreationRequested.PreventCertificateCreation(reason)

    def request_certificate(self, user_id: int, course_id: str) -> None:
        if WORLD.certificate_fails:
            raise RuntimeError("the platform is down")
        WORLD.certificates.append((user_id, course_id))
