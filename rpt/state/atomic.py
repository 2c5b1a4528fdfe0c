"""Atomic writes: a finished file is the old one or the new one, never a torn one."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from rpt.values.issue import UserError

_MARK = ".rpt-tmp"


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` to write to; on success it is synced and renamed over ``path``.

    On any failure the temporary file is removed and ``path`` is as before. Raises UserError (exit 3) where the folder
    cannot be written or the old file is held open by another program.
    """
    with replacing_all([path]) as (temporary,):
        yield temporary


@contextlib.contextmanager
def replacing_all(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """The same for files that belong together: all are written and synced before the first is renamed.

    They are renamed in the order given and their folders synced, so that files differ in age only where the run was
    killed, or refused, between two renames: the last is new only if all are.
    """
    for folder in {path.parent for path in paths}:
        _make(folder)
    temporaries = tuple(path.with_name(f"{path.stem}{_MARK}{secrets.token_hex(4)}{path.suffix}") for path in paths)
    at = paths[0]
    try:
        yield temporaries
        for path, temporary in zip(paths, temporaries, strict=True):
            at = path
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
        for path, temporary in zip(paths, temporaries, strict=True):
            at = path
            temporary.replace(path)
        for folder in {path.parent for path in paths}:
            _sync(folder)
    except OSError as error:
        raise UserError(
            f"文件无法写入：{at}（{error.strerror}）", "请关闭正在打开它的程序，或用 --out 换一个文件夹", 3
        ) from error
    finally:
        for temporary in temporaries:
            temporary.unlink(missing_ok=True)


def sweep(folder: Path, stem: str | None = None) -> None:
    """Remove temporary files that a killed run left behind: all, or those of files of one stem, beside which others
    may be written just now."""
    if folder.is_dir():
        for stray in folder.glob(f"{'*' if stem is None else glob.escape(stem)}{_MARK}*"):
            if not stray.is_dir():
                stray.unlink(missing_ok=True)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"输出文件夹无法创建：{folder}（{error.strerror}）", "请用 --out 换一个可写的文件夹", 3
        ) from error


def _sync(folder: Path) -> None:
    """Have the renames outlive a power cut, where the system can sync a folder."""
    with contextlib.suppress(OSError):  # Windows opens no folder; some network drives sync none
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
