"""Files of codes, workbooks, lists and sheets of results, damaged by chance: each is read or refused in words."""

import io
import random
from zoneinfo import ZoneInfo

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.results import lines
from wins_xblocks.domain.results.files import File
from wins_xblocks.domain.vouchers import imports, lists
from wins_xblocks.domain.vouchers.fields import Filling

from .workbooks import HEAD, number, row, shared, strings, text, workbook

VIENNA = ZoneInfo("Europe/Vienna")
FILLING = Filling("PO-1", None, "Europe/Vienna", "EUR")
CODES = (
    "code,exam,expires,order,price,currency,zone\r\nABCD-1234,WINS-FND,2028-02-28,PO-7,310.00,EUR,UTC\r\n"
    "EFGH-5678,WINS-REG,2028-02-28,,,,\r\n"
)
LIST = 'learner,exam,code\nlena,WINS-FND,ABCD1234\n"m,ia",WINS-REG,\n'
SHEET = (
    "learner,exam,date,result,evidence,score,voucher,registration\nlena,WINS-FND,2027-01-02,pass,Mail,81.5,ABCD12,7\n"
)
BOOK = workbook(
    HEAD, row(text("WINS-FND"), shared(0), number(46_811)), row(text("WINS-REG"), text("EFGH5678"), number(46_812)),
    parts=[("xl/sharedStrings.xml", strings("<t>ABCD1234</t>"))],
)  # fmt: skip
SIGNS = [b"\0", b'"', b"\t", b",", b";", b"\r", b"\n", b"\xff", b"\xef\xbb\xbf", "ß".encode(), "А".encode(), b"=1+1",
         b"9" * 40, b"-", b"2028-02-31", b"0000-00-00", b"<", b"&x;", b"PK\x03\x04"]  # fmt: skip


def damaged(data, chance):
    """Some bytes changed, cut out, doubled, put in, or the end cut off."""
    own = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, to = sorted(chance.randrange(len(own) + 1) for _ in range(2))
        kind = chance.randrange(5)
        if kind == 0 and at < len(own):
            own[at] = chance.randrange(256)
        elif kind == 1:
            del own[at : min(to, at + 20)]
        elif kind == 2:
            own[at:at] = own[at : min(to, at + 50)]
        elif kind == 3:
            own[at:at] = chance.choice(SIGNS)
        elif chance.random() < 0.3:
            del own[at:]
    return bytes(own)


def codes(data):
    return list(imports.read(imports.decode(data), {"WINS-FND", "WINS-REG"}, FILLING, NOW))


def listed(data):
    return lists.read(imports.decode(data), ["learner", "exam"], ["code"])


def own_sheet(data):
    return list(lines.read(File(io.BytesIO(data)), VIENNA, NOW))


READERS = {
    "codes, CSV": (codes, CODES.encode()), "codes, workbooks": (codes, BOOK), "lists": (listed, LIST.encode()),
    "results, our own sheets": (own_sheet, SHEET.encode()),
}  # fmt: skip


def never_crashes(what, number):
    """Whatever is there: it is read, or refused in words. Returns whether it was read."""
    return survives(READERS[what], number)


def survives(reader, number):
    read, good = reader
    return reads(read, damaged(good, random.Random(number)))


def reads(read, data):
    try:
        read(data)
    except Refusal as refusal:
        return not str(refusal)  # False: in words
    return True
