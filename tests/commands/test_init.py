"""``rpt init``: what it writes, that filling it in works, and that nothing is ever written over."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rpt.flows.init import init
from rpt.intake.schema import ColumnSchema, TableSchema, schemas
from rpt.project.find import read_project

Rpt = Callable[..., Any]
BOOKS = ["channel.xlsx", "member.xlsx", "supply.xlsx", "targets.xlsx"]


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project, to be copied."""
    folder = tmp_path_factory.mktemp("new") / "门店"
    init(folder, "某某家居有限公司", 2025)
    return folder


@pytest.fixture
def shop(new: Path, tmp_path: Path) -> Path:
    """A new project that nobody has filled in."""
    return Path(shutil.copytree(new, tmp_path / "门店"))


def tables(shop: Path) -> Mapping[str, TableSchema]:
    return schemas(read_project(shop / "rpt.toml"))


def fill(path: Path, rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Type rows into sheets from row 2 on, as a person would."""
    book = openpyxl.load_workbook(path)
    for sheet, lines in rows.items():
        for at, line in enumerate(lines, 2):
            for column, value in enumerate(line, 1):
                book[sheet].cell(at, column, value)
    book.save(path)


def typed(column: ColumnSchema, text: str) -> object:
    """An example as the cell holds it once it was typed in."""
    if column.type in ("date", "datetime"):
        return datetime.fromisoformat(text)
    if column.type == "month":
        return datetime.strptime(text, "%Y年%m月")  # noqa: DTZ007
    if column.type in ("integer", "year"):
        return int(text)
    return float(text) if column.type in ("number", "money") else text


def test_every_table_has_its_sheet_with_its_columns_and_units(shop: Path) -> None:
    books = {name: openpyxl.load_workbook(shop / name) for name in BOOKS}
    for table in tables(shop).values():
        sheet = books[f"{table.book}.xlsx"][table.label]
        assert sheet.freeze_panes == "A2"
        for at, column in enumerate(table.columns, 1):
            head = sheet.cell(1, at)
            assert head.value == column.label + (f"（{column.unit}）" if column.unit else "")
            assert ("必填" in head.comment.text) == column.required
            assert f"示例：{table.example[column.key]}" in head.comment.text
            assert sheet.cell(2, at).value is None


def test_the_guide_has_a_row_for_every_column(shop: Path) -> None:
    told = set()
    for name in BOOKS:
        rows = openpyxl.load_workbook(shop / name)["说明"].iter_rows(values_only=True)
        told |= {row[1:6] for row in rows if row[2] in ("必填", "选填")}
    assert ("支付金额（元）", "必填", "金额", "元", "276651.96") in told
    assert ("完播率", "选填", "百分数", "%", "26.4%") in told
    assert ("直播时长（分钟）", "选填", "数字", "分钟", "236") in told
    assert {row[4] for row in told} >= {text for table in tables(shop).values() for text in table.example.values()}


def test_drop_downs_offer_what_the_project_knows(shop: Path) -> None:
    def offered(book: str, sheet: str, cell: str) -> list[str]:
        workbook = openpyxl.load_workbook(shop / book)
        (rule,) = [rule for rule in workbook[sheet].data_validations.dataValidation if cell in rule.sqref]
        assert rule.type == "list"
        if rule.formula1.startswith('"'):
            assert rule.errorStyle in (None, "stop")
            assert rule.showErrorMessage
            return list(rule.formula1.strip('"').split(","))
        assert not rule.showErrorMessage  # a new platform may be typed as it is
        column = rule.formula1.split("选项!$")[1][0]
        return [cell.value for cell in workbook["选项"][column][2:] if cell.value]

    assert offered("channel.xlsx", "渠道日报", "B2") == ["天猫", "京东", "抖音", "视频号", "小红书", "快手", "小程序"]
    assert offered("channel.xlsx", "直播场次", "D900") == ["自播", "达人"]
    assert offered("member.xlsx", "触达记录", "F2") == ["是", "否"]
    assert offered("targets.xlsx", "行动计划", "I2") == ["未开始", "进行中", "已完成", "已取消"]
    metrics, scopes = offered("targets.xlsx", "年度目标", "B2"), offered("targets.xlsx", "年度目标", "C2")
    assert {"成交总额", "复购率", "付费推广ROI", "库存周转天数"} <= set(metrics)
    assert scopes[:3] == ["全部", "渠道=主站", "渠道=短视频"]
    assert {"平台=小红书+快手", "活动=618", "活动=大促"} <= set(scopes)


def test_the_examples_are_read_as_they_stand(rpt: Rpt, shop: Path) -> None:
    """One row of every table, as the guide shows it: nothing to complain of but that the year is not whole."""
    for name in BOOKS:
        known = [table for table in tables(shop).values() if f"{table.book}.xlsx" == name]
        fill(
            shop / name,
            {t.label: [[typed(c, t.example[c.key]) for c in t.columns]] for t in known},
        )
    said = rpt("check", "-p", shop)
    assert said.code == 0, said
    assert [line for line in said.out.splitlines() if line[:2] in ("错误", "提醒") and ".xlsx" in line] == []
    assert "没有用到列" not in said.out
    assert "没有认出" not in said.out


def test_filled_in_it_makes_the_annual_report(rpt: Rpt, shop: Path) -> None:
    days = [date(2024, 1, 1) + timedelta(at) for at in range(731)]
    sales = [
        [day, name, 9000, 900, 700, 300, 20, 22, paid * (1 if day.year == 2024 else 1.2)]
        for day in days
        for name, paid in (("天猫", 5000), ("抖音", 3000))
    ]
    fill(shop / "channel.xlsx", {"渠道日报": sales})
    fill(
        shop / "targets.xlsx",
        {"年度目标": [[2025, "成交总额", "全部", "380万", "运营中心"], [2026, "成交总额", "全部", "450万"]]},
    )
    said = rpt("annual", "2025", "-p", shop, "-f", "json,xlsx")
    assert said.code == 0, said
    written = sorted(path.name for path in (shop / "out").iterdir())
    assert written == ["annual-2025.json", "annual-2025.xlsx"]
    report = json.loads((shop / "out" / "annual-2025.json").read_text(encoding="utf-8"))
    gmv = next(number for number in report["numbers"] if number["id"] == "gmv@2025")
    assert float(gmv["value"]) == 365 * (5000 + 3000) * 1.2
    assert report["report"]["company"] == "某某家居有限公司"
    assert "只有表头" in said.out  # whole workbooks left blank are said, single sheets are not
    assert "“直播场次”" not in said.out


@pytest.mark.parametrize("typed", [("annual", "2025"), ("annual",), ("plan", "2026"), ("problems", "2025")])
def test_not_filled_in_it_says_where_to_begin(rpt: Rpt, shop: Path, typed: tuple[str, ...]) -> None:
    said = rpt(*typed, "-p", shop)
    assert said.code == 1
    assert "表格都只有表头，还没有填数据" in said.err
    assert "请先填 channel.xlsx 的“渠道日报”：一行一个平台一天，必填日期、平台、支付金额" in said.err
    assert not (shop / "out").exists()


def test_the_command_says_what_it_wrote_and_what_comes_next(rpt: Rpt, tmp_path: Path) -> None:
    folder = tmp_path / "新 项目" / "2026"
    said = rpt("新建", folder, "--company", '"某某"\\公司 {sources}', "--year", "2026")
    assert said.code == 0, said
    assert sorted(path.name for path in folder.iterdir()) == sorted([*BOOKS, "rpt.toml"])
    assert all(f"已新建 {folder / name}" in said.out for name in BOOKS)
    assert f"rpt annual 2026 --project '{folder}'" in said.out
    text = (folder / "rpt.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["report"]["company"] == '"某某"\\公司 {sources}'
    assert "# 2026 = { start = 2026-05-13, end = 2026-06-20, presale_from = 2026-05-13 }" in text
    assert tomllib.loads(text.replace("# 20", "20"))["campaigns"]["618"]["2025"]["start"] == date(2025, 5, 13)


def test_without_a_terminal_nothing_is_asked(rpt: Rpt, tmp_path: Path) -> None:
    said = rpt("init", tmp_path / "a")
    assert said.code == 0
    assert "填写公司名称" in said.out
    assert read_project(tmp_path / "a" / "rpt.toml").settings.report.company == "（公司名称）"
    assert rpt("init", tmp_path / "b", "-q").out == ""


@pytest.mark.parametrize("there", ["rpt.toml", "member.xlsx", "Targets.XLSX"])
def test_nothing_is_written_over(rpt: Rpt, tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("我的", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    said = rpt("init", tmp_path)
    assert said.code == 2
    assert f"里已经有 {there}" in said.err
    assert "已有的文件不会被覆盖" in said.err
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / there).read_text(encoding="utf-8") == "我的"


def test_a_file_is_no_folder(rpt: Rpt, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("", encoding="utf-8")
    for place in (tmp_path / "a", tmp_path / "a" / "b"):
        said = rpt("init", place)
        assert said.code in (2, 3)
        assert "请换一个" in said.err
