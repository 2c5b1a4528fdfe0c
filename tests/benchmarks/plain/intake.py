"""Reading the workbooks: every sheet a frame with the project's column names, types and base units."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

# Column names of the sheets, in the order in which they stand; what is not renamed keeps its Chinese name.
COLUMNS = {
    "日期": "date", "平台": "platform", "曝光量": "impressions", "点击量": "clicks", "访客数": "visitors",
    "自然访客数": "organic", "支付买家数": "buyers", "支付订单数": "orders", "支付金额": "paid", "退款金额": "refund",
    "优惠金额": "discount", "商品成本": "cost", "平台佣金": "commission", "推广花费": "spend",
    "推广成交金额": "ad_amount",
    "发布日期": "date", "作品ID": "video_id", "内容类型": "content", "播放量": "plays", "点赞数": "likes",
    "完播率": "finished", "标题": "title", "开播时间": "date", "场次ID": "live_id", "直播类型": "host",
    "主播账号": "account", "直播时长（分钟）": "minutes", "观看人数": "viewers", "累计观看时长（分钟）": "watched",
    "成交订单数": "orders", "成交金额": "amount", "月份": "month", "群名称": "group", "群类型": "group_type",
    "成员数": "members", "月活成员数": "active", "消息数": "messages", "群成交金额": "amount", "咨询原因": "reason",
    "咨询量": "inquiries", "年度": "year", "成交总额": "gmv", "期末会员数": "members", "新注册人数": "registrations",
    "首购人数": "first_buyers", "企业微信用户数": "wecom", "会员ID": "member", "注册日期": "registered",
    "首购日期": "first_order", "注册来源": "source", "区域": "region", "订单编号": "order", "下单时间": "ordered",
    "定金支付时间": "deposit", "支付时间": "paid_at", "活动": "campaign", "商品编码": "product", "件数": "units",
    "触达编号": "touch", "触达日期": "touched", "触达方式": "means", "触达目的": "purpose", "是否触达成功": "reached",
    "商品名称": "name", "类目": "category", "上市日期": "launched", "单位成本": "unit_cost", "标价": "price",
    "供应商": "supplier", "销量": "units", "销售金额": "amount", "销售成本": "cost", "期末库存数量": "stock",
    "期末库存金额": "value", "运单号": "parcel", "承运商": "carrier", "发货时间": "shipped", "签收时间": "signed",
    "是否投诉": "complained", "补货单号": "rush", "发起时间": "requested", "到货时间": "arrived", "补货数量": "units",
    "是否数据共享": "shares", "接入日期": "joined", "指标": "metric", "范围": "scope", "目标值": "target",
    "负责人": "owner", "备注": "note", "GMV目标": "gmv", "基准值": "value", "出处": "source", "举措": "measure",
    "支撑指标": "metric", "完成时限": "due", "原因": "cause", "开始日期": "starts", "结束日期": "ends",
    "预期增量": "expected", "状态": "state",
}  # fmt: skip
TEXT = {
    "platform", "video_id", "content", "title", "live_id", "host", "account", "group", "group_type", "reason", "member",
    "source", "region", "order", "campaign", "product", "touch", "means", "purpose", "reached", "name", "category",
    "supplier", "parcel", "carrier", "complained", "rush", "shares", "metric", "scope", "target", "owner", "note",
    "measure", "cause", "state",
}  # fmt: skip
DATES = {
    "date", "month", "registered", "first_order", "ordered", "deposit", "paid_at", "touched", "launched", "shipped",
    "signed", "requested", "arrived", "joined", "due", "starts", "ends",
}  # fmt: skip
MISSING = {"-", "--", "", "null", "#NULL!"}
TOTALS = ("合计", "总计", "汇总", "小计")
SHEETS = {
    "渠道日报": "daily", "短视频作品": "video", "直播场次": "live", "社群月报": "community", "客服日报": "service",
    "历年汇总": "history", "会员月报": "members", "会员明细": "member", "订单明细": "orders", "触达记录": "touch",
    "商品": "product", "商品月销": "sales", "库存月报": "stock", "发货明细": "parcel", "紧急补货": "rush",
    "供应商": "supplier", "年度目标": "target", "渠道月度目标": "monthly_target", "行业基准": "benchmark",
    "上年计划": "last_plan", "原因说明": "cause", "行动计划": "action",
}  # fmt: skip


def read_project(folder: Path) -> dict[str, Any]:
    """The settings of rpt.toml: channels, groups, campaigns, thresholds."""
    return tomllib.loads((folder / "rpt.toml").read_text(encoding="utf-8"))


def read_workbooks(folder: Path, settings: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """Every sheet of the project's workbooks that is known, cleaned and typed."""
    tables = {}
    for file in settings["sources"].values():
        for sheet, raw in pd.read_excel(folder / file, sheet_name=None, header=None, engine="openpyxl").items():
            if name := SHEETS.get(str(sheet)):
                tables[name] = typed(with_header(raw))
    channel_of = {platform: channel for channel, names in settings["channels"].items() for platform in names}
    for name in ("daily", "video", "live", "orders"):
        tables[name]["channel"] = tables[name]["platform"].map(channel_of)
    return tables


def with_header(raw: pd.DataFrame) -> pd.DataFrame:
    """The rows below the header, which is the first row with most of the known names; totals are left out."""
    known = raw.head(10).map(lambda cell: plain_name(cell)[0] in COLUMNS).sum(axis=1)
    at = int(known.idxmax())
    frame = raw.iloc[at + 1 :].dropna(how="all")
    first = frame[0].astype("str").str.strip()
    frame = frame[~first.str.startswith(TOTALS)]
    frame.columns = [str(cell).strip() for cell in raw.iloc[at]]
    return frame.reset_index(drop=True)


def plain_name(cell: object) -> tuple[str, int]:
    """A header without its unit, and what the unit multiplies by: 成交总额（万元） is 成交总额 by 10000."""
    text = str(cell).strip()
    if text in COLUMNS:
        return text, 1
    found = re.fullmatch(r"(.+?)（(万?)\w*）", text)
    return (found[1], 10_000 if found[2] else 1) if found else (text, 1)


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns by their own names, text as text, dates as dates, numbers in base units."""
    made = {}
    for header in frame.columns:
        name, factor = plain_name(header)
        key = COLUMNS.get(name, name)
        column = frame[header]
        column = column.where(~column.isin(MISSING))
        if key in TEXT:
            made[key] = column.map(lambda cell: None if pd.isna(cell) else str(cell).strip())
        elif key in DATES:
            made[key] = dated(column)
        else:
            made[key] = numbers(column) * factor
    return pd.DataFrame(made)


def dated(column: pd.Series) -> pd.Series:
    """Dates, of dates and of texts such as 2024年6月."""
    texts = column.map(lambda cell: isinstance(cell, str))
    if texts.any():
        column = column.where(~texts, column.astype("str").str.replace(r"^(\d{4})年(\d+)月$", r"\1-\2-01", regex=True))
    return pd.to_datetime(column, format="mixed").astype("datetime64[us]")


def numbers(column: pd.Series) -> pd.Series:
    """Numbers, of numbers and of texts with commas and percent signs."""
    if column.map(lambda cell: isinstance(cell, str)).any():
        texts = column.astype("str").str.replace(",", "").str.strip()
        percent = texts.str.endswith("%")
        return pd.to_numeric(texts.str.rstrip("%"), errors="coerce") / percent.map({True: 100, False: 1})
    return pd.to_numeric(column, errors="coerce")
