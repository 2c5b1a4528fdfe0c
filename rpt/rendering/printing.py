"""The parent side of printing: children draw the charts and print the PDF, within limits, while this process goes on.

A page that a project's templates make may take for ever to lay out, or all memory. And half of a run's time is the
printer's: the children load what they need while data are read, and the PDF is printed while other files are written.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from rpt.processes.ended import Ended
from rpt.processes.serving import DONE
from rpt.processes.worker import Worker, end_all, module
from rpt.rendering import child
from rpt.rendering.charts import child as drawing
from rpt.values.issue import UserError
from rpt.values.limits import Limits

COMMAND = module(child.__name__)
_DRAWING = module(drawing.__name__)
_TEMPLATES = "请检查项目 templates 文件夹里有没有过大的表格、过深的嵌套或停不下来的样式"
_ROOM = "请检查磁盘空间与系统的进程数限制"
_RAISE = f"{_TEMPLATES}；确实需要更多时，可在 rpt.toml 的 [limits] 里放宽 "


@contextlib.contextmanager
def printing(limits: Limits, *, ahead: Collection[str] = ()) -> Iterator[Printer]:
    """A printer for as long as the block lasts; what the formats ``ahead`` will need is started at once.

    Nothing of it is left at the end, neither a process nor a file, however the block ends.
    """
    with tempfile.TemporaryDirectory(prefix="rpt-", ignore_cleanup_errors=True) as scratch:
        printer = Printer(Path(scratch), limits)
        try:
            printer.start(ahead)
            yield printer
        finally:
            printer.stop()


class Printer:
    """The children, one that draws and one that prints one page after the other, and the thread that waits for it."""

    def __init__(self, scratch: Path, limits: Limits) -> None:
        self._scratch = scratch
        self._limits = replace(limits, seconds=limits.pdf_seconds, memory_mb=limits.pdf_memory_mb)
        self._worker = Worker(COMMAND, scratch / "printer.log")
        self._drawer = Worker(_DRAWING, scratch / "drawer.log")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="printing")
        self._pages = 0

    def start(self, formats: Collection[str]) -> None:
        """Have the children load what files of these formats need. What fails here is told of by the first page."""
        with contextlib.suppress(OSError):
            if "pdf" in formats:
                self._worker.start()
            if {"pdf", "html"} & set(formats):
                self._drawer.start()

    def draw(self, specs: Sequence[Mapping[str, object]]) -> list[str]:
        """The SVGs of a page's charts, from their Vega-Lite specifications. The child that draws is let go with them,
        where there are none too: what is printed next needs the memory."""
        if not specs:
            self._drawer.end()
            return []
        folder = self._scratch / "charts"
        try:
            folder.mkdir(exist_ok=True)
            (folder / drawing.SPECS).write_text(json.dumps(specs), encoding="utf-8")
            ended = self._drawer.do(drawing.Job(folder=str(folder), limits=self._limits))
        except OSError as error:
            raise UserError("无法启动画图表的进程", _ROOM) from error
        if ended.code != DONE:
            raise UserError(f"画图表的进程意外结束（{ended.last_words or ended.how}）", "请输入 rpt doctor 检查本机", 3)
        self._drawer.end()
        drawn: list[str] = json.loads((folder / drawing.DRAWN).read_text(encoding="utf-8"))
        return drawn

    def begin(self, html: str) -> Printed:
        """Have a page printed while the caller goes on."""
        self._pages += 1
        folder = self._scratch / f"page-{self._pages}"
        return Printed(self._thread.submit(self._print, html, folder), folder)

    def stop(self) -> None:
        """End the child at once; pages not begun are not printed."""
        end_all((self._worker, self._drawer), self._thread)

    def _print(self, html: str, folder: Path) -> None:
        try:
            folder.mkdir()
            (folder / child.PAGE).write_text(html, encoding="utf-8", newline="")
            ended = self._worker.do(child.Job(folder=str(folder), limits=self._limits))
        except OSError as error:
            raise UserError("无法启动打印 PDF 的进程", _ROOM) from error
        if ended.code != DONE:
            raise _ended(ended, self._limits)


@dataclass(frozen=True)
class Printed:
    """A page that is being printed, and the folder where the PDF will be."""

    _done: Future[None]
    _folder: Path

    def copied(self, path: Path) -> str:
        """Wait for the PDF and copy it to ``path``. Returns the characters that no font has, as ``write_pdf`` does, and
        raises UserError as that does, and where the child was ended or no process could be started."""
        self._done.result()
        missing = _taken(self._folder)
        shutil.copyfile(self._folder / child.PRINTED, path)
        return missing


def _taken(folder: Path) -> str:
    """The characters that no font has, from the child's answer, which may be an error to raise. What its libraries
    warned of goes to whoever listens to their loggers here."""
    told = json.loads((folder / child.ANSWER).read_text(encoding="utf-8"))
    for name, level, message in told["warnings"]:
        logger = logging.getLogger(name)
        if logger.hasHandlers():  # without any, Python prints what nobody asked for
            logger.log(level, "%s", message)
    if told["error"]:
        raise UserError(*told["error"])
    missing: str = told["missing"]
    return missing


def _ended(ended: Ended, limits: Limits) -> UserError:
    match ended.reason:
        case "time":
            return UserError(f"生成 PDF 超过 {limits.seconds} 秒，已中止", f"{_RAISE}pdf_seconds")
        case "memory" | "killed":
            return UserError(f"生成 PDF 所需内存超过上限 {limits.memory_mb} MB，已中止", f"{_RAISE}pdf_memory_mb")
        case "room":
            return UserError("临时文件夹写不下生成的 PDF", f"请腾出 {tempfile.gettempdir()} 所在磁盘的空间")
        case _:
            said = f"：{ended.last_words}" if ended.last_words else ""
            return UserError(f"打印 PDF 的进程意外结束（{ended.how}）{said}", _TEMPLATES)
