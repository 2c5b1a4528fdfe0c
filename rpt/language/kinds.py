"""What is printed beside a measured value, by the suffix of its id: its name and how it follows from other figures."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """``name`` is what a reader calls it (同比), ``words`` how it is computed."""

    name: str
    words: str = ""


KINDS = {
    "": Kind(""),
    "prior": Kind("上年同期", "同一指标、同一范围在上年同期的数值"),
    "change": Kind("同比增减", "本期 − 上年同期"),
    "growth": Kind("同比", "本期 ÷ 上年同期 − 1"),
    "points": Kind("同比变化", "本期 − 上年同期（百分点，先相减后四舍五入）"),
    "previous": Kind("上月", "同一指标、同一范围在上月的数值"),
    "change_previous": Kind("环比增减", "本月 − 上月"),
    "growth_previous": Kind("环比", "本月 ÷ 上月 − 1"),
    "points_previous": Kind("环比变化", "本月 − 上月（百分点，先相减后四舍五入）"),
    "target": Kind("目标", "来自目标文件"),
    "gap": Kind("与目标的差距", "本期 − 目标"),
    "attainment": Kind("目标完成率", "本期 ÷ 目标"),
    "benchmark": Kind("行业均值", "来自目标文件里的行业均值"),
    "benchmark_gap": Kind("与行业均值的差距", "本期 − 行业均值"),
    "needed": Kind("目标要求的增幅", "目标 ÷ 上年实际 − 1"),
    "needed_points": Kind("目标要求的变化", "目标 − 上年实际"),
    "plan": Kind("计划分解值", "全年目标按近年的日形状分解，春节与大促对到目标年的日期，各行各列严格等于合计"),
    "plan_attainment": Kind("计划完成率", "实际 ÷ 计划"),
    "plan_share": Kind("占全年计划", "当期计划 ÷ 全年计划"),
    "plan_second_half": Kind("下半年计划", "七月至十二月的计划之和"),
    "plan_second_half_share": Kind("下半年占全年计划", "下半年计划 ÷ 全年计划"),
    "monthly": Kind("月均", "全年 ÷ 12"),
    "driver": Kind("对变化的贡献额", "把总变化按因素或成员拆开，各项之和严格等于总变化"),
    "driver_shift": Kind("占比变化的影响", "该成员占比变化 × 其与总体之差"),
    "driver_own": Kind("自身变化的影响", "该成员自身变化 × 其平均占比"),
    "contribution_shift": Kind("占比变化的贡献率", "该项的贡献额 ÷ 总变化"),
    "contribution_own": Kind("自身变化的贡献率", "该项的贡献额 ÷ 总变化"),
    "pull_shift": Kind("占比变化的拉动", "该项的贡献额 ÷ 期初总额（百分点）"),
    "pull_own": Kind("自身变化的拉动", "该项的贡献额 ÷ 期初总额（百分点）"),
    "driver_change": Kind("总变化", "期末 − 期初"),
    "driver_start": Kind("期初", "变化开始时的数值"),
    "driver_end": Kind("期末", "变化结束时的数值"),
    "contribution": Kind("贡献率", "该项的贡献额 ÷ 总变化"),
    "pull": Kind("拉动", "该项的贡献额 ÷ 期初总额（百分点）"),
    "shift": Kind("结构变化的影响", "各成员占比变化 × 其与总体之差，求和"),
    "own": Kind("成员自身变化的影响", "各成员自身变化 × 其平均占比，求和"),
    "comparable_value": Kind("本年值", "本年这一段的数值"),
    "comparable_raw": Kind("原始同比", "本年值 ÷ 上年值 − 1，不调整天数"),
    "comparable_prior": Kind("上年值", "上年这一段的数值"),
    "comparable_growth": Kind("可比同比", "本年值 ÷（上年值 × 本年天数 ÷ 上年天数）− 1"),
    "comparable_effect": Kind("日历影响", "上年值 × 本年天数 ÷ 上年天数 − 上年值"),
    "comparable_days": Kind("本年天数", "这一段在本年的天数"),
    "comparable_days_prior": Kind("上年天数", "这一段在上年的天数"),
    "rank": Kind("位次", "按数值从高到低排列"),
    "rank_previous": Kind("上月位次", "按上月数值从高到低排列"),
    "impact": Kind("影响金额", "与应有水平之差折成的金额"),
    "pace": Kind("增速的变化", "本期增速 − 前期增速"),
    "rise": Kind("较前一期的变化", "本期 − 前一期"),
    "share": Kind("占比", "部分 ÷ 整体"),
    "count": Kind("项数", "符合条件的项数"),
    "closes": Kind("可补缺口的比例", "该杠杆带来的增量 ÷ 与目标的缺口"),
    "alone": Kind("单独补齐缺口所需变动", "只动这一项而补齐全部缺口所需的变动"),
    "nth": Kind("第几天", "活动窗口里的第几天"),
    "lead": Kind("快于时间进度", "完成率 − 时间进度"),
    "whole_target": Kind("全年目标", "来自目标文件"),
    "total": Kind("渠道日报的合计", "渠道日报同期合计"),
    "difference": Kind("差异", "样本折算值 ÷ 渠道日报合计 − 1"),
}
# Kinds by how their values are said: as percentages whatever their metric's unit is, as differences, and as parts of a
# change, whose sign is said.
SHARES = (
    "growth", "attainment", "growth_previous", "needed", "plan_share", "plan_attainment",
    "contribution", "contribution_shift", "contribution_own",
)  # fmt: skip
MOVES = ("points", "change", "gap", "points_previous", "change_previous", "benchmark_gap", "pace", "rise", "lead")
PARTS = (
    "driver", "driver_shift", "driver_own", "driver_change", "driver_previous", "driver_change_previous",
    "shift", "own", "change",
)  # fmt: skip
_LEVER = re.compile(r"lever(-?\d+)")
_BRIDGE = "bridge."


def kind_of(suffix: str) -> Kind:
    """The kind behind an id; one that is not known is named after itself, without words."""
    if suffix in KINDS:
        return KINDS[suffix]
    last = suffix.rpartition(".")[2]
    if lever := _LEVER.fullmatch(last):
        return Kind(f"变动{int(lever[1]):+d}%时成交额的变化", "其他因素不变，只动这一项")
    if suffix.startswith(_BRIDGE) and last not in ("share", "count"):
        return Kind("到目标的各步", "本年实际 + 各负责人举措的预计增量 − 重叠 + 尚无举措的缺口 = 目标")
    return KINDS.get(last, Kind(""))
