"""What the start of rpt loads: help and version cost what an empty Typer application costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

# all that is heavy; what an empty Typer application loads itself (Rich, Pygments …) costs no more here
HEAVY = {
    "duckdb", "fastexcel", "fontTools", "jinja2", "lxml", "numpy", "openpyxl", "pandas", "PIL", "pyarrow", "pydantic",
    "pydantic_core", "pypdfium2", "python_calamine", "tinycss2", "tomlkit", "vl_convert", "weasyprint", "xlrd",
    "xlsxwriter",
}  # fmt: skip
_LOADED = """
import sys
from rpt.__main__ import main
sys.argv = ["rpt", *sys.argv[1:]]
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("typed", [["--help"], ["--version"], ["--no-such-option"]])
def test_the_start_loads_nothing_heavy(typed: list[str]) -> None:
    run = subprocess.run([sys.executable, "-c", _LOADED, *typed], capture_output=True, encoding="utf-8", check=False)
    loaded = set(run.stderr.splitlines()[-1].split())
    assert {"rpt", "typer"} <= loaded
    assert sorted(loaded & HEAVY) == []
