"""What a terminal shows (Rich) and what cron shows (plain lines, no control codes)."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import typer

from rpt.values.issue import Issue, Level

if TYPE_CHECKING:
    from rich.console import Console as RichConsole

    from rpt.engine.dataset import Dataset
    from rpt.values.artifact import Artifact
    from rpt.values.domain import Domain
    from rpt.values.ledger import Metric
    from rpt.values.reconciliation import Reconciliation
    from rpt.values.review import Review

_LEVELS = {Level.ERROR: ("错误", "red"), Level.WARNING: ("提醒", "yellow"), Level.INFO: ("说明", "dim")}
_SHOWN = 20


def fail(message: str, hint: str = "") -> None:
    """An error that ends the run, on standard error."""
    from rich.console import Console as Rich
    from rich.text import Text

    rich = Rich(stderr=True, soft_wrap=True)
    rich.print(Text.assemble(("错误：", "bold red"), message))
    if hint:
        indented = "\n".join(f"　　　{line}" for line in hint.splitlines())
        rich.print(Text(indented, "dim" if rich.is_terminal else ""))


class Console:
    """One run's output. Not a terminal: plain lines. Quiet: problems only. ``heard`` is told each step's name too."""

    def __init__(
        self, *, quiet: bool = False, verbose: bool = False, heard: Callable[[str], None] = lambda step: None
    ) -> None:
        self.quiet, self.verbose, self._heard = quiet, verbose, heard
        self.is_terminal = sys.stdout.isatty()

    def _rich(self) -> RichConsole:
        from rich.console import Console as Rich

        return Rich(soft_wrap=not self.is_terminal, highlight=False, width=None if self.is_terminal else 200)

    @contextlib.contextmanager
    def progress(self, steps: Sequence[str]) -> Iterator[Callable[[str], None]]:
        """A bar over the steps on a terminal, a line a step elsewhere. Call the result with each step's name."""
        with self._shown(steps) as show:

            def at(step: str) -> None:
                self._heard(step)
                show(step)

            yield at

    @contextlib.contextmanager
    def _shown(self, steps: Sequence[str]) -> Iterator[Callable[[str], None]]:
        started = time.monotonic()
        if self.quiet:
            yield lambda step: None
        elif not self.is_terminal:
            yield lambda step: typer.echo(f"[{time.monotonic() - started:6.1f}s] {step}")
        else:
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(24),
                TextColumn("{task.completed}/{task.total}"),
                TimeElapsedColumn(),
                transient=True,
            )
            task = bar.add_task("准备", total=len(steps))
            begun = iter(range(len(steps)))

            def advance(step: str) -> None:
                bar.update(task, description=step, completed=next(begun, len(steps)))
                bar.refresh()

            with bar:
                yield advance

    def issues(self, issues: Sequence[Issue]) -> None:
        """Problems, errors first; more than a screenful is cut unless verbose."""
        levels = (Level.ERROR, Level.WARNING, Level.INFO) if self.verbose else (Level.ERROR, Level.WARNING)
        chosen = [issue for level in levels for issue in issues if issue.level is level]
        shown = chosen if self.verbose else chosen[:_SHOWN]
        rich = self._rich()
        from rich.text import Text

        for issue in shown:
            word, style = _LEVELS[issue.level]
            where = f"{issue.origin}　" if str(issue.origin) else ""
            hint = f"（{issue.hint}）" if issue.hint else ""
            line = Text.assemble((word, style), "　", (where, "cyan"), issue.message, (hint, "dim"))
            rich.print(line, soft_wrap=True)
        if len(chosen) > len(shown):
            rich.print(f"……还有{len(chosen) - len(shown)}条，加 --verbose 或运行 rpt check 查看全部")

    def line(self, text: str) -> None:
        """A line as it is."""
        if not self.quiet:
            self._rich().print(text, markup=False, soft_wrap=True)

    def marked(self, mark: str, style: str, text: str, hint: str) -> None:
        """A line with a coloured mark before it and, where there is a hint, what to do below. Quiet says it too."""
        from rich.text import Text

        rich = self._rich()
        rich.print(Text.assemble((mark, style), "　", text), soft_wrap=True)
        for line in hint.splitlines():
            rich.print(Text.assemble("　　", (line, "dim" if self.is_terminal else "")), soft_wrap=True)

    def note(self, text: str) -> None:
        """What the run rests on, or did, in a line."""
        self.line(f"说明　{text}")

    def table(
        self,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: Sequence[int] = (),
        styles: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """A table of text; ``right`` are the columns of numbers, ``styles`` those of cells that say just this."""
        if self.quiet:
            return
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for at, head in enumerate(heads):
            table.add_column(head, justify="right" if at in right else "left")
        for row in rows:
            table.add_row(*(Text(cell, styles.get(cell, "")) for cell in row))
        self._rich().print(table)

    def refused(self, issues: Sequence[Issue], wanted: str = "报告", allowable: bool = True) -> None:
        """What was asked for was not made because of data errors; ``allowable`` where --allow-errors passes them."""
        errors = sum(issue.level is Level.ERROR for issue in issues)
        allowed = "；确需先出报告，可加 --allow-errors（首页会写明）" if allowable else ""
        fail(f"数据有{errors}处错误，没有生成{wanted}", f"改正后重新运行{allowed}")

    def summary(self, review: Review, cut: date) -> None:
        """The few figures a person waits for."""
        if not self.quiet:
            from rpt.console.review_tables import year_summary

            year_summary(self._rich(), review, cut)

    def month(self, review: Review, cut: date) -> None:
        """The few figures of a month that a person waits for."""
        if not self.quiet:
            from rpt.console.review_tables import month_summary

            month_summary(self._rich(), review, cut)

    def domain(self, review: Review, domain: Domain, cut: date) -> None:
        """One domain of a year as tables; the months as sparklines on a terminal."""
        if not self.quiet:
            from rpt.console.review_tables import domain_tables

            domain_tables(self._rich(), review, domain, cut, sparks=self.is_terminal)

    def findings(self, review: Review, cut: date) -> None:
        """Every problem with its weight, money, driver, cause and measures."""
        from rpt.console.review_tables import findings

        findings(self._rich(), review, cut)

    def files(self, artifacts: Sequence[Artifact]) -> None:
        """The files written."""
        if self.quiet:
            return
        rich = self._rich()
        for artifact in artifacts:
            rich.print(f"已生成 {artifact.path}（{_size(artifact.size)}）", soft_wrap=True)

    def tables(self, dataset: Dataset) -> None:
        """What was read, table by table."""
        if not self.quiet:
            from rpt.console.listings import tables_read

            tables_read(self._rich(), dataset)

    def reconciliations(self, found: Sequence[Reconciliation]) -> None:
        """The panel against the totals."""
        if not self.quiet:
            from rpt.console.listings import reconciliations

            reconciliations(self._rich(), found)

    def catalogue(self, metrics: Sequence[Metric]) -> None:
        """All metrics by chapter."""
        from rpt.console.listings import catalogue

        catalogue(self._rich(), metrics)

    def metric(self, m: Metric) -> None:
        """One metric explained."""
        from rpt.console.listings import metric

        metric(self._rich(), m)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1000:.0f} KB"
