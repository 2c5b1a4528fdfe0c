"""What may stand in a drawing (names and values of its chart, ticks of its axis, a few fixed words), in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
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


def misplaced(drawn: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """The words of drawings that do not stand where they were drawn; ``drawn`` are these words in their order."""
    known = set(drawn)
    for kind, _, _, start, end in SequenceMatcher(None, drawn, texts, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            yield from (text for text in texts[start:end] if text in known)


def _vocabulary(chart: Chart) -> tuple[set[str], list[str]]:
    """Words that stand whole, and names of which a line may be a part."""
    names = [*chart.categories, *(series.name for series in chart.series), *(series.panel for series in chart.series)]
    names = ["".join(name.split()) for name in names if name]
    words = {*names, *_FIXED, "".join(f"单位：{chart.unit}".split())}
    words |= {run for name in names for run in re.findall(r"\d+", name)}  # a line of 618大促
    words |= set(_values(chart)) | set(_ticks(chart))
    return words, names


def _values(chart: Chart) -> Iterator[str]:
    """The labels of its values; of two series beside each other also one as a share of the other."""
    for series in chart.series:
        for value in series.values:
            if value is not None:
                text = _label(chart, value)
                yield text
                if value > 0:
                    yield f"+{text}"
    for first, second in pairwise(chart.series):
        for one, other in zip(first.values, second.values, strict=False):
            if one is not None and other:
                yield percent(one / other)


def _ticks(chart: Chart) -> Iterator[str]:
    """The round numbers that an axis over zero and its values may have."""
    values = [_shown(chart, value) for series in chart.series for value in series.values if value is not None]
    low, high = min([Decimal(0), *values]), max([Decimal(0), *values])
    span = high - low or Decimal(1)
    for power in (span.adjusted() - 1, span.adjusted()):
        for step in (step.scaleb(power) for step in _STEPS):
            if not _FINEST <= span / step <= _MOST:
                continue
            digits = max(0, -int(step.normalize().as_tuple().exponent))
            for at in range(int(low / step) - 1, int(high / step) + 2):
                yield number(step * at, digits, grouped=True) + ("%" if chart.percent else "")


def _label(chart: Chart, value: Decimal) -> str:
    return number(_shown(chart, value), chart.digits, grouped=True) + ("%" if chart.percent else "")


def _shown(chart: Chart, value: Decimal) -> Decimal:
    """A base value in the chart's unit, in percent where it is a fraction."""
    return (value * 100 if chart.percent else value) / chart.scale
