"""A job on the desk: what it is, how far it is, and what became of each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from . import words
from .desk_view import people_of
from .domain.jobs import api
from .domain.jobs.data import JobValue, LineValue
from .paging import Part, part
from .people import Person

SLOW = timedelta(minutes=2)  # so long without a line: that is said
SHOWS = {"problems": ("refused", "left_out"), "all": ()}


@dataclass(frozen=True)
class JobRow:
    job: JobValue
    what: str
    state: str
    by: Person | None


@dataclass(frozen=True)
class LineRow:
    """A line with its learner, where it means one who is there yet."""

    line: LineValue
    person: Person | None
    state: str
    told: str


@dataclass(frozen=True)
class JobPage:
    """One job. ``slow`` says that nothing was done for a while; ``people`` are those who acted, by what they did."""

    row: JobRow
    progress: str
    slow: str
    checked_by: Person
    ended_by: Person | None
    show: str
    part: Part
    lines: tuple[LineRow, ...]

    @property
    def job(self) -> JobValue:
        return self.row.job

    @property
    def begun(self) -> int:
        """Lines that are behind it, done or not."""
        return self.job.done + self.job.refused


def kind_words(kind: str) -> str:
    """What a job does."""
    told = {
        "grant": _("Give places in exams"), "issue": _("Issue vouchers to learners"), "replace": _("Replace codes"),
        "keys": _("Mark answers anew after a correction"),
    }  # fmt: skip
    return told.get(kind, kind)


def state_words(state: str) -> str:
    """Where a job stands."""
    return {
        "checked": _("checked, not started"), "waiting": _("waits for a worker"), "running": _("runs"),
        "done": _("has ended"), "failed": _("was given up"), "cancelled": _("cancelled"),
    }[state]  # fmt: skip


def line_words(line: LineValue, job: JobValue) -> tuple[str, str]:
    """What became of a line: in short, and in a sentence."""
    if line.state != "waiting":
        short = {"done": _("done"), "refused": _("not done"), "left_out": _("left out")}[line.state]
        return short, words.sentence(line.sentence, line.values)
    if job.state in ("failed", "cancelled"):
        return _("not begun"), _("The job ended before this line.")
    return _("waits"), ""


def progress_words(job: JobValue) -> str:
    """How far it is, in one sentence."""
    told = _("{begun} of {good} lines: {done} done, {refused} not done.")
    return told.format(begun=job.done + job.refused, good=job.good, done=job.done, refused=job.refused)


def rows(asked: str) -> tuple[Part, tuple[JobRow, ...]]:
    """A page of all jobs, the newest first."""
    here = part(api.count(), asked)
    found = api.listed(here.start, here.per_page)
    people = people_of([job.started_by for job in found if job.started_by])
    return here, tuple(_row(job, people) for job in found)


def _row(job: JobValue, people: dict[int, Person]) -> JobRow:
    return JobRow(job, kind_words(job.kind), state_words(job.state), people.get(job.started_by or 0))


def job_page(job_id: int, show: str, asked: str, now: datetime) -> JobPage:
    """One job with a page of its lines; those with a problem unless all are asked for. Raises NotPossible."""
    job = api.found(job_id)
    if show not in SHOWS:
        show = "problems" if job.refused + job.left_out else "all"
    here = part(api.count_lines(job_id, SHOWS[show]), asked)
    lines = api.lines(job_id, here.start, here.per_page, SHOWS[show])
    acted = [id_ for id_ in (job.made_by, job.started_by, job.ended_by) if id_]
    people = people_of([*acted, *_learners(lines)])
    ended_by = people[job.ended_by] if job.ended_by else None
    told = tuple(line_row(line, job, people) for line in lines)
    return JobPage(
        _row(job, people), progress_words(job), _slow(job, now), people[job.made_by], ended_by, show, here, told
    )


def _learners(lines: Sequence[LineValue]) -> list[int]:
    return [line.learner_id for line in lines if line.learner_id]


def line_row(line: LineValue, job: JobValue, people: dict[int, Person]) -> LineRow:
    return LineRow(line, people.get(line.learner_id or 0), *line_words(line, job))


def all_lines(job: JobValue) -> tuple[LineRow, ...]:
    """Every line, for a file."""
    lines = api.lines(job.id)
    people = people_of(_learners(lines))
    return tuple(line_row(line, job, people) for line in lines)


def _slow(job: JobValue, now: datetime) -> str:
    if job.state == "waiting" and job.started_at and now - job.started_at >= api.PATIENCE:
        return _("No worker has taken it yet. The periodic work (wins_periodic, every five minutes) takes it up.")
    heard = job.heard_at or job.started_at
    if job.state == "running" and heard and now - heard >= SLOW:
        return _(
            "No line was done for some minutes. Should its worker have died, another one goes on where it stopped, "
            "after ten minutes at the latest. Nothing is done twice."
        )
    return ""
