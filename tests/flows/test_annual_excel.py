"""The workbook of the sample business: typed numbers, live formulas with the exact values cached, no error."""

from __future__ import annotations

import re
import zipfile
from math import isclose
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.office import needs_office, reopened, without_cached_values

NUMBER = re.compile(r"[▲▼+−-]?[\d,]+(\.\d+)?(%|万|亿|个百分点)?")
# columns of 数据 that follow from others -> their name in the JSON, and what the sheet divides by (百分点)
DERIVED = {"增长率": "growth", "同比百分点": "points", "与目标差距": "gap", "目标完成率": "attainment"}
PLAIN = {"数值": "value", "上年同期": "prior", "目标": "target"}


def test_numbers_are_numbers_and_formulas_carry_the_values_of_the_json(annual: Any) -> None:
    book = openpyxl.load_workbook(annual.path("xlsx"), read_only=True)
    live = book["数据"].iter_rows()
    head = [cell.value for cell in next(live)]
    _, *cached = CalamineWorkbook.from_path(annual.path("xlsx")).get_sheet_by_name("数据").to_python()
    seen, formulas = set(), 0
    for cells, values in zip(live, cached, strict=True):
        number = annual.numbers[cells[0].value]
        seen.add(number["id"])
        for name, field in (PLAIN | DERIVED).items():
            at = head.index(name)
            expected, found = number[field], values[at]
            if expected is None:
                assert isinstance(found, str), (number["id"], name)  # blank, or a promise in words
                continue
            scale = 100 if number["unit"] in ("比率", "百分点") and name in ("同比百分点", "与目标差距") else 1
            assert isinstance(found, int | float), (number["id"], name, found)
            assert isclose(found, float(expected) * scale, rel_tol=1e-12, abs_tol=1e-12), (number["id"], name)
            formulas += cells[at].data_type == "f"
            assert cells[at].data_type == ("f" if name in DERIVED else "n"), (number["id"], name)
    assert seen == set(annual.numbers)
    assert formulas > 1000
    book.close()


PRODUCT_CODE = re.compile(r"100\d{5}")  # a code is no number, though it is made of digits


def test_no_number_is_text_and_no_cell_is_an_error(annual: Any) -> None:
    """Sheets of chapters: whatever looks like a figure is one. (数据, with its thousands of rows, is read above.)"""
    book = openpyxl.load_workbook(annual.path("xlsx"), data_only=True, read_only=True)
    checked = 0
    for name in book.sheetnames:
        for row in book[name].iter_rows():
            for cell in row:
                assert cell.data_type != "e", f"{name}!{cell.coordinate}: {cell.value}"
                if isinstance(cell.value, str) and PRODUCT_CODE.fullmatch(cell.value):
                    continue
                if (
                    isinstance(cell.value, str) and name not in ("数据", "数据问题") and cell.value != "618"
                ):  # a campaign
                    assert not NUMBER.fullmatch(cell.value.strip()), f"{name}!{cell.coordinate}: {cell.value!r} is text"
                checked += isinstance(cell.value, int | float)
    assert checked > 10_000
    book.close()


def test_set_up_for_screen_and_paper(annual: Any) -> None:
    with zipfile.ZipFile(annual.path("xlsx")) as book:
        names = book.namelist()
        titles = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        sheets = {title: book.read(f"xl/worksheets/sheet{at}.xml").decode() for at, title in enumerate(titles, 1)}
        styles = book.read("xl/styles.xml").decode()
    assert sum(name.startswith("xl/charts/chart") for name in names) >= 8
    assert all("<pageSetup" in sheet for sheet in sheets.values())
    loose = {title for title, sheet in sheets.items() if 'state="frozen"' not in sheet}
    assert loose == {"总览"}
    assert not any("<sheetProtection" in sheet for sheet in sheets.values())
    assert '<pageSetup paperSize="9" orientation="portrait"/>' in sheets["总览"]  # one page wide and one high
    assert set(re.findall(r'<name val="([^"]+)"', styles)) == {"微软雅黑"}


