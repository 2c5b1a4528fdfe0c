"""The JSON of one explained figure, for programs; exact values are decimal strings in base units."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from rpt.rendering.plan_json import exact
from rpt.values.explanation import Explanation


def explanation_text(explained: Explanation) -> str:
    """One figure with its formula, sources, first rows and places, and the figures it follows from."""
    return json.dumps(_plain(asdict(explained)), ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return exact(value)
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case tuple() | list():
            return [_plain(one) for one in value]
        case _:
            return value
