"""The ledger of the sample project in a warehouse, held against the embedded engine's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from rpt.engine.remote import Remote
from rpt.flows.engines import warehouse_of
from rpt.flows.steps import Measured, intake, measure
from rpt.intake.standing import moved
from rpt.project.find import read_project
from rpt.project.inputs import EngineSection, TableSource
from rpt.project.model import Project
from rpt.values.ledger import Measurement

TODAY = date(2026, 3, 1)
SAMPLE = read_project(Path(__file__).parents[2] / "sample_data" / "rpt.toml")


@dataclass(frozen=True)
class There:
    """The sample measured in a warehouse, and the session with it."""

    measured: Measured
    remote: Remote


@cache
def here() -> Measured:
    """The sample measured by the embedded engine."""
    dataset, issues = intake(SAMPLE, TODAY)
    return measure(SAMPLE, dataset, issues, 2025, None, TODAY)


def told(url: str, **tables: TableSource) -> Project:
    """The sample project with an engine, and tables that stand in it."""
    settings = SAMPLE.settings.model_copy(update={"engine": EngineSection(url=url), "tables": tables})
    return SAMPLE.model_copy(update={"settings": settings})


def there(url: str, **tables: TableSource) -> There:
    """The sample measured in the warehouse at ``url``; ``tables`` are those that stand there already."""
    embedded = here().dataset
    project = told(url, **tables)
    remote, said = warehouse_of(project, embedded.engine)
    assert remote is not None
    assert said == []
    without = {
        name: replace(table, origins=(), columns=frozenset()) if name in tables else table
        for name, table in embedded.tables.items()
    }
    dataset, issues = moved(replace(embedded, tables=without), remote, project)
    assert issues == [], issues
    return There(measure(project, dataset, issues, 2025, None, TODAY), remote)


def differences(measured: Measured) -> list[str]:
    """What is not equal, to the last digit: figures with the rows behind them, reasons, lists, targets."""
    ours, theirs = here(), measured
    found = [
        f"{a.id}: {a.value} {b.value}"
        for a, b in zip(ours.ledger.measurements, theirs.ledger.measurements, strict=False)
        if _figure(a) != _figure(b)
    ]
    if len(ours.ledger.measurements) != len(theirs.ledger.measurements):
        found.append(f"{len(ours.ledger.measurements)} {len(theirs.ledger.measurements)}")
    if ours.ledger.missing != theirs.ledger.missing:
        found.append(f"missing: {theirs.ledger.missing}")
    found += [id for id in ours.lists.keys() | theirs.lists.keys() if _list(ours, id) != _list(theirs, id)]
    return found + (["promises"] if ours.promises != theirs.promises else [])


def _figure(m: Measurement) -> tuple[object, ...]:
    counted = [(s.table, s.rows) for s in m.sources if s.table != "orders"]
    return (m.id, m.value, m.numerator, m.denominator, m.reason, counted)


def _list(measured: Measured, id: str) -> object:
    found = measured.lists.get(id)
    return found and found.rows
