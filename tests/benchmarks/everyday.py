"""The everyday run against its floor and against other ways: ``python -m tests.benchmarks.everyday [--runs 3]``.

Whole processes are timed with all that they start. The candidates take turns, so that a slow moment of the machine
meets all alike, and medians are compared. Memory is looked at in a run of its own, which is not timed. A benchmark is
no test: a goal that is missed is said to be missed, and nothing fails.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.agreement import agreement
from tests.benchmarks.candidates import ROOT, annual, candidates, copied, environment
from tests.benchmarks.measuring import Memory, Run, timed, weighed
from tests.benchmarks.table import printed, summary
from tests.browser import chromium


def main() -> None:
    """Run all candidates, print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="timed runs of each candidate")
    parser.add_argument("--only", nargs="*", help="names of candidates: cold warm floor plain …")
    parser.add_argument("--other", default=sys.executable, help="the Python that runs the other ways")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rpt-bench-") as name:
        told = measured(Path(name), options.runs, str(Path.cwd() / options.other), options.only)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(printed(told))
    print(f"已写出 {options.out}")


def measured(scratch: Path, count: int, other: str, only: list[str] | None) -> dict[str, object]:
    """All figures of ``count`` timed runs of each candidate."""
    environ, log = environment(os.environ), scratch / "log.txt"
    page, first = scratch / "page.html", copied(scratch / "first")
    keep = [sys.executable, "-m", "tests.benchmarks.page", str(page), *annual(first)[3:]]
    timed(keep, scratch, environ, log)  # it warms the file system's cache, and bytecode is compiled
    chosen = [c for c in candidates(scratch, page, other) if not only or c.name in only]
    if chromium.find() is None:
        _say("notebook", "left out: no Chromium")
        chosen = [c for c in chosen if c.name != "notebook"]
    for candidate in chosen:
        if candidate.name in ("warm", "plain", "notebook"):  # what a first run leaves behind is there
            _say(candidate.name, "first")
            timed(candidate.command, candidate.folder, environ, log)
    runs: dict[str, list[Run]] = {c.name: [] for c in chosen}
    for turn in range(count):
        for candidate in chosen:
            candidate.prepare()
            run = timed(candidate.command, candidate.folder, environ, log)
            _say(candidate.name, f"{turn + 1}: {run.wall:.2f} s, cpu {run.cpu:.2f} s")
            runs[candidate.name].append(run)
    memory: dict[str, Memory] = {}
    for candidate in chosen:
        if candidate.is_weighed:
            candidate.prepare()
            memory[candidate.name] = weighed(candidate.command, candidate.folder, environ, log)
            _say(candidate.name, f"{memory[candidate.name].peak:.0f} MB")
    told = summary(chosen, runs, memory)
    plain, floor, own = scratch / "plain" / "out" / "plain.json", scratch / "out" / "floor.pdf", first / "out"
    same = floor.read_bytes() == (own / "annual-2025.pdf").read_bytes() if floor.exists() else None
    agreed = agreement(plain, own / "annual-2025.json") if plain.exists() else None
    return {**told, "same_pdf": same, "agreement": agreed}


def _say(name: str, what: str) -> None:
    print(f"{name:12} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
