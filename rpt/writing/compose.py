"""Composing: chapters are templates; each is rendered, numbered and kept if it said anything."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from rpt.engine.dataset import Origin
from rpt.language.figures import free_figure
from rpt.language.format import date_text
from rpt.language.numerals import numeral
from rpt.project.model import Project
from rpt.values.document import Chapter, Document, Figure, Section, Table
from rpt.values.issue import Issue, Level, UserError
from rpt.values.ledger import Metric
from rpt.values.period import Period
from rpt.values.plan import Plan
from rpt.values.reconciliation import Reconciliation
from rpt.values.review import Review
from rpt.writing.brief import decisions, reasons
from rpt.writing.fact_tables import gaps_table, panel_table, sources_table, windows_table
from rpt.writing.placing import TableMaker
from rpt.writing.plan_view import plan_charts, plan_lists
from rpt.writing.plan_words import plan_words
from rpt.writing.printer import Printer
from rpt.writing.problem_view import finding_views
from rpt.writing.voice import Voice

_TITLE = re.compile(r"\{#-?\s*title:\s*(.+?)\s*-?#\}")
_HEADING = re.compile(r"<h2>(.*?)</h2>")
_EMPTY = re.compile(r"<h2>[^<]*</h2>\s*(?=<h2>|$)")
SHORT = 12  # characters that a table cell holds on one line
# what Jinja says of a template, and what Python says of a call in it: an unknown kind, a missing argument, 1 / 0
_WRONG = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Facts:
    """What the cover says of the run: the last day that counts, the day it was made, the sheets read, the issues."""

    cut: date
    made_on: date
    version: str
    origins: Sequence[Origin]
    issues: Sequence[Issue]
    is_partial: bool = False
    panel: Sequence[Reconciliation] = ()
    lacking: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Edition:
    """What kind of document is made: its folder of templates, and the titles on its cover."""

    folder: str
    title: str
    subtitle: str


def template_folders(project: Project) -> list[Path]:
    """Where templates are looked for: the project's own first, then ours."""
    package = Path(__file__).parent.parent
    shipped = next(p for p in (package / "_templates", package.parent / "templates") if p.is_dir())
    return [folder for folder in (project.folder / "templates", shipped) if folder.is_dir()]


