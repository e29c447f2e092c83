"""The test centre's side of a simulated year: who truly sat, and the files that tell it, with all that is odd there."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.domain.results.exam_files import NO_SHOW_NAMES, zipped

VIENNA = ZoneInfo("Europe/Vienna")
NAMES = ("RegistrationID", "ClientCandidateID", "TCID", "ExamSeriesCode", "ExamName", "ExamLanguage", "Attempt",
         "ExamDate", "TimeUsed", "PassingScore", "Score", "Grade", "NoShow", "NDARefused", "ClientAuthorizationID",
         "Voucher")  # fmt: skip
DATES = ("%Y/%m/%d %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
GRADES = {"pass": ("pass", "Pass", "PASSED"), "fail": ("fail", "Fail", "FAILED"), "taken": ("taken", "pending"),
          "incomplete": ("incomplete", "unfinished"), "refused": ("refused",)}  # fmt: skip
OTHERS = ("cand", "surv", "cmnt", "sect", "resp", "item")


@dataclass(frozen=True)
class Sitting:
    """What truly happened once: the truth that everything is compared with. ``code`` is what she typed, if anything."""

    number: int
    learner: int
    exam: str
    at: datetime
    kind: str
    code: str
    numbered: bool = True  # else the row has no RegistrationID
    blank: bool = False  # a no-show in the other form: no code, nearly nothing

    @property
    def same(self) -> str:
        """What makes its rows the same."""
        if self.numbered:
            return f"R:{self.number}"
        return f"A:AUTH-{self.number}:{self.at.astimezone(UTC):%Y%m%d%H%M%S}:{self.exam}"


def cells(sitting: Sitting, chance: random.Random, date: str) -> dict[str, str]:
    """One row by column, as whoever typed it would."""
    kind, code = sitting.kind, sitting.code
    graded = kind in ("pass", "fail", "incomplete")
    if code and chance.random() < 0.2:
        code = f" {code[:4].lower()}-{code[4:]}"
    return {
        "RegistrationID": str(sitting.number) if sitting.numbered else "",
        "ClientCandidateID": str(sitting.learner), "TCID": "61000", "ExamSeriesCode": sitting.exam,
        "ExamName": "Séance d'examen", "ExamLanguage": "ENU", "Attempt": "" if kind == "no_show" else "1",
        "ExamDate": sitting.at.astimezone(VIENNA).strftime(date), "TimeUsed": "", "PassingScore": "70.0",
        "Score": f"{chance.uniform(0, 100):.1f}" if graded else "",
        "Grade": chance.choice(GRADES[kind]) if kind in GRADES else "",
        "NoShow": chance.choice(("true", "TRUE", "True")) if kind == "no_show" else chance.choice(("false", "F", "")),
        "NDARefused": "true" if kind == "refused" else "", "ClientAuthorizationID": f"AUTH-{sitting.number}",
        "Voucher": code, "ExamRoom": "Ünter 4", "Comment": "a; b, c",
    }  # fmt: skip


def text(rows: list[Sitting], chance: random.Random, blank: bool = False) -> tuple[str, str]:
    """(the header, the lines): columns in any order and case, some that nobody knows, any separator."""
    names = list(NO_SHOW_NAMES if blank else NAMES) + chance.sample(["ExamRoom", "Comment"], chance.randrange(3))
    chance.shuffle(names)
    tab, end, date = chance.choice("\t\t,;"), chance.choice(("\r\n", "\n")), chance.choice(DATES)
    head = [name.lower() if chance.random() < 0.1 else name for name in names]

    def quoted(cell: str) -> str:
        return f'"{cell}"' if tab in cell else cell

    made = [tab.join(quoted(cells(one, chance, date)[name]) for name in names) + end for one in rows]
    return tab.join(head) + end, "".join(made)


def encoded(whole: str, chance: random.Random) -> bytes:
    return whole.encode(chance.choice(("utf-8", "utf-8-sig", "cp1252")))


def files(rows: list[Sitting], chance: random.Random) -> list[bytes]:
    """A week's rows as they come: no-shows in a file of their own, all in one ZIP or each plain."""
    blank, usual = [one for one in rows if one.blank], [one for one in rows if not one.blank]
    parts = [encoded("".join(text(part, chance, own)), chance) for part, own in ((usual, False), (blank, True)) if part]
    if chance.random() < 0.5:
        return parts
    members = {f"exam-{number}.dat": part for number, part in enumerate(parts)}
    members |= {f"{name}-2027.dat": b"what nobody reads" for name in chance.sample(OTHERS, 2)}
    return [zipped(members)]


def half(rows: list[Sitting], chance: random.Random) -> bytes:
    """A file that was cut off in the middle of its last line."""
    head, lines = text([one for one in rows if not one.blank], chance)
    start = lines.rstrip("\r\n").rfind("\n") + 1
    return (head + lines[: start + (len(lines) - start) // 2]).encode()


def with_a_bad_line(rows: list[Sitting], chance: random.Random) -> bytes:
    """A status that nobody knows, in an otherwise good file."""
    usual = [one for one in rows if not one.blank]
    head, lines = text([*usual, replace(usual[0], number=9_999_999, kind="no_show", numbered=True)], chance)
    return (head + lines.replace("true", "perhaps").replace("TRUE", "perhaps").replace("True", "perhaps")).encode()
