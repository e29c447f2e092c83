"""Archives from strangers: refused in words, in little time and memory, with nothing written."""

import gzip
import io
import os
import random
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from course_export import ExportError, archive, outline
from course_export.check import check

from .tiny import PROGRAMME, Draft

COURSE = b'<course url_name="2026" org="WINS" course="REG"/>'


def packed(path: Path, *members: tuple[str, bytes | Callable[[tarfile.TarInfo], None]]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, body in members:
            member = tarfile.TarInfo(name)
            if callable(body):
                body(member)
                tar.addfile(member)
            else:
                member.size = len(body)
                tar.addfile(member, io.BytesIO(body))
    return path


def link(kind: bytes) -> Callable[[tarfile.TarInfo], None]:
    def change(member: tarfile.TarInfo) -> None:
        member.type, member.linkname = kind, "/etc/passwd"

    return change


NAMES = ["../evil", "course/../../evil", "/etc/evil", "a/./b", "a//b", "a\\b", "a\nb", "a\x1b[2Jb", "x" * 300, ".."]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_out_or_hide_something_are_refused(name, tmp_path):
    path = packed(tmp_path / "a.tar.gz", ("course.xml", COURSE), (name, b"x"))

    with pytest.raises(ExportError, match="a name that leads out of the course, or none at all"):
        archive.read(path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_links_and_devices_are_refused(kind, tmp_path):
    path = packed(tmp_path / "a.tar.gz", ("course.xml", COURSE), ("html/a.html", link(kind)))

    with pytest.raises(ExportError, match=r"html/a\.html: is a link or a special file"):
        archive.read(path)


def test_the_same_name_twice_is_refused(tmp_path):
    path = packed(tmp_path / "a.tar.gz", ("course.xml", COURSE), ("./course.xml", b"other"))

    with pytest.raises(ExportError, match=r"course\.xml: stands twice"):
        archive.read(path)


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 10)
    path = packed(tmp_path / "a.tar.gz", *((f"static/{number}", b"") for number in range(12)))

    with pytest.raises(ExportError, match="too many or too large files"):
        archive.read(path)


def test_too_many_folders_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 10)

    def folder(member: tarfile.TarInfo) -> None:
        member.type = tarfile.DIRTYPE

    with pytest.raises(ExportError, match="too many files"):
        archive.read(packed(tmp_path / "a.tar.gz", *((f"d{number}", folder) for number in range(30))))


def test_a_file_beyond_measure_is_refused(tmp_path):
    path = packed(tmp_path / "a.tar.gz", ("course.xml", COURSE), ("static/big", b"\0" * (archive.LARGEST_FILE + 1)))

    with pytest.raises(ExportError, match=r"static/big: larger than 10,000,000 bytes"):
        archive.read(path)


@pytest.mark.parametrize("size", [2**70, -512])
def test_a_length_that_cannot_be_is_refused(size, tmp_path):
    def lie(member: tarfile.TarInfo) -> None:
        member.size = size

    with pytest.raises(ExportError, match=r"course\.xml: larger than 10,000,000 bytes, or less than nothing|damaged"):
        archive.read(packed(tmp_path / "a.tar.gz", ("course.xml", lie)))


def test_a_folder_with_a_file_beyond_measure_is_refused(tmp_path):
    (tmp_path / "course.xml").write_bytes(b"\0" * (archive.LARGEST_FILE + 1))

    with pytest.raises(ExportError, match="too many or too large files"):
        archive.read(tmp_path)


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb") as stream:
        for _ in range(60):
            stream.write(bytes(1_000_000))

    with pytest.raises(ExportError, match="larger than 50,000,000 bytes when unpacked"):
        archive.read(path)


@pytest.mark.parametrize("body", [b"", b"PK\3\4", b"\x1f\x8b", gzip.compress(b"no tar at all"), b"x" * 4000])
def test_what_is_no_archive_is_refused(body, tmp_path):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(body)

    with pytest.raises(ExportError, match=r"is not a \.tar\.gz archive|there must be one course\.xml"):
        archive.read(path)


