"""``rpt annual --each``: a report per member of a dimension or per project, side by side, each on its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpt.flows.each import making, shares_of
from rpt.flows.steps import Request
from rpt.state.runs import RunStore
from tests.projects import SETTINGS, daily, project

Rpt = Callable[..., Any]
DAYS = date(2024, 1, 1), date(2025, 12, 31)
TARGETS = [
    ["年度", "指标", "范围", "目标值"],
    [2025, "成交总额", "全部", "500000"],
    [2025, "成交总额", "平台=天猫", "300000"],
    [2025, "成交总额", "抖音", "200000"],
]
OWN = {"天猫": "300000", "抖音": "200000"}


def shop(folder: Path, **amounts: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    targets = TARGETS[:1] + [row for row in TARGETS[1:] if any(name in row[2] for name in amounts)]
    project(folder, {"渠道日报": daily(*DAYS, **amounts), "年度目标": targets})
    return folder


def report(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_a_members_report_is_that_of_its_rows_alone(rpt: Rpt, tmp_path: Path) -> None:
    both = shop(tmp_path / "both", 天猫=1000, 抖音=500)
    said = rpt("annual", "2025", "-p", both, "-f", "json", "--each", "平台")
    assert said.code == 0, said
    assert "2份报告，完成2份" in said.out
    assert "[2/2]" in said.out
    for name, paid in (("天猫", 1000), ("抖音", 500)):
        targets = [["年度", "指标", "范围", "目标值"], [2025, "成交总额", "全部", OWN[name]]]
        alone = tmp_path / f"alone-{paid}"
        alone.mkdir()
        project(alone, {"渠道日报": daily(*DAYS, **{name: paid}), "年度目标": targets})
        assert rpt("annual", "2025", "-p", alone, "-f", "json").code == 0
        part, whole = report(both / "out" / f"annual-2025-{name}.json"), report(alone / "out" / "annual-2025.json")
        assert (part["report"]["title"], whole["report"]["title"]) == (
            f"2025年电商运营年度报告（{name}）",
            "2025年电商运营年度报告",
        )
        figures, expected = (
            {n["id"]: [n[key] for key in ("value", "prior", "target", "growth")] for n in one["numbers"]}
            for one in (part, whole)
        )
        assert figures == expected
        assert figures["gmv@2025"][2] == OWN[name]
        assert sum(one["rows"] for one in part["report"]["inputs"] if one["sheet"] == "渠道日报") == 731


def test_what_ends_one_report_leaves_the_others(rpt: Rpt, tmp_path: Path) -> None:
    folder = shop(tmp_path, 天猫=1000, 抖音=500)
    (folder / "out" / "annual-2025-抖音.json").mkdir(parents=True)  # a file that cannot be replaced
    said = rpt("annual", "2025", "-p", folder, "-f", "json", "--each", "平台")
    assert said.code == 3
    assert "错误：抖音：文件无法写入" in said.err
    assert "2份报告，完成1份，1份有问题" in said.out
    assert report(folder / "out" / "annual-2025-天猫.json")["report"]["year"] == 2025
    assert [record.report for record in RunStore(folder / ".rpt").list()] == ["annual-2025-天猫"]


def test_archive_verify_and_explain_know_each_report(rpt: Rpt, tmp_path: Path) -> None:
    folder = shop(tmp_path, 天猫=1000, 抖音=500)
    assert rpt("annual", "2025", "-p", folder, "-f", "json", "--each", "平台").code == 0
    assert {record.only for record in RunStore(folder / ".rpt").list()} == {"平台=天猫", "平台=抖音"}
    assert "核对一致" in rpt("verify", folder / "out" / "annual-2025-抖音.json", "-p", folder).out
    part = rpt("explain", "annual-2025-抖音", "gmv@2025", "-p", folder, "--json")
    assert json.loads(part.out)["value"] == "182500"
    whole = rpt("explain", "2025", "gmv@2025", "-p", folder, "--json")
    assert whole.code == 0, whole
    assert json.loads(whole.out)["value"] == "547500"  # a part's rows are never taken for those of all
    assert sorted(path.name for path in (folder / ".rpt" / "members").glob("*")) == []  # no plan, nothing to keep


def test_a_dimension_that_no_table_has(rpt: Rpt, tmp_path: Path) -> None:
    folder = shop(tmp_path, 天猫=1000)
    said = rpt("annual", "2025", "-p", folder, "--each", "品牌")
    assert said.code == 2
    assert "没有一张表分“品牌”" in said.err
    assert "平台" in said.err


@pytest.mark.parametrize("wanted", ["平台=抖音,甲/乙", "平台＝甲/乙，抖音"])
def test_some_members_alone(rpt: Rpt, tmp_path: Path, wanted: str) -> None:
    folder = shop(tmp_path, 天猫=1000, 抖音=500, **{"甲/乙": 100})
    said = rpt("annual", "2025", "-p", folder, "-f", "json", "--each", wanted)
    assert said.code == 0, said
    assert "2份报告，完成2份" in said.out
    assert {record.only for record in RunStore(folder / ".rpt").list()} == {"平台=抖音", "平台=甲/乙"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("平台=天毛,抖音", ["2025年没有平台为“天毛”的数据行", "可写的平台：天猫、抖音"]),
        ("平台=", ["没有写明维度或成员：平台=", "区域=华东,华南"]),
        ("=天猫", ["没有写明维度或成员：=天猫"]),
    ],
)
def test_members_that_are_not_there(rpt: Rpt, tmp_path: Path, wanted: str, expected: list[str]) -> None:
    said = rpt("annual", "2025", "-p", shop(tmp_path, 天猫=1000, 抖音=500), "-f", "json", "--each", wanted)
    assert said.code == 2
    assert [text for text in expected if text not in said.err] == []


def test_data_errors_stop_all_reports_of_a_project(rpt: Rpt, tmp_path: Path) -> None:
    rows = [*daily(*DAYS, 天猫=1000), [date(2025, 6, 1), "抖音", 1, 1, 1, "很多"]]
    project(tmp_path, {"渠道日报": rows})
    said = rpt("annual", "2025", "-p", tmp_path, "-f", "json", "--each", "平台")
    assert said.code == 1
    assert "数据有1处错误，没有生成报告" in said.err
    assert not (tmp_path / "out").exists()


def test_a_report_per_project(rpt: Rpt, tmp_path: Path) -> None:
    """One whose data are wrong fails alone; the list of projects may stand in a file."""
    good, bad = shop(tmp_path / "good", 天猫=1000), tmp_path / "bad"
    bad.mkdir()
    project(bad, {"渠道日报": [*daily(*DAYS, 天猫=1000), [date(2025, 6, 1), "抖音", 1, 1, 1, "很多"]]})
    (tmp_path / "shops.txt").write_text("# 店铺\ngood\nbad/rpt.toml\n", encoding="utf-8")
    said = rpt("annual", "2025", "-f", "json", "--each", tmp_path / "shops.txt")
    assert said.code == 1
    assert "错误：bad：数据有1处错误" in said.err
    assert "2份报告，完成1份，1份有问题" in said.out
    assert report(good / "out" / "annual-2025.json")["report"]["year"] == 2025
    assert [run["code"] for run in ends(good)] == [0]
    assert [run["code"] for run in ends(bad)] == [1]


def ends(folder: Path) -> list[dict[str, Any]]:
    """The last lines of the runs that a project's log tells of."""
    texts = (path.read_text(encoding="utf-8") for path in folder.glob(".rpt/**/*.jsonl"))
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    return [line for line in lines if line["event"] == "end"]


