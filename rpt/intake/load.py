"""Intake as a whole: the project's files → a Dataset of typed tables, and every issue found on the way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from rpt.engine import Engine, quote
from rpt.engine.dataset import Dataset, TypedTable
from rpt.engine.dataset import Origin as Sheet
from rpt.intake.clean import SQL_TYPES
from rpt.intake.export import Export, ExportSheet, read_export, stated_in_name
from rpt.intake.feeding import counted_twice, feed_table
from rpt.intake.header import Match, match, recognise
from rpt.intake.preset import preset_of
from rpt.intake.reader import READABLE, RawSheet, read, sha256
from rpt.intake.schema import TableSchema, schemas
from rpt.intake.sheet import Place, SheetCleaner, head, ingest
from rpt.intake.typed import clean_typed
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, Origin, UserError

_OWN = re.compile(r"(?:annual|plan|monthly|track)-\d{4}(?:-[\w-]+)?\.xlsx")


@dataclass(frozen=True)
class SourceFile:
    """A file to read: where it is, how messages name it, and the table it was assigned to, if by name."""

    path: Path
    shown: str
    table: str | None = None
    sheet: str | None = None
    export: Export | None = None
    claimed: frozenset[str] = frozenset()  # sheets that other entries of rpt.toml name

    def reads(self, sheet: str) -> bool:
        """Whether this entry is about a sheet of the file."""
        return sheet == self.sheet if self.sheet else sheet not in self.claimed


@dataclass
class _Parts:
    """What has been read so far: typed parts of each table, the sheets they came from, and the issues."""

    tables: dict[str, list[tuple[str, frozenset[str], Sheet]]] = field(default_factory=lambda: defaultdict(list))
    exports: dict[str, list[ExportSheet]] = field(default_factory=lambda: defaultdict(list))
    issues: list[Issue] = field(default_factory=list)
    sheets: int = 0


def load(project: Project, engine: Engine) -> tuple[Dataset, list[Issue]]:
    """Read every source of the project into ``engine``. Inputs are never changed.

    Raises UserError (exit 1) where no source file exists at all.
    """
    known = schemas(project)
    files, issues = find_files(project, known)
    if not files:
        patterns = "、".join(p for ps in project.settings.sources.values() for p in ps) or "[sources] 为空"
        hint = f"请检查 {project.file} 的 [sources]，文件路径相对 {project.folder}"
        raise UserError(f"没有找到任何来源文件：{patterns}", hint, exit_code=1)
    parts = _Parts(issues=issues)
    for file in files:
        _read_file(file, engine, known, parts)
    tables = {}
    for name in sorted(known, key=lambda name: name in parts.exports):  # what exports look up stands in the others
        fed, issues = feed_table(engine, known[name], parts.exports.get(name, []))
        parts.issues += issues
        tables[name] = _assemble(engine, known[name], [*parts.tables.get(name, []), *fed])
    for name, schema in known.items():
        exported = {sheet.origin.id: sheet for sheet in parts.exports.get(name, [])}
        parts.issues += _duplicate_keys(engine, schema, tables[name], exported)
        parts.issues += counted_twice(engine, schema, tables[name], exported)
    return Dataset(engine, {name: tables[name] for name in known}), parts.issues


def find_files(project: Project, known: Mapping[str, TableSchema]) -> tuple[list[SourceFile], list[Issue]]:
    """Expand the project's globs, in order and each file once; a pattern that matches nothing is an issue."""
    files: dict[tuple[Path, str | None], SourceFile] = {}
    issues: list[Issue] = []
    wanted: list[tuple[str, str | None, str | None, Export | None]] = [
        (pattern, None, None, None) for patterns in project.settings.sources.values() for pattern in patterns
    ]
    for table, source in project.settings.tables.items():
        if table not in known:
            raise UserError(
                f"{project.file}：[tables] 里没有名为 {table} 的表", f"可用的表：{'、'.join(sorted(known))}"
            )
        wanted = [(pattern, table, source.sheet, None) for pattern in source.files] + wanted
    for name, told in project.settings.exports.items():
        made = Export(name, preset_of(project, name, known), told)
        wanted = [(pattern, None, told.sheet, made) for pattern in told.files] + wanted
    for pattern, assigned, sheet, export in wanted:
        found = [path for path in _expand(project.folder, pattern) if not _is_not_input(project, path)]
        if not found:
            hint = f"请检查 {project.file.name} 里的写法（路径相对 {project.folder}）；没有这份数据时删去这一项"
            issues.append(Issue("file_missing", Level.ERROR, f"找不到来源文件：{pattern}", Origin(pattern), hint))
        for path in found:
            if path.suffix.lower() not in READABLE:
                hint = "可读取 xlsx、xls、xlsb、ods、csv、tsv、parquet"
                issues.append(
                    Issue(
                        "file_type",
                        Level.ERROR,
                        f"不认识的文件类型：{path.suffix}",
                        Origin(_shown(project, path)),
                        hint,
                    )
                )
                continue
            files.setdefault((path, sheet), SourceFile(path, _shown(project, path), assigned, sheet, export))
    claimed: dict[Path, set[str]] = defaultdict(set)
    for path, sheet in files:
        claimed[path] |= {sheet} if sheet else set()
    return [replace(file, claimed=frozenset(claimed[file.path])) for file in files.values()], issues


