"""Proving finished files: read back by a process of its own that has nothing but them and the archive of the run."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from rpt.assurance.proving import child
from rpt.assurance.proving.child import Verification, answered
from rpt.flows.archive import artifact, kept_files
from rpt.processes.ended import Ended
from rpt.processes.serving import DONE
from rpt.processes.worker import Worker, end_all, module
from rpt.project.model import Project
from rpt.state.runs import RunStore
from rpt.values.artifact import Artifact
from rpt.values.issue import Issue, Level, Origin, UserError
from rpt.values.limits import Limits
from rpt.values.run import Run, RunRecord

UNPROVEN = "unproven"  # the code of the issue that says that files do not agree with their run
VERIFIED, FAILED = "verified", "failed"  # how a run ended
_COMMAND = module(child.__name__)
_LIMITS = Limits(memory_mb=4096, seconds=180)
_ENDS = {"time": "核对超时", "memory": "核对时内存不足", "killed": "核对进程被系统结束", "room": "磁盘空间不足"}
_LARGE = 500_000  # bytes of a workbook
_KINDS = ("pdf", "xlsx", "html", "json", "csv")


@dataclass(frozen=True)
class Verified:
    """Files of one run held against it (``run`` is None where no run is known), and every break found."""

    files: tuple[Path, ...]
    run: RunRecord | None
    issues: tuple[Issue, ...]


@contextlib.contextmanager
def proving() -> Iterator[Prover]:
    """What verifies, for as long as the block lasts; nothing of it is left at the end, neither a process nor a file."""
    with tempfile.TemporaryDirectory(prefix="rpt-verify-", ignore_cleanup_errors=True) as scratch:
        prover = Prover(Path(scratch))
        try:
            yield prover
        finally:
            prover.stop()


class Prover:
    """Two processes that verify, the second for a large workbook, which takes as long as all else."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._workers = tuple(Worker(_COMMAND, scratch / f"verify-{at}.log") for at in range(2))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="verifying")
        self._begun: Future[list[Issue]] | None = None
        self._early: frozenset[str] = frozenset()  # the SHA-256 of what is verified ahead

    def start(self, files: Mapping[str, Path]) -> None:
        """Have the processes load what these files need, by format. What fails here is told of later."""
        for worker in self._workers if _is_large(files.get("xlsx")) else self._workers[:1]:
            with contextlib.suppress(OSError):
                worker.start()

    def ahead(self, run: Run, content: bytes, files: Mapping[Path, str]) -> None:
        """Begin to verify the files that are finished, each with the name it will have, while the last is being made.
        The run, whose ``content`` is packed, is not in the project's archive yet: it is put into one here."""
        folder = self._scratch / "finished"
        folder.mkdir()
        for path, name in files.items():
            shutil.copyfile(path, folder / name)
        artifacts = [artifact(path.suffix[1:], path) for path in folder.iterdir()]
        record = replace(run.record, artifacts=kept_files(artifacts))
        store = RunStore(self._scratch)
        kept = store.record(store.keep(replace(run, record=record), content))
        formats = {one.path: one.format for one in artifacts}
        self._begun = self._thread.submit(self._found, 1, self._scratch, kept, formats, document=True)
        self._early = frozenset(one.sha256 for one in artifacts)

    def stop(self) -> None:
        """End the processes."""
        end_all(self._workers, self._thread)

    def prove(self, project: Project, report: str, artifacts: Sequence[Artifact]) -> list[Issue]:
        """Verify what a run has just written and archived, and have the archive say how that ended. The first issue
        says that nothing is to be sent (code ``unproven``), the others what does not agree; none where all does."""
        store = RunStore(project.state)
        hashes = {artifact.sha256 for artifact in artifacts}
        run = next((r for r in store.list() if r.report == report and hashes == {a.sha256 for a in r.artifacts}), None)
        if run is None:
            message = "成品没有核对：本次运行没有存档"
            return [Issue("unverified", Level.WARNING, message, Origin(report), "存档后才能核对与发送；原因见上")]
        left = {artifact.path: artifact.format for artifact in artifacts if artifact.sha256 not in self._early}
        if self._begun is None:
            found = self.breaks(project, run, left)
        else:
            found = self._found(0, project.state, run, left, document=False)
            found = [*self._begun.result(), *found]
        store.conclude(run.id, FAILED if found else VERIFIED)
        return [_unproven(report, len(found)), *found] if found else []

    def breaks(self, project: Project, run: RunRecord, files: Mapping[Path, str]) -> list[Issue]:
        """Everything in which files do not agree with their run."""
        books = {path: form for path, form in files.items() if form == "xlsx" and _is_large(path)}
        if len(files) == len(books) or not books:
            return self._found(0, project.state, run, files, document=True)
        others = {path: form for path, form in files.items() if path not in books}
        in_books = self._thread.submit(self._found, 1, project.state, run, books, document=False)
        return [*self._found(0, project.state, run, others, document=True), *in_books.result()]

    def _found(self, at: int, state: Path, run: RunRecord, files: Mapping[Path, str], *, document: bool) -> list[Issue]:
        """The breaks that one process finds; one more where it could not finish."""
        job = Verification(
            limits=_LIMITS,
            state=str(state.resolve()),
            run=run.id,
            files=tuple((str(path.resolve()), form) for path, form in files.items()),
            answer=str(self._scratch / f"answer-{at}.jsonl"),
            document=document,
        )
        ended = self._workers[at].do(job)
        return answered(Path(job.answer)) if ended.code == DONE else [_unfinished(run.report, ended)]


