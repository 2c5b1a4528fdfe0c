"""``rpt check --mark``: which files get a marked copy, where, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.projects import SETTINGS, daily, project, write_workbook

Rpt = Callable[..., Any]
RED = "FFFFC7CE"
ALL = SETTINGS.replace('"*.xlsx"', '"**/*.xlsx"')


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project: a workbook with a word for an amount and an empty platform, and one with nothing wrong."""
    rows = [list(row) for row in daily(date(2025, 1, 1), date(2025, 1, 9), 天猫=1000)]
    rows[5][5], rows[7][1] = "待定", None
    project(tmp_path, {"渠道日报": rows}, ALL)
    write_workbook(tmp_path / "good.xlsx", {"渠道日报": daily(date(2025, 2, 1), date(2025, 2, 9), 抖音=10)})
    return tmp_path


def test_only_files_with_bad_cells_get_a_copy(rpt: Rpt, shop: Path) -> None:
    plain, before = rpt("check", "-p", shop), (shop / "data.xlsx").read_bytes()
    assert not (shop / "out").exists()
    said = rpt("check", "-p", shop, "--mark")
    assert said.code == plain.code == 1
    (copy,) = (shop / "out" / "已标记").iterdir()
    assert copy.name == "data-已标记.xlsx"
    assert f"已生成 {copy}" in said.out
    assert (shop / "data.xlsx").read_bytes() == before
    sheet = openpyxl.load_workbook(copy)["渠道日报"]
    assert [sheet[cell].fill.fgColor.rgb for cell in ("F6", "B8", "F7")] == [RED, RED, "00000000"]
    assert "必填列“平台”为空" in sheet["B8"].comment.text
    # the copy is no source, though the pattern takes it in
    again = rpt("check", "-p", shop, "--mark")
    assert again.out.count("错误") == said.out.count("错误")
    assert [path.name for path in (shop / "out" / "已标记").iterdir()] == ["data-已标记.xlsx"]


def test_a_csv_becomes_a_workbook_of_text(rpt: Rpt, shop: Path) -> None:
    text = "日报,,\n日期,平台,支付金额\n2025-03-01,天猫,=1+1\n2025-03-02,天猫,0012\n"
    (shop / "data.csv").write_text(text, encoding="gb18030")
    settings = ALL + '[tables.channel_daily]\nfiles = "*.csv"\n'
    (shop / "rpt.toml").write_text(settings, encoding="utf-8")
    rpt("check", "-p", shop, "--mark", "--out", shop / "elsewhere")
    folder = shop / "elsewhere" / "已标记"
    assert sorted(path.name for path in folder.iterdir()) == ["data.csv-已标记.xlsx", "data.xlsx-已标记.xlsx"]
    book = openpyxl.load_workbook(folder / "data.csv-已标记.xlsx")
    assert book.sheetnames == ["问题清单", "data"]
    found = book["data"]["C3"]
    assert (found.value, found.data_type, found.fill.fgColor.rgb) == ("=1+1", "s", RED)
    assert book["data"]["C4"].value == "0012"
    notes = [book["问题清单"].cell(row, 1).value for row in range(1, 5)]
    assert "来源不是 xlsx：副本里各行按文本列出，格式与来源不同。" in notes


def test_nothing_wrong_writes_nothing(rpt: Rpt, shop: Path) -> None:
    (shop / "data.xlsx").unlink()
    said = rpt("check", "-p", shop, "--mark")
    assert said.code == 0
    assert "没有要标记的文件" in said.out
    assert not list(shop.glob("out/**/*.xlsx"))


def test_formats_that_are_not_patched_are_named(rpt: Rpt, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old .xls is read, and no copy made of it: the issue says how to get one."""
    from rpt.flows import check
    from rpt.values.issue import Issue, Level, Origin

    (shop / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    old = Issue("cell_bad", Level.ERROR, "“支付金额”无法识别：x", Origin("old.xls", "渠道日报", "C3"))
    intake = check.intake
    monkeypatch.setattr(check, "intake", lambda *asked: (lambda data, issues: (data, [*issues, old]))(*intake(*asked)))
    said = rpt("check", "-p", shop, "--mark")
    assert said.code == 1
    assert "old.xls　xls 文件不做标记副本（另存为 .xlsx 后再运行 rpt check --mark）" in said.out
    assert len(list(shop.glob("out/已标记/*"))) == 1


def test_a_folder_that_cannot_be_written(rpt: Rpt, shop: Path) -> None:
    (shop / "out").write_text("in the way", encoding="utf-8")
    said = rpt("check", "-p", shop, "--mark")
    assert said.code == 3
    assert "请用 --out 换一个可写的文件夹" in said.err
