"""A table whose rows don't say when: its date comes from the names around the sheet, and that is said."""

from __future__ import annotations

from datetime import date

from rpt.engine import Engine, literal, quote
from rpt.intake.clean import SQL_TYPES
from rpt.intake.file_period import NamedPeriod, Unclear
from rpt.intake.header import Match
from rpt.intake.schema import TableSchema
from rpt.intake.sheet import Place
from rpt.values.issue import Issue, Level, Origin

_RENAME = "请把文件名改成只写数据所属的月份或日期，如 2025-03.xlsx，或在表里补上该列"


def date_from_names(
    place: Place, found: Match, period: NamedPeriod | Unclear | None
) -> tuple[date | None, Issue | None]:
    """The date of all rows of a sheet that lacks its date column, and what to say of it.

    (None, None) where the column is there, where another required column is missing, too, or where no name tells.
    """
    if period is None or not found.lacks_only_its_date:
        return None, None
    column = found.table.column(str(found.table.date))
    origin = Origin(place.file, place.sheet)
    lacking = f"表“{found.table.label}”没有“{column.label}”列"
    if isinstance(period, Unclear):
        return None, Issue("date_unclear", Level.ERROR, f"{lacking}，而{period.why}", origin, _RENAME)
    if not period.in_one_month:
        message = f"{lacking}，而文件名写的是跨月的一段时间（{period}）"
        return None, Issue("date_unclear", Level.ERROR, message, origin, _RENAME)
    if column.type == "month":
        month = period.first.replace(day=1)
        message = f"{lacking}，已按文件名记为{month.year}年{month.month}月"
        return month, Issue("date_from_name", Level.INFO, message, origin)
    if period.is_day:
        return period.first, Issue("date_from_name", Level.INFO, f"{lacking}，已按文件名记为 {period}", origin)
    message = f"{lacking}，文件名只说明是{period}：全部行记在 {period.first}，月度合计可用，逐日的数不可用"
    return period.first, Issue("date_from_name", Level.WARNING, message, origin, "请导出带日期列的逐日数据")


def add_date(engine: Engine, table: TableSchema, target: str, day: date) -> None:
    """Give every row of ``target`` the day."""
    column = table.column(str(table.date))
    value = f"cast({literal(day.isoformat())} as {SQL_TYPES[column.type]})"
    engine.table(target, f"select *, {value} as {quote(column.key)} from {quote(target)}")
