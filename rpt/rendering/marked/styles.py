"""Styles of marked cells: each is the cell's own style with another fill; everything else of it stays."""

from __future__ import annotations

from rpt.rendering.marked.package import Package
from rpt.rendering.marked.scan import Element, Patches, elements, insert_in_order, named, opened, with_attributes
from rpt.values.issue import Level

HEAD = "FFD9E1F2"
FILLS = {Level.ERROR: "FFFFC7CE", Level.WARNING: "FFFFEB9C"}
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
          "colors", "extLst")  # fmt: skip
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_FIRST = {
    "fonts": ("font", '<{p}font><{p}sz val="11"/><{p}name val="Calibri"/></{p}font>'),
    "fills": (
        "fill",
        '<{p}fill><{p}patternFill patternType="none"/></{p}fill>'
        '<{p}fill><{p}patternFill patternType="gray125"/></{p}fill>',
    ),
    "borders": ("border", "<{p}border/>"),
    "cellStyleXfs": ("xf", '<{p}xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'),
    "cellXfs": ("xf", '<{p}xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'),
    "cellStyles": ("cellStyle", '<{p}cellStyle name="Normal" xfId="0" builtinId="0"/>'),
}


class Styles:
    """The workbook's styles, to which marked ones are added as they are asked for."""

    def __init__(self, package: Package) -> None:
        self._package = package
        kinds = {r.kind: r.target for r in package.relationships(package.workbook)}
        self._part = kinds.get("styles") or self._new_part()
        self._data = self._complete(package.read(self._part))
        self._found = elements(self._data)
        self._root_prefix = self._found[0].prefix
        self._lists = {name: named(self._found, name, 1)[0] for name in _FIRST}
        self._counts = {name: len(self._children(name)) for name in _FIRST}
        self._xfs = [self._data[xf.start : xf.end] for xf in self._children("cellXfs")]
        self._added: dict[str, list[str]] = {name: [] for name in _FIRST}
        self._fills = {level: self._add("fills", self._fill(colour)) for level, colour in FILLS.items()}
        self._head_fill = self._add("fills", self._fill(HEAD))
        self._marked: dict[tuple[int, Level], int] = {}

    def marked(self, base: int, level: Level) -> int:
        """The style of a cell whose own is ``base``, coloured for a level."""
        if (base, level) not in self._marked:
            raw = self._xfs[base] if base < len(self._xfs) else self._xfs[0]
            end = raw.index(b">") + 1
            fill = {"fillId": str(self._fills[level]), "applyFill": "1"}
            xf = with_attributes(raw[:end], fill) + raw[end:]
            self._marked[base, level] = self._add("cellXfs", xf.decode())
        return self._marked[base, level]

    def plain(
        self, *, head: bool = False, bold: bool = False, link: bool = False, level: Level | None = None, size: int = 11
    ) -> int:
        """A style of our own sheet: text at the top of its cell, wrapped where it is no larger than usual."""
        p = self._root_prefix
        look = f"<{p}b/>" if bold or head else f"<{p}u/>" if link else ""
        colour = f'<{p}color rgb="FF0563C1"/>' if link else ""
        font = self._add("fonts", f'<{p}font>{look}<{p}sz val="{size}"/>{colour}<{p}name val="等线"/></{p}font>')
        fill = self._head_fill if head else 0 if level is None else self._fills.get(level, 0)
        wrap = "" if size > 11 else ' wrapText="1"'
        return self._add(
            "cellXfs",
            f'<{p}xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyFont="1" applyFill="1" '
            f'applyAlignment="1"><{p}alignment vertical="top"{wrap}/></{p}xf>',
        )

    def save(self) -> None:
        """Put the styles with the added ones into the copy."""
        patches = Patches(self._data)
        for name, added in self._added.items():
            if added:
                total = str(self._counts[name] + len(added))
                patches.append(self._lists[name], "".join(added).encode(), count=total)
        self._package.put(self._part, patches.applied())

    def _add(self, name: str, content: str) -> int:
        self._added[name].append(content)
        return self._counts[name] + len(self._added[name]) - 1

    def _fill(self, colour: str) -> str:
        p = self._root_prefix
        return (
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/><{p}bgColor indexed="64"/>'
            f"</{p}patternFill></{p}fill>"
        )

    def _children(self, name: str) -> list[Element]:
        parent, child = self._lists[name], _FIRST[name][0]
        return [e for e in named(self._found, child, 2) if parent.start < e.start < parent.end]

    def _new_part(self) -> str:
        part = "xl/styles.xml"  # where some readers look without asking
        if part in self._package:
            part = self._package.free_name("xl/rptStyles{}.xml")
        root = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{self._package.main}"/>'
        self._package.put(part, root.encode(), _TYPE)
        self._package.relate(self._package.workbook, "styles", part)
        return part

    @staticmethod
    def _complete(data: bytes) -> bytes:
        """The style sheet with every list that marked styles need, as Excel takes an absent one to be."""
        for name, (child, content) in _FIRST.items():
            found = elements(data)
            p = found[0].prefix
            patches = Patches(data)
            lists = named(found, name, 1)
            first = content.format(p=p)
            if not lists:
                later = frozenset(_ORDER[_ORDER.index(name) + 1 :])
                insert_in_order(patches, found, later, f"<{p}{name}>{first}</{p}{name}>".encode())
            elif not any(lists[0].start < e.start < lists[0].end for e in named(found, child, 2)):
                tag = opened(data[lists[0].start : lists[0].tag_end])
                patches.replace(lists[0].start, lists[0].end, tag + f"{first}</{p}{name}>".encode())
            data = patches.applied()
        return data
