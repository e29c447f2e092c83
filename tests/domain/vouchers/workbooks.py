"""Workbooks as other programmes write them, made part by part."""

import io
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEETS = '<sheets><sheet name="Codes" sheetId="1" r:id="rId7"/></sheets>'
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">%s{SHEETS}</workbook>'
LINK = '<Relationship Id="rId7" Target="worksheets/sheet1.xml"/>'
RELS = f'<Relationships xmlns="{PACKAGE}">{LINK}</Relationships>'


def text(value):
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def number(value):
    return f"<c><v>{value}</v></c>"


def shared(index):
    return f'<c t="s"><v>{index}</v></c>'


def row(*cells):
    return f"<row>{''.join(cells)}</row>"


def sheet(*rows):
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def strings(*items):
    return f'<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'


def workbook(*rows, properties="", parts=(), body=None):
    """The bytes of a file with these rows; ``parts`` are added to it or stand in place of ours."""
    members = {
        "xl/workbook.xml": BOOK % properties,
        "xl/_rels/workbook.xml.rels": RELS,
        "xl/worksheets/sheet1.xml": body or sheet(*rows),
        **dict(parts),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


HEAD = row(*map(text, ("Exam", "CODE", "expires")))