def test_a_reader_prints_pages_not_the_ledger(annual: Any) -> None:
    with zipfile.ZipFile(annual.path("xlsx")) as book:
        names = book.read("xl/workbook.xml").decode()
        at = re.findall(r'<sheet name="([^"]+)"', names).index("数据")
        sheet = book.read(f"xl/worksheets/sheet{at + 1}.xml").decode()
    area = re.search(rf'<definedName name="_xlnm.Print_Area" localSheetId="{at}">([^<]*)</definedName>', names)
    footer = re.search(r"<oddFooter>([^<]*)</oddFooter>", sheet)
    assert area
    assert area[1] == "数据!$A$1:$M$201"
    assert footer
    assert "只打印前200行" in footer[1].split("&amp;R")[0]


def test_the_plan_is_found_by_name(annual: Any) -> None:
    """What `rpt plan --from` reads: ids beside targets and actions; the levers' trial agrees with the plan."""
    book = openpyxl.load_workbook(annual.path("xlsx"), data_only=True, read_only=True)
    tables = {}
    for name in ("rpt_targets_2026", "rpt_actions_2026", "rpt_levers_2026"):
        sheet, area = next(book.defined_names[name].destinations)
        head, *rows = [[cell.value for cell in row] for row in book[sheet][area]]
        tables[name] = [dict(zip(head, row, strict=True)) for row in rows]
    plan = annual.json["plan"]
    targets = {row["编号"]: row for row in tables["rpt_targets_2026"]}
    for target in plan["targets"]:
        if target["value"] is not None:
            row = targets.pop(target["id"])
            assert row["2026年目标"] * row["换算"] == pytest.approx(float(target["value"]), rel=1e-12)
    assert all(isinstance(row["2026年目标"], str) for row in targets.values())
    actions = [row for row in tables["rpt_actions_2026"] if row["编号"]]
    starts = [row["开始"].date().isoformat() for row in actions]
    assert starts == [action["starts_on"] for action in plan["actions"]]
    expected = [row["预期增量"] * row["换算"] for row in actions]
    assert expected == [float(action["expected"]) for action in plan["actions"]]
    trial = {row["因素"]: row for row in tables["rpt_levers_2026"]}
    assert [row["改这里：变动比例"] for row in trial.values()] == [0.05] * 5 + [None] * 3
    assert trial["2026年目标"]["成交增量"] == pytest.approx(18_000)
    gained = 42_000 * (1.05**3 - 1) + trial["复购率"]["成交增量"] + trial["推广花费"]["成交增量"]
    assert trial["以上合计"]["成交增量"] == pytest.approx(gained, rel=1e-12)


@needs_office
def test_libreoffice_calculates_the_cached_values(annual: Any, tmp_path: Path) -> None:
    blank = tmp_path / "blank.xlsx"
    removed = without_cached_values(annual.path("xlsx"), blank)
    calculated_by = reopened(blank, tmp_path / "out")
    ours, theirs = (CalamineWorkbook.from_path(path) for path in (annual.path("xlsx"), calculated_by))
    assert theirs.sheet_names == ours.sheet_names
    emptied, compared = CalamineWorkbook.from_path(blank), 0
    for name in ours.sheet_names:
        cached, calculated, before = (
            book.get_sheet_by_name(name).to_python(skip_empty_area=False) for book in (ours, theirs, emptied)
        )
        for at, row in enumerate(cached):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.startswith("#"):
                    pytest.fail(f"{name} row {at + 1}: {value}")
                if isinstance(value, float):
                    found = calculated[at][column]
                    assert isclose(found, value, rel_tol=1e-12, abs_tol=1e-12), (name, at + 1, column)
                    compared += before[at][column] != value
    assert compared > 0.9 * removed > 1000  # the rest are formulas whose value is zero
