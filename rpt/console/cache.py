"""The cache, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rpt.console import Console
from rpt.state.cache import Cache, Entry

_KINDS = {"typed": "来源文件的数据", "ledger": "算出的数", "drawing": "画好的图表"}


def show_cache(console: Console, cache: Cache) -> None:
    """What there is of each kind, its size, and when it was last used."""
    entries = cache.entries()
    if not cache.most:
        console.line("缓存已关闭（rpt.toml 的 [cache] max_mb = 0）：每次运行都重新读取全部来源")
    elif not entries:
        console.line("缓存是空的：生成一次报告后，没有改动的来源文件不再读取")
    for kind in sorted({entry.kind for entry in entries}):
        of = [entry for entry in entries if entry.kind == kind]
        last = datetime.fromtimestamp(max(entry.used for entry in of), ZoneInfo("Asia/Shanghai"))
        console.line(f"{_KINDS.get(kind, kind)}　{len(of)}项　{_mb(of)}　最近使用 {last:%Y-%m-%d %H:%M}")
    if entries:
        console.line(f"共{_mb(entries)}，上限 {cache.most >> 20} MB，满了先删最久未用的；文件夹 {cache.folder}")


def show_cleared(console: Console, gone: Sequence[Entry]) -> None:
    """What was removed."""
    console.line(f"已清空缓存：{len(gone)}项，{_mb(gone)}" if gone else "缓存本来就是空的")


def _mb(entries: Sequence[Entry]) -> str:
    return f"{sum(entry.size for entry in entries) / (1 << 20):.1f} MB"
