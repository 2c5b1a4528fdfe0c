"""A new project: rpt.toml and empty workbooks, made from the tables that intake knows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from rpt.intake.schema import TYPE_NAMES, ColumnSchema, TableSchema, books, schemas
from rpt.language.parse import split_unit
from rpt.metrics.catalogue import catalogue
from rpt.project.find import FILE
from rpt.project.model import Project, ProjectFile
from rpt.project.starter import starter
from rpt.rendering.blank import write_blank
from rpt.state.atomic import replacing_all
from rpt.values.blank import BlankBook, BlankColumn, BlankSheet
from rpt.values.issue import UserError
from rpt.values.scope import ALL

NO_COMPANY = "（公司名称）"
_TITLES = {"channel": "渠道数据", "member": "会员数据", "supply": "供应链数据", "targets": "目标与计划"}


def init(folder: Path, company: str, year: int) -> tuple[Path, ...]:
    """Write a new project for the report of ``year`` into ``folder``, which is made where it is not there yet.

    Nothing is written over: raises UserError where one of the files is there already, and (exit 3) where the folder
    cannot be made or written.
    """
    folder = folder.expanduser().resolve()
    files = {book: f"{book}.xlsx" for book in books()}
    _make_room(folder, (FILE, *files.values()))
    text = starter(company or NO_COMPANY, (year - 1, year), files)
    project = Project(folder=folder, file=folder / FILE, settings=ProjectFile.model_validate(tomllib.loads(text)))
    tables, choices = schemas(project).values(), _choices(project, year)
    paths = [folder / name for name in (FILE, *files.values())]
    with replacing_all((*paths[1:], paths[0])) as (
        *workbooks,
        settings,
    ):  # rpt.toml last: it makes the folder a project
        settings.write_text(text, encoding="utf-8", newline="\n")
        for (book, file), path in zip(files.items(), workbooks, strict=True):
            sheets = tuple(_sheet(table, choices) for table in tables if table.book == book)
            write_blank(path, BlankBook(file, f"{_TITLES[book]}填写说明", _steps(file, year), sheets), project.theme)
    return tuple(paths)


def _make_room(folder: Path, names: Iterable[str]) -> None:
    """The folder, without any of the files to come. Raises UserError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = {path.name.lower(): path.name for path in folder.iterdir()}
    except FileExistsError as error:
        raise UserError(f"{folder} 是一个文件，不是文件夹", "请换一个文件夹名") from error
    except OSError as error:
        raise UserError(f"文件夹无法创建或读取：{folder}（{error.strerror}）", "请换一个可写的文件夹", 3) from error
    kept = [there[name.lower()] for name in names if name.lower() in there]
    if kept:
        hint = "已有的文件不会被覆盖；请换一个新文件夹，或先把这些文件移走"
        raise UserError(f"{folder} 里已经有 {'、'.join(kept)}", hint)


def _choices(project: Project, year: int) -> Mapping[str, tuple[str, ...]]:
    """What the drop-downs offer, by the key of the column: the same key means the same thing in every table."""
    settings = project.settings
    entries = catalogue(project, base_year=year - 1).metrics.values()
    platforms = tuple(platform for names in settings.channels.values() for platform in names)
    members = {"渠道": tuple(settings.channels), "平台": platforms, "活动": tuple(settings.campaigns)}
    for dimension, groups in settings.groups.items():
        members[dimension] = (*members.get(dimension, ()), *groups)
    scopes = [f"{dimension}={member}" for dimension, names in members.items() for member in names]
    pinned = [scope for entry in entries for scope in entry.only or ()]
    return {
        "platform": platforms,
        "campaign": tuple(settings.campaigns),
        # what nobody would set a target for is not offered
        "metric": tuple(entry.label for entry in entries if entry.better != "none"),
        "scope": tuple(dict.fromkeys((ALL, *scopes, *pinned))),
    }


def _sheet(table: TableSchema, choices: Mapping[str, tuple[str, ...]]) -> BlankSheet:
    columns = tuple(_column(column, table.example.get(column.key, ""), choices) for column in table.columns)
    return BlankSheet(table.label, table.purpose, table.grain, columns)


def _column(column: ColumnSchema, example: str, choices: Mapping[str, tuple[str, ...]]) -> BlankColumn:
    unit = column.unit or ("%" if column.type == "rate" else split_unit(column.label)[1])
    closed = column.allowed or (("是", "否") if column.type == "yes_no" else ())
    return BlankColumn(
        header=f"{column.label}（{column.unit}）" if column.unit else column.label,
        kind=column.type,
        kind_name=TYPE_NAMES[column.type],
        is_required=column.required,
        unit=unit,
        example=example,
        choices=closed or column.usual or choices.get(column.key, ()),
        closed=bool(closed),
        aliases=column.aliases,
    )


def _steps(file: str, year: int) -> tuple[str, ...]:
    return (
        "每张工作表从第2行起填写：第1行是列名，深色的列必填，浅色的列没有就留空。鼠标停在列名上，可看到类型、单位与示例。",
        "列的顺序可以改，也可以增加自己的列；整张表用不到就空着，不要把没有的数写成0。",
        "从平台后台导出的表可以整块粘贴进来，列名不必改成与这里一样：下面“也认这些列名”里的都认得。",
        f"平台归属渠道、大促窗口与样本比例写在同一文件夹的 rpt.toml 里；{file} 的文件名也在那里登记。",
        f"填好后保存并关闭，输入 rpt check 检查，再输入 rpt annual {year} 生成报告。",
    )
