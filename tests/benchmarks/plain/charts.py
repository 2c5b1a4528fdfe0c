"""Charts by Matplotlib, as SVG whose text stays text."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping, Sequence

import matplotlib as mpl
import numpy as np

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

plt.rcParams.update({
    "font.family": ["Noto Sans CJK SC", "Noto Sans CJK JP"], "font.size": 8,
    "svg.fonttype": "none", "svg.hashsalt": "rpt",
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#c9d0d9", "axes.unicode_minus": False,
})  # fmt: skip
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
DARK, PALE, GOOD, BAD = "#1F4E79", "#c2c8d0", "#1e7b4f", "#b3261e"
COLOURS = (DARK, "#5b8db8", "#c98b3a", "#7a9a6c")
Series = Mapping[str, Sequence[float]]


def drawn(draw: Callable[[Axes], None], height: float = 2.4) -> str:
    """The SVG of one pair of axes."""
    figure, axes = plt.subplots(figsize=(6.6, height))
    draw(axes)
    return svg(figure)


def svg(figure: Figure) -> str:
    """The SVG of a figure, which is closed."""
    figure.tight_layout()
    out = io.StringIO()
    figure.savefig(out, format="svg")
    plt.close(figure)
    text = out.getvalue()
    return text[text.index("<svg") :]


def columns(labels: Sequence[str], series: Series, form: str = "{:,.0f}", values: bool = True) -> str:
    """Grouped columns: the last series is this year's."""

    def draw(axes: Axes) -> None:
        at, width = np.arange(len(labels)), 0.8 / len(series)
        for i, (name, heights) in enumerate(series.items()):
            shown = np.nan_to_num(np.asarray(heights, dtype=float))
            bars = axes.bar(
                at + (i - (len(series) - 1) / 2) * width, shown, width * 0.92, label=name, color=_colour(i, len(series))
            )
            if values:
                axes.bar_label(bars, [form.format(v) for v in shown], padding=2, fontsize=7)
        axes.set_xticks(at, labels)
        axes.set_yticks([])
        _legend(axes, len(series))

    return drawn(draw)


def bars(labels: Sequence[str], series: Series, form: str = "{:,.0f}") -> str:
    """Grouped bars from left to right."""

    def draw(axes: Axes) -> None:
        at, width = np.arange(len(labels)), 0.8 / len(series)
        for i, (name, lengths) in enumerate(series.items()):
            shown = np.nan_to_num(np.asarray(lengths, dtype=float))
            made = axes.barh(
                at + (i - (len(series) - 1) / 2) * width, shown, width * 0.92, label=name, color=_colour(i, len(series))
            )
            axes.bar_label(made, [form.format(v) for v in shown], padding=2, fontsize=7)
        axes.set_yticks(at, labels)
        axes.invert_yaxis()
        axes.set_xticks([])
        _legend(axes, len(series))

    return drawn(draw, max(2.0, 0.36 * len(labels)))


def lines(labels: Sequence[str], series: Series, form: str = "{:,.0f}") -> str:
    """Lines with the last values at their ends."""

    def draw(axes: Axes) -> None:
        _lines(axes, labels, series, form)
        _legend(axes, len(series))

    return drawn(draw)


def multiples(panels: Mapping[str, tuple[Sequence[str], Series]], across: int, form: str = "{:,.0f}") -> str:
    """A small chart of lines for each panel."""
    rows = -(-len(panels) // across)
    figure, grid = plt.subplots(rows, across, figsize=(6.6, 1.4 * rows), squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    for axes, (name, (labels, series)) in zip(grid.flat, panels.items(), strict=False):
        _lines(axes, labels, series, form)
        axes.set_title(name, fontsize=8, loc="left")
        axes.set_xticks([0, len(labels) - 1], [labels[0], labels[-1]])
    return svg(figure)


def waterfall(labels: Sequence[str], amounts: Sequence[float], form: str = "{:+,.0f}") -> str:
    """From the first amount by steps to the last, which is the sum."""

    def draw(axes: Axes) -> None:
        base = amounts[0]
        for at, (amount, is_total) in enumerate(zip(amounts, _ends(len(amounts)), strict=True)):
            if is_total:
                axes.bar(at, amount, 0.62, color=PALE if at == 0 else DARK)
                axes.annotate(f"{amount:,.0f}", (at, amount), ha="center", va="bottom", fontsize=7)
                continue
            axes.bar(at, amount, 0.62, bottom=base, color=GOOD if amount >= 0 else BAD)
            axes.annotate(form.format(amount), (at, max(base, base + amount)), ha="center", va="bottom", fontsize=7)
            base += amount
        axes.set_xticks(range(len(labels)), labels)
        axes.set_yticks([])

    return drawn(draw)


def heatmap(rows: Sequence[str], across: Sequence[str], values: np.ndarray) -> str:
    """Shares in a grid, darker where larger; empty where there are none."""

    def draw(axes: Axes) -> None:
        axes.imshow(np.nan_to_num(values), cmap="Blues", aspect="auto", vmin=0)
        for (row, column), value in np.ndenumerate(values):
            if not np.isnan(value):
                axes.annotate(f"{value:.1%}", (column, row), ha="center", va="center", fontsize=7)
        axes.set_xticks(range(len(across)), across)
        axes.set_yticks(range(len(rows)), rows)

    return drawn(draw, 2.6)


def _lines(axes: Axes, labels: Sequence[str], series: Series, form: str) -> None:
    for i, (name, heights) in enumerate(series.items()):
        axes.plot(range(len(heights)), heights, color=_colour(i, len(series)), label=name, linewidth=1.4)
        axes.annotate(form.format(heights[-1]), (len(heights) - 1, heights[-1]), fontsize=7, va="bottom")
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylim(bottom=0)


def _colour(i: int, many: int) -> str:
    return (PALE, DARK)[i] if many == 2 else COLOURS[i % len(COLOURS)]


def _legend(axes: Axes, many: int) -> None:
    if many > 1:
        axes.legend(frameon=False, ncols=many, loc="upper left", fontsize=7)


def _ends(count: int) -> list[bool]:
    return [at in (0, count - 1) for at in range(count)]
