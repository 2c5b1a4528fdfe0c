"""The page: chapters of text, tables and charts as one HTML that WeasyPrint or a browser prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from .tables import Table

STYLE = """
@page { size: A4; margin: 24mm 18mm 20mm; @bottom-left { content: "数据来源：公司业务系统导出表"; font-size: 7.5pt; color: #5b6675 }
  @bottom-right { content: "第" counter(page) "页 共" counter(pages) "页"; font-size: 7.5pt; color: #5b6675 }
  @top-left { content: "2025年电商运营年度报告"; font-size: 7.5pt; color: #5b6675 }
  @top-right { content: string(chapter); font-size: 7.5pt; color: #5b6675 } }
@page :first { margin: 0; @top-left { content: "" } @top-right { content: "" } @bottom-left { content: "" } @bottom-right { content: "" } }
* { box-sizing: border-box }
html { font-family: "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; font-size: 10pt; line-height: 1.75; color: #1c2430; font-variant-numeric: tabular-nums }
body { margin: 0 } h1, h2, p, figure, ul { margin: 0 }
.cover { height: 297mm; padding: 70mm 30mm; border-left: 12mm solid #1F4E79; break-after: page }
.cover h1 { font-size: 30pt; color: #1F4E79 }
h1.chapter { string-set: chapter content(); font-size: 18pt; color: #1F4E79; border-bottom: .4mm solid #1F4E79; margin: 12mm 0 5mm; break-after: avoid }
h1.new { break-before: page; margin-top: 0 }
h2 { font-size: 12.5pt; color: #1F4E79; margin: 7mm 0 2mm; break-after: avoid }
p { margin-bottom: 2.5mm; orphans: 2; widows: 2 }
figure { margin: 4mm 0 6mm } figure.chart { break-inside: avoid } figure svg { width: 100%; height: auto }
figcaption { font-size: 8.5pt; font-weight: 700; text-align: center; break-before: avoid }
table { width: 100%; border-collapse: collapse; font-size: 8.5pt; line-height: 1.45; border-top: .35mm solid #1c2430; border-bottom: .35mm solid #1c2430 }
caption { font-weight: 700; text-align: left; font-size: 9pt; padding-bottom: 1mm } thead { display: table-header-group }
th { font-weight: 700; border-bottom: .2mm solid #1c2430 } th, td { padding: 1.25mm 1.4mm; text-align: right; vertical-align: top }
th:first-child, td:first-child { text-align: left } tbody tr:nth-child(even) { background: #f3f5f8 } tr { break-inside: avoid }
.note { font-size: 7.5pt; color: #5b6675 } td.up { color: #1e7b4f } td.down { color: #b3261e }
.toc a { display: block; color: inherit; text-decoration: none } .toc a::after { content: leader(".") target-counter(attr(href), page) }
.cards { display: flex; flex-wrap: wrap; gap: 3mm; margin-bottom: 4mm } .card { width: 31%; background: #f3f5f8; padding: 3mm 4mm } .card b { display: block; font-size: 17pt; color: #1F4E79 }
.definitions { columns: 2; column-gap: 8mm; font-size: 8pt; line-height: 1.5 } .definitions div { break-inside: avoid; margin-bottom: 2.5mm }
"""


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
        return f'<section><h1 class="{kind}" id="c-{self.number}">{escape(self.title)}</h1>{"".join(self.parts)}</section>'


def page(title: str, subtitle: str, chapters: list[Chapter]) -> str:
    """The whole page."""
    toc = []
    for chapter in chapters:
        toc.append(f'<a href="#c-{chapter.number}"><b>{escape(chapter.title)}</b></a>')
        toc += [f'<a href="#h-{chapter.number}-{n}">　{escape(text)}</a>' for n, text in enumerate(chapter.headings, 1)]
    cover = f'<section class="cover"><p>{escape(subtitle)}</p><h1>{escape(title)}</h1></section>'
    contents = f'<section><h1 class="chapter new">目录</h1><div class="toc">{"".join(toc)}</div></section>'
    body = cover + chapters[0].html() + contents + "".join(chapter.html() for chapter in chapters[1:])
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!DOCTYPE html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'


def _cell(text: object) -> str:
    text = str(text)
    kind = ' class="up"' if text.startswith("▲") else ' class="down"' if text.startswith("▼") else ""
    return f"<td{kind}>{escape(text)}</td>"
