"""The process that verifies: it has the archive of runs and the finished files, and nothing of the run that made them.

Its job names the run and the files; its answer is a file of JSON lines, one a break.
"""

from __future__ import annotations

import gc
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rpt.assurance.proving.verify import Finished, verify
from rpt.processes.serving import DONE, Job, serve
from rpt.state.runs import RunStore
from rpt.values.issue import Issue, Level, Origin


@dataclass(frozen=True, kw_only=True)
class Verification(Job):
    """What is to be verified: a project's state folder, a run of its archive, files with their formats, the document
    that they were made of where it is asked for, and where the answer goes."""

    state: str
    run: str
    files: tuple[tuple[str, str], ...]
    answer: str
    document: bool = True


def answered(path: Path) -> list[Issue]:
    """The breaks in an answer."""
    lines = path.read_text(encoding="utf-8").splitlines()
    told = (json.loads(line) for line in lines)
    return [Issue(**{**one, "level": Level(one["level"]), "origin": Origin(**one["origin"])}) for one in told]


def _do(job: Verification) -> int:
    gc.disable()  # one job, some million objects, none of them in a cycle: looking for these takes a third of the time
    run = RunStore(Path(job.state)).load(job.run)
    files = [Finished(Path(path), form) for path, form in job.files]
    found = verify(run, files, document=job.document)
    text = "".join(json.dumps(asdict(issue), ensure_ascii=False) + "\n" for issue in found)
    Path(job.answer).write_text(text, encoding="utf-8", newline="\n")
    return DONE


if __name__ == "__main__":
    serve(Verification, _do)