def test_projects_have_folders_of_their_own(rpt: Rpt, tmp_path: Path) -> None:
    one, two = shop(tmp_path / "one", 天猫=1000), shop(tmp_path / "two", 天猫=1000)
    said = rpt("annual", "2025", "-f", "json", "--each", f"{one},{two}", "--out", tmp_path / "all")
    assert said.code == 0, said
    assert sorted(path.relative_to(tmp_path / "all").as_posix() for path in tmp_path.glob("all/*/*")) == [
        "one/annual-2025.json",
        "two/annual-2025.json",
    ]
    for folder in (one, two):
        project(folder, settings=SETTINGS + '[output]\ndir = "../same"\n')
    same = rpt("annual", "2025", "-f", "json", "--each", f"{one},{two}")
    assert same.code == 2
    assert "这些项目会写出同名的文件" in same.err
    nowhere = rpt("annual", "2025", "--each", f"{one},{tmp_path / 'three'}")
    assert nowhere.code == 2
    assert "找不到项目文件" in nowhere.err
    assert rpt("annual", "2025", "-p", one, "--each", f"{one},{two}").code == 2


def test_an_interrupted_run_leaves_nothing_half_made(tmp_path: Path) -> None:
    found = project(tmp_path, {"渠道日报": daily(*DAYS, 天猫=1000, 抖音=500)})
    request = Request(2025, ["json", "html"])
    with (
        pytest.raises(KeyboardInterrupt),
        shares_of(found, request, "平台", date(2026, 1, 15), lambda step: None) as (shares, _),
        making(shares),
    ):
        raise KeyboardInterrupt
    assert not list(tmp_path.glob("out/*.rpt-tmp*"))
    assert not list(tmp_path.glob(".rpt/runs/.rpt-tmp*"))
