"""Intake as a whole: the project's files → a Dataset of typed tables, and every issue found on the way."""

from __future__ import annotations

from contextlib import closing
from datetime import date

from rpt.engine import Engine
from rpt.engine.dataset import Dataset, TypedTable
from rpt.intake.assemble import assemble
from rpt.intake.feeding import counted_twice, feed_table
from rpt.intake.gathering import Gathering
from rpt.intake.plausibility import doubts
from rpt.intake.schema import schemas
from rpt.intake.sources import find_files, in_order, read_each
from rpt.project.model import Project
from rpt.values.issue import Issue, UserError


def load(project: Project, engine: Engine, today: date | None = None) -> tuple[Dataset, list[Issue]]:
    """Read every source of the project into ``engine``. Inputs are never changed. ``today`` tells days to come.

    Raises UserError (exit 1) where no source file exists at all.
    """
    known = schemas(project)
    files, missing = find_files(project, known)
    if not files and all(source.files for source in project.settings.tables.values()):
        patterns = "、".join(p for ps in project.settings.sources.values() for p in ps) or "[sources] 为空"
        hint = f"请检查 {project.file} 的 [sources]，文件路径相对 {project.folder}"
        raise UserError(f"没有找到任何来源文件：{patterns}", hint, exit_code=1)
    found = Gathering(project, engine, known)
    found.issues += missing
    kept = {(file.shown, file.sheet): typed for file in files if (typed := found.kept(file)) is not None}
    unread = [file for file in files if (file.shown, file.sheet) not in kept]
    with closing(read_each(project, unread)) as readings:
        for file in in_order(files):
            if typed := kept.get((file.shown, file.sheet)):
                found.take(file, typed)
            else:
                found.add(*next(readings))
    found.thin_out()
    tables: dict[str, TypedTable] = {}
    # what exports look up stands in the tables that no export feeds
    for name in sorted(known, key=lambda name: name in found.exports):
        schema, exported = known[name], found.exports.get(name, [])
        fed, issues = feed_table(engine, schema, exported)
        found.issues += issues
        tables[name], issues = assemble(engine, schema, found.tables[name], fed)
        found.issues += issues
        found.issues += counted_twice(engine, schema, tables[name], exported)
        found.issues += doubts(engine, schema, tables[name], [*found.tables[name], *fed], today)
    return Dataset(engine, {name: tables[name] for name in known}), found.issues
