"""An author's Markdown: what it becomes, and that nothing in it is ever run."""

import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from tests.blocks import make_block
from tests.domain.quiz.banks import body, question
from tests.domain.quiz.kinds import matching
from wins_xblocks.domain.quiz import banks
from wins_xblocks.marked_text import bare, block, inline
from wins_xblocks.quiz_block import QuizBlock


@pytest.mark.parametrize(("text", "shown"), [
    ("a < b & c\nnext", "a &lt; b &amp; c<br>next"),
    ("**b** *i* `c<d`", "<strong>b</strong> <em>i</em> <code>c&lt;d</code>"),
    ("2*3*4 = 24, snake_case_name, 5 * 6", "2*3*4 = 24, snake_case_name, 5 * 6"), ("`2*3*4`", "<code>2*3*4</code>"),
    ("one\n\ntwo *x*", "one<br><br>two <em>x</em>"), ("- a\n- b", "- a<br>- b"), ("# a *b*", "# a <em>b</em>"),
    ("[go](https://e.org) *x*", "go <em>x</em>"), ("[a]: b\n*x*", "[a]: b<br><em>x</em>"),
    ("    four *x*", "four <em>x</em>"),
    ("![A map](/asset-v1:a+b+c@m.png) *x*", '<img alt="A map" src="/asset-v1:a+b+c@m.png"> <em>x</em>'),
    ("![A map](javascript:alert(1)) *x*", '<img alt="A map"> <em>x</em>'),
    ("![A map](//elsewhere/x.png)", '<img alt="A map">'), ("![A map](http://e.org/x.png)", '<img alt="A map">'),
    ("<script>alert(1)</script> *x*", "&lt;script&gt;alert(1)&lt;/script&gt; <em>x</em>"),
])  # fmt: skip
def test_questions_and_answers_have_marks_and_no_blocks(text, shown):
    assert inline(text) == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("one\ntwo", "<p>one<br>two</p>"), ("one", "<p>one</p>"), (" ", ""), ("a < b", "<p>a &lt; b</p>"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"), ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
    ("[go](https://e.org)", '<p><a href="https://e.org" rel="noopener noreferrer">go</a></p>'),
    ("[go](javascript:x)", '<p><a rel="noopener noreferrer">go</a></p>'),
])  # fmt: skip
def test_cases_and_reasons_have_blocks_too(text, shown):
    assert block(text) == shown


def test_a_table_is_one():
    assert "<th>a</th>" in block("|a|b|\n|-|-|\n|1|2|")


def test_a_pictures_words_may_hold_anything():
    assert bare("![1 < x > 0 & <b>](/x.png) *y*") == "1 < x > 0 & <b> y"


def test_where_no_mark_can_stand_its_words_stay():
    assert bare("*Alarm* ![of a fence](/x.png) & `x<y`") == "Alarm of a fence & x<y"


@pytest.mark.parametrize(
    "text", ["[" * 4000, "*" * 4000, "[a](" * 1000, "> " * 2000, "*_" * 2000, "![" * 2000, "- " * 2000]
)
def test_a_text_full_of_marks_takes_no_time(text):
    for shown in (inline, block, bare):
        begun = time.monotonic()
        shown(text)
        assert time.monotonic() - begun < 2


def test_what_comes_after_lists_without_end_is_read_as_ever():
    assert block("- " * 1990) == f"<p>{'- ' * 1990}</p>"
    assert block("after *it*") == "<p>after <em>it</em></p>"


SIGNS = st.text("ab *_`[]()!<>&\"'\\|#-+=1.:/\n\t", max_size=40) | st.text(max_size=20)
PARTS = st.sampled_from([
    "<script>x</script>", "<img src=x onerror=y>", "![a](javascript:x)", "[a](javascript:x)", "&#106;avascript:x", "](",
    "![\" onerror=\"x](https://e.org/\"x)", "<a href='javascript:x'>", "[a](data:text/html,x)", "`", "\x00", "\x02",
    "wzxhzdk:0",
])  # fmt: skip
TEXTS = st.lists(SIGNS | PARTS, max_size=5).map("".join)
KNOWN = {
    "div", "p", "strong", "em", "code", "br", "img", "ul", "ol", "li", "blockquote", "a", "table", "thead", "tbody",
    "tr", "th", "td",
}  # fmt: skip


@given(TEXTS)
def test_whatever_is_written_only_known_marks_come_out_and_nothing_runs(text):
    for shown in (inline(text), block(text)):
        tree = html.fromstring(f"<div>{shown}</div>")
        for element in tree.iter(etree.Element):
            assert element.tag in KNOWN
            assert set(element.attrib) <= {"href", "src", "alt", "title", "rel", "start", "lang"}
            for name in ("href", "src"):
                address = element.get(name, "/")
                assert address.startswith(("https://", "http://", "mailto:", "/"))
                assert not address.startswith("//")
    assert not {element.tag for element in html.fromstring(f"<div>{inline(text)}</div>").iter(etree.Element)} & {
        "p",
        "a",
    }


@given(st.text("ab c.,;:?!()<>&'\"é–1%\n", max_size=40))
def test_a_text_without_marks_is_shown_as_it_stands(text):
    assert unescape(inline(text).replace("<br>", "\n")).rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(("part", "told"), [
    ({"stem": "![](https://e.org/x.png) Who?"}, "without words"), ({"stem": "![ ](/x.png)"}, "without words"),
    ({"rationale": "![](/x.png)"}, "without words"), ({"stem": "![x](x.png)"}, "does not begin with https:// or /"),
    ({"stem": "![x](http://e.org/x.png)"}, "does not begin with https:// or /"),
    ({"options": [{"id": i, "text": f"![](/{i}.png)", "correct": i == "a"} for i in "ab"]}, "without words"),
])  # fmt: skip
def test_a_picture_that_cannot_be_seen_by_all_is_told_beside_its_question(part, told):
    (problem,) = banks.bank_of(body(question(1), question(2, **part))).problems
    assert problem.number == 2
    assert told in str(problem)


def test_pictures_in_pairs_and_cases_are_looked_at_and_good_ones_are_not_told():
    pairs = [{"id": i, "left": f"![](/{i}.png)", "right": i} for i in "ab"]
    bad = {**body(matching(pairs=pairs), question(2, case="c")), "cases": [{"id": "c", "stem": "![](/x.png)"}]}
    assert [problem.number for problem in banks.bank_of(bad).problems] == [1, 2]
    assert banks.bank_of(body(question(1, stem="![A [red] map](https://e.org/x.png)"))).problems == ()


@pytest.mark.django_db
def test_learners_and_authors_see_marks(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True
    bank = {
        **body(question(1, stem="*Who*?", rationale="- one\n- two", case="c")),
        "cases": [{"id": "c", "stem": "> said"}],
    }
    shown = make_block(QuizBlock, {"bank": bank}, usage="quiz-1")
    for view in (shown.student_view, shown.author_view):
        assert "<em>Who</em>?" in view().content
        assert "<blockquote>" in view().content
    assert "<li>two</li>" in shown.author_view().content