class Composer:
    """Renders one edition from its folder of templates."""

    def __init__(self, project: Project, review: Review, facts: Facts, edition: Edition, plan: Plan) -> None:
        self.project, self.review, self.facts, self.edition, self.plan = project, review, facts, edition, plan
        self.env = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(template_folders(project), encoding="utf-8"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        settings = project.settings
        lists: dict[str, TableMaker] = {
            "sources": partial(sources_table, facts.origins),
            "windows": partial(windows_table, settings.campaigns, review.year),
            "panel": partial(panel_table, facts.panel, settings.thresholds.panel_ratio),
            "gaps": partial(gaps_table, review, facts.lacking),
            **plan_lists(review, self.plan),
        }
        self.voice = Voice(
            review, self._table_html, settings.thresholds.flat_growth, lists, plan_charts(review, self.plan)
        )

    def compose(self) -> Document:
        """The whole document. Raises UserError that names the template where one of them is wrong."""
        context = self._context()
        self.voice.enter("summary", "0")
        summary = self._render(f"{self.edition.folder}/summary.html", context)
        chapters: list[tuple[Chapter, Markup]] = []
        omitted: list[str] = []
        for path in self._listed("chapters"):
            number = len(chapters)
            key, title = self._name(path)
            self.voice.enter(key, str(number + 1))
            body = self._render(path, context)
            if body.strip():
                chapters.append(_with_sections(Chapter(key, f"{numeral(number + 1)}、{title}", f"chapter-{key}"), body))
            else:
                omitted.append(title)
        annexes: list[tuple[Chapter, Markup]] = []
        for path in self._listed("appendix"):
            key, title = self._name(path)
            self.voice.enter(key, f"附{len(annexes) + 1}")
            body = self._render(path, context | {"omitted": omitted})
            if body.strip():
                name = f"附录{numeral(len(annexes) + 1)}　{title}"
                annexes.append((Chapter(key, name, f"appendix-{key}"), body))
        html = self._render(
            f"{self.edition.folder}/report.html",
            context | {"summary": summary, "chapters": chapters, "annexes": annexes},
        )
        return Document(
            title=self.edition.title,
            subtitle=self.edition.subtitle,
            company=self.project.settings.report.company,
            language="zh-CN",
            html=str(html),
            chapters=tuple(chapter for chapter, _ in (*chapters, *annexes)),
            tables=tuple(self.voice.tables),
            charts=tuple(self.voice.charts),
            figures=tuple(self.voice.printer.printed),
            facts=context["cover"],
        )

    def _context(self) -> dict[str, Any]:
        settings, facts, year = self.project.settings, self.facts, self.review.year
        errors = sum(issue.level is Level.ERROR for issue in facts.issues)
        warnings = sum(issue.level is Level.WARNING for issue in facts.issues)
        files = {origin.file for origin in facts.origins}
        cover = {
            "数据截至": date_text(facts.cut),
            "数据来源": f"{len(files)}个文件、{len(facts.origins)}张工作表、{sum(o.rows for o in facts.origins):,}行",
            "数据问题": f"错误{errors}处，提醒{warnings}处" if errors or warnings else "未发现",
            "生成日期": date_text(facts.made_on),
        }
        return self.voice.names() | {
            "year": year,
            "prior_year": year - 1,
            "next_year": year + 1,
            "title": self.edition.title,
            "subtitle": self.edition.subtitle,
            "company": settings.report.company,
            "currency": settings.report.currency,
            "logo": _data_uri(self.project.theme.logo),
            "department": settings.report.department,
            "cover": cover,
            "is_partial": facts.is_partial,
            "cut_text": date_text(facts.cut),
            "theme": {"accent": self.project.theme.accent, "colours": self.project.theme.colours},
            "errors": errors,
            "warnings": warnings,
            "issues": [_issue_row(issue) for issue in facts.issues if issue.level is not Level.INFO],
            "findings": finding_views(self.review, self.voice.printer),
            "reasons": [self.voice.printer.phrase(said) for said in reasons(self.review)],
            "decisions": [self.voice.printer.phrase(said) for said in decisions(self.review, self.plan)],
            "plan": plan_words(self.review, self.plan, self.voice.printer),
            "metrics": [_metric_row(m, self.review) for m in self.review.ledger.metrics.values()],
            "missing": _missing_rows(self.review),
            "omitted": [],
            "panel_ratio": int(settings.thresholds.panel_ratio),
            "version": facts.version,
        }

    def _listed(self, part: str) -> list[str]:
        prefix = f"{self.edition.folder}/{part}/"
        return [name for name in self.env.list_templates() if name.startswith(prefix) and name.endswith(".html")]

    def _name(self, path: str) -> tuple[str, str]:
        """Key and title of a chapter: ``20_channel.html`` whose first line is ``{# title: 渠道 #}``."""
        assert self.env.loader is not None
        source, _, _ = self.env.loader.get_source(self.env, path)
        title = _TITLE.match(source)
        if not title:
            raise UserError(f"模板 {path} 的第一行应为 {{# title: 章名 #}}")
        return Path(path).stem.partition("_")[2] or Path(path).stem, title[1]

    def _render(self, path: str, context: Mapping[str, Any]) -> Markup:
        try:
            return Markup(self.env.get_template(path).render(context))
        except _WRONG as error:
            line = getattr(error, "lineno", None) or _line_in(error, path)
            where = f"模板 {path}" + (f" 第 {line} 行" if line else "")
            said = str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
            raise UserError(f"{where}：{said}", "请检查项目 templates 文件夹里的模板") from error

    def _table_html(self, table: Table, printer: Printer) -> Markup:
        def cell(value: Figure | str | None) -> Markup | str:
            return printer.figure(value) if isinstance(value, Figure) else "" if value is None else value

        def whole(rows: int) -> Markup:
            return printer.figure(free_figure(f"table.{table.id}.rows", rows))

        columns = [column for column in table.columns if column.printed]
        return Markup(
            self.env.get_template("shared/table.html").render(
                table=table, columns=columns, cell=cell, whole=whole, held=_held(table)
            )
        )


def _data_uri(path: str) -> str:
    """A picture as part of the page, so that the report stays one file; empty without a picture."""
    if not path:
        return ""
    kind = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".svg": "svg+xml"}.get(Path(path).suffix.lower())
    if kind is None:
        raise UserError(f"标志图片应为 PNG、JPG 或 SVG：{path}", "请在 rpt.toml 的 [theme] logo 里换一个文件")
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"找不到标志图片：{path}", "请检查 rpt.toml 的 [theme] logo") from error
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def _held(table: Table) -> set[str]:
    """Text columns short enough to stay on one line."""
    texts = {column.key: [row.cells.get(column.key) for row in table.rows] for column in table.columns}
    return {key for key, cells in texts.items() if all(len(cell) <= SHORT for cell in cells if isinstance(cell, str))}


def _with_sections(chapter: Chapter, body: Markup) -> tuple[Chapter, Markup]:
    """Number the headings of a chapter （一）（二）, give them ids, and list them for the table of contents.

    A heading with nothing below it is left out, so that a template need not know what there is to say.
    """
    sections: list[Section] = []

    def anchor(found: re.Match[str]) -> str:
        title = f"（{numeral(len(sections) + 1)}）{Markup(found[1]).striptags()}"
        sections.append(Section(title, f"{chapter.anchor}-{len(sections) + 1}"))
        return f'<h2 id="{sections[-1].anchor}">（{numeral(len(sections))}）{found[1]}</h2>'

    html = Markup(_HEADING.sub(anchor, _EMPTY.sub("", str(body))))
    return replace(chapter, sections=tuple(sections)), html


def _line_in(error: Exception, path: str) -> int | None:
    """The line of a template at which an undefined name or a bad call was met."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.replace("\\", "/").endswith(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _issue_row(issue: Issue) -> dict[str, str]:
    return {
        "level": {"error": "错误", "warning": "提醒"}.get(issue.level.value, "说明"),
        "where": str(issue.origin),
        "message": issue.message,
        "hint": issue.hint,
    }


def _missing_rows(review: Review) -> list[dict[str, Any]]:
    """What could not be computed, by what it lacks."""
    by_reason: dict[str, list[str]] = {}
    for id, reason in review.ledger.missing.items():
        by_reason.setdefault(reason, []).append(review.ledger.metrics[id].label)
    return [{"reason": reason, "labels": labels} for reason, labels in by_reason.items()]


def _metric_row(metric: Metric, review: Review) -> dict[str, Any]:
    better = {"up": "越高越好", "down": "越低越好", "none": "—"}[metric.better]
    return {
        "id": metric.id,
        "label": metric.label,
        "unit": metric.unit,
        "better": better,
        "chapter": metric.chapter,
        "definition": metric.definition,
        "measured": any(True for _ in review.ledger.of(metric.id, period=Period(review.year))),
    }
