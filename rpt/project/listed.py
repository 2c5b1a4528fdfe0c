"""What ``--each`` names: projects by their files or a text file that lists them, or the members of a dimension."""

from __future__ import annotations

from pathlib import Path

from rpt.project.find import FILE, read_project
from rpt.project.model import Project
from rpt.values.issue import UserError

_COMMENT = "#"


def names_projects(text: str) -> bool:
    """Whether ``--each`` means projects, by their paths, and not a dimension, whose members may be named like paths."""
    dimension, equals, _ = text.replace("＝", "=").partition("=")
    return any(sign in (dimension if equals else text) for sign in ("/", "\\", ".toml", ".txt"))


def listed_members(text: str) -> tuple[str, tuple[str, ...]]:
    """The dimension that a text names, and the members of it that are wanted: ``区域=华东,华南``; none for all of them.
    Raises UserError (exit 2) where it names no dimension, or ``=`` and no member."""
    dimension, equals, members = (part.strip() for part in text.replace("＝", "=").partition("="))
    names = tuple(dict.fromkeys(_parted(members)))
    if not dimension or (equals and not names):
        raise UserError(f"--each 没有写明维度或成员：{text}", "写维度（区域），或其中几个成员（区域=华东,华南）")
    return dimension, names


def listed_projects(text: str) -> dict[str, Project]:
    """The projects that a text names, by what it calls them: ``a/rpt.toml,b`` (folders too), or a text file with one a
    line, whose paths are relative to it. Raises UserError (exit 2) for one that is not there or is wrong."""
    found: dict[str, Project] = {}
    for name, path in _paths(text):
        file = path / FILE if path.is_dir() else path
        if not file.is_file():
            raise UserError(
                f"找不到项目文件：{name}", "请写项目文件夹或其中的 rpt.toml，以逗号分隔；或写列出它们的文本文件"
            )
        project = read_project(file)
        if all(known.file != project.file for known in found.values()):
            found[name.removesuffix(FILE).rstrip("/\\") or project.folder.name] = project
    if not found:
        raise UserError(f"没有列出任何项目：{text}", "一行写一个项目文件夹或 rpt.toml")
    return found


def _paths(text: str) -> list[tuple[str, Path]]:
    names = _parted(text)
    if len(names) != 1 or not Path(names[0]).is_file() or names[0].endswith(".toml"):
        return [(name, Path(name)) for name in names]
    try:
        lines = Path(names[0]).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"项目清单读不出来：{names[0]}", "请存为 UTF-8 的文本文件，一行一个项目") from error
    kept = [line.strip() for line in lines if line.strip() and not line.strip().startswith(_COMMENT)]
    return [(line, Path(names[0]).parent / line) for line in kept]


def _parted(text: str) -> list[str]:
    return [name.strip() for name in text.replace("，", ",").split(",") if name.strip()]
