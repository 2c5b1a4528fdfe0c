"""Tables that stand in a warehouse: matched by their columns' names, checked by their types, used in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rpt.engine import EngineError, quote
from rpt.engine.dataset import Dataset, TypedTable
from rpt.engine.dataset import Origin as Sheet
from rpt.engine.remote import Remote
from rpt.engine.warehouse import Kind, Kinds
from rpt.intake.assemble import described
from rpt.intake.clean import SQL_TYPES
from rpt.intake.schema import ColumnSchema, ColumnType, TableSchema, normalise, schemas
from rpt.project.inputs import TableSource
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, Origin, UserError

# What a column may be in the warehouse. Doubles are not exact: no figure may come of them.
_FITTING: Mapping[ColumnType, tuple[Kind, ...]] = {
    "id": ("text", "integer"),
    "text": ("text",),
    "measure": ("text",),
    "date": ("date", "time"),
    "month": ("date", "time"),
    "datetime": ("time", "date"),
    "year": ("integer",),
    "integer": ("integer",),
    "number": ("decimal", "integer"),
    "money": ("decimal", "integer"),
    "rate": ("decimal", "integer"),
    "yes_no": ("boolean",),
}
_CALLED: Mapping[Kind, str] = {
    "text": "文字",
    "integer": "整数",
    "decimal": "定点小数",
    "float": "浮点数",
    "date": "日期",
    "time": "日期时间",
    "boolean": "是或否",
    "other": "其他类型",
}


def standing(project: Project) -> dict[str, TableSource]:
    """The tables that rpt.toml says stand in the warehouse, or in files that it reads.

    Raises UserError where the project has no warehouse, or its ids are hashed: a warehouse's own would not be.
    """
    found = {name: source for name, source in project.settings.tables.items() if not source.files}
    if not found:
        return {}
    known = schemas(project)
    for name in found:
        if name not in known:
            raise UserError(f"{project.file}：[tables] 里没有名为 {name} 的表", f"可用的表：{'、'.join(sorted(known))}")
    if project.settings.privacy.hash_ids:
        message = "privacy.hash_ids 只对文件有效，数据仓库里的编号不会被散列"
        raise UserError(message, "请在仓库里用视图散列编号，并去掉 hash_ids")
    return found


def moved(dataset: Dataset, remote: Remote, project: Project) -> tuple[Dataset, list[Issue]]:
    """The dataset inside the warehouse: what was read from files is uploaded, what stands there is used in place.

    The same table from both is an issue, as are columns that are lacking, of the wrong type, or empty where required.
    """
    known, issues = schemas(project), []
    tables = dict(dataset.tables)
    sources = standing(project)
    for name, table in dataset.tables.items():
        if name in sources:
            if table.is_present:
                where = Origin(table.origins[0].file)
                message = f"表“{table.label}”既来自文件，又写明在数据仓库里"
                issues.append(Issue("table_twice", Level.ERROR, message, where, "请只留一处"))
            continue
        columns = [*((c.key, SQL_TYPES[c.type]) for c in known[name].columns), ("_src", "integer"), ("_row", "bigint")]
        cells = ", ".join(quote(key) for key, _ in columns)
        remote.upload(table.name, columns, dataset.engine.rows(f"select {cells} from {quote(table.name)}"))
    last = max((origin.id for origin in dataset.origins()), default=0)
    for id, (name, source) in enumerate(sources.items(), last + 1):
        tables[name], more = _adopted(remote, known[name], source, id)
        issues += more
    return Dataset(remote, tables), issues


def _adopted(remote: Remote, schema: TableSchema, source: TableSource, id: int) -> tuple[TypedTable, list[Issue]]:
    shown = source.warehouse or source.path
    where, target = Origin(shown), f"typed_{schema.name}"
    try:
        place = remote.source(table=source.warehouse, path=source.path)
        there = remote.schema_of(place)
    except EngineError as error:
        raise UserError(f"数据仓库里读不到 {shown}（表“{schema.label}”）", str(error)) from error
    theirs = _matched(schema, there)
    issues = list(_unfit(schema, theirs, there, where))
    usable = {} if issues else theirs
    cells = [(c.key, usable.get(c.key), SQL_TYPES[c.type]) for c in schema.columns]
    remote.adopt(target, place, cells, id)
    if issues:
        return described(remote, schema, frozenset(), ()), issues
    table = described(remote, schema, frozenset(theirs), [Sheet(id, shown, "", "", 0)])
    issues += _bad_rows(remote, schema, frozenset(theirs), where)
    return _counted(table), issues


def _counted(table: TypedTable) -> TypedTable:
    return replace(table, origins=(replace(table.origins[0], rows=table.rows),), is_standing=True)


def _matched(schema: TableSchema, there: Kinds) -> dict[str, str]:
    """Key of the schema → column of the warehouse, by key, label or alias."""
    headers = schema.by_header() | {normalise(column.key): column for column in schema.columns}
    found: dict[str, str] = {}
    for name in there:
        if (column := headers.get(normalise(name))) is not None:
            found.setdefault(column.key, name)
    return found


def _unfit(schema: TableSchema, theirs: Mapping[str, str], there: Kinds, where: Origin) -> Iterator[Issue]:
    missing = [column for column in schema.columns if column.required and column.key not in theirs]
    if missing:
        labels = "、".join(f"“{column.label}”" for column in missing)
        hint = f"请补上该列，或在 rpt.toml 的 [aliases.{schema.name}] 里写上它在仓库里的名字"
        yield Issue("column_missing", Level.ERROR, f"表“{schema.label}”缺少必需的列：{labels}", where, hint)
    for column in schema.columns:
        name = theirs.get(column.key)
        if name is not None and there[name] not in _FITTING[column.type]:
            yield _wrong_type(column, name, there[name], where)


def _wrong_type(column: ColumnSchema, name: str, kind: Kind, where: Origin) -> Issue:
    wanted = "或".join(_CALLED[one] for one in _FITTING[column.type])
    message = f"列“{column.label}”（{name}）是{_CALLED[kind]}，应为{wanted}"
    return Issue("column_type", Level.ERROR, message, where, "请在仓库里建一个视图，转换该列的类型")


def _bad_rows(remote: Remote, schema: TableSchema, columns: frozenset[str], where: Origin) -> Iterator[Issue]:
    """Empty required cells and repeated keys are counted there; only the counts come here."""
    table = quote(f"typed_{schema.name}")
    required = [column for column in schema.columns if column.required]
    counts = ", ".join(f"count(*) filter (where {quote(c.key)} is null)" for c in required) or "0"
    for column, count in zip(required, remote.rows(f"select {counts} from {table}")[0], strict=False):
        if count:
            message = f"列“{column.label}”有 {int(count)} 行为空"
            yield Issue("cell_bad", Level.ERROR, message, where, "请在仓库里补上，或用视图去掉这些行")
    keys = [key for key in schema.key if key in columns]
    if len(keys) < len(schema.key) or not keys:
        return
    by = ", ".join(map(quote, keys))
    repeated = remote.rows(f"select count(*) from (select {by} from {table} group by {by} having count(*) > 1) as r")
    if count := int(repeated[0][0]):
        labels = "、".join(schema.column(key).label for key in keys)
        message = f"有 {count} 组重复的行：{labels}相同"
        hint = f"每{schema.grain.removeprefix('一行')}应只出现一次，请在仓库里去掉重复的行"
        yield Issue("duplicate_key", Level.ERROR, message, where, hint)
