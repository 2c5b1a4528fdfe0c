"""Time and memory of the member metrics at the business's real size, against the same by hand, and how they grow.

    make bench-scale                # or: python -m tests.benchmarks.scale --scale 1,10 --memory-limit 4GB --json FILE

RFM tiers, their migration, cohorts, repurchase and buyers of every year, quarter and month, by tier and region: (a) as
rpt measures them, (b) in DuckDB's SQL written by hand (``by_hand``), (c) with pandas, all over the same typed tables,
which are loaded before the clock starts. ``ledger`` is every metric of the business, touches and parcels too, as
``rpt annual`` measures them once its files are read. On demand (``--ways rpt,spark``, in the environment of ``make
test-remote``) Spark measures them, which reads the Parquet files itself. The results have to agree: to the last digit,
those of pandas within its floats. Each way runs in a process of its own, in turn, ``--runs`` times; medians count, of
the time on the clock and of the processors' (which other work on the machine disturbs less; Spark's executors are not
in it). With several scales, the sizes take turns too, and the time of each is held against that of the first.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

METRICS = (
    *("panel_buyers", "high_value_share", "repeat_rate", "spend_per_buyer", "orders_per_buyer", "tier_members"),
    *("tier_share", "tier_moves", "tier_kept_rate", "tier_return_rate", "active_cutoff_days", "dormant_cutoff_days"),
    *("cohort_retention", "next_quarter_retention", "cohort_size", "rfm_segments", "repurchase_cycle_days"),
    "repurchase_30d",
)
TABLES = ("orders", "member")
DERIVED = (
    *("buyer", "order_sequence", "tier_cutoffs", "member_tier", "buyer_period", "tier_move", "cohort_quarter"),
    *("order_interval", "first_order"),
)
SPARK = (
    "pyspark://?spark.master=local-cluster[2,1,3072]&spark.executor.memory=3g&spark.driver.memory=2g"
    "&spark.sql.shuffle.partitions=4&spark.ui.showConsoleProgress=false"
)
GOALS = {"sql": ("≤", 1.3), "pandas": ("≤", 0.5)}
GROWTH = 1.1  # the goal: ten times the rows take eleven times as long


def main() -> None:
    """Measure, print the tables, and write them as JSON where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="1", help="or several: 1,10")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory-limit", default="", help="of the database, as in rpt.toml: 4GB")
    parser.add_argument("--ways", default="rpt,sql,pandas")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help="projects that rpt sample wrote, with commas; without, they are made")
    given = parser.parse_args()
    if given.way:
        _measure_one(given.way, Path(given.folder), given.memory_limit)
        return
    with tempfile.TemporaryDirectory(prefix="rpt-scale-") as scratch:
        folders = [Path(name) for name in given.folder.split(",")] if given.folder else _made(given.scale, scratch)
        turns = [(folder, way) for folder in folders for way in given.ways.split(",")]
        runs: dict[tuple[Path, str], list[dict[str, Any]]] = {turn: [] for turn in turns}
        for _ in range(given.runs):
            for folder, way in turns:
                runs[folder, way].append(_child(way, folder, given.memory_limit))
    tables = {}
    for folder in folders:
        found = {way: runs[folder, way] for way in given.ways.split(",")}
        rows = found["rpt"][0]["rows"]
        tables[rows] = {way: _summary(several) for way, several in found.items()}
        _print(tables[rows], rows)
        _agree({way: several[0]["figures"] for way, several in found.items()})
    _print_growth(tables)
    if given.json:
        given.json.write_text(json.dumps(tables, ensure_ascii=False, indent=2), encoding="utf-8")


def _made(scales: str, scratch: str) -> list[Path]:
    folders = {scale: Path(scratch) / f"project-{scale}" for scale in scales.split(",")}
    for scale, folder in folders.items():
        command = [sys.executable, "-m", "rpt", "sample", str(folder), "--scale", scale, "--quiet"]
        subprocess.run(command, check=True)
    return list(folders.values())


def _child(way: str, folder: Path, limit: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.scale", "--way", way, "--folder", str(folder)]
    ended = subprocess.run([*command, "--memory-limit", limit], check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(ended.stdout))


def _measure_one(way: str, folder: Path, limit: str) -> None:
    import resource

    run, rows = _WAYS[way](folder, limit)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, busy = time.perf_counter(), time.process_time()
    figures = run()
    seconds, processor = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"|".join(key): [None if part is None else str(part) for part in pair] for key, pair in figures.items()}
    print(json.dumps({"seconds": seconds, "cpu": processor, "peak": peak, "held": held, "rows": rows, "figures": told}))


