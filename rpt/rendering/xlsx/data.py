"""The sheet 数据: the whole ledger in base units, with live comparisons, and the rows each figure comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.cells import (
    ONE,
    POINT,
    Display,
    Operand,
    decimals,
    formula_text,
    signed_format,
    unit_display,
)
from rpt.rendering.xlsx.lists import Heading, clip, finish_list, head_list, widest
from rpt.rendering.xlsx.rules import MISSED, judge_area
from rpt.rendering.xlsx.styles import HAIR, HAIRLINE, INK, Styles, tone
from rpt.values.comparison import Comparison
from rpt.values.document import Formula
from rpt.values.ledger import Ledger, Measurement, Metric, Source

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# Titles with the widths of number columns in characters; text columns are as wide as their text.
_TITLES: tuple[tuple[str, float | None], ...] = (
    ("编号", None),
    ("指标", None),
    ("指标编号", None),
    ("期间", None),
    ("范围", None),
    ("单位", None),
    ("数值", 16),
    ("上年同期", 16),
    ("增长率", 10),
    ("同比百分点", 12),
    ("目标", 16),
    ("与目标差距", 16),
    ("目标完成率", 12),
    ("说明", None),
    ("分子", 15),
    ("分母", 15),
    ("来源", None),
)
_VALUE, _PRIOR, _GROWTH, _POINTS, _TARGET, _GAP, _ATTAINMENT, _REASON, _NUMERATOR, _DENOMINATOR, _SOURCE = range(6, 17)
_PRINTED = (200, 13)  # rows and columns: the sheet is for filtering; whole it would fill hundreds of pages
_PERCENT = Display(ONE, "0.0%")
_EDGE: dict[str, Any] = {"bottom": HAIR, "bottom_color": HAIRLINE}


@dataclass(frozen=True)
class _Line:
    """One row of the sheet: the measurement, its metric, what it is compared with, and its texts by column."""

    at: int
    measurement: Measurement
    metric: Metric
    comparison: Comparison | None
    texts: Mapping[int, str]


def write_data(
    sheet: Worksheet, styles: Styles, ledger: Ledger, comparisons: Sequence[Comparison], heading: str
) -> None:
    """Write every measurement of the ledger, in its order, with filter and frozen header."""
    compared = {comparison.measurement.id: comparison for comparison in comparisons}
    lines = [_line(number, one, ledger, compared) for number, one in enumerate(ledger.measurements, start=1)]
    headings = _headings(lines)
    head_list(sheet, styles, headings)
    sheet.set_default_row(17)
    frame = [_frame(styles, column) for column in range(len(_TITLES))]
    for line in lines:
        numbers = set(_write_numbers(sheet, styles, line))
        for column, style in enumerate(frame):
            if text := line.texts.get(column):
                sheet.write_string(line.at, column, text, style)
            elif column not in numbers:
                sheet.write_blank(line.at, column, None, style)
    if lines:
        everything = f"A2:Q{len(lines) + 1}"
        sheet.ignore_errors({"number_stored_as_text": everything, "formula_differs": everything})
        judge_area(sheet, styles, f"M2:M{len(lines) + 1}", "<", 1, MISSED, _PERCENT.number_format)
    finish_list(sheet, len(lines), len(_TITLES), heading, frozen_columns=2, printed=_PRINTED)


def source_text(source: Source) -> str:
    """``channel.xlsx › 渠道日报 5–2562（2558行）``; a table built from others has no file."""
    where = " › ".join(part for part in (source.file, source.sheet) if part) or source.table
    rows = f" {source.first_row}–{source.last_row}" if source.last_row else ""
    return f"{where}{rows}（{source.rows}行）"


def _line(at: int, one: Measurement, ledger: Ledger, compared: Mapping[str, Comparison]) -> _Line:
    metric, comparison = ledger.metrics[one.metric], compared.get(one.id)
    reasons = dict.fromkeys((one.reason, comparison.reason if comparison else None))
    sources = dict.fromkeys(source_text(source) for source in one.sources)
    texts = dict(enumerate((one.id, metric.label, metric.id, one.period.key, one.scope, metric.unit)))
    texts[_REASON] = "；".join(str(reason) for reason in reasons if reason)
    texts[_SOURCE] = clip("；".join(sources))
    target = ledger.target(one.metric, one.period, one.scope)
    if target and target.value is None and target.text:
        texts[_TARGET] = target.text  # 60%/30%/10%: a promise in words
    return _Line(at, one, metric, comparison, texts)


def _headings(lines: Sequence[_Line]) -> list[Heading]:
    """Titles with widths that fit what stands below them."""
    return [
        Heading(
            title,
            width or widest([title, *(line.texts[column] for line in lines)], 8, 40),
            width is not None,
            _indent(column),
        )
        for column, (title, width) in enumerate(_TITLES)
    ]


def _indent(column: int) -> int | None:
    """Words right after a column of numbers keep their distance from it."""
    return 1 if column in (_REASON, _SOURCE) else None


def _frame(styles: Styles, column: int) -> Any:
    """The look of a column's text, and of its blank cells."""
    return styles.get(indent=_indent(column), align="right" if column == _TARGET else None, **_EDGE)


