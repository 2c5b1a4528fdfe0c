"""The comments of a sheet and the legacy drawing that shows them, with ours added to what is there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from rpt.rendering.marked.cells import LAST_COLUMN, LAST_ROW, Cell, address_of
from rpt.rendering.marked.package import Package
from rpt.rendering.marked.scan import Element, NotMarkableError, Patches, elements, named, plain

AUTHOR = "rpt"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BLOCK = 1024  # shape ids come in blocks, which the drawing names
_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'
)
_NAMESPACES = {"v": "urn:schemas-microsoft-com:vml", "o": "urn:schemas-microsoft-com:office:office",
               "x": "urn:schemas-microsoft-com:office:excel"}  # fmt: skip
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


class Comments:
    """The comments of one sheet. ``add`` all at once; threaded ones are left as they are."""

    def __init__(self, package: Package, sheet: str) -> None:
        self._package, self._sheet = package, sheet
        kinds = {r.kind: r.target for r in package.relationships(sheet)}
        self._part = kinds.get("comments", "")
        self._drawing = self._stated_drawing()
        self.is_threaded = "threadedComment" in kinds

    def add(self, texts: Mapping[Cell, str]) -> tuple[str, set[Cell]]:
        """Add a comment to each cell, below the one it has. Returns the id of the drawing where the sheet has to name a
        new one, and the cells whose threaded comment was left alone (they have none of ours)."""
        if not self._part:
            self._part = self._package.free_name("xl/rptComments{}.xml")
            main = self._package.main
            empty = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{main}"><authors/>'
            self._package.put(self._part, f"{empty}<commentList/></comments>".encode(), _COMMENTS_TYPE)
            self._package.relate(self._sheet, "comments", self._part)
        added, left = self._write(texts)
        if not added:
            return "", left
        identity = ""
        if not self._drawing:
            self._drawing = self._package.free_name("xl/drawings/rptComments{}.vml")
            self._package.put(self._drawing, _HEAD.encode())
            self._package.default_type("vml", _VML_TYPE)
            identity = self._package.relate(self._sheet, "vmlDrawing", self._drawing)
        self._draw(added)
        return identity, left

    def _write(self, texts: Mapping[Cell, str]) -> tuple[list[Cell], set[Cell]]:
        """Write the texts; returns the cells that had no comment, and those left alone."""
        data = self._package.read(self._part)
        found = elements(data)
        p = found[0].prefix
        authors, listed = named(found, "authors", 1), named(found, "commentList", 1)
        if not authors or not listed:
            raise NotMarkableError("批注写法认不出来，不做标记副本", "请用 Excel 或 WPS 打开后另存为 .xlsx")
        patches = Patches(data)
        author = len(named(found, "author", 2))
        patches.append(authors[0], f"<{p}author>{AUTHOR}</{p}author>".encode())
        known = {element.attributes.get("ref"): at for at, element in enumerate(found) if element.name == "comment"}
        added: list[Cell] = []
        left: set[Cell] = set()
        made = []
        for cell, text in sorted(texts.items()):
            at = known.get(address_of(cell))
            if at is None:
                added.append(cell)
                ref = address_of(cell)
                made.append(
                    f'<{p}comment ref="{ref}" authorId="{author}"><{p}text>{_run(p, text)}</{p}text></{p}comment>'
                )
            elif self.is_threaded:
                left.add(cell)
            else:
                _extend(patches, found, at, p, text)
        patches.append(listed[0], "".join(made).encode())
        self._package.put(self._part, patches.applied())
        return added, left

    def _stated_drawing(self) -> str:
        """The drawing that the sheet names for its comments; other legacy drawings are those of headers."""
        from_id = {r.id: r.target for r in self._package.relationships(self._sheet) if r.kind == "vmlDrawing"}
        if not from_id:
            return ""
        stated = re.search(
            rb"<(?:\w+:)?legacyDrawing\s[^>]*?\bid\s*=\s*[\"']([^\"']+)", self._package.read(self._sheet)
        )
        return from_id.get(stated[1].decode(), "") if stated else ""

    def _draw(self, cells: list[Cell]) -> None:
        """Put a hidden note for each cell into the drawing."""
        text = self._package.read(self._drawing).decode("utf-8", "surrogateescape")
        end = text.rfind("</xml>")
        if end < 0:
            raise NotMarkableError("批注图形写法认不出来，不做标记副本", "请用 Excel 或 WPS 打开后另存为 .xlsx")
        first = self._free_block()
        blocks = range(first, first + -(-len(cells) // (_BLOCK - 1)))
        shapes = [] if 'id="_x0000_t202"' in text else [_SHAPE_TYPE]
        for at, cell in enumerate(cells):
            block, place = divmod(at, _BLOCK - 1)
            shapes.append(_shape(blocks[block] * _BLOCK + place + 1, cell))
        root = re.search(r"<xml\b[^>]*>", text)
        absent = {f"xmlns:{name}": uri for name, uri in _NAMESPACES.items() if root and f"xmlns:{name}=" not in root[0]}
        text = text[:end] + "".join(shapes) + text[end:]
        text = re.sub(r"<xml\b", "<xml" + "".join(f' {name}="{uri}"' for name, uri in absent.items()), text, count=1)
        numbers = ",".join(map(str, blocks))
        text = re.sub(
            r'(<o:idmap\b[^>]*?\bdata=")([^"]*)',
            lambda found: found[1] + (f"{found[2]},{numbers}" if found[2] else numbers),
            text,
            count=1,
        )
        self._package.put(self._drawing, text.encode("utf-8", "surrogateescape"))

    def _free_block(self) -> int:
        """The first block of shape ids above those of every drawing of the workbook."""
        taken = [0]
        for sheet in self._package.relationships(self._package.workbook):
            for related in self._package.relationships(sheet.target):
                if related.kind == "vmlDrawing" and related.target in self._package:
                    data = self._package.read(related.target)
                    for numbers in re.findall(rb"<o:idmap\b[^>]*?\bdata=[\"']([\d, ]*)", data):
                        taken += [int(number) for number in numbers.split(b",") if number.strip()]
                    taken += [int(n) // _BLOCK for n in re.findall(rb"id=[\"']_x0000_s(\d{1,9})[\"']", data)]
        return max(taken) + 1


def _extend(patches: Patches, found: list[Element], at: int, p: str, text: str) -> None:
    """Add a run to the comment at ``at``; a text without runs becomes its first one."""
    end = found[at].end
    inside = found[at + 1 : bisect_left(found, end, at + 1, key=lambda element: element.start)]
    holder = next((e for e in inside if e.name == "text"), None)
    if holder is None:
        return
    children = [e for e in inside if holder.start < e.start < holder.end and e.depth == holder.depth + 1]
    if children and children[0].name == "t":
        first = children[0]
        patches.replace(first.start, first.start, f"<{p}r>".encode())
        patches.replace(first.end, first.end, f"</{p}r>".encode())
    run = _run(p, f"\n————\n{text}").encode()
    phonetic = next((e for e in children if e.name in ("rPh", "phoneticPr")), None)
    if phonetic is None:
        patches.append(holder, run)
    else:
        patches.replace(phonetic.start, phonetic.start, run)


def _run(p: str, text: str) -> str:
    return (
        f'<{p}r><{p}rPr><{p}sz val="10"/><{p}color indexed="81"/><{p}rFont val="等线"/></{p}rPr>'
        f'<{p}t xml:space="preserve">{plain(text)}</{p}t></{p}r>'
    )


def _shape(number: int, cell: Cell) -> str:
    """A hidden note beside its cell, three columns wide and six rows high, inside the sheet."""
    row, column = cell[0] - 1, cell[1] - 1
    left, top = min(column + 1, LAST_COLUMN - 5), min(max(row - 1, 0), LAST_ROW - 8)
    anchor = f"{left}, 15, {top}, 2, {left + 3}, 15, {top + 6}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:220pt;height:90pt;'
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
