"""Plans from one run to the next: saved, recalled a year later, edited in the workbook and read back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rpt.commands import run
from rpt.state.plans import PlanStore
from tests.conftest import Said
from tests.projects import project

D = Decimal
HEAD = ["日期", "平台", "访客数", "支付买家数", "支付订单数", "支付金额"]
TARGETS = [
    ["年度", "指标", "范围", "目标值", "负责人", "备注"],
    [2026, "成交总额", "全部", "9.8765万", "甲", ""],
    [2026, "支付转化率", "全部", "≥16%", "乙", ""],
    [2026, "内容占比", "全部", "60%/30%/10%", "丙", ""],
]
ACTIONS = [
    ["年度", "举措", "支撑指标", "范围", "责任人", "开始日期", "结束日期", "预期增量", "状态"],
    [2026, "投放加码", "访客数", "全部", "甲", date(2026, 1, 1), date(2026, 3, 31), 12345.67, "进行中"],
    [2026, "会员日", "", "", "", None, date(2026, 6, 30), None, ""],
]
Run = Callable[..., Said]


def days(last: int) -> list[list[Any]]:
    """渠道日报 from 2024 on: 天猫 100 元 a day, from 2025 on 150, from 2026 on 250, 抖音 always 50."""
    paid = {2024: 100, 2025: 150, 2026: 250}
    every = [date(2024, 1, 1) + timedelta(n) for n in range((date(last, 12, 31) - date(2024, 1, 1)).days + 1)]
    return [HEAD, *([day, name, 10, 1, 1, paid[day.year] if name == "天猫" else 50] for day in every for name in
            ("天猫", "抖音"))]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767600000")  # 5 January 2026
    (tmp_path / "p").mkdir()
    write(tmp_path / "p", 2025)
    return tmp_path / "p"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with its plan of 2026 made for the first time, to be copied."""
    base = tmp_path_factory.mktemp("planned")
    (base / "p").mkdir()
    write(base / "p", 2025)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1767600000")
        assert run(["plan", "2026", "-p", str(base / "p"), "-o", str(base / "out"), "-f", "xlsx,json"]) == 0
    return base


@pytest.fixture
def planned(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project in ``p`` after its first plan, which stands in ``out`` beside it."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767600000")
    shutil.copytree(first / "p", tmp_path / "p")
    shutil.copytree(first / "out", tmp_path / "out")
    return tmp_path / "p"


def write(folder: Path, last: int, **sheets: list[list[Any]]) -> None:
    project(folder, {"渠道日报": days(last), "年度目标": TARGETS, "行动计划": ACTIONS, **sheets})


def plan(rpt: Run, folder: Path, *more: object, form: str = "xlsx") -> Said:
    return rpt("plan", "2026", "-p", folder, "-o", folder.parent / "out", "-f", form, *more)


def sheet_of(book: Any, name: str) -> tuple[Any, dict[str, int], int]:
    """The sheet a defined name points to, its columns by heading, and its first row."""
    ((title, area),) = book.defined_names[name].destinations
    left, top, right, _ = openpyxl.utils.cell.range_boundaries(area.replace("$", ""))
    sheet = book[title]
    return sheet, {str(sheet.cell(top, at).value).partition("（")[0]: at for at in range(left, right + 1)}, top


def test_the_plan_is_made_and_saved(rpt: Run, folder: Path) -> None:
    said = plan(rpt, folder, form="json,html")
    assert said.code == 0, said.err
    assert "2026年目标" in said.out
    made = json.loads((folder.parent / "out/plan-2026.json").read_text(encoding="utf-8"))
    assert made["plan"]["targets"][0]["value"] == "98765"
    kept, issues = PlanStore(folder / ".rpt").load(2026)
    assert kept is not None
    assert issues == []
    assert [t.value for t in kept.targets] == [D("98765"), D("0.16"), None]
    assert kept.rolldown is not None
    assert sum(kept.rolldown.month(at) for at in range(12)) == D("98765")
    page = (folder.parent / "out/plan-2026.html").read_text(encoding="utf-8")
    assert all(word in page for word in ("计划概要", "提请决策", "目标的出处", "明确没有责任人的举措（会员日）"))


