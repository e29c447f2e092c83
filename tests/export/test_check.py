"""The check finds what is wrong in a course, whoever wrote it."""

import json
from collections.abc import Callable

import pytest

from course_export import ExportError, hours
from course_export.check import check

from .tiny import PROGRAMME, Draft, question

Files = dict[str, bytes]
QUIZ, TEST = "vertical/regulation-u1-quiz-page.xml", "vertical/regulation-test-page.xml"
HOME, READ = "vertical/regulation-start-module.xml", "vertical/regulation-u1-r1.xml"
TEXT = "html/regulation-u1-r1-text.html"
POLICY, GRADING = "policies/2026/policy.json", "policies/2026/grading_policy.json"


@pytest.fixture
def files(tmp_path) -> Files:
    return Draft().files(tmp_path)


def swap(name: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        body = files[name].decode()
        assert old in body
        files[name] = body.replace(old, new).encode()

    return change


def in_hours(**changes: object) -> Callable[[Files], None]:
    """Change the first row of the hours, ``online_text``."""

    def change(files: Files) -> None:
        body = files[HOME].decode()
        start = body.index('hours="') + len('hours="')
        end = body.index('"', start)
        table = json.loads(body[start:end].replace("&quot;", '"'))
        table["parts"][0].update(changes)
        files[HOME] = (body[:start] + json.dumps(table).replace('"', "&quot;") + body[end:]).encode()

    return change


def test_a_course_as_built_is_right(files):
    report = check(files, PROGRAMME)

    assert report.problems == []
    assert report.module is not None
    assert report.module.id == "regulation"
    assert report.counts == hours.Counts(words=14, exercises=0, questions=3, pages=300)


def test_the_hours_are_printed_part_by_part(files):
    lines = list(check(files, PROGRAMME).lines())

    assert [line.split()[:4] for line in lines] == [
        ["part", "declared", "explained", "open"],
        ["online_text", "9.0", "0.0", "9.0"],
        ["exercises", "5.0", "0.0", "5.0"],
        ["questions", "1.0", "0.1", "0.9"],
        ["textbook", "25.0", "25.0", "0.0"],
        ["together", "40.0", "25.1", "14.9"],
    ]
    assert lines[1].endswith("The full text is planned.")


FOUND = {
    "a page without a clock": (
        swap(READ, "wins_study_time", "problem"),
        f"{READ}: regulation-u1-r1: has no wins_study_",
    ),
    "a text without notice": (
        swap(TEXT, "wins-sample", "x"),
        f"{READ}: regulation-u1-r1: does not say that it is sample",
    ),
    "questions without notice": (
        swap("html/regulation-test-page-notice.html", "wins-sample", "x"),
        f"{TEST}: regulation-test-page: does not say that it is sample text",
    ),
    "another module's block": (
        swap(READ, 'module_id="regulation"', 'module_id="foundation"'),
        f"{READ}: regulation-u1-r1-time: module_id must be regulation",
    ),
    "a block of no family": (
        swap(READ, ' xblock-family="xblock.v1"', ""),
        f'{READ}: regulation-u1-r1-time: needs xblock-family="xblock.v1"',
    ),
    "a course of no module": (swap("course.xml", "REG", "XXX"), "course.xml: WINS+XXX is no course of the programme"),
    "a block nobody switched on": (swap(POLICY, "wins_quiz", "poll"), "policy.json: advanced_modules lacks wins_quiz"),
    "weights that do not add up": (swap(GRADING, "1.0", "0.9"), "grading_policy.json: the weights do not add up to 1"),
    "weights that are words": (swap(GRADING, "1.0", '"all"'), "grading_policy.json: GRADER.0.weight: "),
    "a format without weight": (
        swap(GRADING, "Module test", "Exam"),
        "regulation-test-chapter-sequence: format Module test is not in the grading policy",
    ),
    "two home pages": (
        swap(READ, "wins_study_time", "wins_module"),
        "course/2026.xml: there must be one wins_module, found 2",
    ),
    "a bank that is no JSON": (
        swap(QUIZ, 'bank="{', 'bank="'),
        f"{QUIZ}: regulation-u1-quiz: bank: the file as a whole",
    ),
    "a bank without right answers": (
        swap(QUIZ, "&quot;correct&quot;:true", "&quot;correct&quot;:false"),
        "bank: items.0: question q1 has 0 right options",
    ),
    "an objective of nowhere": (
        swap(QUIZ, "x1.1&quot;,&quot;text", "x9&quot;,&quot;text"),
        "there is no objective x1.1",
    ),
    "a question twice in a bank": (swap(QUIZ, ":&quot;q2&quot;", ":&quot;q1&quot;"), "question q1 stands twice"),
    "a draw beyond the bank": (swap(TEST, 'draw="0"', 'draw="40"'), "draws 40 questions, the bank has 1"),
    "a purpose we do not have": (swap(QUIZ, "practice", "game"), f"{QUIZ}: regulation-u1-quiz: purpose: "),
    "tries that are no number": (swap(TEST, 'max_tries="3"', 'max_tries="x"'), "regulation-test: max_tries: "),
    "a test question by its id": (
        swap(TEST, "t1", "q1"),
        f"{TEST}: regulation-test: question q1 is also in regulation-u1-",
    ),
    "a test question by its stem": (
        swap(TEST, "&quot;What is asked?&quot;", "&quot;what IS it&quot;"),
        f"{QUIZ}: regulation-u1-quiz: question q1 asks the same as t1 of the module test",
    ),
    "a bank id twice": (swap(TEST, "regulation-test&quot;", "regulation-u1&quot;"), "bank regulation-u1 is also in"),
    "hours without a reason": (
        in_hours(reason=" "),
        "hours: online_text: 9.0 of 9 hours have no explanation and no reason",
    ),
    "hours that do not add up": (in_hours(hours=8), "hours: the hours of the parts add up to 39, the module has 40"),
    "figures of another text": (
        in_hours(count=15),
        "hours: online_text: the figures written in the course are not those",
    ),
    "figures of another rate": (
        in_hours(explained=0.2),
        "hours: online_text: the figures written in the course are not",
    ),
    "a part twice": (
        in_hours(part="textbook"),
        "hours: the hours must name each of online_text, exercises, questions, ",
    ),
    "hours that are no number": (in_hours(hours="nine"), "hours: parts.0.hours"),
    "hours without end": (in_hours(hours=float("inf")), "hours: parts.0.hours"),
    "more text than hours": (swap(TEXT, "Some", "word " * 90_000), "online_text: the content takes 12.5 hours, only 9"),
    "units that do not add up": (swap(HOME, "&quot;hours&quot;:40", "&quot;hours&quot;:8"), "of the units add up to 8"),
    "minutes of another page": (
        swap(HOME, "&quot;regulation-u1-quiz-page&quot;:4", "&quot;regulation-u1-quiz-page&quot;:5"),
        "hours: regulation-u1-quiz-page: is said to take 5 minutes, which its content does not",
    ),
    "a unit that is not there": (swap(HOME, "&quot;regulation-u1&quot;", "&quot;u9&quot;"), "there is no unit u9"),
}


@pytest.mark.parametrize(("change", "told"), FOUND.values(), ids=FOUND)
def test_what_is_wrong_is_told(change, told, files):
    change(files)

    assert any(told in problem for problem in check(files, PROGRAMME).problems), check(files, PROGRAMME).problems


def gone(name: str) -> Callable[[Files], None]:
    return lambda files: files.pop(name) and None


REFUSED = {
    "a pointer to nowhere": (gone(READ), f"{READ}: there is no file {READ}"),
    "a text that is not there": (gone(TEXT), "html/regulation-u1-r1-text.xml: there is no file html/"),
    "no policy": (gone(POLICY), f"{POLICY}: there is no file"),
    "a policy of another run": (swap(POLICY, "course/2026", "course/2027"), f"{POLICY}: has no entry course/2026"),
    "a policy that is no JSON": (swap(POLICY, "{", ""), f"{POLICY}: is not JSON"),
    "a policy that is a list": (lambda files: files.update({POLICY: b"[]"}), f"{POLICY}: must hold an object"),
    "a course without number": (swap("course.xml", "course=", "kurs="), "course.xml: must be <course url_name="),
    "a page that is no XML": (swap(READ, "</vertical>", ""), f"{READ}: is not XML: "),
    "a page that is another thing": (swap(READ, "vertical", "chapter"), f"{READ}: holds <chapter>, not <vertical>"),
    "a page in a unit": (
        swap("chapter/regulation-u1.xml", "sequential", "vertical"),
        "chapter/regulation-u1.xml: <vertical> cannot stand in <chapter>",
    ),
    "a quiz in a file of its own": (
        lambda files: files.update({QUIZ: b'<vertical><wins_quiz url_name="q"/></vertical>'}),
        f"{QUIZ}: <wins_quiz> must stand here whole",
    ),
    "a block without name": (swap(READ, "url_name", "name"), f"{READ}: <wins_study_time> needs a url_name"),
    "a name that leads out": (swap(READ, "regulation-u1-r1-text", "../x"), f"{READ}: <html> needs a url_name"),
    "a block twice": (swap(READ, "regulation-u1-r1-time", "regulation-test-page-time"), "stands twice in the course"),
    "a text that is not UTF-8": (lambda files: files.update({TEXT: b"\xff"}), f"{TEXT}: byte 0: is not UTF-8 text"),
}


@pytest.mark.parametrize(("change", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_course_is_refused(change, told, files):
    change(files)

    with pytest.raises(ExportError) as refusal:
        check(files, PROGRAMME)

    assert told in str(refusal.value)


def test_a_course_in_the_shape_studio_exports_is_read_too(files):
    """Blocks written inline, comments, a wiki, a core block, a text without a file of its own."""
    swap("course/2026.xml", "</course>", '<wiki slug="x"/><!-- note --></course>')(files)
    files[READ] = (
        b'<vertical display_name="Outline"><problem url_name="p"/>'
        b'<wins_study_time xblock-family="xblock.v1" url_name="t" module_id="regulation"/>'
        b'<html url_name="h"><![CDATA[<p class="wins-sample">Sample.</p> Some text to read.]]></html></vertical>'
    )

    assert check(files, PROGRAMME).problems == []


def test_a_foundation_test_counts_only_what_one_learner_is_asked(tmp_path):
    draft = Draft("foundation", test=[question(f"t{number}", f"Question {number}?") for number in range(60)])
    report = check(draft.files(tmp_path), PROGRAMME)

    assert report.counts.questions == 2 + 40
    assert report.problems == []
