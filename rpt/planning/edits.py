"""Leadership's edits: the plan's tables as a workbook has them now, held against the plan as it was."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeGuard

from rpt.language.format import quantity
from rpt.language.naming import scoped_label
from rpt.planning.edited_actions import EXPECTED, MEASURE, Names, changes, read_action
from rpt.planning.edited_cells import CellError, holds, read_target, scale_in, text_in
from rpt.planning.edited_rows import repeated, same_measures
from rpt.values.edit import Edit, EditKind
from rpt.values.issue import Issue, Level, Origin
from rpt.values.ledger import Ledger, Target, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Action
from rpt.values.plan_workbook import EditedCell, EditedTable, PlanWorkbook
from rpt.values.saved_plan import SavedPlan
from rpt.values.scope import ALL

ID, LABEL, UNIT, SCALE, OWNER = "编号", "指标", "单位", "换算", "负责人"
_ADDED, _REMOVED = "新增", "删除"


def take_edits(
    workbook: PlanWorkbook, was: SavedPlan, ledger: Ledger, today: date
) -> tuple[SavedPlan, tuple[Edit, ...], list[Issue]]:
    """The plan with a workbook's edits in it, what they changed, and every cell that cannot be read.

    Targets are told by 编号 and measures by name and 编号, wherever they stand; other rows are new, and what has no row
    is taken out. A cell that holds what was written there changes nothing, so that an unedited workbook gives the same
    plan.
    """
    taker = _Taker(workbook.file, was, ledger, today)
    goal = f"{was.year}年目标"
    targets = taker.targets(workbook.targets) if taker.has(workbook.targets, ID, LABEL, goal) else was.targets
    actions = taker.actions(workbook.actions) if taker.has(workbook.actions, ID, MEASURE) else was.actions
    edits = tuple(taker.edits)
    edited = SavedPlan(was.year, today, targets, actions, (*was.edits, *edits))
    return edited, edits, taker.issues


@dataclass
class _Taker:
    file: str
    was: SavedPlan
    ledger: Ledger
    today: date
    edits: list[Edit] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def has(self, table: EditedTable | None, *headings: str) -> TypeGuard[EditedTable]:
        """Whether a table is there with these columns; one that lacks them is an issue."""
        if table is None:
            return False
        absent = [heading for heading in headings if heading not in table.units]
        if absent:
            message = f"计划表缺少“{'”“'.join(absent)}”列"
            place = Origin(table.file, table.sheet)
            self.issues.append(Issue("plan_column", Level.ERROR, message, place, "请从原来的 Excel 重新开始修改"))
        return not absent

    def targets(self, table: EditedTable) -> tuple[Target, ...]:
        """The targets in their old order, then new ones."""
        known = {self._id(target): target for target in self.was.targets}
        found: dict[str, Target] = {}
        for row in table.rows:
            try:
                id = self._known_id(row, known, found)
                target = self._target(row, table, known[id]) if id else self._new_target(row, table, {**known, **found})
            except CellError as error:
                self._complain(table, error, row, LABEL)
                found.update({id: known[id]} if (id := text_in(row.get(ID))) in known else {})
                continue
            found[self._id(target)] = target
        for id, target in known.items():
            if id not in found:
                self._note("目标", id, self._label(target), _REMOVED, self._shown(target), "")
        return (*(found[id] for id in known if id in found), *(t for id, t in found.items() if id not in known))

    def _target(self, row: Mapping[str, EditedCell], table: EditedTable, old: Target) -> Target:
        metric, cell = self.ledger.metrics[old.metric], self._target_cell(row)
        scale = scale_in(row.get(SCALE), row.get(UNIT), metric)
        new = old
        untouched = text_in(cell) == old.text if old.value is None else holds(cell, old.value / scale)
        if not untouched:
            value, text = read_target(cell, metric, scale)
            if value is None and old.value is not None:
                raise CellError(cell, f"“{metric.label}”的目标写了不止一个数：{text}", "请只写一个数")
            if value != old.value or value is None:
                origin = str(Origin(table.file, table.sheet, cell.address))
                new = replace(old, value=value, text=text, origin=origin, sources=())
                shown = (self._shown(old), self._shown(new))
                if shown[0] == shown[1]:  # figures that print alike
                    shown = (f"{old.value}", f"{value}")
                self._note("目标", self._id(old), self._label(old), "目标值", *shown)
        owner = text_in(row[OWNER]) if OWNER in row else old.owner
        if owner != old.owner:
            self._note("目标", self._id(old), self._label(old), OWNER, old.owner, owner)
            new = replace(new, owner=owner)
        return new

    def _new_target(self, row: Mapping[str, EditedCell], table: EditedTable, taken: Mapping[str, Target]) -> Target:
        label, cell = text_in(row.get(LABEL)), self._target_cell(row)
        if label not in self._names():
            raise CellError(row.get(LABEL), f"新增目标的指标“{label}”不认识", "请写成 主站成交总额 这样的指标名")
        metric, scope = self._names()[label]
        known = self.ledger.metrics[metric]
        scale = scale_in(row.get(SCALE), row.get(UNIT), known)
        value, text = read_target(cell, known, scale)
        if known.is_additive and not isinstance(cell.value, str) and not text_in(row.get(UNIT)):
            raise CellError(cell, f"新增目标“{label}”没有写单位", "请写成 6.5亿 的样子，或填写单位一栏")
        origin = str(Origin(table.file, table.sheet, cell.address))
        target = Target(metric, Period(self.was.year), scope, value, text, text_in(row.get(OWNER)), "", origin)
        if self._id(target) in taken:
            raise CellError(row.get(LABEL), f"“{label}”已有一项目标", "请改原来那一行，并删除新增的行")
        self._note("目标", self._id(target), label, _ADDED, "", self._shown(target))
        return target

    def actions(self, table: EditedTable) -> tuple[Action, ...]:
        """The measures in their old order, then new ones."""
        year, metrics, unit = self.was.year, self.ledger.metrics, table.units.get(EXPECTED, "")
        known = {f"action.{year}.{at}": action for at, action in enumerate(self.was.actions, 1)}
        given = [(text_in(row.get(ID)), text_in(row.get(MEASURE))) for row in table.rows]
        meant = same_measures(given, {id: action.measure for id, action in known.items()})
        twice = repeated(number for number, _ in given)
        found: dict[str, Action] = {}
        for row, id in zip(table.rows, meant, strict=True):
            try:
                if not id:
                    self._check_number(row[ID], known, twice)
                old = known[id] if id else Action(year, "")
                action = read_action(row, old, metrics, self._names(), unit)
            except CellError as error:
                self._complain(table, error, row, MEASURE)
                found.update({id: known[id]} if id else {})
                continue
            if not id:
                id = f"action.{year}.{len(known) + 1 + sum(other not in known for other in found)}"
                self._note("举措", id, action.measure, _ADDED, "", action.owner or "未定责任人")
            else:
                for name, before, after in changes(old, action, metrics):
                    self._note("举措", id, old.measure, name, before, after)
            found[id] = action
        for id, action in known.items():
            if id not in found:
                self._note("举措", id, action.measure, _REMOVED, action.owner, "")
        return (*(found[id] for id in known if id in found), *(a for id, a in found.items() if id not in known))

    def _known_id(self, row: Mapping[str, EditedCell], known: Container[str], found: Container[str]) -> str:
        """The id of a target's row, empty for a new one."""
        id = text_in(row.get(ID))
        self._check_number(row[ID], known, found)
        return id

    def _check_number(self, number: EditedCell, known: Container[str], taken: Container[str]) -> None:
        """Refuse a number that no row of the plan has, and one that another row of the workbook has."""
        id = text_in(number)
        if id and id not in known:
            raise CellError(number, f"编号 {id} 不在{self.was.year}年的计划里", "新增的行请把编号留空")
        if id in taken:
            raise CellError(number, f"编号 {id} 出现了两次", "复制出来的新行请把编号清空")

    def _target_cell(self, row: Mapping[str, EditedCell]) -> EditedCell:
        return row[f"{self.was.year}年目标"]

    def _names(self) -> Names:
        """What people call the figures of the year before, by metric alone or with the scope."""
        names: dict[str, tuple[str, str]] = {}
        for id, metric in self.ledger.metrics.items():
            for name in (metric.label, id, *metric.aliases):
                names.setdefault(name, (id, ALL))
        for m in self.ledger.measurements:
            if m.period == Period(self.was.year - 1):
                names.setdefault(scoped_label(self.ledger.metrics[m.metric], m.scope), (m.metric, m.scope))
        return names

    def _label(self, target: Target) -> str:
        return scoped_label(self.ledger.metrics[target.metric], target.scope)

    def _shown(self, target: Target) -> str:
        metric = self.ledger.metrics[target.metric]
        return target.text if target.value is None else quantity(target.value, metric.unit, metric.digits)

    @staticmethod
    def _id(target: Target) -> str:
        return measurement_id(target.metric, target.period, target.scope)

    def _note(self, kind: EditKind, id: str, label: str, what: str, old: str, new: str) -> None:
        self.edits.append(Edit(kind, id, label, what, old, new, self.today))

    def _complain(self, table: EditedTable, error: CellError, row: Mapping[str, EditedCell], heading: str) -> None:
        cell = error.cell or row.get(heading)
        place = Origin(table.file, table.sheet, cell.address if cell else None)
        value = text_in(error.cell) or None
        self.issues.append(Issue("plan_cell", Level.ERROR, error.message, place, error.hint, value))
