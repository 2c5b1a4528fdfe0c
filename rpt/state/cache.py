"""What a run has worked out and the next may take over: a folder an entry in the project's ``.rpt/cache``, by key.

An entry is filled under another name and renamed, so that a killed run leaves none that counts. It holds nothing that
cannot be made again: whoever finds one damaged drops it. Where the folder cannot be written nothing is kept, and a
project without a state folder is left without one.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import rpt

_MAKING = ".rpt-tmp"
_FORGOTTEN = 60 * 60  # seconds after which a half-filled entry is nobody's any more


@dataclass(frozen=True)
class Entry:
    """One entry: what it is of (typed, ledger, drawing), its size in bytes, and when it was last used, in seconds."""

    kind: str
    path: Path
    size: int
    used: float


class Cache:
    """The cache of one project; ``state`` is its state folder, ``most`` the bytes that it may hold (0: none)."""

    def __init__(self, state: Path, most: int) -> None:
        self.folder, self.most, self._is_on = state / "cache", most, state.is_dir() and most > 0

    def find(self, kind: str, key: str) -> Path | None:
        """The folder of an entry, which counts as used from now on; None where there is none."""
        folder = self.folder / kind / key
        if not self._is_on or not folder.is_dir():
            return None
        with contextlib.suppress(OSError):
            os.utime(folder)
        return folder

    def keep(self, kind: str, key: str, fill: Callable[[Path], None]) -> None:
        """Have ``fill`` write an entry into an empty folder; what cannot be written is not kept."""
        target = self.folder / kind / key
        if not self._is_on or target.is_dir():
            return
        making = target.with_name(f"{key}{_MAKING}{token_hex(4)}")
        try:
            making.mkdir(parents=True)
            fill(making)
            making.rename(target)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise

    def drop(self, kind: str, key: str) -> None:
        """Remove an entry that is of no use."""
        shutil.rmtree(self.folder / kind / key, ignore_errors=True)

    def entries(self) -> list[Entry]:
        """Every entry, the one used last first."""
        found = []
        for folder in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                if _MAKING not in folder.name:
                    found.append(Entry(folder.parent.name, folder, _size(folder), folder.stat().st_mtime))
        return sorted(found, key=lambda entry: -entry.used)

    def thin_out(self) -> None:
        """Remove what was used longest ago, until the rest has room; and what killed runs have left half-filled."""
        room = self.most
        for entry in self.entries():
            room -= entry.size
            if room < 0:
                shutil.rmtree(entry.path, ignore_errors=True)
        for folder in self.folder.glob(f"*/*{_MAKING}*"):
            with contextlib.suppress(OSError):
                if time.time() - folder.stat().st_mtime > _FORGOTTEN:
                    shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> list[Entry]:
        """Remove everything, and say what it was."""
        gone = self.entries()
        shutil.rmtree(self.folder, ignore_errors=True)
        return gone


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@functools.cache
def code(*rooms: str) -> str:
    """What tells the code of some folders of rpt from any other version of it: entries are of the code that made them.
    Sizes and times of the files will do, and are there at once."""
    folder = Path(rpt.__file__).parent
    files = sorted(path for room in rooms for path in (folder / room).rglob("*") if path.suffix in (".py", ".toml"))
    stamps = [(path.relative_to(folder).as_posix(), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return f"{rpt.__version__} {hashlib.sha256(repr(stamps).encode()).hexdigest()}"
