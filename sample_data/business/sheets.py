"""How each table looks in its workbook: sheet, title, headers, and the habits of the team that keeps it."""

from collections.abc import Mapping

import pandas as pd

from .workbook import Column, Sheet

Tables = Mapping[str, pd.DataFrame]


def _channel_daily(table: pd.DataFrame) -> Sheet:
    """The daily sheet: every number but the date has its total in the last row."""
    money = (
        ("paid_amount", "支付金额"), ("refund_amount", "退款金额"), ("discount_amount", "优惠金额"),
        ("product_cost", "商品成本"), ("commission", "平台佣金"), ("ad_spend", "推广花费"),
        ("ad_amount", "推广成交金额"),
    )  # fmt: skip
    counts = (
        ("impressions", "曝光量"), ("clicks", "点击量"), ("visitors", "访客数"),
        ("organic_visitors", "自然访客数"), ("buyers", "支付买家数"), ("orders", "支付订单数"),
    )  # fmt: skip
    daily = (
        Column("date", "日期", "date", 12),
        Column("platform", "平台", "plain", 9),
        *(Column(key, header, "int", 12) for key, header in counts),
        *(Column(key, header, "money", 15) for key, header in money),
    )
    summed = tuple(key for key, _ in counts + money)
    return Sheet("渠道日报", table, daily, "2024—2025年渠道日报（单位：元）", None, summed)


def channel_sheets(tables: Tables) -> list[Sheet]:
    """channel.xlsx"""
    video = (
        Column("date", "发布日期", "date", 12),
        Column("video_id", "作品ID", "id", 20),
        Column("platform", "平台", "plain", 9),
        Column("content_type", "内容类型", "plain", 12),
        Column("title", "标题", "plain", 28),
        Column("plays", "播放量", "int", 11),
        Column("likes", "点赞数", "int", 10),
        Column("finish_rate", "完播率", "plain", 9),
    )
    live = (
        Column("started_at", "开播时间", "datetime", 19),
        Column("live_id", "场次ID", "id", 14),
        Column("platform", "平台", "plain", 9),
        Column("host_type", "直播类型", "plain", 10),
        Column("host", "主播账号", "plain", 16),
        Column("minutes", "直播时长（分钟）", "int", 17),
        Column("viewers", "观看人数", "int", 11),
        Column("watch_minutes", "累计观看时长（分钟）", "number", 21),
        Column("orders", "成交订单数", "int", 12),
        Column("amount", "成交金额", "money", 14),
    )
    community = (
        Column("month", "月份", "plain", 12),
        Column("group_name", "群名称", "plain", 14),
        Column("group_type", "群类型", "plain", 9),
        Column("members", "成员数", "int", 9),
        Column("active_members", "月活成员数", "int", 12),
        Column("messages", "消息数", "int", 10),
        Column("amount", "群成交金额", "money", 13),
    )
    service = (
        Column("date", "日期", "date", 12),
        Column("reason", "咨询原因", "plain", 12),
        Column("inquiries", "咨询量", "int", 10),
    )
    history = (
        Column("year", "年度", "year", 8),
        Column("gmv", "成交总额（万元）", "wan", 17),
        Column("orders", "支付订单数", "int", 13),
        Column("visitors", "访客数", "int", 13),
        Column("members", "期末会员数（万人）", "wan_people", 18),
    )
    return [
        _channel_daily(tables["channel_daily"]),
        Sheet("短视频作品", tables["video"], video, "短视频作品明细", "注：播放量为发布后30日累计；“-”为平台未提供"),
        Sheet("直播场次", tables["live"], live, "直播场次明细（单位：元）"),
        Sheet("社群月报", tables["community"], community, "企微社群月报（单位：元）", "注：月活指当月发言成员"),
        Sheet("客服日报", tables["service_daily"], service, "客服咨询日报"),
        Sheet("历年汇总", tables["history"], history),
    ]


def member_sheets(tables: Tables) -> list[Sheet]:
    """member.xlsx"""
    monthly = (
        Column("month", "月份", "month", 12),
        Column("members", "期末会员数（万人）", "wan_people", 19),
        Column("registrations", "新注册人数", "int", 12),
        Column("first_buyers", "首购人数", "int", 11),
        Column("wecom_users", "企业微信用户数", "int", 16),
    )
    member = (
        Column("member_id", "会员ID", "id", 12),
        Column("registered_on", "注册日期", "date", 12),
        Column("first_order_on", "首购日期", "date", 12),
        Column("source", "注册来源", "plain", 12),
        Column("region", "区域", "plain", 9),
    )
    orders = (
        Column("order_id", "订单编号", "id", 18),
        Column("member_id", "会员ID", "id", 12),
        Column("platform", "平台", "plain", 9),
        Column("ordered_at", "下单时间", "datetime", 19),
        Column("deposit_at", "定金支付时间", "datetime", 19),
        Column("paid_at", "支付时间", "datetime", 19),
        Column("campaign", "活动", "plain", 9),
        Column("product_id", "商品编码", "id", 12),
        Column("units", "件数", "int", 7),
        Column("paid_amount", "支付金额", "money", 12),
    )
    touch = (
        Column("touch_id", "触达编号", "id", 16),
        Column("touched_on", "触达日期", "date", 12),
        Column("member_id", "会员ID", "id", 12),
        Column("means", "触达方式", "plain", 11),
        Column("purpose", "触达目的", "plain", 11),
        Column("reached", "是否触达成功", "yes_no", 14),
    )
    return [
        Sheet("会员月报", tables["member_monthly"], monthly, "会员月报", "注：期末会员数已扣除当月注销"),
        Sheet("会员明细", tables["member"], member, "会员明细（1%样本）", "注：按会员ID尾号抽取，2025年末在册会员"),
        Sheet("订单明细", tables["orders"], orders, "订单明细（1%会员样本的全部订单，单位：元）"),
        Sheet("触达记录", tables["touch"], touch, "会员触达记录（1%会员样本）"),
    ]


