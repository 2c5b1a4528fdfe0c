"""Files that a run wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Artifact:
    """A finished file: its format (pdf, xlsx, html, json), where it is, its size in bytes and its SHA-256."""

    format: str
    path: Path
    size: int
    sha256: str
