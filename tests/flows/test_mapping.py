"""rpt.toml written to by rpt: what stood there stays as it was."""

from pathlib import Path

import pytest

from rpt.flows.mapping import add_entries
from rpt.project.find import read_project
from rpt.values.issue import UserError

TEXT = """# 我们的项目
[report]
company = "测试公司"   # 全称

[aliases.video]
title = "名称" # 单个写法
[aliases.channel_daily]
paid_amount = [
  "流水", # 财务的叫法
]

[output]
dir = "out" # 输出
"""


def written(folder: Path, text: str = TEXT) -> Path:
    path = folder / "rpt.toml"
    path.write_bytes(text.encode())
    return path


def test_comments_order_and_layout_stay(tmp_path: Path) -> None:
    path = written(tmp_path)
    entries = {
        "aliases": {
            "channel_daily": {"paid_amount": ["入账"], "visitors": ["来客"]},
            "video": {"title": ["题目"]},
            "live": {"host": ["谁"]},
        },
        "tables": {"member_monthly": {"files": "会员.xlsx", "sheet": "Sheet1"}},
        "exports": {"京东商智": {"preset": "京东商智", "files": "jd.csv"}},
    }
    backup = add_entries(path, entries)
    assert backup.read_bytes() == TEXT.encode()
    text = path.read_text(encoding="utf-8")
    settings = read_project(path).settings
    assert settings.aliases == {
        "video": {"title": ("名称", "题目")},
        "channel_daily": {"paid_amount": ("流水", "入账"), "visitors": ("来客",)},
        "live": {"host": ("谁",)},
    }
    assert settings.tables["member_monthly"].sheet == "Sheet1"
    assert settings.exports["京东商智"].files == ("jd.csv",)
    # no comment is lost, and the lines that stood there stand in their order
    assert [part for part in ("# 我们的项目", "# 全称", "# 财务的叫法", "# 输出") if part not in text] == []
    kept = [line for line in TEXT.splitlines() if line and "名称" not in line]
    at = [text.splitlines().index(line) for line in kept]
    assert at == sorted(at)


def test_a_second_time_adds_nothing_and_keeps_both_copies(tmp_path: Path) -> None:
    path = written(tmp_path)
    entries = {"aliases": {"channel_daily": {"visitors": ["来客"]}}}
    assert add_entries(path, entries).name == "rpt.toml.bak"
    once = path.read_bytes()
    assert add_entries(path, entries).name == "rpt.toml.bak2"
    assert path.read_bytes() == once


def test_byte_order_mark_and_line_ends_stay(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff" + TEXT.replace("\n", "\r\n"))
    add_entries(path, {"aliases": {"channel_daily": {"visitors": ["来客"]}}})
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf# ")
    assert raw.count(b"\r\n") == raw.count(b"\n")


def test_what_would_not_be_a_project_any_more_is_not_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    with pytest.raises(UserError):
        add_entries(path, {"nonsense": {"a": ["b"]}})
    assert path.read_bytes() == TEXT.encode()
    assert [child.name for child in tmp_path.iterdir()] == ["rpt.toml"]
