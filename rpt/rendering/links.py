"""Links from the figures of a page to the entry of their metric in the appendix; they look as the text around them.

All figures in prose lead there, and of a table the measured values: what is derived stands in the same row. A link to
each of some 2,200 figures would make the PDF of a year a quarter larger.
"""

from __future__ import annotations

import re

_FIGURE = re.compile(
    r"(?P<cell><t[dh][^>]*>)?"
    r'(?P<data><data value="[^"]*" data-ref="(?P<ref>[^"]*)" class="(?P<kind>\w*)[^>]*>[^<]*</data>)'
)
_ANCHOR = re.compile(r' id="((?:metric-|table-sources)[^"]*)"')
_ANNEX = '<section class="chapter annex"'
_SOURCES = "table-sources"


def linked(html: str) -> str:
    """The page with links around its figures; those of lists lead to the table of sources.

    The appendix itself, and pages without entries (a project may have templates of its own), stay as they are.
    """
    anchors = set(_ANCHOR.findall(html))
    body, annex, rest = html.partition(_ANNEX)

    def link(found: re.Match[str]) -> str:
        cell, data, ref, kind = (found[name] or "" for name in ("cell", "data", "ref", "kind"))
        metric, at, _ = ref.partition("@")
        anchor = f"metric-{metric.partition('.')[0]}" if at else _SOURCES if metric.startswith("list.") else ""
        if anchor not in anchors or (cell and kind != "value"):
            return found[0]
        return f'{cell}<a class="figure" href="#{anchor}">{data}</a>'

    return _FIGURE.sub(link, body) + annex + rest
