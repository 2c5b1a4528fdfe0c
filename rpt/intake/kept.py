"""What a file gave, kept from run to run: its typed rows as parquet, how its sheets were read, and what was found.

A file is known by its content, and an entry by all else that decides what is made of it: what rpt.toml says of the
file, the schemas with the project's aliases, the limits, and the code that reads. What was hashed with a key of the
run's own is not kept, and columnar files are not: they are read as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rpt.engine import Engine, EngineError, literal
from rpt.intake.header import Match
from rpt.intake.person_ids import PersonIds
from rpt.intake.preset import Feed
from rpt.intake.raw import sha256
from rpt.intake.schema import TableSchema
from rpt.intake.sources import SourceFile
from rpt.project.model import Project
from rpt.state.cache import Cache, code
from rpt.values.issue import Issue

KIND = "typed"
_RECORD = "file.json"
_COLUMNAR = ".parquet"
# the issues that another run, or another machine, may not meet
_PASSING = ("reading_", "personal_hashed", "unreadable")


@dataclass(frozen=True)
class TypedSheet:
    """What came of one sheet: how it was read (``match``; ``feed`` and ``stated`` for a tool's export), the columns and
    the extent of its typed rows, which are a table of the engine or a file, and every issue. Without a ``match`` it
    gave no rows."""

    name: str
    first_column: int
    issues: tuple[Issue, ...]
    match: Match | None = None
    feed: Feed | None = None
    stated: date | None = None
    columns: frozenset[str] = frozenset()
    rows: int = 0
    first_row: int = 0
    last_row: int = 0
    is_columnar: bool = False


@dataclass(frozen=True)
class TypedFile:
    """What came of one entry of rpt.toml for a file: its sheets in order, and the issues of the file itself. ``folder``
    holds the rows of its sheets, by number, where it comes from the cache."""

    sha256: str
    issues: tuple[Issue, ...]
    sheets: tuple[TypedSheet, ...]
    folder: Path | None = None

    def rows_of(self, number: int) -> str:
        """SQL for the typed rows of a sheet of a kept file."""
        assert self.folder is not None
        return f"read_parquet({literal(str(self.folder / f'{number}.parquet'))})"


@dataclass(frozen=True)
class _Record:
    """A typed file as it is kept, with the SHA-256 of its sheets' rows by number."""

    file: TypedFile
    rows: dict[int, str]


class KeptFiles:
    """The typed files of one project's cache."""

    def __init__(self, project: Project, known: Mapping[str, TableSchema], ids: PersonIds) -> None:
        self._project = project
        self._cache = Cache(project.state, project.cache_bytes)
        told = {name: schema.model_dump(mode="json") for name, schema in known.items()}
        limits = project.settings.limits.model_dump(mode="json")
        made_by = code("intake", "engine", "language", "values")
        self._base = json.dumps([made_by, told, limits, ids.digest], ensure_ascii=False, sort_keys=True)

    def find(self, file: SourceFile) -> TypedFile | None:
        """What the file gave to an earlier run, if it is as it was then."""
        if file.path.suffix.lower() == _COLUMNAR:
            return None
        try:
            key = self._key(file, sha256(file.path))
            folder = self._cache.find(KIND, key)
            if folder is None:
                return None
        except OSError:  # it cannot be read now either, and whoever reads it says so
            return None
        try:
            record = _adapter().validate_json((folder / _RECORD).read_bytes())
            if all(sha256(folder / f"{number}.parquet") == known for number, known in record.rows.items()):
                return replace(record.file, folder=folder)
        except (OSError, ValidationError):
            pass
        self._cache.drop(KIND, key)
        return None

    def keep(self, engine: Engine, file: SourceFile, typed: TypedFile, tables: Mapping[int, str]) -> None:
        """Keep what a file gave: ``tables`` are the engine's, by the number of the sheet."""
        passing = [issue for issue in _issues(typed) if issue.code.startswith(_PASSING)]
        if passing or not typed.sha256 or any(sheet.is_columnar for sheet in typed.sheets):
            return

        def fill(folder: Path) -> None:
            for number, table in tables.items():
                engine.export(table, folder / f"{number}.parquet")
            record = _Record(typed, {number: sha256(folder / f"{number}.parquet") for number in tables})
            (folder / _RECORD).write_bytes(_adapter().dump_json(record))

        try:
            self._cache.keep(KIND, self._key(file, typed.sha256), fill)
        except EngineError:
            return  # no room for it

    def thin_out(self) -> None:
        """Make room."""
        self._cache.thin_out()

    def _key(self, file: SourceFile, digest: str) -> str:
        export = file.export.source.model_dump(mode="json") if file.export else None
        preset = file.export.preset.name if file.export else None
        encoding = self._project.settings.encoding_of(file.shown)
        entry = [digest, file.shown, file.table, file.sheet, sorted(file.claimed), export, preset, encoding]
        told = json.dumps(entry, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256((self._base + told).encode()).hexdigest()[:32]


def _issues(typed: TypedFile) -> Iterable[Issue]:
    yield from typed.issues
    for sheet in typed.sheets:
        yield from sheet.issues


@cache
def _adapter() -> TypeAdapter[_Record]:
    return TypeAdapter(_Record)