def test_what_is_not_there_or_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ExportError, match="cannot be read: No such file"):
        archive.read(tmp_path / "nothing")
    with pytest.raises(ExportError, match="is neither an archive nor a folder"):
        archive.read(tmp_path / "pipe")


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "course.xml").write_bytes(COURSE)
    (tmp_path / "loop").symlink_to(tmp_path)

    with pytest.raises(ExportError, match="loop: is a link or a special file"):
        archive.read(tmp_path)


def test_two_courses_in_one_archive_are_refused(tmp_path):
    path = packed(tmp_path / "a.tar.gz", ("a/course.xml", COURSE), ("b/course.xml", COURSE))

    with pytest.raises(ExportError, match=r"there must be one course\.xml, .*; found 2"):
        archive.read(path)


ENTITIES = [
    b'<!DOCTYPE c [<!ENTITY a "ha">]>' + COURSE,
    b'<!DOCTYPE c SYSTEM "http://127.0.0.1:9/x.dtd">' + COURSE,
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE c [<!ENTITY f SYSTEM "file:///etc/passwd">]><c>&f;</c>',
]


@pytest.mark.parametrize("body", ENTITIES)
def test_xml_with_entities_is_refused(body):
    with pytest.raises(ExportError, match=r"course\.xml: declares a document type or entities"):
        outline.read({"course.xml": body})


HEAD = '<?xml version="1.0" encoding="{}"?>'
BODY = '<!DOCTYPE course [<!ENTITY a "ha">]><course url_name="a" org="b" course="c"/>'
SMUGGLED = [
    HEAD.format("utf-16").encode("utf-16") + BODY.encode("utf-16")[2:],
    HEAD.format("utf-32").encode("utf-32") + BODY.encode("utf-32")[4:],
    HEAD.format("utf-7").encode() + BODY.replace("<", "+ADw-").encode(),
]


@pytest.mark.parametrize("body", SMUGGLED)
def test_entities_cannot_hide_in_another_encoding(body):
    """Free to choose, the parser would understand these; seen as UTF-8 they are nothing."""
    with pytest.raises(ExportError, match=r"course\.xml: .*is not (XML|UTF-8)"):
        outline.read({"course.xml": body})


def test_xml_of_endless_depth_is_refused():
    with pytest.raises(ExportError, match=r"course/2026\.xml: is not XML"):
        outline.read({"course.xml": COURSE, "course/2026.xml": b"<course>" + b"<a>" * 100_000})


def test_pointers_that_multiply_are_refused():
    """A hundred files that each point a hundred times would make a million pages."""
    files = {"course.xml": COURSE, "course/2026.xml": b"<course>" + b'<chapter url_name="a"/>' * 100 + b"</course>"}
    files["chapter/a.xml"] = b"<chapter>" + b'<sequential url_name="a"/>' * 100 + b"</chapter>"
    files["sequential/a.xml"] = b'<sequential display_name="a"><vertical display_name="x" url_name="y"/></sequential>'

    with pytest.raises(ExportError, match=r"chapter/a\.xml: <sequential> a stands twice in the course"):
        outline.read(files)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_archive_is_refused_or_reported_but_never_crashes(seed, tmp_path):
    """Damage below the compression, where the sum of gzip does not protect."""
    chance = random.Random(seed)
    plain = bytearray(gzip.decompress(Draft().archive(tmp_path).read_bytes()))
    for _ in range(chance.choice([1, 5, 50])):
        plain[chance.randrange(len(plain))] = chance.randrange(256)
    path = tmp_path / "damaged.tar.gz"
    path.write_bytes(gzip.compress(plain))

    with suppress(ExportError):
        check(archive.read(path), PROGRAMME)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_are_refused_or_reported_but_never_crash(seed, tmp_path):
    chance = random.Random(seed)
    files = Draft().files(tmp_path)
    name = chance.choice(sorted(files))
    body = bytearray(files[name])
    for _ in range(chance.choice([1, 3, 10])):
        body[chance.randrange(len(body))] = chance.choice(b'<>&"{}[]0-x\0\xff=/')

    with suppress(ExportError):
        check(files | {name: bytes(body)}, PROGRAMME)
