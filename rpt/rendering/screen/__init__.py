"""The page as a browser shows it: the printed page, and with it what a screen can do that paper cannot.

Charts answer the pointer, figures say where they come from, long tables fold, the contents stand beside the text. The
scripts (Vega, Vega-Lite and ours) are in the file, about 0.9 MB; a policy in its head lets these scripts run and no
other, and nothing be fetched.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from importlib.resources import files

from rpt.rendering.charts import vega_lite
from rpt.rendering.charts.canvas import PHONE, WIDTH
from rpt.rendering.charts.svg import VEGA_LITE
from rpt.values.document import Chart
from rpt.values.theme import Theme

POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; script-src {}; base-uri 'none'; "
    "form-action 'none'"
)
_TO_TOP = '<a class="top" href="#top" aria-label="回到顶部">↑</a>'


def on_screen(html: str, charts: Iterable[Chart], theme: Theme, told: Mapping[str, object] | None = None) -> str:
    """A finished page (``rendering.html.page``) with styles and scripts for a browser; its content stays as it is.

    ``charts`` are those drawn on the page: their specifications go along, one for a desk and one for a phone, so that a
    browser can draw them anew. ``told`` (see ``facts``) is what a click on a figure says; without it figures are text.
    """
    scripts = [_asset("vega.js"), _asset("screen.js") + (_asset("proof.js") if told else "")]
    specs = _json({chart.id: [vega_lite(chart, theme, wide) for wide in (WIDTH, PHONE)] for chart in charts})
    policy = POLICY.format(" ".join(f"'sha256-{_sha256(script)}'" for script in scripts))
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>\n{_asset("screen.css")}</style>\n'
    end = f'{_TO_TOP}\n<script type="application/json" id="chart-specs">{specs}</script>\n'
    if told:
        end += f'<script type="application/json" id="figure-facts">{_json(told)}</script>\n'
    end += "".join(f'<script type="module">{script}</script>\n' for script in scripts)
    before, closing, after = html.rpartition("</body>")
    before = before.replace("</head>", f"{head}</head>", 1).replace("<body>", '<body id="top">', 1)
    return before + end + closing + after


def _json(value: object) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script, as the drawing library bundles them in 2–3 s: vega.js beside this
    module, which ``make vega`` renews."""
    import vl_convert

    made: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)
    return made


def _asset(name: str) -> str:
    return _inert(files(__name__).joinpath(name).read_text(encoding="utf-8"))


def _inert(script: str) -> str:
    """A script as it may stand in a page: what a browser reads is, to the byte, what the policy's hash was made of."""
    if "</script" in script.lower() or "<!--" in script or set(script) & set("\r\0\f"):
        raise ValueError("a script that cannot stand in a page")
    return script


def _sha256(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()
