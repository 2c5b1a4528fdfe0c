"""Formulas of next year's plan: its targets spread over months and members, and the bridge to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from rpt.assurance.explaining.formulas.arithmetic import Derived, plain, quotient, said, total, unknown
from rpt.assurance.explaining.formulas.asked import Asked
from rpt.language.format import period_text
from rpt.values.explanation import Calculation, Operand
from rpt.values.ledger import measurement_id
from rpt.values.period import Period, PeriodKind
from rpt.values.plan import Plan, PlanBridge, Rolldown
from rpt.values.scope import member_label

_BRIDGE = "bridge."
_MONTHS = Decimal(12)


def planned(asked: Asked) -> Derived | None:
    """What the plan says of a metric: its roll-down, its monthly mean, the steps of the bridge."""
    found = asked.found
    if asked.metric is None:
        return None
    period = asked.period
    year = asked.at(Period(period.year))
    match found.suffix:
        case "plan":
            return _rolled(asked)
        case "plan_share":
            return quotient(asked.operand("当期计划", f"{asked.base}.plan"), asked.operand("全年计划", f"{year}.plan"))
        case "plan_second_half":
            months = period.months()[6:]
            return total("七月至十二月的计划之和", [_planned(asked, at) for at in months], _unit(asked))
        case "plan_second_half_share":
            whole = asked.operand("全年计划", f"{asked.base}.plan")
            return quotient(asked.operand("下半年计划", f"{asked.base}.plan_second_half"), whole)
        case "monthly":
            return _monthly(asked)
    if found.suffix.startswith(_BRIDGE) and asked.known.plan is not None:
        return _bridged(asked, asked.known.plan, found.suffix.removeprefix(_BRIDGE))
    return None


def _unit(asked: Asked) -> str:
    return asked.metric.unit if asked.metric else ""


def _planned(asked: Asked, at: Period, scope: str = "") -> Operand:
    ref = measurement_id(asked.found.metric, at, scope or asked.found.scope)
    name = period_text(at) if not scope else member_label(scope)
    return asked.operand(f"{name}计划", f"{ref}.plan")


def _monthly(asked: Asked) -> Derived:
    coming = asked.known.plan is not None and asked.period.year == asked.known.plan.year
    one = asked.operand("全年目标", f"{asked.base}.target") if coming else asked.operand("全年实际", asked.base)
    if one.value is None:
        return unknown(f"{one.name} ÷ 12", one)
    value = one.value / _MONTHS
    return Derived(value, Calculation(f"{one.name} ÷ 12", f"{plain(one.value)} ÷ 12 = {said(value, one.unit)}", (one,)))


def rolldown_value(plan: Plan | None, metric: str, period: Period, scope: str) -> Decimal | None:
    """What a plan asks of a metric in a period and scope: a cell of its roll-down, or the sum of some."""
    found = _of(plan, metric, period, scope)
    if found is None:
        return None
    rolled, at = found
    months = [month.part - 1 for month in period.months()]
    return sum((rolled.month(m) if at is None else rolled.cells[m][at] for m in months), Decimal(0))


def _of(plan: Plan | None, metric: str, period: Period, scope: str) -> tuple[Rolldown, int | None] | None:
    """The roll-down that holds a cell, with the column of its member, None for the whole."""
    for rolled in plan.rolldowns if plan is not None and period.year == plan.year else ():
        if rolled.metric != metric:
            continue
        if rolled.scope == scope:
            return rolled, None
        for at in range(len(rolled.members) if rolled.dimension else 0):
            if rolled.scope_of(at) == scope:
                return rolled, at
    return None


def _rolled(asked: Asked) -> Derived | None:
    """A cell of the roll-down: sums of its months or members; a year by its target, a month by the shape of the days
    of past years, fitted to both margins."""
    found, period = asked.found, asked.period
    rolled, at = _of(asked.known.plan, found.metric, period, found.scope) or (None, None)
    if rolled is None:
        return _on_path(asked)
    if period.kind is PeriodKind.QUARTER:
        return total("各月计划之和", [_planned(asked, month) for month in period.months()], _unit(asked))
    if period.kind is PeriodKind.YEAR:
        return _year(asked, rolled, at)
    if at is None and rolled.dimension:
        members = [_planned(asked, period, rolled.scope_of(n)) for n in range(len(rolled.members))]
        return total(f"各{rolled.dimension}计划之和", members, _unit(asked))
    return _cell(asked, rolled, at)


def _year(asked: Asked, rolled: Rolldown, at: int | None) -> Derived | None:
    own = asked.operand("目标", f"{asked.base}.target")
    if at is None:
        number = f"{plain(own.value)}（{said(rolled.total, _unit(asked))}）"
        return Derived(rolled.total, Calculation("全年目标", number, (own,)))
    name = rolled.members[at]
    whole = asked.operand("全年目标", f"{measurement_id(rolled.metric, asked.period, rolled.scope)}.target")
    step = plain(rolled.step)
    if own.value is not None and name in rolled.from_targets and not rolled.scaled:
        words = f"自身目标，取到{step}{_unit(asked)}"
        return Derived(own.value, Calculation(words, plain(own.value), (own,)), rolled.step)
    now = {
        n: asked.operand(f"{n}本年", measurement_id(rolled.metric, Period(rolled.year - 1), rolled.scope_of(i)))
        for i, n in enumerate(rolled.members)
        if n not in rolled.from_targets
    }
    taken = [
        _planned(asked, asked.period, rolled.scope_of(i))
        for i, n in enumerate(rolled.members)
        if n in rolled.from_targets
    ]
    if name in rolled.from_targets and not rolled.scaled and (share := _share_of(asked, rolled, at)) is not None:
        return share
    if name not in now or any(one.value is None for one in (whole, *now.values(), *taken)):
        return unknown("各渠道的份额按其自身目标，或由全年目标按份额折成", own, whole)
    base = sum((one.value or Decimal(0) for one in now.values()), Decimal(0))
    rest = (whole.value or Decimal(0)) - sum((one.value or Decimal(0) for one in taken), Decimal(0))
    if not base:
        return unknown("全年目标按本年占比分摊", whole)
    value = rest * (now[name].value or Decimal(0)) / base
    less = "".join(f" − {plain(one.value)}" for one in taken)
    numbers = f"（{plain(whole.value)}{less}）× {plain(now[name].value)} ÷ {plain(base)} = {said(value, _unit(asked))}"
    words = f"（全年目标 − 已有目标的渠道）× 本年该渠道 ÷ 本年其余各渠道之和，取到{step}{_unit(asked)}"
    return Derived(value, Calculation(words, numbers, (whole, *taken, now[name])), rolled.step)


def _share_of(asked: Asked, rolled: Rolldown, at: int) -> Derived | None:
    """A member whose own target is a share of the whole, set for it or for what is the same thing."""
    ledger, coming, this = asked.known.ledger, asked.period, asked.period.year_ago
    whole = asked.operand("全年目标", f"{measurement_id(rolled.metric, coming, rolled.scope)}.target")
    here, all_ = (ledger.get(rolled.metric, this, scope) for scope in (rolled.scope_of(at), rolled.scope))
    for target in ledger.targets:
        metric = ledger.metrics.get(target.metric)
        share = ledger.get(target.metric, this, target.scope)
        if target.period != coming or target.value is None or metric is None or metric.aggregation != "share":
            continue
        if here is None or all_ is None or share is None or whole.value is None:
            continue
        if (share.numerator, share.denominator) == (here.value, all_.value):
            ref = f"{measurement_id(target.metric, coming, target.scope)}.target"
            part = Operand("占比目标", ref, target.value, metric.unit)
            value = whole.value * target.value
            numbers = f"{plain(whole.value)} × {plain(target.value)} = {said(value, _unit(asked))}"
            words = f"全年目标 × 占比目标，取到{plain(rolled.step)}{_unit(asked)}"
            return Derived(value, Calculation(words, numbers, (whole, part)), rolled.step)
    return None


def _on_path(asked: Asked) -> Derived | None:
    """A quarter of a target that does not add up: even steps from this year's figure to the target."""
    plan, found, period = asked.known.plan, asked.found, asked.period
    for path in plan.paths if plan is not None and period.kind is PeriodKind.QUARTER else ():
        if (path.target.metric, path.target.scope, path.target.period.year) != (found.metric, found.scope, period.year):
            continue
        now = asked.operand("本年实际", asked.at(Period(period.year - 1)))
        target = asked.operand("目标", f"{asked.at(Period(period.year))}.target")
        if now.value is None or target.value is None:
            return None
        value = now.value + (target.value - now.value) / 4 * period.part
        put = f"{plain(now.value)} +（{plain(target.value)} − {plain(now.value)}）× {period.part} ÷ 4"
        words = f"本年实际 +（目标 − 本年实际）× {period.part} ÷ 4"
        return Derived(value, Calculation(words, f"{put} = {said(value, _unit(asked))}", (now, target)))
    return None


