"""Why turnover changed between two periods: by its factors, and by channels and platforms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rpt.review.split import lmdi, shapley, to_unit
from rpt.values.decomposition import Decomposition, Part
from rpt.values.ledger import Ledger, Measurement
from rpt.values.period import Period
from rpt.values.scope import ALL, scope_of

FACTORS = ("visitors", "conversion", "daily_aov")  # their product is turnover


@dataclass(frozen=True)
class Spans:
    """Two periods to compare, each in the ledger that holds it: one, or two that are cut at different days."""

    earlier: Ledger
    before: Period
    ledger: Ledger
    after: Period

    def both(self, metric: str, scope: str) -> tuple[Measurement, Measurement] | None:
        """The measurements of both periods, both with a value."""
        pair = self.earlier.get(metric, self.before, scope), self.ledger.get(metric, self.after, scope)
        if pair[0] is None or pair[1] is None or pair[0].value is None or pair[1].value is None:
            return None
        return pair[0], pair[1]

    def members(self, dimension: str) -> list[str]:
        """The members with turnover in either period."""
        found = self.ledger.members("gmv", dimension, self.after)
        return list(dict.fromkeys(found + self.earlier.members("gmv", dimension, self.before)))

    @property
    def shown(self) -> tuple[Period, Period] | None:
        """The periods, where they are not the year and the one before."""
        return None if self.after == Period(self.after.year) else (self.before, self.after)


def by_turnover(spans: Spans, tag: str = "") -> Iterator[Decomposition]:
    """Every way to take the change apart; ``tag`` goes behind the ids where a ledger has several changes."""
    yield from _by_factors(spans, tag)
    yield from _by_members(spans, tag)


def _by_factors(spans: Spans, tag: str) -> Iterator[Decomposition]:
    """Turnover over 访客 × 转化率 × 日客单价, as a whole and for each channel: LMDI, Shapley where a factor is zero."""
    ledger = spans.ledger
    if "gmv" not in ledger.metrics:
        return
    channels = [scope_of({"渠道": m}) for m in ledger.members("gmv", "渠道", spans.after)]
    for scope in (ALL, *channels):
        whole, factors = spans.both("gmv", scope), [spans.both(metric, scope) for metric in FACTORS]
        if whole is None or any(factor is None for factor in factors):
            continue
        pairs = [(a.value or Decimal(0), b.value or Decimal(0)) for a, b in (f for f in factors if f)]
        before, after = [a for a, _ in pairs], [b for _, b in pairs]
        positive = all(value > 0 for value in (*before, *after))
        amounts = lmdi(before, after) if positive else shapley(before, after)
        start, end = value_of(whole[0]), value_of(whole[1])
        rounded = to_unit(amounts, end - start)
        labels = [ledger.metrics[metric].label for metric in FACTORS]
        refs = [f[1].id for f in factors if f]
        yield Decomposition(
            id_of(f"gmv.factors{tag}", scope),
            spans.after.year,
            "流量、转化与客单",
            "gmv",
            "元",
            scope,
            "lmdi" if positive else "shapley",
            start,
            end,
            parts_of(labels, refs, rounded, pairs, start, end),
            spans.shown,
        )


def _by_members(spans: Spans, tag: str) -> Iterator[Decomposition]:
    """Turnover over channels and over platforms; a member that one period lacks counts as zero there."""
    whole = spans.both("gmv", ALL)
    if whole is None:
        return
    start, end = value_of(whole[0]), value_of(whole[1])
    for dimension in ("渠道", "平台"):
        names = spans.members(dimension)
        scopes = [scope_of({dimension: name}) for name in names]
        pairs = [
            (
                value_of(spans.earlier.get("gmv", spans.before, scope)),
                value_of(spans.ledger.get("gmv", spans.after, scope)),
            )
            for scope in scopes
        ]
        amounts = [after - before for before, after in pairs]
        if len(scopes) < 2 or sum(amounts, Decimal(0)) != end - start:
            continue
        refs = [f"gmv@{spans.after.key}[{scope}]" for scope in scopes]
        yield Decomposition(
            f"gmv.{dimension}{tag}",
            spans.after.year,
            f"按{dimension}",
            "gmv",
            "元",
            ALL,
            "members",
            start,
            end,
            parts_of(names, refs, amounts, pairs, start, end),
            spans.shown,
        )


def parts_of(
    labels: Sequence[str],
    refs: Sequence[str],
    amounts: Sequence[Decimal],
    pairs: Sequence[tuple[Decimal, Decimal]] | None,
    start: Decimal,
    end: Decimal,
) -> tuple[Part, ...]:
    """Amounts as parts, each with its share of the change and its pull on the start; ``pairs``: their own figures."""
    change = end - start
    return tuple(
        Part(
            label,
            ref,
            amount,
            pairs[at][0] if pairs else None,
            pairs[at][1] if pairs else None,
            amount / change if change else None,
            amount / start if start > 0 else None,
        )
        for at, (label, ref, amount) in enumerate(zip(labels, refs, amounts, strict=True))
    )


def value_of(m: Measurement | None) -> Decimal:
    """The value, zero where there is none."""
    return m.value if m is not None and m.value is not None else Decimal(0)


def id_of(name: str, scope: str) -> str:
    """A decomposition's id: its name, with the scope where it is not 全部."""
    return name if scope == ALL else f"{name}[{scope}]"
