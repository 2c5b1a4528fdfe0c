"""The engine as rpt.toml writes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rpt.flows.steps import intake
from rpt.values.address import address
from rpt.values.issue import UserError
from tests.projects import SETTINGS, project

TODAY = date(2026, 3, 1)
SHEETS = {"渠道日报": [["日期", "平台", "支付金额"], ["2025-01-01", "天猫", 100]]}


def test_the_embedded_engine_the_proved_and_the_accepted() -> None:
    assert address("duckdb").is_embedded
    assert address("duckdb").is_proved
    assert address("postgres://rpt@db:5432/shop").name == "PostgreSQL"
    assert address("pyspark://master:7077?spark.executor.memory=8g").is_proved
    assert not address("clickhouse://db:9000/shop").is_proved


@pytest.mark.parametrize("url", ["duck", "postgres", "http://db/x", "duckdb://file", ""])
def test_an_engine_that_nobody_knows(url: str) -> None:
    with pytest.raises(ValueError, match="不认识的引擎"):
        address(url)


@pytest.mark.parametrize("url", ["postgres://rpt:hunter2@db/shop", "trino://db/shop?password=hunter2"])
def test_a_password_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError, match="密码不能写在") as refused:
        project(tmp_path, settings=f'{SETTINGS}\n[engine]\nurl = "{url}"\n')
    assert "hunter2" not in refused.value.message


def test_a_table_of_a_warehouse_needs_one(tmp_path: Path) -> None:
    settings = f'{SETTINGS}\n[tables.orders]\nwarehouse = "shop.orders"\n'
    with pytest.raises(UserError, match="引擎是内嵌的 duckdb") as refused:
        intake(project(tmp_path, SHEETS, settings), TODAY)
    assert "[engine] url" in refused.value.hint


def test_a_table_comes_from_one_place(tmp_path: Path) -> None:
    settings = f'{SETTINGS}\n[tables.orders]\nwarehouse = "shop.orders"\nfiles = "a.xlsx"\n'
    with pytest.raises(UserError, match="要写且只写一项"):
        project(tmp_path, settings=settings)
