"""Composing: chapters are templates; each is rendered, numbered and kept if it said anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rpt.language.figures import free_figure
from rpt.language.numerals import numeral
from rpt.project.model import Project
from rpt.values.document import Chapter, Document, Figure, Section, Table
from rpt.values.issue import UserError
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.apart import apart
from rpt.writing.context import Edition, Facts, context_of
from rpt.writing.fact_tables import gaps_table, panel_table, sources_table, windows_table
from rpt.writing.faults import WRONG, fault
from rpt.writing.inlined import inlined
from rpt.writing.placing import TableMaker
from rpt.writing.plan_view import plan_charts, plan_lists
from rpt.writing.printer import Printer
from rpt.writing.sandbox import environment, has_own
from rpt.writing.voice import Voice

_TITLE = re.compile(r"\{#-?\s*title:\s*(.+?)\s*-?#\}")
_HEADING = re.compile(r"<h2>(.*?)</h2>")
_EMPTY = re.compile(r"<h2>[^<]*</h2>\s*(?=<h2>|$)")
SHORT = 12  # characters that a table cell holds on one line


def compose(project: Project, review: Review, facts: Facts, edition: Edition, plan: Plan) -> Document:
    """The document of an edition, written apart where the project has templates of its own. Raises UserError that names
    the template where one of them is wrong."""
    return apart(project, _composed, project, review, facts, edition, plan)


def _composed(project: Project, review: Review, facts: Facts, edition: Edition, plan: Plan) -> Document:
    return Composer(project, review, facts, edition, plan).compose()


class Composer:
    """Renders one edition from its folder of templates."""

    def __init__(self, project: Project, review: Review, facts: Facts, edition: Edition, plan: Plan) -> None:
        self.project, self.review, self.facts, self.edition, self.plan = project, review, facts, edition, plan
        self.env = environment(project)
        settings = project.settings
        lists: dict[str, TableMaker] = {
            "sources": partial(sources_table, facts.origins),
            "windows": partial(windows_table, settings.campaigns, review.year),
            "panel": partial(panel_table, facts.panel, settings.thresholds.panel_ratio),
            "gaps": partial(gaps_table, review, facts.lacking),
            **plan_lists(review, self.plan),
            **edition.lists,
        }
        self.voice = Voice(
            review, self._table_html, settings.thresholds.flat_growth, lists, plan_charts(review, self.plan)
        )

    def compose(self) -> Document:
        """The whole document. Raises UserError that names the template where one of them is wrong."""
        context = context_of(self.project, self.review, self.facts, self.edition, self.plan, self.voice)
        begun = len(self.voice.printer.printed)
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
        if self.edition.brief:
            context["metrics"] = [m for m in context["metrics"] if m["id"] in self._told(begun)]
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
            html=inlined(html, self.env.folders) if has_own(self.project) else str(html),
            chapters=tuple(chapter for chapter, _ in (*chapters, *annexes)),
            tables=tuple(self.voice.tables),
            charts=tuple(self.voice.charts),
            figures=tuple(self.voice.printer.printed),
            facts=context["cover"],
        )

    def _listed(self, part: str) -> list[str]:
        prefix = f"{self.edition.borrowed or self.edition.folder}/{part}/"
        found = [name for name in self.env.list_templates() if name.startswith(prefix) and name.endswith(".html")]
        wanted = self.edition.parts
        return [name for name in found if wanted is None or _key(name) in wanted]

    def _told(self, begun: int) -> set[str]:
        """The ids of the metrics of which a figure was printed since ``begun``."""
        return {figure.ref.partition("@")[0] for figure in self.voice.printer.printed[begun:]}

    def _name(self, path: str) -> tuple[str, str]:
        """Key and title of a chapter: ``20_channel.html`` whose first line is ``{# title: 渠道 #}``."""
        assert self.env.loader is not None
        source, _, _ = self.env.loader.get_source(self.env, path)
        title = _TITLE.match(source)
        if not title:
            raise UserError(f"模板 {path} 的第一行应为 {{# title: 章名 #}}")
        return _key(path), title[1]

    def _render(self, path: str, context: Mapping[str, Any]) -> Markup:
        try:
            return Markup(self.env.get_template(path).render(context))
        except WRONG as error:
            raise fault(error, self.env, path) from error

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


def _key(path: str) -> str:
    """``annual/chapters/20_channel.html`` → ``channel``."""
    return Path(path).stem.partition("_")[2] or Path(path).stem


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
