"""A table of more rows than anybody reads on a page: cut there, with its total and a note; whole in the workbook."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rpt.writing.placing import MOST_ON_PAGE
from tests.projects import project

Rpt = Callable[..., Any]
CHAPTER = "{# title: 总览 #}\n{{ member_table('all', '全部店铺', '平台', ['gmv']) }}\n"
LONG = 30


def test_pages_show_the_first_rows_and_the_total_and_excel_all(rpt: Rpt, tmp_path: Path) -> None:
    shops = MOST_ON_PAGE + LONG
    head = ["日期", "平台", "支付金额"]
    rows = [[day, f"店{at:03}", 1000 + at] for day in (date(2025, 1, 1), date(2025, 12, 31)) for at in range(shops)]
    project(tmp_path, {"渠道日报": [head, *rows]}, '[report]\ncompany = "测试公司"\n[sources]\nall = "data.xlsx"\n')
    chapter = tmp_path / "templates" / "annual" / "chapters" / "10_overall.html"
    chapter.parent.mkdir(parents=True)
    chapter.write_text(CHAPTER, encoding="utf-8")
    said = rpt("annual", "2025", "-p", tmp_path, "-f", "html,xlsx")
    assert said.code == 0, said
    page = (tmp_path / "out" / "annual-2025.html").read_text(encoding="utf-8")
    table = re.search(r'<figure class="table long" id="table-all">.*?</figure>', page, re.DOTALL)
    assert table is not None
    body = re.sub(r"<[^>]+>", "", table[0])
    names = re.findall(r"店\d{3}", body)
    assert names == [f"店{at:03}" for at in reversed(range(LONG, shops))]  # the largest first
    assert "合计" in body
    assert f"列出前{MOST_ON_PAGE}行，全部{shops}行见Excel版" in body
    book = openpyxl.load_workbook(tmp_path / "out" / "annual-2025.xlsx")
    cells = {str(row[0]) for sheet in book for row in sheet.iter_rows(values_only=True) if row}
    cells |= {str(row[1]) for sheet in book for row in sheet.iter_rows(values_only=True) if len(row) > 1}
    assert {f"店{at:03}" for at in range(shops)} <= cells


LISTED = 2600
LISTS = f"""
[lists.orders_large]
label = "大额订单：全部"
sql = '''
select case when i = 2 then '=1+1' else '单' || i end as name, i * 10.5 as amount, i as part, {LISTED} as whole
from generate_series(1, {LISTED}) as t(i)
'''
order = "amount desc"
needs = ["channel_daily"]
columns = [
  {{ key = "name", label = "订单" }},
  {{ key = "amount", label = "金额", unit = "元" }},
  {{ key = "share", label = "占比", unit = "比率", digits = 1, ratio = ["part", "whole"] }},
]
"""
LIST_CHAPTER = "{# title: 总览 #}\n{{ listing_table('large', '大额订单', 'orders_large') }}\n"


@pytest.mark.parametrize("held", [None, 2200])
def test_a_list_that_no_sheet_can_hold_has_a_file_of_its_own(
    rpt: Rpt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int | None
) -> None:
    if held:
        monkeypatch.setattr("rpt.metrics.listing.HELD", held)
    rows = [["日期", "平台", "支付金额"], [date(2025, 1, 1), "店", 1], [date(2025, 12, 31), "店", 2]]
    settings = '[report]\ncompany = "测试公司"\n[sources]\nall = "data.xlsx"\n'
    project(tmp_path, {"渠道日报": rows}, f'metrics = "mine.toml"\n{settings}')
    (tmp_path / "mine.toml").write_text(LISTS, encoding="utf-8")
    chapter = tmp_path / "templates" / "annual" / "chapters" / "10_overall.html"
    chapter.parent.mkdir(parents=True)
    chapter.write_text(LIST_CHAPTER, encoding="utf-8")
    said = rpt("annual", "2025", "-p", tmp_path, "-f", "html,json,xlsx")
    assert said.code == 0, said
    file = tmp_path / "out" / "annual-2025-大额订单＿全部.csv"
    assert f"已生成 {file}" in said.out.replace("\n", "")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        head, *lines = csv.reader(stream)
    assert head == ["订单", "金额（元）", "占比"]
    assert len(lines) == LISTED
    assert lines[0] == [f"单{LISTED}", str(Decimal("10.5") * LISTED), "1"]
    assert (lines[-2][0], lines[-1][0]) == ("'=1+1", "单1")
    page = (tmp_path / "out" / "annual-2025.html").read_text(encoding="utf-8")
    assert f"清单共{LISTED:,}行，表中只有前2,000行，全部见“…-大额订单＿全部.csv”。" in page
    (listing,) = json.loads((tmp_path / "out" / "annual-2025.json").read_text(encoding="utf-8"))["lists"]
    assert (listing["size"], len(listing["rows"])) == (LISTED, held or LISTED)
    assert rpt("verify", "-p", tmp_path, *(tmp_path / "out").iterdir()).code == 0

    changed = file.read_text(encoding="utf-8-sig").replace("单1500,", "单1500x,")
    file.write_text(changed.rpartition("单1,")[0], encoding="utf-8-sig", newline="")
    found = rpt("verify", "-p", tmp_path, file)
    assert found.code == 4
    place = LISTED - 1500 + 1
    assert f"第{place + 1}行　list.orders_large.{place}.name：应为“单1500”，实为“单1500x”" in found.out + found.err
    assert f"行数：应为“{LISTED:,}”，实为“{LISTED - 1:,}”" in found.out + found.err


def test_lists_of_one_name_are_refused(rpt: Rpt, tmp_path: Path) -> None:
    rows = [["日期", "平台", "支付金额"], [date(2025, 1, 1), "店", 1]]
    settings = '[report]\ncompany = "测试公司"\n[sources]\nall = "data.xlsx"\n'
    project(tmp_path, {"渠道日报": rows}, f'metrics = "mine.toml"\n{settings}')
    again = LISTS.replace("orders_large", "again").replace("：全部", ":全部")
    (tmp_path / "mine.toml").write_text(LISTS + again, encoding="utf-8")
    said = rpt("annual", "2025", "-p", tmp_path)
    assert said.code == 2
    assert "清单 again 与清单 orders_large 同名：大额订单:全部" in said.out + said.err
