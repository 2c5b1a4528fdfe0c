"""Timing a whole process with all that it starts: wall time, processor time and memory (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: processes whose parents have ended become ours, and so are counted
_EVERY = 0.05
_LATE = 10.0  # seconds that what a process leaves behind has to end


@dataclass(frozen=True)
class Run:
    """One run: seconds of wall and of processor time (user and system, of all processes)."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Memory:
    """The most memory that all processes of a run held at the same time, in MB of a million bytes, and who held it:
    by process id and command."""

    peak: float
    holders: Mapping[str, float]


def timed(command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> Run:
    """Run a command to its end, and to that of all it started. Raises CalledProcessError where it fails."""
    _reap_orphans()
    before = _used()
    start = time.perf_counter()
    process = _started(command, folder, environment, log)
    code = process.wait()
    wall = time.perf_counter() - start
    _end_rest()
    _checked(code, command, log)
    return Run(wall, _used() - before)


def weighed(command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> Memory:
    """Run a command and watch its memory: the proportional set size, in which what processes share is counted once.

    Such a run is not timed: looking costs time, and more the larger the processes are.
    """
    _reap_orphans()
    process = _started(command, folder, environment, log)
    done = threading.Event()
    most = Memory(0, {})

    def watch() -> None:
        nonlocal most
        while not done.wait(_EVERY):
            holders = {f"{pid} {_command(pid)}": mb for pid in _tree(os.getpid()) if (mb := _pss(pid))}
            total = sum(holders.values())
            if total > most.peak:
                most = Memory(total, holders)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        code = process.wait()
    finally:
        done.set()
        watcher.join()
    _end_rest()
    _checked(code, command, log)
    return most


def _started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip


def _checked(code: int, command: Sequence[str], log: Path) -> None:
    if code:
        sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-4000:])
        raise subprocess.CalledProcessError(code, command)


def _reap_orphans() -> None:
    if sys.platform != "linux":
        raise SystemExit("the benchmark reads /proc and runs on Linux alone")
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _end_rest() -> None:
    """Wait for what a process has left behind, and end what does not end."""
    late = time.monotonic() + _LATE
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            if time.monotonic() > late:
                for left in _tree(os.getpid()):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(left, signal.SIGKILL)
            time.sleep(0.01)


def _tree(root: int) -> list[int]:
    """The processes below one."""
    found: list[int] = []
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *_tree(child)]
    return found


def _pss(pid: int) -> float:
    """The memory of a process in MB; 0 for one that has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return "ended"
    named = [word for word in words[1:] if word and not word.startswith("-")]
    return f"{Path(words[0]).name} {named[0] if named else ''}".strip()
