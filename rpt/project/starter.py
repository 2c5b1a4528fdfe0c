"""The rpt.toml of a new project: a commented text to start from, with what is known already filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

TEXT = Path(__file__).parent / "starter.txt"
CHANNELS: Mapping[str, Sequence[str]] = {
    "主站": ("天猫", "京东"),
    "短视频": ("抖音", "视频号", "小红书", "快手"),
    "私域": ("小程序",),
}
# Where in a year a campaign lies, as month-day: start, end, first day of the presale. Platforms name other days every
# year, so a new project has them as comments only.
_CAMPAIGNS: Mapping[str, tuple[str, str, str]] = {
    "年货节": ("01-07", "01-21", ""),
    "618": ("05-13", "06-20", "05-13"),
    "99大促": ("09-02", "09-09", ""),
    "双11": ("10-15", "11-14", "10-15"),
}


def starter(company: str, years: Sequence[int], sources: Mapping[str, str]) -> str:
    """The text of a new rpt.toml: campaigns to fill in for ``years``, and ``sources`` as source name → file."""
    parts = {
        "company": _quoted(company),
        "sources": "".join(f"{name} = {_quoted(file)}\n" for name, file in sources.items()),
        "channels": "".join(f"{_quoted(name)} = {_list(platforms)}\n" for name, platforms in CHANNELS.items()),
        "campaigns": "".join(_campaign(name, years) for name in _CAMPAIGNS),
    }
    # in one pass: what stands in a company's name is never taken for a mark
    return re.sub(rf"\{{({'|'.join(parts)})\}}", lambda mark: parts[mark[1]], TEXT.read_text(encoding="utf-8"))


def _campaign(name: str, years: Sequence[int]) -> str:
    start, end, presale = _CAMPAIGNS[name]
    lines = [f"[campaigns.{_quoted(name)}]\n"]
    for year in years:
        more = f", presale_from = {year}-{presale}" if presale else ""
        lines.append(f"# {year} = {{ start = {year}-{start}, end = {year}-{end}{more} }}\n")
    return "".join(lines)


def _quoted(text: str) -> str:
    """A basic string of TOML, which is written as JSON's are."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, names))}]"
