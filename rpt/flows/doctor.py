"""A look at everything a report needs: the machine, the printer and its fonts, and the project where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rpt.flows import machine
from rpt.rendering.pdf import INSTALL_FONTS, Trial, try_print
from rpt.values.checkup import Check, State, failed, fine, warning
from rpt.values.issue import UserError

_HAN = "年度经营报告渠道会员供应链目标计划同比增长下降缺口完成率环比万亿元百分点爆款复购率库存周转履约举措"
_SIGNS = "▲▼∶、〓—–～·％‰（）《》“”‘’≥≤×÷＋－−→…①②③★√"
_LATIN = "0123456789.,%+-ABCXYZabcxyz"
_FAMILIES = re.compile(r"html\s*\{\s*font-family:\s*([^;}]+)")


def doctor(explicit: Path | None) -> tuple[Check, ...]:
    """Look at everything, in the order in which it is to be mended. ``explicit`` is the project's folder, or None for
    the usual search; without a project the machine alone is looked at."""
    packages = machine.packages()
    checks = [machine.python(), packages, *_printing(_families()), machine.temporary(), machine.clock()]
    if packages.state is State.FAILED:  # what reads a project would not load
        return (*checks, warning("项目", "没有检查", "请先装好上面的 Python 组件，再运行 rpt doctor"))
    from rpt.flows.project_checks import check_project

    return (*checks, *check_project(explicit))


def _printing(families: str) -> Iterator[Check]:
    """The printer, and whether a Chinese font has every character that reports use."""
    try:
        trial = try_print(_HAN + _SIGNS + _LATIN, families)
    except UserError as error:
        yield failed("PDF", error.message, error.hint)
        yield warning("中文字体", "没有检查", "请先装好 PDF 所需的系统组件，再运行 rpt doctor")
        return
    yield fine("PDF", f"WeasyPrint {trial.version} 与 Pango 可用")
    yield _fonts(trial, families)


def _fonts(trial: Trial, families: str) -> Check:
    used = "、".join(trial.families)
    if set(trial.missing) & set(_HAN):
        return failed("中文字体", f"系统里没有中文字体，缺字：{trial.missing[:20]}", INSTALL_FONTS)
    if trial.missing:
        return warning("中文字体", f"{used} 里缺这些字，PDF 里会印作〓：{' '.join(trial.missing)}", INSTALL_FONTS)
    if not any(f'"{family}"' in families for family in trial.families):
        return warning("中文字体", f"没有报告首选的字体，用 {used} 代替，版式会略有不同", INSTALL_FONTS)
    return fine("中文字体", f"{used}；试印{len(set(_HAN + _SIGNS + _LATIN))}个字与符号，无缺字")


def _families() -> str:
    """The font families of the report, as its stylesheet names them."""
    package = Path(__file__).parents[1]
    for folder in (package / "_templates", package.parent / "templates"):
        style = folder / "shared" / "report.css"
        if style.is_file() and (found := _FAMILIES.search(style.read_text(encoding="utf-8"))):
            return found[1].strip()
    return "sans-serif"
