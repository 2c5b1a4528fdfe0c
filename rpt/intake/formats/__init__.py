"""Formats: one file in, its sheets out as text. What they open may be hostile, so that they run in a child process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from rpt.intake.formats import ods, parquet, textual, xls, xlsb, xlsx
from rpt.intake.formats.valueless import is_valueless, valueless_issue
from rpt.intake.preflight import Checked, Kind
from rpt.intake.raw import RawSheet
from rpt.intake.refusal import RefusedError
from rpt.values.issue import Issue, Level, Origin
from rpt.values.limits import Limits

# what a file is -> who reads it, xlsx aside; all the rest is text
_READERS: Mapping[Kind, Callable[[Path, Limits], list[RawSheet]]] = {
    "xls": xls.read,
    "xlsb": xlsb.read,
    "ods": ods.read,
    "parquet": parquet.read,
}
# the names that files with tables have
READABLE = frozenset((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet", ".csv", ".tsv", ".txt"))


def read(checked: Checked, shown: str, limits: Limits, encoding: str = "") -> tuple[list[RawSheet], list[Issue]]:
    """Read every sheet of a file that preflight has let pass. ``shown`` is the file's name in messages, ``encoding``
    what rpt.toml states of its text, if anything. What cannot be read is an issue.

    Raises MemoryError, and whatever else is not an Exception (a panic of a Rust reader): the child tells its parent.
    """
    try:
        sheets, issues = _read(checked, shown, limits, encoding)
    except MemoryError:
        raise
    except RefusedError as refusal:
        return [], [refusal.issue(shown)]
    except Exception as error:  # noqa: BLE001 - readers raise whatever their parsers raise; the file is named and the run goes on
        message, hint = "文件损坏，读不出来", "请用 Excel 或 WPS 打开确认文件完好、没有密码，另存为 .xlsx 后重试"
        return [], [Issue("unreadable", Level.ERROR, message, Origin(shown), hint, first_line(error))]
    issues += [valueless_issue(sheet, shown) for sheet in sheets if is_valueless(sheet)]
    return [sheet for sheet in sheets if not is_valueless(sheet)], issues


def _read(checked: Checked, shown: str, limits: Limits, encoding: str) -> tuple[list[RawSheet], list[Issue]]:
    if checked.kind == "xlsx":
        return xlsx.read(checked.path, limits, checked.glances), []
    if reader := _READERS.get(checked.kind):
        return reader(checked.path, limits), []
    return textual.read(checked.path, shown, encoding, limits)


def first_line(error: BaseException) -> str:
    """What an error says, in one line of at most 200 characters."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
