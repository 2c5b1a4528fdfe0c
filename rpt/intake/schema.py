"""Schemas of the source tables: TOML in ``tables/``, checked when loaded, with a project's own aliases added."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from rpt.project.model import Project
from rpt.project.toml import line_of, read_toml, validation_message
from rpt.values.issue import UserError

ColumnType = Literal[
    "id", "text", "date", "datetime", "month", "year", "integer", "number", "money", "rate", "yes_no", "measure"
]
FOLDER = Path(__file__).parent / "tables"
TYPE_NAMES: Mapping[ColumnType, str] = {
    "id": "编号（文本）",
    "text": "文字",
    "date": "日期",
    "datetime": "日期时间",
    "month": "月份",
    "year": "年度",
    "integer": "整数",
    "number": "数字",
    "money": "金额",
    "rate": "百分数",
    "yes_no": "是或否",
    "measure": "目标值（带单位）",
}


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnSchema(_Model):
    """One column: key in SQL, Chinese label, aliases in exports, type, bounds. ``unit`` is that of the stored value;
    ``allowed`` are the only values there are, ``usual`` those that new workbooks offer."""

    key: str
    label: str
    type: ColumnType
    required: bool = False
    aliases: tuple[str, ...] = ()
    unit: str = ""
    min: float | None = None
    max: float | None = None
    allowed: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether a totals row can state a sum of it."""
        return self.type in ("integer", "number", "money")


class TableSchema(_Model):
    """One source table: which sheets hold it, what a row is, which columns make a row unique, which column places it
    in time; ``ahead`` where that may be a time to come. ``book`` is the workbook it stands in by default, ``purpose``
    what the report makes of it, ``example`` a row as people write it."""

    name: str = ""
    book: str = ""
    label: str
    sheets: tuple[str, ...]
    grain: str
    purpose: str = ""
    example: Mapping[str, str] = {}
    key: tuple[str, ...] = ()
    date: str | None = None
    ahead: bool = False
    columns: tuple[ColumnSchema, ...]

    def column(self, key: str) -> ColumnSchema:
        """The column with this key; raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def by_header(self) -> dict[str, ColumnSchema]:
        """Normalised header text -> column, labels before aliases."""
        headers: dict[str, ColumnSchema] = {}
        for column in self.columns:
            headers[normalise(column.label)] = column
        for column in self.columns:
            for alias in column.aliases:
                headers.setdefault(normalise(alias), column)
        return headers


@lru_cache(1024)  # every table's schema asks it of the same few rows
def normalise(text: str) -> str:
    """Header text as compared: NFKC, no white space, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


@cache
def _shipped() -> Mapping[str, TableSchema]:
    adapter = TypeAdapter(dict[str, TableSchema])
    schemas: dict[str, TableSchema] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            found = adapter.validate_python(read_toml(path))
        except ValidationError as error:
            raise UserError(validation_message(path, error)) from error
        schemas |= {name: schema.model_copy(update={"name": name, "book": path.stem}) for name, schema in found.items()}
    return schemas


def books() -> tuple[str, ...]:
    """The workbooks that the shipped tables stand in by default, without their endings."""
    return tuple(dict.fromkeys(schema.book for schema in _shipped().values()))


def schemas(project: Project) -> dict[str, TableSchema]:
    """The tables rpt knows, with the project's column aliases put first. Raises UserError for an alias of nothing."""
    known = dict(_shipped())
    for table, aliases in project.settings.aliases.items():
        if table not in known:
            raise _unknown(project, ["aliases", table], f"没有名为 {table} 的表", known)
        schema = known[table]
        keys = {column.key for column in schema.columns}
        for key in aliases:
            if key not in keys:
                raise _unknown(project, ["aliases", table, key], f"表 {table} 没有名为 {key} 的列", keys)
        columns = tuple(
            column.model_copy(update={"aliases": (*aliases.get(column.key, ()), *column.aliases)})
            for column in schema.columns
        )
        known[table] = schema.model_copy(update={"columns": columns})
    return known


def _unknown(project: Project, path: list[str], message: str, known: object) -> UserError:
    line = line_of(project.file.read_text(encoding="utf-8-sig"), path)
    names = "、".join(sorted(str(name) for name in known))  # type: ignore[attr-defined]
    return UserError(f"{project.file} 第 {line} 行：{message}", f"可用的名字：{names}")
