"""The child side of printing: ``python -m rpt.rendering.child SCRATCH`` prints pages, each in its own process."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rpt.processes import serving
from rpt.processes.memory import give_back
from rpt.rendering.charts.canvas import FONTS
from rpt.rendering.pdf import load, write_pdf
from rpt.values.issue import UserError

PAGE, PRINTED, ANSWER = "page.html", "page.pdf", "answer.json"
_LIBRARIES = ("weasyprint", "fontTools")
_MOST = 500  # warnings handed over: a page may give rise to any number


@dataclass(frozen=True)
class Job(serving.Job):
    """The page stands in a folder, where the PDF and the answer are left."""

    folder: str


def main() -> None:
    """Print the pages of standard input until it ends."""
    with contextlib.suppress(UserError):  # said where a page is printed
        load(FONTS)  # once, for all the pages
    give_back()
    serving.serve(Job, do)


def do(job: Job) -> int:
    """Print a page and leave the answer: the characters that no font has, what the libraries warned of, and the
    arguments of the UserError that came instead."""
    folder = Path(job.folder)
    gc.disable()  # one page, some million objects that live to its end: looking for those that do not takes long
    error: tuple[str, str, int] | None = None
    missing = ""
    with _warnings() as warnings:
        try:
            missing = write_pdf(folder / PRINTED, (folder / PAGE).read_text(encoding="utf-8"))
        except UserError as said:
            error = said.message, said.hint, said.exit_code
        except RecursionError:
            error = "页面的元素嵌套过深，无法生成 PDF", "请检查项目 templates 文件夹里的模板", 2
    answer = {"missing": missing, "warnings": warnings, "error": error}
    (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")
    return serving.DONE


@contextlib.contextmanager
def _warnings() -> Iterator[list[tuple[str, int, str]]]:
    """What the libraries warn of, as it comes: logger, level and message."""
    handler = _Kept()
    loggers = [logging.getLogger(name) for name in _LIBRARIES]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler.kept
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class _Kept(logging.Handler):
    """Keeps the first warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.kept: list[tuple[str, int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.kept) < _MOST:
            self.kept.append((record.name, record.levelno, record.getMessage()))


if __name__ == "__main__":
    main()
