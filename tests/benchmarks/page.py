"""Keeps the page that a run hands to its printer: ``python -m tests.benchmarks.page PAGE annual 2025 …``."""

from __future__ import annotations

import sys
from pathlib import Path

from rpt.commands import run
from rpt.rendering.printing import Printed, Printer


def main() -> int:
    """Run rpt with the remaining arguments; the page stands in PAGE afterwards."""
    page, *arguments = sys.argv[1:]
    begin = Printer.begin

    def kept(printer: Printer, html: str) -> Printed:
        Path(page).write_text(html, encoding="utf-8", newline="")
        return begin(printer, html)

    Printer.begin = kept  # type: ignore[method-assign, assignment]
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
