"""How a job ended."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Literal

from rpt.processes.serving import MEMORY, ROOM

TIMED_OUT = (-int(getattr(signal, "SIGALRM", 14)), -int(getattr(signal, "SIGXCPU", 24)))
# how allocators, Rust, GLib and C libraries say that there is no memory
_NO_MEMORY = (
    "memory allocation of", "capacity overflow", "cannot allocate memory", "failed to allocate", "bad_alloc",
    "memoryerror", "failed to map segment", "can't start new thread",
)  # fmt: skip
Reason = Literal["time", "memory", "killed", "room", "crash"]


@dataclass(frozen=True)
class Ended:
    """How a job ended: exit code of its process (negative: signal), whether its time was up, what it said, and the most
    memory in bytes that it held (0 where its process took all others along)."""

    code: int
    timed_out: bool
    words: str
    peak: int = 0

    @property
    def reason(self) -> Reason:
        """Why a job that was not done ended."""
        if self.timed_out:
            return "time"
        if self.code == MEMORY or any(phrase in self.words.lower() for phrase in _NO_MEMORY):
            return "memory"
        if self.code == -int(getattr(signal, "SIGKILL", 9)):
            return "killed"
        return "room" if self.code == ROOM else "crash"

    @property
    def last_words(self) -> str | None:
        """The last line that it said, of at most 200 characters."""
        said = [line for line in self.words.strip().splitlines() if line and not line.startswith("note:")]
        return said[-1][:200] if said else None

    @property
    def how(self) -> str:
        """How its process ended, in words: 信号 SIGABRT, 退出码 1."""
        if self.code >= 0:
            return f"退出码 {self.code}"
        try:
            return f"信号 {signal.Signals(-self.code).name}"
        except ValueError:
            return f"信号 {-self.code}"
