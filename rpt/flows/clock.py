"""What day it is for the business: Asia/Shanghai, whatever the server's zone."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The moment in Shanghai by the clock alone, whatever SOURCE_DATE_EPOCH says: it orders the runs."""
    return datetime.now(ZoneInfo("Asia/Shanghai"))


def today() -> date:
    """Today in Shanghai; SOURCE_DATE_EPOCH stands in for the clock where it is set, so that a run can be repeated."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return now.astimezone(ZoneInfo("Asia/Shanghai")).date()
