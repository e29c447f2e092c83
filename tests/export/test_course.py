"""What a course consists of, and that every sign an author writes arrives."""

import json
from collections import Counter
from pathlib import Path

import pytest

from course_export import archive, outline
from course_export.check import check
from course_export.markdown import to_html, words

from .tiny import PROGRAMME, Draft, question

EXPECTED = Path(__file__).with_name("expected_course.txt")
ODD = "emoji 😀, & and <b>, \"quotes\" and 'these', שלום, 1e300, ]]>, &amp;, tab\there,\nnew line, \\ and \x85 \u2028"


def blocks(files: dict[str, bytes], tag: str) -> list[outline.Node]:
    return list(outline.read(files).course.each(tag))


def test_a_foundation_course_is_written_as_expected(tmp_path):
    """The whole OLX of a course of one unit, file by file."""
    files = Draft("foundation").with_exercise().files(tmp_path)

    assert "".join(f"=== {name}\n{files[name].decode()}\n" for name in sorted(files)) == EXPECTED.read_text("utf-8")


def test_an_elective_has_practice_questions_and_a_test_that_asks_everything(tmp_path):
    files = Draft().files(tmp_path)

    practice, test = blocks(files, "wins_quiz")
    rules = ("purpose", "pass_percent", "max_tries", "draw", "draw_by")
    assert [practice.attributes[rule] for rule in rules] == ["practice", "0", "0", "0", ""]
    assert [test.attributes[rule] for rule in rules] == ["test", "70", "3", "0", ""]
    graded = [part.name for part in blocks(files, "sequential") if part.attributes.get("graded")]
    assert graded == ["regulation-test-chapter-sequence"]
    grading = json.loads(files["policies/2026/grading_policy.json"])
    assert [(grader["type"], grader["weight"]) for grader in grading["GRADER"]] == [("Module test", 1.0)]


def test_every_page_begins_with_the_clock_but_two_that_end_with_it(tmp_path):
    for page in blocks(Draft("foundation").with_exercise().files(tmp_path), "vertical"):
        tags = [block.tag for block in page.children]
        last = page.name in ("foundation-start-module", "foundation-voucher-page")
        assert tags.index("wins_study_time") == (len(tags) - 1 if last else 0)


def test_names_are_unique_over_all_types_and_begin_with_the_module(tmp_path):
    course = outline.read(Draft("foundation").with_exercise().files(tmp_path)).course
    tags = ("chapter", "sequential", "vertical", "html", "wins_module", "wins_study_time", "wins_quiz")
    names = [node.name for tag in tags for node in course.each(tag)]

    assert max(Counter(names).values()) == 1
    assert all(name.startswith("foundation-") for name in names)


def test_a_working_title_is_called_so_where_staff_see_the_course(tmp_path):
    files = Draft("security-culture").files(tmp_path)

    assert "“Nuclear Security Culture” is a working title." in files["about/overview.html"].decode()
    assert "(working title)" in files["about/short_description.html"].decode()
    assert b"working title" not in Draft("regulation").files(tmp_path / "other")["about/overview.html"]


def test_every_sign_of_a_question_arrives_unchanged(tmp_path):
    draft = Draft(quiz=[question("q1", ODD, rationale=ODD)])
    draft.unit["title"] = ODD.partition("\n")[0]
    files = archive.read(draft.archive(tmp_path))

    item = json.loads(blocks(files, "wins_quiz")[0].attributes["bank"])["items"][0]
    assert item["stem"] == item["rationale"] == ODD
    assert item["options"][0] == {"id": "a", "text": f"{ODD} a", "correct": False}
    assert blocks(files, "chapter")[1].attributes["display_name"] == draft.unit["title"]
    assert json.loads(blocks(files, "wins_module")[0].attributes["hours"])["units"][0]["title"] == draft.unit["title"]
    assert check(files, PROGRAMME).problems == []


def test_every_sign_of_a_text_arrives(tmp_path):
    draft = Draft(pages={"u1-outline.md": '# 😀 & <co>\n\nשלום 😀\u2028\x85 1e300 "so" & a<b, <b>no tag</b>\n'})
    files = archive.read(draft.archive(tmp_path))

    text = files["html/regulation-u1-r1-text.html"].decode()
    assert '<p>שלום 😀\u2028\x85 1e300 "so" &amp; a&lt;b, &lt;b&gt;no tag&lt;/b&gt;</p>' in text
    assert any(page.attributes["display_name"] == "😀 & <co>" for page in blocks(files, "vertical"))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[go](javascript:alert(1))",
        "[go](data:text/html,x)",
        "![x](javascript:alert(1))",
        '<a href="x" onclick="y">z</a>',
        "<style>p{}</style>\n\n<iframe src=x></iframe>",
    ],
)
def test_markdown_brings_no_script_into_a_page(hostile):
    html = to_html(hostile)

    for sign in ("<script", "<img", "<iframe", "<style", '<a href="x"', 'href="javascript', 'href="data'):
        assert sign not in html


def test_markdown_keeps_lists_tables_and_links():
    html = to_html(
        "## Head\n\n- *one*\n\n| A | B |\n|---|--:|\n| 1 | 2 |\n\n[WINS](https://wins.org) <https://iaea.org>\n"
    )

    for part in (
        "<h2>Head</h2>",
        "<li><em>one</em></li>",
        "<td>2</td>",
        'href="https://wins.org"',
        ">https://iaea.org<",
    ):
        assert part in html


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("<p>One two-fold, <em>three</em> – 4.</p>", 4),
        ("<h2>A</h2><p>B</p>", 2),
        ("a &amp; b&nbsp;c", 3),
        ('<p class="wins-sample">Not counted at all.</p><p>one</p>', 1),
        ("<" * 200_000, 0),
        ('<p class="wins-sample">' * 20_000, 0),
    ],
)
def test_words_are_those_a_reader_reads(html, count):
    assert words(html) == count
