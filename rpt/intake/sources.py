"""Which files a project reads, and what each of them is said to be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rpt.intake.formats import READABLE
from rpt.intake.handover import Reading
from rpt.intake.preset import Export, preset_of
from rpt.intake.reading import Wanted, reading
from rpt.intake.schema import TableSchema
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, Origin, UserError

_OWN = re.compile(r"(?:annual|plan|monthly|track)-\d{4}(?:-[\w-]+)?\.xlsx")
MARKED_FOLDER, MARKED_SUFFIX = "已标记", "-已标记"


@dataclass(frozen=True)
class SourceFile:
    """A file to read, as one entry of rpt.toml has it: where it is, how messages name it, the table or the tool that it
    was assigned to, if it was. A file may stand in several entries, each about another of its sheets."""

    path: Path
    shown: str
    table: str | None = None
    sheet: str | None = None
    export: Export | None = None
    claimed: frozenset[str] = frozenset()  # sheets that other entries name

    def reads(self, sheet: str) -> bool:
        """Whether this entry is about a sheet of the file."""
        return sheet == self.sheet if self.sheet else sheet not in self.claimed


@dataclass(frozen=True)
class _Entry:
    """A pattern of rpt.toml with what it says of its files."""

    pattern: str
    table: str | None = None
    sheet: str | None = None
    export: Export | None = None


def find_files(project: Project, known: Mapping[str, TableSchema]) -> tuple[list[SourceFile], list[Issue]]:
    """Expand the project's globs, in order and each file once per sheet asked for; a pattern that matches nothing is
    an issue."""
    files: dict[tuple[Path, str | None], SourceFile] = {}
    issues: list[Issue] = []
    for entry in _entries(project, known):
        found = [path for path in _expand(project.folder, entry.pattern) if not _is_not_input(project, path)]
        if not found:
            message = f"找不到来源文件：{entry.pattern}"
            hint = f"请检查 {project.file.name} 里的写法（路径相对 {project.folder}）；没有这份数据时删去这一项"
            issues.append(Issue("file_missing", Level.ERROR, message, Origin(entry.pattern), hint))
        for path in found:
            shown = _shown(project, path)
            if path.suffix.lower() not in READABLE:
                message, hint = f"不认识的文件类型：{path.suffix}", "可读取 xlsx、xls、xlsb、ods、csv、tsv、parquet"
                issues.append(Issue("file_type", Level.ERROR, message, Origin(shown), hint))
                continue
            files.setdefault((path, entry.sheet), SourceFile(path, shown, entry.table, entry.sheet, entry.export))
    claimed: dict[Path, set[str]] = defaultdict(set)
    for path, sheet in files:
        claimed[path] |= {sheet} if sheet else set()
    return [replace(file, claimed=frozenset(claimed[file.path])) for file in files.values()], issues


def read_each(project: Project, files: Sequence[SourceFile]) -> Generator[tuple[SourceFile, Reading]]:
    """Each entry with what its file holds; a file is read once, whichever entries it stands in. To be closed: children
    read ahead."""
    entries = _entries_of(files)
    wanted = [Wanted(of[0].path, shown, encoding=project.settings.encoding_of(shown)) for shown, of in entries.items()]
    with reading(wanted, project.limits) as readings:
        for shown, read in zip(entries, readings, strict=True):
            for file in entries[shown]:
                yield file, read


def in_order(files: Sequence[SourceFile]) -> list[SourceFile]:
    """The entries as ``read_each`` gives them: those of a file follow each other."""
    return [file for entries in _entries_of(files).values() for file in entries]


def _entries_of(files: Sequence[SourceFile]) -> dict[str, list[SourceFile]]:
    entries: dict[str, list[SourceFile]] = {}
    for file in files:
        entries.setdefault(file.shown, []).append(file)
    return entries


def _entries(project: Project, known: Mapping[str, TableSchema]) -> Iterator[_Entry]:
    """What says most of its files comes first: tools, then tables, later entries before earlier ones, then the rest."""
    for name, told in reversed(project.settings.exports.items()):
        made = Export(name, preset_of(project, name, known), told)
        yield from (_Entry(pattern, None, told.sheet, made) for pattern in told.files)
    for table, source in reversed(project.settings.tables.items()):
        if table not in known:
            names = "、".join(sorted(known))
            raise UserError(f"{project.file}：[tables] 里没有名为 {table} 的表", f"可用的表：{names}")
        yield from (_Entry(pattern, table, source.sheet) for pattern in source.files)
    for patterns in project.settings.sources.values():
        yield from map(_Entry, patterns)


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
