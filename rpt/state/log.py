"""The log of a project: JSON lines in the state folder (``.rpt/log/rpt.jsonl``), rotated by size.

A line holds when (ISO 8601, Beijing time), the run's id, the event, and what belongs to it: start (command, process,
version, whether it writes, number of its schedule), step (its seconds), issues (how many by level and code), artifact
(name, size, SHA-256), notice (whether the owner was mailed: sent, known, untold, nobody), end (exit code, seconds).
Never a cell, a message, an address or what an argument says.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rpt.values.artifact import Artifact
from rpt.values.issue import Issue
from rpt.values.status import Logged

SIZE = 1_000_000  # bytes of one file
KEPT = 5  # older files that are kept
TEXT = "cron.log"  # what scheduled runs said


class Log:
    """The log of one project; ``state`` is its state folder. Writing never fails a run."""

    def __init__(self, state: Path, size: int = SIZE, kept: int = KEPT) -> None:
        self.folder = state / "log"
        self.path = self.folder / "rpt.jsonl"
        self._size, self._kept = size, kept

    def write(self, run: str, at: datetime, event: str, **more: object) -> None:
        """Add a line. Lines of several processes do not mix: each is one write at the end of the file."""
        line = json.dumps({"at": at.isoformat(timespec="milliseconds"), "run": run, "event": event, **more}, **_PLAIN)
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            opened = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(opened, line.encode() + b"\n")
            finally:
                os.close(opened)

    def rotate(self) -> None:
        """Put away files that are full, the oldest over the number kept for good; one process does it at a time."""
        from filelock import FileLock, Timeout

        full = [path for path in (self.path, self.folder / TEXT) if _size(path) > self._size]
        if not full:
            return
        with contextlib.suppress(OSError, Timeout), FileLock(self.folder / "rotating", timeout=5):
            for path in full:
                if _size(path) > self._size:  # nobody else did it meanwhile
                    for number in range(self._kept - 1, 0, -1):
                        older = self._older(path, number)
                        if older.exists():
                            older.replace(self._older(path, number + 1))
                    path.replace(self._older(path, 1))

    def runs(self) -> tuple[Logged, ...]:
        """Every run that the log still tells of, the earliest first; lines that cannot be read are passed over."""
        found: dict[str, Logged] = {}
        for line in self._lines():
            with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
                _add(found, json.loads(line))
        return tuple(sorted(found.values(), key=lambda run: run.at))

    def is_whole(self) -> bool:
        """Whether nothing has been thrown away yet."""
        return not self._older(self.path, self._kept).exists()

    def _older(self, path: Path, number: int) -> Path:
        return path.with_name(f"{path.name}.{number}")

    def _lines(self) -> Iterator[str]:
        for path in (*(self._older(self.path, number) for number in range(self._kept, 0, -1)), self.path):
            with contextlib.suppress(OSError):
                yield from path.read_text(encoding="utf-8", errors="replace").splitlines()


_VALUED = {"--wait", "--project", "-p"}
_UNSAID = {*_VALUED, "--quiet", "-q", "--verbose", "-v"}  # where and how, not what
_PERIOD = re.compile(r"\d{4}([-/.年]?\d{1,2}(月|[-/.月]\d{1,2}日?)?)?|上月")
_PLAIN: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}


def in_short(arguments: Sequence[str]) -> str:
    """A command line without what people filled in: ``rpt annual 2025 --out``. Only the command, names of options,
    years, months and days stay, since any other argument may be an address, a path or a name."""
    kept: list[str] = []
    rest = iter(arguments)
    for text in rest:
        name = text.split("=", 1)[0] if text.startswith("--") else text[:2] if text.startswith("-") else ""
        if name in _UNSAID:
            if name in _VALUED and text == name:
                next(rest, None)
        elif name or not kept or _PERIOD.fullmatch(text):
            kept.append(name or text)
    return " ".join(("rpt", *kept))


def counted(issues: Iterable[Issue]) -> list[dict[str, object]]:
    """Issues as the log has them: how many of each level and code."""
    counts = Counter((issue.level.value, issue.code) for issue in issues)
    return [{"level": level, "code": code, "count": count} for (level, code), count in sorted(counts.items())]


def written(artifact: Artifact) -> dict[str, object]:
    """A file as the log has it."""
    return {"format": artifact.format, "file": artifact.path.name, "bytes": artifact.size, "sha256": artifact.sha256}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _add(found: dict[str, Logged], line: Mapping[str, Any]) -> None:
    id, event = str(line["run"]), line["event"]
    if event == "start":
        schedule = line.get("schedule")
        at = datetime.fromisoformat(line["at"])
        number = None if schedule is None else int(schedule)
        writes = bool(line.get("writes"))
        found[id] = Logged(id, at, str(line["command"]), int(line["pid"]), writes=writes, schedule=number)
    elif (run := found.get(id)) is None:
        return
    elif event == "step":
        found[id] = replace(run, step=str(line["name"]))
    elif event == "issues":
        counts = Counter(run.issues)
        for one in line["counts"]:
            counts[str(one["level"])] += int(one["count"])
        found[id] = replace(run, issues=dict(counts))
    elif event == "artifact":
        found[id] = replace(run, files=(*run.files, str(line["file"])))
    elif event == "end":
        found[id] = replace(run, code=int(line["code"]), seconds=float(line["seconds"]))
