"""One column through the real cleaning path: texts in, typed values and issues out."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas

from rpt.engine.duck import Duck
from rpt.intake.header import Match
from rpt.intake.schema import ColumnSchema, ColumnType, TableSchema
from rpt.intake.sheet import Place, SheetCleaner
from rpt.values.issue import Issue


@cache
def engine() -> Duck:
    return Duck()


def clean_column(
    texts: Sequence[str | None], type: ColumnType, unit: str = "", header_unit: str = "", **bounds: Any
) -> tuple[list[Any], list[Issue]]:
    """Values in order (None where there is none), and the issues; the first text stands in B2."""
    columns = (
        ColumnSchema(key="nth", label="序号", type="integer"),
        ColumnSchema(key="value", label="值", type=type, unit=unit, **bounds),
    )
    table = TableSchema(name="t", label="表", sheets=("表",), grain="一行", columns=columns)
    sheet = {"a": ["序号", *map(str, range(len(texts)))], "b": ["值", *texts]}
    engine().ingest("raw", pandas.DataFrame(sheet, dtype="str"))
    match = Match(table, 1, dict(enumerate(columns)), {1: header_unit} if header_unit else {})
    issues = SheetCleaner(engine(), Place("表.xlsx", "表", 1, 0), match, "raw", "typed").clean()
    values = dict(engine().rows("select nth, value from typed"))
    return [values[nth] for nth in range(len(texts))], issues


def values(texts: Sequence[str | None], type: ColumnType, unit: str = "", header_unit: str = "") -> list[Any]:
    return clean_column(texts, type, unit, header_unit)[0]
