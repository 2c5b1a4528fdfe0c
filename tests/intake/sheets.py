"""Workbooks written as XML by hand: what programs write that no library of ours would."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def text(value: str) -> str:
    """The inside of a cell that holds text."""
    return f' t="inlineStr"><is><t>{value}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    """The inside of a cell that holds a number as the file writes it."""
    return f' s="{style}"><v>{value}</v></c>'


def grid(rows: Sequence[Sequence[str | None]], first_row: int = 1, first_column: int = 0) -> str:
    """The sheet data of rows of cell insides; None is no cell."""
    lines = []
    for r, row in enumerate(rows, first_row):
        cells = (f'<c r="{chr(65 + c)}{r}"{inside}' for c, inside in enumerate(row, first_column) if inside is not None)
        lines.append(f'<row r="{r}">{"".join(cells)}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


def worksheet(inside: str) -> str:
    """A sheet's XML around its sheet data."""
    return f'<worksheet xmlns="{MAIN}">{inside}</worksheet>'


def write_xml(path: Path, sheets: dict[str, str | bytes], formats: Sequence[str] = ()) -> Path:
    """A workbook of sheets given as XML. Cell style n+1 has the n-th format: a code, or a built-in's number."""
    codes = "".join(
        f'<numFmt numFmtId="{170 + n}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for n, code in enumerate(formats)
        if not code.isdigit()
    )
    styles = "".join(f'<xf numFmtId="{code if code.isdigit() else 170 + n}"/>' for n, code in enumerate(formats))
    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    parts = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{TYPES}"/>')
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
        )
        styled = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{parts}{styled}</Relationships>')
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>'
            f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        )
        for n, xml in enumerate(sheets.values(), 1):
            book.writestr(f"xl/worksheets/sheet{n}.xml", xml)
    return path
