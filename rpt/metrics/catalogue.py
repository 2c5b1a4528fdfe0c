"""The catalogue: metrics, derived tables and lists as TOML entries, checked before anything runs.

Shipped entries stand in ``entries/``; a project's own files (``metrics`` in rpt.toml) add to them or replace them
entry by entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from string import Formatter

from pydantic import ValidationError

from rpt.metrics.entry import MetricEntry, Part, TableEntry
from rpt.metrics.list_entry import ListEntry
from rpt.project.model import Project
from rpt.project.toml import KeyLines, read_toml, validation_message
from rpt.values.issue import UserError
from rpt.values.ledger import Metric
from rpt.values.scope import ALL, members_of
from rpt.values.slug import slug

FOLDER = Path(__file__).parent / "entries"
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Catalogue:
    """All entries of a run, with thresholds and roles already put into their SQL, scopes and definitions."""

    metrics: Mapping[str, MetricEntry]
    tables: Mapping[str, TableEntry]
    origins: Mapping[str, str]  # metric id, or ``lists.`` and a list's id -> file and line
    lists: Mapping[str, ListEntry] = field(default_factory=dict)

    def nouns(self) -> dict[str, Metric]:
        """The metrics as the rest of rpt knows them."""
        return {id: self._noun(id, entry) for id, entry in self.metrics.items()}

    def _noun(self, id: str, entry: MetricEntry) -> Metric:
        return Metric(
            id=id,
            label=entry.label,
            monthly_label=entry.monthly_label,
            unit=entry.unit,
            better=entry.better,
            aggregation=entry.aggregation,
            definition=entry.definition,
            chapter=entry.chapter,
            digits=entry.digits,
            aliases=entry.aliases,
            watched=entry.watched,
            worth=entry.worth,
            formula=formula(entry, self.metrics),
            origin=self.origins.get(id, ""),
        )

    def parts(self, entry: MetricEntry) -> dict[str, Part]:
        """The parts of a metric; a share's whole is its own numerator at 全部."""
        if entry.share_of:
            part = self.metrics[entry.share_of].parts()["numerator"]
            return {"numerator": part, "denominator": part.model_copy(update={"scope": ALL})}
        return entry.parts()

    def is_period_end(self, entry: MetricEntry) -> bool:
        """Whether a metric is what stands at a period's end; a share is what its metric is."""
        of = self.metrics[entry.share_of] if entry.share_of else entry
        return of.aggregation == "period_end"

    def find(self, name: str) -> str | None:
        """The id a person means by an id, a label or an alias (white space and case aside)."""
        wanted = _fold(name)
        for id, entry in self.metrics.items():
            if wanted in (_fold(id), _fold(entry.label), *map(_fold, entry.aliases)):
                return id
        return None


def _fold(name: str) -> str:
    return "".join(name.split()).lower().replace("／", "/")


def formula(entry: MetricEntry, metrics: Mapping[str, MetricEntry]) -> str:
    """How a metric is computed, as SQL a reader can check: ``sum(a) ÷ sum(b)``."""
    if entry.share_of:
        part = metrics[entry.share_of].parts()["numerator"]
        return f"{part.table}: {part.sql} ÷ 同一指标的全部"
    parts = entry.parts()
    if not parts:
        return ""
    shown = {
        role: part.sql if part.table == entry.table else f"{part.table}.[{part.sql}]" for role, part in parts.items()
    }
    above = " × ".join(shown[role] for role in ("numerator", "times") if role in shown)
    below = " × ".join(shown[role] for role in ("denominator", "over") if role in shown)
    return above + (f" ÷ ({below})" if "over" in shown else f" ÷ {below}" if below else "")


@dataclass(frozen=True)
class _File:
    """The entries of one file, as they are written."""

    tables: dict[str, TableEntry]
    metrics: dict[str, MetricEntry]
    lists: dict[str, ListEntry]
    origins: dict[str, str]  # as in Catalogue


def _read(path: Path) -> _File:
    content = read_toml(path)
    lines = KeyLines(path.read_text(encoding="utf-8-sig"))
    file = _File({}, {}, {}, {})
    for section, model, into in (
        ("tables", TableEntry, file.tables),
        ("metrics", MetricEntry, file.metrics),
        ("lists", ListEntry, file.lists),
    ):
        for id, body in content.pop(section, {}).items():
            try:
                into[id] = model.model_validate(body)  # type: ignore[assignment]
            except ValidationError as error:
                raise UserError(validation_message(path, error, [section, id]), "请改正后重试") from error
            if section != "tables":
                origin = id if section == "metrics" else f"{section}.{id}"
                file.origins[origin] = f"{path.name} 第 {lines.of([section, id])} 行"
    if content:
        raise UserError(f"{path}：不认识的部分 {'、'.join(content)}", "只有 [metrics.…]、[tables.…] 与 [lists.…]")
    return file


@cache
def _shipped() -> tuple[_File, ...]:
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.toml")))


