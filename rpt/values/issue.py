"""Data problems as values: a step returns its result and its issues beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much an issue weighs: an error stops the report, a warning is printed, info is said once."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Origin:
    """Where an issue is: file as the project names it, sheet, and cell (``C12``), row or column where known."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(frozen=True)
class Issue:
    """One problem found in the data: code (stable, English), level, Chinese message and hint, origin, value."""

    code: str
    level: Level
    message: str
    origin: Origin = Origin()
    hint: str = ""
    value: str | None = None


class UserError(Exception):
    """Something the user can mend ends the run: a Chinese message, a hint, and the exit code it ends with."""

    def __init__(self, message: str, hint: str = "", exit_code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


def has_errors(issues: Iterable[Issue]) -> bool:
    """Whether any of the issues is an error."""
    return any(issue.level is Level.ERROR for issue in issues)
