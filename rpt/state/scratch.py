"""Folders for what a run needs for a while, in the system's place for them: gone at the end of the run that made them,
and where it was killed, at the beginning of the next that needs one."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "rpt-"
_ALIVE = "alive"  # locked as long as its run lives
_YOUNG = 2  # seconds in which a folder may not be locked yet


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder, removed with all that is in it when the block ends."""
    from filelock import FileLock

    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name,
        FileLock(Path(name) / _ALIVE),
    ):
        folder = Path(name) / "in"
        folder.mkdir()
        yield folder


def _is_left(folder: Path) -> bool:
    """Whether the run that made a folder is dead. Raises OSError for one of somebody else's."""
    from filelock import FileLock, Timeout

    alive = folder / _ALIVE
    if not alive.exists() or time.time() - alive.stat().st_mtime < _YOUNG:
        return False
    try:
        with FileLock(alive, timeout=0):
            return True
    except Timeout:
        return False