def verify_files(project: Project, files: Sequence[Path]) -> list[Verified]:
    """Hold finished files against the runs that wrote them, found by SHA-256, else by name. Raises UserError (exit 2)
    for what is no finished file."""
    records = RunStore(project.state).list()
    groups: dict[str, list[Path]] = {}
    for path in files:
        if not path.is_file():
            raise UserError(f"找不到文件：{path}", "请写生成的报告文件，例如：rpt verify out/annual-2025.*")
        if path.suffix[1:].lower() not in _KINDS:
            raise UserError(f"不是报告文件：{path}", f"可核对的格式：{'、'.join(_KINDS)}")
        run = run_of(records, path)
        groups.setdefault(run.id if run else "", []).append(path)
    known = {record.id: record for record in records}
    with proving() as prover:
        return [_group(project, known.get(id), tuple(group), prover) for id, group in groups.items()]


def run_of(records: Sequence[RunRecord], path: Path) -> RunRecord | None:
    """The run that wrote a file: the newest with its SHA-256, else the newest of the report whose name it bears."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    exact = next((r for r in records if any(kept.sha256 == digest for kept in r.artifacts)), None)
    return exact or next((r for r in records if any(kept.name == path.name for kept in r.artifacts)), None)


def _group(project: Project, run: RunRecord | None, files: tuple[Path, ...], prover: Prover) -> Verified:
    if run is None:
        hint = "文件可能由另一个项目生成、改过名，或它的运行已清理；输入 rpt runs 查看存档的运行"
        unknown = (
            Issue("run_unknown", Level.ERROR, "没有存档的运行写过这个文件，无法核对", Origin(path.name), hint)
            for path in files
        )
        return Verified(files, None, tuple(unknown))
    formats = {path: path.suffix[1:].lower() for path in files}
    return Verified(files, run, tuple(prover.breaks(project, run, formats)))


def _is_large(book: Path | None) -> bool:
    return book is not None and book.is_file() and book.stat().st_size > _LARGE


def _unfinished(report: str, ended: Ended) -> Issue:
    why = _ENDS.get(ended.reason, f"核对进程出错（{ended.last_words or ended.how}）")
    return Issue("verification", Level.ERROR, f"成品没有核对完：{why}", Origin(report), "请重新运行 rpt verify")


def _unproven(report: str, breaks: int) -> Issue:
    message = f"成品核对不符，共{breaks}处：文件已写出，但与计算结果不一致，不要发送"
    hint = "逐处见下；请重新生成，仍不符时检查项目的 templates 文件夹，并保留文件报告问题"
    return Issue(UNPROVEN, Level.ERROR, message, Origin(report), hint)
