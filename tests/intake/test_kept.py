"""What files gave is kept from run to run: the same tables and issues, and nothing read that is as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.intake import load as loading
from rpt.intake.load import load
from rpt.project.model import Project
from rpt.state.cache import Cache
from rpt.values.issue import Issue
from tests.projects import SETTINGS, daily, project, write_workbook

EXPORT = """
[exports."店"]
preset = "生意参谋"
files = "导出/*.xlsx"
"""
MEMBERS = [["会员ID", "注册日期", "注册渠道"], ["M1", date(2025, 1, 2), "天猫"], ["M2", "2025-13-01", "抖音"]]


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    """Two workbooks of the team's own, one with a wrong cell, and an export of a tool."""
    found = project(
        tmp_path, {"渠道日报": daily(date(2025, 1, 1), date(2025, 1, 9), 抖音=10), "会员": MEMBERS}, SETTINGS + EXPORT
    )
    write_workbook(tmp_path / "more.xlsx", {"渠道日报": daily(date(2025, 2, 1), date(2025, 2, 9), 抖音=20), "空": []})
    head = ["统计日期", "访客数", "支付买家数", "支付子订单数", "支付金额"]
    (tmp_path / "导出").mkdir()
    write_workbook(tmp_path / "导出" / "店铺.xlsx", {"店铺": [head, ["2025-01-05", 9, 2, 2, "1,234.5"]]})
    (tmp_path / ".rpt").mkdir()
    return found


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from now on."""
    names: list[str] = []
    every = loading.read_each

    def noted(project: Project, files: Sequence[Any]) -> Any:
        names.extend(file.shown for file in files)
        return every(project, files)

    monkeypatch.setattr(loading, "read_each", noted)
    return names


def told(project: Project) -> tuple[dict[str, Any], list[Issue]]:
    """All that intake hands on, as values."""
    dataset, issues = load(project, Duck())
    return {name: (table, rows(dataset, table.name)) for name, table in dataset.tables.items()}, issues


def rows(dataset: Dataset, table: str) -> list[tuple[Any, ...]]:
    return dataset.engine.rows(f'select * from "{table}" order by _src, _row')


def test_the_second_run_reads_nothing_and_finds_the_same(shop: Project, read: list[str]) -> None:
    first = told(shop)
    assert sorted(read) == ["data.xlsx", "more.xlsx", "导出/店铺.xlsx"]
    read.clear()
    assert told(shop) == first
    assert read == []
    assert any(issue.code == "cell_bad" for issue in first[1])


def test_a_changed_file_alone_is_read_and_deleting_the_cache_changes_nothing(shop: Project, read: list[str]) -> None:
    told(shop)
    read.clear()
    write_workbook(shop.folder / "more.xlsx", {"渠道日报": daily(date(2025, 2, 1), date(2025, 2, 9), 抖音=21)})
    changed = told(shop)
    assert read == ["more.xlsx"]
    shutil.rmtree(shop.state / "cache")
    assert told(shop) == changed


@pytest.mark.parametrize(
    "damage",
    [
        lambda entry: (entry / "0.parquet").write_bytes(b"PAR1"),
        lambda entry: (entry / "0.parquet").unlink(),
        lambda entry: (entry / "file.json").write_text('{"file": {"sha256"', encoding="utf-8"),
        lambda entry: (entry / "file.json").unlink(),
    ],
    ids=["rows", "no rows", "record", "no record"],
)
def test_a_damaged_entry_is_made_anew(shop: Project, read: list[str], damage: Callable[[Path], object]) -> None:
    first = told(shop)
    entries = Cache(shop.state, 1 << 30).entries()
    for entry in entries:
        damage(entry.path)
    read.clear()
    assert told(shop) == first
    assert len(read) == len(entries) == 3
    read.clear()
    assert told(shop) == first
    assert read == []


@pytest.mark.parametrize(
    ("more", "again"),
    [
        ('[aliases.member]\nregistered_on = ["入会日"]\n', {"data.xlsx", "more.xlsx", "导出/店铺.xlsx"}),
        ("[limits]\nfile_mb = 5\n", {"data.xlsx", "more.xlsx", "导出/店铺.xlsx"}),
        ('[encodings]\n"*.csv" = "gb18030"\n', set()),
        ("[archive]\nkeep = 3\n", set()),
    ],
)
def test_what_decides_how_a_file_is_read_has_it_read_again(
    shop: Project, read: list[str], more: str, again: set[str]
) -> None:
    from rpt.project.find import read_project

    told(shop)
    read.clear()
    shop.file.write_text(SETTINGS + EXPORT + more, encoding="utf-8")
    told(read_project(shop.file))
    assert set(read) == again


def test_ids_hashed_with_a_key_of_the_run_are_not_kept(tmp_path: Path, read: list[str]) -> None:
    members = [["会员ID", "注册日期"], *([f"1380000{at:04}", date(2025, 1, 2)] for at in range(30))]
    found = project(tmp_path, {"会员": members})
    (tmp_path / ".rpt").mkdir()
    told(found)
    told(found)
    assert read == ["data.xlsx", "data.xlsx"]
    assert Cache(found.state, 1 << 30).entries() == []


def test_nothing_is_kept_where_there_is_no_state_folder_or_no_room(shop: Project, read: list[str]) -> None:
    (shop.state).rmdir()
    told(shop)
    assert not shop.state.exists()
    shop.state.mkdir()
    settings = shop.settings.model_copy(update={"cache": shop.settings.cache.model_copy(update={"max_mb": 0})})
    told(shop.model_copy(update={"settings": settings}))
    assert list(shop.state.iterdir()) == []
