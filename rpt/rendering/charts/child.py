"""The child side of drawing: ``python -m rpt.rendering.charts.child SCRATCH`` draws the charts of page after page.

What draws is loaded while data are read, and its memory is given back with the process before the PDF needs most.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from rpt.processes import serving
from rpt.rendering.charts.canvas import WIDTH
from rpt.rendering.charts.parts import nothing
from rpt.rendering.charts.svg import render, render_all

SPECS, DRAWN = "charts.json", "drawn.json"


@dataclass(frozen=True)
class Job(serving.Job):
    """The specifications stand in a folder, where their SVGs are left, in the same order."""

    folder: str


def main() -> None:
    """Draw what standard input asks for until it ends."""
    with contextlib.suppress(Exception):  # said where a chart is drawn
        render(nothing(WIDTH).spec())  # the first takes a second, whatever it is
    serving.serve_here(Job, do)


def do(job: Job) -> int:
    """Draw the charts of one page."""
    folder = Path(job.folder)
    specs = json.loads((folder / SPECS).read_text(encoding="utf-8"))
    (folder / DRAWN).write_text(json.dumps(render_all(specs)), encoding="utf-8")
    return serving.DONE


if __name__ == "__main__":
    main()