def catalogue(project: Project, base_year: int) -> Catalogue:
    """Read the shipped entries and the project's own; raises UserError that names file and line of a wrong one.

    ``base_year`` is the year before the report year (in SQL {year} and {prior_year}); it freezes the recency cut-offs
    unless rpt.toml sets one.
    """
    metrics: dict[str, MetricEntry] = {}
    tables: dict[str, TableEntry] = {}
    lists: dict[str, ListEntry] = {}
    origins: dict[str, str] = {}
    for file in (*_shipped(), *(_read(project.folder / name) for name in project.settings.metrics)):
        metrics |= file.metrics
        tables |= file.tables
        lists |= file.lists
        origins |= file.origins
    parameters = _parameters(project, base_year)
    filled_tables = {id: _fill_table(table, parameters) for id, table in tables.items()}
    filled = {id: _fill_metric(entry, parameters, origins[id]) for id, entry in metrics.items()}
    filled_lists = {
        id: entry.filled(partial(_fill, parameters=parameters, where=origins[f"lists.{id}"]))
        for id, entry in lists.items()
    }
    result = Catalogue(filled, filled_tables, origins, filled_lists)
    _check_references(result)
    return result


def _parameters(project: Project, base_year: int) -> dict[str, str]:
    thresholds = project.settings.thresholds.model_dump(exclude={"problems"})
    thresholds |= {"base_year": thresholds["base_year"] or base_year, "year": base_year + 1, "prior_year": base_year}
    return {name: _literal(value) for name, value in thresholds.items()} | project.settings.roles.model_dump()


def _literal(value: object) -> str:
    """A threshold as SQL: several are a list."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_literal, value))}]"
    return "null" if value is None else f"{Decimal(str(value)):f}"


def _fill(text: str, parameters: Mapping[str, str], where: str) -> str:
    for _, name, _, _ in Formatter().parse(text):
        if name is not None and name not in parameters:
            raise UserError(f"{where}：没有名为 {{{name}}} 的阈值", f"可用：{'、'.join(sorted(parameters))}")
    return text.format(**parameters)


def _fill_table(table: TableEntry, parameters: Mapping[str, str]) -> TableEntry:
    fill = partial(_fill, parameters=parameters, where=table.grain)
    dimensions = {name: fill(sql) for name, sql in table.dimensions.items()}
    return table.model_copy(update={"sql": fill(table.sql), "dimensions": dimensions})


def _fill_metric(entry: MetricEntry, parameters: Mapping[str, str], where: str) -> MetricEntry:
    def fill(side: str | Part | None) -> str | Part | None:
        if isinstance(side, Part):
            return side.model_copy(update={"sql": _fill(side.sql, parameters, where)})
        return _fill(side, parameters, where) if side else side

    shown = {
        name: f"{int(value):,}" if value.isdigit() and int(value) >= 10000 else value
        for name, value in parameters.items()
    }
    return entry.model_copy(
        update={
            "numerator": fill(entry.numerator),
            "denominator": fill(entry.denominator),
            "definition": _fill(entry.definition, shown, where),
            "label": _fill(entry.label, parameters, where),
            "aliases": tuple(_fill(alias, parameters, where) for alias in entry.aliases),
            "only": None if entry.only is None else tuple(_fill(scope, parameters, where) for scope in entry.only),
        }
    )


def _check_references(found: Catalogue) -> None:
    """Every table, dimension and metric that an entry names must exist."""
    builtin = {"calendar"}
    named: dict[str, str] = {}
    for id, listed in found.lists.items():
        other = named.setdefault(slug(listed.label), id)
        if other != id:
            at = f"{found.origins[f'lists.{id}']}：清单 {id}"
            raise UserError(f"{at} 与清单 {other} 同名：{listed.label}", "过长的清单以名字另存为文件，请改一个名字")
        for table in (*listed.needs, *listed.uses):
            if table not in found.tables:
                at = f"{found.origins[f'lists.{id}']}：清单 {id}"
                raise UserError(f"{at} 用到不存在的表 {table}", f"可用：{'、'.join(sorted(found.tables))}")
    for id, entry in found.metrics.items():
        where = f"{found.origins[id]}：指标 {id}"
        if entry.share_of and entry.share_of not in found.metrics:
            raise UserError(f"{where} 的 share_of 指向不存在的指标 {entry.share_of}")
        if entry.worth not in ("", "元", *found.metrics):
            raise UserError(f"{where} 的 worth 应为“元”或一个指标：{entry.worth}")
        measured = found.metrics[entry.share_of] if entry.share_of else entry
        parts = measured.parts().values()
        for part in parts:
            if part.table not in found.tables and part.table not in builtin:
                raise UserError(f"{where} 用到不存在的表 {part.table}", f"可用：{'、'.join(sorted(found.tables))}")
        for dimension in _dimensions(entry):
            if dimension == "活动" and any(
                found.tables[p.table].date or not found.tables[p.table].period for p in parts
            ):
                continue  # dated tables are cut by the campaign windows
            if not any(dimension in found.tables[part.table].dimensions for part in parts):
                raise UserError(f"{where} 的表没有维度“{dimension}”")


def _dimensions(entry: MetricEntry) -> Iterable[str]:
    for combination in (*entry.scopes, *entry.yearly):
        yield from combination.split("|")
    for scope in entry.only or ():
        yield from members_of(scope)


def columns_used(sql: str, columns: Sequence[str] | Mapping[str, str]) -> set[str]:
    """Which of ``columns`` a SQL expression names."""
    return set(_IDENTIFIER.findall(re.sub(r"'[^']*'", "''", sql))) & set(columns)
