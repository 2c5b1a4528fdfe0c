"""A plot area with two linear scales that collects marks and becomes one layered Vega-Lite specification.

Every position is in data coordinates; a text may be shifted by pixels. The margins are fixed by the caller, who
measures the texts (see ``text``); Vega measures nothing, so the same chart comes out of every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rpt.rendering.charts import palette

Align = Literal["left", "center", "right"]
Spec = dict[str, object]
Row = dict[str, object]

WIDTH = 640.0  # px; the text width of A4 with 20 mm margins is 170 mm = 642 px, so a px here is a px on paper
PHONE = 358.0  # px; the width of a phone's window without its margins
SIZE = 10.5  # px of labels
MIDDLE = 0.06  # em: Vega centres on the x-height, Chinese characters and figures stand taller
FONTS = '"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif'
TIPS = "tips"  # the layer of tips, which the static drawing leaves out
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True)
class Margins:
    """Room around the plot area, in px."""

    left: float = 0
    top: float = 0
    right: float = 0
    bottom: float = 0


@dataclass
class Canvas:
    """Marks over a plot area of ``width`` × ``height`` px; ``xs`` runs left to right, ``ys`` from bottom to top."""

    width: float
    height: float
    margins: Margins
    xs: tuple[float, float]
    ys: tuple[float, float]
    _layers: dict[tuple[int, str], tuple[Spec, Spec, list[Row]]] = field(default_factory=dict)

    def x_at(self, px: float) -> float:
        """The x under a pixel counted from the plot's left edge."""
        return self.xs[0] + px * (self.xs[1] - self.xs[0]) / self.width

    def y_at(self, px: float) -> float:
        """The y under a pixel counted from the plot's top edge."""
        return self.ys[1] + px * (self.ys[0] - self.ys[1]) / self.height

    def px_of_y(self, y: float) -> float:
        """The pixel of a y, counted from the plot's top edge."""
        return (y - self.ys[1]) / (self.ys[0] - self.ys[1]) * self.height

    def px_of_x(self, x: float) -> float:
        """The pixel of an x, counted from the plot's left edge."""
        return (x - self.xs[0]) / (self.xs[1] - self.xs[0]) * self.width

    def rect(
        self, x: tuple[float, float], y: tuple[float, float], paint: palette.Paint, datum: Row | None = None
    ) -> None:
        """A filled box between two xs and two ys; ``datum`` says what it stands for (category, series, value)."""
        mark: Spec = {"type": "rect"}
        if paint.outline:
            mark |= {"strokeWidth": 1}
        row = {"x": x[0], "x2": x[1], "y": y[0], "y2": y[1], "fill": paint.fill, "stroke": paint.outline}
        extra: Spec = {"x2": {"field": "x2"}, "y2": {"field": "y2"}, "fill": _raw("fill")}
        if paint.outline:
            extra |= {"stroke": _raw("stroke")}
        self._add(1, mark, extra, row | (datum or {}))

    def rule(
        self, x: tuple[float, float], y: tuple[float, float], colour: str, width: float = 1.0, above: bool = False
    ) -> None:
        """A straight line; below the boxes unless ``above``."""
        extra: Spec = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
        row: Row = {"x": x[0], "x2": x[1], "y": y[0], "y2": y[1]}
        self._add(2 if above else 0, {"type": "rule", "color": colour, "strokeWidth": width}, extra, row)

    def line(self, points: Sequence[tuple[float, float]], paint: palette.Paint, name: str, width: float) -> None:
        """A line through points that follow each other without a gap; a strong one lies over the others."""
        mark: Spec = {"type": "line", "stroke": paint.line, "strokeWidth": width, "strokeJoin": "round"}
        mark |= {"strokeCap": "round", "interpolate": "linear"}
        if paint.dash:
            mark |= {"strokeDash": list(paint.dash)}
        # Runs of one series share a layer; the run's number keeps Vega from joining them over a gap.
        run = f"{name}/{points[0][0]}"
        extra: Spec = {"detail": {"field": "run", "type": "nominal"}}
        for x, y in points:
            self._add(4 if paint.strong else 3, mark, extra, {"x": x, "y": y, "run": run, "series": name})

    def dot(self, x: float, y: float, colour: str, size: float, datum: Row | None = None) -> None:
        """A round point; ``size`` is its diameter in px."""
        mark: Spec = {"type": "point", "shape": "circle", "filled": True, "opacity": 1, "size": size * size * 0.785}
        mark |= {"stroke": "#FFFFFF", "strokeWidth": 1}
        self._add(5, mark, {"fill": _raw("fill")}, {"x": x, "y": y, "fill": colour} | (datum or {}))

    def text(
        self,
        text: str,
        x: float,
        y: float,
        *,
        dx: float = 0,
        dy: float = 0,
        align: Align = "left",
        size: float = SIZE,
        colour: str = palette.INK,
        bold: bool = False,
        last: bool = False,
    ) -> None:
        """One line of text, its middle at a point shifted by ``dx``, ``dy`` px; ``last`` after all other texts."""
        # Shifts go into the position rather than the mark, so that texts of one look share a layer: layers cost time.
        x, y = x + self.x_at(dx) - self.xs[0], y + self.y_at(dy + MIDDLE * size) - self.ys[1]
        mark: Spec = {"type": "text", "align": align, "baseline": "middle", "fontSize": size}
        if bold:
            mark |= {"fontWeight": "bold"}
        extra: Spec = {"text": {"field": "text", "type": "nominal"}, "fill": _raw("fill")}
        self._add(7 if last else 6, mark, extra, {"x": x, "y": y, "text": text, "fill": colour})

    def lines(
        self,
        texts: Iterable[str],
        x: float,
        y: float,
        *,
        dy: float,
        dx: float = 0,
        align: Align = "center",
        size: float = SIZE,
        colour: str = palette.INK,
    ) -> None:
        """Lines of text below one another, the first one's middle at ``dy`` px below the point."""
        for i, text in enumerate(texts):
            self.text(text, x, y, dx=dx, dy=dy + i * size * 1.2, align=align, size=size, colour=colour)

    def tip(self, x: tuple[float, float], y: tuple[float, float], lines: Iterable[str]) -> None:
        """A box that is not seen and says ``lines`` to a pointer over it."""
        mark: Spec = {"type": "rect", "fill": palette.INK, "fillOpacity": 0}
        extra: Spec = {"x2": {"field": "x2"}, "y2": {"field": "y2"}, "tooltip": {"field": "tip", "type": "nominal"}}
        self._add(8, mark, extra, {"x": x[0], "x2": x[1], "y": y[0], "y2": y[1], "tip": "\n".join(lines)})

    def spec(self) -> Spec:
        """The Vega-Lite specification: data inline, one layer per look, in painting order."""
        x: Spec = {"field": "x", "type": "quantitative", "axis": None}
        y: Spec = {"field": "y", "type": "quantitative", "axis": None}
        x["scale"] = {"domain": list(self.xs), "nice": False, "zero": False}
        y["scale"] = {"domain": list(self.ys), "nice": False, "zero": False}
        layers = [
            ({"name": TIPS} if "tooltip" in extra else {})
            | {"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y} | extra}
            for _, (mark, extra, rows) in sorted(self._layers.items(), key=lambda item: item[0][0])
        ]
        m = self.margins
        return {
            "$schema": SCHEMA,
            "width": self.width,
            "height": self.height,
            "padding": {"left": m.left, "top": m.top, "right": m.right, "bottom": m.bottom},
            "autosize": {"type": "none"},
            "background": None,
            "config": {"font": FONTS, "view": {"stroke": None}, "aria": False},
            "layer": layers,
        }

    def _add(self, level: int, mark: Spec, extra: Spec, row: Row) -> None:
        key = (level, repr(sorted(mark.items(), key=lambda item: item[0])))
        self._layers.setdefault(key, (mark, extra, []))[2].append(row)


def _raw(channel: str) -> Spec:
    """A channel whose field holds the colour itself."""
    return {"field": channel, "type": "nominal", "scale": None}
