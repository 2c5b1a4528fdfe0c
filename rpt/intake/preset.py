"""Presets: what the exports of one tool look like, and which of our columns they fill. TOML in ``presets/``.

A preset has feeds, one per kind of file. A feed is a table schema of its own, with the export's own headers; ``into``
says in SQL what becomes of its rows. No header stands there that has not been seen in such an export.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from rpt.intake.schema import ColumnSchema, TableSchema, normalise
from rpt.project.inputs import ExportSource
from rpt.project.model import Project
from rpt.project.toml import line_of, read_toml, validation_message
from rpt.values.issue import UserError

FOLDER = Path(__file__).parent / "presets"


class Feed(BaseModel):
    """One kind of file of a tool.

    ``columns`` go into the columns of ``table`` that have their keys; ``into`` computes others (SQL over the feed's
    columns, the rows being ``export``); ``ours`` are columns that go by the table's own names; ``fill`` are constants
    where the rows lack a column; ``named`` is the column that the file's name may state. ``key`` is what comes back in
    a later file: its rows then come from the later one alone, and ``grows`` should not shrink by it.
    Several rows of a key in one file are an error (``unique``), added up with a warning (``added``), usual (``lines``),
    or copies of the first (``first``). ``where`` picks the rows that count, ``left_out`` says which do not; ``says`` is
    what a reader must know of the figures; ``unused`` are headers without a place in our tables, and why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    label: str
    key: tuple[str, ...]
    rows: Literal["unique", "added", "lines", "first"] = "unique"
    columns: tuple[ColumnSchema, ...]
    ours: tuple[str, ...] = ()
    into: Mapping[str, str] = {}
    fill: Mapping[str, str] = {}
    named: str | None = None
    grows: str | None = None
    where: str = "true"
    left_out: str = ""
    says: str = ""
    unused: Mapping[str, str] = {}

    def as_table(self, table: TableSchema, source: ExportSource) -> TableSchema:
        """The feed as a table of its own, with the headers that the project adds."""
        named = {normalise(label): names for label, names in source.aliases.items()}
        ours = [table.column(key) for key in self.ours]
        lenient = {*self.fill, *source.fill, self.named}
        columns = tuple(
            column.model_copy(
                update={
                    "aliases": (*named.get(normalise(column.label), ()), *column.aliases),
                    "required": column.required and column.key not in lenient,
                }
            )
            for column in (*self.columns, *ours)
        )
        return TableSchema(
            name=self.table, label=self.label, sheets=(), grain="", key=self.key, date=None, columns=columns
        )

    def knows(self, header: str) -> bool:
        """Whether a header belongs to the export and has no place in our tables."""
        return normalise(header) in {normalise(name) for name in self.unused}

    def targets(self, table: TableSchema, present: frozenset[str]) -> dict[str, str]:
        """Target column → SQL over the feed's columns, for all that the columns present can fill."""
        keys = {column.key for column in self.columns} | set(self.ours)
        found = {key: key for key in present if any(column.key == key for column in table.columns)}
        for key, sql in self.into.items():
            needed = keys & set(re.findall(r"[a-z_]+", sql))
            if needed <= present:
                found[key] = sql
        return found


class Preset(BaseModel):
    """The exports of one tool."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    feeds: tuple[Feed, ...]


@dataclass(frozen=True)
class Export:
    """What ``[exports.X]`` stands for: its name, the preset, and what the project says of it."""

    name: str
    preset: Preset
    source: ExportSource


@cache
def presets() -> Mapping[str, Preset]:
    """All presets by their Chinese name."""
    adapter = TypeAdapter(Preset)
    found: dict[str, Preset] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            preset = adapter.validate_python(read_toml(path))
        except ValidationError as error:
            raise UserError(validation_message(path, error)) from error
        found[preset.name] = preset
    return found


def preset_of(project: Project, export: str, known: Mapping[str, TableSchema]) -> Preset:
    """The preset that ``[exports.X]`` names; raises UserError with the line for a preset or a name that is none."""
    source = project.settings.exports[export]
    preset = presets().get(source.preset)
    if preset is None:
        raise _wrong(project, [export, "preset"], f"没有名为“{source.preset}”的预设", presets())
    fillable = {column.key for feed in preset.feeds for column in known[feed.table].columns}
    headers = {normalise(c.label): c.label for feed in preset.feeds for c in feed.columns}
    headers |= {
        normalise(known[f.table].column(k).label): known[f.table].column(k).label for f in preset.feeds for k in f.ours
    }
    for key in source.fill:
        if key not in fillable:
            raise _wrong(project, [export, "fill", key], f"预设“{preset.name}”的表没有名为 {key} 的列", fillable)
    for section in ("aliases", "units"):
        for label in getattr(source, section):
            if normalise(label) not in headers:
                message = f"预设“{preset.name}”没有名为“{label}”的列"
                raise _wrong(project, [export, section, label], message, headers.values())
    return preset


def _wrong(project: Project, path: list[str], message: str, known: object) -> UserError:
    line = line_of(project.file.read_text(encoding="utf-8-sig"), ["exports", *path])
    names = "、".join(sorted(str(name) for name in known))  # type: ignore[attr-defined]
    return UserError(f"{project.file} 第 {line} 行：{message}", f"可用的名字：{names}")
