"""Where the elements of an XML part stand in its bytes, and patches to those bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

# possessive, so that a broken tag costs no more than its length
_TAG = re.compile(rb"<[^\s/>]++(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class NotMarkableError(Exception):
    """A workbook that no copy can be marked of: a Chinese message and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(slots=True)
class Element:
    """An element by byte offsets: ``start`` to ``tag_end`` is its start tag, children end at ``inner_end``."""

    name: str
    prefix: str
    attributes: dict[str, str]
    depth: int
    start: int
    tag_end: int
    inner_end: int = 0
    end: int = 0

    @property
    def is_empty_tag(self) -> bool:
        """Whether it is written ``<a/>``."""
        return self.inner_end == self.tag_end == self.end


@dataclass
class Patches:
    """Replacements of byte ranges, applied all at once; insertions at one place keep their order."""

    data: bytes
    _patches: list[tuple[int, int, bytes]] = field(default_factory=list)

    def replace(self, start: int, end: int, content: bytes) -> None:
        """Put ``content`` in place of a range; an empty range inserts."""
        self._patches.append((start, end, content))

    def retag(self, element: Element, **attributes: str | None) -> None:
        """Set attributes of an element's start tag; None removes one."""
        tag = self.data[element.start : element.tag_end]
        self.replace(element.start, element.tag_end, with_attributes(tag, attributes))

    def append(self, element: Element, children: bytes, **attributes: str | None) -> None:
        """Add children at an element's end, and set attributes of its start tag."""
        tag = with_attributes(self.data[element.start : element.tag_end], attributes)
        if element.is_empty_tag:
            name = f"{element.prefix}{element.name}".encode()
            self.replace(element.start, element.tag_end, opened(tag) + children + b"</" + name + b">")
            return
        if attributes:
            self.replace(element.start, element.tag_end, tag)
        self.replace(element.inner_end, element.inner_end, children)

    def applied(self) -> bytes:
        """The bytes with every patch in place."""
        pieces, at = [], 0
        for start, end, content in sorted(self._patches, key=lambda patch: patch[:2]):
            pieces += [self.data[at:start], content]
            at = end
        return b"".join([*pieces, self.data[at:]])


def as_utf8(data: bytes) -> bytes:
    """A part as UTF-8, its declaration too: offsets are then those of the bytes that are written."""
    if not data.startswith(_UTF16):
        return data
    text = data.decode("utf-16")
    return re.sub(r'(<\?xml[^>]*?encoding=["\'])[^"\']+', r"\1UTF-8", text, count=1).encode()


def parser() -> expat.XMLParserType:
    """An XML parser that takes no DOCTYPE: no entity is ever declared."""
    made = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise NotMarkableError("文件里有 DOCTYPE，不做标记副本", "请用 Excel 或 WPS 打开后另存为 .xlsx")

    made.StartDoctypeDeclHandler = refuse
    return made


def tag_end(data: bytes, start: int) -> int:
    """Where the start tag that begins at ``start`` ends."""
    found = _TAG.match(data, start)
    if found is None:
        raise NotMarkableError("文件内部的 XML 写法认不出来", "请用 Excel 或 WPS 打开后另存为 .xlsx")
    return found.end()


def elements(data: bytes) -> list[Element]:
    """Every element of a part, in document order."""
    found: list[Element] = []
    opened_ones: list[Element] = []
    reader = parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        prefix, colon, local = name.rpartition(":")
        at = reader.CurrentByteIndex
        element = Element(local, prefix + colon, attributes, len(opened_ones), at, tag_end(data, at))
        found.append(element)
        opened_ones.append(element)

    def end(_: str) -> None:
        element = opened_ones.pop()
        if data[element.tag_end - 2 : element.tag_end] == b"/>":
            element.inner_end = element.end = element.tag_end
        else:
            element.inner_end = reader.CurrentByteIndex
            element.end = data.index(b">", element.inner_end) + 1

    reader.StartElementHandler, reader.EndElementHandler = start, end
    reader.Parse(data, True)
    return found


def named(found: Iterable[Element], name: str, depth: int | None = None) -> list[Element]:
    """The elements of a local name, at a depth (0 is the root) where one is given."""
    return [element for element in found if element.name == name and depth in (None, element.depth)]


def insert_in_order(patches: Patches, found: list[Element], later: frozenset[str], content: bytes) -> None:
    """Insert a child of the root before the first child named in ``later``, else at the root's end."""
    root = found[0]
    following = next((element for element in found if element.depth == 1 and element.name in later), None)
    if following is None:
        patches.append(root, content)
    else:
        patches.replace(following.start, following.start, content)


def with_attributes(tag: bytes, attributes: Mapping[str, str | None]) -> bytes:
    """A start tag with attributes set, or removed where None."""
    for name, value in attributes.items():
        pattern = re.compile(rb"\s" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
        written = b"" if value is None else f' {name}="{quoted(value)}"'.encode()
        if pattern.search(tag):
            tag = pattern.sub(lambda _, written=written: written, tag, count=1)  # type: ignore[misc]
        elif written:
            close = -2 if tag.endswith(b"/>") else -1
            tag = tag[:close].rstrip() + written + tag[close:]
    return tag


def opened(tag: bytes) -> bytes:
    """``<a/>`` as ``<a>``."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def plain(text: str) -> str:
    """Text without the characters that XML cannot hold, escaped."""
    return escape(_ILLEGAL.sub("", text))


def quoted(text: str) -> str:
    """Text for an attribute in double quotes."""
    return plain(text).replace('"', "&quot;")
