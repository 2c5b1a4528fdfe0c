"""Makes the pictures of the READMEs from the sample report: three pages and the terminal (``make pictures``)."""

from __future__ import annotations

import io
import math
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from weasyprint import HTML

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
YEAR = 2025
COLUMNS = 96  # of the terminal
LINE, EM = 23, 14  # px; a column is half an em in a Chinese fixed-width font
PAGE_WIDTH = 1000  # px
LARGEST = 300_000  # bytes of a picture

# What a transient progress bar sends to take itself away again: the lines that stay come after the last of these.
_ERASED = re.compile(r"\x1b\[(?:2K|1A|\?25[hl])")
_TERMINAL = """<meta charset="utf-8"><style>
@page {{ size: {width}px {height}px; margin: 0; }}
body {{ margin: 0; padding: 26px 30px; background: #14181f; color: #e3e7ed; }}
pre {{ margin: 0; font: {em}px/{line}px "Noto Sans Mono CJK SC", monospace; }}
pre {{ white-space: pre-wrap; word-break: break-all; }}
.prompt {{ color: #6ea8e5; }}
.ratio {{ display: inline-block; width: .5em; text-indent: -.25em; }}
.arrow {{ display: inline-block; width: .75em; text-indent: -.125em; font-size: .6667em; line-height: 1; }}
{styles}
</style><pre><span class="prompt">$</span> rpt annual {year}
{output}</pre>"""


def main() -> None:
    """Run rpt on the sample as a person would, then take the pictures."""
    said = on_terminal([sys.executable, "-m", "rpt", "annual", str(YEAR), "--project", "sample_data"])
    FOLDER.mkdir(parents=True, exist_ok=True)
    with pypdfium2.PdfDocument(ROOT / "out" / f"annual-{YEAR}.pdf") as pdf:
        save("summary", image(pdf[page(pdf, lambda title: title == "年度概要")], PAGE_WIDTH))
        save("chapter", image(pdf[page(pdf, lambda title: title.endswith("会员经营"))], PAGE_WIDTH))
        save("plan", image(pdf[page(pdf, lambda title: title.endswith("从本年到目标"))], PAGE_WIDTH))
    save("terminal", terminal(said))


def on_terminal(command: list[str]) -> str:
    """What a command leaves on a terminal, with its colours."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "LINES": "50", "TERM": "xterm-256color"}
    running = subprocess.Popen(command, cwd=ROOT, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    received = b""
    while chunk := _read(ours):
        received += chunk
    os.close(ours)
    text = received.decode()
    if running.wait():
        sys.exit(text)
    return _ERASED.split(text.replace("\r\n", "\n"))[-1].strip("\r\n").replace(f"{ROOT}/", "")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux reports the end of a terminal as an error
        return b""


def terminal(said: str) -> Image.Image:
    """A terminal window with the command and what it said."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.terminal_theme import SVG_EXPORT_THEME
    from rich.text import Text

    console = Console(record=True, file=io.StringIO(), width=COLUMNS, color_system="truecolor", force_terminal=True)
    console.print(Text.from_ansi(said), soft_wrap=True)
    shown = console.export_html(theme=SVG_EXPORT_THEME, code_format="{stylesheet}\0{code}")
    styles, _, output = shown.partition("\0")
    # The font draws these over two columns, a terminal on one.
    output = re.sub("[▲▼]", lambda sign: f'<span class="arrow">{sign[0]}</span>', output)
    output = output.replace("∶", '<span class="ratio">∶</span>')
    lines = 1 + sum(max(1, math.ceil(cell_len(line) / COLUMNS)) for line in Text.from_ansi(said).plain.split("\n"))
    size = {"width": COLUMNS * EM // 2 + 60, "height": lines * LINE + 52, "line": LINE, "em": EM}
    source = _TERMINAL.format(styles=styles, year=YEAR, output=output, **size)
    with pypdfium2.PdfDocument(HTML(string=source).write_pdf()) as pdf:
        return image(pdf[0], PAGE_WIDTH * 3 // 2)


def page(pdf: Any, wanted: Callable[[str], bool]) -> int:
    """The page that a bookmark leads to."""
    for mark in pdf.get_toc():
        if wanted(mark.get_title()):
            number: int = mark.get_dest().get_index()
            return number
    raise SystemExit("the report has no such chapter")


def image(page: Any, width: int) -> Image.Image:
    """A page as a picture so many px wide, drawn at twice the size for clean edges."""
    drawn: Image.Image = page.render(scale=2 * width / page.get_width()).to_pil().convert("RGB")
    return drawn.resize((width, round(width * drawn.height / drawn.width)), Image.Resampling.LANCZOS)


def save(name: str, picture: Image.Image) -> None:
    """Write a PNG of 256 colours, spread so that a rare red keeps its own; refuse one too large for a README."""
    path = FOLDER / f"{name}.png"
    picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {picture.width} × {picture.height} px, {size // 1000} KB")
    if size > LARGEST:
        raise SystemExit(f"{path.name} is larger than {LARGEST // 1000} KB")


if __name__ == "__main__":
    main()
