"""Cron expressions read, and said in words: ``0 8 5 1 *`` is 每年1月5日8:00. Their meaning is that of crontab(5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

from rpt.language.parse import ParseError
from rpt.values.schedule import Cron


@dataclass(frozen=True)
class _Field:
    name: str
    first: int
    last: int
    words: tuple[str, ...] = ()  # what may stand for first, first + 1 …


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIELDS = (
    _Field("分", 0, 59),
    _Field("时", 0, 23),
    _Field("日", 1, 31),
    _Field("月", 1, 12, _MONTHS),
    _Field("星期", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_PART = re.compile(r"(?P<from>\*|\w+)(?:-(?P<to>\w+))?(?:/(?P<step>\d+))?")
_BEIJING = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "日一二三四五六"
_MOST_TIMES = 6  # more times of a day than these are not listed one by one


def parse_cron(text: str) -> Cron:
    """A cron expression of five fields, or a nickname such as @monthly. Raises ParseError in Chinese that names the
    field, or where the expression never comes about (30 February)."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = _NICKNAMES.get(plain, plain)
    if plain.startswith("@"):
        raise ParseError(f"不支持 {plain}，可用 {'、'.join(_NICKNAMES)}，或写五段")
    parts = plain.split()
    if len(parts) != len(_FIELDS):
        raise ParseError(f"应为“分 时 日 月 星期”五段，用空格隔开，现在是{len(parts)}段")
    minutes, hours, days, months, weekdays = (_values(part, field) for part, field in zip(parts, _FIELDS, strict=True))
    weekdays = tuple(sorted({day % 7 for day in weekdays}))
    is_either = not parts[2].startswith("*") and not parts[4].startswith("*")
    cron = Cron(" ".join(parts), minutes, hours, days, months, weekdays, is_either)
    if next(cron.after(datetime(2000, 1, 1)), None) is None:  # noqa: DTZ001  a wall clock has no zone
        raise ParseError("这样的日子不存在，永远不会运行")
    return cron


def _values(part: str, field: _Field) -> tuple[int, ...]:
    found: set[int] = set()
    for item in part.split(","):
        match = _PART.fullmatch(item)
        if not match or (match["from"] == "*" and match["to"]):
            raise ParseError(f"“{field.name}”这一段看不懂：{part}")
        first = field.first if match["from"] == "*" else _number(match["from"], field)
        last = field.last if match["from"] == "*" else _number(match["to"], field) if match["to"] else first
        if match["step"] and match["from"] != "*" and not match["to"]:
            raise ParseError(f"“{field.name}”这一段的 {item} 应写成 {first}-{field.last}/{match['step']}")
        if last < first:
            raise ParseError(f"“{field.name}”这一段的 {item} 应由小到大")
        step = int(match["step"] or 1)
        if step == 0:
            raise ParseError(f"“{field.name}”这一段的间隔不能是 0：{item}")
        found.update(range(first, last + 1, step))
    return tuple(sorted(found))


def _number(text: str, field: _Field) -> int:
    if text in field.words:
        return field.words.index(text) + field.first
    if not (text.isascii() and text.isdecimal()) or not field.first <= int(text) <= field.last:
        raise ParseError(f"“{field.name}”应在 {field.first}—{field.last} 之内：{text}")
    return int(text)


def cron_text(cron: Cron) -> str:
    """A cron expression in words: 每月5日、20日9:30."""
    return _days(cron) + _times(cron.minutes, cron.hours)


def moment_text(at: datetime | None) -> str:
    """A moment in Beijing time, to the minute; — for none."""
    return f"{at.astimezone(_BEIJING):%Y-%m-%d %H:%M}" if at else "—"


def _days(cron: Cron) -> str:
    all_days, all_weekdays = len(cron.days) == 31, len(cron.weekdays) == 7
    months = "每月" if len(cron.months) == 12 else f"每年{_listed(cron.months, '月')}"
    is_joint = 1 < len(cron.months) < 12 or (cron.is_either and len(cron.months) == 1)
    joint = "的" if is_joint else ""
    days, weekdays = _listed(cron.days, "日"), _weekdays(cron.weekdays)
    if all_days and all_weekdays:
        return "每天" if len(cron.months) == 12 else f"{months}{joint}每天"
    if all_days:
        return f"每{weekdays}" if len(cron.months) == 12 else f"{months}{joint}每{weekdays}"
    if all_weekdays:
        return f"{months}{joint}{days}"
    return f"{months}{joint}{days}" + (f"以及每{weekdays}" if cron.is_either else f"中的{weekdays}")


def _times(minutes: Sequence[int], hours: Sequence[int]) -> str:
    if len(minutes) * len(hours) <= _MOST_TIMES:
        return "、".join(f"{hour}:{minute:02}" for hour, minute in product(hours, minutes))
    within = "" if len(hours) == 24 else f"{_listed(hours, '时')}"
    if len(minutes) == 60:
        return f"{within}每分钟"
    step = minutes[1] - minutes[0] if len(minutes) > 1 else 0
    if step and 60 % step == 0 and tuple(minutes) == tuple(range(0, 60, step)):
        return f"{within}每{step}分钟"
    past = "整点" if tuple(minutes) == (0,) else f"第{_listed(minutes, '分')}"
    return f"{within}每小时{past}"


def _listed(numbers: Sequence[int], unit: str) -> str:
    """1月、3—5月: a run of three and more as a range, the unit behind each."""
    return "、".join(f"{a}{unit}" if a == b else f"{a}—{b}{unit}" for a, b in _runs(numbers))


def _weekdays(days: Sequence[int]) -> str:
    """周一至周五、周日: the week begins on Monday."""
    runs = _runs(sorted((day - 1) % 7 for day in days))
    names = [f"周{_WEEKDAYS[(a + 1) % 7]}" + (f"至周{_WEEKDAYS[(b + 1) % 7]}" if b > a else "") for a, b in runs]
    return "、".join(names)


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of three and more; the others one by one."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [pair for run in runs for pair in ([(run[0], run[-1])] if len(run) > 2 else [(one, one) for one in run])]
