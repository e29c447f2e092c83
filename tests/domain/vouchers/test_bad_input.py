"""What goes wrong with files on their way: told with line and column where there is one, or it does not matter."""

import pytest

from wins_xblocks.domain import Refusal

from .readers import BOOK, CODES, LIST, SHEET, codes, listed, own_sheet
from .workbooks import workbook

TEXTS = {"codes": (codes, CODES), "lists": (listed, LIST), "own sheets": (own_sheet, SHEET)}
FORMS = {
    "BOM": lambda text: "\ufeff" + text,
    "CRLF": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "tabs": lambda text: text.replace('"m,ia"', "mia").replace(",", "\t"),
    "header in other case": lambda text: text.replace("exam", " Exam ", 1).replace("code", "CODE", 1),
    "a column nobody knows": lambda text: "\n".join(f"{line},x" for line in text.splitlines()) + "\n",
    "blank lines": lambda text: text + "\n,,\n\n",
}


def refused(read, data):
    with pytest.raises(Refusal) as said:
        read(data)
    return str(said.value)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", TEXTS)
def test_what_does_not_matter(what, form):
    read, text = TEXTS[what]
    assert len(read(FORMS[form](text).encode())) == len(read(text.encode()))


@pytest.mark.parametrize("what", TEXTS)
def test_a_header_in_another_order(what):
    read, text = TEXTS[what]
    turned = "\n".join(",".join(reversed(line.split(","))) for line in text.replace('"m,ia"', "mia").splitlines())
    assert len(read((turned + "\n").encode())) == len(read(text.encode()))


@pytest.mark.parametrize("what", ["codes", "lists"])
def test_text_in_another_encoding_is_told_with_its_line(what):
    read, text = TEXTS[what]
    assert "line 4" in refused(read, text.encode() + b"caf\xe9\n")
    assert "line 1" in refused(read, text.encode("utf-16"))


@pytest.mark.parametrize(("cells", "column"), [
    ("ABCD\t1234,WINS-FND,2028-02-28", ""), ('"ABCD\t1234",WINS-FND,2028-02-28', ""), ("ABCD1234,WINS-F", "exam"),
    ("ABCD1234,WINS-FND", "expires"), ("ABC", "code"), ("ABCD1234,WINS-FND,2028-02", "expires"),
])  # fmt: skip
def test_a_quoted_tab_is_blank_and_half_a_line_is_told_with_its_column(cells, column):
    _first, row = codes(f"code,exam,expires\nEFGH5678,WINS-FND,2028-02-28\n{cells}".encode())
    assert (row.number, row.problem.column if row.problem else "") == (3, column)


@pytest.mark.parametrize(("data", "said"), [
    (BOOK[: len(BOOK) // 2], "cannot be read"), (workbook(parts=[("../a.xml", "x")]), "path outside"),
    (workbook(parts=[("/etc/a.xml", "x")]), "path outside"), (workbook(parts=[("C:/a.xml", "x")]), "path outside"),
])  # fmt: skip
def test_a_workbook_that_is_half_there_or_leads_outside_is_refused(data, said):
    assert said in refused(codes, data)


def test_a_part_that_says_it_is_two_gigabytes_is_not_unpacked():
    size = BOOK.index(b"PK\x01\x02") + 24  # of the first member, unpacked, as the directory declares it
    bomb = BOOK[:size] + (2**31).to_bytes(4, "little") + BOOK[size + 4 :]
    assert "too large when unpacked" in refused(codes, bomb)
