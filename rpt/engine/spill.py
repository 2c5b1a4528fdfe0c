"""The folder for what memory does not hold: one per run, gone at its end, and after a crash with the next run."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

from rpt.values.issue import UserError

_PREFIX, _LOCK = "rpt-spill-", "held"
_LEAST = 1 << 30


class Spill:
    """A run's folder inside ``parent``, locked as long as the run lives.

    Raises UserError (exit 3) where it cannot be written, or the disk has less than ``needed`` bytes (None: 1 GiB).
    """

    def __init__(self, parent: Path, needed: int | None) -> None:
        from filelock import FileLock

        hint = "请在 rpt.toml 的 [engine] 里把 temp_directory 换成可写、空间足够的文件夹"
        try:
            parent.mkdir(parents=True, exist_ok=True)
            _sweep(parent)
            self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent, ignore_cleanup_errors=True)
            self._lock = FileLock(Path(self._folder.name) / _LOCK)
            self._lock.acquire(timeout=0)
            free = shutil.disk_usage(parent).free
        except OSError as error:
            raise UserError(f"溢写文件夹无法使用：{parent}（{error.strerror}）", hint, 3) from error
        if free < (least := needed or _LEAST):
            self.close()
            message = f"溢写文件夹空间不足：{parent} 所在磁盘只剩 {free / 10**9:.1f} GB，至少要 {least / 10**9:.1f} GB"
            raise UserError(message, hint, 3)

    @property
    def path(self) -> Path:
        """Where the database may write."""
        return Path(self._folder.name)

    def close(self) -> None:
        """Remove the folder and what is in it. It is removed at the end of the process, too."""
        self._lock.release()
        self._folder.cleanup()


def _sweep(parent: Path) -> None:
    """Remove the folders of runs that were killed: nobody holds their locks."""
    from filelock import FileLock, Timeout

    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(Timeout, OSError):
            with FileLock(folder / _LOCK, timeout=0):
                pass
            shutil.rmtree(folder, ignore_errors=True)
