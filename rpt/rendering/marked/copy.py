"""One workbook and its issues → its marked copy."""

from __future__ import annotations

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from rpt.rendering.marked.cells import Cell, SheetEditor, address_of, cell_of, deselected, merged_anchors
from rpt.rendering.marked.comments import Comments
from rpt.rendering.marked.issue_sheet import LEVELS, NAME, Line, issue_sheet
from rpt.rendering.marked.package import Package
from rpt.rendering.marked.scan import NotMarkableError, Patches, elements, named, quoted
from rpt.rendering.marked.styles import Styles
from rpt.values.issue import Issue, Level

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx"
_MOST_COMMENTS = 20_000  # of a sheet: Excel opens far more very slowly; the rest is coloured and listed
_LONGEST = 600
_ORDER = (Level.ERROR, Level.WARNING, Level.INFO)


@dataclass
class _Marks:
    """What is marked on one sheet: the level and texts of each cell, by the cell that shows."""

    levels: dict[Cell, Level] = field(default_factory=dict)
    texts: dict[Cell, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, cell: Cell, issue: Issue) -> None:
        if self.levels.get(cell) is not Level.ERROR:
            self.levels[cell] = issue.level
        text = f"{LEVELS[issue.level]}：{issue.message}" + (f"\n怎么改：{issue.hint}" if issue.hint else "")
        self.texts[cell].append(text)

    def comments(self) -> dict[Cell, str]:
        return {cell: "\n".join(self.texts[cell])[:_LONGEST] for cell in sorted(self.levels)[:_MOST_COMMENTS]}


def mark_workbook(source: Path, target: Path, issues: Sequence[Issue], name: str, notes: Sequence[str] = ()) -> None:
    """Write ``source``, an xlsx or xlsm, to ``target`` with its bad cells coloured and commented, 问题清单 in front.

    ``issues`` are those of this file, ``name`` its name. Errors and warnings that name a cell mark it; all are listed,
    with ``notes`` above them. Raises NotMarkableError where the file cannot be patched; ``target`` is then of no use.
    """
    try:
        with Package(source) as package:
            _mark(package, name, issues, notes)
            package.save(target)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
            LookupError) as error:  # fmt: skip
        raise NotMarkableError("文件内部的写法认不出来，不做标记副本", _RESAVE) from error


def _mark(package: Package, name: str, issues: Sequence[Issue], notes: Sequence[str]) -> None:
    sheets = _sheets(package)
    styles = Styles(package)
    by_sheet: dict[str, list[tuple[Cell, Issue]]] = defaultdict(list)
    for issue in issues:
        cell = cell_of(issue.origin.cell or "")
        if cell and issue.origin.sheet in sheets:
            by_sheet[issue.origin.sheet].append((cell, issue))
    remarks: dict[tuple[str, Cell], str] = {}
    for sheet, found in by_sheet.items():
        remarks |= {
            (sheet, cell): remark for cell, remark in _mark_sheet(package, sheets[sheet], found, styles).items()
        }
    lines = [_line(issue, sheets, remarks) for level in _ORDER for issue in issues if issue.level is level]
    said = ["红底是错误，黄底是提醒，单元格的批注里有原因和改法；点“单元格”一列可跳转。", *notes]
    said.append("请在来源文件里改正：本文件只是标记副本，下次标记时会被覆盖。")
    if package.has_signatures:
        said.append("来源文件有数字签名，副本改动后签名不再有效。")
    _put_in_front(package, list(sheets.values()), issue_sheet(_title(name, issues), said, lines, styles, package.main))
    styles.save()


def _sheets(package: Package) -> dict[str, str]:
    """The workbook's sheets: name → part."""
    parts = {r.id: r.target for r in package.relationships(package.workbook)}
    return {
        sheet.attributes["name"]: parts[identity]
        for sheet in named(elements(package.read(package.workbook)), "sheet", 2)
        if (identity := _relation(sheet.attributes)) in parts
    }


def _relation(attributes: Mapping[str, str]) -> str:
    """The relationship that a sheet is read through; its namespace's prefix is the writer's choice."""
    return next((value for name, value in attributes.items() if name.endswith(":id")), "")


def _mark_sheet(package: Package, part: str, found: Sequence[tuple[Cell, Issue]], styles: Styles) -> dict[Cell, str]:
    """Mark one sheet's cells; returns what the list has to say of some of them."""
    anchors = merged_anchors(package.read(part), {cell for cell, _ in found})
    marks = _Marks()
    for cell, issue in found:
        if issue.level is not Level.INFO:
            marks.add(anchors.get(cell, cell), issue)
    remarks = {cell: f"在合并单元格 {address_of(anchor)} 内" for cell, anchor in anchors.items()}
    if not marks.levels:
        return remarks
    texts = marks.comments()
    drawing, left = Comments(package, part).add(texts)
    remarks |= dict.fromkeys(left, "原有会话批注保留，没有另加批注")
    remarks |= dict.fromkeys(marks.levels.keys() - texts.keys(), "批注太多，只标了颜色")
    editor = SheetEditor(package.read(part), marks.levels, styles.marked, drawing, package.relations)
    package.put(part, editor.edited())
    return remarks


def _line(issue: Issue, sheets: Mapping[str, str], remarks: Mapping[tuple[str, Cell], str]) -> Line:
    sheet, cell = issue.origin.sheet, cell_of(issue.origin.cell or "")
    if sheet is None or sheet not in sheets or cell is None:
        return Line(issue)
    escaped = sheet.replace("'", "''")
    return Line(issue, f"'{escaped}'!{address_of(cell)}", remarks.get((sheet, cell), ""))


def _title(name: str, issues: Sequence[Issue]) -> str:
    counts = ((LEVELS[level], sum(issue.level is level for issue in issues)) for level in _ORDER)
    return f"{NAME}：{name}（{'，'.join(f'{word} {count} 条' for word, count in counts if count)}）"


def _put_in_front(package: Package, others: Sequence[str], sheet: bytes) -> None:
    """Make ``sheet`` the workbook's first, open on it, and move along what counts sheets by their place."""
    for part in others:
        before = package.read(part)
        after = deselected(before)
        if after != before:
            package.put(part, after)
    part = package.free_name("xl/worksheets/rptIssues{}.xml")
    package.put(part, sheet, _SHEET_TYPE)
    identity = package.relate(package.workbook, "worksheet", part)
    data = package.read(package.workbook)
    found = elements(data)
    known = named(found, "sheet", 2)
    taken = {element.attributes["name"].lower() for element in known}
    name = next(n for at in range(1, len(taken) + 2) if (n := NAME if at == 1 else f"{NAME}{at}") not in taken)
    number = max((int(element.attributes["sheetId"]) for element in known), default=0) + 1
    holder = named(found, "sheets", 1)[0]
    patches = Patches(data)
    named_so = f'name="{quoted(name)}" sheetId="{number}" r:id="{identity}"'
    tag = f'<{holder.prefix}sheet xmlns:r="{package.relations}" {named_so}/>'
    patches.replace(holder.tag_end, holder.tag_end, tag.encode())
    for view in named(found, "workbookView", 2):
        patches.retag(view, activeTab="0", firstSheet="0")
    for defined in named(found, "definedName", 2):
        if "localSheetId" in defined.attributes:
            patches.retag(defined, localSheetId=str(int(defined.attributes["localSheetId"]) + 1))
    package.put(package.workbook, patches.applied())
