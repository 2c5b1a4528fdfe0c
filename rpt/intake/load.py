"""Intake as a whole: the project's files → a Dataset of typed tables, and every issue found on the way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rpt.engine import Engine, EngineError, quote
from rpt.engine.dataset import Dataset, TypedTable
from rpt.engine.dataset import Origin as Sheet
from rpt.intake.clean import SQL_TYPES
from rpt.intake.formats import READABLE
from rpt.intake.handover import Reading
from rpt.intake.header import Match, match, recognise
from rpt.intake.losses import rows_lost
from rpt.intake.person_ids import PersonIds
from rpt.intake.personal import drop_personal
from rpt.intake.raw import RawSheet
from rpt.intake.reading import Wanted, reading
from rpt.intake.schema import TableSchema, schemas
from rpt.intake.sheet import Place, SheetCleaner, head, ingest
from rpt.intake.typed import clean_typed
from rpt.intake.unfilled import Unfilled, unfilled_issues
from rpt.project.model import Project
from rpt.values.blank import GUIDE, LISTS
from rpt.values.issue import Issue, Level, Origin, UserError

_OWN = re.compile(r"(?:annual|plan|monthly|track)-\d{4}(?:-[\w-]+)?\.xlsx")
MARKED_FOLDER, MARKED_SUFFIX = "已标记", "-已标记"


@dataclass(frozen=True)
class SourceFile:
    """A file to read: where it is, how messages name it, and the table it was assigned to, if by name."""

    path: Path
    shown: str
    table: str | None = None
    sheet: str | None = None


@dataclass
class _Parts:
    """What has been read so far: typed parts of each table, the sheets they came from, and the issues."""

    ids: PersonIds
    tables: dict[str, list[tuple[str, frozenset[str], Sheet]]] = field(default_factory=lambda: defaultdict(list))
    issues: list[Issue] = field(default_factory=list)
    sheets: int = 0

    def rows_of(self, file: str) -> int:
        """How many rows a file has given."""
        return sum(origin.rows for parts in self.tables.values() for *_, origin in parts if origin.file == file)


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
    parts = _Parts(PersonIds(project), issues=issues)
    wanted = [Wanted(file.path, file.shown, encoding=project.settings.encoding_of(file.shown)) for file in files]
    with reading(wanted, project.limits) as readings:
        for file, read in zip(files, readings, strict=True):
            _add_file(file, read, engine, known, parts)
    tables = {name: _assemble(engine, schema, parts.tables.get(name, [])) for name, schema in known.items()}
    for name, table in tables.items():
        parts.issues += _duplicate_keys(engine, known[name], table)
    return Dataset(engine, tables), parts.issues


def find_files(project: Project, known: Mapping[str, TableSchema]) -> tuple[list[SourceFile], list[Issue]]:
    """Expand the project's globs, in order and each file once; a pattern that matches nothing is an issue."""
    files: dict[Path, SourceFile] = {}
    issues: list[Issue] = []
    wanted: list[tuple[str, str | None, str | None]] = [
        (pattern, None, None) for patterns in project.settings.sources.values() for pattern in patterns
    ]
    for table, source in project.settings.tables.items():
        if table not in known:
            raise UserError(
                f"{project.file}：[tables] 里没有名为 {table} 的表", f"可用的表：{'、'.join(sorted(known))}"
            )
        wanted = [(pattern, table, source.sheet) for pattern in source.files] + wanted
    for pattern, assigned, sheet in wanted:
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
            files.setdefault(path, SourceFile(path, _shown(project, path), assigned, sheet))
    return list(files.values()), issues


def _is_not_input(project: Project, path: Path) -> bool:
    """Office's lock files, our marked copies, and our own reports where the output folder holds the sources too."""
    if path.parent.name == MARKED_FOLDER and path.stem.endswith(MARKED_SUFFIX):
        return True
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


