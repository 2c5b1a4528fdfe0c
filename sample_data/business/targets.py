"""What was promised, what others reach, and what the teams say and plan: the targets workbook, as people write it."""

import datetime as dt
from typing import Final

import numpy as np
import pandas as pd

from .apportion import jitter, spread, stream
from .facts import PLATFORMS
from .seasons import MONTHS

_NEW: Final = "平台=小红书+快手"
_MAIN, _VIDEO, _GROUP = "渠道=主站", "渠道=短视频", "渠道=私域"
_CENTRE, _SITE, _CONTENT = "电商运营中心", "主站运营组", "内容运营组"
_PRIVATE, _MEMBER, _SUPPLY, _SERVICE = "私域运营组", "会员运营组", "供应链部", "客服部"

# The platforms' targets for 2025 in 万元: 3.8亿 in all; the two new ones reach 60% of theirs, the others more than all.
_PLATFORM_TARGETS: Final = dict(zip(PLATFORMS, (15_800, 9_300, 4_500, 1_400, 1_350, 850, 4_800), strict=True))
_MONTH_SHAPE: Final = (0.90, 0.62, 0.84, 0.84, 1.04, 1.30, 0.88, 0.92, 1.00, 1.16, 1.52, 0.98)

_TARGETS_2025: Final = (
    ("成交总额", "全部", "3.8亿", _CENTRE, ""),
    ("会员数", "全部", "190万", _MEMBER, "期末数"),
    ("复购率", "全部", "≥30%", _MEMBER, ""),
    ("高价值会员占比", "全部", "≥10%", _MEMBER, ""),
    ("自然流量占比", _MAIN, "≥50%", _SITE, ""),
    ("付费推广ROI", _MAIN, "3.2:1", _SITE, ""),
    ("自播GMV占比", _VIDEO, "50%", _CONTENT, ""),
    ("单条均播量", _VIDEO, "1万", _CONTENT, ""),
    ("新渠道GMV目标完成率", _NEW, "100%", _CONTENT, "按渠道月度目标合计"),
    ("新渠道投流ROI", _NEW, "2.5:1", _CONTENT, ""),
    ("社群月活率", _GROUP, "≥60%", _PRIVATE, ""),
    ("库存周转天数", "全部", "35天以内", _SUPPLY, ""),
    ("滞销品占比", "全部", "≤10%", _SUPPLY, "年末"),
    ("物流投诉率", "全部", "≤0.7%", _SUPPLY, ""),
    ("配送时效", "活动=大促", "2天以内", _SUPPLY, "大促窗口"),
)

_TARGETS_2026: Final = (
    ("成交总额", "全部", "6亿", _CENTRE, ""),
    ("会员数", "全部", "300万", _MEMBER, "期末数"),
    ("高价值会员占比", "全部", "≥15%", _MEMBER, ""),
    ("复购率", "全部", "≥35%", _MEMBER, ""),
    ("付费推广ROI", _MAIN, "4:1", _SITE, ""),
    ("详情页点击率", _MAIN, "6.5%", _SITE, "配30组A/B测试"),
    ("新增长尾词", _MAIN, "200", _SITE, ""),
    ("详情页A/B测试组数", _MAIN, "30", _SITE, ""),
    ("日均发布", _VIDEO, "5", _CONTENT, "条/天"),
    ("爆款率", _VIDEO, "≥15%", _CONTENT, ""),
    ("内容占比", _VIDEO, "60%/30%/10%", _CONTENT, "场景化种草／产品实测／福利活动"),
    ("自播单场GMV", _VIDEO, "8万", _CONTENT, ""),
    ("每周主题直播", _VIDEO, "3", _CONTENT, ""),
    ("新渠道投流ROI", _NEW, "2.5:1", _CONTENT, ""),
    ("每月合作达人", "平台=小红书", "500", _CONTENT, "一季度冷启动"),
    ("通用素材", "全部", "200/50", _CONTENT, "通用素材／节日热点素材"),
    ("单群月均GMV", _GROUP, "2万", _PRIVATE, ""),
    ("小程序GMV占比", "平台=小程序", "18%", _PRIVATE, ""),
    ("企业微信用户数", _GROUP, "100万", _PRIVATE, ""),
    ("预售订单占比", "活动=618", "50%", _SITE, ""),
    ("专属日高价值会员GMV占比", "活动=双11", "40%", _MEMBER, ""),
    ("品牌日新增用户", "活动=920品牌日", "20万", _CENTRE, "9月20日，首发5款新品"),
    ("首购后30天复购率", "分层=潜力", "28%", _MEMBER, ""),
    ("30天唤醒率", "分层=沉睡", "15%", _MEMBER, ""),
    ("新客首购转化率", "全部", "22%", _MEMBER, ""),
    ("每月问卷／评论", "全部", "500/100", _MEMBER, "问卷份数／评论条数"),
    ("物流投诉率", "全部", "≤0.5%", _SUPPLY, ""),
    ("滞销品占比", "全部", "≤5%", _SUPPLY, "年末"),
    ("库存周转天数", "全部", "28天以内", _SUPPLY, ""),
    ("紧急补货响应时间", "全部", "12小时以内", _SUPPLY, ""),
    ("次日达覆盖率", "区域=其他", "85%", _SUPPLY, ""),
)

