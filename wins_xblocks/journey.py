"""A learner's way to the title: what My WINS path and the module block show, from one place so that they agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from . import context, hours_table
from .domain.programme.data import Programme
from .domain.quiz import api as quiz
from .domain.registration import api as registration
from .domain.registration.data import LIVING, Standing
from .domain.study_time import api as study_time
from .domain.vouchers import api as vouchers
from .domain.vouchers.data import LIVE
from .module_view import Activity, Link, ModuleView, Planned, module_view
from .outline import MODULE, Outline, name_of
from .platform import platform
from .voucher_view import VoucherView
from .voucher_view import view as voucher_view

# Whose exam's state the next step tells, the most urgent first.
URGENT = (
    "ready", "issued", "taken_back", "shown", "expired", "lost", "void", "withdrawn", "failed", "no_place", "arranging",
    "country", "review", "waiting", "booked", "pending",
)  # fmt: skip
OPEN = ("ready", "issued", "taken_back", "shown", "arranging", "country", "waiting", "booked")  # something goes on


@dataclass(frozen=True)
class Step:
    """One of the five steps. ``state``: done, now or later."""

    text: str
    state: str


@dataclass(frozen=True)
class Next:
    """The next step in a sentence with one button. ``starts``: the button accepts the notice on counting."""

    sentence: str
    link: Link | None
    starts: bool = False


@dataclass(frozen=True)
class Journey:
    """All of My WINS path. ``step`` counts from 1."""

    step: int
    steps: tuple[Step, ...]
    next: Next
    modules: tuple[ModuleView, ...]
    vouchers: tuple[VoucherView, ...]
    voucher_url: str

    @property
    def same_list(self) -> VoucherView | None:
        """What is said of two exams or more once, when the same list stands before each of them."""
        first, *others = self.vouchers or (None,)
        if first is None or not others or not first.checklist:
            return None
        return first if all(replace(own, exam=first.exam, title=first.title) == first for own in others) else None


def journey(user: Any, now: datetime) -> Journey:
    """Where ``user`` stands. Opens registrations for active enrolments that have none yet."""
    rules, courses = context.programme(), enrol(user, now)
    views = [view_of(user, own, courses.get(own.module.id), (), rules, now) for own in standings_of(user, rules)]
    exams = my_exams(user.id, rules, now)
    foundation, elective = (
        next((view for view in views if view.standing is own), None) for own in ways([view.standing for view in views])
    )
    states = {view.exam: view.state for view in exams}
    step = step_of([view.standing for view in views], states, rules)
    url = next((view.voucher_url for view in views if view.voucher_url), "")
    if not url and any(state in LIVE for state in states.values()):  # no course of hers is open: our own page
        url = reverse("wins:vouchers")
    return Journey(
        step=step,
        steps=_steps(step, elective),
        next=_next(user.id, step, foundation, elective, exams, url),
        modules=tuple(views),
        vouchers=exams,
        voucher_url=url,
    )


def enrol(user: Any, now: datetime) -> Mapping[str, str]:
    """Open the registrations of the user's active enrolments; the newest course of each module, by the module's id."""
    rules = context.programme()
    found = courses_of(user, rules)
    for module in rules.modules:
        if module.id in found:
            registration.open_for_enrolment(
                user.id, module, found[module.id], rules.version, now, entitlement=rules.policies.entitlement
            )
    return found


def courses_of(user: Any, rules: Programme) -> Mapping[str, str]:
    """The course of each module that the user studies now, by the module's id: the newest one that has pages for her.

    Courses that the user teaches are left out: the course team's visits are not study.
    """
    edge = platform()
    found: dict[str, list[str]] = {}
    for course_id in edge.enrolled_courses(user.id):
        module = context.module_of_course(course_id, rules)
        if module and not edge.is_course_staff(user, course_id):
            found.setdefault(module.id, []).append(course_id)
    return {module_id: _open_one(user, runs) for module_id, runs in found.items()}


def _open_one(user: Any, runs: Sequence[str]) -> str:
    """Next year's run may have been joined already, and nothing of it be open yet."""
    if len(runs) == 1:
        return runs[0]
    edge = platform()
    return next((run for run in runs if any(unit.pages for unit in edge.outline(run, user))), runs[0])


def taught_at(user: Any, course_id: str, objective: str) -> str:
    """The first page of the unit that teaches a learning goal, as far as this user may see it; "" where none does."""
    tables = (hours_table.read(hours) for (hours,) in platform().settings_of(course_id, MODULE, "hours"))
    units = {plan.unit for table in tables if table for plan in table.planned if objective in plan.objectives}
    outline = Outline(platform().outline(course_id, user)) if units else Outline()
    return next((unit.pages[0].url for unit in outline.study_units if name_of(unit.key) in units), "")


def standings_of(user: Any, rules: Programme) -> list[Standing]:
    """The user's living registrations, the Foundation Module first."""
    mine = [own for own in registration.of_learners([user.id]).get(user.id, []) if own.state in LIVING]
    found = registration.standings(mine, rules, context.first_rules(), context.factor())
    return sorted(found, key=lambda s: (s.module.kind != "foundation", s.registration.id))


