"""Proposed mappings on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from rpt.console import Console
from rpt.values.mapping import ColumnProposal, Proposal, is_writable


def show(console: Console, proposals: Sequence[Proposal]) -> None:
    """Every proposal with what it is for, how sure it is, and why."""
    if not proposals:
        typer.echo("没有可以提出的对应关系：各列都已认出，或没有相近的列")
        return
    rows = [
        (*_told(one), one.confidence if is_writable(one) else f"{one.confidence}（不写入）", one.reason)
        for one in proposals
    ]
    console.table("建议的对应关系", ("位置", "原文", "建议", "把握", "理由"), rows)


def _told(one: Proposal) -> tuple[str, str, str]:
    where = f"{one.file} › {one.sheet}"
    if isinstance(one, ColumnProposal):
        header = " ".join(one.header.split())
        return f"{where} › {one.cell}", header, f"{one.table_label}.{one.column_label}（{one.key}）"
    what = f"预设“{one.preset}”（{one.label}）" if one.preset else f"表“{one.label}”（{one.table}）"
    return where, "工作表", what
