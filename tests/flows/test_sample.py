"""The example company at another size: the same rates, other rows, nothing half-written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rpt.engine.duck import Duck
from rpt.flows.sample import sample
from rpt.flows.steps import measure
from rpt.intake.load import load
from rpt.project.find import read_project
from rpt.values.issue import Level, UserError


@pytest.fixture(scope="module")
def tenth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenth of the panel: one member in a thousand."""
    folder = tmp_path_factory.mktemp("sample") / "示例"
    sample(folder, Decimal("0.001"), "parquet", 2025)
    return folder


def test_a_small_one_has_the_rates_of_the_panel(tenth: Path) -> None:
    project = read_project(tenth / "rpt.toml")
    assert project.settings.thresholds.panel_ratio == 1000
    dataset, issues = load(project, Duck())
    assert [issue for issue in issues if issue.level is Level.ERROR] == []
    tables = {name: table.rows for name, table in dataset.tables.items()}
    assert tables["member"] == 2000
    assert 2000 < tables["orders"] < 2500
    assert (tables["member_monthly"], tables["supplier"] > 0) == (24, True)
    ledger = measure(project, dataset, issues, 2025, None, date(2026, 1, 15)).ledger
    found = {m.metric: m.value for m in ledger.measurements if m.period.key == "2025" and m.scope == "全部"}
    assert found["repeat_rate"] == pytest.approx(Decimal("0.32"), abs=Decimal("0.06"))
    assert found["high_value_share"] == pytest.approx(Decimal("0.12"), abs=Decimal("0.04"))


def test_every_member_and_order_of_a_larger_one_is_another(tmp_path: Path) -> None:
    sample(tmp_path / "x", Decimal("0.02"), "parquet", 2025)
    engine = Duck()
    rows, ids, buyers, people = engine.rows(
        f'select count(*), count(distinct "订单编号"), count(distinct "会员ID"), '
        f"(select count(distinct \"会员ID\") from '{tmp_path}/x/会员明细.parquet') "
        f"from '{tmp_path}/x/订单明细.parquet'"
    )[0]
    assert (rows, ids, buyers, people) == (44_490, 44_490, 13_316, 40_000)
    late = f'select count(*) from \'{tmp_path}/x/订单明细.parquet\' where "下单时间" > "支付时间"'
    assert engine.rows(late) == [(0,)]


def test_a_seed_gives_the_same_bytes_and_another_seed_others(tenth: Path, tmp_path: Path) -> None:
    sample(tmp_path / "again", Decimal("0.001"), "parquet", 2025)
    sample(tmp_path / "other", Decimal("0.001"), "parquet", 7)
    name = "订单明细.parquet"
    assert (tmp_path / "again" / name).read_bytes() == (tenth / name).read_bytes()
    assert (tmp_path / "other" / name).read_bytes() != (tenth / name).read_bytes()


def test_csv_holds_the_same_rows(tenth: Path, tmp_path: Path) -> None:
    sample(tmp_path / "csv", Decimal("0.001"), "csv", 2025)
    one, issues = load(read_project(tmp_path / "csv" / "rpt.toml"), Duck())
    other, _ = load(read_project(tenth / "rpt.toml"), Duck())
    assert [issue for issue in issues if issue.level is Level.ERROR] == []
    for name in ("member", "orders", "touch", "parcel"):
        columns = ", ".join(f'"{key}"' for key in one.tables[name].all_columns)
        query = f"select {columns} from typed_{name} order by all"
        assert one.engine.rows(query) == other.engine.rows(query)


def test_a_folder_with_files_is_left_alone(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "mine.txt").write_text("x")
    said = rpt("sample", str(folder), "--scale", "0.001")
    assert said.code == 2
    assert "不是空的" in said.err
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_disk_without_room_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    with pytest.raises(UserError, match=r"磁盘空间不足：约需 0\.1 GB") as error:
        sample(tmp_path / "x", Decimal(1), "parquet", 2025)
    assert error.value.exit_code == 3
    assert list((tmp_path / "x").iterdir()) == []
