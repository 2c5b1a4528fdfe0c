"""A process that writes a report's files again and again until it is killed: ``python -m tests.flows.writer FOLDER``.

It measures a small project once, then forks for every line that it is given (a format), so that a kill costs a fork and
not a start. What it forks writes two documents in turn.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle
from pathlib import Path

from rpt.flows import files
from rpt.flows.annual import edition
from rpt.flows.archive import Archive
from rpt.flows.files import Finished, write_files
from rpt.flows.steps import FORMATS, Measured, Request, plan, review, write
from rpt.rendering.charts.svg import render_all
from rpt.rendering.pdf import write_pdf
from tests.projects import daily, measured

TODAY = date(2026, 1, 15)


# Little to lay out, since what is tested is the writing; workbook and JSON have the year's tables and figures.
PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{0}</title></head>
<body><h1>{0}</h1><p>成交总额持平。</p></body></html>"""


@dataclass
class AtOnce:
    """A printer without a process of its own: with one, every kill would cost the start of another."""

    html: str = ""

    def draw(self, specs: Sequence[Mapping[str, object]]) -> list[str]:
        return render_all(specs)

    def begin(self, html: str) -> AtOnce:
        return AtOnce(html)

    def copied(self, path: Path) -> str:
        return write_pdf(path, self.html)


@contextlib.contextmanager
def unkept(stem: str, measured: Measured, *about: object) -> Iterator[Archive]:
    """An archive that keeps nothing."""
    yield Archive(measured.project)


def prepared(folder: Path) -> tuple[Finished, Finished]:
    """Two documents of one small project, which differ in their titles and pages."""
    found = measured(folder, {"渠道日报": daily(date(2024, 12, 1), date(2025, 12, 31), 天猫=1000)}, today=TODAY)
    reviewed = review(found)
    planned = plan(found, reviewed)
    document = write(found, reviewed, planned, edition(found.project, 2025, planned), TODAY)
    first, second = (
        replace(document, title=title, html=PAGE.format(title), charts=()) for title in ("一份报告", "另一份报告")
    )
    finished = Finished("annual-2025", first, found, reviewed, planned)
    return finished, replace(finished, document=second)


def main(folder: Path) -> None:
    files.archiving = unkept  # its engine has threads, which no fork takes along; it has tests of its own
    both = prepared(folder)
    for form in FORMATS:  # what each document is, whole; and how long it takes
        for name, finished in zip("ab", both, strict=True):
            started = time.monotonic()
            write_files(finished, Request(2025, [form], folder / name), TODAY, AtOnce())
            took = time.monotonic() - started
        print(form, took, flush=True)
    for line in sys.stdin:
        form = line.strip()
        child = os.fork()
        if child == 0:
            for finished in cycle(both):
                write_files(finished, Request(2025, [form], folder / "out"), TODAY, AtOnce())
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
