"""YAML, the form of the course's own files: everything that a question can say."""

from ..domain import Refusal
from ..domain import marked as _
from ..domain.quiz import banks
from ..domain.quiz.data import Bank
from ..quiz_yaml import as_yaml, from_yaml
from .form import LINE, Found, Read, Told, Written, text_of

_BLUEPRINT = Told(_("The blueprint in the file was left out. Write its rows under “Rules”."))
_NONE = Told(_("This is not a question."))


class Yaml:
    name = "yaml"
    endings = frozenset({"yaml", "yml"})
    kind = "application/yaml"

    def read(self, data: bytes) -> Read:
        body, lines = from_yaml(text_of(data))
        if len(body["items"]) > banks.MOST_ITEMS:
            raise Refusal(_("These are too many questions. At most {most} fit."), most=banks.MOST_ITEMS)
        found = [
            Found(line, entry, ()) if isinstance(entry, dict) else Found(line, None, (_NONE,))
            for line, entry in zip(lines, body["items"], strict=True)
        ]
        if not found:
            raise Refusal(_("The file has no question."))
        cases = {case.id: case.stem for case in banks.bank_of({"cases": body.get("cases", [])}).cases}
        return Read(LINE, tuple(found), cases, (_BLUEPRINT,) if body.get("blueprint") else ())

    def write(self, bank: Bank) -> Written:
        told = Told(_("The texts of the learning objectives were left out. Their ids are in the file."))
        return Written(as_yaml(bank).encode("utf-8", "replace"), (told,) if bank.objectives else ())