_BENCHMARKS: Final = (
    (2025, "爆款率", _VIDEO, "12%", "《2025年电商短视频内容运营白皮书》（样例）"),
    (2025, "复购率", "全部", "29%", "《2025年零售会员经营报告》（样例）"),
    (2025, "退款率", "全部", "8.5%", "行业协会年度调研（样例）"),
    (2025, "库存周转天数", "全部", "40天", "《2025年电商供应链调研》（样例）"),
)

_LAST_PLAN: Final = (
    ("主站搜索词与详情页改版，提高自然流量", "自然流量占比", _MAIN, "≥50%", _SITE, "2025-09-30"),
    ("推广计划按商品分层投放", "付费推广ROI", _MAIN, "3.2:1", _SITE, "2025-12-31"),
    ("自建直播团队，扩大自播", "自播GMV占比", _VIDEO, "50%", _CONTENT, "2025-10-31"),
    ("小红书、快手开店并起量", "新渠道GMV目标完成率", _NEW, "100%", _CONTENT, "2025-12-31"),
    ("小红书、快手投流模型调优", "新渠道投流ROI", _NEW, "2.5:1", _CONTENT, "2025-12-31"),
    ("会员权益升级，拉动复购", "复购率", "全部", "≥30%", _MEMBER, "2025-12-31"),
    ("社群内容日历与群主培训", "社群月活率", _GROUP, "≥60%", _PRIVATE, "2025-06-30"),
    ("接入供应商数据，滚动补货", "库存周转天数", "全部", "35天以内", _SUPPLY, "2025-12-31"),
)

_CAUSES: Final = (
    ("复购率", "全部", "四季度新客占比高，老客复购权益与下半年持平，缺少30天内的二次触达，复购增长放缓"),
    ("爆款率", _VIDEO, "选题以单品讲解为主，场景化内容不足，缺少热点跟进和复盘机制，与行业均值仍有差距"),
    ("新渠道GMV目标完成率", _NEW, "小红书、快手账号冷启动时间长，达人合作数量不足，货盘沿用主站，与平台人群不匹配"),
    ("新渠道投流ROI", _NEW, "投流以拉新人群为主，素材复用主站图文，点击后转化低"),
    ("客服咨询量激增", "活动=大促", "活动规则同步延迟：规则定稿晚，客服话术与页面说明未同步更新，咨询集中在“活动规则”"),
)

