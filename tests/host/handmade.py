"""Course archives written by hand: small ones, and ones that nobody should open."""

import gzip
import io
import json
import tarfile
from pathlib import Path
from xml.sax.saxutils import quoteattr


def files(blocks: str, **more: str) -> dict[str, str]:
    """The files of a course with one page that holds ``blocks``."""
    return {
        "course/course.xml": '<course url_name="2026" org="WINS" course="FND"/>',
        "course/course/2026.xml": '<course><chapter url_name="u1"/><wiki slug="x"/></course>',
        "course/policies/2026/policy.json": json.dumps({"course/2026": {"display_name": "Small", "self_paced": True}}),
        "course/chapter/u1.xml": '<chapter display_name="Unit one"><sequential url_name="s1"/></chapter>',
        "course/sequential/s1.xml": '<sequential display_name="Read" format="Unit quiz" graded="true" '
        'due="2027-03-01T12:00:00Z"><vertical url_name="p1"/></sequential>',
        "course/vertical/p1.xml": f'<vertical display_name="Page one">{blocks}</vertical>',
        **{name.replace("__", "/").replace("_DOT_", "."): text for name, text in more.items()},
    }


def element(tag: str, name: str, **attributes: str) -> str:
    """A block inline in its page."""
    listed = "".join(f" {key}={quoteattr(value, {chr(10): '&#10;'})}" for key, value in attributes.items())
    return f'<{tag} xblock-family="xblock.v1" url_name="{name}"{listed}/>'


def write(path: Path, contents: dict[str, str], *links: str) -> Path:
    """A ``.tar.gz`` of ``contents``; each of ``links`` becomes a symbolic link to /etc/passwd."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, text in contents.items():
            member = tarfile.TarInfo(name)
            body = text.encode()
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
        for name in links:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(member)
    path.write_bytes(gzip.compress(plain.getvalue()))
    return path
