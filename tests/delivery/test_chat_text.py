"""A digest as a chat shows it: nothing in it is markup that came from data, and it ends at a sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from rpt.delivery import dingtalk, wecom
from rpt.delivery.chat_text import MORE, Dialect, message
from rpt.values.delivery import Letter
from rpt.values.digest import Digest, Kpi, Line
from rpt.values.document import Figure, FigureKind

TAG = re.compile(r'<font color="(?:info|warning|comment)">[^<>]*</font>')


def fig(text: str, good: bool | None = None) -> Figure:
    return Figure("gmv@2025", FigureKind.VALUE, Decimal(1), "元", text, good)


def letter(digest: Digest, *correction: str) -> Letter:
    return Letter("annual-2025", "2025", digest.title, digest, "", "", (), "abc", correction)


GOOD = Kpi("成交总额", (fig("4.20亿元"),), (("同比", fig("▲50.0%", True)), ("完成率", fig("96.2%", False))))
DIGEST = Digest(
    "2025年电商运营年度报告",
    "2025年度经营回顾与2026年目标",
    "测试公司",
    ("2025年成交总额达", fig("4.20亿元"), "，同比增长", fig("50.0%", True), "。"),
    (GOOD, Kpi("会员数", (fig("200.0万人"),))),
    ("按渠道看，短视频贡献最大。",),
    (("库存周转", fig("45天", False), "，慢于目标。"), "乙。", "丙。", "丁。"),
    (("确认目标", fig("6.00亿元"), "。"),),
)


def test_wecom() -> None:
    assert message(letter(DIGEST), wecom.DIALECT, ["全文见随后的文件：年报.pdf"]) == (
        "## 2025年电商运营年度报告\n"
        '<font color="comment">测试公司　2025年度经营回顾与2026年目标</font>\n\n'
        '2025年成交总额达4.20亿元，同比增长<font color="info">50.0%</font>。\n\n'
        "**关键指标**\n"
        '> 成交总额：**4.20亿元**　同比<font color="info">▲50.0%</font>　完成率<font color="warning">96.2%</font>\n'
        "> 会员数：**200.0万人**\n\n"
        "**主要问题**\n"
        '1. 库存周转<font color="warning">45天</font>，慢于目标。\n2. 乙。\n3. 丙。\n'
        '<font color="comment">共4条，详见附件</font>\n\n'
        "**提请决策**\n1. 确认目标6.00亿元。\n\n"
        '<font color="comment">全文见随后的文件：年报.pdf</font>'
    )


def test_dingtalk_is_plain_markdown() -> None:
    said = message(letter(DIGEST), dingtalk.DIALECT, ["文件在共享盘：年报.pdf"])
    assert "<" not in said
    assert "**关键指标**\n\n- 成交总额：**4.20亿元**　同比▲50.0%　完成率96.2%\n\n- 会员数" in said
    assert said.endswith("\n\n文件在共享盘：年报.pdf")


def test_a_correction_says_first_what_changed() -> None:
    said = message(
        letter(DIGEST, "成交总额由4.10亿元更正为4.20亿元。", *(f"第{n}处。" for n in range(9))), wecom.DIALECT, []
    )
    assert said.startswith("## 更正：2025年电商运营年度报告")
    assert said.index("1. 成交总额由4.10亿元更正为4.20亿元。") < said.index("**关键指标**")
    assert "共10条，详见附件" in said


def test_without_cards_and_problems_the_points_stand() -> None:
    said = message(letter(replace(DIGEST, kpis=(), problems=())), wecom.DIALECT, [])
    assert "- 按渠道看，短视频贡献最大。" in said


def line(text: str) -> Line:
    return (text, fig("4.20亿元", True), "。")


@pytest.mark.parametrize("dialect", [wecom.DIALECT, dingtalk.DIALECT])
@pytest.mark.parametrize(
    "evil",
    [
        "<@all>",
        "[点这里](https://example.com)",
        "**粗**",
        "`码`",
        "# 标题",
        "> 引用",
        "一\n\n# 二",
        '<font color="info">',
        "- 项",
    ],
)
def test_words_of_data_are_no_markup(dialect: Dialect, evil: str) -> None:
    made = Digest(
        evil, evil, evil, line(evil), (Kpi(evil, (fig(evil),), (line(evil),)),), (), (line(evil),), (line(evil),)
    )
    said = message(letter(made, evil), dialect, [evil])
    assert "<" not in TAG.sub("", said)
    assert "](" not in said
    assert "`" not in said
    assert said.count("\n# ") == 0
    assert len(re.findall(r"\*\*", said)) == 2 * (4 + 1)  # four headings, one value in bold


@pytest.mark.parametrize("length", [1, 9, 40, 150, 1500])
@pytest.mark.parametrize("dialect", [wecom.DIALECT, replace(wecom.DIALECT, limit=700), dingtalk.DIALECT])
def test_a_long_one_ends_at_a_sentence_within_the_limit(dialect: Dialect, length: int) -> None:
    long = tuple(line("甲" * length + "；乙") for _ in range(3))
    made = replace(DIGEST, lead=("丙" * length + "。", fig("4.20亿元", True), "。"), problems=long, decisions=long)
    said = message(letter(made), dialect, ["全文见随后的文件：年报.pdf"])
    assert len(said.encode()) <= dialect.limit
    assert said.startswith("## 2025年电商运营年度报告")
    assert "全文见随后的文件：年报.pdf" in said
    assert "<" not in TAG.sub("", said)
    if MORE in said:
        body = said[: said.index(dialect.small(MORE))].rstrip()
        assert body.endswith(("。", "；", "</font>", "**", "200.0万人", "条，详见附件"))
        assert not body.endswith(("**关键指标**", "**主要问题**", "**提请决策**"))


def test_green_is_good_unless_the_theme_has_it_the_other_way_round() -> None:
    said = message(letter(DIGEST), wecom.RED_UP, [])
    assert '<font color="warning">▲50.0%</font>' in said
    assert '<font color="info">96.2%</font>' in said
