"""What is not translated: Latin words on a page in the test language whose catalogue has Hebrew letters only."""

import json
import re
import tarfile
from collections.abc import Iterable
from pathlib import Path

import yaml
from lxml import etree

from tests.browser.answers import words

ROOT = Path(__file__).resolve().parents[2]
SHORTENED = 60  # a text of the course of which a list shows the beginning
LATIN = re.compile(r"[A-Za-z]{3,}")
# Names, and what is the same in every language.
_SAME = (
    "WINS Academy CNSP Pearson VUE Lena Learner Arno Author Ada Admin lena arno ada example org English CSV UTF YAML "
    "Vienna Europe UTC CET CEST SAMP CODE items expires exam code order FND REG EUR DEMO dat academy localhost "
    "administrators certification officers auditors "  # of groups, whose names are Django's
    "module expires "  # of what is replaced in a mail
    # Django's own words, and Django does not know the test language:
    "January February March April May June July August September October November December"
)
ALLOWED = frozenset(_SAME.split())

# Every text a reader sees, and what is said of a button or picture that shows none.
SEEN = """
const kept = '[data-block-type=html], [lang=en], [translate=no]', found = [];
const unread = `script, style, noscript, template, textarea, ${kept}`;
const seen = (node) => node.checkVisibility({visibilityProperty: true});
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const holder = walk.currentNode.parentElement;
  if (seen(holder) && !holder.closest(unread)) { found.push(walk.currentNode.nodeValue); }
}
for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
  const holders = [...document.querySelectorAll(`body [${name}]`)].filter(seen);
  found.push(...holders.map((holder) => holder.getAttribute(name)));
}
found.push(document.title);
return found;
"""


def untranslated(texts: Iterable[str], content: frozenset[str]) -> list[str]:
    """Texts with a Latin word that is neither a name nor a part of a course's own texts."""
    return [text for text in map(words, texts) if text not in content and _foreign(text, content)]


def _foreign(text: str, content: frozenset[str]) -> bool:
    if text.endswith("…") and len(text) > SHORTENED and any(own.startswith(text[:-1]) for own in content):
        return False
    for own in sorted((own for own in content if len(own) > 3 and own in text), key=len, reverse=True):
        text = text.replace(own, " ")
    return any(word not in ALLOWED for word in LATIN.findall(text))


def course_texts(archives: Iterable[Path]) -> frozenset[str]:
    """Titles and questions of the courses, the titles of the programme and the ids of its exams and blocks."""
    found: set[str] = set()
    for archive in archives:
        with tarfile.open(archive) as course:
            for entry in course.getmembers():
                if entry.name.endswith(".xml"):
                    found |= _texts(course.extractfile(entry).read())
    rules = yaml.safe_load((ROOT / "wins_xblocks/domain/programme/programme.yaml").read_text(encoding="utf-8"))
    for module in rules["modules"]:
        found |= {module["title"], module["exam"], module["id"]}
    return frozenset(words(text) for text in found if text.strip())


def _texts(file: bytes) -> set[str]:
    found = set()
    for element in etree.fromstring(file).iter(etree.Element):
        found |= {element.get("display_name", ""), str(element.tag), element.get("url_name", "")}
        for name in ("bank", "hours"):
            found |= _strings(json.loads(element.get(name, "{}")))
    return found


def _strings(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_strings, value.values()), set())
    if isinstance(value, list):
        return set().union(*map(_strings, value), set())
    return {value, *value.splitlines()} if isinstance(value, str) else set()
