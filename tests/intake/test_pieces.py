"""A large plain sheet is read in pieces: the rows are those of the whole, and so is all that is told of them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from rpt.engine import EngineError
from rpt.engine.duck import Duck
from rpt.intake import child, pieces, workbook_xml
from rpt.intake.handover import take
from rpt.intake.preflight import archive, package
from rpt.intake.raw import LargeSheet, RawSheet
from rpt.intake.sheet import head, hold, ingest, let_go
from tests.intake.sheets import grid, number, text, worksheet, write_xml
from tests.intake.test_glance import ODD, PLAIN, ROUNDED, rows, sheet

FORMATS = ("yyyy-mm-dd hh:mm:ss", "0.0%", "0", "0", "0")
TEXTS = "<sst><si><t>甲</t></si><si><t>乙</t></si><si><t>丙</t></si><si><t>丁</t></si></sst>"


def workbook(path: Path, *sheets: str) -> Path:
    """A workbook of sheets that refer to dates' styles and to shared texts."""
    write_xml(path, {f"表{at}": xml for at, xml in enumerate(sheets, 1)}, FORMATS)
    relation = '<Relationship Id="t" Type="{0}" Target="sharedStrings.xml"/></Relationships>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relations = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    parts[relations] = parts[relations].replace("</Relationships>", relation.format(kind))
    parts["xl/sharedStrings.xml"] = TEXTS
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return path


def read(path: Path, piece: int | None = None) -> list[RawSheet]:
    """What a child leaves of a workbook: its sheets as wholes, or large ones in pieces of about so many bytes."""
    folder = path.with_name(f"{path.name}-{piece}")
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        if piece is not None:
            patch.setattr(package, "LARGE", 0)
            patch.setattr(pieces, "_PIECE", piece)
            patch.setattr(archive, "PIECE", 1024)
        assert child.do(child.Job(str(path), path.name, str(folder))) == 0
    found = take(folder, path.name)
    assert not found.issues
    return list(found.sheets)


def cells(sheet: RawSheet) -> list[tuple[Any, ...]]:
    """The rows of a sheet with anything in them; the same rows stand at its top as are there."""
    engine = Duck()
    ingest(engine, sheet, "raw")
    found = engine.rows('select * from "raw" order by _row')
    assert [row for row, *_ in found] == list(range(1, len(found) + 1))
    assert head(engine, "raw") == [[*row[1:]] for row in found[:30]]
    return [row for row in found if any(cell is not None for cell in row[1:])]


def told(sheets: list[RawSheet]) -> list[tuple[object, ...]]:
    return [(found.name, found.first_column, found.notes, found.rows, found.merged, cells(found)) for found in sheets]


def narrow(drawn: list[Any]) -> list[Any]:
    """The same rows without the farthest column, up to which every row is as wide."""
    return [(row, [(column, cell) for column, cell in cells if column != "XFD"]) for row, cells in drawn]


@settings(deadline=None, max_examples=20)
@given(rows(PLAIN + ROUNDED + ODD[:2]).map(narrow), rows(PLAIN).map(narrow))
def test_pieces_give_the_cells_of_the_whole(first: list[Any], second: list[Any]) -> None:
    with TemporaryDirectory() as name:
        path = workbook(Path(name) / "a.xlsx", sheet(first), sheet(second))
        assert told(read(path, piece=300)) == told(read(path))


def many(count: int) -> str:
    """A sheet with a gap in its rows and a first column that only one row has."""
    lines = [[None, number("45292.5", 1), text(f"第{at}行"), number(str(at))] for at in range(count)]
    lines[count // 2][0] = number("7")
    top = grid(lines, first_row=3).removesuffix("</sheetData>")
    return worksheet(f'{top}<row r="{count + 90}"><c r="B{count + 90}" t="s"><v>2</v></c></row></sheetData>')


def test_a_large_sheet_goes_in_pieces(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", many(40))
    (found,), (wanted,) = read(path, piece=500), read(path)
    assert len(list(found.path.glob("*.parquet"))) > 5
    assert wanted.path.is_file()
    assert told([found]) == told([wanted])
    assert cells(found)[-1] == (130, None, "丙", None, None)


def test_a_piece_that_is_not_as_expected_has_the_whole_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", many(40))
    frame = pieces._frame
    monkeypatch.setattr(pieces, "_frame", lambda sheet, row: b"" if row > 20 else frame(sheet, row))
    (found,) = read(path, piece=500)
    assert found.path.is_file()
    assert told([found]) == told(read(path))


@pytest.mark.parametrize(("most", "kind"), [(1 << 20, LargeSheet), (10, object)])
def test_with_many_shared_texts_it_is_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, kind: type
) -> None:
    path = workbook(tmp_path / "a.xlsx", many(40))
    monkeypatch.setattr(package, "LARGE", 0)
    monkeypatch.setattr(workbook_xml, "_LARGEST_BESIDE", most)
    (found,) = child.look_and_read(child.Job(str(path), path.name, "")).sheets
    assert isinstance(found.data, kind)
    assert isinstance(found.data, LargeSheet) == (kind is LargeSheet)
    assert found.rows == 41


def test_what_stays_in_its_files_is_held_where_it_is_changed(tmp_path: Path) -> None:
    engine = Duck()
    (found,) = read(workbook(tmp_path / "a.xlsx", many(40)), piece=500)
    ingest(engine, found, "raw", may_stay=True)
    with pytest.raises(EngineError):
        engine.run('delete from "raw" where _row > 40')
    hold(engine, "raw")
    engine.run('delete from "raw" where _row > 40')
    assert engine.rows('select max(_row) from "raw"') == [(40,)]
    let_go(engine, "raw")
    ingest(engine, found, "raw", may_stay=True)
    assert engine.rows('select max(_row) from "raw"') == [(130,)]
    let_go(engine, "raw")
