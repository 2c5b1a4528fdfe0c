"""Names as parts of a file's name."""

from __future__ import annotations

import re

_LONGEST = 40


def slug(name: str) -> str:
    """A name with what no file system takes replaced by a wide underline, at most 40 characters long."""
    return re.sub(r"[^\w-]+", "＿", name)[:_LONGEST]
