"""What stands beside the blocks of a course: its settings, its grading and its about page."""

import json
from html import escape

from wins_xblocks.domain.programme.data import Module, Policies

from .content import Content
from .markdown import SAMPLE_NOTICE, to_html
from .olx import BLOCKS, RUN

QUIZ, TEST = "Unit quiz", "Module test"  # types of the grading policy


def files(module: Module, content: Content, policies: Policies) -> dict[str, bytes]:
    """Policy and about files, by path inside the course folder."""
    quizzes = len(content.units) if module.kind == "foundation" else 0
    return {
        f"policies/{RUN}/policy.json": _json({f"course/{RUN}": _settings(module)}),
        f"policies/{RUN}/grading_policy.json": _json(_grading(quizzes, policies.module_test.pass_percent)),
        "about/overview.html": _overview(module, content).encode(),
        "about/short_description.html": f"{escape(_title(module))}: about {module.nominal_hours} hours".encode(),
        "about/effort.html": f"{module.nominal_hours} hours".encode(),
    }


def _settings(module: Module) -> dict[str, object]:
    return {
        "display_name": module.title,
        "advanced_modules": list(BLOCKS),
        "start": "2026-01-01T00:00:00Z",
        "end": "2036-01-01T00:00:00Z",  # checkers of OLX demand an end; a self-paced course has none of its own
        "self_paced": True,
        "language": "en",
        "course_image": "",  # the platform's own picture
        "cert_html_view_enabled": False,
        "certificates": {"certificates": []},
        "tabs": [
            {"type": "courseware", "name": "Course"},
            {"type": "progress", "name": "Progress"},
        ],
    }


def _grading(quizzes: int, pass_percent: int) -> dict[str, object]:
    graders = [_grader(TEST, "Test", 1, 0.7 if quizzes else 1.0)]
    if quizzes:
        graders.insert(0, _grader(QUIZ, "Quiz", quizzes, 0.3))
    return {"GRADER": graders, "GRADE_CUTOFFS": {"Pass": pass_percent / 100}}


def _grader(kind: str, label: str, count: int, weight: float) -> dict[str, object]:
    return {"type": kind, "short_label": label, "min_count": count, "drop_count": 0, "weight": weight}


def _title(module: Module) -> str:
    return module.title + (" (working title)" if module.title_status == "provisional" else "")


def _overview(module: Module, content: Content) -> str:
    notes = [SAMPLE_NOTICE]
    if module.title_status == "provisional":
        notes.append(f"<p>“{escape(module.title)}” is a working title. WINS has not confirmed it.</p>")
    body = "\n".join([*notes, to_html(content.overview)])
    return f'<section class="about">\n<h2>About this module</h2>\n{body}\n</section>\n'


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
