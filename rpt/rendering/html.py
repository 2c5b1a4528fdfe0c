"""The HTML of a document with its charts drawn in: what the PDF prints, and a browser shows with ``screen`` added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from rpt.rendering.charts import Rendered, draw_all
from rpt.rendering.charts.svg import render_all
from rpt.values.document import Document
from rpt.values.theme import Theme

_DRAWN = re.compile(r'<div class="drawing" data-chart="([^"]+)">(.*?)</svg>', re.DOTALL)
_TEXT = re.compile(r"<(?:text|tspan)\b[^>]*>([^<]+)")
_SLOT = re.compile(r'<div data-chart="([^"]+)"></div>')


def page(document: Document, theme: Theme, rendered: Rendered = render_all) -> str:
    """One self-contained HTML file: styles and charts (drawn by ``rendered``) inside, nothing fetched. Raises KeyError
    for an unknown chart."""
    return fill(document.html, draw_all(document.charts, theme, rendered))


def fill(html: str, drawings: Mapping[str, str]) -> str:
    """Put every chart's SVG into its slot."""
    return _SLOT.sub(lambda slot: f'<div class="drawing" data-chart="{slot[1]}">{drawings[slot[1]]}</div>', html)


def drawn_texts(html: str) -> dict[str, tuple[str, ...]]:
    """The words of every drawing of a page by chart, in the order in which they are drawn."""
    return {
        chart: tuple(word for text in _TEXT.findall(drawing) for word in unescape(text).split())
        for chart, drawing in _DRAWN.findall(html)
    }
