"""The course of one module: which chapters, pages and blocks it has, under which names."""

from collections.abc import Iterator
from html import escape

from wins_xblocks.domain.programme.data import Module, Programme

from . import olx, policies
from .bank import Bank
from .content import Content, Declared, Page, Unit
from .hours import Counts, HoursTable, Part, PartHours, UnitHours
from .items import Item, Objective, Quota
from .markdown import SAMPLE_NOTICE, to_html, words
from .olx import Element

UNIT_QUIZ_PASS = 70
TEST_DRAW = 40  # questions of one Foundation test; the electives ask all they have
PART_NAMES: dict[Part, str] = {
    "online_text": "Online text",
    "exercises": "Exercises",
    "questions": "Questions",
    "textbook": "Printed textbook",
}


def files(programme: Programme, module: Module, content: Content) -> dict[str, bytes]:
    """The files of the module's course, by path inside the course folder."""
    tree = Course(programme, module, content).tree()
    return olx.files(tree) | policies.files(module, content, programme.policies)


class Course:
    """Builds the elements of one course. Every url_name begins with the id of the module."""

    def __init__(self, programme: Programme, module: Module, content: Content) -> None:
        self.programme, self.module, self.content = programme, module, content
        self.foundation = module.kind == "foundation"
        self.draw = TEST_DRAW if self.foundation else 0

    def tree(self) -> Element:
        chapters = [self._start(), *map(self._unit, self.content.units), self._test(), self._voucher()]
        return olx.course(self.module.course.org, self.module.course.number, chapters)

    def _start(self) -> Element:
        mine, hours = self._name("start-module"), self._name("start-hours")
        block = olx.module_block(self._name("module"), self.module.id, self._hours())
        pages = [
            olx.vertical(mine, "My module", [block, olx.study_time(mine, self.module.id)]),
            self._text(hours, "How your time is counted", self._time_text()),
        ]
        return self._chapter(self._name("start"), "Start", pages)

    def _unit(self, unit: Unit) -> Element:
        name = self._name(unit.id)
        pages = [self._text(f"{name}-objectives", "What you will be able to do", _objectives(unit))]
        pages += [self._page(f"{name}-r{number}", page) for number, page in enumerate(unit.readings, start=1)]
        parts = [olx.sequential(f"{name}-read", "Read", pages)]
        if unit.exercise:
            parts.append(
                olx.sequential(f"{name}-exercise", "Exercise", [self._page(f"{name}-task", unit.exercise, "quiz")])
            )
        return olx.chapter(name, unit.title, [*parts, self._quiz(f"{name}-quiz", unit)])

    def _quiz(self, name: str, unit: Unit) -> Element:
        title = policies.QUIZ if self.foundation else "Practice questions"
        block = olx.quiz(
            name,
            title,
            self.module.id,
            self._bank(unit.id, unit.quiz, unit.objectives),
            purpose="unit" if self.foundation else "practice",
            pass_percent=UNIT_QUIZ_PASS if self.foundation else 0,
            max_tries=0,
            draw=0,
            draw_by="",
        )
        page = self._questions(f"{name}-page", title, block)
        return olx.sequential(f"{name}-sequence", title, [page], title if self.foundation else "")

    def _test(self) -> Element:
        name, policy = self._name("test"), self.programme.policies.module_test
        block = olx.quiz(
            name,
            policies.TEST,
            self.module.id,
            self._bank("test", self.content.module_test, blueprint=self.content.blueprint),
            purpose="test",
            pass_percent=policy.pass_percent,
            max_tries=policy.tries,
            draw=self.draw,
            draw_by="blueprint" if self.content.blueprint else "objective" if self.draw else "",
        )
        page = self._questions(f"{name}-page", policies.TEST, block)
        return self._chapter(f"{name}-chapter", policies.TEST, [page], policies.TEST)

    def _voucher(self) -> Element:
        name = self._name("voucher")
        page = f"{name}-page"
        blocks = [olx.exam_voucher(name, self.module.id), olx.study_time(page, self.module.id)]
        return self._chapter(f"{name}-chapter", "Exam voucher", [olx.vertical(page, "Exam voucher", blocks)])

    def _chapter(self, name: str, title: str, pages: list[Element], graded_as: str = "") -> Element:
        """A chapter with one sequential."""
        return olx.chapter(name, title, [olx.sequential(f"{name}-sequence", title, pages, graded_as)])

    def _page(self, name: str, page: Page, kind: str = "") -> Element:
        return self._text(name, page.title, to_html(page.body), kind)

    def _text(self, name: str, title: str, html: str, kind: str = "") -> Element:
        text = olx.html(f"{name}-text", title, f"{SAMPLE_NOTICE}\n{html}\n")
        return olx.vertical(name, title, [olx.study_time(name, self.module.id, kind), text])

    def _questions(self, name: str, title: str, block: Element) -> Element:
        notice = olx.html(f"{name}-notice", "Sample text", f"{SAMPLE_NOTICE}\n")
        return olx.vertical(name, title, [olx.study_time(name, self.module.id), notice, block])

    def _name(self, part: str) -> str:
        return f"{self.module.id}-{part}"

    def _bank(
        self, part: str, items: tuple[Item, ...], own: tuple[Objective, ...] = (), blueprint: tuple[Quota, ...] = ()
    ) -> Bank:
        """The objectives are the unit's ``own`` and those that the questions test, in the order of the module."""
        wanted = {item.objective for item in items} | {objective.id for objective in own}
        objectives = tuple(objective for objective in self.content.objectives if objective.id in wanted)
        named = {item.case for item in items}
        cases = tuple(case for case in self.content.cases if case.id in named)
        return Bank(
            bank_id=self._name(part), objectives=objectives, items=items, cases=cases or None,
            blueprint=blueprint or None,
        )  # fmt: skip

    def _counts(self) -> Counts:
        units = self.content.units
        return Counts(
            words=sum(words(_objectives(u)) + sum(words(to_html(page.body)) for page in u.readings) for u in units),
            exercises=sum(unit.exercise is not None for unit in units),
            questions=sum(_live(unit.quiz) for unit in units) + self._asked(),
            pages=self.content.textbook.pages,
        )

    def _asked(self) -> int:
        """How many questions a try at the module test has."""
        if self.content.blueprint:
            return sum(row.count for row in self.content.blueprint)
        live = _live(self.content.module_test)
        return min(self.draw, live) if self.draw else live

    def _declared(self) -> dict[Part, Declared]:
        hours = self.content.hours
        return {
            "online_text": hours.online_text,
            "exercises": hours.exercises,
            "questions": hours.questions,
            "textbook": hours.textbook,
        }

    def _hours(self) -> HoursTable:
        counts = self._counts()
        explained = counts.explain(self.programme.workload)
        rows = tuple(
            PartHours(
                part=part,
                hours=declared.hours,
                explained=round(explained[part], 1),
                reason=declared.reason or "",
                **{"pages" if part == "textbook" else "count": counts.of(part)},
            )
            for part, declared in self._declared().items()
        )
        return HoursTable(parts=rows, units=tuple(map(self._unit_hours, self.content.units)))

    def _unit_hours(self, unit: Unit) -> UnitHours:
        return UnitHours(
            unit=self._name(unit.id),
            title=unit.title,
            hours=unit.expected_hours,
            objectives=tuple(objective.id for objective in unit.objectives),
            minutes={name: counts.minutes(self.programme.workload) for name, counts in self._page_counts(unit)},
        )

    def _page_counts(self, unit: Unit) -> Iterator[tuple[str, Counts]]:
        """What there is to do on each page of a unit."""
        name = self._name(unit.id)
        yield f"{name}-objectives", Counts(words(_objectives(unit)), 0, 0, 0)
        for number, page in enumerate(unit.readings, start=1):
            yield f"{name}-r{number}", Counts(words(to_html(page.body)), 0, 0, 0)
        if unit.exercise:
            yield f"{name}-task", Counts(0, 1, 0, 0)
        yield f"{name}-quiz-page", Counts(0, 0, _live(unit.quiz), 0)

    def _time_text(self) -> str:
        book = f" (“{escape(self.content.textbook.title)}”)"
        rows = "".join(
            f"<tr><td>{PART_NAMES[part]}{book if part == 'textbook' else ''}</td><td>{declared.hours} h</td></tr>\n"
            for part, declared in self._declared().items()
        )
        return TIME_TEXT.format(hours=self.module.nominal_hours, rows=rows)


def _live(items: tuple[Item, ...]) -> int:
    return sum(item.live for item in items)


def _objectives(unit: Unit) -> str:
    listed = "".join(f"<li>{escape(objective.text)}</li>\n" for objective in unit.objectives)
    return f"<p>When you have finished this unit, you can:</p>\n<ul>\n{listed}</ul>"


TIME_TEXT = """\
<p>WINS must be able to show that you studied. This is why your study time is counted.</p>
<ul>
<li>Time counts when a course page is open in front of you and you use it.</li>
<li>If you do nothing for some minutes, we ask. Then we pause.</li>
<li>Two pages or two devices at the same time count once.</li>
<li>Your printed textbook is part of your {hours} hours. This page cannot see it. Ask WINS about these hours.</li>
</ul>
<p>You and WINS staff see the same number. If it looks wrong, ask WINS.</p>
<h2>How your {hours} hours are planned</h2>
<table>
<thead><tr><th>Part</th><th>Hours</th></tr></thead>
<tbody>
{rows}</tbody>
</table>"""
