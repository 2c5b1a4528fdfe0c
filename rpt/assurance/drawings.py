"""What may stand in a drawing: the names and values of its chart, the ticks of its axis, and a few fixed words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from rpt.language.format import number, percent
from rpt.values.document import Chart

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
_FINEST, _MOST = 2, 12  # an axis has at least so many steps over its span, and at most so many
# what drawings say of themselves, whatever they show
_FIXED = (
    *("各图纵轴刻度相同", "各图纵轴刻度各自独立，仅比较走势", "各图纵轴刻度相同；横轴长短不一"),
    *("完成率", "实际", "目标", "—"),
)
_CUT = "…"
_NUMBER = re.compile(r"[\d,.%+−∶]+")


def strange(chart: Chart, texts: Iterable[str]) -> Iterator[str]:
    """The texts of a drawing (without white space) that its chart does not account for."""
    words, names = _vocabulary(chart)
    for text in texts:
        if text in words:
            continue
        part = text.removesuffix(_CUT)  # a name, or a line of one; a number is no part of another
        if not part or _NUMBER.fullmatch(part) or not any(part in name for name in names):
            yield text


def _vocabulary(chart: Chart) -> tuple[set[str], list[str]]:
    """Words that stand whole, and names of which a line may be a part."""
    names = [*chart.categories, *(series.name for series in chart.series), *(series.panel for series in chart.series)]
    names = ["".join(name.split()) for name in names if name]
    words = {*names, *_FIXED, "".join(f"单位：{chart.unit}".split())}
    words |= {run for name in names for run in re.findall(r"\d+", name)}  # a line of 618大促
    words |= set(_values(chart)) | {text for tick in ticks_of(chart) for text in tick}
    return words, names


def _values(chart: Chart) -> Iterator[str]:
    """The labels of its values; of two series beside each other also one as a share of the other."""
    for series in chart.series:
        for value in series.values:
            if value is not None:
                text = label_of(chart, value)
                yield text
                if value > 0:
                    yield f"+{text}"
    for first, second in pairwise(chart.series):
        for one, other in zip(first.values, second.values, strict=False):
            if one is not None and other:
                yield percent(one / other)


def percent_of(chart: Chart) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """What of the second series the first reaches: whole, and short of it."""
    shares = [
        one / other
        for first, second in pairwise(chart.series)
        for one, other in zip(first.values, second.values, strict=False)
        if one is not None and other
    ]
    return [(percent(share),) for share in shares if share >= 1], [(percent(share),) for share in shares if share < 1]


def ticks_of(chart: Chart) -> list[tuple[str, ...]]:
    """The round numbers that an axis over zero and its values may have, in their order."""
    values = [_shown(chart, value) for series in chart.series for value in series.values if value is not None]
    low, high = min([Decimal(0), *values]), max([Decimal(0), *values])
    span = high - low or Decimal(1)
    ticks: dict[Decimal, set[str]] = {}
    for power in (span.adjusted() - 1, span.adjusted()):
        for step in (step.scaleb(power) for step in _STEPS):
            if not _FINEST <= span / step <= _MOST:
                continue
            digits = max(0, -int(step.normalize().as_tuple().exponent))
            for at in range(int(low / step) - 1, int(high / step) + 2):
                ticks.setdefault(step * at, set()).add(
                    number(step * at, digits, grouped=True) + ("%" if chart.percent else "")
                )
    return [tuple(sorted(ticks[tick])) for tick in sorted(ticks)]


def label_of(chart: Chart, value: Decimal) -> str:
    """A value as its mark is labelled."""
    return number(_shown(chart, value), chart.digits, grouped=True) + ("%" if chart.percent else "")


def _shown(chart: Chart, value: Decimal) -> Decimal:
    """A base value in the chart's unit, in percent where it is a fraction."""
    return (value * 100 if chart.percent else value) / chart.scale
