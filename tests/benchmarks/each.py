"""The rate of ``rpt annual --each`` against the same reports made one after the other.

Members of a dimension, and projects (copies of the sample): a run for each report, one after the other, against one run
with all of them; and that run held to one core, which tells what the second core gives. Each way has run once before,
so that all find what they may keep. ``python tests/benchmarks/each.py`` prints the medians of the rounds as JSON; no
test, and no limit.
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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
_RPT = (sys.executable, "-m", "rpt", "annual", "2025", "-q")


def main() -> None:
    """Measure in turns, so that a busy machine slows all ways, and print."""
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
        members, projects = folder / "members", folder / "projects"
        _run("-p", str(shops[0]), "-o", str(members), "--each", asked.each)
        names = [path.stem.removeprefix("annual-2025-") for path in members.glob("*.json")]
        of_members = [("-p", str(shops[0]), "-o", str(members), "--each", f"{asked.each}={name}") for name in names]
        of_projects = [("-p", str(shop), "-o", str(projects)) for shop in shops]
        told = {
            "members": _compared(asked.rounds, of_members, (*of_members[0][:-1], asked.each)),
            "projects": _compared(
                asked.rounds, of_projects, ("-o", str(projects), "--each", ",".join(map(str, shops)))
            ),
        }
    print(json.dumps({"cores": os.cpu_count(), **told}, ensure_ascii=False, indent=1))


def _compared(rounds: int, alone: Sequence[tuple[str, ...]], together: tuple[str, ...]) -> Mapping[str, object]:
    def one_by_one() -> None:
        for options in alone:
            _run(*options)

    ways: dict[str, Callable[[], None]] = {
        "one_by_one": one_by_one,
        "together": lambda: _run(*together),
        "one_core": lambda: _run(*together, cores=1),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, run in ways.items():
            began = time.perf_counter()
            run()
            seconds[name].append(round(time.perf_counter() - began, 2))
    median = {name: statistics.median(taken[1:]) for name, taken in seconds.items()}
    return {
        "reports": len(alone),
        "seconds": {name: taken[1:] for name, taken in seconds.items()},
        "rate": round(median["one_by_one"] / median["together"], 2),
        "rate_of_cores": round(median["one_core"] / median["together"], 2),
    }


def _run(*options: str, cores: int = 0) -> None:
    held = (lambda: os.sched_setaffinity(0, range(cores))) if cores else None
    subprocess.run((*_RPT, *options), check=True, stdout=subprocess.DEVNULL, preexec_fn=held)


if __name__ == "__main__":
    main()
