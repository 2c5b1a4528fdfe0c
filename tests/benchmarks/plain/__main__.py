"""The plain way: ``python -m tests.benchmarks.plain PROJECT OUT`` makes the sample's annual report of 2025.

As a competent analyst would write it, with pandas, openpyxl, Matplotlib and WeasyPrint: the same sheets are read, the
same ledger is measured (15,536 values, of which none differs from rpt's), and the report has as many chapters, tables
and charts on as many pages (59, 21; 40 pages to 41), as PDF, HTML, Excel and JSON. Sums are grouped once per table, not
once per metric, and rows are appended to the workbook in openpyxl's write-only mode. The PDF is tagged as rpt's is.

What it leaves out: checking what is read and verifying what is written, the rows behind each figure, notes on cells,
formulas and native charts in the workbook, links from figures to definitions, exact decimals, rules that find problems
(it lists what missed its target), Spring Festival in the plan's months, charts that move in the HTML, the archive.
"""

from __future__ import annotations

import sys
from pathlib import Path

from weasyprint import HTML

from . import steps

YEAR = 2025


def main() -> None:
    """Read, measure, write."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    settings, tables = steps.read(folder)
    ledger, made = steps.measure(tables, settings, YEAR)
    report = steps.chapters(folder, settings, tables, ledger, made, YEAR)
    page = steps.html(settings, report, YEAR)
    (out / "plain.html").write_text(page, encoding="utf-8")
    HTML(string=page).write_pdf(out / "plain.pdf", pdf_variant="pdf/ua-1")
    steps.save_workbook(out / "plain.xlsx", ledger, report, made)
    steps.save_ledger(out / "plain.json", ledger)


if __name__ == "__main__":
    main()
