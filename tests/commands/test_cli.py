"""The command line: what people type, what it says, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rpt as package
from tests.projects import SETTINGS, daily, project

Rpt = Callable[..., Any]
DAYS = daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000, 抖音=500)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with channel data of two years and nothing wrong with them."""
    folder = tmp_path_factory.mktemp("shop")
    project(folder, {"渠道日报": DAYS})
    return folder


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A project in whose workbook one amount is a word."""
    rows = [list(row) for row in DAYS]
    rows[5][5] = "待定"
    project(tmp_path, {"渠道日报": rows})
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        ("annual 2025", "没有找到项目文件 rpt.toml", "在命令后写上 --project 项目文件夹"),
        ("annual 2025 -p nowhere", "--project 指定的位置没有 rpt.toml：nowhere", "请指向放有 rpt.toml 的文件夹"),
        ("anual 2025", "没有“anual”这个命令", "是不是想输入 annual？"),
        ("annual 2025 --fromat pdf", "没有“--fromat”这个选项", "是不是想输入 --format？"),
        ("annual 2025 -z", "没有“-z”这个选项", "输入 rpt --help 查看用法"),
        ("annual 25", "年份不在 1990—2100 之内", "年份写成 2025 这样的四位数"),
        ("annual 今年", "年份应为整数", "年份写成 2025 这样的四位数"),
        ("annual 2024 2025", "多余的参数：2025", "rpt --help"),
        ("annual 2025 --format", "选项 --format 后面要写值", "rpt --help"),
        ("annual 2025 --format docx", "不认识的格式 docx，可用 pdf,xlsx,html,json", "rpt --help"),
        ("annual 2025 --as-of 昨天", "应为日期，如 2025-09-30（写的是 昨天）", "rpt --help"),
        ("metrics 复够率", "没有名为“复够率”的指标", "是不是：复购率"),
        ("metrics repeat_rat", "没有名为“repeat_rat”的指标", "repeat_rate"),
    ],
)
def test_what_was_mistyped_is_told_with_what_to_type(rpt: Rpt, typed: str, message: str, hint: str) -> None:
    said = rpt(*typed.split())
    assert said.code == 2
    assert said.err.startswith("错误：")
    assert message in said.err
    assert hint in said.err
    assert "Invalid" not in said.err
    assert said.out == ""


def test_nothing_typed_shows_the_help(rpt: Rpt) -> None:
    said = rpt()
    assert said.code == 2
    assert "用法：rpt" in said.out
    assert said.err == ""


def test_version(rpt: Rpt) -> None:
    assert rpt("--version").out == rpt("-V").out == f"rpt {package.__version__}\n"


@pytest.mark.parametrize("command", [[], ["annual"], ["check"], ["metrics"]])
def test_help_is_chinese(rpt: Rpt, command: list[str]) -> None:
    said = rpt(*command, "--help")
    assert said.code == 0
    assert "用法：rpt" in said.out
    assert "显示用法。" in said.out
    for english in ("Usage", "Options", "Arguments", "Commands", "Show this message", "default", "<bool>"):
        assert english not in said.out


@pytest.mark.parametrize(("chinese", "english"), [("年报", "annual"), ("检查", "check"), ("指标", "metrics")])
def test_commands_have_chinese_names(rpt: Rpt, chinese: str, english: str) -> None:
    assert rpt(chinese, "-h").out.split()[2:] == rpt(english, "-h").out.split()[2:]
    assert f"用法：rpt {chinese}" in rpt(chinese, "-h").out


def test_annual_by_its_chinese_name(rpt: Rpt, shop: Path, tmp_path: Path) -> None:
    said = rpt("年报", "2025", "-p", shop, "-o", tmp_path / "报告", "-f", "JSON，json")
    assert said.code == 0, said
    assert [path.name for path in (tmp_path / "报告").iterdir()] == ["annual-2025.json"]


def test_a_metric_by_name_and_by_id(rpt: Rpt) -> None:
    by_name, by_id = rpt("metrics", "复购率"), rpt("metrics", "repeat_rate")
    assert by_name == by_id
    assert by_name.code == 0
    for line in ("指标　复购率（repeat_rate）", "方向　越高越好", "口径　", "算式　", "定义于　member.toml 第"):
        assert line in by_name.out


def test_project_from_the_environment_and_from_a_folder_above(
    rpt: Rpt, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RPT_PROJECT", str(shop))
    assert rpt("annual", "2025", "-f", "json", "-o", tmp_path / "a").code == 0
    monkeypatch.setenv("RPT_PROJECT", str(tmp_path / "gone"))
    assert "环境变量 RPT_PROJECT 指定的位置没有 rpt.toml" in rpt("annual", "2025").err
    monkeypatch.delenv("RPT_PROJECT")
    below = shop / "月报" / "三月"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert rpt("annual", "2025", "-f", "json", "-o", tmp_path / "b").code == 0


def test_a_file_without_a_terminal_gets_plain_lines(annual: Any) -> None:
    """What cron would mail after the sample's run: steps, the few figures, the files; no control codes."""
    assert not any(sign in annual.output for sign in "\x1b\r\b")
    lines = annual.output.splitlines()
    steps = [line.split("] ")[1] for line in lines if line.startswith("[")]
    assert steps == ["读取数据", "计算指标", "对比与查找问题", "编制计划", "撰写报告", "生成文件"]
    table = {line.split()[0]: line.split()[1:] for line in lines if len(line.split()) == 4}
    assert table["成交总额"] == ["4.20亿元", "▲50.0%", "110.5%"]
    assert table["库存周转天数"][0] == "32天"
    assert {"会员数", "复购率"} <= set(table)
    assert "发现问题4项：" in lines
    assert [line.split("（")[0].rsplit(".")[-1] for line in lines if line.startswith("已生成")] == [
        "pdf", "xlsx", "html", "json",
    ]  # fmt: skip