def view_of(
    user: Any, standing: Standing, course_id: str | None, planned: Sequence[Planned], rules: Programme, now: datetime
) -> ModuleView:
    """``course_id`` None: not enrolled now, so there are no pages to lead to."""
    outline = Outline(platform().outline(course_id, user)) if course_id and user else Outline()
    bound = registration.rules_of(standing.registration, rules, context.first_rules())
    ask = reverse("wins:ask")
    return module_view(standing, bound, outline, _activity(standing, outline, planned), planned, ask, now)


def _activity(standing: Standing, outline: Outline, planned: Sequence[Planned]) -> Activity:
    own, test = standing.registration, standing.test
    if not own.id:
        return Activity({}, (), "", "", frozenset())
    last = study_time.last_page(own.id)
    quizzes = outline.quizzes
    results = quiz.unit_results(own.learner_id, [key for keys in quizzes.values() for key in keys])
    done = {unit for unit, keys in quizzes.items() if keys and all(results.get(key) for key in keys)}
    weak = quiz.read_again(own.id) if planned and test.tries and not test.passed else ()
    return Activity(
        study_time.by_unit(own.id), study_time.by_day(own.id), last.unit if last else "", last.page if last else "",
        frozenset(done), weak,
    )  # fmt: skip


def my_exams(learner_id: int, rules: Programme, now: datetime) -> tuple[VoucherView, ...]:
    """The learner's exams in words: of her modules, and of every voucher she holds or held."""
    positions = vouchers.positions(learner_id, rules, context.first_rules(), context.factor(), now)
    return tuple(voucher_view(position) for position in positions)


def ways(standings: Sequence[Standing]) -> tuple[Standing | None, Standing | None]:
    """Of living registrations: the Foundation Module, and the elective that is nearest to its end."""
    foundation = next((own for own in standings if own.module.kind == "foundation"), None)
    electives = [own for own in standings if own.module.kind == "elective"]
    return foundation, max(electives, key=lambda own: (own.complete, own.hours.counted), default=None)


def step_of(standings: Sequence[Standing], states: Mapping[str, str], rules: Programme) -> int:
    """Which of the five steps a learner is at. ``standings`` of her living registrations; ``states`` by exam."""
    foundation, elective = ways(standings)
    passed = {module.id for module in rules.modules if states.get(module.exam) == "passed"}
    electives = {module.id for module in rules.modules if module.kind == "elective"}
    if any(title.foundation in passed and len(passed & electives) >= title.electives for title in rules.designations):
        return 5
    if not standings:
        return 1
    if foundation is None or not foundation.complete:
        return 2
    return 4 if elective and elective.complete else 3


def urgent(exams: Sequence[VoucherView]) -> VoucherView | None:
    """The exam whose state the next step tells."""
    found = (exam for exam in exams if exam.state in URGENT)
    return min(found, key=lambda exam: URGENT.index(exam.state), default=None)


def _steps(step: int, elective: ModuleView | None) -> tuple[Step, ...]:
    mine = _("Study your elective: {title}").format(title=elective.title) if elective else _("Study your elective")
    texts = (
        _("Join"), _("Study the Foundation Module"), mine, _("Two exams"),
        _("Certified Nuclear Security Professional (CNSP)"),
    )  # fmt: skip
    states = ["done"] * (step - 1) + ["now"] + ["later"] * (len(texts) - step)
    return tuple(Step(text, state) for text, state in zip(texts, states, strict=True))


def notice_sentence() -> str:
    return _("Before you start, read how your time is counted. Nothing is counted before you press OK.")


def _next(
    learner_id: int,
    step: int,
    foundation: ModuleView | None,
    elective: ModuleView | None,
    exams: Sequence[VoucherView],
    voucher_url: str,
) -> Next:
    ask = Link(_("Ask WINS"), reverse("wins:ask"))
    if step == 1 and any(exam.state in LIVE for exam in exams):  # who left the modules still has a code to use
        return _exam_next(exams, Link(_("Go to my exam vouchers"), voucher_url))
    if step == 1:
        told = _("You have not joined a module yet. When WINS has enrolled you, your modules are shown here.")
        return Next(told, ask)
    if step == 5:
        return Next(_("Congratulations. You passed both exams. WINS now confirms your certification."), None)
    if not study_time.notice_accepted(learner_id):
        return Next(notice_sentence(), None, starts=True)
    if step == 4:
        return _exam_next(exams, Link(_("Go to my exam vouchers"), voucher_url) if voucher_url else ask)
    wanted = foundation if step == 2 else elective
    if wanted:
        return Next(f"{wanted.title}. {wanted.next_sentence}", wanted.next)
    if any(exam.state in OPEN for exam in exams):  # rules may open an exam before the other module is joined
        return _exam_next(exams, Link(_("Go to my exam vouchers"), voucher_url) if voucher_url else ask)
    if step == 3:
        return Next(_("You have not joined an elective module yet. Ask WINS which one fits you."), ask)
    return Next(_("You have not joined the Foundation Module yet. Ask WINS to enrol you."), ask)


def _exam_next(exams: Sequence[VoucherView], link: Link) -> Next:
    exam = urgent(exams)
    if exam is None:
        return Next(_("Both modules are complete. See your exams below."), link)
    return Next(f"{exam.title}. {exam.heading}", link)
