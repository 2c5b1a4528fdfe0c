"""Tables of the run itself: the sheets read, campaign windows, the panel against the totals, what is lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rpt.engine.dataset import Origin
from rpt.language.figures import free_figure
from rpt.language.format import Display, cell_text, date_text, excel_format, number, percent
from rpt.project.report import Window
from rpt.values.document import Column, Figure, FigureKind, Row, Table
from rpt.values.reconciliation import Reconciliation
from rpt.values.review import Review

_WAN = Display("万元", Decimal(10_000), 2)


def sources_table(origins: Sequence[Origin], id: str, number_: str, title: str, chapter: str) -> Table:
    """Every sheet that was read: file, sheet, rows, and the start of the file's SHA-256."""
    columns = (
        Column("file", "文件"),
        Column("sheet", "工作表"),
        Column("rows", "行数", number_format="#,##0"),
        Column("sha256", "文件校验值（SHA-256前16位）"),
    )
    rows = [
        Row(
            {
                "file": origin.file,
                "sheet": origin.sheet or "—",
                "rows": free_figure(
                    f"source.{origin.id}.rows", origin.rows, "", number(Decimal(origin.rows), grouped=True)
                ),
                "sha256": origin.sha256[:16],
            }
        )
        for origin in origins
    ]
    return Table(id, number_, title, chapter, columns, tuple(rows))


def windows_table(
    campaigns: Mapping[str, Mapping[int, Window]], year: int, id: str, number_: str, title: str, chapter: str
) -> Table:
    """Campaign windows of the report year and the year before."""
    columns = (
        Column("campaign", "活动"),
        Column("start", "开始"),
        Column("end", "结束"),
        Column("days", "天数", number_format="0"),
        Column("member_day", "会员专属日"),
    )
    rows = []
    for campaign, years in campaigns.items():
        for at in sorted(years):
            window = years[at]
            if at not in (year - 1, year):
                continue
            days = (window.end - window.start).days + 1
            rows.append(
                Row(
                    {
                        "campaign": f"{at}年{campaign}",
                        "start": date_text(window.start),
                        "end": date_text(window.end),
                        "days": free_figure(f"window.{campaign}.{at}", days),
                        "member_day": date_text(window.member_day) if window.member_day else "—",
                    }
                )
            )
    return Table(id, number_, title, chapter, columns, tuple(rows))


def panel_table(
    found: Sequence[Reconciliation], ratio: Decimal, id: str, number_: str, title: str, chapter: str
) -> Table:
    """The panel times its ratio beside the daily totals, by year."""
    money = excel_format(_WAN.unit, _WAN.digits)
    columns = (
        Column("year", "年度"),
        Column("panel", f"订单样本×{number(ratio)}", _WAN.unit, _WAN.scale, money),
        Column("total", "渠道日报", _WAN.unit, _WAN.scale, money),
        Column("difference", "相差", "%", Decimal(1), "0.00%"),
    )
    rows = [
        Row(
            {
                "year": f"{r.year}年",
                "panel": _money(f"panel@{r.year}", r.panel),
                "total": _money(f"panel@{r.year}.total", r.total),
                "difference": Figure(
                    f"panel@{r.year}.difference", FigureKind.NUMBER, r.difference, "比率", percent(r.difference, 2)
                ),
            }
        )
        for r in found
    ]
    return Table(
        id,
        number_,
        title,
        chapter,
        columns,
        tuple(rows),
        unit=_WAN.unit,
        notes=("样本只用于计算比率，不用于计算总数。",),
    )


def _money(ref: str, value: Decimal) -> Figure:
    return Figure(ref, FigureKind.NUMBER, value, "元", cell_text(value, _WAN))


def gaps_table(
    review: Review,
    lacking: Mapping[str, Mapping[str, tuple[str, ...]]],
    id: str,
    number_: str,
    title: str,
    chapter: str,
) -> Table:
    """What could not be computed: the tables and columns it lacks, the metrics, and the chapter they would add to."""
    columns = (
        Column("table", "所缺"),
        Column("columns", "所需的列"),
        Column("metrics", "因此缺的指标"),
        Column("chapter", "可补充的章"),
    )
    groups: dict[tuple[str, str], tuple[dict[str, None], list[str]]] = {}
    for metric_id, tables in lacking.items():
        metric = review.ledger.metrics[metric_id]
        needed, labels = groups.setdefault((review.ledger.missing[metric_id], metric.chapter), ({}, []))
        needed.update((name, None) for names in tables.values() for name in names)
        labels.append(metric.label)
    rows = [
        Row({"table": table, "columns": "、".join(needed), "metrics": "、".join(labels), "chapter": part})
        for (table, part), (needed, labels) in sorted(groups.items())
    ]
    return Table(id, number_, title, chapter, columns, tuple(rows))
