"""What a file holds and the reader did not give, as issues: error cells, formulas without a result, rows lost."""

from __future__ import annotations

from collections.abc import Iterator

from rpt.engine import Engine, quote
from rpt.intake.raw import CellNote
from rpt.values.issue import Issue, Level, Origin

_SAVE = "请在 Excel 或 WPS 里打开该文件，等它算完后保存，再运行"


def lost_cell(note: CellNote, label: str, origin: Origin, in_total: bool) -> Issue:
    """The issue of a cell under the column ``label``. A totals row is not counted anyway: there it is only info."""
    level = Level.INFO if in_total else Level.ERROR
    if note.kind == "error":
        hint = "请改正公式，或填入正确的值；没有数据请留空或填 -"
        return Issue("cell_error", level, f"“{label}”是错误值 {note.text}", origin, hint, note.text)
    if note.kind == "repeated":
        message = f"“{label}”的这个单元格在文件里写了不止一次，不知道哪个值算数"
        return Issue("cell_repeated", level, message, origin, "请用 Excel 或 WPS 打开，核对这个值，另存后再运行")
    return Issue("formula_no_value", level, f"“{label}”的公式没有保存结果", origin, _SAVE, note.text)


def rows_lost(engine: Engine, origin: Origin, raw: str, rows: int | None) -> Iterator[Issue]:
    """An error where fewer rows with a value were read than the file says there are (None: it does not say)."""
    if not rows:
        return
    described = engine.rows(f"select column_name from (describe {quote(raw)}) where column_name <> '_row'")
    filled = f"coalesce({', '.join(quote(name) for (name,) in described)}) is not null"
    read = int(engine.rows(f"select count(*) from {quote(raw)} where {filled}")[0][0])
    if read < rows:
        message = f"工作表里有 {rows:,} 行数据，只读到 {read:,} 行"
        yield Issue("rows_lost", Level.ERROR, message, origin, _SAVE)
