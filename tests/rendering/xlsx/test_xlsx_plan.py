"""The plan in the workbook: tables open to edits, found by name; levers as live formulas; gaps said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from rpt.rendering.xlsx import write_xlsx
from rpt.values.document import Chapter, Column, Document, Figure, FigureKind, Formula, Row, Table
from rpt.values.finding import Finding, Severity
from rpt.values.ledger import Target
from rpt.values.period import Period
from rpt.values.plan import Action, Lever, Plan, Sensitivity
from rpt.values.theme import Theme
from tests.office import needs_office, reopened

D = Decimal
NOW, GAP = D(1000), D(500)  # 元: a year of 1000 and a target of 1500
SHARES = (D("-0.1"), D("0.1"))
LEVERS = (
    Lever("访客数", "visitors@2025", "人次", D(100), (D(-100), D(100)), D("0.5"), NOW),
    Lever("转化率", "conversion@2025", "比率", D("0.1"), (D(-100), D(100)), D("0.5"), NOW),
    Lever("以上两项同时", "gmv@2025.levers", "元", None, (D(-190), D(210)), D("1.5").sqrt() - 1),
    Lever("推广花费", "ad_spend@2025", "元", D(50), (D(-20), D(20)), D("2.5"), D(200)),
    Lever("复购率", "repeat_rate@2025", "比率", D("0.3"), (D(-1), D(1)), None, D(10)),
)
PLAN = Plan(
    2026,
    targets=(
        Target("gmv", Period(2026), "全部", D(1500), "1500元", "中心"),
        Target("mix", Period(2026), "渠道=短视频", None, "60%/40%", "内容组"),
    ),
    sensitivity=Sensitivity(2026, GAP, SHARES, LEVERS, NOW),
    actions=(
        Action(2026, "上线会员日", "gmv", "", "会员组", date(2026, 1, 5), date(2026, 3, 31), D(300), "未开始"),
        Action(2026, "=改版", "", "", "", None, None, None, ""),
    ),
)


def number(value: str | Decimal | None, unit: str = "元", kind: FigureKind = FigureKind.NUMBER, **more: Any) -> Figure:
    exact = None if value is None else D(value)
    return Figure("x", kind, exact, unit, "—" if value is None else str(value), **more)


def targets_table() -> Table:
    columns = (
        Column("label", "指标"), Column("unit", "单位"), Column("value", "2025年实际", number_format="General"),
        Column("target", "2026年目标", number_format="General"), Column("needed", "需变化", number_format="General"),
        Column("owner", "负责人"),
    )  # fmt: skip
    target = Figure("gmv@2026.target", FigureKind.TARGET, D(1500), "元", "1500")
    needed = number("0.5", "比率", FigureKind.GROWTH, formula=Formula("growth", ("target", "value")))
    rows = (
        Row({"label": "成交总额", "unit": "元", "value": number("1000", kind=FigureKind.VALUE), "target": target,
             "needed": needed, "owner": "中心"}, number_format="#,##0", scale=D(1)),
        Row({"label": "内容占比", "unit": "%", "value": "—", "target": "60%/40%", "needed": "—", "owner": "内容组"}),
    )  # fmt: skip
    return Table("targets", "表2-1", "2026年目标", "plan", columns, rows)


def actions_table() -> Table:
    columns = (
        Column("measure", "举措"), Column("metric", "支撑指标"), Column("owner", "负责人"), Column("span", "时限"),
        Column("expected", "预期增量", "元", D(1), "#,##0"), Column("state", "状态"),
    )  # fmt: skip
    first = {"measure": "上线会员日", "metric": "成交总额", "owner": "会员组", "span": "1月5日—3月31日",
             "expected": number("300"), "state": "未开始"}  # fmt: skip
    rows = (Row(first), Row({"measure": "=改版", "expected": ""}))
    return Table("actions", "表2-3", "2026年举措", "plan", columns, rows)


def sensitivity_table() -> Table:
    columns = (
        Column("label", "因素"), Column("value", "本年", number_format="General"),
        Column("e0", "降低10%", "元", D(1), "#,##0"), Column("e1", "提高10%", "元", D(1), "#,##0"),
        Column("closes", "提高10%可补缺口", "%", D(1), "0.0%"), Column("alone", "单独补足需", "%", D(1), "0.0%"),
    )  # fmt: skip
    rows = []
    for lever in LEVERS:
        value = "—" if lever.value is None else number(lever.value, lever.unit, FigureKind.VALUE)
        alone = "—" if lever.alone is None else number(lever.alone, "比率")
        cells = {"label": lever.label, "value": value, "e0": number(lever.effects[0]), "e1": number(lever.effects[1]),
                 "closes": number(lever.effects[1] / GAP, "比率"), "alone": alone}  # fmt: skip
        pattern = "0.0%" if lever.unit == "比率" else "#,##0"
        rows.append(Row(cells, number_format=pattern, scale=D(1)))
    return Table("sensitivity", "表2-2", "各因素变动的影响", "plan", columns, tuple(rows))


def planned(written: Any, path: Path, plan: Plan | None = PLAN, theme: Theme = Theme()) -> Path:  # noqa: B008 frozen
    chapters = (Chapter("summary", "摘要", "s"), Chapter("plan", "二、下一年目标", "p"))
    tables = (written.document.tables[0], targets_table(), sensitivity_table(), actions_table())
    document: Document = replace(written.document, chapters=chapters, tables=tables, charts=())
    finding = Finding(
        "target_missed", Severity.HIGH, ("新渠道完成目标的60.0%",), "gmv", "", ("gmv@2025",), D(1), D(-8_800_000)
    )
    about: Mapping[str, Any] = {"created": datetime(2026, 1, 15, tzinfo=UTC), "plan": plan, "findings": (finding,)}
    write_xlsx(path, document, written.ledger, written.comparisons, (), theme, **about)
    return path


@pytest.fixture
def books(written: Any, tmp_path: Path) -> tuple[Workbook, Workbook]:
    """The workbook with its formulas, and with their cached values."""
    path = planned(written, tmp_path / "a.xlsx")
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


def named(book: Workbook, name: str) -> list[list[Any]]:
    """The cells of a defined name, header first."""
    sheet, area = next(book.defined_names[name].destinations)
    return [list(row) for row in book[sheet][area]]


def test_targets_are_found_by_name_and_carry_id_and_scale(books: tuple[Workbook, Workbook]) -> None:
    head, *rows = [[cell.value for cell in row] for row in named(books[1], "rpt_targets_2026")]
    assert head == ["指标", "单位", "2025年实际", "2026年目标", "需变化", "负责人", "换算", "编号"]
    assert rows[0] == ["成交总额", "元", 1000, 1500, 0.5, "中心", 1, "gmv@2026"]
    assert rows[1][3:] == ["60%/40%", "—", "内容组", 1, "mix@2026[渠道=短视频]"]
    live = named(books[0], "rpt_targets_2026")[1]
    assert live[4].value == f'=IF({live[2].coordinate}=0,"",{live[3].coordinate}/{live[2].coordinate}-1)'
    assert {live[3].fill.fgColor.rgb, live[5].fill.fgColor.rgb} == {"FFFFF6D6"}
    assert live[2].fill.fill_type is None


def test_actions_have_days_and_ids(books: tuple[Workbook, Workbook]) -> None:
    head, first, second, *spare = [[cell.value for cell in row] for row in named(books[1], "rpt_actions_2026")]
    assert head == ["举措", "支撑指标", "负责人", "开始", "完成", "预期增量（元）", "状态", "换算", "编号"]
    assert [first[3].date(), first[4].date(), first[5]] == [date(2026, 1, 5), date(2026, 3, 31), 300]
    assert (first[8], second[8]) == ("action.2026.1", "action.2026.2")
    assert second[3:6] == [None, None, None]
    assert spare == [[None] * 9] * 3  # room for measures to add
    assert named(books[0], "rpt_actions_2026")[2][0].data_type == "s"  # =改版 is words


def test_the_trial_multiplies_factors_and_adds_the_rest(books: tuple[Workbook, Workbook]) -> None:
    live, cached = (named(book, "rpt_levers_2026") for book in books)
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in cached[1:]}
    assert rows["访客数"] == [100, 0.1, pytest.approx(110), 0.1, 0.01, 0.11, 0.2]  # money in 万元
    together = (1000 * (1.1 * 1.1 - 1) + 200 * 0.1 + 10 * 0.1) / 10_000
    assert rows["以上合计"][4:] == [
        pytest.approx(together),
        pytest.approx(0.1 + together),
        pytest.approx(together * 20),
    ]
    assert rows["2026年目标"][4:6] == [0.05, 0.15]
    formulas = [cell for row in live[1:] for cell in row if cell.data_type == "f"]
    assert len(formulas) == 4 * 4 + 2 + 3 + 2 + 2  # levers; moved of the factors; 合计; target; 仍差
    inputs = [row[2] for row in live[1:5]]
    assert {cell.fill.fgColor.rgb for cell in inputs} == {"FFFFF6D6"}
    checks = live[0][0].parent.data_validations.dataValidation
    bounds = {str(rule.sqref): (rule.formula1, rule.formula2, rule.promptTitle) for rule in checks}
    assert {bounds[cell.coordinate] for cell in inputs} == {("-1", "10", "改这里")}


def test_the_table_of_levers_follows_its_headings(books: tuple[Workbook, Workbook]) -> None:
    live = books[0]["下一年目标"]
    start = next(cell for row in live.iter_rows() for cell in row if cell.value == "表2-2 各因素变动的影响")
    head = live[start.row + 1]
    assert [head[3].value, head[4].value] == [-0.1, 0.1]
    assert head[3].number_format == '"提高"0%;"降低"0%;"不变"'
    assert all(cell.data_type == "f" for cell in live[start.row + 2][3:7])
    assert "^2-1" in live[start.row + 4][3].value
    assert live[start.row + 6][6].value == "—"  # no change of the repeat rate closes the gap


def test_a_target_edited_in_its_table_is_seen_by_the_others(books: tuple[Workbook, Workbook]) -> None:
    where = named(books[0], "rpt_targets_2026")[1][3].coordinate
    texts = {cell.value for row in books[0]["总览"].iter_rows() for cell in row}
    assert f"='下一年目标'!{where}" in texts or f"=下一年目标!{where}" in texts
    goal = next(row for row in named(books[0], "rpt_levers_2026") if row[0].value == "2026年目标")
    assert goal[6].value == f"={where}*0.0001"


def test_the_overview_has_problems_and_next_year(books: tuple[Workbook, Workbook]) -> None:
    texts = {cell.value for row in books[1]["总览"].iter_rows() for cell in row}
    assert {"主要问题（共1项）", "2026年目标（共2项）", "重点举措（按预期增量，共2项）", -880} <= texts
    assert "新渠道完成目标的60.0%\n举措：尚无对应举措" in texts


@pytest.mark.parametrize(("colours", "red"), [("good_bad", "FFB3261E"), ("up_red", "FF262626")])
def test_a_miss_is_said_in_words_and_in_the_themes_colour(written: Any, tmp_path: Path, colours: Any, red: str) -> None:
    book = openpyxl.load_workbook(planned(written, tmp_path / "a.xlsx", theme=Theme(colours=colours)))
    rules = [rule for area in book["总览"].conditional_formatting for rule in area.rules if rule.operator == "lessThan"]
    assert [rule.formula for rule in rules] == [["1"]]
    assert rules[0].dxf.numFmt.formatCode == '"未达"0.0%'
    assert rules[0].dxf.font.color.rgb == red


def test_without_a_plan_tables_are_plain(written: Any, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(planned(written, tmp_path / "a.xlsx", plan=None))
    assert not [name for name in book.defined_names if name.startswith("rpt_")]
    assert not book["下一年目标"].data_validations.dataValidation


@needs_office
def test_an_edit_moves_everything_that_follows_from_it(written: Any, tmp_path: Path) -> None:
    """Visitors +20% in place of +10%, and a target of 2000 in place of 1500, recalculated by LibreOffice."""
    edited = openpyxl.load_workbook(planned(written, tmp_path / "a.xlsx"))
    named(edited, "rpt_levers_2026")[1][2].value = 0.2
    named(edited, "rpt_targets_2026")[1][3].value = 2000
    edited.save(tmp_path / "edited.xlsx")  # openpyxl drops the cached values
    book = openpyxl.load_workbook(reopened(tmp_path / "edited.xlsx", tmp_path / "out"), data_only=True)
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in named(book, "rpt_levers_2026")[1:]}
    together = (1000 * (1.2 * 1.1 - 1) + 200 * 0.1 + 10 * 0.1) / 10_000
    assert rows["访客数"] == pytest.approx([100, 0.2, 120, 0.1, 0.02, 0.12, 0.2])
    assert rows["以上合计"][4:] == pytest.approx([together, 0.1 + together, together * 10])
    assert rows["2026年目标"][4:6] == pytest.approx([0.1, 0.2])
    assert named(book, "rpt_targets_2026")[1][4].value == pytest.approx(1.0)  # the growth it asks for
