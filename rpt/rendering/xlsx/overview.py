"""The sheet 总览: one page of A4 that can be read alone — the year in figures, its problems, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.cards import write_key_figures
from rpt.rendering.xlsx.cells import Operand
from rpt.rendering.xlsx.chartdata import Reference
from rpt.rendering.xlsx.contents import CONTENTS
from rpt.rendering.xlsx.extents import column_widths
from rpt.rendering.xlsx.extras import Extras, Lookup
from rpt.rendering.xlsx.layout import LEFT, Canvas
from rpt.rendering.xlsx.lists import clip
from rpt.rendering.xlsx.placing import write_charts
from rpt.rendering.xlsx.spans import Span, write_rows
from rpt.rendering.xlsx.styles import LINK, MEDIUM, MUTED, Styles
from rpt.rendering.xlsx.tables import write_table
from rpt.values.document import Chart, Document, Figure, FigureKind, Table
from rpt.values.finding import SEVERITIES, Finding
from rpt.values.ledger import measurement_id
from rpt.values.period import Period
from rpt.values.plan import Plan
from rpt.values.scope import ALL

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

OVERVIEW = "总览"
WIDTHS = (21.0, 10.0, 13.0, 13.0, 14.0, 13.0, 17.0)  # at least; seven columns of the key figures
_PROBLEMS, _TARGETS, _ACTIONS = 5, 6, 5
_SHOWN = ("label", "unit", "value", "target", "needed", "verdict", "owner")
_YUAN_IN_WAN = 10_000


@dataclass(frozen=True)
class Targets:
    """The table of next year's targets as it stands on its own sheet, and that sheet's cells."""

    table: Table
    sheet: str
    cells: Mapping[tuple[str, int, str], Operand]


def write_overview(
    workbook: Workbook,
    sheet: Worksheet,
    styles: Styles,
    document: Document,
    summary: tuple[Sequence[Table], Sequence[Chart]],
    references: Mapping[str, Sequence[Reference]],
    findings: Sequence[Finding] | None,
    plan: Plan | None,
    targets: Targets | None,
) -> Canvas:
    """Write the page and give its canvas: who and what, the key figures with their charts, problems, and next year.

    Without ``findings`` (None, not empty) the problems are left out, as is next year without a ``plan``.
    """
    tables, charts = summary
    asked = column_widths(tables)
    widths = [max(pair) for pair in zip(WIDTHS, [*asked, *WIDTHS[len(asked) :]], strict=False)]
    widths += asked[len(WIDTHS) :]
    widths[-1] = max(widths[-1], WIDTHS[-1])  # the amounts at the end of the lists have long headings
    canvas = Canvas(sheet, styles, widths, f"{document.company} {document.title}".strip())
    _write_cover(canvas, document)
    write_key_figures(canvas, tables)
    write_charts(workbook, canvas, charts, references)
    if findings is not None:
        _write_problems(canvas, findings)
    if plan is not None:
        _write_plan(canvas, plan, targets, tables)
    canvas.finish(one_page=True)
    return canvas


def _write_cover(canvas: Canvas, document: Document) -> None:
    """Company and logo, the title on a band of the accent colour, and the facts of the report below."""
    get, sheet = canvas.styles.get, canvas.sheet
    top = canvas.line(30)
    sheet.write_string(top, LEFT, document.company, get(font_color=MUTED, font_size=11))
    _insert_logo(canvas, top)
    row = canvas.line(38)
    band = get(bold=True, font_size=20, font_color="#FFFFFF", bg_color=canvas.styles.accent, align="left", indent=1)
    canvas.spread(row, LEFT, document.title, band)
    row = canvas.line(22)
    rule: dict[str, Any] = {"bottom": MEDIUM, "bottom_color": canvas.styles.accent}
    for column in range(LEFT, canvas.last_column + 1):
        sheet.write_blank(row, column, None, get(**rule))
    sheet.write_string(row, LEFT, document.subtitle, get(font_color=MUTED, align="left", indent=1, **rule))
    link = get(font_color=LINK, font_size=9, underline=1, align="right", **rule)
    sheet.write_url(row, canvas.last_column, f"internal:'{CONTENTS}'!A1", link, "查看目录", "转到目录")
    canvas.gap(8)
    _write_facts(canvas, list(document.facts.items()))
    canvas.gap(8)


def _write_problems(canvas: Canvas, findings: Sequence[Finding]) -> None:
    """The problems that weigh most, each with the measures that answer it."""
    last = canvas.last_column
    spans = (
        Span("程度", LEFT, LEFT),
        Span("问题与对应举措", LEFT + 1, last - 1),
        Span("影响金额（万元）", last, last, "#,##0"),
    )
    rows = []
    for at, finding in enumerate(findings[:_PROBLEMS], 1):
        answers = "；".join(action.measure for action in finding.actions[:2]) or "尚无对应举措"
        impact = None if finding.impact is None else finding.impact / _YUAN_IN_WAN
        rows.append((f"{at}　{SEVERITIES[finding.severity]}", (clip(finding.text), f"举措：{answers}"), impact))
    canvas.caption(f"主要问题（共{len(findings)}项）" if findings else "主要问题")
    if rows:
        write_rows(canvas, spans, rows)
    else:
        canvas.paragraph("按现有规则，没有发现需要提出的问题。", canvas.styles.get(font_color=MUTED))
    canvas.gap(12)


def _write_plan(canvas: Canvas, plan: Plan, targets: Targets | None, key_figures: Sequence[Table]) -> None:
    """Next year: the targets of the whole business first, and the measures that are to bring most."""
    if targets is not None and len(targets.table.rows) == len(plan.targets):
        table = targets.table
        order = _first_targets(plan, key_figures)
        columns = tuple(column for key in _SHOWN for column in table.columns if column.key == key)
        rows = tuple(table.rows[at] for at in order)
        title = f"{plan.year}年目标（共{len(table.rows)}项）"
        short = Table(f"{OVERVIEW}-targets", "", title, table.chapter, columns, rows)
        write_table(canvas, short, Extras(formulas=_links(short, order, targets)))
    actions = sorted(plan.actions, key=lambda action: -(action.expected or 0))[:_ACTIONS]
    if not actions:
        return
    spans = (
        Span("举措", LEFT, LEFT + 2),
        Span("负责人", LEFT + 3, LEFT + 3),
        Span("时限", LEFT + 4, canvas.last_column - 1),
        Span("预期增量（万元）", canvas.last_column, canvas.last_column, "#,##0"),
    )
    written = [
        (
            action.measure,
            action.owner,
            "至".join(day.isoformat() for day in (action.starts_on, action.ends_on) if day),
            None if action.expected is None else action.expected / _YUAN_IN_WAN,
        )
        for action in actions
    ]
    canvas.caption(f"重点举措（按预期增量，共{len(plan.actions)}项）")
    write_rows(canvas, spans, written)


def _first_targets(plan: Plan, key_figures: Sequence[Table]) -> list[int]:
    """Which targets the page has room for: those of its key figures, then those of the whole business, then others;
    promises in words last."""
    known = {cell.ref.split(".")[0] for table in key_figures for row in table.rows for cell in row.cells.values()
             if isinstance(cell, Figure) and cell.kind is FigureKind.VALUE}  # fmt: skip

    def rank(at: int) -> tuple[bool, bool, bool]:
        target = plan.targets[at]
        this_year = measurement_id(target.metric, Period(plan.year - 1), target.scope)
        return target.value is None, this_year not in known, target.scope != ALL

    return sorted(range(len(plan.targets)), key=rank)[:_TARGETS]


def _links(short: Table, order: Sequence[int], targets: Targets) -> dict[tuple[int, str], Callable[[Lookup], str]]:
    """Formulas that show what the full table of targets has, so that an edit there is seen here."""
    from xlsxwriter.utility import quote_sheetname

    found: dict[tuple[int, str], Callable[[Lookup], str]] = {}
    for number, at in enumerate(order):
        cell = short.rows[number].cells.get("target")
        if isinstance(cell, Figure) and cell.value is not None:
            address = targets.cells[targets.table.id, at, "target"].address
            formula = f"={quote_sheetname(targets.sheet)}!{address}"
            found[number, "target"] = partial(_as_it_is, formula)
    return found


def _as_it_is(formula: str, _: Lookup) -> str:
    return formula


def _write_facts(canvas: Canvas, facts: Sequence[tuple[str, str]]) -> None:
    """The facts of the cover, two to a row."""
    get = canvas.styles.get
    middle = LEFT + 3
    for pair in (facts[at : at + 2] for at in range(0, len(facts), 2)):
        row = canvas.line(17)
        for (name, fact), first, last in zip(pair, (LEFT, middle), (middle - 1, canvas.last_column), strict=False):
            canvas.sheet.write_string(row, first, name, get(font_color=MUTED, font_size=9))
            if first + 1 < last:
                canvas.sheet.merge_range(row, first + 1, row, last, "", get(font_size=9))
            canvas.sheet.write_string(row, first + 1, fact, get(font_size=9))


def _insert_logo(canvas: Canvas, row: int) -> None:
    """Put the logo at the top right, 36 pixels high. Excel takes PNG and JPEG; an SVG is for HTML and PDF alone."""
    logo = Path(canvas.styles.theme.logo)
    if logo.suffix.lower() not in (".png", ".jpg", ".jpeg") or not logo.is_file():
        return
    from xlsxwriter.image import Image

    image = Image(str(logo))
    scale = 36 / image.height
    offset = max(canvas.width_pixels - image.width * scale, 0)
    options = {"x_scale": scale, "y_scale": scale, "x_offset": offset, "y_offset": 2, "description": "公司标识"}
    canvas.sheet.insert_image(row, LEFT, str(logo), options)
