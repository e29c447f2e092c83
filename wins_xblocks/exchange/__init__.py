"""Questions in and out of other programmes' files. Another format is a module here and a line below."""

from collections.abc import Mapping

from ..domain import Refusal
from ..domain import marked as _
from .delimited import Csv
from .form import LARGEST, Format
from .olx import ProblemXml
from .workbook import Xlsx
from .yaml_format import Yaml

FORMATS: Mapping[str, Format] = {one.name: one for one in (Xlsx(), Csv(), Yaml(), ProblemXml())}


def format_of(name: str, data: bytes) -> Format:
    """What a file is by the end of its name. Raises Refusal: too large, empty, or none of ours."""
    if len(data) > LARGEST:
        raise Refusal(_("The file is too large. It may have at most {most} MB."), most=LARGEST // 1_000_000)
    if not data.strip():
        raise Refusal(_("The file is empty."))
    ending = name.rpartition(".")[2].casefold()
    for one in FORMATS.values():
        if ending in one.endings:
            return one
    raise Refusal(_("Files of this kind are not read. Read are: {names}."), names=", ".join(FORMATS))
