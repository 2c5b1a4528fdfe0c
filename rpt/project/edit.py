"""Entries added to rpt.toml by rpt itself: comments, order and layout stay."""

from __future__ import annotations

import codecs
import copy
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rpt.project.model import ProjectFile
from rpt.values.issue import UserError

Entries = Mapping[str, Any]


def with_entries(path: Path, entries: Entries) -> bytes:
    """What a project file is with these nested entries added; the file itself is left alone.

    Tables are merged; a list is appended to what stands there; another value already there stays. Raises UserError
    where the result would not say exactly that.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    raw = path.read_bytes()
    old = raw.decode("utf-8-sig")
    wanted = _merged(tomllib.loads(old), entries)
    document = tomlkit.parse(old)
    try:
        _add(document, entries)
        new = tomlkit.dumps(document)
        written = tomllib.loads(new)
        ProjectFile.model_validate(written)
    except (TOMLKitError, ValueError) as error:
        raise UserError(f"{path}：无法自动写入", "请按上面列出的建议手工写入") from error
    if written != wanted:
        raise UserError(f"{path}：无法自动写入，原有写法太特别", "请按上面列出的建议手工写入")
    if "\r\n" in old:
        new = new.replace("\r\n", "\n").replace("\n", "\r\n")
    return (codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b"") + new.encode("utf-8")


def with_values(text: str, values: Entries) -> str:
    """The text of a project file with these nested values put in place of what stands there, or added."""
    import tomlkit

    document = tomlkit.parse(text)
    _put(document, values)
    return tomlkit.dumps(document)


def _put(table: Any, values: Entries) -> None:
    for key, value in values.items():
        if isinstance(value, Mapping):
            _put(table.setdefault(key, {}), value)
        else:
            table[key] = value


def _merged(old: dict[str, Any], entries: Entries) -> dict[str, Any]:
    merged = copy.deepcopy(old)
    for key, value in entries.items():
        there = merged.get(key)
        if there is None:
            merged[key] = _merged({}, value) if isinstance(value, Mapping) else copy.deepcopy(value)
        elif isinstance(value, Mapping):
            merged[key] = _merged(there, value)
        elif isinstance(value, list):
            merged[key] = _joined(there, value)
    return merged


def _joined(there: Any, more: list[str]) -> list[str]:
    listed = [there] if isinstance(there, str) else list(there)
    return [*listed, *(one for one in more if one not in listed)]


def _add(table: Any, entries: Entries) -> None:
    """The same as ``_merged``, in place, in the layout of the file."""
    import tomlkit

    for key, value in entries.items():
        there = table.get(key)
        if isinstance(value, Mapping):
            if there is None:
                # a table that only holds tables needs no line of its own
                table[key] = tomlkit.table(is_super_table=all(isinstance(v, Mapping) for v in value.values()))
                there = table[key]
            _add(there, value)
        elif there is None:
            table[key] = value
        elif isinstance(value, list):
            if isinstance(there, str):
                table[key] = _joined(there, value)
            else:
                there.extend(one for one in value if one not in there)
