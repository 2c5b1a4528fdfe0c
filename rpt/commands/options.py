"""Options that several commands share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from rpt.values.period import Period, PeriodKind

LAST_MONTH = ("上月", "上个月", "last")  # what a schedule says, which runs in any month


def _parsed(parse: Callable[[str], object]) -> Callable[[str | None], str | None]:
    """Check a text as it is parsed, so that a command is known to be wrong before it is run."""

    def check(text: str | None) -> str | None:
        if text is not None:
            parse(text)
        return text

    return check


def parse_day(text: str) -> date:
    """A day as people write it; raises BadParameter in Chinese."""
    from rpt.language.parse import ParseError, parse_date

    try:
        return parse_date(text)
    except ParseError as error:
        raise typer.BadParameter(f"应为日期，如 2025-09-30（写的是 {text}）") from error


def parse_month(text: str) -> Period:
    """A month as people write it (2025-11, 2025年11月, 202511, 上月); raises BadParameter in Chinese."""
    if text.strip() in LAST_MONTH:
        from rpt.flows.clock import today

        last = today().replace(day=1) - timedelta(1)
        return Period(last.year, PeriodKind.MONTH, last.month)
    found = re.fullmatch(r"(\d{4})\s*(?:[-/.年]?)\s*(\d{1,2})\s*月?", unicodedata.normalize("NFKC", text).strip())
    if not found or not 1 <= int(found[2]) <= 12 or not 1990 <= int(found[1]) <= 2100:
        raise typer.BadParameter(f"应为月份，如 2025-11（写的是 {text}）", param_hint="月份")
    return Period(int(found[1]), PeriodKind.MONTH, int(found[2]))


def parse_formats(text: str) -> list[str]:
    """``pdf,xlsx`` → the formats; raises BadParameter in Chinese for one that is not made."""
    from rpt.flows.steps import FORMATS

    names = [name.strip().lower() for name in text.replace("，", ",").split(",") if name.strip()]
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        raise typer.BadParameter(f"不认识的格式 {'、'.join(unknown) or text}，可用 {','.join(FORMATS)}")
    return list(dict.fromkeys(names))


def parse_year(text: str) -> int:
    """A year as digits; raises BadParameter for one that no report is of."""
    year = int(text)
    if not 1990 <= year <= 2100:
        raise typer.BadParameter(f"年份 {text} 不在1990—2100之内")
    return year


Year = Annotated[
    int | None, typer.Argument(metavar="年份", help="年份；不写则取最近一个完整年度。", min=1990, max=2100)
]
Month = Annotated[
    str, typer.Argument(metavar="月份", help="月份，如 2025-11，或 上月。", callback=_parsed(parse_month))
]
Project = Annotated[
    Path | None,
    typer.Option("--project", "-p", metavar="文件夹", help="项目文件夹（放有 rpt.toml）；默认从当前文件夹向上找。"),
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="文件夹", help="输出文件夹；默认用 rpt.toml 里的设置。")
]
Formats = Annotated[
    str,
    typer.Option("--format", "-f", metavar="格式", help="要生成的格式，逗号分隔。", callback=_parsed(parse_formats)),
]
AlsoFormats = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="格式",
        help="同时生成的文件格式，逗号分隔；不写则只在终端列出。",
        callback=_parsed(parse_formats),
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="日期", help="只算到这一天，往年也截到同一天。", callback=_parsed(parse_day)),
]
AllowErrors = Annotated[bool, typer.Option("--allow-errors", help="数据有错误也生成，并在首页写明。")]
Each = Annotated[
    str | None,
    typer.Option(
        "--each",
        metavar="维度或项目",
        help="多份报告同时生成：平台、区域、类目等维度的每个成员一份，或其中几个（区域=华东,华南）；或列出的项目（a/rpt.toml,b/rpt.toml）每个一份。",
    ),
]
Send = Annotated[bool, typer.Option("--send", help="生成后发给 rpt.toml [mail] 里的收件人。")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="只输出问题。")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="列出全部数据问题。")]
