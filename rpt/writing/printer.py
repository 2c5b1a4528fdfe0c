"""The printer: every number that a template prints becomes a ``<data>`` element with its exact value and its id."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from rpt.values.document import Figure


class Printer:
    """Turns figures and phrases into HTML and remembers what was printed."""

    def __init__(self) -> None:
        self.printed: list[Figure] = []

    def figure(self, figure: Figure) -> Markup:
        """``<data value="420000000" data-ref="gmv@2025" class="good">4.20亿元</data>``; a reason is a plain span."""
        self.printed.append(figure)
        tone = {True: "good", False: "bad", None: ""}[figure.good]
        direction = {"▲": "up", "▼": "down"}.get(figure.arrow, "")
        classes = escape(" ".join(name for name in (figure.kind.value, tone, direction) if name))
        if figure.value is None:
            return Markup('<span class="{}" data-ref="{}">{}</span>').format(classes, figure.ref, figure.text)
        value = f"{figure.value:f}"
        value = value.rstrip("0").rstrip(".") if "." in value else value  # as the JSON spells it
        return Markup('<data value="{}" data-ref="{}" class="{}">{}</data>').format(
            value, figure.ref, classes, figure.text
        )

    def phrase(self, parts: Iterable[str | Figure]) -> Markup:
        """A phrase of words and figures."""
        return Markup("").join(self.figure(part) if isinstance(part, Figure) else escape(part) for part in parts)