def _is_not_input(project: Project, path: Path) -> bool:
    """Office's lock files, and our own reports where the output folder holds the sources too."""
    return path.name.startswith("~$") or (path.parent.resolve() == project.out and _OWN.match(path.name) is not None)


def _expand(folder: Path, pattern: str) -> list[Path]:
    absolute = Path(pattern)
    if absolute.is_absolute():
        folder, pattern = Path(absolute.anchor), str(absolute.relative_to(absolute.anchor))
    exact = folder / pattern
    if exact.is_file():
        return [exact]
    if not any(sign in pattern for sign in "*?["):
        return []
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def _shown(project: Project, path: Path) -> str:
    return path.relative_to(project.folder).as_posix() if path.is_relative_to(project.folder) else path.as_posix()


def _read_file(file: SourceFile, engine: Engine, known: Mapping[str, TableSchema], parts: _Parts) -> None:
    sheets, issues = read(file.path, file.shown)
    parts.issues += issues
    digest = sha256(file.path)
    for sheet in sheets:
        if not file.reads(sheet.name):
            continue
        parts.sheets += 1
        place = Place(file.shown, sheet.name, parts.sheets, sheet.first_column)
        target = f"part_{parts.sheets}"
        if file.export is not None:
            _load_export(engine, place, sheet, file, file.export, known, digest, parts)
            continue
        found = _load_sheet(engine, place, sheet, file, known, target, parts)
        if found is None:
            continue
        rows, first, last = engine.rows(
            f"select count(*), coalesce(min(_row), 0), coalesce(max(_row), 0) from {quote(target)}"
        )[0]
        if not rows:
            message = f"表“{found.table.label}”只有表头，没有数据行"
            parts.issues.append(
                Issue("table_empty", Level.WARNING, message, Origin(file.shown, sheet.name), "请填入数据")
            )
        columns = frozenset(column.key for column in found.columns.values())
        origin = Sheet(place.id, file.shown, "" if sheet.typed else sheet.name, digest, rows, first, last)
        parts.tables[found.table.name].append((target, columns, origin))
    origins = [origin for table in parts.tables.values() for _, _, origin in table]
    origins += [sheet.origin for exported in parts.exports.values() for sheet in exported]
    fed = any(origin.file == file.shown for origin in origins)
    if not issues and not fed and not any(i.origin.file == file.shown and i.level is Level.ERROR for i in parts.issues):
        message = "文件里没有认出任何一张表"
        hint = "工作表可按表名命名，如“渠道日报”；表头要有该表的列名"
        level = Level.WARNING
        if file.export is not None:
            message = f"文件不像预设“{file.export.preset.name}”的导出：没有认出表头"
            hint = f'请核对 rpt.toml 的 [exports."{file.export.name}"]；列名不同时可在其中写 aliases'
            level = Level.ERROR
        parts.issues.append(Issue("file_empty", level, message, Origin(file.shown), hint))


def _load_export(
    engine: Engine,
    place: Place,
    sheet: RawSheet,
    file: SourceFile,
    export: Export,
    known: Mapping[str, TableSchema],
    digest: str,
    parts: _Parts,
) -> None:
    """A sheet of a known tool: its rows wait, typed, until all files are read and the later ones are known."""
    if sheet.typed:
        hint = "请改用导出的 xlsx 或 csv"
        parts.issues.append(Issue("file_type", Level.ERROR, "预设不能读 parquet", Origin(file.shown), hint))
        return
    raw, target = f"raw_{place.id}", f"export_{place.id}"
    ingest(engine, sheet, raw)
    found, issues = read_export(engine, place, raw, head(engine, raw), export, known, target)
    parts.issues += issues
    if found is None:
        return
    feed, matched = found
    columns = frozenset(column.key for column in matched.columns.values())
    stated, issues = stated_in_name(feed, columns, file.path, place)
    parts.issues += issues
    origin = Sheet(place.id, file.shown, sheet.name, digest, 0)
    if not issues:
        parts.exports[feed.table].append(ExportSheet(export, feed, target, columns, origin, file.path, stated))


