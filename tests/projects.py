"""Small projects for tests: workbooks written from tables that stand in the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.flows.steps import Measured, measure
from rpt.intake.load import load
from rpt.project.find import read_project
from rpt.project.model import Project
from rpt.values.issue import Issue

Rows = Sequence[Sequence[Any]]
SETTINGS = """
[report]
company = "测试公司"
[sources]
all = "*.xlsx"
[channels]
"主站" = ["天猫"]
"短视频" = ["抖音", "快手"]
"""


def write_workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Write sheets of plain rows; dates and datetimes become Excel dates."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(i, j, value, moment)
                    elif isinstance(value, date):
                        sheet.write_datetime(i, j, value, day)
                    elif value is not None:
                        sheet.write(i, j, value)
    return path


def project(folder: Path, sheets: Mapping[str, Rows] | None = None, settings: str = SETTINGS) -> Project:
    """A project in ``folder`` with one workbook of these sheets."""
    if sheets is not None:
        write_workbook(folder / "data.xlsx", sheets)
    (folder / "rpt.toml").write_text(settings, encoding="utf-8")
    return read_project(folder / "rpt.toml")


def read(folder: Path, sheets: Mapping[str, Rows], settings: str = SETTINGS) -> tuple[Dataset, list[Issue]]:
    """Intake of one workbook."""
    return load(project(folder, sheets, settings), Duck())


def daily(first: date, last: date, **amounts: int) -> Rows:
    """Rows of 渠道日报: every day from ``first`` to ``last``, a platform (天猫=1000) with that amount each day."""
    days = [first + timedelta(at) for at in range((last - first).days + 1)]
    head = ["日期", "平台", "访客数", "支付买家数", "支付订单数", "支付金额"]
    return [head, *([day, name, 100, 10, 11, paid] for day in days for name, paid in amounts.items())]


def measured(
    folder: Path,
    sheets: Mapping[str, Rows],
    settings: str = SETTINGS,
    *,
    year: int | None = 2025,
    as_of: date | None = None,
    today: date = date(2026, 1, 15),
) -> Measured:
    """Intake and measurement of one workbook; the intake issues come first in the result's."""
    found = project(folder, sheets, settings)
    dataset, issues = load(found, Duck())
    return measure(found, dataset, issues, year, as_of, today)
