"""Every figure that the sample's report prints is explained, and every formula gives the figure that is printed."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable

import pytest

from rpt.assurance.explaining.trace import Tracer
from rpt.flows.remembered import tracer_of_run
from rpt.project.find import read_project
from rpt.state.runs import RunStore
from rpt.values.explanation import Explanation
from rpt.values.run import Run
from tests.conftest import Annual

NUMBERLESS = {
    # counts and places of the report itself: no formula stands behind them, words say what was counted
    r"document|finding\.\d+|table\..*\.rows|(last_)?plan\.\d{4}\.\D+|.*\.nth",
    # cells of a list: one row of a query, whose tables and way of drawing up are named
    r"list\..*",
    # read as they are: a target, a benchmark, a promise, the rows of a sheet, the days of a window of rpt.toml
    r".*\.(target|benchmark)|(action|last_plan)\.\d{4}\.\d+|source\.\d+\.rows|window\..*",
    # the panel beside the totals: sums over two tables
    r"panel@\d{4}(\.\w+)?",
}
ROWLESS = {
    # of the report itself
    r"document|finding\.\d+|table\..*\.rows|(last_)?plan\.\d{4}\.\D+|window\..*|.*\.nth",
    # days of the calendar and of campaign windows: the windows stand in rpt.toml, which is no sheet
    r"campaign_(days|opens_before_festival|closes_before_festival)@.*|.*\.comparable_days(_prior)?",
}


@pytest.fixture(scope="module")
def run(annual: Annual) -> Run:
    project = read_project(annual.project / "rpt.toml")
    found = RunStore(project.state).of_file(hashlib.sha256(annual.path("json").read_bytes()).hexdigest())
    assert found is not None, "the run of the annual report is not in the archive"
    return found


@pytest.fixture(scope="module")
def tracer(run: Run) -> Tracer:
    return tracer_of_run(run)


@pytest.fixture(scope="module")
def printed(run: Run, tracer: Tracer) -> dict[str, Explanation | None]:
    refs = dict.fromkeys(html.unescape(ref) for ref in re.findall(r'data-ref="([^"]*)"', run.document.html))
    return {ref: tracer.explain(ref) for ref in refs}


def without(printed: dict[str, Explanation | None], patterns: Iterable[str]) -> dict[str, Explanation]:
    known = re.compile("|".join(f"(?:{one})" for one in patterns))
    return {ref: one for ref, one in printed.items() if one is not None and not known.fullmatch(ref)}


def test_every_printed_figure_is_explained(printed: dict[str, Explanation | None]) -> None:
    assert len(printed) > 1500
    assert [ref for ref, one in printed.items() if one is None] == []
    named = {ref: one for ref, one in printed.items() if one is not None}
    assert [ref for ref, one in named.items() if one.label == ref or not one.text] == []
    assert [ref for ref, one in named.items() if one.value is None and not one.reason] == []
    assert [ref for ref, one in named.items() if one.calculation is None] == []


def test_every_formula_has_its_numbers_put_in(printed: dict[str, Explanation | None]) -> None:
    told = without(printed, NUMBERLESS)
    assert [ref for ref, one in told.items() if one.value is not None and not one.calculation.numbers] == []  # type: ignore[union-attr]


def test_formulas_speak_chinese(printed: dict[str, Explanation | None]) -> None:
    told = {one.calculation.words for one in printed.values() if one and one.calculation}
    assert [
        words for words in told if re.search(r"[a-z_]{3,}", words.replace("rpt.toml", "").replace("campaigns", ""))
    ] == []


def test_every_formula_gives_what_is_printed(printed: dict[str, Explanation | None]) -> None:
    apart = {ref: one.notes for ref, one in without(printed, ()).items() if any("不同" in note for note in one.notes)}
    assert apart == {}


def test_every_figure_names_the_cells_it_rests_on(printed: dict[str, Explanation | None]) -> None:
    told = without(printed, ROWLESS)
    assert [ref for ref, one in told.items() if one.value is not None and not one.sources] == []
    extracts = {extract for one in told.values() for extract in one.sources}
    assert all(extract.cells and len(extract.sha256) == 64 and extract.rows for extract in extracts)


@pytest.mark.parametrize(
    ("ref", "numbers"),
    [
        ("gmv@2025.growth", "420,000,000 ÷ 280,000,000 − 1 = 50.0%"),
        ("gmv@2025.gap", "420,000,000 − 380,000,000 = 4000万元"),
        ("inventory_days@2025.attainment", "35 ÷ 31.999918 = 109.4%"),
        ("gmv@2025[渠道=主站].driver", "273,000,000 − 202,000,000 = 7100万元"),
        ("visitors@2025.contribution", "102,258,480.98 ÷ 140,000,000 = 73.0%"),
        ("refund_amount@2025.driver", "−28,868,200 = −2887万元"),
        ("visitors@2025.lever10", "36,123,165 × 0.035967 × 323.265163 × 10% = 4200万元"),
        ("gmv@2025.levers.alone", "（600,000,000 ÷ 420,000,000）^（1 ÷ 3）− 1 = 12.6%"),
        ("gmv@2026.bridge.owner1", "15,000,000 + 18,000,000 + 22,000,000 = 5500万元"),
        ("gmv@2026.bridge.owner1.share", "55,000,000 ÷（600,000,000 − 420,000,000）= 30.6%"),
        ("gmv@2026.bridge.uncovered", "600,000,000 − 420,000,000 − 180,000,000 = 0元"),
        ("gmv@2025.comparable_growth", "420,000,000 ÷（280,000,000 × 365 ÷ 366）− 1 = 50.4%"),
        ("gmv@2026[渠道=私域].plan", "600,000,000 × 0.18 = 1.08亿元"),
        ("gmv@2026[渠道=主站].plan", "（600,000,000 − 108,000,000）× 273,000,000 ÷ 365,000,000 = 3.68亿元"),
        ("members@2026Q1.plan", "2,000,000 +（3,000,000 − 2,000,000）× 1 ÷ 4 = 225.0万人"),
        ("gmv@2026.monthly", "600,000,000 ÷ 12 = 5000万元"),
        ("gmv@2025.pace", "0.5 − 0.333333 = 16.7个百分点"),
    ],
)
def test_a_formula_reads_as_on_paper(tracer: Tracer, ref: str, numbers: str) -> None:
    explained = tracer.explain(ref)
    assert explained is not None
    assert explained.calculation is not None
    assert explained.calculation.numbers == numbers


def test_a_target_names_its_own_cell(tracer: Tracer) -> None:
    explained = tracer.explain("gmv@2026.target")
    assert explained is not None
    (cell,) = explained.sources
    assert (cell.table, cell.file, cell.sheet, cell.cells) == ("年度目标", "targets.xlsx", "年度目标", "D18")
