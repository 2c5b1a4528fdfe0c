"""``rpt monthly``: the two reports of a month, from small workbooks and from the sample business."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from tests.flows.reading import sentences
from tests.projects import daily, project


def rising(last: date) -> dict[str, Any]:
    """1000 a day in 2024, 1500 in 2025, 3000 from November 2025 on."""
    sheet = [*daily(date(2024, 1, 1), date(2024, 12, 31), 天猫=1000)]
    sheet += daily(date(2025, 1, 1), min(last, date(2025, 10, 31)), 天猫=1500)[1:]
    sheet += daily(date(2025, 11, 1), last, 天猫=3000)[1:] if last > date(2025, 10, 31) else []
    return {"渠道日报": sheet}


def numbers(folder: Path, month: str) -> dict[str, dict[str, Any]]:
    content = json.loads((folder / f"monthly-{month}-channel.json").read_text(encoding="utf-8"))
    assert content["report"]["month"] == month
    return {n["id"]: n for n in content["numbers"]}


def test_a_month(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, rising(date(2025, 12, 31)))
    said = rpt("月报", "2025-11", "-p", str(tmp_path), "-o", str(tmp_path / "made"), "-f", "json,html,pdf")
    assert said.code == 0, said.err
    assert "2025年11月" in said.out
    assert "环比" in said.out
    gmv = numbers(tmp_path / "made", "2025-11")["gmv@2025-11"]
    assert (gmv["value"], gmv["previous"], gmv["prior"]) == ("90000", "46500", "30000")
    assert Decimal(gmv["growth_previous"]).quantize(Decimal("0.0001")) == Decimal("0.9355")
    assert Decimal(gmv["growth"]) == 2
    year = numbers(tmp_path / "made", "2025-11")["gmv@2025"]
    assert (year["value"], year["prior"]) == (str(304 * 1500 + 90000), str(335 * 1000))
    assert "previous" not in year
    html = (tmp_path / "made" / "monthly-2025-11-channel.html").read_text(encoding="utf-8")
    assert 'data-ref="gmv@2025-11.growth_previous"' in html
    with pypdfium2.PdfDocument(tmp_path / "made" / "monthly-2025-11-channel.pdf") as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert "成交总额9.0万元环比▲93.5%同比▲200.0%" in re.sub(r"\s", "", text)


def test_january_follows_december(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, rising(date(2025, 12, 31)))
    assert rpt("monthly", "2025年1月", "-p", str(tmp_path), "-o", str(tmp_path / "made"), "-f", "json", "-q").code == 0
    found = numbers(tmp_path / "made", "2025-01")
    assert (found["gmv@2025-01"]["previous"], found["gmv@2025-01"]["growth_previous"]) == ("31000", "0.5")
    assert found["gmv@2024-12"]["value"] == "31000"
    assert found["gmv@2024"]["value"] == "31000"  # the year before is cut at January's end


def test_a_month_that_is_not_over_is_held_against_the_same_days(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, rising(date(2025, 11, 20)))
    said = rpt("monthly", "2025-11", "-p", str(tmp_path), "-o", str(tmp_path / "made"), "-f", "json,html")
    assert said.code == 0, said.err
    gmv = numbers(tmp_path / "made", "2025-11")["gmv@2025-11"]
    assert (gmv["value"], gmv["previous"], gmv["prior"]) == ("60000", "30000", "20000")
    html = (tmp_path / "made" / "monthly-2025-11-channel.html").read_text(encoding="utf-8")
    assert "本月未满，11月1日—20日与上月、上年同月的相同天数比较" in html


def test_the_first_month_of_data_has_nothing_before_it(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, {"渠道日报": daily(date(2025, 3, 1), date(2025, 12, 31), 天猫=1000)})
    said = rpt("monthly", "2025-03", "-p", str(tmp_path), "-o", str(tmp_path / "made"), "-f", "json,html", "-q")
    assert said.code == 0, said.err
    gmv = numbers(tmp_path / "made", "2025-03")["gmv@2025-03"]
    assert (gmv["previous"], gmv["growth_previous"], gmv["reason_previous"]) == (None, None, "无基数")
    html = (tmp_path / "made" / "monthly-2025-03-channel.html").read_text(encoding="utf-8")
    assert "上月无可比数据" in html


@pytest.mark.parametrize("text", ["2025", "2025-13", "11月", "去年", "2025-11-20"])
def test_what_is_no_month(tmp_path: Path, rpt: Callable[..., Any], text: str) -> None:
    said = rpt("monthly", text, "-p", str(tmp_path))
    assert said.code == 2
    assert "应为月份，如 2025-11" in said.err


def test_months_that_cannot_be_reported(
    tmp_path: Path, rpt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767916800")  # 2026-01-09
    project(tmp_path, rising(date(2025, 10, 31)))
    to_come = rpt("monthly", "2026-03", "-p", str(tmp_path))
    assert (to_come.code, "还没有到" in to_come.err) == (2, True)
    empty = rpt("monthly", "2025-12", "-p", str(tmp_path), "-q")
    assert (empty.code, "没有2025年12月的数据" in empty.err) == (1, True)
    outside = rpt("monthly", "2025-10", "--as-of", "2025-09-30", "-p", str(tmp_path))
    assert (outside.code, "不在2025年10月内" in outside.err) == (2, True)


@pytest.mark.early
def test_the_sample_month_reads_back(tmp_path: Path, rpt: Callable[..., Any], sample: Path) -> None:
    """The finished files against sums over the sample's own rows."""
    said = rpt("monthly", "2025-11", "-p", sample, "-o", tmp_path, "-f", "xlsx,html", "-q")
    assert said.code == 0, said.err
    for report in ("channel", "member"):
        found = sentences((tmp_path / f"monthly-2025-11-{report}.html").read_text(encoding="utf-8"))
        assert [s for s in found if s.count("<data") > 3] == []
    book = openpyxl.load_workbook(sample / "channel.xlsx", read_only=True, data_only=True)
    paid: dict[str, Decimal] = {}
    for sheet in book.worksheets:
        if sheet.title != "渠道日报":
            continue
        rows = list(sheet.iter_rows(values_only=True))
        at = next(i for i, row in enumerate(rows) if "日期" in [str(cell) for cell in row])
        head = [str(cell) for cell in rows[at]]
        amount = next(i for i, name in enumerate(head) if name.startswith(("支付金额", "成交")))
        for row in rows[at + 1 :]:
            if row[head.index("日期")] and row[amount] is not None:
                month = str(row[head.index("日期")])[:7]
                paid[month] = paid.get(month, Decimal(0)) + Decimal(str(row[amount]))
    month, before, year_ago = (paid[key] for key in ("2025-11", "2025-10", "2024-11"))

    def growth(base: Decimal) -> str:
        return f"{((month / base - 1) * 100).quantize(Decimal('0.1'))}%"

    said_once = (
        f"成交总额为{(month / 10000).quantize(Decimal(1))}万元，环比增长{growth(before)}，同比增长{growth(year_ago)}"
    )
    page = (tmp_path / "monthly-2025-11-channel.html").read_text(encoding="utf-8")
    assert said_once in re.sub(r"<[^>]*>|\s", "", page)
    made = openpyxl.load_workbook(tmp_path / "monthly-2025-11-channel.xlsx", read_only=True, data_only=True)
    (row,) = (r for r in made["总览"].iter_rows(values_only=True) if {"成交总额", "万元"} <= set(r))
    formats = {
        cell.number_format for line in made["总览"].iter_rows(max_row=12) for cell in line if cell.value is not None
    }
    assert any('"环比" ' in form for form in formats)  # the large figures name the growth they show
    assert not any('"同比" ' in form for form in formats)
    cells = [Decimal(str(cell)) for cell in row if isinstance(cell, int | float)]
    assert abs(cells[0] - month / 10000) < Decimal("0.001")
    assert abs(cells[1] - before / 10000) < Decimal("0.001")
    assert abs(cells[2] - (month / before - 1)) < Decimal("0.00001")
