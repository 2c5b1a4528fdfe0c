"""The words of the document: nothing left unfilled, and no figure that is not a figure.

What a number may be outside a ``<data>`` element, and where:

- anywhere a day, month, quarter, year or time, or a span of them (2025年12月31日, 2025Q4, 8:00), a numbering (表2-1,
  第3章, ``1.`` before an item), a number of days that says how something is counted (结束后14天, 30天内, P90), the
  bound of a band (不足1万, 100万及以上) and the share by which the plan tries a factor (10%);
- part of a name: a campaign (618), a product and its code, a channel, a metric's label, a text cell of a table, a
  measure, a target, an owner as people wrote them;
- anything in the cover, the contents, headings and captions, table cells (their specifications are held against the
  page), notes and definitions (how things are counted), the appendices, and what the team wrote of a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rpt.assurance.proving.document.figures import DOCUMENT
from rpt.assurance.proving.evidence import Evidence, broken
from rpt.assurance.proving.reading import Unit
from rpt.language.format import percent
from rpt.values.issue import Issue
from rpt.values.scope import ALL, members_of

_UNFILLED = re.compile(
    r"\{\{[^}]*\}*|\{%[^%]*(?:%\})?|%\}|\}\}|\{#"
    r"|(?<![A-Za-z])(?:[Uu]ndefined|None|NaN|nan|NaT|TODO|FIXME)(?![A-Za-z])|[〓�]"
)
_TIME = (
    r"\d{1,4}[—–~至-]\d{1,4}[年月日号天周时]|\d{4}\s*年?\s*Q[1-4]|\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
    r"|(?:\d{2,4}年)?(?:\d{1,2}月)?\d{1,2}日|(?:\d{2,4}年)?\d{1,2}月(?:末|初|底)?|\d{4}年(?:度)?|\d{1,2}:\d{2}"
    r"|\d{4}(?=[—–~至])|(?<=[—–~至])\d{4}|第\d+[天季周章页行名]"
)
_NUMBERING = r"[表图](?:附)?\d+-\d+|^\s*\d{1,2}[.、．]"
_METHOD = (
    r"(?<=[前后各满])\d+天|\d+天内|\d+小时内|P\d{2}|不足\d+万?|\d+[万亿]?及以上|\d+分位"
    r"|(?<=[为至由])0(?!\d)|(?:前|后|近)\d+[天名位个]|\d+∶(?=\s|$)"
)
_BARE = re.compile(r"[\d,.%−+-]+")
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?[%％]?")
_HEADS = ("nav", "header", "th", "td", "figcaption", "h1", "h2", "h3")
_ELSEWHERE = (*_HEADS, "p.note", "p.small", "p.definition", "div.problem", "section.problem", "article.problem")


def unfilled(evidence: Evidence) -> Iterator[Issue]:
    """No placeholder, no undefined value, no character that could not be printed."""
    for unit in evidence.page.units:
        for found in _UNFILLED.finditer(unit.text):
            around = unit.text[max(0, found.start() - 12) : found.end() + 12].strip()
            yield broken("placeholder", f"没有填好的“{found[0]}”：{around}", DOCUMENT, unit.chapter)


def loose_figures(evidence: Evidence) -> Iterator[Issue]:
    """No number in the prose outside ``<data>`` but those the module's head allows."""
    names = _names(evidence)
    annexes = {chapter.title for chapter in evidence.run.document.chapters if chapter.anchor.startswith("appendix-")}
    for unit in evidence.page.units:
        if unit.within(*_ELSEWHERE) or unit.chapter in annexes:
            continue
        said = _without_figures(unit)
        # read once from left to right, names before the rest, so that neither takes a part of the other
        known = [rf"(?<!\d){re.escape(name)}(?!\d)" for name in names if name in said]
        allowed = re.compile("|".join((*known, _TIME, _METHOD, _NUMBERING)))
        for found in _DIGITS.finditer(allowed.sub(" ", said)):
            yield broken("loose_figure", f"数字“{found[0]}”没有出处：{unit.text.strip()[:80]}", DOCUMENT, unit.chapter)


def _without_figures(unit: Unit) -> str:
    kept, at = [], 0
    for printed in unit.figures:
        kept.append(unit.text[at : printed.start])
        at = printed.end
    return " ".join((*kept, unit.text[at:]))


def _names(evidence: Evidence) -> list[str]:
    """Everything with a digit in it that is a name, the longest first."""
    run = evidence.run
    found = {run.document.company, run.document.title, run.document.subtitle}
    for table in run.document.tables:
        for row in table.rows:
            # a number by itself is no name, but a code that stands behind one
            texts = [cell for cell in row.cells.values() if isinstance(cell, str)]
            found |= {
                f"（{text}）" if _BARE.fullmatch(text) else text for text in texts
            }  # a code stands behind its name
    for chart in run.document.charts:
        found |= {*chart.categories, *(part for series in chart.series for part in (series.name, series.panel))}
    found |= {metric.label for metric in run.ledger.metrics.values()}
    scopes = {m.scope for m in run.ledger.measurements} | {target.scope for target in run.ledger.targets}
    found |= {name for scope in scopes if scope != ALL for name in members_of(scope).values()}
    found |= {text for target in run.ledger.targets for text in (target.text, target.note, target.owner)}
    if run.plan is not None:
        for action in run.plan.actions:
            found |= {action.measure, action.owner}
        for fulfilment in run.plan.fulfilment:
            found |= {value for value in vars(fulfilment.item).values() if isinstance(value, str)}
        if run.plan.sensitivity is not None:
            found |= {percent(share, 0) for share in run.plan.sensitivity.shares}
    return sorted((name for name in found if re.search(r"\d", name)), key=len, reverse=True)
