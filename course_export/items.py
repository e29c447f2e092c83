"""Questions of every kind as content files hold them: one shape, with what each kind needs of it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

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


def _as_text(value: object) -> object:
    """A number of a YAML file as its author wrote it."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str, Field(max_length=4000), AfterValidator(_written)]
Line = Annotated[str, Field(max_length=300), AfterValidator(_written), AfterValidator(_one_line)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
Number = Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$")]
Tolerance = Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^[0-9]{1,30}(\.[0-9]{1,30})?( ?%)?$")]
UnitName = Annotated[str, Field(max_length=20, pattern=r"^[^\d\s.,+\-\u2212\u066b]\S*( \S+)*$")]
Difficulty = Literal["easy", "medium", "hard"]


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


class Pair(Frozen):
    """What belongs together; without a ``left`` it is an answer that fits nothing."""

    id: Key
    left: Annotated[str, Field(max_length=4000)] = ""
    right: Text


class OtherUnit(Frozen):
    name: UnitName
    factor: Number


class Answer(Frozen):
    """The right number, and how far an answer may be off: ``tolerance`` in its unit, or in per cent of it."""

    value: Number
    tolerance: Tolerance | None = None
    unit: UnitName | None = None
    units: Annotated[tuple[OtherUnit, ...], Field(max_length=10)] | None = None


class Case(Frozen):
    """A text that several questions share."""

    id: Key
    stem: Text


class Quota(Frozen):
    """One row of a blueprint. An empty category or difficulty is any."""

    category: Annotated[str, Field(max_length=300)] = ""
    difficulty: Difficulty | Literal[""] = ""
    count: Annotated[StrictInt, Field(ge=1, le=2000)]


class Item(Frozen):
    """One question. What is None is not written: it is as if it were not said."""

    id: Key
    kind: Literal["single", "multiple", "truefalse", "matching", "numeric"]
    objective: Key
    stem: Text
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=10)] | None = None
    rationale: Text
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=10)] | None = None
    answer: StrictBool | Answer | None = None
    credit: Literal["all", "part"] | None = None
    points: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    category: Line | None = None
    difficulty: Difficulty | None = None
    bloom: Literal["remember", "understand", "apply", "analyse", "evaluate", "create"] | None = None
    reference: Line | None = None
    status: Literal["draft", "live", "retired"] | None = None
    use: Literal["practice", "test"] | None = None
    case: Key | None = None

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        needed = NEEDED[self.kind]
        for name in ("options", "pairs", "answer", "credit"):
            if name != needed and getattr(self, name) is not None and (name, self.kind) not in PARTLY:
                raise ValueError(f"question {self.id} is {self.kind} and has no {name}")
        if getattr(self, needed) is None:
            raise ValueError(f"question {self.id} is {self.kind} and needs {needed}")
        if self.kind in ("truefalse", "numeric") and isinstance(self.answer, bool) is not (self.kind == "truefalse"):
            raise ValueError(f"question {self.id} has an answer of another kind")
        self._options(self.options or ())
        self._pairs(self.pairs or ())
        self._number(self.answer)
        return self

    @property
    def live(self) -> bool:
        return self.status in (None, "live")

    def _options(self, options: tuple[Option, ...]) -> None:
        right = sum(option.correct for option in options)
        if self.kind == "single" and right != 1:
            raise ValueError(f"question {self.id} has {right} right options, it needs exactly 1")
        if self.kind == "multiple" and not 2 <= right < len(options):
            raise ValueError(f"question {self.id} has {right} right options, it needs at least 2, and a wrong one")
        once(f"question {self.id}: option", (option.id for option in options))
        once(f"question {self.id}: option text", (normalised(option.text) or option.text for option in options))

    def _pairs(self, pairs: tuple[Pair, ...]) -> None:
        lefts = [pair for pair in pairs if pair.left.strip()]
        if pairs and (len(lefts) < 2 or len({_said(pair.right) for pair in pairs}) < 2):
            raise ValueError(f"question {self.id} needs at least two pairs with different answers")
        if {_said(p.right) for p in lefts} & {_said(p.right) for p in pairs if not p.left.strip()}:
            raise ValueError(f"question {self.id} has an answer without a left side that fits another pair")
        once(f"question {self.id}: pair", (pair.id for pair in pairs))
        once(f"question {self.id}: left side", (_said(pair.left) for pair in lefts))

    def _number(self, answer: bool | Answer | None) -> None:
        if not isinstance(answer, Answer):
            return
        if (answer.tolerance or "").endswith("%") and not float(answer.value):
            raise ValueError(f"question {self.id}: per cent of zero is zero")
        if answer.units and not answer.unit:
            raise ValueError(f"question {self.id} has other units, but none of its own")
        if any(float(unit.factor) <= 0 for unit in answer.units or ()):
            raise ValueError(f"question {self.id}: the factor of a unit must be above zero")
        once(f"question {self.id}: unit", [answer.unit or "", *(unit.name for unit in answer.units or ())])


NEEDED = {
    "single": "options", "multiple": "options", "truefalse": "answer", "matching": "pairs", "numeric": "answer",
}  # fmt: skip
PARTLY = {("credit", "multiple"), ("credit", "matching")}


def _said(text: str) -> str:
    return " ".join(text.split()).casefold()


def normalised(text: str) -> str:
    """The words of ``text`` without case, signs and spacing: two stems that differ only there are the same."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def twice(names: Iterable[str]) -> list[str]:
    """The names that stand more than once, sorted."""
    return sorted(name for name, times in Counter(names).items() if times > 1)


def once(what: str, names: Iterable[str]) -> None:
    if repeated := twice(names):
        raise ValueError(f"{what} {', '.join(repeated)} stands twice")
