"""Marked copies of the sources: which files get one, where it goes, and why others get none."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rpt.flows import marking
from rpt.flows.marking import Marking
from rpt.intake.sources import MARKED_FOLDER, MARKED_SUFFIX
from rpt.processes.ended import Ended
from rpt.processes.serving import DONE
from rpt.processes.worker import Worker, module
from rpt.project.model import Project
from rpt.rendering.marked import NotMarkableError
from rpt.state.atomic import replacing, sweep
from rpt.values.artifact import Artifact
from rpt.values.issue import Issue, Level, Origin, UserError

COMMAND = module(marking.__name__)


def mark(project: Project, issues: Sequence[Issue], out: Path | None) -> tuple[list[Artifact], list[Issue]]:
    """Write a marked copy of each source that has errors or warnings in its sheets, into ``out``/已标记.

    Sources are never written to. Returns the copies, and a warning for each file that no copy could be made of.
    """
    folder = (out or project.out) / MARKED_FOLDER
    sweep(folder)
    by_file: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.origin.file:
            by_file[issue.origin.file].append(issue)
    sources = {shown: project.folder / shown for shown in by_file if (project.folder / shown).is_file()}
    wanted = {
        shown: path
        for shown, path in sources.items()
        if any(issue.origin.sheet and issue.level is not Level.INFO for issue in by_file[shown])
    }
    artifacts: list[Artifact] = []
    skipped: list[Issue] = []
    with tempfile.TemporaryDirectory(prefix="rpt-", ignore_cleanup_errors=True) as scratch:
        worker = Worker(COMMAND, Path(scratch) / "marking.log")
        try:
            for number, (shown, target) in enumerate(_targets(folder, wanted).items()):
                if target.resolve() in {path.resolve() for path in sources.values()}:
                    hint = "请用 --out 换一个输出文件夹，或给来源文件改名"
                    raise UserError(f"标记副本会覆盖来源文件：{target}", hint)
                job = Marking(
                    source=str(wanted[shown].absolute()),
                    shown=shown,
                    target=str(target),
                    folder=str(Path(scratch) / f"file-{number}"),
                    issues=[marking.written(issue) for issue in by_file[shown]],
                    encoding=project.settings.encoding_of(shown),
                    limits=project.limits,
                )
                try:
                    artifacts.append(_marked(worker, job, target))
                except NotMarkableError as error:
                    skipped.append(Issue("mark_skipped", Level.WARNING, error.message, Origin(shown), error.hint))
        finally:
            worker.end()
    return artifacts, skipped


def _marked(worker: Worker, job: Marking, target: Path) -> Artifact:
    """Have a child make a copy. Raises NotMarkableError where none could be made; none is there then."""
    with replacing(target) as temporary:
        temporary.touch()  # a folder that can't be written is known here
        try:
            Path(job.folder).mkdir()
            ended = worker.do(replace(job, target=str(temporary.absolute())))
        except OSError as error:
            hint = "请检查磁盘空间、临时文件夹的权限与系统的进程数限制"
            raise NotMarkableError(f"无法启动标记进程（{error.strerror}），没有做标记副本", hint) from error
        if ended.code != DONE:
            raise _refusal(job, ended)
    with target.open("rb") as copy:
        digest = hashlib.file_digest(copy, "sha256").hexdigest()
    shutil.rmtree(job.folder, ignore_errors=True)
    return Artifact(target.suffix[1:], target, target.stat().st_size, digest)


def _refusal(job: Marking, ended: Ended) -> NotMarkableError:
    """Why there is no copy, and what to do about it."""
    said = Path(job.folder) / marking.REFUSAL
    if ended.code == marking.REFUSED and said.is_file():
        message, _, hint = said.read_text(encoding="utf-8").partition("\n")
        return NotMarkableError(message, hint)
    limit = "文件确属正常时，可在 rpt.toml 的 [limits] 里调高"
    match ended.reason:
        case "time":
            return NotMarkableError(f"标记超过 {job.limits.seconds} 秒，没有做标记副本", f"{limit} seconds")
        case "memory":
            message = f"标记所需内存超过上限 {job.limits.memory_mb} MB，没有做标记副本"
            return NotMarkableError(message, f"{limit} memory_mb")
        case "room":
            return NotMarkableError("磁盘写不下标记副本", "请腾出空间，或用 --out 换一个文件夹")
        case _:
            hint = "问题已列在上面，请在来源文件里改正"
            return NotMarkableError(f"标记程序崩溃（{ended.how}），没有做标记副本", hint)


def _targets(folder: Path, wanted: dict[str, Path]) -> dict[str, Path]:
    """Where each copy goes; files of one name are told apart by their folder and ending."""
    stems = [path.stem.lower() for path in wanted.values()]
    targets = {}
    for shown, path in wanted.items():
        alone = stems.count(path.stem.lower()) == 1
        stem = path.stem if alone else shown.strip("/").replace("/", "_").replace(":", "")
        suffix = ".xlsm" if path.suffix.lower() == ".xlsm" else ".xlsx"
        targets[shown] = folder / f"{stem}{MARKED_SUFFIX}{suffix}"
    return targets
