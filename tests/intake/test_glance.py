"""A large sheet is looked at as arrays: what comes of it is what patterns find, whatever stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.intake import cell_notes
from rpt.intake.cell_notes import examine
from rpt.intake.formats import xlsx
from rpt.intake.glance import Glance, look
from rpt.intake.number_formats import Styles
from rpt.intake.preflight import worksheet
from rpt.intake.preflight.parts import check_xml
from rpt.intake.preflight.tally import Tally
from rpt.intake.raw import CellNote
from rpt.intake.refusal import RefusedError
from rpt.intake.tags import cells_of
from rpt.values.limits import Limits
from tests.intake.sheets import worksheet as written
from tests.intake.sheets import write_xml

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


def both(xml: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``examine`` says is the same whether or not it glances first."""
    with monkeypatch.context() as patch:
        patch.setattr(cell_notes, "LARGE", 0)
        glanced = examine(xml, STYLES)
    assert glanced == examine(xml, STYLES)


@given(rows(PLAIN))
def test_a_plain_sheet_is_told_at_a_glance(drawn: list[tuple[int, list[tuple[str, str]]]]) -> None:
    xml = sheet(drawn).encode()
    seen, (notes, _) = look(xml, STYLES), examine(xml, STYLES)
    assert seen == Glance(notes.first_column, notes.rows or 0, has_inexact=False)


@given(rows(PLAIN + ROUNDED + ODD))
def test_any_sheet_is_examined_alike(drawn: list[tuple[int, list[tuple[str, str]]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        both(sheet(drawn).encode(), patch)


@pytest.mark.parametrize("odd", ODD[2:])
def test_whatever_is_odd_is_no_matter_of_a_glance(odd: str) -> None:
    xml = sheet([(1, [("A", PLAIN[0])]), (2, [("B", odd)])]).encode()
    assert look(xml, STYLES) is None


@pytest.mark.parametrize("rounded", ROUNDED)
def test_numbers_that_would_be_rounded_are_seen(rounded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    xml = sheet([(1, [("A", PLAIN[0])]), (2, [("A", PLAIN[3]), ("B", rounded)])]).encode()
    seen = look(xml, STYLES)
    assert seen is not None
    assert seen.has_inexact
    both(xml, monkeypatch)


def test_cells_out_of_order_and_pieces_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    swapped = sheet([(1, [("B", PLAIN[2]), ("A", PLAIN[2])])]).encode()
    assert look(swapped, STYLES) is None
    monkeypatch.setattr("rpt.intake.glance._PIECE", 64)
    many = sheet((number, [("B", PLAIN[2]), ("C", PLAIN[1])]) for number in range(1, 50)).encode()
    assert look(many, STYLES) == Glance(1, 49, has_inexact=False)


def test_the_cells_of_a_piece() -> None:
    piece = b'<row r="7"><c r="B7" s="1"><v>12</v></c><c r="XFD7"/></row><row r="8"><c r="AA8" t="s"><v>3</v></c></row>'
    found = cells_of(piece)
    assert found is not None
    assert (found.columns.tolist(), found.rows.tolist(), found.under.tolist()) == ([2, 16384, 27], [7, 7, 8], [1, 1, 2])
    assert (found.filled.tolist(), found.values.tolist()) == ([True, False, True], [True, False, True])
    assert [piece[start:end] for start, end in zip(found.starts, found.ends, strict=True)][::2] == [b"12", b"3"]
    assert cells_of(b"no tag" + piece) is None


def counted(xml: bytes) -> tuple[object, ...] | str:
    """What preflight counts of a sheet in pieces, or why it refuses it."""
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
            check_xml("sheet1.xml", pieces, tally)
        except RefusedError as error:
            return str(error)
    (one,) = seen
    return tally.cells, one.rows, one.first_column, one.last_column, one.row


@given(rows(PLAIN + ROUNDED + ODD))
def test_preflight_counts_alike(drawn: list[tuple[int, list[tuple[str, str]]]]) -> None:
    xml = sheet(drawn).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worksheet, "LARGE", -1)
        at_once = counted(xml)
    assert at_once == counted(xml)


@pytest.mark.parametrize("address", ["XFE1", "A1048577", "A9999999", "A0", "ZZZ1"])
def test_cells_that_cannot_be_are_refused_alike(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    xml = written(f'<sheetData><row r="1"><c r="{address}"><v>1</v></c></row></sheetData>').encode()
    wanted = counted(xml)
    assert isinstance(wanted, str)
    monkeypatch.setattr(worksheet, "LARGE", -1)
    assert counted(xml) == wanted


@pytest.mark.parametrize("cell", [PLAIN[2], '<c r="{0}" t="e"><v>#SPILL!</v></c>'])
def test_a_large_file_is_read_while_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    inside = "".join(f'<row r="{at}">{cell.format(f"A{at}")}</row>' for at in range(1, 4))
    write_xml(tmp_path / "data.xlsx", {"表": written(f"<sheetData>{inside}</sheetData>")})
    wanted = xlsx.read(tmp_path / "data.xlsx", Limits())
    monkeypatch.setattr(xlsx, "_LARGE", 0)
    (found,) = xlsx.read(tmp_path / "data.xlsx", Limits())
    assert (found.name, found.notes, found.rows) == (wanted[0].name, wanted[0].notes, wanted[0].rows)
    assert (found.notes == ()) == (cell == PLAIN[2])
    assert isinstance(found.notes, tuple)
    assert all(isinstance(note, CellNote) for note in found.notes)
