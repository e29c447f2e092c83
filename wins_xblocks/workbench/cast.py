"""The people of the demo. Invented."""

from dataclasses import dataclass
from typing import Any

ADMINISTRATORS = "WINS Academy administrators"


@dataclass(frozen=True)
class DemoPerson:
    """One who can be signed in by a button; ``home`` is the name of the first page, ``group`` a Django group."""

    username: str
    first_name: str
    last_name: str
    home: str
    group: str = ""

    @property
    def email(self) -> str:
        return f"{self.username}@example.org"


LENA = DemoPerson("lena", "Lena", "Learner", "wins:path")
ARNO = DemoPerson("arno", "Arno", "Author", "wins_host:studio")
ADA = DemoPerson("ada", "Ada", "Admin", "wins:desk", ADMINISTRATORS)
PEOPLE = {person.username: person for person in (LENA, ARNO, ADA)}


def is_administrator(user: Any) -> bool:
    return user.is_superuser or user.groups.filter(name=ADMINISTRATORS).exists()
