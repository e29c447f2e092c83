"""Archives that nobody should open, and ones that are merely wrong: one clear line each, the others are still there."""

import gzip

import pytest

from tests.host import handmade
from wins_xblocks.workbench import archives, courses
from wins_xblocks.workbench.archives import CourseError

PAGE = '<html url_name="t" data="x"/>'
BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><vertical display_name="&b;"/>'
XXE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><vertical>&b;</vertical>'


def refused(path):
    with pytest.raises(CourseError) as told:
        courses.load(path)
    text = str(told.value)
    assert text.startswith(str(path))
    assert "\n" not in text
    return text


@pytest.mark.parametrize(("name", "body", "reason"), [
    ("course/vertical/p1.xml", BOMB, "a document type is not allowed"),
    ("course/vertical/p1.xml", XXE, "a document type is not allowed"),
    ("course/vertical/p1.xml", "<vertical", ": vertical/p1.xml: "),
    ("course/vertical/p1.xml", "<chapter/>", "holds a chapter"),
    ("course/vertical/p1.xml", '<vertical><vertical url_name="p1"/></vertical>', "vertical may not stand in a"),
    ("course/vertical/p1.xml", '<vertical><html url_name="../../x"/></vertical>', "no usable url_name"),
    ("course/vertical/p1.xml", '<vertical><html url_name="gone"/></vertical>', "html/gone.xml: is missing"),
    ("course/vertical/p1.xml", '<vertical><html url_name="t" filename="../../etc/passwd"/></vertical>', "is missing"),
    ("course/vertical/p1.xml", f"<vertical>{PAGE}{PAGE}</vertical>", "stands twice"),
    ("course/vertical/p1.xml", '<vertical><wins_quiz url_name="q" pass_percent="a lot"/></vertical>', "@q: "),
    ("course/vertical/p1.xml", '<vertical><wins_quiz url_name="q"><x/></wins_quiz></vertical>', "may hold nothing"),
    ("course/course.xml", '<course url_name="a/b" org="WINS" course="FND"/>', "must be names"),
    ("course/policies/2026/policy.json", "{", "policies/2026/policy.json"),
    ("course/policies/2026/policy.json", "[]", "must map course/2026"),
    ("course/../../evil", "x", "leads out of the course"),
    ("/evil", "x", "leads out of the course"),
])  # fmt: skip
def test_a_wrong_archive_is_refused_in_one_line(tmp_path, db, name, body, reason):
    files = {**handmade.files(PAGE), name: body}
    assert reason in refused(handmade.write(tmp_path / "x.tar.gz", files))


def test_the_archive_all_others_are_made_from_is_good(tmp_path, db):
    assert courses.load(handmade.write(tmp_path / "x.tar.gz", handmade.files(PAGE))).courses


def test_links_are_refused(tmp_path, db):
    path = handmade.write(tmp_path / "x.tar.gz", handmade.files(PAGE), "course/html/link.html")
    assert "is a link or a special file" in refused(path)


@pytest.mark.parametrize("body", [b"", b"no archive", gzip.compress(b"no tar"), gzip.compress(b"x" * 5000)[:20]])
def test_what_is_no_archive_is_refused(tmp_path, db, body):
    path = tmp_path / "x.tar.gz"
    path.write_bytes(body)
    assert "archive" in refused(path) or "course.xml" in refused(path)


def test_what_unpacks_to_too_much_is_refused_before_it_fills_the_memory(tmp_path, db, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 20_000)
    path = tmp_path / "x.tar.gz"
    path.write_bytes(gzip.compress(b"\0" * 1_000_000))
    assert "larger than 20,000 bytes" in refused(path)


def test_one_bad_archive_does_not_hide_the_others(tmp_path, db, settings):
    settings.WINS_HOST_ARCHIVES = str(tmp_path)
    handmade.write(tmp_path / "a.tar.gz", handmade.files(PAGE))
    (tmp_path / "b.tar.gz").write_bytes(b"no archive")
    handmade.write(tmp_path / "c.tar.gz", handmade.files(PAGE))
    found = courses.library()
    assert list(found.courses) == ["course-v1:WINS+FND+2026"]
    assert [problem.partition(": ")[0].rpartition("/")[2] for problem in found.problems] == ["b.tar.gz", "c.tar.gz"]
    assert "is in another archive too" in found.problems[1]
