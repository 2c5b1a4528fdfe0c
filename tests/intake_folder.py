"""Run intake over any folder of files and count what came of them: ``python tests/intake_folder.py DIR``.

Every file below DIR is looked at, read and cleaned as ``rpt check`` would do it, whatever its name. It ends with 1
where the run itself failed over a file (a traceback, a signal) or a file took more than the limits, else with 0.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rpt.engine.duck import Duck
from rpt.intake import sources
from rpt.intake.formats import READABLE
from rpt.intake.handover import Reading
from rpt.intake.load import load
from rpt.processes.ended import Ended
from rpt.processes.worker import GRACE, Worker
from rpt.project.find import read_project
from rpt.values.issue import Issue, Level

TOGETHER = 40  # files of one project
ENDED = {
    "reading_crashed": "crashed",
    "reading_broken": "crashed",
    "reading_killed": "crashed",
    "reading_timeout": "timed out",
    "reading_memory": "out of memory",
}
SETTINGS = '[report]\ncompany = "x"\n[sources]\nall = "*/*"\n[limits]\nseconds = {seconds}\nmemory_mb = {memory_mb}\n'


@dataclass
class Outcome:
    """What came of a file: read, refused, crashed, timed out, out of memory or run failed; why; what it took."""

    file: str
    outcome: str = "not asked for"
    reason: str = ""
    message: str = ""
    cells_wrong: int = 0
    seconds: float = 0.0
    peak_mb: float = 0.0


@dataclass
class Noted:
    """What the run saw of each file, by its path in the project."""

    readings: dict[str, Reading] = field(default_factory=dict)
    took: dict[str, tuple[float, float]] = field(default_factory=dict)


@contextlib.contextmanager
def noting() -> Iterator[Noted]:
    """Have intake's readings, and what each file took of time and memory in its own process, written down."""
    noted = Noted()
    reading, do = sources.reading, Worker.do

    @contextlib.contextmanager
    def reading_noted(files: Sequence[Any], *limits: Any) -> Iterator[Iterator[Reading]]:
        with reading(files, *limits) as readings:
            yield (noted.readings.setdefault(file.shown, read) for file, read in zip(files, readings, strict=True))

    def do_noted(worker: Worker, job: Any) -> Ended:
        begun = time.monotonic()
        ended = do(worker, job)
        noted.took[job.shown] = (time.monotonic() - begun, ended.peak / 2**20)
        return ended

    sources.reading, Worker.do = reading_noted, do_noted  # type: ignore[assignment, method-assign]
    try:
        yield noted
    finally:
        sources.reading, Worker.do = reading, do  # type: ignore[method-assign]


def run(project: Path, files: dict[str, Outcome]) -> dict[str, Outcome]:
    """Intake of a project whose files are these, by their path in it."""
    with noting() as noted:
        _, issues = load(read_project(project / "rpt.toml"), Duck())
    for shown, outcome in files.items():
        judge(outcome, noted.readings.get(shown), [issue for issue in issues if issue.origin.file == shown])
        outcome.seconds, outcome.peak_mb = (round(value, 2) for value in noted.took.get(shown, (0.0, 0.0)))
    return files


def judge(outcome: Outcome, reading: Reading | None, issues: Sequence[Issue]) -> None:
    """Name what came of a file."""
    refusals = [issue for issue in issues if issue.level is Level.ERROR and not issue.origin.sheet]
    if reading is not None and (reading.sheets or not refusals):
        outcome.outcome, outcome.cells_wrong = "read", sum(issue.origin.cell is not None for issue in issues)
    elif refusals:
        outcome.reason, outcome.message = refusals[0].code, refusals[0].message
        outcome.outcome = ENDED.get(refusals[0].code, "refused")


