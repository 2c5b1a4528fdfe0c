"""The campaigns that fall into a month, as its report tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rpt.project.report import Window
from rpt.values.focus import Focus
from rpt.values.scope import scope_of


def month_campaigns(campaigns: Mapping[str, Mapping[int, Window]], focus: Focus | None) -> list[dict[str, Any]]:
    """Name, scope, span and whether it is over by the last day that counts, of each campaign with a day in the month.

    ``prior`` is last year's span, empty where there was none.
    """
    if focus is None:
        return []
    found = []
    month = focus.month
    for name, years in campaigns.items():
        window, before = years.get(month.year), years.get(month.year - 1)
        if window is None or window.start > focus.last_day or window.end < month.starts_on:
            continue
        found.append(
            {
                "name": name,
                "scope": scope_of({"活动": name}),
                "span": _span(window),
                "is_over": window.end <= focus.last_day,
                "prior": _span(before) if before else "",
            }
        )
    return found


def _span(window: Window) -> str:
    start, end = window.start, window.end
    return f"{start.month}月{start.day}日—{end.month}月{end.day}日"
