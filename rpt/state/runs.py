"""The archive of runs: a folder a run in the project's state folder (``.rpt/runs/<id>/``), never changed by later runs.

``record.json`` is the run's line in a list; ``run.json.gz`` holds ledger, document, plan and what the trace needs;
``rows/`` the typed rows as parquet. Exact values are decimal strings; ``version`` names the layout. A folder is filled
under another name and renamed, so that a killed run leaves none that counts. Rows that an earlier run holds already
are the same file on the disk (a hard link), so that removing a run is removing its folder.
"""

from __future__ import annotations

import contextlib
import filecmp
import gzip
import json
import os
import shutil
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import file_digest
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Literal, TypeVar

from rpt.state.atomic import replacing
from rpt.values.document import Document
from rpt.values.issue import Issue, Level, Origin, UserError
from rpt.values.run import Run, RunRecord

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_VERSION: Literal[1] = 1
_T = TypeVar("_T")
_MAKING = ".rpt-tmp"
_PATIENCE = 60  # seconds to wait for another run that is being kept
_ANEW = "这次运行不能再追溯或对比；请重新生成报告，或用 rpt runs --prune 清理"


@dataclass(frozen=True)
class _Record:
    version: Literal[1]
    record: RunRecord
    rows: dict[str, str]  # table -> SHA-256 of its parquet file


@dataclass(frozen=True)
class _Whole:
    version: Literal[1]
    run: Run


class RunStore:
    """The runs of one project; ``folder`` is its state folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "runs"

    def keep(self, run: Run, content: bytes | None = None) -> str:
        """Archive a run under a new id, which is returned. The files in ``run.rows`` are copied; ``content`` is what
        ``packed`` made of the run, where that was done before its record was whole.

        Raises UserError (exit 3) where the folder cannot be written.
        """
        with self._alone():
            record = replace(run.record, id=self._free_id(run.record))
            making = self._folder / f"{_MAKING}{token_hex(4)}"
            self._fill(making, replace(run, record=record), content or packed(run))
            making.rename(self._folder / record.id)
            _sync(self._folder)
        return record.id

    def conclude(self, id: str, outcome: str) -> None:
        """Say how a run ended (verified, failed). Raises UserError for an unknown or damaged run."""
        kept = self._record(id)
        with replacing(self._folder / id / "record.json") as temporary:
            ended = replace(kept, record=replace(kept.record, outcome=outcome))
            temporary.write_bytes(_records().dump_json(ended, indent=1))

    def record(self, id: str) -> RunRecord:
        """A run's line in the list. Raises UserError for an unknown or damaged run."""
        return self._record(id).record

    def list(self) -> tuple[RunRecord, ...]:
        """Every run that can be read, newest first."""
        return tuple(kept.record for _, kept in self._kept())

    def damaged(self) -> tuple[Issue, ...]:
        """The folders that are no run any more, or of another version."""
        found = []
        for folder in self._folders():
            try:
                self._record(folder.name)
            except UserError as error:
                found.append(Issue("run_damaged", Level.WARNING, error.message, Origin(folder.name), error.hint))
        return tuple(found)

    def load(self, id: str) -> Run:
        """A run as it was kept. Raises UserError (exit 2) for an unknown run, (exit 1) for a damaged one."""
        record = self._record(id).record
        folder = self._folder / id
        run = _read(_whole(), folder, "run.json.gz").run
        rows = {table: folder / "rows" / path for table, path in run.rows.items()}
        if not all(path.is_file() for path in rows.values()):
            raise _damaged(id)
        return replace(run, record=record, rows=rows)

    def document(self, id: str, holding: str) -> Document | None:
        """The document of a run, if ``holding`` stands anywhere in it; None else, and where the run is damaged."""
        from pydantic import TypeAdapter, ValidationError

        try:
            content = gzip.decompress((self._folder / id / "run.json.gz").read_bytes())
            if holding.encode() not in content:
                return None
            return TypeAdapter(Document).validate_python(json.loads(content)["run"]["document"])
        except (OSError, EOFError, zlib.error, ValueError, KeyError, ValidationError):
            return None

    def latest(self, report: str) -> Run | None:
        """The newest run of a report (``annual-2025``), or None."""
        found = next((record for record in self.list() if record.report == report), None)
        return None if found is None else self.load(found.id)

    def of_file(self, sha256: str) -> Run | None:
        """The newest run that wrote a file with this SHA-256, or None."""
        for record in self.list():
            if any(file.sha256 == sha256 for file in record.artifacts):
                return self.load(record.id)
        return None

    def prune(
        self, keep: int, spared: Collection[str] = (), *, report: str | None = None, damaged: bool = False
    ) -> tuple[RunRecord, ...]:
        """Remove all but the newest ``keep`` runs of each report, or of one; returns the runs removed.

        The newest run that wrote a file with one of the SHA-256 ``spared`` stays however old it is, and does not count.
        What is ``damaged`` goes where that is asked for. Raises UserError (exit 3) where the folder cannot be written.
        """
        if not self._folder.is_dir():
            return ()
        with self._alone():
            waiting = set(spared)
            counts: Counter[str] = Counter()
            gone = []
            for record in self.list():
                written = {file.sha256 for file in record.artifacts}
                if written & waiting:
                    waiting -= written
                elif report in (None, record.report):
                    counts[record.report] += 1
                    if counts[record.report] > keep:
                        gone.append(record)
            broken = [issue.origin.file or "" for issue in self.damaged()] if damaged else []
            for name in (*(record.id for record in gone), *broken):
                (self._folder / name).rename(self._folder / f"{_MAKING}{token_hex(4)}")
        return tuple(gone)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """The archive to oneself, so that what is half made or half removed before or after is nobody's."""
        from filelock import FileLock

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / ".lock", timeout=_PATIENCE):
                self._sweep()
                try:
                    yield
                finally:
                    self._sweep()
        except OSError as error:
            reason = error.strerror or "另一次运行正在写"
            raise UserError(f"运行存档无法写入：{self._folder}（{reason}）", "请检查文件夹的写权限", 3) from error

    def _fill(self, folder: Path, run: Run, content: bytes) -> None:
        """Write all that is kept of a run into a new folder."""
        known = {
            digest: kept_in / "rows" / f"{table}.parquet"
            for kept_in, kept in self._kept()
            for table, digest in kept.rows.items()
        }
        (folder / "rows").mkdir(parents=True)
        digests = {table: _take(path, folder / "rows" / _name(table), known) for table, path in run.rows.items()}
        _write(folder / "run.json.gz", content)
        _write(folder / "record.json", _records().dump_json(_Record(_VERSION, run.record, digests), indent=1))

    def _sweep(self) -> None:
        """Remove what a killed run left half made, and what was taken out."""
        for stray in self._folder.glob(f"{_MAKING}*"):
            shutil.rmtree(stray, ignore_errors=True)

    def _folders(self) -> tuple[Path, ...]:
        if not self._folder.is_dir():
            return ()
        return tuple(folder for folder in sorted(self._folder.iterdir()) if folder.is_dir() and folder.name[0] != ".")

    def _kept(self) -> Sequence[tuple[Path, _Record]]:
        """Every readable record with its folder, newest first."""
        found = []
        for folder in self._folders():
            with contextlib.suppress(UserError):
                found.append((folder, self._record(folder.name)))
        return sorted(found, key=lambda kept: (kept[1].record.made_at, kept[0].name), reverse=True)

    def _record(self, id: str) -> _Record:
        folder = self._folder / id
        if not id or Path(id).name != id or not folder.is_dir():
            raise UserError(f"没有编号为“{id}”的运行", "输入 rpt runs 查看全部")
        return _read(_records(), folder, "record.json")

    def _free_id(self, record: RunRecord) -> str:
        """``20261122-183400-annual-2025``, with a number behind where a run of the same second has it."""
        moment = "".join(sign for sign in record.made_at[:19] if sign.isdigit())
        base = f"{moment[:8]}-{moment[8:]}-{record.report}"
        names = (base, *(f"{base}.{at}" for at in range(2, 1000)))
        return next(name for name in names if not (self._folder / name).exists())


