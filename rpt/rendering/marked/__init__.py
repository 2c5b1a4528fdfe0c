"""Marked copies: a workbook again, byte for byte but for its bad cells, which are coloured and say what is wrong.

The package's XML is patched in place rather than loaded and saved: charts, pictures, pivots, macros and whatever a
library does not know stay as they are.
"""

from rpt.rendering.marked.copy import mark_workbook
from rpt.rendering.marked.scan import NotMarkableError
from rpt.rendering.marked.text_copy import write_text_workbook

__all__ = ["NotMarkableError", "mark_workbook", "write_text_workbook"]
