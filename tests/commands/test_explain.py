"""``rpt explain``: a figure by id, name and printed text, down to the cells of its rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.projects import daily, project

# row 2 of the sheet is 1 January 2024, of 天猫; row 3 the same day of 抖音
DAILY = daily(date(2024, 1, 1), date(2024, 12, 31), 天猫=1000, 抖音=400)
DAILY = [*DAILY, *daily(date(2025, 1, 1), date(2025, 12, 31), 天猫=1500, 抖音=600)[1:]]
FIRST, LAST = 2 + 2 * 366, 1 + 2 * (366 + 365)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("explained")
    project(made, {"渠道日报": DAILY})
    return made


@pytest.fixture
def explained(rpt: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    def call(query: str) -> Any:
        said = rpt("explain", "2025", query, "-p", folder, "--json")
        assert said.code == 0, said.err
        return json.loads(said.out)

    return call


def test_a_measured_figure_names_its_rows(explained: Callable[..., Any]) -> None:
    found = explained("gmv@2025[渠道=短视频]")
    assert (found["value"], found["unit"], found["text"]) == ("219000", "元", "21.9万元")
    assert (found["label"], found["scope"]) == ("2025年短视频成交总额", "渠道=短视频")
    (source,) = found["sources"]
    assert (source["file"], source["sheet"], source["rows"]) == ("data.xlsx", "渠道日报", 365)
    assert source["cells"] == f"A{FIRST + 1}:F{LAST}"
    assert len(source["sha256"]) == 64
    (sample,) = found["samples"]
    assert (sample["total"], sample["conditions"]) == (365, ["2025年", "渠道=短视频"])
    assert [row["row"] for row in sample["rows"]] == [FIRST + 1 + 2 * at for at in range(10)]
    assert {cell["address"]: cell["text"] for cell in sample["rows"][0]["cells"]} == {
        f"A{FIRST + 1}": "2025-01-01",
        f"B{FIRST + 1}": "抖音",
        f"F{FIRST + 1}": "600",
    }


def test_growth_is_explained_by_its_operands(explained: Callable[..., Any]) -> None:
    found = explained("成交总额同比")
    assert found["ref"] == "gmv@2025.growth"
    assert found["calculation"]["words"] == "本期 ÷ 上年同期 − 1"
    assert found["calculation"]["numbers"] == "766,500 ÷ 512,400 − 1 = 49.6%"
    assert [operand["ref"] for operand in found["operands"]] == ["gmv@2025", "gmv@2024"]
    assert {source["rows"] for source in found["sources"]} == {730, 732}
    assert found["printed"] != []


def test_a_ratio_has_its_sums_put_in(explained: Callable[..., Any]) -> None:
    found = explained("支付转化率")
    assert found["calculation"]["words"] == "支付买家数合计 ÷ 访客数合计"
    assert found["calculation"]["numbers"] == "7,300 ÷ 73,000 = 10.00%"


def test_the_terminal_says_it_in_chinese(rpt: Callable[..., Any], folder: Path) -> None:
    said = rpt("溯源", "2025", "gmv", "-p", folder, "-q")
    assert said.code == 0
    assert "2025年成交总额　76.7万元" in said.out
    assert f"data.xlsx › 渠道日报 A{FIRST}:F{LAST}，计入730行" in said.out


def test_a_text_of_several_figures_lists_their_ids(rpt: Callable[..., Any], folder: Path) -> None:
    said = rpt("explain", "2025", "49.6%", "-p", folder, "-q")
    assert said.code == 2
    assert "请写明编号" in said.err
    assert "gmv@2025.growth" in said.err
    assert "2025年短视频成交总额：同比" in said.err


@pytest.mark.parametrize(("typo", "meant"), [("gmvv", "gmv@2025"), ("成交总和", "成交总额")])
def test_a_typo_is_told_what_is_near(rpt: Callable[..., Any], folder: Path, typo: str, meant: str) -> None:
    said = rpt("explain", "2025", typo, "-p", folder, "-q")
    assert said.code == 2
    assert meant in said.err


def test_rows_of_the_archive_answer_as_the_files_do(rpt: Callable[..., Any], tmp_path: Path) -> None:
    project(tmp_path, {"渠道日报": DAILY})
    ask = ("explain", "2025", "gmv@2025[平台=抖音].growth", "-p", tmp_path)
    from_files = json.loads(rpt(*ask, "--json").out)
    assert rpt("channel", "2025", "-p", tmp_path, "-o", tmp_path / "out", "-f", "json", "-q").code == 0
    assert "存档的运行" in rpt(*ask).out
    from_archive = json.loads(rpt(*ask, "--json").out)
    assert {**from_archive, "printed": []} == {**from_files, "printed": []}

    project(tmp_path, {"渠道日报": [*DAILY[:-1], [*DAILY[-1][:-1], 601]]})
    said = rpt(*ask)
    assert "存档的运行" not in said.out
    assert "219,001" in said.out


def test_rows_of_the_archive_know_the_tables_behind_derived_ones(rpt: Callable[..., Any], tmp_path: Path) -> None:
    """Members are measured through orders alone, and cut by the region of 会员明细."""
    members = [["会员ID", "注册日期", "区域"], ["M1", date(2024, 1, 1), "华东"], ["M2", date(2024, 1, 1), "华北"]]
    orders = [["订单编号", "会员ID", "平台", "支付时间", "支付金额"]]
    orders += [[f"D{n}", f"M{n % 2 + 1}", "天猫", f"{2024 + n // 5}-0{n % 5 + 1}-02 10:00:00", 5] for n in range(10)]
    project(tmp_path, {"渠道日报": DAILY, "会员明细": members, "订单明细": orders})
    ask = ("explain", "2025", "repeat_rate@2025[区域=华东]", "-p", tmp_path)
    from_files = json.loads(rpt(*ask, "--json").out)
    assert rpt("member", "2025", "-p", tmp_path, "-o", tmp_path / "out", "-f", "json", "-q").code == 0
    assert "存档的运行" in rpt(*ask).out
    from_archive = json.loads(rpt(*ask, "--json").out)
    assert {**from_archive, "printed": []} == {**from_files, "printed": []}
    assert "1行，只计2025年；区域=华东" in rpt(*ask).out
