"""Formats: one file in, its sheets out as text. What they open may be hostile, so that they
run in a child process; only parquet, whose content is the engine's, is looked at by the parent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rpt.intake.formats import parquet, spreadsheet, textual
from rpt.intake.formats.sniff import HEAD, sniff
from rpt.intake.formats.valueless import is_valueless, valueless_issue
from rpt.intake.raw import RawSheet
from rpt.intake.refusal import RefusedError
from rpt.values.issue import Issue, Level, Origin

Reader = Callable[[Path], list[RawSheet]]

# what a file is (its extension, where nobody has looked inside) -> who reads it
READERS: dict[str, Reader] = {
    **dict.fromkeys(("xlsx", "xlsm", "xls", "xlsb", "ods"), spreadsheet.read),
    "parquet": parquet.read,
}
TEXTS = frozenset(("csv", "tsv", "txt"))
COLUMNAR = "parquet"
READABLE = frozenset(f".{kind}" for kind in (*READERS, *TEXTS))


def kind_of(path: Path) -> str:
    """The kind of a file by its name."""
    return path.suffix.lower().removeprefix(".")


def read(path: Path, shown: str, kind: str, encoding: str = "") -> tuple[list[RawSheet], list[Issue]]:
    """Read every sheet of a file. ``shown`` is the file's name in messages. What cannot be read is an issue.

    Text is read as what it is (pages, XML 2003, delimited text), whatever the extension; ``encoding`` is what rpt.toml
    states of the file, if anything.

    Raises MemoryError, and whatever else is not an Exception (a panic of a Rust reader): the child tells its parent.
    """
    try:
        if kind in TEXTS or (kind != COLUMNAR and sniff(_head(path)) is not None):
            sheets, issues = textual.read(path, shown, encoding)
        else:
            sheets, issues = READERS[kind](path), []
    except MemoryError:
        raise
    except RefusedError as refusal:
        return [], [refusal.issue(shown)]
    except Exception as error:  # noqa: BLE001 - readers raise whatever their parsers raise; the file is named and the run goes on
        message, hint = _why_unreadable(path, kind)
        return [], [Issue("unreadable", Level.ERROR, message, Origin(shown), hint, first_line(error))]
    issues += [valueless_issue(sheet, shown) for sheet in sheets if is_valueless(sheet)]
    return [sheet for sheet in sheets if not is_valueless(sheet)], issues


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _why_unreadable(path: Path, kind: str) -> tuple[str, str]:
    """What the first bytes of a file that no reader takes say of it: message and hint."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError:
        return "文件打不开", "请确认文件仍在原处，并且运行 rpt 的账号有读取权限"
    if not head:
        return "文件是空的（0 字节）", "请重新导出该文件"
    if kind == COLUMNAR:
        return "不是完整的 parquet 文件", "请重新导出该文件"
    if READERS.get(kind) is spreadsheet.read and not head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return "扩展名是电子表格，内容却不是", "如果内容其实是 CSV，请把扩展名改为 .csv"
    return "文件损坏或有密码，读不出来", "请用 Excel 或 WPS 打开确认文件完好、没有密码，另存为 .xlsx 后重试"


def first_line(error: BaseException) -> str:
    """What an error says, in one line of at most 200 characters."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
