"""What figures are called that belong to no metric of the ledger: cells of tables and lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rpt.values.document import Document, Figure
from rpt.values.listing import Listing


def figures_of(document: Document) -> Iterable[Figure]:
    """Every figure of a document: printed, then those of its tables that pages do not show."""
    yield from document.figures
    for table in document.tables:
        for row in table.rows:
            yield from (cell for cell in row.cells.values() if isinstance(cell, Figure))


def cell_names(document: Document) -> Iterable[tuple[str, str]]:
    """The ids of table cells, each named after its table, row and column."""
    for table in reversed(document.tables):
        for row in table.rows:
            head = next((cell for cell in row.cells.values() if isinstance(cell, str)), "")
            for column in table.columns:
                cell = row.cells.get(column.key)
                if isinstance(cell, Figure):
                    yield cell.ref, f"{table.title}：{'·'.join(name for name in (head, column.title) if name)}"


def listed_name(listing: Listing, pieces: Sequence[str]) -> str:
    """慢动库存 第1行（加湿器）：库存金额."""
    if not pieces[2].isdigit():
        return f"{listing.label}：行数" if pieces[2] == "size" else listing.label
    row, key = int(pieces[2]), ".".join(pieces[3:])
    column = next((c.label for c in listing.columns if c.key == key), key)
    cells = listing.rows[row - 1] if 0 < row <= len(listing.rows) else ()
    name = next((cell for cell in cells if isinstance(cell, str)), "")
    return f"{listing.label}第{row}行" + (f"（{name}）" if name else "") + f"：{column}"
