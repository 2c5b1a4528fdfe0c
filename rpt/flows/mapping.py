"""Proposing a mapping for what intake does not recognise, and writing it into rpt.toml once somebody agrees."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rpt.engine.duck import Duck
from rpt.intake.proposals import propose
from rpt.project.edit import Entries, with_entries
from rpt.project.model import Project
from rpt.state.atomic import replacing
from rpt.values.mapping import ColumnProposal, Proposal, is_writable


def proposals(project: Project) -> list[Proposal]:
    """What the project's unrecognised sheets and unknown columns may be."""
    return propose(project, Duck())


def accept(project: Project, agreed: Sequence[Proposal]) -> Path:
    """Write the proposals that are sure enough into the project file; the path of the old file's copy."""
    return add_entries(project.file, _entries(project, [one for one in agreed if is_writable(one)]))


def add_entries(path: Path, entries: Entries) -> Path:
    """Add nested entries to a project file at one stroke and return the path of the old file's copy. Raises UserError,
    with nothing written, where they cannot be added faithfully."""
    new = with_entries(path, entries)
    backup = _unused(path)
    shutil.copy2(path, backup)
    with replacing(path) as temporary:
        temporary.write_bytes(new)
        shutil.copymode(path, temporary)
    return backup


def _unused(path: Path) -> Path:
    """The first free name for a copy: rpt.toml.bak, rpt.toml.bak2, …"""
    number = 1
    while (backup := path.with_name(f"{path.name}.bak{number if number > 1 else ''}")).exists():
        number += 1
    return backup


def _entries(project: Project, agreed: Sequence[Proposal]) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for one in agreed:
        if isinstance(one, ColumnProposal):
            headers = entries.setdefault("aliases", {}).setdefault(one.table, {}).setdefault(one.key, [])
            header = " ".join(one.header.split())
            if header not in headers:
                headers.append(header)
        elif one.preset:
            name = _free(one.preset, {*project.settings.exports, *entries.get("exports", {})})
            sheet = {"sheet": one.sheet} if Path(one.file).suffix.lower().startswith(".xls") else {}
            entries.setdefault("exports", {})[name] = {"preset": one.preset, "files": one.file, **sheet}
        elif one.table and one.table not in project.settings.tables:
            entries.setdefault("tables", {}).setdefault(one.table, {"files": one.file, "sheet": one.sheet})
    return entries


def _free(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free
