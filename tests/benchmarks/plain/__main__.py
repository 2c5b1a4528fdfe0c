"""The plain way: ``python -m tests.benchmarks.plain PROJECT OUT`` makes the sample's annual report of 2025.

As a competent analyst would write it, with pandas, openpyxl, Matplotlib and WeasyPrint: the same sheets are read, the
same ledger is measured (every value agrees with rpt's), and the report has as many chapters, tables, charts and pages,
as PDF, HTML, Excel and JSON. Sums are grouped once per table, not once per metric.

What it leaves out: rows behind each figure, notes on cells, formulas and native charts in the workbook, links from
figures to definitions, tagged PDF's check, checking what was read and what was written, exact decimals, Spring
Festival in the plan, interactive charts in the HTML, the archive of runs. The PDF is tagged (PDF/UA-1) as rpt's is.
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
