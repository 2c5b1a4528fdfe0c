"""A report in a few lines: what stands on its first page, for the body of a mail and for a chat."""

from __future__ import annotations

from dataclasses import dataclass

from rpt.values.document import Figure

Line = tuple[str | Figure, ...]  # words and the figures between them, as the page prints them


def line_text(line: Line) -> str:
    """A line as plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in line)


@dataclass(frozen=True)
class Kpi:
    """A card of the first page: its name (成交总额), the figure, and what stands below it (同比▲50.0%, 完成率96.2%).

    A figure that moved has its ▲ or ▼ in its text; ``good`` of it says whether that is welcome.
    """

    name: str
    value: Line
    versus: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Digest:
    """A report in a few lines. ``lead`` is its first sentence, ``points`` what else its first page says in sentences,
    ``problems`` the heaviest first, ``decisions`` what leadership is asked for; any of them may be empty.

    ``rpt.writing.digest.digest_of(document)`` makes it. Print ``line_text(line)``, or each Figure's ``text``: nothing
    here is to be formatted again.
    """

    title: str  # 2025年电商运营年度报告
    subtitle: str
    company: str
    lead: Line = ()
    kpis: tuple[Kpi, ...] = ()
    points: tuple[Line, ...] = ()
    problems: tuple[Line, ...] = ()
    decisions: tuple[Line, ...] = ()
