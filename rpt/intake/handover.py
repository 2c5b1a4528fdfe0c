"""What a child process leaves for its parent in a scratch folder: a parquet file per sheet, and names as JSON.

A columnar file is not copied: the child reads all of it once, so that its parent can where it stands. Large delimited
text goes from its file into the parquet file in a stream, a large plain sheet piece by piece into a folder of them.

The JSON is written last, so a folder without it is of a child that did not get to its end.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rpt.intake.pieces import Piece, in_pieces
from rpt.intake.raw import CellNote, LargeSheet, LargeText, Merged, RawSheet, Rows
from rpt.values.issue import Issue, Level, Origin

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_INDEX = "sheets.json"
_PIECE = 20_000  # rows handed to the database at once


@dataclass(frozen=True)
class Reading:
    """A file that has been read: its SHA-256 (empty where nothing was read), its sheets, and what was found wrong."""

    sha256: str
    sheets: tuple[RawSheet, ...]
    issues: tuple[Issue, ...]


def leave(folder: Path, reading: Reading, memory_bytes: int) -> None:
    """Write a reading into ``folder``; half of ``memory_bytes`` is the database's."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": f"{memory_bytes // 2}B",
        "temp_directory": str(folder),
        "autoinstall_known_extensions": False,
    }
    sheets = []
    with duckdb.connect(":memory:", config=settings) as connection:
        for number, sheet in enumerate(reading.sheets):
            target = _literal(folder / f"{number}.parquet")
            if sheet.typed:
                connection.execute(
                    f"select bit_xor(hash(file)) from read_parquet({_literal(sheet.path)}) file"
                ).fetchall()
            elif isinstance(sheet.data, LargeText):
                connection.execute(f"copy ({_lines(sheet.data)}) to {target} (format parquet)")
            elif isinstance(sheet.data, LargeSheet):
                _in_pieces(connection, sheet.data, folder / str(number))
            elif isinstance(sheet.data, Sequence):
                _table_of_rows(connection, sheet.data)
                connection.execute(f"copy (select * from sheet order by _row) to {target} (format parquet)")
                connection.execute("drop table sheet")
            else:
                connection.register("incoming", sheet.data)
                numbered = "select row_number() over () as _row, * from incoming"
                connection.execute(f"copy ({numbered}) to {target} (format parquet)")
                connection.unregister("incoming")
            notes = [[note.row, note.column, note.kind, note.text] for note in sheet.notes]
            merged = [astuple(found) for found in sheet.merged]
            told = {
                "notes": notes,
                "rows": sheet.rows,
                "merged": merged,
                "typed": str(sheet.path) if sheet.typed else "",
            }
            sheets.append({"name": sheet.name, "first_column": sheet.first_column, **told})
    index = {"sha256": reading.sha256, "sheets": sheets, "issues": [_written(issue) for issue in reading.issues]}
    (folder / _INDEX).write_text(json.dumps(index), encoding="utf-8")


def _in_pieces(connection: DuckDBPyConnection, sheet: LargeSheet, folder: Path) -> None:
    """Write a sheet's pieces, each to a file of its own, in threads of their own."""
    folder.mkdir()

    def take(number: int, piece: Piece) -> None:
        with connection.cursor() as cursor:
            cursor.register("incoming", piece.sheet)
            numbered = f"select {piece.first - 1 - piece.skipped} + row_number() over () as _row, * from incoming"
            wanted = f"_row >= {piece.first}" + (f" and _row <= {piece.last}" if piece.last else "")
            target = _literal(folder / f"{number:05}.parquet")
            cursor.execute(f"copy (select * from ({numbered}) where {wanted}) to {target} (format parquet)")

    try:
        in_pieces(sheet, take)
    except Exception:
        shutil.rmtree(folder)  # the sheet is read as a whole instead
        raise


def _literal(path: Path) -> str:
    text = str(path).replace("'", "''")
    return f"'{text}'"


def _lines(text: LargeText) -> str:
    """The records of delimited text, none of its cells anything but text; whatever is not as CSV has it is an error."""
    columns = [f"column_{at}" for at in range(text.width)]
    kinds = ", ".join(f"'{name}': 'varchar'" for name in columns)
    cells = ", ".join(f"nullif({name}, '') as {name}" for name in columns)
    delimiter = text.delimiter.replace("'", "''")
    options = f"delim = '{delimiter}', quote = '\"', escape = '\"', new_line = '{text.line_end}'"
    return (
        f"select row_number() over () as _row, {cells} "
        f"from read_csv({_literal(text.path)}, auto_detect = false, header = false, strict_mode = true, {options}, "
        f"null_padding = false, columns = {{{kinds}}})"
    )


def _table_of_rows(connection: DuckDBPyConnection, rows: Rows) -> None:
    """Make the table ``sheet``: ``_row`` as in the spreadsheet, and the columns of text. Rows may be of different
    lengths; a cell without text is NULL."""
    import numpy

    width = max((len(row) for row in rows), default=0)
    columns = [f"column_{at}" for at in range(width)]
    connection.execute(f"create table sheet (_row bigint, {', '.join(f'{name} varchar' for name in columns)})")
    for start in range(0, len(rows), _PIECE):
        piece = rows[start : start + _PIECE]
        # arrays of objects: the database takes them as they are, values one by one cost ten times as much
        cells = {
            name: numpy.array([(row[at] or None) if at < len(row) else None for row in piece], dtype=object)
            for at, name in enumerate(columns)
        }
        connection.register("piece", {"_row": numpy.arange(start + 1, start + len(piece) + 1), **cells})
        connection.execute(f"insert into sheet select {', '.join(['_row', *columns])} from piece")
        connection.unregister("piece")


def _written(issue: Issue) -> dict[str, str | None]:
    return {
        "code": issue.code,
        "level": issue.level,
        "message": issue.message,
        "sheet": issue.origin.sheet,
        "cell": issue.origin.cell,
        "hint": issue.hint,
        "value": issue.value,
    }


def take(folder: Path, shown: str) -> Reading:
    """Read what a child left. ``shown`` is the file's name in messages.

    Raises ValueError where that is nothing, or not what ``leave`` writes: a child may have died of its file anywhere.
    """
    try:
        index = json.loads((folder / _INDEX).read_bytes())
        sheets = tuple(_sheets(folder, index["sheets"]))
        issues = tuple(_issue(shown, **issue) for issue in index["issues"])
        return Reading(str(index["sha256"]), sheets, issues)
    except (OSError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _sheets(folder: Path, written: Sequence[Mapping[str, Any]]) -> Iterator[RawSheet]:
    for number, sheet in enumerate(written):
        path = Path(sheet["typed"]) if sheet["typed"] else folder / f"{number}.parquet"
        if (in_pieces := folder / str(number)).is_dir():
            path = in_pieces
        if not path.exists():
            raise ValueError(f"{path.name} is missing")
        notes = tuple(CellNote(int(row), int(column), kind, str(text)) for row, column, kind, text in sheet["notes"])
        rows = None if sheet["rows"] is None else int(sheet["rows"])
        merged = tuple(Merged(*map(int, found)) for found in sheet["merged"])
        name, first, typed = str(sheet["name"]), int(sheet["first_column"]), bool(sheet["typed"])
        yield RawSheet(name, path, first, typed, notes, rows, merged)


def _issue(
    shown: str, code: str, level: str, message: str, sheet: str | None, cell: str | None, hint: str, value: str | None
) -> Issue:
    return Issue(code, Level(level), message, Origin(shown, sheet, cell), hint, value)
