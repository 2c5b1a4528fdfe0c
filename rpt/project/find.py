"""Which project a command works on: --project, else RPT_PROJECT, else the current folder and its parents."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from rpt.project.model import Project, ProjectFile
from rpt.project.toml import read_toml, validation_message
from rpt.values.issue import UserError

FILE = "rpt.toml"


class NoProjectError(UserError):
    """No project was named, and none is in the current folder or above it."""


def find_project(explicit: Path | None = None) -> Project:
    """Find and read the project; raises UserError (exit 2) where there is none or its file is wrong.

    ``explicit`` is a folder or the project file itself. Sample figures are never fallen back to.
    """
    chosen = explicit or (Path(os.environ["RPT_PROJECT"]) if os.environ.get("RPT_PROJECT") else None)
    if chosen is not None:
        path = chosen / FILE if chosen.is_dir() else chosen
        if not path.is_file():
            told = "--project" if explicit else "环境变量 RPT_PROJECT"
            raise UserError(f"{told} 指定的位置没有 {FILE}：{chosen}", f"请指向放有 {FILE} 的文件夹")
        return read_project(path)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return read_project(folder / FILE)
    raise NoProjectError(
        f"在 {here} 及其上级文件夹里没有找到项目文件 {FILE}",
        "请进入项目文件夹再运行，或在命令后写上 --project 项目文件夹；新建项目：rpt init 文件夹",
    )


def read_project(path: Path) -> Project:
    """Read one rpt.toml; raises UserError that names every wrong entry with its line."""
    path = path.resolve()
    try:
        settings = ProjectFile.model_validate(read_toml(path))
    except ValidationError as error:
        raise UserError(validation_message(path, error), "请改正 rpt.toml 后重试") from error
    return Project(folder=path.parent, file=path, settings=settings)
