"""The right answers to choose from of a course's questions, read from its archive as it is imported."""

import json
import tarfile
from pathlib import Path

from lxml import etree


def words(text: str) -> str:
    return " ".join(text.split())


class Bank:
    """Every question of one archive: its stem leads to the texts of its right answers."""

    def __init__(self, archive: Path) -> None:
        self.items: dict[str, frozenset[str]] = {}
        with tarfile.open(archive) as course:
            for entry in course.getmembers():
                if "/vertical/" in entry.name and entry.name.endswith(".xml"):
                    self._read(course.extractfile(entry).read())

    def _read(self, page: bytes) -> None:
        for block in etree.fromstring(page).iter("wins_quiz"):
            for item in json.loads(block.get("bank"))["items"]:
                right = frozenset(words(option["text"]) for option in item.get("options", ()) if option["correct"])
                assert self.items.setdefault(words(item["stem"]), right) == right, item["stem"]

    def right(self, stem: str) -> frozenset[str]:
        """Texts of the right answers to the question with this stem."""
        return self.items[words(stem)]
