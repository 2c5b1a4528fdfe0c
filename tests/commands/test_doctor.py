"""``rpt doctor``: what it looks at, what it says of what is missing, and how it ends."""

from __future__ import annotations

import builtins
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from rpt.flows import doctor, machine
from rpt.rendering.pdf import Trial
from tests.projects import SETTINGS, project

Rpt = Callable[..., Any]
DATA = {"渠道日报": [["日期", "平台", "支付金额"], ["2025-01-01", "天猫", 1]]}


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which printing is known to work."""
    monkeypatch.setattr(doctor, "try_print", lambda text, families: Trial("70.0", ("Noto Sans CJK SC",), ""))


def without(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    """``import name`` fails as it does where its libraries are missing."""
    real = builtins.__import__
    monkeypatch.delitem(sys.modules, name, raising=False)

    def failing(wanted: str, *arguments: Any, **more: Any) -> Any:
        if wanted == name:
            raise error
        return real(wanted, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", failing)


def test_all_is_well_here(rpt: Rpt, tmp_path: Path) -> None:
    project(tmp_path, DATA)
    said = rpt("doctor", "-p", tmp_path)
    assert said.code == 0, said
    assert said.err == ""
    marks = [line.split("　")[:2] for line in said.out.splitlines()[:-1]]
    names = [
        "Python",
        "Python 组件",
        "PDF",
        "中文字体",
        "临时文件夹",
        "时区",
        "项目",
        "来源文件",
        "输出文件夹",
        "状态文件夹",
    ]
    assert marks == [["✓", name] for name in names]
    assert said.out.splitlines()[-1] == "共检查10项，全部正常"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.xlsx", "elsewhere", "rpt.toml"]  # nothing is left


@pytest.mark.usefixtures("printed")
def test_without_a_project_the_machine_is_looked_at(rpt: Rpt) -> None:
    said = rpt("体检")
    assert said.code == 0
    assert "！　项目　在 " in said.out
    assert "rpt init 文件夹" in said.out
    assert "1项请留意" in said.out
    assert rpt("doctor", "-q").out.startswith("！　项目")


@pytest.mark.parametrize(
    ("error", "told", "mend"),
    [
        (
            OSError("cannot load library 'libpango-1.0-0': not found\nmore"),
            "缺少生成 PDF 所需的系统组件",
            "brew install pango",
        ),
        (ModuleNotFoundError("No module named 'weasyprint'"), "没有安装 WeasyPrint", "pip install weasyprint"),
    ],
)
def test_the_printer_is_missing(
    rpt: Rpt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str, mend: str
) -> None:
    project(tmp_path, DATA)
    without(monkeypatch, "weasyprint", error)
    said = rpt("doctor", "-p", tmp_path)
    assert said.code == 3
    assert f"✗　PDF　{told}" in said.out
    assert mend in said.out
    assert "！　中文字体　没有检查" in said.out
    assert "✓　来源文件" in said.out


@pytest.mark.parametrize(
    ("families", "missing", "code", "told"),
    [
        (("DejaVu Sans",), "年度经营报告", 3, "✗　中文字体　系统里没有中文字体，缺字：年度经营报告"),
        (("Noto Sans CJK SC",), "▲∶", 0, "！　中文字体　Noto Sans CJK SC 里缺这些字，PDF 里会印作〓：▲ ∶"),
        (("WenQuanYi Zen Hei",), "", 0, "！　中文字体　没有报告首选的字体，用 WenQuanYi Zen Hei 代替"),
        (("Noto Sans CJK SC", "DejaVu Sans"), "", 0, "✓　中文字体　Noto Sans CJK SC、DejaVu Sans"),
    ],
)
def test_fonts(
    rpt: Rpt, monkeypatch: pytest.MonkeyPatch, families: tuple[str, ...], missing: str, code: int, told: str
) -> None:
    monkeypatch.setattr(doctor, "try_print", lambda text, wanted: Trial("70.0", families, missing))
    said = rpt("doctor")
    assert said.code == code
    assert told in said.out
    assert ("fonts-noto-cjk" in said.out) == ("✓　中文字体" not in said.out)


@pytest.mark.usefixtures("printed")
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("[report]\ncompany = 5", "✗　项目　"),
        ("[report", "不是合法的 TOML"),
        (SETTINGS.replace("*.xlsx", "月报.xlsx"), "✗　来源文件　找不到来源文件：月报.xlsx"),
        (SETTINGS.replace('all = "*.xlsx"', ""), "[sources] 是空的"),
        (SETTINGS + "[aliases.nothing]\na = 'b'", "没有名为 nothing 的表"),
        ("metrics = 'x.toml'" + SETTINGS, "x.toml"),
    ],
)
def test_settings_that_are_wrong(rpt: Rpt, tmp_path: Path, settings: str, told: str) -> None:
    project(tmp_path, DATA)
    (tmp_path / "rpt.toml").write_text(settings, encoding="utf-8")
    said = rpt("doctor", "-p", tmp_path)
    assert said.code == 2, said
    assert told in said.out
    assert "项要修复" in said.out


@pytest.mark.usefixtures("printed")
def test_a_folder_named_wrongly_is_told(rpt: Rpt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--project 指定的位置没有 rpt.toml" in rpt("doctor", "-p", tmp_path / "gone").out
    monkeypatch.setenv("RPT_PROJECT", str(tmp_path / "gone"))
    said = rpt("doctor")
    assert said.code == 2
    assert "✗　项目　环境变量 RPT_PROJECT" in said.out


@pytest.mark.usefixtures("printed")
def test_folders_that_cannot_be_written(rpt: Rpt, tmp_path: Path) -> None:
    project(tmp_path, DATA, SETTINGS + '[output]\ndir = "rpt.toml/out"')
    said = rpt("doctor", "-p", tmp_path)
    assert said.code == 3
    assert "✗　输出文件夹　" in said.out
    assert "不可写（" in said.out
    assert "✓　状态文件夹" in said.out


@pytest.mark.usefixtures("printed")
def test_no_scratch_folder(rpt: Rpt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone" / "x"))
    (tmp_path / "gone").write_text("", encoding="utf-8")
    said = rpt("doctor")
    assert said.code == 3
    assert "✗　临时文件夹" in said.out
    assert "TMPDIR" in said.out


@pytest.mark.usefixtures("printed")
def test_a_full_disk(rpt: Rpt, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1_000_000

    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: Usage)
    said = rpt("doctor")
    assert said.code == 3
    assert "剩余 0.0 GB" in said.out
    assert "请清理磁盘" in said.out


@pytest.mark.usefixtures("printed")
def test_packages_that_are_missing_or_old(rpt: Rpt, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["duckdb>=99.1", "nosuchpackage>=1", "jinja2>=3.1.5", "pytest>=99; extra == 'test'"]
    monkeypatch.setattr(metadata, "requires", lambda name: wanted)
    said = rpt("doctor")
    assert said.code == 3
    assert f"duckdb>=99.1（现为 {metadata.version('duckdb')}）；nosuchpackage>=1（没有安装）" in said.out
    assert "pip install --upgrade 'duckdb>=99.1' 'nosuchpackage>=1'" in said.out
    assert "！　项目　没有检查" in said.out
    monkeypatch.undo()


@pytest.mark.usefixtures("printed")
def test_a_fixed_clock_is_said(rpt: Rpt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert "把今天固定为 2026-01-01" in rpt("doctor").out
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "明天")
    said = rpt("doctor")
    assert said.code == 3
    assert "不是整数：明天" in said.out
