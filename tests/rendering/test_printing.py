"""The PDF is printed by a process of its own: it ends in time and leaves nothing behind, whatever the page is."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from rpt.rendering.charts import vega_lite
from rpt.rendering.charts.svg import render
from rpt.rendering.pdf import write_pdf
from rpt.rendering.printing import printing
from rpt.values.document import Chart, Series
from rpt.values.issue import UserError
from rpt.values.limits import Limits
from rpt.values.theme import Theme

ROOT = Path(__file__).parents[2]
PAGE = "<!DOCTYPE html><html lang=zh-CN><title>报告</title><body>"
SHORT, SMALL = Limits(pdf_seconds=1), Limits(pdf_memory_mb=1024)


def printed(html: str, path: Path, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen
    with printing(limits, ahead=()) as printer:
        return printer.begin(PAGE + html).copied(path)


def test_it_prints_what_the_process_itself_would(tmp_path: Path) -> None:
    html = "<h1>成交总额4.20亿元</h1><p>\U0010fffd</p>"
    assert printed(html, tmp_path / "apart.pdf") == write_pdf(tmp_path / "here.pdf", PAGE + html) == "\U0010fffd"
    assert (tmp_path / "apart.pdf").read_bytes() == (tmp_path / "here.pdf").read_bytes()


def test_two_pages_at_once(tmp_path: Path) -> None:
    with printing(Limits(), ahead=["pdf"]) as printer:
        first, second = (printer.begin(f"{PAGE}<p>{text}") for text in ("一", "二"))
        second.copied(tmp_path / "2.pdf")
        first.copied(tmp_path / "1.pdf")
    assert (tmp_path / "1.pdf").read_bytes() != (tmp_path / "2.pdf").read_bytes()


def test_what_the_printer_warns_of_reaches_who_listens(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "weasyprint"):
        printed("<p style='colour: red'>100%", tmp_path / "a.pdf")
    (record,) = [record for record in caplog.records if record.name == "weasyprint"]
    assert "colour" in record.getMessage()


TIME = "生成 PDF 超过 1 秒，已中止"
MEMORY = "生成 PDF 所需内存超过上限 1024 MB，已中止"
ENDLESS = {
    "columns": ("<table><tr>" + "<td>a" * 1_000_000 + "</table>", SHORT, TIME),
    "rows": ("<table>" + "<tr><td>a<td>b" * 200_000 + "</table>", SHORT, TIME),
    "columns of a grid": ("<p style='display: grid; grid-template-columns: repeat(100000000, 1fr)'>a", SHORT, TIME),
    "columns under a cell": ("<table><tr><td colspan=1000000000>a</table>" * 3, SMALL, MEMORY),
    "deep": ("<div>" * 1_000 + "a", Limits(), "页面的元素嵌套过深，无法生成 PDF"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_page_without_end_is_ended(tmp_path: Path, name: str) -> None:
    body, limits, said = ENDLESS[name]
    with pytest.raises(UserError) as told:
        printed(body, tmp_path / "a.pdf", limits)
    assert (told.value.message, told.value.exit_code) == (said, 2)
    assert "templates" in told.value.hint
    assert not list(tmp_path.iterdir())


def test_it_refuses_other_addresses_as_ever(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="报告内容引用了外部地址：file:///etc/passwd"):
        printed("<img src='file:///etc/passwd'>", tmp_path / "a.pdf")


def test_a_missing_library_ends_with_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(UserError, match="缺少生成 PDF 所需的系统组件：cannot load library libpango") as told:
        printed("<p>一", tmp_path / "a.pdf")
    assert told.value.exit_code == 3


PARENT = """
import os, sys
from rpt.rendering.printing import printing
from rpt.values.limits import Limits
with printing(Limits(pdf_seconds=60), ahead=["pdf"]) as printer:
    printer.begin(sys.argv[1]).copied(sys.argv[2])
    printed = printer.begin(sys.argv[1] + "<table>" + "<tr><td>a" * 300_000)
    print(printer._worker._server._process.pid, flush=True)
    printed.copied(sys.argv[2])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where jobs are forked are they ended with the run")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}
    command = [sys.executable, "-c", PARENT, PAGE, str(tmp_path / "a.pdf")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as run:
        assert run.stdout is not None
        group = int(run.stdout.readline())
        while not list(scratch.glob("*/page-2/page.html")):
            time.sleep(0.02)
        run.send_signal(how)
    for _ in range(500):
        if not list(scratch.iterdir()) and not is_there(group):
            break
        time.sleep(0.02)
    assert list(scratch.iterdir()) == []
    assert not is_there(group)


def is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


CHART = Chart("x", "图1-1", "标题", "overall", "column", ("甲",), (Series("本年", (Decimal(1),)),))
SPEC = vega_lite(CHART, Theme())


def test_charts_are_drawn_apart_as_here_and_what_draws_is_let_go() -> None:
    with printing(Limits(), ahead=["html"]) as printer:
        first = printer.draw([SPEC, SPEC])
        assert first == [render(SPEC), render(SPEC)]
        assert printer.draw([SPEC]) == first[:1]
        assert printer.draw([]) == []
        assert printer._drawer._server is None


def test_what_cannot_draw_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vl_convert.py").write_text("raise ImportError('libgcc_s.so.1: cannot open')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with printing(Limits()) as printer, pytest.raises(UserError, match=r"画图表的进程意外结束（.*libgcc_s") as told:
        printer.draw([SPEC])
    assert (told.value.exit_code, told.value.hint) == (3, "请输入 rpt doctor 检查本机")
