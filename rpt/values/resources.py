"""What the database of a run may take of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}


@dataclass(frozen=True)
class Resources:
    """``memory`` in bytes and ``threads``, None for what the database takes by itself: most of the memory, all cores.
    ``spill`` is the folder for what memory does not hold; None for one of the database's own."""

    memory: int | None = None
    threads: int | None = None
    spill: Path | None = None


def size_of(text: str) -> int:
    """Bytes of a size as people write it (4GB, 512 MiB). Raises ValueError."""
    compact = text.replace(" ", "").upper()
    for unit, factor in _UNITS.items():
        if compact.endswith(unit) and (number := compact.removesuffix(unit)).replace(".", "", 1).isascii():
            return round(float(number) * factor)
    raise ValueError(text)