def _engine(folder: Path, limit: str) -> Any:
    """A database with the typed tables of a project; their files are typed already."""
    from rpt.engine.duck import Duck
    from rpt.intake.clean import SQL_TYPES
    from rpt.intake.schema import schemas
    from rpt.project.find import read_project
    from rpt.values.resources import Resources, size_of

    project = read_project(folder / "rpt.toml")
    resources = Resources(size_of(limit), None, folder / ".spill") if limit else Resources()
    engine, known = Duck(resources), schemas(project)
    for name in TABLES:
        file = folder / f"{known[name].label}.parquet"
        cells = ", ".join(f'"{c.label}"::{SQL_TYPES[c.type]} as {c.key}' for c in known[name].columns)
        engine.table(
            f"typed_{name}",
            f"select {cells}, 1 as _src, file_row_number + 1 as _row "
            f"from read_parquet('{file}', file_row_number = true)",
        )
    return project, engine, known


def _with_rpt(folder: Path, limit: str) -> tuple[Callable[[], Any], int]:
    from rpt.engine.dataset import Dataset, Origin
    from rpt.intake.assemble import described

    project, engine, known = _engine(folder, limit)
    tables = {}
    for name in TABLES:
        rows = engine.rows(f"select count(*) from typed_{name}")[0][0]
        columns = frozenset(column.key for column in known[name].columns)
        tables[name] = described(engine, known[name], columns, [Origin(1, f"{name}.parquet", "", "", rows, 1, rows)])
    return _measuring(project, Dataset(engine, tables), _member_metrics(project))


def _with_ledger(folder: Path, limit: str) -> tuple[Callable[[], Any], int]:
    from rpt.flows.steps import intake
    from rpt.metrics.catalogue import catalogue
    from rpt.project.find import read_project
    from rpt.project.inputs import EngineSection

    project = read_project(folder / "rpt.toml")
    if limit:
        engine = EngineSection(memory_limit=limit, temp_directory=str(folder / ".spill"))
        project = project.model_copy(update={"settings": project.settings.model_copy(update={"engine": engine})})
    dataset, _ = intake(project, date(2026, 1, 1))
    return _measuring(project, dataset, catalogue(project, base_year=2024))


def _with_spark(folder: Path, limit: str) -> tuple[Callable[[], Any], int]:
    from rpt.engine.dataset import Dataset
    from rpt.engine.duck import Duck
    from rpt.flows.engines import warehouse_of
    from rpt.intake.schema import schemas
    from rpt.intake.standing import moved
    from rpt.project.find import read_project
    from rpt.project.inputs import EngineSection, TableSource

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    project = read_project(folder / "rpt.toml")
    known = schemas(project)
    there = {name: TableSource(path=str(folder / f"{known[name].label}.parquet")) for name in TABLES}
    settings = project.settings.model_copy(update={"engine": EngineSection(url=SPARK), "tables": there})
    project = project.model_copy(update={"settings": settings})
    remote, _ = warehouse_of(project, Duck())
    assert remote is not None
    dataset, issues = moved(Dataset(remote, {}), remote, project)
    assert not issues, issues
    return _measuring(project, dataset, _member_metrics(project))


def _member_metrics(project: Any) -> Any:
    """What the catalogue says of the metrics that the ways by hand have, and of the tables they come from."""
    from rpt.metrics.catalogue import catalogue

    entries = catalogue(project, base_year=2024)
    return replace(
        entries,
        metrics={id: entries.metrics[id] for id in METRICS},
        tables={name: entries.tables[name] for name in ("orders", *DERIVED)},
        lists={},
    )


