"""What all parts of a workbook together use of the limits."""

from __future__ import annotations

from dataclasses import dataclass

from rpt.intake.refusal import too_large
from rpt.values.limits import Limits

_NEARER = "常见原因是表格远处有多余的单元格：请删去数据区域以外的行和列，或把数据复制到新工作簿后重试"


@dataclass
class Tally:
    """What all parts together have used of the limits."""

    limits: Limits
    cells: int = 0
    texts: int = 0

    def add_cells(self, count: int) -> None:
        """Raises RefusedError beyond the limit."""
        self.cells += count
        if self.cells > self.limits.cells:
            raise too_large("有值的单元格数", self.cells, self.limits.cells, "cells")

    def add_texts(self, count: int) -> None:
        """Raises RefusedError beyond the limit."""
        self.texts += count
        if self.texts > self.limits.shared_strings:
            raise too_large("共享文字的条数", self.texts, self.limits.shared_strings, "shared_strings")

    def check_area(self, rows: range, columns: range, part: str) -> None:
        """The rectangle of a sheet's values; raises RefusedError beyond the limit."""
        area = len(rows) * len(columns)
        if area > self.limits.area:
            raise too_large(f"{part} 有值区域的单元格数", area, self.limits.area, "area", _NEARER)

    def check_stated_texts(self, stated: int) -> None:
        """What a file says of its shared texts: a false count makes readers take memory for texts that are not there.
        Raises RefusedError."""
        # one of the two counts says how often the texts are used, which is at most once for each cell
        most = max(self.limits.shared_strings, self.limits.cells)
        if stated > most:
            raise too_large("声称的共享文字条数", stated, most, "shared_strings", "请用 Excel 或 WPS 另存后重试")