def _write_numbers(sheet: Worksheet, styles: Styles, line: _Line) -> Iterator[int]:
    """Write the numbers of one measurement, and say in which columns; one that does not exist leaves its cell blank."""
    one, comparison = line.measurement, line.comparison
    unit, digits = line.metric.unit, line.metric.digits
    values = {_VALUE: one.value}
    if comparison:
        values |= {_PRIOR: comparison.prior, _TARGET: comparison.target}
    for column, value in values.items():
        if value is not None:
            shown = unit_display(unit, value, digits)
            style = styles.get(num_format=shown.number_format, align="right", bold=column == _VALUE or None, **_EDGE)
            sheet.write_number(line.at, column, shown.cell(value), style)
            yield column
    for column, part in ((_NUMERATOR, one.numerator), (_DENOMINATOR, one.denominator)):
        if part is not None:
            shown = unit_display("", part)
            style = styles.get(num_format=shown.number_format, align="right", **_EDGE)
            sheet.write_number(line.at, column, shown.cell(part), style)
            yield column
    if comparison and one.value is not None:
        yield from _write_comparison(sheet, styles, line, comparison)


def _write_comparison(sheet: Worksheet, styles: Styles, line: _Line, comparison: Comparison) -> Iterator[int]:
    """Growth, points, gap and attainment as formulas over the row's own cells, with their exact cached values; in
    which columns they stand."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    unit = line.metric.unit
    known = {_VALUE: comparison.value, _PRIOR: comparison.prior, _TARGET: comparison.target}
    operands = {
        column: Operand(xl_rowcol_to_cell(line.at, column), value, unit_display(unit).scale)
        for column, value in known.items()
        if value is not None
    }
    difference = _difference(line)
    points = Display(difference.scale, difference.number_format.split('"')[0])  # its header names the unit
    attainment: Formula = Formula("attainment", ("value", "target"))
    if line.metric.better == "down":
        attainment = Formula("attainment_down", ("value", "target"))
    derived = (
        (_GROWTH, comparison.growth, Formula("growth", ("value", "prior")), _PRIOR, _PERCENT, comparison.progress),
        (_POINTS, comparison.points, Formula("points", ("value", "prior")), _PRIOR, points, comparison.progress),
        (_GAP, comparison.gap, Formula("gap", ("value", "target")), _TARGET, difference, comparison.on_target),
        (_ATTAINMENT, comparison.attainment, attainment, _TARGET, _PERCENT, comparison.on_target),
    )
    for column, value, formula, base, shown, good in derived:
        if value is None:
            continue
        directed = column in (_GROWTH, _POINTS)
        arrow = ("▲" if value > 0 else "▼" if value < 0 else "") if directed else ""
        pattern = shown.number_format
        if column != _ATTAINMENT:
            pattern = signed_format(pattern, directed)
        colour = tone(good, arrow, styles.theme) or INK
        style = styles.get(num_format=pattern, align="right", font_color=colour, **_EDGE)
        yield column
        live = formula_text(formula, shown, value, operands[_VALUE], operands[base]) if base in operands else None
        if live:
            sheet.write_formula(line.at, column, live, style, shown.cell(value))
        else:
            sheet.write_number(line.at, column, shown.cell(value), style)


def _difference(line: _Line) -> Display:
    """How a difference of two values is shown: in percentage points for rates, else in the metric's own unit."""
    own = unit_display(line.metric.unit, line.measurement.value, line.metric.digits)
    if not (line.metric.is_rate or own.scale == POINT):
        return own
    shown = decimals(own.number_format)
    return Display(POINT, ("0." + "0" * shown if shown else "0") + '"个百分点"')
