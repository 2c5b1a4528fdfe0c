"""What a report needs of the project: a file that says nothing wrong, sources that are there, folders to write to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rpt.flows import machine
from rpt.intake.schema import schemas
from rpt.intake.sources import find_files
from rpt.metrics.catalogue import catalogue
from rpt.project.find import NoProjectError, find_project
from rpt.project.model import Project
from rpt.values.checkup import Check, failed, fine, warning
from rpt.values.issue import Level, UserError


def check_project(explicit: Path | None) -> Iterator[Check]:
    """Look at the project named, or found as every command finds it."""
    try:
        project = find_project(explicit)
        catalogue(project, base_year=0)
        known = schemas(project)
        files, issues = find_files(project, known)
    except NoProjectError as error:
        yield warning("项目", error.message, error.hint)
        return
    except UserError as error:
        yield failed("项目", error.message, error.hint, error.exit_code)
        return
    yield fine("项目", f"{project.settings.report.company}（{project.file}）")
    wrong = [issue for issue in issues if issue.level is Level.ERROR]
    for issue in wrong:
        yield failed("来源文件", issue.message, issue.hint, 2)
    if not files and not wrong:
        yield failed(
            "来源文件", f"{project.file.name} 的 [sources] 是空的", '请写明来源文件，如 channel = "channel.xlsx"', 2
        )
    if files and not wrong:
        yield _readable([file.path for file in files])
    yield from _folders(project)


def _readable(paths: list[Path]) -> Check:
    for path in paths:
        try:
            with path.open("rb") as file:
                file.read(1)
        except OSError as error:
            return failed("来源文件", f"{path} 不能读取（{error.strerror}）", "请检查文件的读取权限", 2)
    shown = "、".join(path.name for path in paths[:5])
    return fine("来源文件", f"找到{len(paths)}个：{shown}{'……' if len(paths) > 5 else ''}")


def _folders(project: Project) -> Iterator[Check]:
    yield machine.writable("输出文件夹", project.out, "请改 rpt.toml 的 [output] dir，或加 --out，换一个可写的文件夹")
    yield machine.writable("状态文件夹", project.state, "计划等存在这里；请给项目文件夹写权限")
