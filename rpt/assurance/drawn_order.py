"""The order of a drawing's texts: categories as its chart has them, the values of its series one after the other.

A drawing writes its names along the axis and its labels mark by mark, so that two labels that changed places stand out
of order. What it leaves out (labels without room, names of every other month) leaves the order of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rpt.assurance.drawings import label_of, percent_of, ticks_of
from rpt.values.document import Chart

_CUT = "…"
_NUMBER = re.compile(r"[▲▼+−-]?[\d,.]+[%∶\d]*")
_MOST = 256  # readings kept at once
Lane = tuple[tuple[str, ...], ...]  # texts in their order, each with the ways in which it may be written
State = tuple[int, tuple[int, ...]]  # the drawing being read, and how far each of its lanes


def misplaced(charts: Sequence[Chart], texts: Sequence[str]) -> Iterator[str]:
    """The texts of drawings that follow one another (without white space) that stand where the order of their charts
    does not have them."""
    drawings = [_lanes(chart, texts) for chart in charts]
    known = {text for lanes in drawings for lane in lanes for entry in lane for text in entry}
    states: set[State] = {(number, (0,) * len(lanes)) for number, lanes in enumerate(drawings)}
    for text in texts:
        part = text.removesuffix(_CUT)
        if text not in known and (_NUMBER.fullmatch(text) or not any(part and part in name for name in known)):
            continue  # of another kind, or told of already
        after: set[State] = set()
        for number, before in states:
            after |= {(number, state) for state in _read(drawings[number], before, text)}
            for other in range(number + 1, len(drawings)):
                fresh = (0,) * len(drawings[other])
                after |= {(other, state) for state in _read(drawings[other], fresh, text)}
        if after:
            states = set(sorted(after)[:_MOST])
        else:
            yield text


def _read(lanes: Sequence[Lane], before: tuple[int, ...], text: str) -> Iterator[tuple[int, ...]]:
    """How far the lanes are read after a text, one lane being read on to it. Lines of one name share its place."""
    part = text.removesuffix(_CUT)
    for number, lane in enumerate(lanes):
        start = before[number]
        whole = next((at for at in range(start, len(lane)) if text in lane[at]), None)
        line = None
        if not _NUMBER.fullmatch(text):
            following = range(max(start - 1, 0), len(lane))
            line = next((at for at in following if any(part in name for name in lane[at])), None)
        for at in {at for at in (whole, line) if at is not None}:
            yield (*before[:number], at + 1, *before[number + 1 :])


def _lanes(chart: Chart, texts: Sequence[str]) -> list[Lane]:
    """What stands in order in a drawing of this kind; an axis has ticks where not every number is a mark's."""
    categories = _names(chart.categories)
    series = _names([one.name for one in chart.series])
    if chart.kind == "multiples":
        panels = list(dict.fromkeys(one.panel or one.name for one in chart.series))
        marks = [
            entry
            for one in chart.series
            for category, value in zip(chart.categories, one.values, strict=False)
            for entry in (*_names([category]), () if value is None else (label_of(chart, value),))
        ]
        last: dict[str, str] = {}
        for one in chart.series:
            filled = [name for name, value in zip(chart.categories, one.values, strict=False) if value is not None]
            last[one.panel or one.name] = filled[-1] if filled else ""
        ends = [*_names(list(chart.categories[:1] * len(panels))), *_names(list(last.values()))]
        named = _names(panels)
        return [tuple(named), tuple(marks), tuple(ends)]
    values = [_labels(chart, row) for row in range(len(chart.series))]
    if chart.kind == "heatmap":
        return [(*categories, *(entry for row in values for entry in row), *series)]
    if chart.kind == "bullet":
        actual, target = (*values, (), ())[:2]
        good, bad = percent_of(chart)
        return [tuple(categories), tuple(series), (*target, *actual), tuple(good), tuple(bad)]
    in_order = tuple(entry for row in values for entry in row)
    labels = {text for entry in in_order for text in entry} | {
        text for entry in (*categories, *series) for text in entry
    }
    has_ticks = chart.kind == "line" or not all(text in labels for text in texts if _NUMBER.fullmatch(text))
    return [tuple(categories), tuple(series), (*(ticks_of(chart) if has_ticks else ()), *in_order)]


def _labels(chart: Chart, row: int) -> Lane:
    values = chart.series[row].values[: len(chart.categories)]
    return tuple(("—",) if value is None else (text := label_of(chart, value), f"+{text}") for value in values)


def _names(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [("".join(name.split()),) for name in names]