_ACTIONS: Final = (
    # measure, metric, scope, owner, from, to, expected 万元, state
    ("详情页A/B测试30组",
     "详情页点击率", _MAIN, _SITE, "2026-01-05", "2026-11-30", 1_500, "未开始"),
    ("新增长尾词200个，优化搜索承接",
     "新增长尾词", _MAIN, _SITE, "2026-01-05", "2026-09-30", 1_800, "未开始"),
    ("推广计划智能调价，压低低效花费",
     "付费推广ROI", _MAIN, _SITE, "2026-02-01", "2026-12-31", 2_200, "未开始"),
    ("内容结构调整为场景化种草60%、产品实测30%、福利活动10%，建立热点48小时跟进机制",
     "爆款率", _VIDEO, _CONTENT, "2026-01-10", "2026-12-31", 1_600, "进行中"),
    ("搭建素材库：通用素材200条、节日热点素材50条",
     "通用素材", "全部", _CONTENT, "2026-01-10", "2026-06-30", 300, "未开始"),
    ("每周3场主题直播，自播单场GMV提升至8万元",
     "自播单场GMV", _VIDEO, _CONTENT, "2026-01-15", "2026-12-31", 1_900, "未开始"),
    ("小红书每月合作达人500位，一季度完成冷启动",
     "新渠道GMV目标完成率", _NEW, _CONTENT, "2026-01-01", "2026-03-31", 900, "进行中"),
    ("小红书、快手独立货盘与投流素材，ROI低于2:1的计划每周关停",
     "新渠道投流ROI", _NEW, _CONTENT, "2026-01-15", "2026-12-31", 600, "未开始"),
    ("首购后30天复购计划：首单礼券与7天、15天、30天分段触达",
     "复购率", "全部", _MEMBER, "2026-01-05", "2026-12-31", 2_400, "未开始"),
    ("沉睡会员分群唤醒，企业微信专属客服承接",
     "30天唤醒率", "分层=沉睡", _MEMBER, "2026-02-01", "2026-12-31", 800, "未开始"),
    ("920品牌日：首发5款新品，新增用户20万",
     "品牌日新增用户", "活动=920品牌日", _CENTRE, "2026-07-01", "2026-09-20", 1_500, "未开始"),
    ("小程序会员商城改版与社群专享",
     "小程序GMV占比", "平台=小程序", _PRIVATE, "2026-03-01", "2026-10-31", 1_900, "未开始"),
    ("大促规则开始前7天定稿并同步客服，上线活动规则智能问答",
     "客服咨询量激增", "活动=大促", _SERVICE, "2026-03-01", "2026-05-10", 100, "未开始"),
    ("中西部分仓与区域承运商引入，扩大次日达",
     "次日达覆盖率", "区域=其他", _SUPPLY, "2026-02-01", "2026-08-31", 300, "未开始"),
    ("滚动预测补货，紧急补货12小时响应",
     "紧急补货响应时间", "全部", _SUPPLY, "2026-01-15", "2026-06-30", 200, "未开始"),
)  # fmt: skip


def annual_targets() -> pd.DataFrame:
    """Targets of 2025 and 2026."""
    rows = [(2025, *row) for row in _TARGETS_2025] + [(2026, *row) for row in _TARGETS_2026]
    frame = pd.DataFrame(rows, columns=["year", "metric", "scope", "target", "owner", "note"])
    return frame.replace({"note": {"": None}})


def monthly_targets(seed: int) -> pd.DataFrame:
    """GMV targets of 2025 by platform and month, in whole 万元, shaped on the months of the year before."""
    rng = stream(seed, "targets")
    parts = []
    for platform, total in _PLATFORM_TARGETS.items():
        shape = np.array(_MONTH_SHAPE) * jitter(rng, 12, 0.03) * np.linspace(0.85, 1.15, 12)
        parts.append(pd.DataFrame({"month": MONTHS[12:], "platform": platform, "gmv": spread(total, shape) * 10_000.0}))
    return pd.concat(parts, ignore_index=True)


def benchmarks() -> pd.DataFrame:
    """What the industry reaches."""
    return pd.DataFrame(_BENCHMARKS, columns=["year", "metric", "scope", "value", "source"])


def last_plan() -> pd.DataFrame:
    """What was planned for 2025 at the end of 2024."""
    rows = [(2025, *row[:5], dt.date.fromisoformat(row[5])) for row in _LAST_PLAN]
    return pd.DataFrame(rows, columns=["year", "measure", "metric", "scope", "target", "owner", "due_on"])


def causes() -> pd.DataFrame:
    """The teams' own words on what went badly in 2025."""
    return pd.DataFrame([(2025, *row) for row in _CAUSES], columns=["year", "metric", "scope", "cause"])


def actions() -> pd.DataFrame:
    """The measures of 2026, with what each is expected to add."""
    rows = [
        (2026, *row[:4], dt.date.fromisoformat(row[4]), dt.date.fromisoformat(row[5]), row[6] * 10_000.0, row[7])
        for row in _ACTIONS
    ]
    columns = ["year", "measure", "metric", "scope", "owner", "starts_on", "ends_on", "expected", "state"]
    return pd.DataFrame(rows, columns=columns)
