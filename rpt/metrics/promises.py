"""The targets workbook in the ledger's terms: names people write become metric ids, ranges become scopes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from rpt.engine import quote
from rpt.engine.dataset import Dataset
from rpt.language.parse import Measure, ParseError, parse_measure
from rpt.metrics.catalogue import Catalogue
from rpt.metrics.timeline import Timeline
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, Origin
from rpt.values.ledger import SUMMED, Benchmark, Better, Ledger, Source, Target
from rpt.values.period import Period
from rpt.values.plan import Action, Cause, PlanItem, Promises
from rpt.values.scope import ALL, dimensions_of, members_of, scope_of


class PromiseReader:
    """Reads the target tables of a dataset; every name that cannot be resolved becomes an issue with its cell."""

    def __init__(
        self, dataset: Dataset, project: Project, catalogue: Catalogue, ledger: Ledger, line: Timeline
    ) -> None:
        self.dataset, self.project, self.catalogue, self.ledger = dataset, project, catalogue, ledger
        self.line = line
        self.issues: list[Issue] = []
        self.dimensions = self._known_members()
        measured = {part for m in ledger.measurements for part in m.scope.split("|")}
        self.scopes = measured | set(self.dimensions.values()) | self._only()

    def read(self) -> tuple[Promises, list[Issue]]:
        """Everything the workbook promises and says."""
        annual = list(self._annual_targets())
        promises = Promises(
            targets=(*annual, *self._monthly_targets(annual)),
            benchmarks=tuple(self._benchmarks()),
            causes=tuple(self._causes()),
            actions=tuple(self._actions()),
            last_plan=tuple(self._last_plan()),
        )
        return promises, self.issues

    def _known_members(self) -> dict[str, str]:
        """Member → its scope, for ranges written without their dimension (主站). The ledger's first naming wins."""
        settings = self.project.settings
        known: dict[str, str] = {}
        for channel, platforms in settings.channels.items():
            known.setdefault(channel, scope_of({"渠道": channel}))
            for platform in platforms:
                known.setdefault(platform, scope_of({"平台": platform}))
        for campaign in settings.campaigns:
            known.setdefault(campaign, scope_of({"活动": campaign}))
        for dimension, groups in settings.groups.items():
            for group in groups:
                known.setdefault(group, scope_of({dimension: group}))
        for m in self.ledger.measurements:
            if len(dimensions_of(m.scope)) == 1:
                (member,) = members_of(m.scope).values()
                known.setdefault(member, m.scope)
        return known

    def _only(self) -> set[str]:
        """Scopes that entries are pinned to, measured or not."""
        return {part for e in self.catalogue.metrics.values() for scope in e.only or () for part in scope.split("|")}

    def _rows(self, table: str, *needed: str) -> Iterator[dict[str, Any]]:
        """The rows of a table that hold these columns; where they don't, intake has said so."""
        typed = self.dataset.tables.get(table)
        if typed is None or not typed.is_present:
            return
        names = [*typed.all_columns, "_src", "_row"]
        columns = ", ".join(quote(name) for name in names)
        for row in self.dataset.engine.rows(f"select {columns} from {quote(typed.name)} order by _src, _row"):
            found = dict(zip(names, row, strict=True)) | {"_table": table}
            if all(found[name] is not None for name in needed):
                yield found

    def _at(self, row: dict[str, Any]) -> Origin:
        origin = next(o for o in self.dataset.tables[row["_table"]].origins if o.id == row["_src"])
        return Origin(origin.file, origin.sheet, f"第 {row['_row']} 行")

    def _cell(self, row: dict[str, Any], column: str) -> tuple[Source, ...]:
        """The cell of one column of a row."""
        origin = next(o for o in self.dataset.tables[row["_table"]].origins if o.id == row["_src"])
        at, letters = int(row["_row"]), dict(origin.columns).get(column, "")
        return (Source(row["_table"], origin.file, origin.sheet, 1, at, at, letters),)

    def _metric(self, row: dict[str, Any], *, required: bool = True) -> str | None:
        name = row.get("metric")
        if not name:
            return None
        found = self.catalogue.find(name)
        if found is None and required:
            message = f"指标“{name}”不在指标目录里，本行已略过"
            self.issues.append(
                Issue("metric_unknown", Level.WARNING, message, self._at(row), "用 rpt metrics 查看可用的名字", name)
            )
        return found

    def _scope(self, row: dict[str, Any], metric: str | None = None) -> str:
        """The scope people mean by 主站, 渠道=主站 or nothing. Nothing is 全部, or a metric's only scope."""
        text = (row.get("scope") or "").strip()
        if not text or text == ALL:
            only = self.catalogue.metrics[metric].only if metric else None
            return only[0] if only and len(only) == 1 and not text else ALL
        if text in self.dimensions:
            return self.dimensions[text]
        if set(text.split("|")) <= self.scopes:
            return text
        spelled = text.replace("|", "｜")  # as scope_of spells names
        if spelled in self.scopes:
            return spelled
        message = f"范围“{text}”没有对应的渠道、平台或活动，按原文记录"
        self.issues.append(
            Issue("scope_unknown", Level.WARNING, message, self._at(row), "可写成 渠道=主站 这样的形式", text)
        )
        return _as_scope(text)

    @staticmethod
    def _measure(text: str) -> Measure | None:
        """None where intake has already named the cell."""
        try:
            return parse_measure(text)
        except ParseError:
            return None

    def _annual_targets(self) -> Iterator[Target]:
        for row in self._rows("annual_target", "year", "target"):
            metric, measure = self._metric(row), self._measure(row["target"])
            if metric is None or measure is None:
                continue
            scope = self._scope(row, metric)
            if self._is_early(metric, row, scope) or self._is_no_rate(metric, measure, row):
                continue
            origin = str(self._at(row))
            yield Target(
                metric,
                Period(row["year"]),
                scope,
                _to_reach(measure, self.catalogue.metrics[metric].better),
                row["target"],
                row["owner"] or "",
                row["note"] or "",
                origin,
                measure.parts,
                self._cell(row, "target"),
            )

    def _is_early(self, metric: str, row: dict[str, Any], scope: str) -> bool:
        """A target for the whole year says nothing of a year that is not over, unless it is of a rate, or a campaign's
        (measured only once its window is over)."""
        entry = self.catalogue.metrics[metric]
        if "活动=" in scope:
            return False
        whole = entry.full_year or entry.aggregation in ("sum", "count", "distinct", "period_end")
        if not (self.line.is_partial and row["year"] == self.line.year and whole):
            return False
        message = f"{self.line.year}年未满一年，“{entry.label}”不与年度目标比较"
        self.issues.append(Issue("target_early", Level.INFO, message, self._at(row)))
        return True

    def _is_no_rate(self, metric: str, measure: Measure, row: dict[str, Any]) -> bool:
        """30 written for 30%: a rate's target of more than 150% without a percent sign is not believed."""
        entry, value = self.catalogue.metrics[metric], measure.value
        if entry.unit != "比率" or value is None or abs(value) <= Decimal("1.5") or "%" in row["target"]:
            return False
        message = f"“{entry.label}”是比率，目标写成了 {row['target']}，本行已略过"
        hint = f"请写成 {row['target']}% 这样的百分数"
        self.issues.append(Issue("target_no_rate", Level.WARNING, message, self._at(row), hint, row["target"]))
        return True

    def _monthly_targets(self, annual: Sequence[Target]) -> Iterator[Target]:
        """Monthly targets per platform, summed to channels, groups, quarters and the year where none is set there.

        In a year that is not over, only months that are over count, so that they compare with what was reached.
        """
        stated = {(t.scope, t.period.key) for t in annual if t.metric == "gmv"}
        sums: dict[tuple[str, Period], Decimal] = {}
        cells: dict[tuple[str, Period], list[Source]] = {}
        channel_of = {p: c for c, ps in self.project.settings.channels.items() for p in ps}
        for row in self._rows("monthly_target", "month", "platform", "gmv"):
            month: date = row["month"]
            if month.year == self.line.year and Period.parse(f"{month:%Y-%m}").ends_on > self.line.cut:
                continue
            scopes = [ALL, scope_of({"平台": row["platform"]})]
            if row["platform"] in channel_of:
                scopes.append(scope_of({"渠道": channel_of[row["platform"]]}))
            groups = self.project.settings.groups.get("平台", {})
            scopes += [scope_of({"平台": group}) for group, members in groups.items() if row["platform"] in members]
            quarter = (month.month + 2) // 3
            for key in (f"{month.year}", f"{month.year}Q{quarter}", f"{month:%Y-%m}"):
                for scope in scopes:
                    at = (scope, Period.parse(key))
                    sums[at] = sums.get(at, Decimal(0)) + Decimal(row["gmv"])
                    cells.setdefault(at, []).extend(self._cell(row, "gmv"))
        for (scope, period), value in sums.items():
            if (scope, period.key) not in stated:
                yield Target("gmv", period, scope, value, origin=SUMMED, sources=_spans(cells[scope, period]))

    def _benchmarks(self) -> Iterator[Benchmark]:
        for row in self._rows("benchmark", "year", "value"):
            metric, measure = self._metric(row), self._measure(row["value"])
            if metric is not None and measure is not None:
                value = measure.value
                if value is None:
                    message = f"基准值应是一个数：{row['value']}"
                    self.issues.append(Issue("benchmark_parts", Level.WARNING, message, self._at(row), "请只写一个数"))
                    continue
                scope, cell = self._scope(row, metric), self._cell(row, "value")
                yield Benchmark(metric, Period(row["year"]), scope, value, row["source"] or "", cell)

    def _causes(self) -> Iterator[Cause]:
        for row in self._rows("cause", "year", "cause"):
            metric = self._metric(row)
            if metric is not None:
                yield Cause(row["year"], metric, self._scope(row, metric), row["cause"])

    def _actions(self) -> Iterator[Action]:
        for row in self._rows("action", "year", "measure"):
            metric = self._metric(row)
            yield Action(
                year=row["year"],
                measure=row["measure"],
                metric=metric or "",
                scope=self._scope(row, metric) if metric else "",
                owner=row["owner"] or "",
                starts_on=row["starts_on"],
                ends_on=row["ends_on"],
                expected=None if row["expected"] is None else Decimal(row["expected"]),
                state=row["state"] or "",
                sources=self._cell(row, "expected"),
            )

    def _last_plan(self) -> Iterator[PlanItem]:
        for row in self._rows("last_plan", "year", "measure"):
            metric = self._metric(row, required=False)
            yield PlanItem(
                year=row["year"],
                measure=row["measure"],
                metric=metric or "",
                scope=self._scope(row, metric) if metric else "",
                target=row["target"] or "",
                owner=row["owner"] or "",
                due_on=row["due_on"],
                sources=self._cell(row, "target"),
            )


def _spans(cells: Sequence[Source]) -> tuple[Source, ...]:
    """Cells of one column as one span per sheet: how many they are, from the first to the last."""
    by_sheet: dict[tuple[str, str], list[Source]] = {}
    for cell in cells:
        by_sheet.setdefault((cell.file, cell.sheet), []).append(cell)
    return tuple(
        replace(
            found[0],
            rows=len(found),
            first_row=min(c.first_row for c in found),
            last_row=max(c.last_row for c in found),
        )
        for found in by_sheet.values()
    )


def _to_reach(measure: Measure, better: Better) -> Decimal | None:
    """The number a target is held against; of a range the end that must be reached. None of several numbers, and of a
    range of what is neither better high nor low."""
    if measure.op != "~":
        return measure.value
    return {"up": min(measure.parts), "down": max(measure.parts), "none": None}[better]


def _as_scope(text: str) -> str:
    """What people wrote as a scope; words that are none are the member of a dimension that nothing is measured by."""
    try:
        members_of(text)
    except ValueError:
        return scope_of({"范围": text})
    return text
