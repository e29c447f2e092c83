"""The same course gives the same bytes, and a failed build leaves nothing behind."""

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from course_export import ExportError, archive
from tests.line import ROOT, python_path

from .tiny import Draft

BUILD = """
import os, pathlib, sys
os.umask(int(sys.argv[3], 8))
from course_export.__main__ import main
sys.exit(main(["--content", sys.argv[1], "build", "--module", "regulation", "--out", sys.argv[2]]))
"""


def built(content: Path, out: Path, umask: str, cwd: Path, **environment: str) -> Path:
    command = [sys.executable, "-c", BUILD, str(content), str(out), umask]
    environment = {**os.environ, "PYTHONPATH": python_path(), **environment}
    subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True, timeout=60)
    return out / "regulation.tar.gz"


def test_the_same_content_gives_the_same_bytes_wherever_and_whenever(tmp_path):
    content = Draft().write(tmp_path / "content")
    first = built(content, tmp_path / "a", "022", tmp_path, TZ="UTC", PYTHONHASHSEED="1")
    for page in content.rglob("*"):
        os.utime(page, (1, 1))
    second = built(content, tmp_path / "b", "077", ROOT, TZ="Asia/Tokyo", PYTHONHASHSEED="2", LC_ALL="C")

    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


def test_members_are_sorted_and_carry_no_trace_of_their_maker(tmp_path):
    body = Draft().archive(tmp_path).read_bytes()

    assert body[4:8] == b"\0\0\0\0"  # gzip's own time
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        members = tar.getmembers()
    assert [member.name for member in members] == sorted(member.name for member in members)
    assert {member.name.split("/")[0] for member in members} == {"course"}
    assert {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode) for m in members} == {(0, 0, 0, "", "", 0o644)}


def test_one_changed_sign_changes_the_archive():
    assert archive.pack({"course.xml": b"a"}) != archive.pack({"course.xml": b"b"})


def test_what_is_packed_is_read_back(tmp_path):
    files = {"course.xml": b"<course/>", "html/\u05e9.html": "😀".encode(), "static/" + "x" * 90: b"\0\xff"}
    path = tmp_path / "course.tar.gz"
    path.write_bytes(archive.pack(files))

    assert archive.read(path) == files


@pytest.mark.parametrize("top", ["", "course/", "./", "./another/"])
def test_the_course_may_stand_at_the_top_or_one_folder_down(top, tmp_path):
    path = tmp_path / "course.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name in ("course.xml", "html/a.html"):
            member = tarfile.TarInfo(top + name)
            tar.addfile(member)

    assert archive.read(path) == {"course.xml": b"", "html/a.html": b""}


def test_a_folder_is_read_like_its_archive(tmp_path):
    packed = Draft().archive(tmp_path)
    with tarfile.open(packed) as tar:
        tar.extractall(tmp_path / "out", filter="data")

    assert archive.read(tmp_path / "out") == archive.read(tmp_path / "out" / "course") == archive.read(packed)


def test_a_write_that_fails_leaves_the_old_archive_and_no_draft(tmp_path, monkeypatch):
    target = tmp_path / "course.tar.gz"
    archive.write(target, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ExportError, match=r"course\.tar\.gz: cannot be written: No space left on device"):
        archive.write(target, b"new")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("course.tar.gz", b"old")]


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "dist").write_text("")

    with pytest.raises(ExportError, match="cannot be written"):
        archive.write(tmp_path / "dist" / "course.tar.gz", b"new")


def test_the_compressed_bytes_hold_the_plain_ones():
    assert b"<course/>" in gzip.decompress(archive.pack({"course.xml": b"<course/>"}))