def _cell(asked: Asked, rolled: Rolldown, at: int | None) -> Derived:
    """A month of one column: its shape's share of the column, brought to both margins; the numbers are the margins."""
    year = Period(rolled.year)
    column = asked.operand("该列全年计划", f"{asked.at(year)}.plan")
    years = "、".join(f"{year}年" for year in rolled.years)
    words = (
        f"{years}各日的分布对到{rolled.year}年的日期，再按月合计与全年合计调整，取到{plain(rolled.step)}{_unit(asked)}"
    )
    value = rolled.month(asked.period.part - 1) if at is None else rolled.cells[asked.period.part - 1][at]
    if not column.value:
        return unknown(words, column)
    operands, row = [column], ""
    if at is not None:
        month = asked.operand("当月合计", f"{measurement_id(rolled.metric, asked.period, rolled.scope)}.plan")
        operands.append(replace(month, ref=""))  # which is the sum of its cells: not to be followed back from here
        row = f"，当月合计{plain(month.value)}的{_percent(value, month.value)}"
    numbers = f"{plain(value)}：全年{plain(column.value)}的{_percent(value, column.value)}{row}"
    return Derived(value, Calculation(words, numbers, tuple(operands)))


def _percent(part: Decimal, whole: Decimal | None) -> str:
    return said(part / whole, "比率") if whole else "—"


