from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rpt.project.find import find_project, read_project
from rpt.project.toml import line_of
from rpt.values.issue import UserError
from rpt.values.lines import Lines

NAME = '[report]\ncompany = "{}"\n'


def folder(path: Path, company: str) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "rpt.toml").write_text(NAME.format(company), encoding="utf-8")
    return path


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for company in ("explicit", "environment", "here"):
        folder(tmp_path / company, company)
    (tmp_path / "here" / "a" / "b").mkdir(parents=True)
    monkeypatch.delenv("RPT_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path / "here" / "a" / "b")
    return tmp_path


def company(explicit: Path | None = None) -> str:
    return find_project(explicit).settings.report.company


def test_the_option_wins_over_the_environment_and_that_over_the_folder(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert company() == "here"  # two folders up
    monkeypatch.setenv("RPT_PROJECT", str(places / "environment"))
    assert company() == "environment"
    assert company(places / "explicit") == "explicit"
    assert company(places / "explicit" / "rpt.toml") == "explicit"
    monkeypatch.setenv("RPT_PROJECT", "")
    assert company() == "here"


def test_the_nearest_parent_wins(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(places / "here" / "a", "nearer")
    assert company() == "nearer"


def test_there_is_no_falling_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RPT_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as caught:
        find_project()
    assert caught.value.exit_code == 2
    assert str(tmp_path) in caught.value.message
    assert "--project 项目文件夹" in caught.value.hint


@pytest.mark.parametrize(("by", "named"), [("option", "--project"), ("environment", "RPT_PROJECT")])
def test_a_place_without_a_project_is_named_and_nothing_else_is_tried(
    places: Path, monkeypatch: pytest.MonkeyPatch, by: str, named: str
) -> None:
    empty = places / "empty"
    empty.mkdir()
    if by == "environment":
        monkeypatch.setenv("RPT_PROJECT", str(empty))
    with pytest.raises(UserError, match=named) as caught:
        find_project(empty if by == "option" else None)
    assert str(empty) in caught.value.message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[treshholds]", 3, "treshholds 没有这个配置项，请检查拼写"),
        ("[thresholds]\nhit_play = 5", 4, "thresholds.hit_play 没有这个配置项，请检查拼写（写的是 5）"),
        ('[thresholds]\nhit_plays = "many"', 4, "thresholds.hit_plays 应为整数（写的是 'many'）"),
        ("[thresholds]\n# 说明\nhit_plays = -1", 5, "thresholds.hit_plays 必须大于 0（写的是 -1）"),
        ('[theme]\naccent = "blue"', 4, "颜色应写成 #1F4E79 这样的六位十六进制"),
        ('[theme]\ncolours = "red"', 4, "取值不在允许范围：'good_bad' or 'up_red'（写的是 'red'）"),
        ("[campaigns.'618']\n2025 = { start = 2025-06-20, end = 2025-06-01 }", 4, "618.2025 end 早于 start"),
        ("[campaigns.'618']\n2025 = { start = '六月', end = 2025-06-20 }", 4, "应为日期，如 2025-06-18"),
        (
            "[campaigns.'618']\n2025 = { start = 2025-06-01, end = 2025-06-20, member_day = 2025-07-01 }",
            4,
            "member_day 不在活动窗口内",
        ),
        ("[channels]\n主站 = ['天猫']", 4, "不是合法的 TOML"),  # a Chinese key wants quotes
        ('x = "open', 3, "不是合法的 TOML"),
        ("[report]", 3, "不是合法的 TOML：重复写了同一项"),
    ],
)
def test_a_wrong_entry_is_named_with_file_line_and_key(tmp_path: Path, text: str, line: int, says: str) -> None:
    message = refusal(tmp_path, NAME.format("A") + text + "\n")
    assert says in message
    assert f"第 {line} 行" in message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[report]\ntitle = "x"\n', 1, "report.company 缺少这一项"),
        ("[report]\ncompany = 3\n", 2, "report.company 应为文字（加引号）（写的是 3）"),
    ],
)
def test_the_company_is_needed(tmp_path: Path, text: str, line: int, says: str) -> None:
    message = refusal(tmp_path, text)
    assert (says in message, f"第 {line} 行" in message) == (True, True)


def test_a_platform_belongs_to_one_channel(tmp_path: Path) -> None:
    text = '[channels]\n"主站" = ["天猫"]\n"短视频" = ["抖音", "天猫"]\n'
    message = refusal(tmp_path, NAME.format("A") + text)
    assert "第 3 行：channels 平台“天猫”同时归入了“主站”和“短视频”" in message


def refusal(folder: Path, text: str) -> str:
    """What is said about a wrong file; its name always."""
    path = folder / "rpt.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_project(path)
    assert caught.value.exit_code == 2
    assert str(path.resolve()) in caught.value.message
    return caught.value.message


def test_every_wrong_entry_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rpt.toml"
    path.write_text('[report]\ncompany = "A"\ncolor = 1\n[output]\ndirr = "x"\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_project(path)
    assert ["第 3 行" in caught.value.message, "第 5 行" in caught.value.message] == [True, True]


def test_another_encoding_is_said(tmp_path: Path) -> None:
    path = tmp_path / "rpt.toml"
    path.write_bytes('[report]\ncompany = "示例"\n'.encode("gb18030"))
    with pytest.raises(UserError, match="不是 UTF-8 编码"):
        read_project(path)


def test_a_byte_order_mark_and_crlf_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rpt.toml"
    path.write_bytes('[report]\r\ncompany = "示例"\r\n'.encode("utf-8-sig"))
    assert read_project(path).settings.report.company == "示例"


def test_what_a_project_offers(tmp_path: Path) -> None:
    text = """
[report]
company = "示例"
title = "{year}年度报告"
[sources]
one = "a.xlsx"
many = ["b.xlsx", "月报/*.xlsx"]
[campaigns."618"]
2025 = { start = 2025-05-13, end = 2025-06-20, presale_from = 2025-05-13 }
[thresholds.problems]
severe = 0.3
[output]
dir = "../输出"
[theme]
logo = "logo.png"
"""
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "rpt.toml").write_text(text, encoding="utf-8")
    project = read_project(tmp_path / "p" / "rpt.toml")
    assert project.title(2025) == "2025年度报告"
    assert project.settings.sources == {"one": ("a.xlsx",), "many": ("b.xlsx", "月报/*.xlsx")}
    assert project.settings.campaigns["618"][2025].start == date(2025, 5, 13)
    assert project.out == (tmp_path / "输出").resolve()
    assert Path(project.theme.logo) == (tmp_path / "p" / "logo.png").resolve()
    assert project.settings.thresholds.high_value_spend == 5000
    assert project.lines == Lines(severe=Decimal("0.3"))


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["a", "b"], 2),
        (["a", "missing"], 1),
        (["a", "c", "d"], 3),  # dotted
        (["表", "列"], 5),  # quoted
        (["list", 1, "x"], 7),
        (["nothing"], None),
    ],
)
def test_lines_of_keys(keys: list[str | int], line: int | None) -> None:
    text = '[a]\nb = 1\nc.d = 2\n["表"]\n"列" = 3\n[[list]]\nx = 1\n'
    assert line_of(text, keys) == line
