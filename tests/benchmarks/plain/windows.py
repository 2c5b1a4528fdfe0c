"""Days of campaigns: windows of rpt.toml, and the days around them."""

from __future__ import annotations

from typing import Any

import pandas as pd

SPRING_FESTIVAL = {"2024": pd.Timestamp(2024, 2, 10), "2025": pd.Timestamp(2025, 1, 29)}


def windows(settings: dict[str, Any], year: int) -> pd.DataFrame:
    """A row per campaign and year up to the report year."""
    rows = []
    for campaign, years in settings["campaigns"].items():
        for key, window in years.items():
            if int(key) <= year:
                rows.append({"period": key, "campaign": campaign, **window})
    frame = pd.DataFrame(rows, columns=["period", "campaign", "start", "end", "presale_from", "member_day"])
    for column in ("start", "end", "presale_from", "member_day"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    return frame


def campaign_days(frame: pd.DataFrame, groups: dict[str, list[str]]) -> pd.DataFrame:
    """A row per day of a campaign, and of a group of campaigns, in which a day counts once."""
    days = frame.assign(day=[pd.date_range(s, e) for s, e in zip(frame["start"], frame["end"], strict=True)])
    days = days[["period", "campaign", "day"]].explode("day")
    days["day"] = days["day"].astype("datetime64[us]")
    more = [days[days["campaign"].isin(members)].assign(campaign=group) for group, members in groups.items()]
    return pd.concat([days, *more]).drop_duplicates(ignore_index=True)
