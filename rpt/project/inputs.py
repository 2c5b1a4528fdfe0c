"""The sections of rpt.toml that say where data come from, and what reading and holding them may take."""

from __future__ import annotations

import codecs
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from rpt.project.section import Model, Strings
from rpt.values.address import EMBEDDED, address
from rpt.values.limits import Limits
from rpt.values.resources import size_of

_LEAST_MEMORY = 256 * 10**6


class TableSource(Model):
    """Where one table comes from when its sheet cannot be found by name: files (globs) and the sheet's name; or a table
    of the warehouse that the engine is (``schema.table``), or Parquet files by a path that the engine reads."""

    files: Strings = ()
    sheet: str | None = None
    warehouse: str = ""
    path: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> TableSource:
        if sum(map(bool, (self.files, self.warehouse, self.path))) != 1:
            raise ValueError("files、warehouse、path 要写且只写一项")
        if self.sheet and not self.files:
            raise ValueError("sheet 只与 files 同写")
        return self


def _engine_url(url: str) -> str:
    address(url)
    return url


class EngineSection(Model):
    """The engine that holds the tables and runs the SQL: ``duckdb``, embedded, or the URL of a warehouse; what the
    embedded one may take: memory ("4GB") and threads (none said: what there is), and the folder for what memory does
    not hold, relative to the project's."""

    url: Annotated[str, AfterValidator(_engine_url)] = EMBEDDED
    memory_limit: str = ""
    threads: int | None = Field(default=None, gt=0)
    temp_directory: str = ""

    @field_validator("memory_limit")
    @classmethod
    def _size(cls, text: str) -> str:
        try:
            is_enough = not text or size_of(text) >= _LEAST_MEMORY
        except ValueError:
            is_enough = False
        if not is_enough:
            raise ValueError("应为 4GB、512MB 这样的大小，不小于 256MB")
        return text


def _codec(name: str) -> str:
    """An encoding's name as people write it (gbk, UTF-8, big5): it has to exist, and to be one of text."""
    try:
        codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError, TypeError):
        raise ValueError("没有这种文字编码；常用的有 utf-8、gb18030、utf-16、big5") from None
    return name


Encoding = Annotated[str, AfterValidator(_codec)]


class ExportSource(Model):
    """Files that a known tool exported: its preset, constants for columns that the rows lack (platform), units that
    headers do not state (preset's header → 分), more words that mark rows to drop, and headers of the team's own
    version (preset's header → theirs)."""

    preset: str
    files: Strings
    sheet: str | None = None
    fill: dict[str, str] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)
    drop: Strings = ()
    aliases: dict[str, Strings] = Field(default_factory=dict)


class CacheSection(Model):
    """How much the cache may hold, in MiB; 0 for no cache."""

    max_mb: int = Field(default=1024, ge=0)


class LimitsSection(Model):
    """What one source file and a PDF may take: what each limit is stands in ``rpt.values.limits``."""

    file_mb: int = Field(default=Limits.file_mb, gt=0)
    inflated_mb: int = Field(default=Limits.inflated_mb, gt=0)
    entries: int = Field(default=Limits.entries, gt=0)
    cells: int = Field(default=Limits.cells, gt=0)
    area: int = Field(default=Limits.area, gt=0)
    shared_strings: int = Field(default=Limits.shared_strings, gt=0)
    memory_mb: int = Field(default=Limits.memory_mb, ge=512)
    seconds: int = Field(default=Limits.seconds, gt=0)
    pdf_memory_mb: int = Field(default=Limits.pdf_memory_mb, ge=512)
    pdf_seconds: int = Field(default=Limits.pdf_seconds, gt=0)


class Privacy(Model):
    """Whether the ids of people are hashed at import, and the file that holds the key (else RPT_ID_KEY does)."""

    hash_ids: bool = False
    key_file: str = ""
