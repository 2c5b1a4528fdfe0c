"""The notebook way: papermill runs a notebook, nbconvert makes HTML of it, Chromium prints the PDF.

``python -m tests.benchmarks.notebook PROJECT OUT``. The cells call the same steps as the plain way and show its page,
so the content is the same; only the tools around it differ.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
from nbconvert import HTMLExporter

from tests.browser import chromium

ROOT = Path(__file__).parents[2]
CELLS = (
    "import sys\nsys.path.insert(0, root)\nfrom pathlib import Path\nfrom IPython.display import HTML\n"
    "from tests.benchmarks.plain import steps\nproject, out = Path(project), Path(out)",
    "settings, tables = steps.read(project)",
    "ledger, made = steps.measure(tables, settings, year)",
    "report = steps.chapters(project, settings, tables, ledger, made, year)",
    "steps.save_workbook(out / 'notebook.xlsx', ledger, report, made)",
    "steps.save_ledger(out / 'notebook.json', ledger)",
    "HTML(steps.html(settings, report, year))",
)


def main() -> None:
    """Make the notebook, run it, convert it, print it."""
    project, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    book = nbformat.v4.new_notebook()
    parameters = nbformat.v4.new_code_cell("root = project = out = ''\nyear = 2025", metadata={"tags": ["parameters"]})
    book.cells = [parameters, *map(nbformat.v4.new_code_cell, CELLS)]
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(book, out / "report.ipynb")
    given = {"root": str(ROOT), "project": str(project), "out": str(out)}
    run = papermill.execute_notebook(
        out / "report.ipynb", out / "report-run.ipynb", parameters=given, kernel_name="python3", progress_bar=False
    )
    html, _ = HTMLExporter(exclude_input=True).from_notebook_node(run)
    (out / "notebook.html").write_text(html, encoding="utf-8")
    browser = chromium.find()
    if browser is None:
        raise SystemExit("no Chromium")
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--print-to-pdf={out / 'notebook.pdf'}", (out / "notebook.html").as_uri()],
        check=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
