"""Many annual reports at once: one per member of a dimension, or one per project, on all cores.

Data are read once and handed to lanes, processes that each make one report after the other. What ends one report, or
its lane, leaves the others as they are.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import date
from pathlib import Path
from queue import SimpleQueue

from rpt.engine import EngineError
from rpt.engine.handing import hand
from rpt.flows.shares import Job, Made, Ready, Share, Work
from rpt.flows.steps import Progress, Request, Step, intake
from rpt.metrics.catalogue import catalogue
from rpt.metrics.part import members
from rpt.metrics.timeline import last_complete_year
from rpt.processes.ended import Ended
from rpt.processes.serving import DONE
from rpt.processes.worker import Worker, end_all, module
from rpt.project.model import Project
from rpt.state.atomic import sweep
from rpt.state.scratch import scratch
from rpt.values.issue import Issue, UserError, has_errors
from rpt.values.limits import Limits
from rpt.values.scope import Member

STEPS = (Step.READ,)
_LIMITS = Limits(seconds=24 * 3600)  # what may hang in a report, reading, printing and proving, has limits of its own
_ENDS = {"time": "超时", "memory": "内存不足", "killed": "进程被系统结束，多半是内存不足", "room": "磁盘空间不足"}
_ENVIRONMENT = 3  # the exit code of what the machine did not let be done


@contextlib.contextmanager
def shares_of(
    project: Project,
    request: Request,
    dimension: str,
    today: date,
    progress: Progress,
    only: Sequence[str] = (),
) -> Iterator[tuple[tuple[Share, ...], tuple[Issue, ...]]]:
    """The reports of a project's members, or ``only`` of those named, whose rows lie ready for as long as the block
    lasts; none of them where data errors stop the run, which the issues tell. Raises UserError for a dimension that no
    table has, and for a member that it has not."""
    progress(Step.READ)
    dataset, issues = intake(project, today)
    if has_errors(issues) and not request.allow_errors:
        yield (), tuple(issues)
        return
    year = request.year or (request.as_of.year if request.as_of else last_complete_year(dataset, today))
    if year is None:
        raise UserError("来源文件里没有任何带日期的数据", "请检查工作表名与表头，或运行 rpt check", exit_code=1)
    names = members(dataset, project, catalogue(project, base_year=0), dimension, year)
    found = [Member(dimension, name) for name in names]
    if unknown := [name for name in only if name not in names]:
        message = f"{year}年没有{dimension}为“{'”“'.join(unknown)}”的数据行"
        raise UserError(message, f"可写的{dimension}：{'、'.join(names)}")
    slugs = Counter(member.slug.casefold() for member in found)
    alike = [member.name for member in found if slugs[member.slug.casefold()] > 1]
    if alike:
        message = f"这些{dimension}的文件会同名：{'、'.join(alike)}"
        raise UserError(message, "文件名里只留文字、数字、-与_，请在来源数据里改用能区分的名字")
    with scratch() as folder:
        try:
            hand(dataset, issues, folder)
        except (EngineError, OSError) as error:
            raise UserError(f"数据不能分给各份报告：{error}", "请检查临时文件夹的磁盘空间", _ENVIRONMENT) from error
        del dataset  # the lanes need the memory
        wanted = [member for member in found if not only or member.name in only]
        yield tuple(Share(m.name, Work(project.of(m), request, today, folder)) for m in wanted), tuple(issues)


def projects_of(projects: Mapping[str, Project], request: Request, today: date) -> tuple[Share, ...]:
    """The reports of several projects by name; under an output folder that is asked for each has one of its own.
    Raises UserError (exit 2) where two would write the same files."""
    shares = []
    for name, project in projects.items():
        out = request.out / project.folder.name if request.out else None
        shares.append(Share(name, Work(project, replace(request, out=out), today)))
    folders = Counter(share.folder for share in shares)
    if alike := [share for share in shares if folders[share.folder] > 1]:
        names = "、".join(share.name for share in alike)
        hint = "请在各自的 rpt.toml 里写不同的 [output] dir" if request.out is None else "请给项目文件夹取不同的名字"
        raise UserError(f"这些项目会写出同名的文件：{names}（都在 {alike[0].folder}）", hint)
    return tuple(shares)


@contextlib.contextmanager
def making(shares: Sequence[Share], lanes: int = 0) -> Iterator[Iterator[Ready]]:
    """The reports as they get ready, in any order, on ``lanes`` processes side by side (0: one for each core).

    However the block ends, no lane is left, nor a file half written.
    """
    count = min(lanes or _cores(), len(shares))
    with tempfile.TemporaryDirectory(prefix="rpt-", ignore_cleanup_errors=True) as name:
        folders = [Path(name) / f"lane-{at}" for at in range(count)]
        for folder in folders:
            folder.mkdir()
        workers = [Worker(module("rpt.flows.lane"), folder / "lane.log") for folder in folders]
        idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in workers:
            idle.put(worker)
        threads = ThreadPoolExecutor(max(count, 1), thread_name_prefix="lane")
        try:
            begun = [threads.submit(_made, idle, share, Path(name) / f"report-{at}") for at, share in enumerate(shares)]
            yield _ready(begun)
        finally:
            end_all(workers, threads)
            for folder in {share.folder for share in shares}:
                sweep(folder)


def _ready(begun: Sequence[Future[Ready]]) -> Iterator[Ready]:
    for future in as_completed(begun):
        yield future.result()


def _made(idle: SimpleQueue[Worker], share: Share, files: Path) -> Ready:
    """Have a lane that is free make a report."""
    worker, began = idle.get(), time.monotonic()
    work, answer = files.with_suffix(".work"), files.with_suffix(".answer")
    try:
        work.write_bytes(pickle.dumps(share.work))
        ended = worker.do(Job(limits=_LIMITS, work=str(work), answer=str(answer)))
        made = pickle.loads(answer.read_bytes()) if ended.code == DONE else _unfinished(ended)
    except OSError as error:
        made = Made(_ENVIRONMENT, error=(f"无法启动生成报告的进程（{error.strerror}）", "请检查系统的进程数限制"))
    finally:
        idle.put(worker)
    return Ready(share, made, time.monotonic() - began)


def _unfinished(ended: Ended) -> Made:
    why = _ENDS.get(ended.reason, f"进程意外结束（{ended.last_words or ended.how}）")
    code = 1 if ended.reason == "crash" else _ENVIRONMENT
    return Made(code, error=(f"报告没有做完：{why}", "请单独重新生成这一份"))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
