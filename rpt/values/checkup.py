"""What a look at the machine and the project found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing stands: fine, fine with a reservation, or in the way of a report."""

    FINE = "fine"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One thing looked at: its Chinese name, how it stands, what was seen, and how to mend it. ``exit_code`` is that of
    a command which would fail for it: 3 for the machine, 2 for the project's settings."""

    name: str
    state: State
    message: str
    hint: str = ""
    exit_code: int = 3


def fine(name: str, message: str) -> Check:
    """All is well."""
    return Check(name, State.FINE, message)


def warning(name: str, message: str, hint: str = "") -> Check:
    """Reports can be made, with a reservation."""
    return Check(name, State.WARNING, message, hint)


def failed(name: str, message: str, hint: str = "", exit_code: int = 3) -> Check:
    """In the way of a report."""
    return Check(name, State.FAILED, message, hint, exit_code)


def exit_code(checks: tuple[Check, ...]) -> int:
    """3 where the machine lacks something, else 2 where the settings are wrong, else 0."""
    return max((check.exit_code for check in checks if check.state is State.FAILED), default=0)
