"""How the workbook looks: one typeface, one accent colour, greys, and the two colours that judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rpt.values.theme import Theme

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

FONT = "微软雅黑"  # Excel and WPS both have it; elsewhere the system's Chinese face stands in
INK = "#262626"
MUTED = "#6B7280"
HAIRLINE = "#D9DDE2"
GREY = "#A9B1BA"
LINK = "#1F5FA8"
GREEN = "#1E7B4F"
RED = "#B3261E"
INPUT, INPUT_EDGE = "#FFF6D6", "#D9B84A"  # cells to edit: pale enough for black on grey paper

BODY = 10
TABLE_TITLE = 11
PAGE_TITLE = 16

THIN, MEDIUM, HAIR = 1, 2, 7


def mix(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` (0 to 1) of ``other`` in it, both as ``#RRGGBB``."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def palette(accent: str) -> tuple[str, ...]:
    """Colours for series that are equals: hues of one colour and greys, each of another lightness (greyscale)."""
    white, black = "#FFFFFF", "#000000"
    return (
        accent,
        mix(accent, white, 0.50),
        "#5F6670",
        mix(accent, white, 0.68),
        "#B4BBC4",
        mix(accent, black, 0.40),
        "#8D959F",
    )


def direction_colours(theme: Theme) -> tuple[str, str]:
    """The colours of what rises and of what falls, where neither is known to be good or bad."""
    return (RED, GREEN) if theme.colours == "up_red" else (GREEN, RED)


def tone(good: bool | None, arrow: str, theme: Theme) -> str | None:
    """The font colour of a figure: judged (``good_bad``) or by its direction (``up_red``); None leaves it black."""
    if theme.colours == "up_red":
        return {"▲": RED, "▼": GREEN}.get(arrow)
    return None if good is None else (GREEN if good else RED)


class Styles:
    """Cell formats of one workbook, made once per set of properties (Excel allows some 64,000)."""

    def __init__(self, workbook: Workbook, theme: Theme) -> None:
        self.theme = theme
        self.accent = theme.accent
        self._workbook = workbook
        self._asked: dict[tuple[tuple[str, Any], ...], Format] = {}  # as asked for: a ledger asks 300,000 times
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def rule(self, **properties: Any) -> Format:
        """What a conditional format changes, and nothing else."""
        return self._workbook.add_format(properties)

    def get(self, **properties: Any) -> Format:
        """The format with these xlsxwriter properties over the body type; properties that are None are left out."""
        key = tuple(properties.items())
        if key not in self._asked:
            full = {"font_name": FONT, "font_size": BODY, "font_color": INK, "valign": "vcenter"}
            full |= {name: value for name, value in properties.items() if value is not None}
            whole = tuple(sorted(full.items()))
            if whole not in self._made:
                self._made[whole] = self._workbook.add_format(full)
            self._asked[key] = self._made[whole]
        return self._asked[key]


def theme_xml(accent: str) -> str:
    """The Office theme with our typeface and colours.

    Charts name a Latin face only; Chinese text in them takes the theme's East Asian face, which by default is 宋体.
    What a reader adds to the workbook takes its colours from here too.
    """
    from xlsxwriter.theme import THEME_XML_2007

    xml: str = THEME_XML_2007
    for stock in ('latin typeface="Cambria"', 'latin typeface="Calibri"'):
        xml = xml.replace(stock, f'latin typeface="{FONT}"')
    xml = xml.replace('<a:ea typeface=""/>', f'<a:ea typeface="{FONT}"/>')
    xml = xml.replace('script="Hans" typeface="宋体"', f'script="Hans" typeface="{FONT}"')
    stock_accents = ("4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646")
    for stock, colour in zip(stock_accents, palette(accent), strict=False):
        xml = xml.replace(f'<a:srgbClr val="{stock}"/>', f'<a:srgbClr val="{colour[1:].upper()}"/>')
    return xml
