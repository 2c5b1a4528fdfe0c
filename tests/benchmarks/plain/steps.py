"""The steps of the report, each a function: a script calls them one after the other, a notebook in its cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from . import workbook
from .chapters import ahead, appendix, campaigns, channels, members, opening, overall, products, supply
from .intake import read_project, read_workbooks
from .ledger import METRICS, measure
from .pages import Chapter, page
from .planning import wanted
from .tables import Ledger, Tables

__all__ = ["chapters", "html", "measure", "read", "save_ledger", "save_workbook"]


def read(folder: Path) -> tuple[dict[str, Any], Tables]:
    """The project's settings and its sheets."""
    settings = read_project(folder)
    return settings, read_workbooks(folder, settings)


def chapters(
    folder: Path, settings: dict[str, Any], tables: Tables, frame: pd.DataFrame, made: Tables, year: int
) -> list[Chapter]:
    """The report, chapter by chapter."""
    metrics = pd.read_csv(METRICS)
    ledger = Ledger(frame, metrics, year)
    ids = {label: metric for metric, label in metrics[["metric", "label"]].itertuples(index=False)}
    coming = wanted(ledger, tables["target"])
    return [
        opening.summary(ledger),
        opening.last_plan(ledger, tables, ids),
        overall.overall(ledger),
        channels.channels(ledger, tables),
        products.products(ledger, made),
        campaigns.campaigns(ledger),
        members.members(ledger),
        supply.supply(ledger, tables, made),
        ahead.problems(ledger, tables),
        ahead.plan(ledger, tables, coming),
        appendix.definitions(ledger),
        appendix.sources(ledger, tables, made, [folder / name for name in settings["sources"].values()]),
    ]


def html(settings: dict[str, Any], made: list[Chapter], year: int) -> str:
    """The page."""
    return page(settings["report"]["title"].format(year=year), settings["report"]["company"], made)


def save_workbook(path: Path, frame: pd.DataFrame, report: list[Chapter], made: Tables) -> None:
    """The workbook."""
    workbook.write(path, frame, report, made)


def save_ledger(path: Path, frame: pd.DataFrame) -> None:
    """The ledger as JSON."""
    frame.to_json(path, orient="records", force_ascii=False, double_precision=15)
