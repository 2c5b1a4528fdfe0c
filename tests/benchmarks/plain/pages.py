"""The page: chapters of text, tables and charts as one HTML that WeasyPrint or a browser prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from .tables import Table

STYLE = Path(__file__).with_name("style.css")


@dataclass
class Chapter:
    """A chapter in the making; tables and charts are numbered within it."""

    number: str
    title: str
    is_new_page: bool = False
    parts: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    charts: int = 0

    def heading(self, text: str) -> None:
        """A heading below the chapter's."""
        self.headings.append(text)
        self.parts.append(f'<h2 id="h-{self.number}-{len(self.headings)}">{escape(text)}</h2>')

    def text(self, *sentences: str) -> None:
        """A paragraph."""
        self.parts.append(f"<p>{escape(''.join(sentences))}</p>")

    def table(self, table: Table) -> None:
        """A table with its number and note."""
        self.tables.append(table)
        title = f"表{self.number}-{len(self.tables)}　{table.title}"
        head = "".join(f"<th>{escape(str(name))}</th>" for name in table.frame.columns)
        rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.frame.itertuples(index=False, name=None))
        note = f'<p class="note">注：{escape(table.note)}</p>' if table.note else ""
        body = f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        self.parts.append(f"<figure>{body}{note}</figure>")

    def chart(self, title: str, svg: str) -> None:
        """A chart with its title below."""
        self.charts += 1
        caption = f"<figcaption>图{self.number}-{self.charts}　{escape(title)}</figcaption>"
        self.parts.append(f'<figure class="chart">{svg}{caption}</figure>')

    def html(self) -> str:
        """The chapter as HTML."""
        kind = "chapter new" if self.is_new_page else "chapter"
        return (
            f'<section><h1 class="{kind}" id="c-{self.number}">{escape(self.title)}</h1>{"".join(self.parts)}</section>'
        )


def page(title: str, subtitle: str, chapters: list[Chapter]) -> str:
    """The whole page."""
    toc = []
    for chapter in chapters:
        toc.append(f'<a href="#c-{chapter.number}"><b>{escape(chapter.title)}</b></a>')
        toc += [f'<a href="#h-{chapter.number}-{n}">　{escape(text)}</a>' for n, text in enumerate(chapter.headings, 1)]
    cover = f'<section class="cover"><p>{escape(subtitle)}</p><h1>{escape(title)}</h1></section>'
    contents = f'<section><h1 class="chapter new">目录</h1><div class="toc">{"".join(toc)}</div></section>'
    body = cover + chapters[0].html() + contents + "".join(chapter.html() for chapter in chapters[1:])
    style = STYLE.read_text(encoding="utf-8")
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{style}</style>'
    return f'<!DOCTYPE html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'


def _cell(text: object) -> str:
    text = str(text)
    kind = ' class="up"' if text.startswith("▲") else ' class="down"' if text.startswith("▼") else ""
    return f"<td{kind}>{escape(text)}</td>"
