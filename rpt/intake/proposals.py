"""Proposals for what intake did not recognise: a sheet's table, a header's column. Nothing is used unasked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from rpt.engine import Engine, quote
from rpt.intake.header import Match, match, recognise
from rpt.intake.likeness import Likeness, likeness
from rpt.intake.preset import Preset, presets
from rpt.intake.schema import TableSchema, normalise, schemas
from rpt.intake.sheet import Place, head, ingest
from rpt.intake.sources import SourceFile, find_files, read_each
from rpt.project.inputs import ExportSource
from rpt.project.model import Project
from rpt.values.mapping import ColumnProposal, Proposal, SheetProposal

_CLOSE = 0.05  # two columns this near to one header are both guesses

Rows = Sequence[Sequence[str | None]]


def propose(project: Project, engine: Engine) -> list[Proposal]:
    """What the unrecognised sheets and unknown columns of the project's files may be, in the order of the files."""
    known = schemas(project)
    files, _ = find_files(project, known)
    asked = [file for file in files if file.export is None]
    found: list[Proposal] = []
    with closing(read_each(project, asked)) as readings:
        for number, (file, read) in enumerate(readings):
            for sheet in read.sheets:
                if sheet.typed or not file.reads(sheet.name):
                    continue
                ingest(engine, sheet, "proposing")
                rows = head(engine, "proposing")
                engine.run(f"drop table {quote('proposing')}")
                found += _of_sheet(Place(file.shown, sheet.name, number, sheet.first_column), rows, file, known)
    return list(dict.fromkeys(found))


def _of_sheet(place: Place, rows: Rows, file: SourceFile, known: Mapping[str, TableSchema]) -> list[Proposal]:
    found = match(known[file.table], rows) if file.table else recognise(place.sheet, rows, known)
    if found is not None and not found.missing:
        return list(_columns(place, rows, found))
    if not file.table and (export := _export(place, rows, known)):
        return [export]
    if found is not None:
        return list(_columns(place, rows, found))
    return _table(place, rows, known) if not file.table else []


def _export(place: Place, rows: Rows, known: Mapping[str, TableSchema]) -> SheetProposal | None:
    """The tool whose export has at least three of the sheet's headers, and all it needs."""
    fitting: list[tuple[int, Preset, str]] = []
    for preset in presets().values():
        for feed in preset.feeds:
            table = feed.as_table(known[feed.table], ExportSource(preset=preset.name, files=()))
            found = match(table, rows)
            if found is None or found.missing:
                continue
            own = len(found.columns) + sum(feed.knows(header) for header in found.unknown.values())
            foreign = len(found.unknown) - sum(feed.knows(header) for header in found.unknown.values())
            if own >= 3 and own > foreign:
                fitting.append((own - foreign, preset, feed.label))
    if not fitting:
        return None
    score, preset, label = max(fitting, key=lambda one: one[0])
    rivals = {other.name for points, other, _ in fitting if points == score}
    if len(rivals) > 1:
        reason = f"表头同样像{'、'.join(sorted(rivals))}的导出，请自行选定"
        return SheetProposal(place.file, place.sheet, "低", reason, preset=preset.name, label=label)
    reason = f"表头是预设“{preset.name}”的导出"
    return SheetProposal(place.file, place.sheet, "高", reason, preset=preset.name, label=label)


def _table(place: Place, rows: Rows, known: Mapping[str, TableSchema]) -> list[Proposal]:
    """The table whose required columns all have a likely header in one row; most columns first."""
    best: tuple[int, TableSchema, list[ColumnProposal]] | None = None
    for table in known.values():
        for number, cells in enumerate(rows, 1):
            if sum(bool(cell and cell.strip()) for cell in cells) < 2:
                continue
            bare = Match(table, number, {}, unknown={i: c.strip() for i, c in enumerate(cells) if c and c.strip()})
            columns = [one for one in _columns(place, rows, bare) if one.confidence != "低"]
            found = {one.key for one in columns}
            if not all(column.key in found for column in table.columns if column.required) or len(found) < 2:
                continue
            if best is None or len(columns) > best[0]:
                best = len(columns), table, columns
    if best is None:
        return []
    count, table, columns = best
    headers = table.by_header()
    reason = f"有 {count} 列像表“{table.label}”的列，必需的列都在"
    sheet = SheetProposal(place.file, place.sheet, "中", reason, table=table.name, label=table.label)
    return [sheet, *(one for one in columns if normalise(one.header) not in headers)]


def _columns(place: Place, rows: Rows, found: Match) -> Iterator[ColumnProposal]:
    """One header for one column at most, the likeliest first."""
    taken = {column.key for column in found.columns.values()}
    pairs: list[tuple[Likeness, int, str]] = []
    for position, header in found.unknown.items():
        values = [row[position] or "" for row in rows[found.row :] if position < len(row) and row[position]]
        pairs += [
            (like, position, column.key)
            for column in found.table.columns
            if column.key not in taken and (like := likeness(found.table.name, column, header, values))
        ]
    pairs.sort(key=lambda pair: -pair[0].score)
    used: set[int | str] = set()
    for like, position, key in pairs:
        if position in used or key in used:
            continue
        used |= {position, key}
        rivals = [
            other
            for other, at, name in pairs
            if (at == position) != (name == key) and like.score - other.score < _CLOSE
        ]
        column = found.table.column(key)
        yield ColumnProposal(
            place.file,
            place.sheet,
            place.cell(position, found.row).cell or "",
            found.table.name,
            found.table.label,
            found.unknown[position],
            key,
            column.label,
            "低" if rivals else like.confidence,
            like.reason + ("，但不只这一种可能" if rivals else ""),
        )
