"""``rpt cache``, and a report that rests on what an earlier run kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpt.metrics.measure import Measurer
from rpt.rendering.printing import Printer
from tests.projects import daily, project

Rpt = Callable[..., Any]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    project(tmp_path, {"渠道日报": daily(date(2024, 12, 1), date(2025, 12, 31), 天猫=1000)})
    return tmp_path


def gmv(shop: Path) -> str:
    report = json.loads((shop / "out" / "annual-2025.json").read_text(encoding="utf-8"))
    return str(next(number["value"] for number in report["numbers"] if number["id"] == "gmv@2025"))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The years that are measured, and not taken from the cache."""
    years: list[int] = []
    ledger = Measurer.ledger

    def noted(self: Measurer) -> Any:
        years.append(self.year)
        return ledger(self)

    monkeypatch.setattr(Measurer, "ledger", noted)
    return years


def test_it_shows_what_there_is_and_clears_it(rpt: Rpt, shop: Path) -> None:
    assert "缓存是空的" in rpt("cache", "-p", shop).out
    assert not (shop / ".rpt").exists()
    rpt("annual", "2025", "-p", shop, "-f", "json")
    said = rpt("缓存", "-p", shop)
    assert said.code == 0
    assert "来源文件的数据　1项" in said.out
    assert "算出的数　1项" in said.out
    assert "上限 1024 MB" in said.out
    assert "已清空缓存：2项" in rpt("cache", "--clear", "-p", shop).out
    assert not (shop / ".rpt" / "cache").exists()
    assert "缓存本来就是空的" in rpt("cache", "--clear", "-p", shop).out


def test_a_chart_is_drawn_once(rpt: Rpt, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing that was damaged is made again; one that still reads well too."""
    asked: list[int] = []
    draw = Printer.draw

    def noted(self: Printer, specs: Any) -> list[str]:
        asked.append(len(specs))
        return draw(self, specs)

    monkeypatch.setattr(Printer, "draw", noted)
    for _ in range(2):
        assert rpt("annual", "2025", "-p", shop, "-f", "html").code == 0
    first = (shop / "out" / "annual-2025.html").read_bytes()
    kept = sorted((shop / ".rpt" / "cache" / "drawing").glob("*/*"))
    assert "画好的图表" in rpt("cache", "-p", shop).out
    kept[0].write_text(kept[0].read_text(encoding="utf-8").replace("<path", "<g", 1), encoding="utf-8")
    kept[1].write_bytes(kept[1].read_bytes()[:-1] + b"\xff")
    assert rpt("annual", "2025", "-p", shop, "-f", "html").code == 0
    assert (shop / "out" / "annual-2025.html").read_bytes() == first
    assert asked == [len(kept), 0, 2]


def test_the_same_rows_are_measured_once_and_changed_ones_again(rpt: Rpt, shop: Path, measured: list[int]) -> None:
    rpt("annual", "2025", "-p", shop, "-f", "json")
    first = (shop / "out" / "annual-2025.json").read_bytes()
    rpt("annual", "2025", "-p", shop, "-f", "json")
    assert (shop / "out" / "annual-2025.json").read_bytes() == first
    assert measured == [2025]
    project(shop, {"渠道日报": daily(date(2024, 12, 1), date(2025, 12, 31), 天猫=1001)})
    rpt("annual", "2025", "-p", shop, "-f", "json")
    assert (gmv(shop), measured) == ("365365", [2025, 2025])


@pytest.mark.parametrize(
    "settings",
    [
        '[channels]\n"新渠道" = ["天猫"]\n',
        '[groups."平台"]\n"天猫+京东" = ["天猫", "京东"]\n',
        "[thresholds]\nactive_days = 30\n",
    ],
)
def test_what_decides_how_rows_are_measured_has_them_measured_again(
    rpt: Rpt, shop: Path, measured: list[int], settings: str
) -> None:
    said = rpt("annual", "2025", "-p", shop, "-f", "json")
    assert said.code == 0, said
    told = (shop / "rpt.toml").read_text(encoding="utf-8")
    told = told.partition("[channels]")[0] if settings.startswith("[channels]") else told
    (shop / "rpt.toml").write_text(told + settings, encoding="utf-8")
    said = rpt("annual", "2025", "-p", shop, "-f", "json")
    assert said.code == 0, said
    assert measured == [2025, 2025]


def test_a_damaged_ledger_is_measured_again(rpt: Rpt, shop: Path, measured: list[int]) -> None:
    rpt("annual", "2025", "-p", shop, "-f", "json")
    first = (shop / "out" / "annual-2025.json").read_bytes()
    (entry,) = (shop / ".rpt" / "cache" / "ledger").iterdir()
    for damaged in (b"", b"\x1f\x8bno gzip", (entry / "ledger.json.gz").read_bytes()[:200]):
        (entry / "ledger.json.gz").write_bytes(damaged)
        assert rpt("annual", "2025", "-p", shop, "-f", "json").code == 0
        assert (shop / "out" / "annual-2025.json").read_bytes() == first
    assert measured == [2025] * 4