def packed(run: Run) -> bytes:
    """The content of a run's ``run.json.gz``. The record in it does not count: ``record.json`` has the run's own."""
    rows = {table: Path(_name(table)) for table in run.rows}
    return gzip.compress(_whole().dump_json(_Whole(_VERSION, replace(run, rows=rows))), 6, mtime=0)


def _name(table: str) -> str:
    return f"{table}.parquet"


@cache
def _records() -> TypeAdapter[_Record]:
    from pydantic import TypeAdapter

    return TypeAdapter(_Record)


@cache
def _whole() -> TypeAdapter[_Whole]:
    from pydantic import TypeAdapter

    return TypeAdapter(_Whole)


def _read(form: TypeAdapter[_T], folder: Path, name: str) -> _T:
    """A file of a run, unpacked and checked; raises UserError where it is damaged or of another version."""
    from pydantic import ValidationError

    try:
        content = (folder / name).read_bytes()
        if name.endswith(".gz"):
            content = gzip.decompress(content)
        return form.validate_json(content)
    except (OSError, EOFError, zlib.error, ValidationError) as error:
        raise _damaged(folder.name) from error


def _damaged(id: str) -> UserError:
    return UserError(f"运行 {id} 的存档已损坏，或由其他版本的 rpt 保存", _ANEW, 1)


def _take(path: Path, target: Path, known: Mapping[str, Path]) -> str:
    """Put a file at ``target`` and return its SHA-256; one that the archive holds already is linked, not copied."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    if digest in known:
        with contextlib.suppress(OSError):  # a disk without links, one with too many of this file, or the file is gone
            if filecmp.cmp(path, known[digest], shallow=False):
                os.link(known[digest], target)
                return digest
    shutil.copyfile(path, target)
    _sync(target)
    return digest


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _sync(path)


def _sync(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder, before anything says that they are there."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
