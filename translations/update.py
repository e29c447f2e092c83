"""Extract, fill and compile the catalogues; with ``--check``, say instead whether they are fresh.

``rtl`` is Open edX's own right-to-left test language: its catalogue is made here, letter by letter, so that a string
that escaped translation is seen at once. Any other language is a folder with a ``django.po`` that people fill.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "wins_xblocks"
PSEUDO = "rtl"
# What stands for itself: placeholders, tags, entities, whole web addresses.
KEPT = re.compile(r"(\{[^{}]*\}|%\([^)]*\)[sd]|%[sd%]|<[^>]*>|&\w+;|https?://\S+)")
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "אבקדעפגהיחכלמנוצףרסתטשםךזץאבקדעפגהיחכלמנוצףרסתטשםךזץ",
)


def pseudo(text: str) -> str:
    """The same sentence in Hebrew letters, placeholders and tags untouched."""
    return "".join(part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in KEPT.split(text))


def extract(folder: Path) -> None:
    """Let Django find the strings of a copy of the package that has ``folder`` as its catalogues, and merge them."""
    locales = sorted({PSEUDO, *(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/django.po"))})
    settings.configure(USE_I18N=True, INSTALLED_APPS=[])
    django.setup()
    os.chdir(folder.parent)
    call_command(
        "makemessages",
        locale=locales,
        extensions=["py", "html", "txt"],
        no_obsolete=True,
        add_location="file",
        verbosity=0,
    )
    (folder / "django.pot").unlink(missing_ok=True)


def finish(file: Path) -> None:
    """Take the clock out of a catalogue, fill it if it is the test language, and compile it twice.

    LMS and host read ``django.mo``; XBlock's own service reads ``text.mo`` where no atlas folder stands in its way.
    """
    catalogue = polib.pofile(str(file), wrapwidth=110)
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        catalogue.metadata.pop(name, None)
    catalogue.metadata["Content-Type"] = "text/plain; charset=UTF-8"
    if file.parent.parent.name == PSEUDO:
        catalogue.metadata |= {"Language": PSEUDO, "Plural-Forms": "nplurals=2; plural=(n != 1);"}
        for entry in catalogue:
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            entry.previous_msgid = entry.previous_msgid_plural = None
            if entry.msgid_plural:
                entry.msgstr_plural = {0: pseudo(entry.msgid), 1: pseudo(entry.msgid_plural)}
            else:
                entry.msgstr = pseudo(entry.msgid)
    catalogue.sort(key=lambda entry: (entry.occurrences, entry.msgid))
    catalogue.metadata_is_fuzzy = 0
    catalogue.save(str(file))
    for name in ("django.mo", "text.mo"):
        catalogue.save_as_mofile(str(file.with_name(name)))


def made(work: Path) -> Path:
    """Fresh catalogues of today's strings, in a copy below ``work``."""
    package = work / "wins_xblocks"
    left_out = shutil.ignore_patterns("static", "locale", "translations", "migrations", "__pycache__")
    shutil.copytree(PACKAGE, package, ignore=left_out)
    folder = package / "locale"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / PSEUDO / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    extract(folder)
    for file in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        finish(file)
    return folder


def stale(folder: Path, fresh: Path) -> list[str]:
    """Files that differ between the two folders, by their path."""
    names = {str(path.relative_to(root)) for root in (folder, fresh) for path in root.rglob("*.[mp]o")}
    return sorted(
        name for name in names
        if not (folder / name).exists() or not (fresh / name).exists()
        or (folder / name).read_bytes() != (fresh / name).read_bytes()
    )  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as work:
        fresh = made(Path(work))
        if "--check" not in sys.argv[1:]:
            shutil.copytree(fresh, HERE, dirs_exist_ok=True)
            return 0
        old = stale(HERE, fresh)
    if old:
        print("Not fresh, run `make messages`:", *old, sep="\n  ")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
