"""A workbook of a million rows, read and typed, against fastexcel that reads it alone.

    python -m tests.benchmarks.large_book --rows 1000000 --runs 3

The sheet is 订单明细, as ``rpt sample`` draws it. rpt reads it as in any run: looked at first, read by a child, cells
cleaned and typed, keys and plausibility checked; fastexcel gives Arrow columns of what the cells hold. Both are whole
processes with all that they start, in turn; medians count. No test: a goal that is missed is said to be missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.candidates import environment
from tests.benchmarks.measuring import timed, weighed

GOAL = 2.0
PER_SCALE = 2_224_500  # orders of the sample at scale 1
_READ = """
import sys
from datetime import date
from pathlib import Path
from rpt.engine.duck import Duck
from rpt.intake.load import load
from rpt.project.find import read_project
dataset, issues = load(read_project(Path(sys.argv[1]) / "rpt.toml"), Duck(), date(2026, 1, 15))
print(dataset.tables["orders"].rows)
"""
_ALONE = """
import sys
import fastexcel
sheet = fastexcel.read_excel(sys.argv[1]).load_sheet(0)
columns = sheet.__arrow_c_array__()
print(sheet.height)
"""
_SETTINGS = """
[report]
company = "测试公司"
[sources]
all = "orders.xlsx"
[limits]
seconds = 600
memory_mb = 8192
[cache]
max_mb = 0
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rpt-book-") as name:
        folder = Path(name)
        book = _written(folder, given.rows)
        ways = {
            "rpt": [sys.executable, "-c", _READ, str(folder)],
            "fastexcel": [sys.executable, "-c", _ALONE, str(book)],
        }
        environ, log = environment(os.environ), folder / "log.txt"
        runs: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(given.runs):
            for way, command in ways.items():
                run = timed(command, folder, environ, log)
                runs[way].append((run.wall, run.cpu))
        peaks = {way: weighed(command, folder, environ, log).peak for way, command in ways.items()}
    told = {
        way: {"seconds": median(w for w, _ in found), "cpu": median(c for _, c in found), "memory": peaks[way]}
        for way, found in runs.items()
    }
    ratio = told["rpt"]["seconds"] / told["fastexcel"]["seconds"]
    print(f"{given.rows:,} rows\n{'':10}{'seconds':>9}{'cpu s':>9}{'MB':>9}")
    for way, found in told.items():
        print(f"{way:10}{found['seconds']:9.2f}{found['cpu']:9.2f}{found['memory']:9.0f}")
    print(f"rpt / fastexcel {ratio:.2f}, goal ≤ {GOAL}{'' if ratio <= GOAL else ': missed'}")
    if given.json:
        given.json.write_text(json.dumps({"rows": given.rows, **told, "ratio": ratio}, indent=2), encoding="utf-8")


def _written(folder: Path, rows: int) -> Path:
    """A project of one workbook with that many orders."""
    import duckdb
    import xlsxwriter

    (folder / "rpt.toml").write_text(_SETTINGS, encoding="utf-8")
    sample = folder / "sample"
    scale = f"{rows / PER_SCALE + 0.001:.4f}"
    subprocess.run([sys.executable, "-m", "rpt", "sample", str(sample), "--scale", scale, "--quiet"], check=True)
    read = duckdb.execute(f"select * from read_parquet('{sample}/订单明细.parquet') limit {rows}")
    book = folder / "orders.xlsx"
    with xlsxwriter.Workbook(book, {"constant_memory": True}) as written:
        sheet = written.add_worksheet("订单明细")
        moment = written.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, [name for name, *_ in read.description])
        for at, row in enumerate(iter(read.fetchone, None), start=1):
            for column, value in enumerate(row):
                if hasattr(value, "year"):
                    sheet.write_datetime(at, column, value, moment)
                elif value is not None:
                    sheet.write(at, column, value)
    return book


if __name__ == "__main__":
    main()