def laid_out(scratch: Path, files: Sequence[Path], settings: str) -> dict[str, Outcome]:
    """A project in ``scratch`` of links to files, each under its own name; those that intake would not take for tables
    by their names are given one that it does."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    (scratch / "rpt.toml").write_text(settings, encoding="utf-8")
    outcomes = {}
    for number, path in enumerate(files):
        name = path.name if path.suffix.lower() in READABLE and path.name[:2] != "~$" else f"{path.name[:50]}.csv"
        link = scratch / f"{number:04}" / name.lstrip("~$")
        link.parent.mkdir()
        link.symlink_to(path)
        outcomes[link.relative_to(scratch).as_posix()] = Outcome(str(path))
    return outcomes


def in_a_process(scratch: Path, files: Sequence[Path], settings: str, limit: float) -> tuple[list[Outcome], float]:
    """Intake of files in a process of its own, and the most MiB that it held; where it fails over several, file by
    file, so that the one is known."""
    outcomes = laid_out(scratch, files, settings)
    answers, answer = multiprocessing.Pipe(duplex=False)

    def work() -> None:
        try:
            answer.send((run(scratch, outcomes), ""))
        except BaseException:  # noqa: BLE001 - it is what is looked for
            answer.send((outcomes, traceback.format_exc()))
        answer.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    answer.close()
    found, wrong, peak = outcomes, "no answer", 0.0
    with contextlib.suppress(EOFError):
        if answers.poll(len(files) * (limit + GRACE) + 60):
            found, wrong = answers.recv()
            peak = answers.recv()
    if not peak:  # it hangs, or has died
        process.kill()
    process.join()
    if not wrong:
        return list(found.values()), peak
    if len(files) == 1:
        (only,) = found.values()
        only.outcome, only.reason, only.message = "run failed", wrong.strip().splitlines()[-1][:200], wrong
        return [only], peak
    alone = [in_a_process(scratch, [path], settings, limit) for path in files]
    return [outcome for one, _ in alone for outcome in one], max(most for _, most in alone)


def counted(outcomes: Sequence[Outcome], peak_of_run: float, seconds: float, most_mb: int) -> dict[str, Any]:
    """The counts, and what took most. A process may take its time, and a moment to be started and ended."""
    refused = Counter(outcome.reason for outcome in outcomes if outcome.outcome == "refused")
    kinds = Counter(outcome.outcome for outcome in outcomes)
    slowest, largest = (max(outcomes, key=lambda o, by=by: getattr(o, by)) for by in ("seconds", "peak_mb"))
    over = [o.file for o in outcomes if o.seconds > seconds + GRACE or o.peak_mb > most_mb]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "files": len(outcomes),
        "read": kinds["read"],
        "refused": sum(refused.values()),
        "refused by reason": dict(sorted(refused.items())),
        **{name: kinds[name] for name in ("crashed", "timed out", "out of memory", "run failed", "not asked for")},
        "over the limits": over,
        "slowest": [slowest.seconds, slowest.file],
        "most memory, MiB": [largest.peak_mb, largest.file],
        "most memory of the run itself, MiB": round(peak_of_run),
        "processor, seconds": round(used.ru_utime + used.ru_stime, 1),
    }


def main() -> int:
    """Count what comes of a folder's files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=20, help="time that reading a file may take")
    parser.add_argument("--memory-mb", type=int, default=2048, help="address space that reading a file may take")
    parser.add_argument("--json", action="store_true", help="counts and every file as JSON")
    parser.add_argument("--list", action="store_true", help="name every file that was not read, and why")
    told = parser.parse_args()
    found_paths = (Path(folder, name).absolute() for folder, _, names in os.walk(told.folder) for name in names)
    files = sorted(path for path in found_paths if path.is_file())
    if not files:
        parser.error(f"no file below {told.folder}")
    settings = SETTINGS.format(seconds=told.seconds, memory_mb=told.memory_mb)
    outcomes: list[Outcome] = []
    peak = 0.0
    with tempfile.TemporaryDirectory(prefix="intake-folder-") as scratch:
        for start in range(0, len(files), TOGETHER):
            found, most = in_a_process(Path(scratch) / "p", files[start : start + TOGETHER], settings, told.seconds)
            outcomes += found
            peak = max(peak, most)
    counts = counted(outcomes, peak, told.seconds, told.memory_mb)
    if told.json:
        print(json.dumps({**counts, "outcomes": [asdict(outcome) for outcome in outcomes]}, indent=1))
    else:
        for name, value in counts.items():
            print(f"{name:<36}{value}")
        for outcome in outcomes if told.list else ():
            if outcome.outcome != "read":
                print(ascii(outcome.file), outcome.outcome, outcome.reason, outcome.message, sep="\t")
    return 1 if counts["run failed"] or counts["over the limits"] or counts["not asked for"] else 0


if __name__ == "__main__":
    sys.exit(main())