def _measuring(project: Any, dataset: Any, entries: Any) -> tuple[Callable[[], Any], int]:
    """What measures the metrics of a catalogue over a dataset, and how many orders that has."""
    from rpt.metrics.derive import create_views
    from rpt.metrics.measure import Measurer
    from rpt.metrics.timeline import Timeline, create_time_tables

    def run() -> Any:
        line = Timeline(2025, date(2024, 1, 1), date(2025, 12, 31))
        create_time_tables(dataset.engine, project, line)
        absent, _ = create_views(dataset, project, entries, line)
        ledger = Measurer(dataset, project, entries, absent, line).ledger()
        assert not ledger.missing.keys() & set(METRICS), ledger.missing
        return {
            (m.metric, m.period.key, m.scope): (m.numerator, m.denominator)
            for m in ledger.measurements
            if m.metric in METRICS and m.value is not None  # by hand nobody writes down what nothing divides
        }

    return run, dataset.tables["orders"].rows


def _with_sql(folder: Path, limit: str) -> tuple[Callable[[], Any], int]:
    from tests.benchmarks.by_hand import in_sql

    _, engine, _ = _engine(folder, limit)
    return lambda: in_sql(engine._connection), engine.rows("select count(*) from typed_orders")[0][0]


def _with_pandas(folder: Path, limit: str) -> tuple[Callable[[], Any], int]:
    from tests.benchmarks.by_hand import in_pandas

    _, engine, _ = _engine(folder, limit)
    wanted = "member_id, order_id, paid_at, paid_amount::double as paid_amount"
    orders = engine._connection.sql(f"select {wanted} from typed_orders").df()
    members = engine._connection.sql("select member_id, region, first_order_on from typed_member").df()
    engine._connection.close()
    return lambda: in_pandas(orders, members), len(orders)


_WAYS: Mapping[str, Callable[[Path, str], tuple[Callable[[], Any], int]]] = {
    "rpt": _with_rpt,
    "sql": _with_sql,
    "pandas": _with_pandas,
    "ledger": _with_ledger,
    "spark": _with_spark,
}


def _summary(runs: list[dict[str, Any]]) -> dict[str, float]:
    return {key: median(run[key] for run in runs) for key in ("seconds", "cpu", "peak", "held")}


def _print(table: Mapping[str, Mapping[str, float]], rows: int) -> None:
    print(f"{rows:,} orders")
    print(f"{'':8}{'seconds':>9}{'cpu s':>9}{'peak MB':>9}{'rpt / it':>10}{'by cpu':>8}   goal")
    for way, found in table.items():
        ratios = [table["rpt"][key] / found[key] for key in ("seconds", "cpu")]
        goal = f"{GOALS[way][0]} {GOALS[way][1]}" if way in GOALS else ""
        missed = "  missed" if way in GOALS and ratios[0] > GOALS[way][1] else ""
        figures = f"{found['seconds']:9.2f}{found['cpu']:9.2f}{found['peak'] / 1024:9.0f}"
        print(f"{way:8}{figures}{ratios[0]:10.2f}{ratios[1]:8.2f}   {goal}{missed}")


def _print_growth(tables: Mapping[int, Mapping[str, Mapping[str, float]]]) -> None:
    """How many times as long the larger sizes take as the first."""
    (least, first), *more = tables.items()
    for rows, table in more:
        times = rows / least
        for way, found in table.items():
            growth = found["seconds"] / first[way]["seconds"]
            goal = f"   goal ≤ {times * GROWTH:.0f}" if way in ("rpt", "ledger") else ""
            missed = "  missed" if goal and growth > times * GROWTH else ""
            print(f"{way:8}× {times:.0f} rows take {growth:.1f} times as long{goal}{missed}")


def _agree(figures: Mapping[str, Mapping[str, Any]]) -> None:
    """Say how many figures are the same; end with 1 where one is not."""
    own = figures["rpt"]
    wrong = [
        f"{way}: {key}: rpt {own.get(key)}, {way} {found.get(key)}"
        for way, found in figures.items()
        for key in own.keys() | found.keys()
        if not _same(own.get(key), found.get(key), exact=way != "pandas")
    ]
    print(f"{len(own)} figures, {len(wrong)} differ")
    print("\n".join(sorted(wrong)[:20]))
    if wrong:
        sys.exit(1)


def _same(one: Any, other: Any, *, exact: bool) -> bool:
    if one is None or other is None:
        return one is other
    for a, b in zip(one, other, strict=True):
        if a is None or b is None:
            if a is not b:
                return False
        elif abs(Decimal(a) - Decimal(b)) > (0 if exact else Decimal("0.01") + abs(Decimal(a)) / 10**9):
            return False
    return True


if __name__ == "__main__":
    main()
