"""Files and pasted tables of questions, damaged by chance: each is read with a report, or refused in words."""

from pathlib import Path

from xblock.exceptions import JsonHandlerError

from tests.exchange.banks import WHOLE
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.quiz import banks
from wins_xblocks.exchange import FORMATS, format_of, pasted
from wins_xblocks.exchange.report import report

HERE = Path(__file__).parent
BANK = banks.bank_of({"items": [banks.plain_item(WHOLE.items[0])]})
WORD = (HERE / "word.html").read_bytes()
EXCEL = (HERE / "excel.html").read_bytes()
TABS = 'Question\tA\tB\tRight\n"Two\nlines?"\tyes\tno\tB\nWho?\tWINS\tIAEA\tA\n'


def reported(read):
    """The report, said in words."""
    lines = report(read, BANK)
    assert all(str(told) for line in lines for told in line.told)
    assert all(map(str, read.told))
    return lines


def file_of(name):
    def read(data):
        try:
            return reported(format_of(f"questions.{name}", data).read(data))
        except JsonHandlerError as error:
            raise Refusal("{told}", told=error.message) from error

    return read


def html(data):
    return reported(pasted.read(data.decode("utf-8", "replace"), ""))


def tabs(data):
    return reported(pasted.read("", data.decode("utf-8", "replace")))


READERS = {
    **{f"questions, {name}": (file_of(name), one.write(WHOLE).data) for name, one in FORMATS.items()},
    "questions, a table of Word": (html, WORD), "questions, a table of Excel": (html, EXCEL),
    "questions, a table with tabs": (tabs, TABS.encode()),
}  # fmt: skip
