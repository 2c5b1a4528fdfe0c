"""One run at a time per project: a lock of the system's in the state folder (``.rpt/lock``).

The system frees it when its process ends, however it ends; who holds it stands beside it (``.rpt/running.json``), in a
file of its own, since Windows lets nobody read a locked one.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from rpt.state.atomic import replacing
from rpt.values.issue import UserError
from rpt.values.status import Holder

HELD = 6  # the exit code of a run that finds the lock held
_LOOK = 0.5  # seconds: who only looks whether the lock is held (``holder``) holds it for a moment himself


@contextlib.contextmanager
def holding(state: Path, command: str, now: datetime, wait: float = 0) -> Iterator[None]:
    """Hold the lock of the project with this state folder; ``wait`` seconds for another run to end.

    Raises UserError: exit 6 where another run still holds it, 3 where the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(_made(state) / "lock", timeout=max(wait, _LOOK))
    try:
        lock.acquire()
    except Timeout as error:
        raise _held(state, wait) from error
    except OSError as error:
        raise _unwritable(state, error) from error
    try:
        me = Holder(os.getpid(), now.isoformat(timespec="seconds"), command)
        with replacing(_about(state)) as temporary:
            temporary.write_text(json.dumps(asdict(me), ensure_ascii=False) + "\n", encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            _about(state).unlink(missing_ok=True)
        lock.release()


def holder(state: Path) -> Holder | None:
    """Who holds the lock now; None where nobody does. Where the holder is not known its process is 0."""
    from filelock import FileLock, Timeout

    if not (state / "lock").exists():
        return None
    try:
        with FileLock(state / "lock", timeout=0):
            return None
    except Timeout:
        return _read(state) or Holder(0, "", "")
    except OSError:
        return None


def _read(state: Path) -> Holder | None:
    try:
        said = json.loads(_about(state).read_text(encoding="utf-8"))
        return Holder(int(said["pid"]), str(said["since"]), str(said["command"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _about(state: Path) -> Path:
    return state / "running.json"


def _made(state: Path) -> Path:
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(state, error) from error
    return state


def _held(state: Path, wait: float) -> UserError:
    found = _read(state)
    who = f"：{found.command}（进程 {found.pid}，{found.since[:19].replace('T', ' ')} 开始）" if found else ""
    waited = f"已等候 {wait:g} 秒；" if wait else ""
    hint = f"{waited}请等它结束后再运行，或写成 rpt --wait 600 … 最多等候 600 秒"
    return UserError(f"这个项目正由另一次运行占用{who}", hint, HELD)


def _unwritable(state: Path, error: OSError) -> UserError:
    return UserError(f"项目的状态文件夹不可写：{state}（{error.strerror}）", "请检查文件夹的写权限", 3)
