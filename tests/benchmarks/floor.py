"""The floor: WeasyPrint and nothing else prints a page with the options that rpt has.

``python floor.py PAGE PDF [--no-gc]``; the second form spares Python's search for cycles, as rpt's printer does.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from weasyprint import HTML

if "--no-gc" in sys.argv:
    gc.disable()
html = Path(sys.argv[1]).read_text(encoding="utf-8")
HTML(string=html, base_url="http://report.invalid/").write_pdf(sys.argv[2], pdf_variant="pdf/ua-1")
