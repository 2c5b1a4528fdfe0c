"""What templates know: the run, the theme, findings and plan in words, beside everything the voice can say."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rpt.engine.dataset import Origin
from rpt.language.format import date_text
from rpt.language.wording import Phrase
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, UserError
from rpt.values.ledger import Metric
from rpt.values.period import Period
from rpt.values.plan import Plan
from rpt.values.reconciliation import Reconciliation
from rpt.values.review import Review
from rpt.writing.brief import decisions, reasons
from rpt.writing.month_campaigns import month_campaigns
from rpt.writing.placing import TableMaker
from rpt.writing.plan_words import plan_words
from rpt.writing.printer import Printer
from rpt.writing.problem_view import finding_views
from rpt.writing.voice import Voice

_LISTED = 3  # sheets named in a metric's entry


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
    """What kind of document is made: its folder of templates, the titles on its cover, and what its templates may call
    beside what all may: tables by name, and words of its own.

    ``borrowed`` is the folder whose chapters and appendices it takes instead of having its own, ``parts`` the keys of
    those it takes (None for all). A ``brief`` one explains the metrics it prints and no others.
    """

    folder: str
    title: str
    subtitle: str
    lists: Mapping[str, TableMaker] = field(default_factory=dict)
    words: Callable[[Printer], Mapping[str, object]] = lambda printer: {}
    borrowed: str = ""
    parts: tuple[str, ...] | None = None
    brief: bool = False


def context_of(
    project: Project, review: Review, facts: Facts, edition: Edition, plan: Plan, voice: Voice
) -> dict[str, Any]:
    """Names to values for every template of a document."""
    settings, year = project.settings, review.year
    errors = sum(issue.level is Level.ERROR for issue in facts.issues)
    warnings = sum(issue.level is Level.WARNING for issue in facts.issues)
    files = {origin.file for origin in facts.origins}
    cover = {
        "数据截至": date_text(facts.cut),
        "数据来源": f"{len(files)}个文件、{len(facts.origins)}张工作表、{sum(o.rows for o in facts.origins):,}行",
        "数据问题": f"错误{errors}处，提醒{warnings}处" if errors or warnings else "未发现",
        "生成日期": date_text(facts.made_on),
    }
    return voice.names() | {
        "year": year,
        "prior_year": year - 1,
        "next_year": year + 1,
        "title": edition.title,
        "subtitle": edition.subtitle,
        "company": settings.report.company,
        "currency": settings.report.currency,
        "logo": _data_uri(project.theme.logo),
        "department": settings.report.department,
        "cover": cover,
        "is_partial": facts.is_partial,
        "cut_text": date_text(facts.cut),
        "theme": {"accent": project.theme.accent, "colours": project.theme.colours},
        "errors": errors,
        "warnings": warnings,
        "issues": [_issue_row(issue) for issue in facts.issues if issue.level is not Level.INFO],
        "findings": finding_views(review, voice.printer),
        "reasons": partial(_phrases, voice, reasons(review)),
        "decisions": partial(_phrases, voice, decisions(review, plan)),
        "plan": plan_words(review, plan, voice.printer),
        "month_campaigns": month_campaigns(settings.campaigns, review.focus),
        "metrics": [_metric_row(m, review) for m in review.ledger.metrics.values()],
        "missing": _missing_rows(review),
        "omitted": [],
        "panel_ratio": int(settings.thresholds.panel_ratio),
        "version": facts.version,
        **edition.words(voice.printer),
    }


def _phrases(voice: Voice, said: Sequence[Phrase], most: int | None = None) -> list[Markup]:
    """Phrases as HTML, the first ``most``; printed, and so counted among the document's figures, when called."""
    return [voice.printer.phrase(phrase) for phrase in said[:most]]


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
        "label": metric.over(review.period).label,
        "unit": metric.unit,
        "better": better,
        "chapter": metric.chapter,
        "definition": metric.definition,
        "measured": any(True for _ in review.ledger.of(metric.id, period=Period(review.year))),
        "sources": _sources_of(metric, review),
    }


def _sources_of(metric: Metric, review: Review) -> list[str]:
    """The sheets and rows that the metric's figure of the report's period comes from: 渠道日报第2565—5119行."""
    measured = next(review.ledger.of(metric.id, period=review.period), None)
    sheets: dict[str, tuple[int, int]] = {}
    for source in measured.sources if measured else ():
        name = " › ".join(part for part in (source.file, source.sheet) if part)
        first, last = sheets.get(name, (source.first_row, source.last_row))
        sheets[name] = (min(first, source.first_row), max(last, source.last_row))
    told = [f"{name} 第{first}—{last}行" if last else name for name, (first, last) in sheets.items()]
    more = len(told) - _LISTED
    return [*told[:_LISTED], *([f"另{more}张工作表"] if more > 0 else [])]
