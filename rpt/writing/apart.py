"""Writing apart: what renders a project's own templates is done by a child process that its limits end.

A template may loop for ever, or ask for a text of ten gigabytes: no check inside the same process can end that. Where
the project has no templates of its own there is nothing to fear, and no process is started.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from rpt.processes.ended import Ended
from rpt.processes.serving import DONE
from rpt.processes.worker import Worker, module
from rpt.project.model import Project
from rpt.values.issue import UserError
from rpt.values.limits import Limits
from rpt.writing import child
from rpt.writing.sandbox import has_own, template_folders

P = ParamSpec("P")
R = TypeVar("R")
COMMAND = module(child.__name__)
_HINT = "请检查项目 templates 文件夹里的模板有没有停不下来的循环；确实需要更多时，可在 rpt.toml 的 [limits] 里放宽 "


def apart(project: Project, do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What ``do`` gives: in a child under the project's limits where it has templates of its own, else here.

    ``do`` is a module's function whose arguments can be pickled; it gives values of ``rpt.values`` and plain ones, and
    raises UserError. Raises UserError too where the child was ended or no process could be started.
    """
    if not has_own(project):
        return do(*args, **kwargs)
    with tempfile.TemporaryDirectory(prefix="rpt-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        asked, answer = folder / child.ASKED, folder / child.ANSWER
        asked.write_bytes(pickle.dumps((do, args, kwargs)))
        own = [str(path.resolve()) for path in template_folders(project)]
        worker = Worker(COMMAND, folder / "worker.log")
        try:
            ended = worker.do(child.Job(folder=name, readable=own, limits=project.limits))
        except OSError as error:
            raise UserError("无法启动撰写报告的进程", "请检查磁盘空间与系统的进程数限制") from error
        finally:
            worker.end()
        if ended.code != DONE:
            raise _ended(ended, project.limits)
        taken: R = _taken(answer)
        return taken


def _taken(answer: Path) -> Any:
    """What the child left, which may be an error to raise."""
    with answer.open("rb") as stream:
        value, failed = child.Plain(stream).load()
    if failed:
        raise UserError(*failed)
    return value


def _ended(ended: Ended, limits: Limits) -> UserError:
    match ended.reason:
        case "time":
            return UserError(f"模板运行超过 {limits.seconds} 秒，已中止", f"{_HINT}seconds")
        case "memory" | "killed":
            return UserError(f"模板所需内存超过上限 {limits.memory_mb} MB，已中止", f"{_HINT}memory_mb")
        case "room":
            return UserError("临时文件夹写不下模板生成的内容", "请腾出磁盘空间，或检查项目 templates 文件夹里的模板")
        case _:
            said = f"：{ended.last_words}" if ended.last_words else ""
            return UserError(f"运行模板的进程意外结束（{ended.how}）{said}", "请检查项目 templates 文件夹里的模板")
