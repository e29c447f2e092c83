"""A module of one unit, one reading and three questions, written as an author would write it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from course_export import archive, content, course
from wins_xblocks.domain.programme.loader import load

PROGRAMME = load()
NOTICE = "This page is sample text."


def question(key: str, stem: str, right: str = "b", **changes: Any) -> dict[str, Any]:
    options = [{"id": letter, "text": f"{stem} {letter}", "correct": letter in right} for letter in "abcd"]
    kind = "multiple" if len(right) > 1 else "single"
    fixed = {"id": key, "kind": kind, "objective": "x1.1", "stem": stem, "options": options, "rationale": "Because."}
    return fixed | changes


def plan(module: str) -> dict[str, Any]:
    return {
        "module": module,
        "overview": "What this module *is*.\n",
        "textbook": {"title": "A book", "pages": 300},
        "hours": {
            "online_text": {"hours": 9, "reason": "The full text is planned."},
            "exercises": {"hours": 5, "reason": "They are planned."},
            "questions": {"hours": 1, "reason": "There are few."},
            "textbook": {"hours": 25},
        },
        "units": [
            {
                "id": "u1",
                "title": "First unit",
                "expected_hours": 40,
                "objectives": [{"id": "x1.1", "text": "Explain it."}],
                "readings": ["u1-outline.md"],
                "quiz": "u1.yaml",
            }
        ],
        "module_test": "module-test.yaml",
    }


@dataclass
class Draft:
    """The files of a module's content; a test changes them, then writes them."""

    module: str = "regulation"
    plan: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=lambda: {"u1-outline.md": "# Outline\n\nSome *text* to read.\n"})
    quiz: list[Any] = field(default_factory=lambda: [question("q1", "What is it?"), question("q2", "Which?", "ac")])
    test: list[Any] = field(default_factory=lambda: [question("t1", "What is asked?")])
    quiz_parts: dict[str, Any] = field(default_factory=dict)  # beside the questions of the file
    test_parts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plan = plan(self.module)

    @property
    def unit(self) -> dict[str, Any]:
        return self.plan["units"][0]

    def with_exercise(self) -> "Draft":
        self.unit["exercise"] = "u1-exercise.md"
        self.pages["u1-exercise.md"] = "# Exercise: try it\n\nDo this.\n"
        return self

    def write(self, root: Path) -> Path:
        folder = root / self.module
        (folder / "units").mkdir(parents=True)
        (folder / "items").mkdir()
        (folder / "module.yaml").write_text(_yaml(self.plan), encoding="utf-8")
        for name, text in self.pages.items():
            (folder / "units" / name).write_text(text, encoding="utf-8")
        quiz, test = {"items": self.quiz, **self.quiz_parts}, {"items": self.test, **self.test_parts}
        (folder / "items" / "u1.yaml").write_text(_yaml(quiz), encoding="utf-8")
        (folder / "items" / "module-test.yaml").write_text(_yaml(test), encoding="utf-8")
        return root

    def files(self, root: Path) -> dict[str, bytes]:
        module = PROGRAMME.module(self.module)
        assert module
        return course.files(PROGRAMME, module, content.load(module, self.write(root)))

    def archive(self, root: Path) -> Path:
        path = root / "course.tar.gz"
        path.write_bytes(archive.pack(self.files(root / "content")))
        return path


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