def _bridged(asked: Asked, plan: Plan, key: str) -> Derived | None:
    """A step of the bridge from this year to the target, by the measures it sums."""
    found = plan.bridge
    if found is None:
        return None
    start, target = (
        asked.operand("本年实际", f"gmv@{found.year - 1}"),
        asked.operand("目标", f"gmv@{found.year}.target"),
    )
    own = f"gmv@{found.year}.{_BRIDGE}"
    if key.endswith(".share"):
        amount = asked.operand("该步金额", f"{own}{key.removesuffix('.share')}")
        return _over_gap(amount, start, target)
    if key.startswith("owner"):
        step = _step(found, key)
        if step is None:
            return None
        terms = list(_measures(plan, found.steps[step].owner))
        if key.endswith(".count"):
            return Derived(
                Decimal(len(terms)), Calculation("该责任人有预期增量的举措数", f"{len(terms)}项", tuple(terms))
            )
        return total(f"{found.steps[step].owner}各项举措的预期增量之和", terms, "元")
    steps = [Operand(step.owner, f"{own}owner{n}", step.amount, "元") for n, step in enumerate(found.steps, 1)]
    match key:
        case "count":
            counted = Decimal(sum(step.count for step in found.steps))
            return Derived(counted, Calculation("有预期增量的举措数", f"{counted}项", tuple(steps)))
        case "expected":
            overlap = [Operand("重叠", f"{own}overlap", found.overlap, "元")] if found.overlap else []
            return total("各责任人举措的预期增量之和" + (" + 重叠" if overlap else ""), [*steps, *overlap], "元")
        case "overlap":
            return _overlap(plan, found)
        case "uncovered":
            expected = Operand("举措预期增量合计", f"{own}expected", found.expected, "元")
            if start.value is None or target.value is None:
                return None
            value = target.value - start.value - found.expected
            numbers = f"{plain(target.value)} − {plain(start.value)} − {plain(found.expected)} = {said(value, '元')}"
            words = "目标 − 本年实际 − 举措预期增量合计"
            return Derived(value, Calculation(words, numbers, (target, start, expected)))
    return None


def _over_gap(amount: Operand, start: Operand, target: Operand) -> Derived:
    words = f"{amount.name} ÷（目标 − 本年实际）"
    if amount.value is None or start.value is None or target.value is None or target.value == start.value:
        return unknown(words, amount, target, start)
    value = amount.value / (target.value - start.value)
    numbers = f"{plain(amount.value)} ÷（{plain(target.value)} − {plain(start.value)}）= {said(value, '比率')}"
    return Derived(value, Calculation(words, numbers, (amount, target, start)))


def _step(found: PlanBridge, key: str) -> int | None:
    number = key.removeprefix("owner").partition(".")[0]
    return int(number) - 1 if number.isdigit() and 0 < int(number) <= len(found.steps) else None


def _measures(plan: Plan, owner: str) -> Iterator[Operand]:
    """The measures of an owner that promise an amount; those without one are the owner's that nobody named."""
    named = {action.owner for action in plan.actions if action.owner}
    for at, action in enumerate(plan.actions, 1):
        mine = action.owner == owner if owner in named else not action.owner
        if mine and action.expected is not None:
            yield Operand(action.measure, f"action.{plan.year}.{at}", action.expected, "元")


def _overlap(plan: Plan, found: PlanBridge) -> Derived:
    """What measures on one metric and scope would win twice: minus all but the largest of each."""
    terms = [
        Operand(action.measure, f"action.{plan.year}.{at}", counted - action.expected, "元")
        for at, (action, counted) in enumerate(zip(plan.actions, found.counted, strict=True), 1)
        if action.expected is not None and counted is not None and counted != action.expected
    ]
    return total("同一指标同一范围的举措只计最大的一项，其余各项取负", terms, "元")
