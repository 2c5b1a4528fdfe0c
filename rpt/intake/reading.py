"""The parent side of reading: files are read by child processes, side by side, and come back in the order asked for.

A child that dies, hangs or leaves nothing usable is an issue that names the file; the others are read all the same.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rpt.intake import child
from rpt.intake.formats import first_line
from rpt.intake.handover import Reading, take
from rpt.processes.ended import Ended
from rpt.processes.serving import DONE
from rpt.processes.worker import Worker, end_all, module
from rpt.values.issue import Issue, Level, Origin
from rpt.values.limits import Limits

_MOST_WORKERS = 4
COMMAND = module(child.__name__)
_RETRY = "文件可能损坏；请用 Excel 或 WPS 打开确认，另存为 .xlsx 后重试"
_LIGHTER = "常见原因是表格远处有多余的单元格：请把有数据的区域复制到新工作簿后重试；文件确实很大时请分成几个文件"


@dataclass(frozen=True)
class Wanted:
    """A file to read: where it is, how messages name it, and the encoding that rpt.toml states of its text, if any."""

    path: Path
    shown: str
    encoding: str = ""


@contextlib.contextmanager
def reading(files: Sequence[Wanted], limits: Limits) -> Iterator[Iterator[Reading]]:
    """Read files in child processes: an iterator of their readings, in the order of ``files``.

    The sheets of a reading are there until the next one is asked for. Nothing of them is left on the disk at the end,
    and no process, however the block ends.
    """
    with tempfile.TemporaryDirectory(prefix="rpt-", ignore_cleanup_errors=True) as scratch:
        workers = _Workers(min(os.cpu_count() or 1, _MOST_WORKERS, max(len(files), 1)), Path(scratch), limits)
        try:
            yield workers.readings(files)
        finally:
            workers.stop()


class _Workers:
    """The child processes of a run, each doing one file at a time, and the threads that wait for them."""

    def __init__(self, count: int, scratch: Path, limits: Limits) -> None:
        self.count, self.scratch, self.limits = count, scratch, limits
        self._all = [Worker(COMMAND, scratch / f"worker-{number}.log") for number in range(count)]
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reading")

    def readings(self, files: Sequence[Wanted]) -> Iterator[Reading]:
        """Each file's reading in order; no more than a few are read ahead, so that the disk holds only those."""
        ahead: deque[tuple[Path, Future[Reading]]] = deque()
        waiting = iter(enumerate(files))
        while True:
            while len(ahead) <= 2 * self.count and (following := next(waiting, None)) is not None:
                number, file = following
                folder = self.scratch / f"file-{number}"
                ahead.append((folder, self._threads.submit(self._read, file, folder)))
            if not ahead:
                return
            folder, future = ahead.popleft()
            yield future.result()
            shutil.rmtree(folder, ignore_errors=True)

    def _read(self, file: Wanted, folder: Path) -> Reading:
        worker = self._idle.get()
        try:
            folder.mkdir()
            job = child.Job(
                path=str(file.path.absolute()),
                shown=file.shown,
                folder=str(folder),
                encoding=file.encoding,
                limits=self.limits,
            )
            ended = worker.do(job)
            if ended.code == DONE:
                return take(folder, file.shown)
            return _failed(file.shown, ended, self.limits)
        except ValueError as error:
            message, hint = "读取结果不完整，这个文件没有读入", _RETRY
            return _unread(Issue("reading_broken", Level.ERROR, message, Origin(file.shown), hint, first_line(error)))
        except OSError as error:
            message, hint = "无法启动读取进程或写临时文件", "请检查磁盘空间、临时文件夹的权限与系统的进程数限制"
            return _unread(Issue("reading_failed", Level.ERROR, message, Origin(file.shown), hint, first_line(error)))
        finally:
            self._idle.put(worker)

    def stop(self) -> None:
        """End every child at once; files not begun are not read."""
        end_all(self._all, self._threads)


def _failed(shown: str, ended: Ended, limits: Limits) -> Reading:
    """What became of a child that did not come to its end, and what to do about the file."""
    hint = _LIGHTER
    match ended.reason:
        case "time":
            code, message = "reading_timeout", f"读取超过 {limits.seconds:g} 秒，已中止"
        case "memory":
            code, message = "reading_memory", f"读取所需内存超过上限 {_size(limits.memory_bytes)}，已中止"
        case "killed":
            code, message = "reading_killed", "读取进程被系统终止，多半是机器内存不足"
        case "room":
            hint = f"请腾出 {tempfile.gettempdir()} 所在磁盘的空间，或把文件分成几个"
            code, message = "reading_room", "临时文件夹写不下这个文件的内容"
        case _:
            code, message, hint = "reading_crashed", f"读取程序崩溃（{ended.how}），这个文件没有读入", _RETRY
    return _unread(Issue(code, Level.ERROR, message, Origin(shown), hint, ended.last_words))


def _size(count: int) -> str:
    return f"{count / 1024**3:.3g} GB" if count >= 1024**3 else f"{count / 1024**2:.0f} MB"


def _unread(issue: Issue) -> Reading:
    return Reading("", (), (issue,))
