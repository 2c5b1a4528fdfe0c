"""The HTML file read back: the document's units and figures one by one, nothing between them, and its drawings."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from rpt.assurance.proving.drawings import misplaced, strange
from rpt.assurance.proving.evidence import Evidence, broken, differs
from rpt.assurance.proving.reading import Unit, read_page
from rpt.values.issue import Issue

_SHOWN = 200  # characters of a unit that a message shows


def check_html(evidence: Evidence, path: Path) -> Iterator[Issue]:
    """Hold an HTML file against the run's document. Below the document's last unit a browser's own controls stand."""
    try:
        page = read_page(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        yield broken("html_unreadable", f"HTML 不是 UTF-8：{error}", path.name)
        return
    wanted, found = evidence.page.units, page.units
    if page.title != evidence.page.title:
        yield broken("html_text", differs("标题", evidence.page.title, page.title), path.name)
    if found[: len(wanted)] != wanted:
        yield from _compare(wanted, found, path.name)
    for chart in evidence.run.document.charts:
        drawn = page.drawings.get(chart.id)
        if drawn is None:
            yield broken("html_chart", f"没有图“{chart.number} {chart.title}”", path.name)
        texts, place = [word for text in drawn or () for word in text.split()], f"{chart.number} {chart.title}"
        for text in strange(chart, texts):
            yield broken("html_chart", f"图中多出“{text}”，不是它的数据", path.name, place)
        for text in misplaced(evidence.run.told.drawings.get(chart.id, ()), texts):
            yield broken("html_chart", f"图中“{text}”不在它的位置", path.name, place)


def _compare(wanted: tuple[Unit, ...], found: tuple[Unit, ...], file: str) -> Iterator[Issue]:
    """Name the units and figures that differ."""
    one, other = ([(unit.text, unit.figures) for unit in units] for units in (wanted, found))
    for kind, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "insert" and i == len(wanted)):
            continue
        for offset in range(max(j - i, m - k)):
            left = wanted[i + offset] if i + offset < j else None
            right = found[k + offset] if k + offset < m else None
            yield from _differences(left, right, file)


def _differences(wanted: Unit | None, found: Unit | None, file: str) -> Iterator[Issue]:
    if wanted is None or found is None or len(wanted.figures) != len(found.figures):
        chapter = (wanted or found).chapter if (wanted or found) else ""  # type: ignore[union-attr]
        texts = ("没有" if unit is None else unit.text.strip()[:_SHOWN] for unit in (wanted, found))
        yield broken("html_text", differs("文字", *texts), file, chapter)
        return
    named = False
    for one, other in zip(wanted.figures, found.figures, strict=True):
        if (one.ref, one.value, one.kind, one.text) != (other.ref, other.value, other.kind, other.text):
            named = True
            stated = (f"{p.text}（{p.ref}，{p.value}）" for p in (one, other))
            yield broken("html_figure", differs(one.ref, *stated), file, wanted.chapter)
    if not named:
        texts = (unit.text.strip()[:_SHOWN] for unit in (wanted, found))
        yield broken("html_text", differs("文字", *texts), file, wanted.chapter)
