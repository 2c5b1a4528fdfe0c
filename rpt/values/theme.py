"""How a document looks: set in rpt.toml, used by every rendering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Theme:
    """One accent colour and the meaning of red: ``good_bad`` prints good green and bad red, ``up_red`` prints what
    rises red and what falls green, as the mainland market does. ``logo`` is the path of a PNG or SVG, or empty."""

    accent: str = "#1F4E79"
    colours: Literal["good_bad", "up_red"] = "good_bad"
    logo: str = ""
