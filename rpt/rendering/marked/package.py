"""The zip package of a workbook: its parts, how they refer to one another, and a copy with some parts changed."""

from __future__ import annotations

import posixpath
import re
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rpt.rendering.marked.scan import NotMarkableError, Patches, as_utf8, elements, named, quoted

_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_MAIN = {
    _TRANSITIONAL: "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    _STRICT: "http://purl.oclc.org/ooxml/spreadsheetml/main",
}
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
_LARGEST_PART = 1 << 29  # bytes of one part that is patched; intake refuses larger workbooks long before
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


@dataclass(frozen=True)
class Relationship:
    """One part's reference to another: its id, the last word of its type, and the part."""

    id: str
    kind: str
    target: str


class Package:
    """A workbook's package, read as it is; ``put`` changes parts of the copy only."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise NotMarkableError("文件损坏，不做标记副本", "请用 Excel 或 WPS 打开后另存为 .xlsx") from error
        # some writers disagree with themselves on case and slashes
        self._names = {_folded(name): name for name in self._zip.namelist()}
        if len(self._names) != len(self._zip.namelist()):
            raise NotMarkableError("压缩包里有重名的文件，不做标记副本", "请用 Excel 或 WPS 打开后另存为 .xlsx")
        self._changed: dict[str, bytes] = {}
        self._relations: dict[str, list[Relationship]] = {}
        self.workbook = next((r.target for r in self.relationships("") if r.kind == "officeDocument"), "")
        if not self.workbook.lower().endswith(".xml"):
            raise NotMarkableError("这种格式不做标记副本", "请另存为 .xlsx 后再标记")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def main(self) -> str:
        """The namespace of sheets."""
        return _MAIN[self._base]

    @property
    def relations(self) -> str:
        """The namespace of references to other parts."""
        return self._base

    @property
    def has_signatures(self) -> bool:
        """Whether the workbook is signed: a changed copy no longer is."""
        return any(name.startswith("_xmlsignatures/") for name in self._names)

    def __contains__(self, part: str) -> bool:
        return part in self._changed or _folded(part) in self._names

    def read(self, part: str) -> bytes:
        """A part's bytes, as changed so far."""
        if part in self._changed:
            return self._changed[part]
        info = self._zip.getinfo(self._stored(part))
        if info.file_size > _LARGEST_PART:
            raise NotMarkableError("工作表太大，不做标记副本", "请按月拆分文件后再标记")
        return as_utf8(self._zip.read(info))

    def put(self, part: str, content: bytes, content_type: str = "") -> None:
        """Change a part, or add one with its content type."""
        self._changed[part] = content
        if content_type:
            data = self.read(_TYPES)
            patches, found = Patches(data), elements(data)
            patches.append(found[0], f'<Override PartName="/{quoted(part)}" ContentType="{content_type}"/>'.encode())
            self._changed[_TYPES] = patches.applied()

    def default_type(self, extension: str, content_type: str) -> None:
        """See to it that files of an extension have a content type."""
        data = self.read(_TYPES)
        found = elements(data)
        known = {element.attributes.get("Extension", "").lower() for element in named(found, "Default")}
        if extension not in known:
            patches = Patches(data)
            added = f'<Default Extension="{extension}" ContentType="{content_type}"/>'.encode()
            patches.replace(found[0].tag_end, found[0].tag_end, added)
            self._changed[_TYPES] = patches.applied()

    def relationships(self, part: str) -> Sequence[Relationship]:
        """What a part refers to inside the package; the empty name is the package itself."""
        if part not in self._relations:
            self._relations[part] = list(self._read_relationships(part))
        return self._relations[part]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a reference from a part to another; returns its id."""
        self.relationships(part)
        place = _relations_part(part)
        empty = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELATIONS}"/>'
        data = self.read(place) if place in self else empty.encode()
        found = elements(data)
        taken = {element.attributes.get("Id") for element in found}
        identity = next(name for n in range(1, len(found) + 2) if (name := f"rIdRpt{n}") not in taken)
        patches = Patches(data)
        added = f'<Relationship Id="{identity}" Type="{self._base}/{kind}" Target="/{quoted(target)}"/>'
        patches.append(found[0], added.encode())
        if place not in self:
            self.default_type("rels", _RELATIONS_TYPE)
        self._changed[place] = patches.applied()
        self._relations[part].append(Relationship(identity, kind, target))
        return identity

    def free_name(self, pattern: str) -> str:
        """A part's name not taken yet; ``pattern`` has ``{}`` for the number."""
        return next(name for n in range(1, len(self._names) + len(self._changed) + 2)
                    if (name := pattern.format(n)) not in self)  # fmt: skip

    def save(self, target: Path) -> None:
        """Write the copy: unchanged parts in their order and with their dates, then the new ones."""
        changed = {_folded(part): part for part in self._changed}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for info in self._zip.infolist():
                part = changed.pop(_folded(info.filename), None)
                entry = zipfile.ZipInfo(info.filename, info.date_time)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
                if part is not None:
                    out.writestr(entry, self._changed[part])
                else:
                    with self._zip.open(info) as source, out.open(entry, "w", force_zip64=True) as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
            for part in changed.values():
                entry = zipfile.ZipInfo(part)
                entry.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(entry, self._changed[part])

    @property
    def _base(self) -> str:
        """The first part of relationship types: a strict workbook has its own."""
        place = _relations_part("")
        return _STRICT if _STRICT.encode() in self.read(place) else _TRANSITIONAL

    def _read_relationships(self, part: str) -> list[Relationship]:
        place = _relations_part(part)
        if place not in self:
            return []
        found = []
        for element in named(elements(self.read(place)), "Relationship"):
            attributes = element.attributes
            if attributes.get("TargetMode") == "External" or not {"Id", "Type", "Target"} <= set(attributes):
                continue
            target = posixpath.normpath(
                posixpath.join("/", posixpath.dirname(part), attributes["Target"].replace("\\", "/"))
            ).lstrip("/")
            kind = attributes["Type"].rpartition("/")[2]
            # named as the zip has it, so that a part has one name
            stored = self._names.get(_folded(target), target)
            found.append(Relationship(attributes["Id"], kind, stored.replace("\\", "/")))
        return found

    def _stored(self, part: str) -> str:
        try:
            return self._names[_folded(part)]
        except KeyError:
            raise NotMarkableError("文件缺少内部部件，不做标记副本", "请用 Excel 或 WPS 打开后另存为 .xlsx") from None


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _folded(name: str) -> str:
    return re.sub(r"\\+", "/", name).lstrip("/").lower()
