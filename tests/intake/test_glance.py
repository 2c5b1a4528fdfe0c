"""A large sheet is looked at as arrays: what comes of it is what patterns find, whatever stands in it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.intake.cell_notes import examine, glanced, made_exact
from rpt.intake.glance import Glance
from rpt.intake.number_formats import Styles
from rpt.intake.preflight import worksheet
from rpt.intake.preflight.parts import check_xml
from rpt.intake.preflight.tally import Tally
from rpt.intake.raw import Merged
from rpt.intake.refusal import RefusedError
from rpt.intake.tags import cells_of
from rpt.values.limits import Limits
from tests.intake.sheets import worksheet as written

STYLES = Styles(percent=frozenset({2}), dates=frozenset({1}))
PLAIN = [
    '<c r="{0}" t="inlineStr"><is><t>天猫</t></is></c>',
    '<c r="{0}" t="s"><v>3</v></c>',
    '<c r="{0}"><v>201.45</v></c>',
    '<c r="{0}" s="1"><v>45292.43806712963</v></c>',
    '<c r="{0}" s="5"/>',
    '<c r="{0}"></c>',
    "",
]
ROUNDED = ['<c r="{0}"><v>12345678901234567</v></c>', '<c r="{0}"><v>1.5E-3</v></c>', '<c r="{0}"><v>1e9</v></c>']
ODD = [
    '<c r="{0}" s="2"><v>0.5</v></c>',
    '<c r="{0}" s="2" t="n"><v>0.07</v></c>',
    '<c r="{0}" t="e"><v>#REF!</v></c>',
    '<c r="{0}" t="e"><v>#SPILL!</v></c>',
    '<c r="{0}"><f>A1+1</f><v>2</v></c>',
    '<c r="{0}"><f>A1+1</f></c>',
    '<c r="{0}"><f>A1+1</f><v/></c>',
    '<c r="{0}"><v></v></c>',
    '<c r="{0}" t="str"><v></v></c>',
    "<c r='{0}'><v>1</v></c>",
    '<c r="{0}">\n<v>1</v></c>',
    '<c s="3" r="{0}"><v>1</v></c>',
    '<!-- a --><c r="{0}"><v>1</v></c>',
    '<c r="{0}" t="inlineStr"><is><t>a=\'b\'</t></is></c>',
    '<c r="{0}"><v>1</v></c><c r="{0}"><v>2</v></c>',
    "<c><v>1</v></c>",
]
LETTERS = ["A", "B", "C", "Z", "AA", "AZ", "XFD"]


def sheet(rows: Iterable[tuple[int, Iterable[tuple[str, str]]]]) -> str:
    """A sheet of rows: number, and cells as column and template."""
    lines = (
        f'<row r="{number}">{"".join(cell.format(f"{letters}{number}") for letters, cell in cells)}</row>'
        for number, cells in rows
    )
    return written(f"<sheetData>{''.join(lines)}</sheetData>")


def cells(templates: list[str]) -> st.SearchStrategy[list[tuple[str, str]]]:
    cell = st.tuples(st.sampled_from(LETTERS), st.sampled_from(templates))
    return st.lists(cell, max_size=5, unique_by=lambda pair: pair[0]).map(
        lambda found: sorted(found, key=lambda pair: LETTERS.index(pair[0]))
    )


def rows(templates: list[str]) -> st.SearchStrategy[list[tuple[int, list[tuple[str, str]]]]]:
    row = st.tuples(st.integers(1, 300), cells(templates))
    return st.lists(row, min_size=1, max_size=8, unique_by=lambda one: one[0]).map(sorted)


def seen(xml: bytes) -> Glance | None:
    """What is seen of a large sheet, which comes in pieces."""
    pieces = (xml[at : at + 700] for at in range(0, len(xml), 700))
    return check_xml("sheet1.xml", pieces, Tally(Limits()), STYLES)


@given(rows(PLAIN))
def test_a_plain_sheet_is_told_at_a_glance(drawn: list[tuple[int, list[tuple[str, str]]]]) -> None:
    xml = sheet(drawn).encode()
    glance, (notes, _) = seen(xml), examine(xml, STYLES)
    assert glance is not None
    assert glanced(glance) == notes
    assert (glance.inexact, glance.has_percentages) == ((), False)


@given(rows(PLAIN + ROUNDED + ODD))
def test_any_sheet_is_examined_alike(drawn: list[tuple[int, list[tuple[str, str]]]]) -> None:
    xml = sheet(drawn).encode()
    if glance := seen(xml):
        notes, exact = examine(xml, STYLES)
        assert glanced(glance) == notes
        assert made_exact(xml, STYLES, glance) == exact
        assert glance.inexact or glance.has_percentages or exact == xml


@pytest.mark.parametrize("odd", ODD[2:])
def test_whatever_is_odd_is_no_matter_of_a_glance(odd: str) -> None:
    assert seen(sheet([(1, [("A", PLAIN[0])]), (2, [("B", odd)])]).encode()) is None


@pytest.mark.parametrize("altered", ROUNDED + ODD[:2])
def test_numbers_that_would_be_altered_are_seen(altered: str) -> None:
    xml = sheet([(1, [("A", PLAIN[0])]), (2, [("A", PLAIN[3]), ("B", altered)])]).encode()
    glance = seen(xml)
    assert glance is not None
    assert (len(glance.inexact), glance.has_percentages) == (altered in ROUNDED, altered not in ROUNDED)
    assert made_exact(xml, STYLES, glance) == examine(xml, STYLES)[1]


@pytest.mark.parametrize(
    "inside",
    [
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row></sheetData><sheetData><row r="2"><c r="A2"><v>1</v></c></row>',
    ],
)
def test_rows_and_cells_out_of_order_take_a_closer_look(inside: str) -> None:
    assert seen(written(f"<sheetData>{inside}</sheetData>").encode()) is None


def test_a_sheet_that_breaks_off_anywhere_is_told_of_and_never_seen() -> None:
    xml = sheet([(1, [("A", PLAIN[3]), ("B", PLAIN[0])]), (2, [("A", ROUNDED[0]), ("C", PLAIN[2])])]).encode()
    for length in range(1, xml.index(b"</sheetData>")):
        assert seen(xml[:length]) is None


def test_what_stands_behind_the_cells_is_told() -> None:
    xml = sheet((number, [("B", PLAIN[2]), ("C", PLAIN[1])]) for number in range(1, 50))
    merged = '<mergeCells><mergeCell ref="B3:B5"/></mergeCells>'
    glance = seen(xml.replace("</sheetData>", f"</sheetData>{merged}").encode())
    assert glance is not None
    assert (glance.first_column, glance.last_column, glance.rows) == (1, 2, 49)
    assert glanced(glance).merged == (Merged(3, 1, 5, 1),)


def test_the_cells_of_a_piece() -> None:
    piece = b'<row r="7"><c r="B7" s="1"><v>12</v></c><c r="XFD7"/></row><row r="8"><c r="AA8" t="s"><v>3</v></c></row>'
    found = cells_of(piece)
    assert found is not None
    assert (found.columns.tolist(), found.rows.tolist(), found.under.tolist()) == ([2, 16384, 27], [7, 7, 8], [1, 1, 2])
    assert (found.filled.tolist(), found.values.tolist()) == ([True, False, True], [True, False, True])
    assert [piece[start:end] for start, end in zip(found.starts, found.ends, strict=True)][::2] == [b"12", b"3"]
    assert found.row_numbers.tolist() == [7, 8]
    assert cells_of(b"no tag" + piece) is None
    assert cells_of(piece.replace(b"AA8", b"AA9")) is None


def counted(xml: bytes, styles: Styles | None) -> tuple[object, ...] | str:
    """What preflight counts of a sheet in pieces, or why it refuses it; by arrays where there are ``styles``."""
    seen: list[worksheet.Sheet] = []
    make = worksheet.Sheet.__init__

    def kept(self: worksheet.Sheet, name: str, tally: Tally, prefix: bytes) -> None:
        make(self, name, tally, prefix)
        seen.append(self)

    tally = Tally(Limits())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worksheet.Sheet, "__init__", kept)
        pieces = (xml[at : at + 700] for at in range(0, len(xml), 700))
        try:
            check_xml("sheet1.xml", pieces, tally, styles)
        except RefusedError as error:
            return str(error)
    (one,) = seen
    return tally.cells, one.rows, one.first_column, one.last_column


@given(rows(PLAIN + ROUNDED + ODD))
def test_preflight_counts_alike(drawn: list[tuple[int, list[tuple[str, str]]]]) -> None:
    xml = sheet(drawn).encode()
    assert counted(xml, STYLES) == counted(xml, None)


@pytest.mark.parametrize("address", ["XFE1", "A1048577", "A9999999", "A0", "ZZZ1"])
def test_cells_that_cannot_be_are_refused_alike(address: str) -> None:
    row = address.lstrip("XFEAZ")
    xml = written(f'<sheetData><row r="{row}"><c r="{address}"><v>1</v></c></row></sheetData>').encode()
    wanted = counted(xml, None)
    assert isinstance(wanted, str)
    assert counted(xml, STYLES) == wanted


@pytest.mark.parametrize("where", ["<sheetData>", "</sheetData>"])
def test_a_document_type_is_refused_wherever_it_stands(where: str) -> None:
    xml = sheet([(1, [("A", PLAIN[0])])]).replace(where, f"<!DOCTYPE a>{where}").encode()
    wanted = counted(xml, None)
    assert "DOCTYPE" in str(wanted)
    assert counted(xml, STYLES) == wanted