def test_an_unedited_workbook_changes_nothing(rpt: Run, planned: Path) -> None:
    before = (planned / ".rpt/plans/2026.json").read_bytes()
    said = plan(rpt, planned, "--from", planned.parent / "out/plan-2026.xlsx")
    assert said.code == 0, said.err
    assert "没有修改" in said.out
    assert (planned / ".rpt/plans/2026.json").read_bytes() == before


def test_edits_are_told_kept_and_taken_back(rpt: Run, planned: Path) -> None:
    path = planned.parent / "out/plan-2026.xlsx"
    book = openpyxl.load_workbook(path)
    targets, at, top = sheet_of(book, "rpt_targets_2026")
    targets.cell(top + 1, at["2026年目标"]).value = "12万"
    targets.cell(top + 1, at["负责人"]).value = "张三"
    targets.cell(top + 2, at["2026年目标"]).value = "18%以上"
    actions, at, top = sheet_of(book, "rpt_actions_2026")
    values = {"举措": "新举措", "支撑指标": "主站成交总额", "负责人": "李四", "预期增量": "1.5万"}
    for heading, value in values.items():
        actions.cell(top + 3, at[heading]).value = value
    actions.cell(top + 1, at["状态"]).value = "已完成"
    old, targets.title = targets.title, "改了名的表"
    for name in book.defined_names.values():  # Excel does this by itself
        name.attr_text = name.attr_text.replace(old, targets.title)
    book.save(path)
    said = plan(rpt, planned, "--from", path)
    assert said.code == 0, said.err
    assert "读回修改5处" in said.out
    kept, _ = PlanStore(planned / ".rpt").load(2026)
    assert kept is not None
    assert [(t.value, t.owner) for t in kept.targets[:2]] == [(D(120000), "张三"), (D("0.18"), "乙")]
    assert kept.actions[0].state == "已完成"
    assert (kept.actions[2].metric, kept.actions[2].scope, kept.actions[2].expected) == ("gmv", "渠道=主站", D(15000))
    assert [edit.field for edit in kept.edits] == ["目标值", "负责人", "目标值", "状态", "新增"]
    again = plan(rpt, planned, form="json")
    assert "采用2026年1月5日修改过的2026年计划" in again.out
    assert json.loads((planned.parent / "out/plan-2026.json").read_text(encoding="utf-8"))["plan"]["edits"][0]["new"]
    reset = plan(rpt, planned, "--reset", form="json")
    assert "采用" not in reset.out
    kept, _ = PlanStore(planned / ".rpt").load(2026)
    assert kept is not None
    assert (kept.targets[0].value, kept.edits) == (D("98765"), ())


def test_an_older_workbook_knows_its_measures_after_one_was_deleted(rpt: Run, planned: Path) -> None:
    path, edited = planned.parent / "out/plan-2026.xlsx", planned.parent / "edited.xlsx"
    older = path.read_bytes()
    book = openpyxl.load_workbook(path)
    actions, at, top = sheet_of(book, "rpt_actions_2026")
    for column in at.values():
        actions.cell(top + 1, column).value = None
    book.save(edited)
    said = plan(rpt, planned, "--from", edited)
    assert ("删除" in said.out, "读回修改1处" in said.out) == (True, True), said.out
    edited.write_bytes(older)
    said = plan(rpt, planned, "--from", edited)
    assert ("新增" in said.out, "读回修改1处" in said.out) == (True, True), said.out


