"""Atomic writes: a finished file is the old one or the new one, never a torn one."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from rpt.values.issue import UserError

_MARK = ".rpt-tmp"


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` to write to; on success it is synced and renamed over ``path``.

    On any failure the temporary file is removed and ``path`` is as before. Raises UserError (exit 3) where the folder
    cannot be written or the old file is held open by another program.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"输出文件夹无法创建：{path.parent}（{error.strerror}）", "请用 --out 换一个可写的文件夹", 3
        ) from error
    temporary = path.with_name(f"{path.stem}{_MARK}{secrets.token_hex(4)}{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UserError(
            f"文件无法写入：{path}（{error.strerror}）", "请关闭正在打开它的程序，或用 --out 换一个文件夹", 3
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove temporary files that a killed run left behind."""
    if folder.is_dir():
        for stray in folder.glob(f"*{_MARK}*"):
            stray.unlink(missing_ok=True)