def _add_file(file: SourceFile, read: Reading, engine: Engine, known: Mapping[str, TableSchema], parts: _Parts) -> None:
    parts.issues += read.issues
    unfilled: list[Unfilled] = []
    for sheet in read.sheets:
        if file.sheet and sheet.name != file.sheet:
            continue
        parts.sheets += 1
        place = Place(file.shown, sheet.name, parts.sheets, sheet.first_column)
        target = f"part_{parts.sheets}"
        try:
            found = _load_sheet(engine, place, sheet, file, known, target, parts)
        except EngineError as error:
            parts.issues.append(_unusable(place, sheet, error))
            continue
        if found is None:
            continue
        parts.issues += parts.ids.protect(engine, place, found, target)
        rows, first, last = engine.rows(
            f"select count(*), coalesce(min(_row), 0), coalesce(max(_row), 0) from {quote(target)}"
        )[0]
        if not rows:
            unfilled.append(Unfilled(found.table.label, Origin(file.shown, sheet.name)))
        columns = frozenset(column.key for column in found.columns.values())
        origin = Sheet(place.id, file.shown, "" if sheet.typed else sheet.name, read.sha256, rows, first, last)
        parts.tables[found.table.name].append((target, columns, origin))
    parts.issues += unfilled_issues(unfilled, parts.rows_of(file.shown))
    fed = any(origin.file == file.shown for table in parts.tables.values() for _, _, origin in table)
    if (
        not read.issues
        and not fed
        and not any(i.origin.file == file.shown and i.level is Level.ERROR for i in parts.issues)
    ):
        message = "文件里没有认出任何一张表"
        hint = "工作表可按表名命名，如“渠道日报”；表头要有该表的列名"
        parts.issues.append(Issue("file_empty", Level.WARNING, message, Origin(file.shown), hint))


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
        found, issues = clean_typed(engine, place, sheet.path, file.table, known, target)
        parts.issues += issues
        return found
    raw = f"raw_{place.id}"
    ingest(engine, sheet, raw)
    rows = head(engine, raw)
    candidates = {file.table: known[file.table]} if file.table else known
    found = match(known[file.table], rows) if file.table else recognise(sheet.name, rows, candidates)
    if found is None:
        if sheet.name not in (GUIDE, LISTS):
            parts.issues.append(_unrecognised(place, file, sheet))
        return None
    if found.missing:
        labels = "、".join(f"“{column.label}”" for column in found.missing)
        hint = f"请补上该列，或在 rpt.toml 的 [aliases.{found.table.name}] 里写明它的列名"
        message = f"表“{found.table.label}”缺少必需的列：{labels}"
        parts.issues.append(Issue("column_missing", Level.ERROR, message, place.cell(0, found.row), hint))
        return None
    found, dropped = drop_personal(engine, place, raw, found)
    parts.issues += [*dropped, *_unknown_columns(place, found)]
    parts.issues += rows_lost(engine, Origin(place.file, place.sheet), raw, sheet.rows)
    parts.issues += SheetCleaner(engine, place, found, raw, target, sheet.notes).clean()
    engine.run(f"drop table {quote(raw)}")
    return found


def _unusable(place: Place, sheet: RawSheet, error: EngineError) -> Issue:
    if sheet.typed:
        message, hint = "parquet 文件损坏，读不出来", "请重新导出该文件"
        return Issue("unreadable", Level.ERROR, message, Origin(place.file), hint, str(error)[:200])
    message, hint = "这张工作表没有读进来", "请用 Excel 或 WPS 打开确认，另存为 .xlsx 后重试"
    return Issue("unreadable", Level.ERROR, message, Origin(place.file, place.sheet), hint, str(error)[:200])


def _unrecognised(place: Place, file: SourceFile, sheet: RawSheet) -> Issue:
    level = Level.ERROR if file.table else Level.INFO
    # a header of formulas without a result can't be known
    unsaved = sum(note.kind == "no_value" for note in sheet.notes)
    cause = f"（有 {unsaved:,} 个公式没有保存结果）" if unsaved else ""
    message = f"没有认出这张工作表是哪一张表，已略过{cause}"
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


def _duplicate_keys(engine: Engine, schema: TableSchema, table: TypedTable) -> Iterator[Issue]:
    """Rows that share a key are named in pairs: the row, and the earlier one it repeats."""
    keys = [key for key in schema.key if key in table.columns]
    if not keys or len(keys) < len([k for k in schema.key if schema.column(k).required]):
        return
    by = ", ".join(quote(key) for key in keys)
    shown = " || '，' || ".join(f"coalesce(cast({quote(key)} as varchar), '空')" for key in keys)
    sql = f"""
        select _src, _row, {shown}, first_src, first_row from (
          select *, first_value(_src) over w as first_src, first_value(_row) over w as first_row,
            row_number() over w as nth
          from {quote(table.name)} window w as (partition by {by} order by _src, _row)
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
