"""What the catalogue's TOML may say of tables and metrics, as frozen models."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from rpt.values.ledger import Aggregation, Better
from rpt.values.scope import members_of


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Part(_Model):
    """What is counted or summed: a SQL aggregate over one table. ``scope`` pins it to one scope whatever is asked."""

    table: str
    sql: str
    scope: str | None = None


class Lookup(_Model):
    """Columns that a table takes from another by key, such as a product's category."""

    table: str
    on: str
    columns: tuple[str, ...]


class TableEntry(_Model):
    """A table that metrics measure. With ``sql`` it is derived from the tables in ``needs`` (and ``uses``, which may
    be absent). Time: ``date`` names a day or month column, ``period`` a column of period keys; a ``snapshot`` has none
    and counts for the report year. ``dimensions`` are dimension → SQL expression; ``members`` their natural order.
    ``labels`` are what its own columns are called, and its own texts (``'before'``), which stand in quotes."""

    sql: str = ""
    grain: str = ""
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    date: str | None = None
    period: str | None = None
    snapshot: bool = False
    lookup: Lookup | None = None
    dimensions: dict[str, str] = {}
    labels: dict[str, str] = {}
    members: dict[str, tuple[str, ...]] = {}


class MetricEntry(_Model):
    """One metric as written. ``value = numerator × times ÷ (denominator × over)``; a ``share`` divides the part of
    ``share_of`` at its scope by the same at 全部. Measured at 全部 and by every combination in ``scopes`` (dimensions
    joined by ``|``) or, by year alone, in ``yearly``; ``only`` lists exact scopes instead of 全部. A ``full_year``
    metric is no match for a year's target before the year is over; a ``watched`` one is a problem when it worsens.
    ``monthly_label`` is its name in a month's report where its own names a year.
    ``worth`` says what a unit of the numerator is worth: 元 where it is money, or the metric that values it."""

    label: str
    unit: str
    better: Better
    aggregation: Aggregation
    chapter: str
    definition: str
    aliases: tuple[str, ...] = ()
    digits: int | None = None
    table: str | None = None
    numerator: str | Part | None = None
    denominator: str | Part | None = None
    times: Part | None = None
    over: Part | None = None
    share_of: str | None = None
    scopes: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    periods: tuple[Literal["year", "quarter", "month"], ...] = ("year", "quarter", "month")
    yearly: tuple[str, ...] = ()
    full_year: bool = False
    watched: bool = False
    worth: str = ""
    history: str | None = None
    monthly_label: str = ""

    @model_validator(mode="after")
    def _complete(self) -> MetricEntry:
        if self.aggregation == "plan":
            if self.numerator or self.share_of:
                raise ValueError("plan 类指标没有数据来源，不应写 numerator 或 share_of")
        elif self.aggregation == "share":
            if not self.share_of:
                raise ValueError("share 类指标要写 share_of")
        elif not self.numerator:
            raise ValueError("要写 numerator")
        if isinstance(self.numerator, str) and not self.table:
            raise ValueError("numerator 写成文字时要写 table")
        if self.aggregation == "ratio" and not self.denominator:
            raise ValueError("ratio 类指标要写 denominator")
        for scope in self.only or ():
            members_of(scope)
        return self

    def part(self, side: str | Part | None) -> Part | None:
        """A side as a Part; text is SQL over the entry's own table."""
        if side is None or isinstance(side, Part):
            return side
        return Part(table=self.table or "", sql=side)

    def parts(self) -> dict[str, Part]:
        """The parts by role: numerator, times, denominator, over."""
        sides = {
            "numerator": self.part(self.numerator),
            "times": self.times,
            "denominator": self.part(self.denominator),
            "over": self.over,
        }
        return {role: part for role, part in sides.items() if part is not None}
