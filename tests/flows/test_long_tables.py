"""A table of more rows than anybody reads on a page: cut there, with its total and a note; whole in the workbook."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

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
