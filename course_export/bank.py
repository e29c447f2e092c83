"""Questions as frozen values: the one shape that content files hold and that ``wins_quiz`` gets in ``bank``."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _written(text: str) -> str:
    if unfit := NOT_IN_XML.search(text):
        raise ValueError(f"holds the character U+{ord(unfit.group()):04X}, which no course file can hold")
    if not text.strip():
        raise ValueError("is empty")
    return text


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise ValueError("must be one line")
    return text.strip()


Text = Annotated[str, Field(max_length=4000), AfterValidator(_written)]
Line = Annotated[str, Field(max_length=300), AfterValidator(_written), AfterValidator(_one_line)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]


class Frozen(BaseModel):
    """A value that cannot change and knows no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Objective(Frozen):
    id: Key
    text: Line


class Option(Frozen):
    id: Key
    text: Text
    correct: StrictBool = False


class Item(Frozen):
    """One question. ``single`` has one right option; ``multiple`` has two or more, and a wrong one."""

    id: Key
    kind: Literal["single", "multiple"]
    objective: Key
    stem: Text
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=10)]
    rationale: Text

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        right = sum(option.correct for option in self.options)
        if self.kind == "single" and right != 1:
            raise ValueError(f"question {self.id} has {right} right options, it needs exactly 1")
        if self.kind == "multiple" and not 2 <= right < len(self.options):
            raise ValueError(f"question {self.id} has {right} right options, it needs at least 2, and a wrong one")
        _once(f"question {self.id}: option", (option.id for option in self.options))
        _once(f"question {self.id}: option text", (normalised(option.text) or option.text for option in self.options))
        return self


Items = Annotated[tuple[Item, ...], Field(min_length=1, max_length=2000)]


class Bank(Frozen):
    """The questions of one quiz, with the objectives they test."""

    bank_id: Key
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    items: Items

    @model_validator(mode="after")
    def _agree(self) -> Self:
        _once("objective", (objective.id for objective in self.objectives))
        _once("question", (item.id for item in self.items))
        known = {objective.id for objective in self.objectives}
        for item in self.items:
            if item.objective not in known:
                raise ValueError(f"question {item.id}: there is no objective {item.objective}")
        return self


def normalised(text: str) -> str:
    """The words of ``text`` without case, signs and spacing: two stems that differ only there are the same."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def twice(names: Iterable[str]) -> list[str]:
    """The names that stand more than once, sorted."""
    return sorted(name for name, times in Counter(names).items() if times > 1)


def first_reason(error: ValidationError) -> str:
    """The first thing that pydantic found, as "place: reason"."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"]) or "the file as a whole"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"


def _once(what: str, names: Iterable[str]) -> None:
    if repeated := twice(names):
        raise ValueError(f"{what} {', '.join(repeated)} stands twice")