def test_bad_cells_are_all_named_and_nothing_is_written(rpt: Run, planned: Path) -> None:
    path = planned.parent / "out/plan-2026.xlsx"
    book = openpyxl.load_workbook(path)
    targets, at, top = sheet_of(book, "rpt_targets_2026")
    targets.cell(top + 1, at["2026年目标"]).value = "很多"
    targets.cell(top + 2, at["2026年目标"]).value = "28天"
    edited = planned.parent / "edited.xlsx"
    book.save(edited)
    path.unlink()
    before = (planned / ".rpt/plans/2026.json").read_bytes()
    said = plan(rpt, planned, "--from", edited)
    assert said.code == 1
    assert "--allow-errors" not in said.err
    column = openpyxl.utils.get_column_letter(at["2026年目标"])
    assert f"{column}{top + 1}" in said.out
    assert f"{column}{top + 2}" in said.out
    assert not path.exists()
    assert (planned / ".rpt/plans/2026.json").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "told"), [("没有.xlsx", "找不到文件"), ("data.xlsx", "没有计划表"), ("rpt.toml", "不是")]
)
def test_files_that_are_no_plan(rpt: Run, folder: Path, name: str, told: str) -> None:
    said = plan(rpt, folder, "--from", folder / name)
    assert said.code == 2
    assert told in said.err


def test_next_years_report_opens_with_the_saved_plan(rpt: Run, planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(planned, 2026)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1799200000")  # January 2027
    out = planned.parent / "out"
    said = rpt("annual", "2026", "-p", planned, "-o", out, "-f", "json,html")
    assert said.code == 0, said.err
    assert "2026年计划的兑现依据2026年1月5日保存的2026年计划" in said.out
    kept = json.loads((out / "annual-2026.json").read_text(encoding="utf-8"))["plan"]["fulfilment"]
    assert [(item["measure"], item["state"], item["due_on"]) for item in kept] == [
        ("成交总额", "完成", None),
        ("支付转化率", "未完成", None),
        ("内容占比（场景化种草／产品实测／福利活动）", "无数据", None),
        ("投放加码", "无数据", "2026-03-31"),
        ("会员日", "无数据", "2026-06-30"),
    ]
    page = (out / "annual-2026.html").read_text(encoding="utf-8")
    assert page.index("上年计划兑现") < page.index("总体情况")
    assert "依据2026年1月5日保存的2026年计划" in page


def test_the_sheet_wins_over_the_saved_plan(rpt: Run, planned: Path) -> None:
    sheet = [["年度", "举措", "支撑指标", "目标值"], [2026, "做大", "成交总额", "10万"]]
    write(planned, 2026, 上年计划=sheet)
    out = planned.parent / "out"
    rpt("annual", "2026", "-p", planned, "-o", out, "-f", "json")
    kept = json.loads((out / "annual-2026.json").read_text(encoding="utf-8"))["plan"]["fulfilment"]
    assert [item["measure"] for item in kept] == ["做大"]


def test_a_damaged_plan_is_a_warning(rpt: Run, planned: Path) -> None:
    (planned / ".rpt/plans/2026.json").write_text('{"version": 1, "plan": {"year"', encoding="utf-8")
    said = plan(rpt, planned, form="json")
    assert said.code == 0
    assert "保存的2026年计划已损坏" in said.out
    kept, issues = PlanStore(planned / ".rpt").load(2026)
    assert kept is not None
    assert issues == []


def test_a_year_without_targets(rpt: Run, folder: Path) -> None:
    said = rpt("plan", "2025", "-p", folder, "-f", "json")
    assert said.code == 1
    assert "没有2025年的目标与举措" in said.err


def test_a_part_of_a_year_saves_nothing(rpt: Run, folder: Path) -> None:
    said = plan(rpt, folder, "--as-of", "2025-06-30", form="json,html")
    assert said.code == 0, said.err
    assert not (folder / ".rpt" / "plans").exists()  # the run itself is archived
    assert "2025年未满一年，不与2026年目标比较" in said.out
    page = (folder.parent / "out/plan-2026.html").read_text(encoding="utf-8")
    assert ("2025年至今" in page, "2025年实际" in page) == (True, False)
