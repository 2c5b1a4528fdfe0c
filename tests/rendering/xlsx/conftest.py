"""A report small enough to read: three chapters, a KPI table of mixed units, every kind of chart, a ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from rpt.rendering.xlsx import write_xlsx
from rpt.values.comparison import Comparison, Reason
from rpt.values.document import (
    Chapter,
    Chart,
    Column,
    Document,
    Figure,
    FigureKind,
    Formula,
    Row,
    Series,
    Table,
)
from rpt.values.issue import Issue, Level, Origin
from rpt.values.ledger import Ledger, Measurement, Metric, Source, Target
from rpt.values.period import Period
from rpt.values.theme import Theme

D = Decimal
CREATED = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
WAN, YI = D(10_000), D(100_000_000)
CHANNELS = ("主站", "短视频", "私域社群")
PLATFORMS = ("天猫", "京东", "抖音", "视频号", "小红书", "快手", "小程序")
MONTHS = tuple(f"{month}月" for month in range(1, 13))


def figure(
    kind: FigureKind, value: Decimal | None, unit: str, text: str = "", good: bool | None = None, metric: str = "gmv"
) -> Figure:
    """A figure as writing/figures makes them: judged ones carry an arrow, derived ones their formula."""
    arrow = "" if value is None or kind not in (FigureKind.GROWTH, FigureKind.POINTS) else "▲" if value > 0 else "▼"
    formulas = {
        FigureKind.GROWTH: Formula("growth", ("value", "prior")),
        FigureKind.POINTS: Formula("points", ("value", "prior")),
        FigureKind.CHANGE: Formula("change", ("value", "prior")),
        FigureKind.GAP: Formula("gap", ("value", "target")),
        FigureKind.ATTAINMENT: Formula("attainment", ("value", "target")),
    }
    return Figure(f"{metric}@2025.{kind}", kind, value, unit, text or str(value), good, arrow, formulas.get(kind))


def kpi(
    label: str, unit: str, value: str, prior: str | None, target: str | None, number_format: str, scale: Decimal
) -> Row:
    """A KPI row: value, prior, growth or points, target, attainment."""
    v, p, t = D(value), D(prior) if prior else None, D(target) if target else None
    rate = unit == "比率"
    down = label.endswith(("天数", "率（投诉）"))
    change: Figure | str = figure(FigureKind.GROWTH, None, "比率", "无可比数据")
    if p:
        good = (v > p) != down
        kind = FigureKind.POINTS if rate else FigureKind.GROWTH
        change = figure(kind, v - p if rate else v / p - 1, "比率", "", good)
    attainment: Figure | str = "—"
    if t:
        share = t / v if down else v / t
        attainment = figure(FigureKind.ATTAINMENT, share, "比率", "", share >= 1)
        if down:
            attainment = replace(attainment, formula=Formula("attainment_down", ("value", "target")))
    shown = {"元": "亿元" if scale == YI else "元", "人": "万人", "比率": "%"}.get(unit, unit)
    return Row(
        {
            "label": label,
            "unit": shown,
            "value": figure(FigureKind.VALUE, v, unit),
            "prior": figure(FigureKind.PRIOR, p, unit, "—"),
            "change": change,
            "target": figure(FigureKind.TARGET, t, unit, "—"),
            "attainment": attainment,
        },
        number_format=number_format,
        scale=scale,
    )


def kpi_table() -> Table:
    columns = (
        Column("label", "指标"),
        Column("unit", "单位"),
        Column("value", "2025年", number_format="#,##0.00"),
        Column("prior", "2024年", number_format="#,##0.00"),
        Column("change", "同比", number_format="0.0%"),
        Column("target", "2025年目标", number_format="#,##0.00"),
        Column("attainment", "目标完成率", number_format="0.0%"),
    )
    rows = (
        kpi("成交总额 GMV", "元", "420000000", "280000000", "380000000", "#,##0.00", YI),
        kpi("会员总数", "人", "2000000", "1200000", None, "#,##0.0", WAN),
        kpi("复购率", "比率", "0.32", "0.28", "0.35", "0.0%", D(1)),
        kpi("主站投入产出比", "倍", "3.5", "2.8", "3.2", "0.00", D(1)),
        kpi("库存周转天数", "天", "32", "45", "35", "0.0", D(1)),
        kpi("履约投诉率（投诉）", "比率", "0.006", "0.010", None, "0.00%", D(1)),
        kpi("小程序成交额", "元", "18000000", None, None, "#,##0.00", YI),
    )
    notes = ("同比一栏：比率类指标为百分点，其余为增长率。", "数据来源：渠道日报、会员月报、库存月报。")
    return Table("kpi", "表1-1", "2025年核心指标", "summary", columns, rows, "", notes)


def channel_table() -> Table:
    columns = (
        Column("channel", "渠道"),
        Column("value", "2025年", "万元", WAN, "#,##0.00"),
        Column("prior", "2024年", "万元", WAN, "#,##0.00"),
        Column("change", "增减额", "万元", WAN, "#,##0.00"),
        Column("growth", "同比增长", "", D(1), "0.0%"),
        Column("share", "占比", "", D(1), "0.0%"),
    )
    data = (
        ("主站", "273000000", "212800000", "0.65"),
        ("短视频", "92000000.55", "44800000", "0.2190476"),
        ("私域社群", "55000000", "0", "0.1309523"),
        ("合计", "420000000.55", "257600000", "1"),
    )
    rows = []
    for name, value, prior, share in data:
        v, p = D(value), D(prior)
        growth = figure(FigureKind.GROWTH, v / p - 1 if p else None, "比率", "新增业务", True)
        cells = {
            "channel": name,
            "value": figure(FigureKind.VALUE, v, "元"),
            "prior": figure(FigureKind.PRIOR, p, "元"),
            "change": figure(FigureKind.CHANGE, v - p, "元", "", v > p),
            "growth": growth,
            "share": figure(FigureKind.NUMBER, D(share), "比率"),
        }
        rows.append(Row(cells, emphasis=name == "合计"))
    return Table(
        "channels",
        "表2-1",
        "各渠道成交额",
        "channel",
        columns,
        tuple(rows),
        "万元",
        ("占比合计因四舍五入可能不等于100%。",),
    )


def problem_table() -> Table:
    columns = (
        Column("no", "序号"),
        Column("problem", "问题"),
        Column("evidence", "依据"),
        Column("measure", "对应举措"),
    )
    rows = (
        Row(
            {
                "no": "1",
                "problem": "复购率增长放缓",
                "evidence": "四季度复购率较三季度仅提高0.5个百分点，低于前三季度平均增幅。",
                "measure": "上线会员分层触达：高价值会员专属顾问，潜力会员30天复购券，"
                "沉睡会员按7天、15天、30天分批唤醒，每月复盘转化。",
            }
        ),
        Row({"no": "2", "problem": "=新渠道未达标", "evidence": "小红书、快手完成率60.0%", "measure": "-收缩低效投放"}),
    )
    return Table("problems", "表3-1", "存在问题与对应举措", "problem", columns, rows)


def _series(name: str, *values: str | int | None) -> Series:
    return Series(name, tuple(None if value is None else D(value) for value in values))


def charts() -> tuple[Chart, ...]:
    """One chart of every kind."""
    money = {"unit": "亿元", "scale": YI, "digits": 2}
    by_platform_2024 = _series("2024年", *(x * 1_000_000 for x in (120, 60, 45, 5, 18, 12, 20)))
    by_platform = _series("2025年", *(x * 1_000_000 for x in (180, 93, 52, 16, 14, 10, 55)))
    monthly = [38, 12, 28, 29, 31, 48, 30, 29, 33, 37, 62, 43]
    this_year = _series("2025年", *(x * 1_000_000 for x in monthly))
    last_year = _series("2024年", *(x * 690_000 if i != 1 else None for i, x in enumerate(monthly)))
    trend = tuple(
        _series(name, *((k + 1) * D("0.02") + D(m) / 900 for m in monthly)) for k, name in enumerate(CHANNELS)
    )
    heat = tuple(
        _series(name, *(x * (7 - i) * 100_000 + i * 10_000 for x in monthly)) for i, name in enumerate(PLATFORMS)
    )
    return (
        Chart(
            "c0",
            "图1-1",
            "月度成交额",
            "summary",
            "column",
            MONTHS,
            (last_year, this_year),
            "万元",
            WAN,
            0,
            alt="月度成交额柱形图",
        ),
        Chart(
            "c1",
            "图2-1",
            "各平台成交额",
            "channel",
            "bar",
            PLATFORMS,
            (by_platform_2024, by_platform),
            **money,
            alt="各平台",
        ),
        Chart(
            "c2",
            "图2-2",
            "2025年成交额构成变动",
            "channel",
            "waterfall",
            ("2024年", *CHANNELS, "退款", "2025年"),
            (_series("成交额", 280_000_000, 60_200_000, 47_200_000, 55_000_000, -22_400_000, 420_000_000),),
            **money,
            alt="变动",
        ),
        Chart(
            "c3",
            "图2-3",
            "各季度渠道构成",
            "channel",
            "stacked",
            ("一季度", "二季度", "三季度", "四季度"),
            tuple(_series(n, *(x * (3 - i) * 1_000_000 for x in (21, 28, 24, 37))) for i, n in enumerate(CHANNELS)),
            **money,
            alt="构成",
        ),
        Chart(
            "c4",
            "图2-4",
            "新渠道目标完成情况",
            "channel",
            "bullet",
            ("小红书", "快手", "视频号"),
            (_series("实际", 14_400_000, 9_600_000, 16_000_000), _series("目标", 24_000_000, 16_000_000, 15_000_000)),
            "万元",
            WAN,
            0,
            alt="完成情况",
        ),
        Chart("c5", "图2-5", "各平台月度成交额", "channel", "heatmap", MONTHS, heat, "万元", WAN, 0, alt="热力图"),
        Chart(
            "c6",
            "图3-1",
            "会员复购率",
            "problem",
            "line",
            ("一季度", "二季度", "三季度", "四季度"),
            (_series("复购率", "0.285", "0.302", "0.315", "0.320"),),
            "%",
            D(1),
            1,
            True,
            alt="复购率",
        ),
        Chart("c7", "图3-2", "各渠道转化率", "problem", "multiples", MONTHS, trend, "%", D(1), 1, True, alt="转化率"),
    )


def ledger_and_comparisons() -> tuple[Ledger, list[Comparison]]:
    """Four metrics over two years, one measured in parts, one without a base."""
    metrics = {
        m.id: m
        for m in (
            Metric("gmv", "成交总额 GMV", "元", "up", "sum", "支付口径；全年支付金额合计，含税，不扣除退款。", "总体"),
            Metric("repeat_rate", "复购率", "比率", "up", "ratio", "期内下单≥2次的买家÷期内买家。", "会员"),
            Metric(
                "inventory_days", "库存周转天数", "天", "down", "ratio", "平均库存×天数÷销售成本，按365天。", "供应链"
            ),
            Metric("roi", "投入产出比", "倍", "up", "ratio", "推广成交÷推广花费。", "渠道"),
            Metric("wechat", "企业微信好友", "人", "up", "period_end", "期末好友数。", "会员"),
        )
    }
    source = Source("channel_daily", "channel.xlsx", "渠道日报", 2557, 4, 2560)
    y24, y25 = Period(2024), Period(2025)
    measurements = (
        Measurement("gmv", y24, "全部", D(280_000_000), sources=(source,)),
        Measurement("gmv", y25, "全部", D("420000000.55"), sources=(source,)),
        Measurement("gmv", y25, "渠道=私域", D(55_000_000), sources=(source,)),
        Measurement("gmv", Period.parse("2025-11"), "渠道=短视频", D("12345678.90"), sources=(source, source)),
        Measurement("repeat_rate", y25, "全部", D(32) / D(100), D(120_000), D(375_000), (source,)),
        Measurement("inventory_days", y25, "全部", D(32), sources=(source,)),
        Measurement("roi", y25, "渠道=主站", D("3.5"), D(35_000_000), D(10_000_000), (source,)),
        Measurement("roi", y25, "渠道=私域", None, reason="花费为零"),
    )
    targets = (Target("gmv", y25, "全部", D(380_000_000)), Target("roi", y25, "渠道=主站", None, "5∶1/3∶1"))
    m = measurements
    comparisons = [
        Comparison(metrics["gmv"], m[0], reason=Reason.NO_BASE),
        Comparison(
            metrics["gmv"], m[1], D(280_000_000), D("140000000.55"), D("420000000.55") / D(280_000_000) - 1, None, None,
            D(380_000_000), D("40000000.55"), D("420000000.55") / D(380_000_000), True, True,
        ),
        Comparison(metrics["gmv"], m[2], D(0), D(55_000_000), reason=Reason.NEW, progress=True),
        Comparison(
            metrics["repeat_rate"], m[4], D("0.28"), D("0.04"), None, D("0.04"), None,
            D("0.35"), D("-0.03"), D("0.32") / D("0.35"), True, False,
        ),
        Comparison(
            metrics["inventory_days"], m[5], D(45), D(-13), D(32) / D(45) - 1, None, None,
            D(35), D(-3), D(35) / D(32), True, True,
        ),
        Comparison(metrics["roi"], m[6], D("2.8"), D("0.7"), D("3.5") / D("2.8") - 1, progress=True),
        Comparison(metrics["roi"], m[7], reason=Reason.NO_VALUE),
    ]  # fmt: skip
    return Ledger(metrics, measurements, targets, missing={"wechat": "没有会员月报"}), comparisons


ISSUES = (
    Issue(
        "bad_number",
        Level.ERROR,
        "“12..5”不是数字",
        Origin("channel.xlsx", "渠道日报", "F18"),
        "改为数字，如12.5",
        "12..5",
    ),
    Issue("formula_text", Level.WARNING, "金额以文字保存", Origin("supply.xlsx", "商品", "C9"), "改为数值格式", "=1+1"),
    Issue("short_year", Level.INFO, "数据截至2025年12月30日"),
)


def report() -> Document:
    chapters = (
        Chapter("summary", "摘要", "summary"),
        Chapter("channel", "一、渠道经营情况", "channel"),
        Chapter("problem", "二、存在问题及原因", "problem"),
        Chapter("empty", "三、没有表的章节", "empty"),
    )
    facts = {
        "数据截至": "2025年12月31日",
        "生成时间": "2026年1月15日 17:30",
        "数据问题": "3项（错误1项，警告1项，提示1项）",
    }
    tables = (kpi_table(), channel_table(), problem_table())
    return Document(
        "2025年度电商运营报告", "面向管理层的年度复盘与2026年计划", "示例家居有限公司", "zh-CN", "<html></html>",
        chapters, tables, charts(), (), facts,
    )  # fmt: skip


@dataclass(frozen=True)
class Written:
    """Everything one workbook is made from; ``to`` writes it."""

    document: Document = field(default_factory=report)
    ledger: Ledger = field(default_factory=lambda: ledger_and_comparisons()[0])
    comparisons: Sequence[Comparison] = field(default_factory=lambda: ledger_and_comparisons()[1])
    issues: Sequence[Issue] = ISSUES
    theme: Theme = field(default_factory=Theme)

    def to(self, path: Path) -> Path:
        write_xlsx(path, self.document, self.ledger, self.comparisons, self.issues, self.theme, created=CREATED)
        return path


@pytest.fixture
def written() -> Written:
    """The sample report, ready to be changed with dataclasses.replace and written."""
    return Written()


@pytest.fixture(scope="session")
def workbook_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample report as a workbook, written once."""
    return Written().to(tmp_path_factory.mktemp("xlsx") / "annual-2025.xlsx")


@pytest.fixture
def table_document() -> Callable[..., Document]:
    """A document that holds one table (columns, rows) in one chapter."""

    def build(columns: tuple[Column, ...], *rows: Row, **more: str) -> Document:
        table = Table("t", "表1-1", "测试", "only", columns, rows, **more)
        chapters = (Chapter("only", "一、测试章", "only"),)
        return Document("报告", "", "公司", "zh-CN", "", chapters, (table,), ())

    return build
