"""``rpt check --mark``: which files get a marked copy, where, and what is said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.intake.packages import compound, package
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

    compound(shop / "old.xls", "Workbook", start=bytes.fromhex("0908 1000 0006 0500"))
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


UNRULY = """
import os, signal
from pathlib import Path
from rpt.flows import marking
from rpt.processes.serving import serve

def misbehave(job, source, target, issues):
    if not source.stem.isdecimal():
        return copy(job, source, target, issues)
    target.write_bytes(b"PK half of it")
    exec({whats}[int(source.stem)])

copy, marking._copy = marking._copy, misbehave
serve(marking.Marking, marking.do)
"""


MISBEHAVIOUR = [
    ("os.kill(os.getpid(), signal.SIGALRM)", "标记超过 20 秒，没有做标记副本"),
    ("bytearray(1 << 40)", "标记所需内存超过上限 2048 MB，没有做标记副本"),
    ("os.killpg(os.getpgid(0), signal.SIGKILL)", "标记程序崩溃（信号 SIGKILL），没有做标记副本"),
    ("os.abort()", "标记程序崩溃（信号 SIGABRT），没有做标记副本"),
    ("raise OSError(28, 'No space left on device')", "磁盘写不下标记副本"),
    ("raise RecursionError", "标记程序崩溃（退出码 83），没有做标记副本"),
    ("os._exit(84)", "标记程序崩溃（退出码 84），没有做标记副本"),
]


def test_a_file_that_takes_its_marking_along_gets_no_copy_and_the_others_do(
    rpt: Rpt, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rpt.flows import marks

    (shop / "data.xlsx").unlink()
    for at, name in enumerate([*map(str, range(len(MISBEHAVIOUR))), "later"]):
        first = date(2025, 3, 1) + timedelta(10 * at)
        rows = [list(row) for row in daily(first, first + timedelta(8), 快手=10)]
        rows[5][5] = "待定"
        write_workbook(shop / f"{name}.xlsx", {"渠道日报": rows})
    program = UNRULY.format(whats=[what for what, _ in MISBEHAVIOUR])
    monkeypatch.setattr(marks, "COMMAND", (sys.executable, "-c", program))
    run = rpt("check", "-p", shop, "--mark")
    assert run.code == 1
    assert [said for at, (_, said) in enumerate(MISBEHAVIOUR) if f"提醒　{at}.xlsx　{said}" not in run.out] == []
    assert [path.name for path in (shop / "out" / "已标记").iterdir()] == ["later-已标记.xlsx"]


def test_a_file_that_has_changed_since_it_was_read_is_looked_at_again(
    rpt: Rpt, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rpt.flows import check

    measure = check.measure

    def changed(*given: Any) -> Any:
        package(shop / "data.xlsx", {"xl/workbook.xml": "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x/>"})
        return measure(*given)

    monkeypatch.setattr(check, "measure", changed)
    run = rpt("check", "-p", shop, "--mark")
    assert "提醒　data.xlsx　文件不安全，没有打开" in run.out
    assert not list(shop.glob("out/已标记/*"))
