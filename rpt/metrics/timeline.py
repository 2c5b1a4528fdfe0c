"""The run's place in time: the day it cuts at, and the tables of days, years and campaign windows that SQL joins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rpt.engine import Engine, literal, relation
from rpt.engine.dataset import Dataset
from rpt.language.festivals import SPRING_FESTIVAL
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, Origin

_WINDOW = {
    "year_key": "varchar",
    "campaign": "varchar",
    "starts_on": "date",
    "ends_on": "date",
    "presale_from": "date",
    "member_day": "date",
}


@dataclass(frozen=True)
class Timeline:
    """``year`` is reported, ``first`` is the first day of data, and ``cut`` the last day that counts: in the report
    year itself, and on the same day of every year before, so that years compare like with like."""

    year: int
    first: date
    cut: date

    @property
    def is_partial(self) -> bool:
        """Whether the report year is not covered to its end."""
        return self.cut < date(self.year, 12, 31)

    def cut_of(self, year: int) -> date:
        """The last day that counts in a year."""
        if not self.is_partial:
            return date(year, 12, 31)
        day = self.cut
        leap_day = (day.month, day.day) == (2, 29)
        return date(year, 2, 28) if leap_day and not _is_leap(year) else date(year, day.month, day.day)

    def years(self) -> list[int]:
        """The years with data, ascending."""
        return list(range(self.first.year, self.year + 1))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def timeline(dataset: Dataset, year: int, as_of: date | None) -> tuple[Timeline | None, list[Issue]]:
    """Place the report year: cut at ``as_of`` where given, else at the last day of data where that is before year's
    end. Target tables do not count as data. None where no dated table has a row in the year."""
    issues: list[Issue] = []
    dated = [t for n, t in dataset.tables.items() if t.first and t.last and n not in ("monthly_target",)]
    ends = {
        t.label: min(t.last, date(year, 12, 31))
        for t in dated
        if t.last and t.first and t.first.year <= year <= t.last.year
    }
    if not ends:
        return None, issues
    last = max(ends.values())
    cut = min(as_of, last) if as_of else last
    if as_of and as_of > last:
        message = f"截止日 {as_of} 晚于数据的最后一天，按 {last} 计算"
        issues.append(Issue("as_of_late", Level.WARNING, message, Origin(), "补齐数据后重新运行"))
    if not as_of and last < date(year, 12, 31):
        message = f"数据只到 {last}，{year} 年未满一年；各年都只算到同一天"
        issues.append(Issue("year_incomplete", Level.WARNING, message, Origin(), "补齐数据后重新运行"))
    series = {t.label for t in dated if t.is_series}
    for label, end in ends.items():
        if label in series and (cut - end).days > 1:
            message = f"表“{label}”的数据只到 {end}，早于报告的截止日 {cut}"
            issues.append(Issue("table_short", Level.WARNING, message, Origin(), f"请补齐“{label}”"))
    first = min(t.first for t in dated if t.first and t.first.year <= year)
    if first.year == year:
        message = f"没有 {year - 1} 年的数据，不计算同比"
        issues.append(Issue("prior_missing", Level.WARNING, message, Origin(), f"请补充 {year - 1} 年的数据"))
    elif first.year < year - 1:
        message = f"数据从 {first} 开始；对比的是 {year} 年与 {year - 1} 年，更早的年份只列规模"
        issues.append(Issue("years_many", Level.INFO, message, Origin()))
    elif first > date(year - 1, 1, 1):
        message = f"{year - 1} 年的数据从 {first} 开始，不满一年，同比偏高"
        issues.append(Issue("prior_partial", Level.WARNING, message, Origin(), f"请补齐 {year - 1} 年的数据"))
    return Timeline(year, first, cut), issues


def last_complete_year(dataset: Dataset, today: date) -> int | None:
    """The latest year whose data reach 31 December; else the latest year with data; None without any."""
    dated = [t for n, t in dataset.tables.items() if t.last and n != "monthly_target"]
    if not dated:
        return None
    last = max(t.last for t in dated if t.last)
    last = min(last, today)
    return (
        last.year
        if (last.month, last.day) == (12, 31)
        else max(last.year - 1, min(t.first.year for t in dated if t.first))
    )


def create_time_tables(engine: Engine, project: Project, line: Timeline) -> None:
    """Create ``years``, ``calendar``, ``spring_festival``, ``campaign_window`` and ``campaign_day`` in the engine.

    ``campaign_window`` has one row per campaign and year; ``campaign_day`` one row per campaign day, and one for every
    day of a group of campaigns (大促), however many of its campaigns share the day.
    """
    years = [(str(year), max(date(year, 1, 1), line.first), line.cut_of(year)) for year in line.years()]
    engine.table("years", relation({"year_key": "varchar", "starts_on": "date", "ends_on": "date"}, years))
    engine.table(
        "calendar",
        f"""select cast(day as date) as date, {keys_of("day")}, {in_cut("day", line)} as in_cut,
        {month_in_cut("day", line)} as month_in_cut,
        {in_months(in_cut("day", line), "day", line)} as in_months,
        {in_months(month_in_cut("day", line), "day", line)} as month_in_months,
        cast(date_trunc('quarter', day) as date) as quarter_from, cast(date_trunc('month', day) as date) as month_from,
        last_day(date_trunc('quarter', day) + interval 2 month) as quarter_to, last_day(day) as month_to
        from unnest(generate_series({literal(line.first)}, {literal(line.cut)}, interval 1 day)) as t(day)""",
    )
    festivals = [(str(year), day) for year, day in SPRING_FESTIVAL.items()]
    engine.table("spring_festival", relation({"year_key": "varchar", "day": "date"}, festivals))
    windows = list(_windows(project, line))
    engine.table("campaign_window", relation(_WINDOW, windows))
    days = {
        (year, name, start + timedelta(offset))
        for year, campaign, start, end, _, _ in windows
        for name in [campaign, *_groups_of(project, campaign)]
        for offset in range((end - start).days + 1)
    }
    engine.table("campaign_day", relation({"year_key": "varchar", "campaign": "varchar", "day": "date"}, sorted(days)))


def keys_of(column: str) -> str:
    """SQL for the three period keys of a date column."""
    return (
        f"cast(year({column}) as varchar) as year_key, "
        f"year({column}) || 'Q' || quarter({column}) as quarter_key, strftime({column}, '%Y-%m') as month_key"
    )


def in_cut(column: str, line: Timeline) -> str:
    """SQL that is true on the days that count in their year."""
    if not line.is_partial:
        return f"(year({column}) <= {line.year})"
    day_of_year = f"month({column}) * 100 + day({column})"
    return f"(year({column}) <= {line.year} and {day_of_year} <= {line.cut.month * 100 + line.cut.day})"


def month_in_cut(column: str, line: Timeline) -> str:
    """SQL that is true in the months that count whole; a February of 29 days counts beside one of 28."""
    if not line.is_partial:
        return in_cut(column, line)
    ends = (line.cut + timedelta(1)).day == 1
    return f"(year({column}) <= {line.year} and month({column}) <= {line.cut.month if ends else line.cut.month - 1})"


def in_months(counts: str, column: str, line: Timeline) -> str:
    """SQL that is true where ``counts`` is, and in the months of earlier years that lie whole behind the cut: they
    enter no quarter and no year, but a month is held against the one before it, January against December."""
    return f"({counts} or (year({column}) < {line.year} and month({column}) > {line.cut.month}))"


def _windows(project: Project, line: Timeline) -> Iterator[tuple[str, str, date, date, date | None, date | None]]:
    for campaign, years in project.settings.campaigns.items():
        for year, window in sorted(years.items()):
            if window.start >= line.first and window.end <= line.cut_of(min(year, line.year)) and year <= line.year:
                yield str(year), campaign, window.start, window.end, window.presale_from, window.member_day


def _groups_of(project: Project, campaign: str) -> list[str]:
    return [group for group, members in project.settings.groups.get("活动", {}).items() if campaign in members]
