"""What a reader says of a file that it will not read."""

from __future__ import annotations

from rpt.values.issue import Issue, Level, Origin


class RefusedError(Exception):
    """A file is not read: code (stable, English), Chinese message, what to do, and the text in question where known."""

    def __init__(self, code: str, message: str, hint: str, value: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.value = code, message, hint, value

    def issue(self, shown: str) -> Issue:
        """The refusal as an error of the file ``shown``."""
        return Issue(self.code, Level.ERROR, self.message, Origin(shown), self.hint, self.value)
