"""The rate of ``rpt annual --each`` against the same reports made one after the other.

Members: one lane, which keeps its children warm and overlaps what one run overlaps, against a lane for each core; the
reading, which both do once, is counted. Projects (copies of the sample): a run of ``rpt annual`` for each, one after
the other, against ``--each`` with all of them. ``python tests/benchmarks/each.py`` prints the medians of the rounds as
JSON; no test, and no limit.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
_RPT = (sys.executable, "-m", "rpt", "annual", "2025", "-q")
_LANES = """
import sys
from datetime import date
from pathlib import Path
from rpt.flows.each import making, shares_of
from rpt.flows.steps import Request
from rpt.project.find import read_project
project, dimension, out, lanes = sys.argv[1:]
request = Request(2025, out=Path(out))
with shares_of(read_project(Path(project) / "rpt.toml"), request, dimension, date(2026, 1, 15), print) as (shares, _):
    with making(shares, int(lanes)) as ready:
        assert not [one for one in ready if one.made.code]
"""


def main() -> None:
    """Measure in turns, so that a busy machine slows both ways, and print."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--each", default="区域")
    wanted.add_argument("--projects", type=int, default=4)
    wanted.add_argument("--rounds", type=int, default=3)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shops = [folder / f"shop{at}" for at in range(asked.projects)]
        for shop in shops:
            shutil.copytree(ROOT / "sample_data", shop, ignore=shutil.ignore_patterns(".rpt", "__pycache__"))
        out = str(folder / "out")

        def members(lanes: int) -> None:
            _run((sys.executable, "-c", _LANES, str(shops[0]), asked.each, out, str(lanes)))

        def one_by_one() -> None:
            for shop in shops:
                _run((*_RPT, "-p", str(shop), "-o", out))

        def together() -> None:
            _run((*_RPT, "--each", ",".join(map(str, shops)), "-o", out))

        told = {
            "members": _compared(asked.rounds, lambda: members(1), lambda: members(0)),
            "projects": _compared(asked.rounds, one_by_one, together),
        }
    print(json.dumps({"cores": os.cpu_count(), **told}, ensure_ascii=False, indent=1))


def _compared(rounds: int, one_by_one: Callable[[], None], together: Callable[[], None]) -> dict[str, object]:
    seconds: dict[str, list[float]] = {"one_by_one": [], "together": []}
    for _ in range(rounds):
        for run, taken in zip((one_by_one, together), seconds.values(), strict=True):
            began = time.perf_counter()
            run()
            taken.append(round(time.perf_counter() - began, 2))
    first, second = (statistics.median(taken) for taken in seconds.values())
    return {**seconds, "rate": round(first / second, 2)}


def _run(command: tuple[str, ...]) -> None:
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
