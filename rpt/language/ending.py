"""How a run ended, in a word or two."""

from __future__ import annotations

from rpt.values.status import Holder, Logged

_ENDINGS = {
    0: "完成",
    1: "数据有错误",
    2: "用法有误",
    3: "环境缺组件",
    4: "成品核对不符",
    5: "发送未完成",
    6: "项目被占用，没有运行",
    70: "程序出错",
    130: "被人中断",
}


def ending(run: Logged, holder: Holder | None) -> str:
    """How a run ended; ``holder`` is who holds the lock now."""
    if run.code is None:
        return "进行中" if run.is_running(holder) else "中断，没有做完"
    return ended(run.code)


def ended(code: int) -> str:
    """What an exit code says."""
    return _ENDINGS.get(code, f"退出码 {code}")
