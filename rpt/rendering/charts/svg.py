"""From a Vega-Lite specification to an inline SVG that stands in HTML and prints through WeasyPrint."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from rpt.rendering.charts.canvas import FONTS, TIPS

VEGA_LITE = "6.4"
_SVG = "{http://www.w3.org/2000/svg}"
_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?|-?\d+(?:\.\d+)?e-\d+")
_DROPPED = ("class", "role", "aria-roledescription", "aria-hidden", "aria-label", "font-family")


def render(spec: Mapping[str, object]) -> str:
    """Vega's SVG for a specification of ``Canvas``, with texts in no particular font (``inline`` names it).

    The first call in a process starts V8; nothing is fetched from anywhere.
    """
    import vl_convert

    # Vega measures every text, some 5 ms each in a CJK font, to no use where all places are given: a font that does
    # not exist measures at once.
    config: dict[str, object] = {"font": "unmeasured", "view": {"stroke": None}, "aria": False}
    text: str = vl_convert.vegalite_to_svg(
        json.dumps({**spec, "config": config}), vl_version=VEGA_LITE, allowed_base_urls=[]
    )
    return text


def render_all(specs: Sequence[Mapping[str, object]]) -> list[str]:
    """The SVGs of several specifications, drawn in this process."""
    return [render(spec) for spec in specs]


def inline(svg: str, chart_id: str, alt: str) -> str:
    """The SVG as an element of a page: as wide as its place, described by ``alt``, its ids beginning with the chart's.

    ``<title>`` comes first because WeasyPrint takes a figure's alternative text from there.
    """
    root = ElementTree.fromstring(svg)
    for parent in root.iter():
        for child in [child for child in parent if _invisible(child)]:
            parent.remove(child)
    for node in root.iter():
        node.tag = node.tag.removeprefix(_SVG)
        for name in _DROPPED:
            node.attrib.pop(name, None)
        for name in {"d", "transform"} & node.attrib.keys():
            node.set(name, _LONG.sub(_short, node.attrib[name]))
    title = ElementTree.Element("title", {"id": f"{anchor(chart_id)}-title"})
    title.text = alt
    root.insert(0, title)
    box = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": _SVG.strip("{}"),
            "id": anchor(chart_id),
            "role": "img",
            "aria-labelledby": f"{anchor(chart_id)}-title",
            "viewBox": box,
            "width": "100%",
            "font-family": FONTS.replace('"', "'"),
        }
    )
    return ElementTree.tostring(root, encoding="unicode")


def anchor(chart_id: str) -> str:
    """The id of a chart's SVG: ``chart-`` and the chart's id, with what an id may not hold spelled as its code."""
    return "chart-" + re.sub(r"[^A-Za-z0-9-]", lambda match: f"_{ord(match[0]):x}", chart_id)


def _invisible(node: ElementTree.Element) -> bool:
    """What nobody sees: Vega's empty frames (backgrounds without a fill, foregrounds without a path), and tips."""
    classes = node.get("class", "").split()
    return f"{TIPS}_marks" in classes or (classes in (["background"], ["foreground"]) and node.get("fill") is None)


def _short(match: re.Match[str]) -> str:
    """A coordinate to a hundredth of a px."""
    return f"{round(float(match[0]), 2) + 0:g}" if abs(float(match[0])) < 1000 else f"{float(match[0]):.2f}"
