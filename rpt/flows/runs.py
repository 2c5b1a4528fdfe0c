"""The archive of runs: listed, pruned, and two of its runs held against each other."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rpt.assurance.difference.runs import compare
from rpt.flows.archive import delivered
from rpt.project.model import Project
from rpt.state.runs import RunStore
from rpt.values.difference import Difference
from rpt.values.issue import Issue, UserError
from rpt.values.run import Run, RunRecord

LATEST = ("latest", "最近")
PREVIOUS = ("previous", "上次")


def listed(project: Project) -> tuple[tuple[RunRecord, ...], tuple[Issue, ...]]:
    """The runs kept, newest first, and what of the archive is damaged."""
    store = RunStore(project.state)
    return store.list(), store.damaged()


def pruned(project: Project, keep: int) -> tuple[RunRecord, ...]:
    """Remove what is damaged, and all but the newest ``keep`` runs of each report and those that the outbox tells of;
    returns those removed. Raises UserError (exit 3) where archive or outbox cannot be read."""
    return RunStore(project.state).prune(keep, delivered(project), damaged=True)


def diff(project: Project, old: str, new: str) -> Difference:
    """The differences from run ``old`` to run ``new``, each an id (or its beginning), ``latest``, ``previous`` or a
    finished file. Raises UserError for what is no run, and for runs of two reports."""
    store = RunStore(project.state)
    now = _found(store, new)
    before = _before(store, now) if old in PREVIOUS else _found(store, old)
    if before.record.report != now.record.report:
        message = f"两次运行不是同一份报告：{before.record.report} 与 {now.record.report}"
        raise UserError(message, "请选同一份报告的两次运行；输入 rpt runs 查看全部")
    return compare(before, now)


def _found(store: RunStore, name: str) -> Run:
    records = store.list()
    if name in PREVIOUS:
        raise UserError("previous 只能写作两次中较早的一次", "例如：rpt diff previous latest")
    if name in LATEST:
        if not records:
            raise UserError("还没有存档的运行", "先生成报告，例如：rpt annual 2025", 1)
        return store.load(records[0].id)
    path = Path(name)
    if path.is_file():
        run = store.of_file(hashlib.sha256(path.read_bytes()).hexdigest())
        if run is None:
            hint = "文件可能被改过、由另一个项目生成，或它的运行已清理；输入 rpt runs 查看存档的运行"
            raise UserError(f"没有存档的运行写过这个文件：{path}", hint)
        return run
    exact = [record.id for record in records if record.id == name]
    ids = exact or [record.id for record in records if name and record.id.startswith(name)]
    if len(ids) > 1:
        raise UserError(f"“{name}”可以是{len(ids)}次运行", f"请写得更全：{'、'.join(ids[:5])}")
    return store.load(ids[0] if ids else name)


def _before(store: RunStore, run: Run) -> Run:
    """The run of the same report that was made right before."""
    ids = [record.id for record in store.list() if record.report == run.record.report]
    older = ids[ids.index(run.record.id) + 1 :]
    if not older:
        raise UserError(f"{run.record.report} 只有这一次运行，没有更早的可比", "输入 rpt runs 查看全部", 1)
    return store.load(older[0])
