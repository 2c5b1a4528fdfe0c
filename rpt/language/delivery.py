"""States of a delivery in words."""

from __future__ import annotations

from rpt.values.delivery import State

STATES = {
    State.QUEUED: "未发出",
    State.SENDING: "发送中",
    State.SENT: "已发送",
    State.REFUSED: "被拒收",
    State.IN_DOUBT: "存疑",
}