def test_colours_are_not_forced_upon_a_pipe(shop: Path, tmp_path: Path) -> None:
    """A real pipe, in the C locale that cron gives: Chinese arrives whole."""
    command = [sys.executable, "-m", "rpt", "annual", "2025", "-p", str(shop), "-o", str(tmp_path), "-f", "json"]
    environment = {"LC_ALL": "C", "LANG": "C", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"}
    done = subprocess.run(command, capture_output=True, env=environment, timeout=120)
    assert done.returncode == 0
    assert "成交总额" in done.stdout.decode("utf-8")
    assert b"\x1b" not in done.stdout + done.stderr


def test_quiet_says_problems_only(rpt: Rpt, shop: Path, tmp_path: Path) -> None:
    said = rpt("annual", "2025", "-p", shop, "-o", tmp_path, "-f", "json", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")
    said = rpt("annual", "2025", "-p", shop, "-o", tmp_path, "-f", "json", "-q", "--as-of", "2026-02-01")
    assert said.code == 2
    assert said.out == ""


def test_quiet_keeps_warnings(rpt: Rpt, tmp_path: Path) -> None:
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 11, 30), 天猫=1000)})
    said = rpt("annual", "2025", "-p", tmp_path, "-f", "json", "-q")
    assert said.code == 0
    assert [line[:2] for line in said.out.splitlines()] == ["提醒"]


def test_data_errors_stop_the_report(rpt: Rpt, wrong: Path) -> None:
    said = rpt("annual", "2025", "-p", wrong)
    assert said.code == 1
    assert "data.xlsx › 渠道日报 › F6" in said.out
    assert "数据有1处错误，没有生成报告" in said.err
    assert "--allow-errors" in said.err
    assert not (wrong / "out").exists()


def test_allow_errors_writes_and_says_so_on_the_first_page(rpt: Rpt, wrong: Path) -> None:
    said = rpt("annual", "2025", "-p", wrong, "--allow-errors", "-f", "html,json")
    assert said.code == 0, said
    html = (wrong / "out/annual-2025.html").read_text(encoding="utf-8")
    cover = html[html.index('<header class="cover">') : html.index("</header>")]
    assert "本报告的来源数据有" in cover
    assert ">1处</data>错误" in cover
    assert "<dt>数据问题</dt><dd>错误1处" in cover
    (issue,) = json.loads((wrong / "out/annual-2025.json").read_text(encoding="utf-8"))["issues"]
    assert (issue["level"], issue["file"], issue["sheet"], issue["cell"]) == ("error", "data.xlsx", "渠道日报", "F6")
    assert issue["value"] == "待定"


def test_check_lists_and_fails_on_errors(rpt: Rpt, wrong: Path, shop: Path) -> None:
    said = rpt("check", "-p", wrong)
    assert said.code == 1
    assert "F6" in said.out
    assert "待定" in said.out
    good = rpt("check", "-p", shop)
    assert good.code == 0
    assert "渠道日报" in good.out
    assert "没有提供的表：" in good.out


def test_a_folder_that_cannot_be_written(rpt: Rpt, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = rpt("annual", "2025", "-p", shop, "-o", tmp_path / "file" / "out", "-f", "json")
    assert said.code == 3
    assert "输出文件夹无法创建" in said.err
    assert "--out" in said.err


def test_a_year_without_data(rpt: Rpt, shop: Path) -> None:
    said = rpt("annual", "2019", "-p", shop)
    assert said.code == 1
    assert "没有 2019 年的数据" in said.err
    assert "2024-01-01—2025-12-31" in said.err


def test_sources_that_are_not_there(rpt: Rpt, tmp_path: Path) -> None:
    project(tmp_path, None, SETTINGS)
    said = rpt("annual", "2025", "-p", tmp_path)
    assert said.code == 1
    assert "没有找到任何来源文件：*.xlsx" in said.err


def test_a_wrong_project_file_is_named_with_its_line(rpt: Rpt, tmp_path: Path) -> None:
    (tmp_path / "rpt.toml").write_text('[report]\ncompany = "甲"\n[sorces]\nall = "*.xlsx"\n', encoding="utf-8")
    said = rpt("annual", "2025", "-p", tmp_path)
    assert said.code == 2
    assert "rpt.toml 第 3 行：sorces 没有这个配置项" in said.err