def supply_sheets(tables: Tables) -> list[Sheet]:
    """supply.xlsx"""
    product = (
        Column("product_id", "商品编码", "id", 12),
        Column("product_name", "商品名称", "plain", 20),
        Column("category", "类目", "plain", 11),
        Column("launched_on", "上市日期", "date", 12),
        Column("unit_cost", "单位成本", "money", 11),
        Column("list_price", "标价", "money", 11),
        Column("supplier", "供应商", "plain", 24),
    )
    sales = (
        Column("month", "月份", "month", 12),
        Column("product_id", "商品编码", "id", 12),
        Column("units", "销量", "int", 10),
        Column("amount", "销售金额", "money", 16),
        Column("cost", "销售成本", "money", 16),
    )
    stock = (
        Column("month", "月份", "month", 12),
        Column("product_id", "商品编码", "id", 12),
        Column("stock_units", "期末库存数量", "int", 14),
        Column("stock_value", "期末库存金额", "money", 16),
    )
    parcel = (
        Column("parcel_id", "运单号", "id", 16),
        Column("region", "区域", "plain", 9),
        Column("carrier", "承运商", "plain", 10),
        Column("paid_at", "支付时间", "datetime", 19),
        Column("shipped_at", "发货时间", "datetime", 19),
        Column("signed_at", "签收时间", "datetime", 19),
        Column("complained", "是否投诉", "yes_no", 10),
    )
    rush = (
        Column("rush_id", "补货单号", "id", 16),
        Column("product_id", "商品编码", "id", 12),
        Column("supplier", "供应商", "plain", 24),
        Column("requested_at", "发起时间", "datetime", 19),
        Column("arrived_at", "到货时间", "datetime", 19),
        Column("units", "补货数量", "int", 10),
    )
    supplier = (
        Column("supplier", "供应商", "plain", 24),
        Column("shares_data", "是否数据共享", "yes_no", 14),
        Column("joined_on", "接入日期", "date", 12),
    )
    return [
        Sheet("商品", tables["product"], product, "商品档案（单位：元）"),
        Sheet(
            "商品月销", tables["product_monthly"], sales, "商品月度销售（单位：元）", None, ("units", "amount", "cost")
        ),
        Sheet("库存月报", tables["stock_monthly"], stock, "月末库存（按成本，单位：元）"),
        Sheet("发货明细", tables["parcel"], parcel, "发货明细（1%样本）", "注：仅含已签收包裹；“-”为未扫描"),
        Sheet("紧急补货", tables["rush"], rush, "紧急补货记录"),
        Sheet("供应商", tables["supplier"], supplier),
    ]


def target_sheets(tables: Tables) -> list[Sheet]:
    """targets.xlsx"""
    metric, scope = Column("metric", "指标", "plain", 24), Column("scope", "范围", "plain", 18)
    owner, year = Column("owner", "负责人", "plain", 14), Column("year", "年度", "year", 8)
    target = Column("target", "目标值", "text", 14)
    annual = (year, metric, scope, target, owner, Column("note", "备注", "plain", 30))
    monthly = (
        Column("month", "月份", "month", 12),
        Column("platform", "平台", "plain", 9),
        Column("gmv", "GMV目标（万元）", "wan", 16),
    )
    benchmark = (year, metric, scope, Column("value", "基准值", "text", 10), Column("source", "出处", "plain", 46))
    measure = Column("measure", "举措", "plain", 60)
    plan = (year, measure, metric, scope, target, owner, Column("due_on", "完成时限", "date", 12))
    cause = (year, metric, scope, Column("cause", "原因", "plain", 90))
    action = (
        year,
        measure,
        Column("metric", "支撑指标", "plain", 24),
        scope,
        owner,
        Column("starts_on", "开始日期", "date", 12),
        Column("ends_on", "结束日期", "date", 12),
        Column("expected", "预期增量（万元）", "wan", 17),
        Column("state", "状态", "plain", 10),
    )
    plan = tuple(Column("metric", "支撑指标", "plain", 24) if column is metric else column for column in plan)
    return [
        Sheet("年度目标", tables["annual_target"], annual, "年度目标（2025—2026年）"),
        Sheet("渠道月度目标", tables["monthly_target"], monthly, "2025年渠道月度目标"),
        Sheet("行业基准", tables["benchmark"], benchmark),
        Sheet("上年计划", tables["last_plan"], plan, "2025年重点举措（2024年12月制定）"),
        Sheet("原因说明", tables["cause"], cause),
        Sheet("行动计划", tables["action"], action, "2026年行动计划"),
    ]
