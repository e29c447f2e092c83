"""Long lists page by page: the database counts and cuts."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

PER_PAGE = 50
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Part:
    """Which page of a list of ``total`` is shown; one that is not there is the nearest one."""

    page: int
    pages: int
    total: int
    per_page: int = PER_PAGE

    @property
    def start(self) -> int:
        return (self.page - 1) * self.per_page


def part(total: int, asked: str, per_page: int = PER_PAGE) -> Part:
    """The part that an address asks for in somebody's words."""
    pages = max(-(-total // per_page), 1)
    return Part(min(int(asked), pages) if _NUMBER.fullmatch(asked) else 1, pages, total, per_page)


def address(name: str, page: int, **others: object) -> str:
    """The query of another page of the same list: what else was asked for stays."""
    return "?" + urlencode({**{key: value for key, value in others.items() if value}, name: page})