def _load_sheet(
    engine: Engine,
    place: Place,
    sheet: RawSheet,
    file: SourceFile,
    known: Mapping[str, TableSchema],
    target: str,
    parts: _Parts,
) -> Match | None:
    if sheet.typed:
        found, issues = clean_typed(engine, place, Path(str(sheet.data)), file.table, known, target)
        parts.issues += issues
        return found
    raw = f"raw_{place.id}"
    ingest(engine, sheet, raw)
    rows = head(engine, raw)
    candidates = {file.table: known[file.table]} if file.table else known
    found = match(known[file.table], rows) if file.table else recognise(sheet.name, rows, candidates)
    if found is None:
        parts.issues.append(_unrecognised(place, file))
        return None
    if found.missing:
        labels = "、".join(f"“{column.label}”" for column in found.missing)
        hint = f"请补上该列，或在 rpt.toml 的 [aliases.{found.table.name}] 里写明它的列名"
        message = f"表“{found.table.label}”缺少必需的列：{labels}"
        parts.issues.append(Issue("column_missing", Level.ERROR, message, place.cell(0, found.row), hint))
        return None
    parts.issues += _unknown_columns(place, found)
    parts.issues += SheetCleaner(engine, place, found, raw, target).clean()
    engine.run(f"drop table {quote(raw)}")
    return found


def _unrecognised(place: Place, file: SourceFile) -> Issue:
    level = Level.ERROR if file.table else Level.INFO
    message = "没有认出这张工作表是哪一张表，已略过"
    return Issue("sheet_unknown", level, message, Origin(place.file, place.sheet), "工作表可按表名命名，如“渠道日报”")


def _unknown_columns(place: Place, found: Match) -> Iterator[Issue]:
    for position, label in found.unknown.items():
        message = f"表“{found.table.label}”没有用到列“{' '.join(label.split())}”"
        yield Issue("column_unknown", Level.INFO, message, place.cell(position, found.row), "", label)


def _assemble(engine: Engine, schema: TableSchema, parts: Sequence[tuple[str, frozenset[str], Sheet]]) -> TypedTable:
    """One table of all its parts; a column that no file has is all NULL and not in ``columns``. A table that no file
    holds is there too, empty, so that SQL may join it."""
    absent = [f"cast(null as {SQL_TYPES[c.type]}) as {quote(c.key)}" for c in schema.columns]
    selects = [f"select {', '.join(absent)}, cast(null as integer) as _src, cast(null as bigint) as _row where false"]
    for name, columns, _ in parts:
        cells = [
            quote(c.key) if c.key in columns else f"cast(null as {SQL_TYPES[c.type]}) as {quote(c.key)}"
            for c in schema.columns
        ]
        selects.append(f"select {', '.join(cells)}, _src, _row from {quote(name)}")
    engine.table(f"typed_{schema.name}", " union all ".join(selects))
    for name, _, _ in parts:
        engine.run(f"drop table {quote(name)}")
    first, last = _range(engine, schema)
    rows = int(engine.rows(f"select count(*) from {quote('typed_' + schema.name)}")[0][0])
    return TypedTable(
        name=f"typed_{schema.name}",
        label=schema.label,
        columns=frozenset().union(*(columns for _, columns, _ in parts)),
        all_columns={column.key: column.label for column in schema.columns},
        origins=tuple(origin for _, _, origin in parts),
        rows=rows,
        date_column=schema.date,
        date_type=schema.column(schema.date).type if schema.date else None,
        is_series=schema.date in schema.key,
        first=first,
        last=last,
    )


def _range(engine: Engine, schema: TableSchema) -> tuple[date | None, date | None]:
    if not schema.date:
        return None, None
    column = quote(schema.date)
    last = f"last_day(max({column}))" if schema.column(schema.date).type == "month" else f"cast(max({column}) as date)"
    first, end = engine.rows(f"select cast(min({column}) as date), {last} from {quote('typed_' + schema.name)}")[0]
    return first, end


def _duplicate_keys(
    engine: Engine, schema: TableSchema, table: TypedTable, exported: Collection[int]
) -> Iterator[Issue]:
    """Rows that share a key are named in pairs: the row, and the earlier one it repeats. What is ``exported`` has keys
    of its own."""
    keys = [key for key in schema.key if key in table.columns]
    if not keys or len(keys) < len([k for k in schema.key if schema.column(k).required]):
        return
    by = ", ".join(quote(key) for key in keys)
    shown = " || '，' || ".join(f"coalesce(cast({quote(key)} as varchar), '空')" for key in keys)
    own = f"where _src not in ({', '.join(map(str, exported))})" if exported else ""
    sql = f"""
        select _src, _row, {shown}, first_src, first_row from (
          select *, first_value(_src) over w as first_src, first_value(_row) over w as first_row,
            row_number() over w as nth
          from {quote(table.name)} {own} window w as (partition by {by} order by _src, _row)
        ) where nth > 1 order by _src, _row"""
    sheets = {origin.id: origin for origin in table.origins}
    labels = "、".join(schema.column(key).label for key in keys)
    for src, row, value, first_src, first_row in engine.rows(sql):
        first = sheets[first_src]
        message = f"重复的行：{labels}为“{value}”，与 {first.file} › {first.sheet} 第 {first_row} 行相同"
        here = Origin(sheets[src].file, sheets[src].sheet, f"A{row}")
        yield Issue(
            "duplicate_key",
            Level.ERROR,
            message,
            here,
            f"每{schema.grain.removeprefix('一行')}应只出现一次，请删去重复的行",
            value,
        )
