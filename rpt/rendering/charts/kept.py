"""Drawings that an earlier run has made: a chart of the same specification is not drawn again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from rpt.rendering.charts import Rendered
from rpt.rendering.charts.svg import VEGA_LITE
from rpt.state.cache import Cache, code

KIND = "drawing"
_FILE = "drawing.svg"  # its digest, then the SVG: a drawing that was damaged may still be one


def remembering(cache: Cache, draw: Rendered) -> Rendered:
    """``draw``, asked only for charts whose drawings the cache has not, which then has them. Nothing of the machine
    goes into a drawing: its texts are measured in no font."""
    made_by = f"{code('rendering/charts')} {version('vl-convert-python')} {VEGA_LITE}"

    def drawn(specs: Sequence[Mapping[str, object]]) -> list[str]:
        told = [f"{made_by} {json.dumps(spec, ensure_ascii=False, sort_keys=True)}" for spec in specs]
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in told]
        found = {key: svg for key in dict.fromkeys(keys) if (svg := _found(cache, key)) is not None}
        missing = {key: spec for key, spec in zip(keys, specs, strict=True) if key not in found}
        for key, svg in zip(missing, draw(list(missing.values())), strict=True):
            found[key] = svg
            _keep(cache, key, svg)
        return [found[key] for key in keys]

    return drawn


def _found(cache: Cache, key: str) -> str | None:
    folder = cache.find(KIND, key)
    if folder is None:
        return None
    try:
        digest, _, svg = (folder / _FILE).read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        digest, svg = "", ""
    if digest == _digest(svg):
        return svg
    cache.drop(KIND, key)
    return None


def _keep(cache: Cache, key: str, svg: str) -> None:
    def fill(folder: Path) -> None:
        (folder / _FILE).write_text(f"{_digest(svg)}\n{svg}", encoding="utf-8", newline="")

    cache.keep(KIND, key, fill)


def _digest(svg: str) -> str:
    return hashlib.sha256(svg.encode()).hexdigest()
