"""A page made whole: pictures and fonts beside a project's templates become part of it, and nothing else is fetched.

The PDF's printer fetches nothing but ``data:``, and a browser is told the same by the page's policy: they hold where an
address was overlooked here.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from jinja2 import TemplateNotFound

from rpt.values.issue import UserError
from rpt.writing.sandbox import inside

_KINDS = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".svg": "image/svg+xml", ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf",
}  # fmt: skip
LARGEST_PAGE, LARGEST_FILES = 8 << 20, 32 << 20  # characters of the page, bytes of all that becomes part of it
_HINT = "模板里的图片与字体应放在 templates 文件夹里，地址从这个文件夹写起（如 images/team.png），或直接写成 data:"
_INCLUDE = '样式请写在 <style> 里，或用 {% include "annual/own.css" %} 引入'
# what runs, loads another page, sends, or moves the page's address
_REFUSED = frozenset({"applet", "base", "embed", "form", "frame", "frameset", "iframe", "link", "object", "script"})
_FETCHED = frozenset({"src", "href", "xlink:href", "poster", "background", "data"})
_NOT_SET = frozenset({"srcset", "imagesrcset", "srcdoc", "ping", "action", "formaction", "manifest"})
_LINKS = ("#", "http://", "https://", "mailto:")
_IN_CSS = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"})
_TELLING = re.compile(r"\\|url|@|src|image|cross-fade", re.IGNORECASE)  # a style without these refers to nothing


def inlined(html: str, folders: Sequence[Path]) -> str:
    """The page with every file of the template folders that it shows or prints with as ``data:``.

    Raises UserError where it refers to anything else, or is too large to print.
    """
    if len(html) > LARGEST_PAGE:
        raise UserError(f"模板生成的内容太大：{len(html) >> 20} MB", "请检查项目 templates 文件夹里的循环")
    scan = _Scan(html, _Files(folders))
    made, end = [], 0
    for start, stop, text in scan.patches():
        made += [html[end:start], text]
        end = stop
    return "".join((*made, html[end:]))


class _Files:
    """Files of the template folders as ``data:`` addresses."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders, self._known, self._room = folders, dict[str, str](), LARGEST_FILES

    def address(self, reference: str) -> str:
        """What stands in a reference's place. Raises UserError for what is not in the folders."""
        reference = reference.strip()
        if reference.startswith("#") or reference[:5].lower() == "data:":
            return reference
        if reference not in self._known:
            self._known[reference] = self._read(reference)
        return self._known[reference]

    def _read(self, reference: str) -> str:
        if ":" in reference or reference.startswith(("/", "\\")):
            raise UserError(f"报告内容引用了外部地址：{reference[:200]}", _HINT)
        kind = _KINDS.get(Path(reference).suffix.lower())
        try:
            path = inside(self._folders, unquote(reference))
        except (TemplateNotFound, OSError, ValueError):
            path = None
        if path is None or kind is None:
            raise UserError(f"模板引用的图片或字体不在 templates 文件夹里：{reference[:200]}", _HINT)
        self._room -= path.stat().st_size
        if self._room < 0:
            raise UserError(f"模板引用的图片与字体超过 {LARGEST_FILES >> 20} MB：{reference}", "请压缩图片后重试")
        return f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}"


class _Scan(HTMLParser):
    """Goes through a page once and says what has to be replaced, as (start, end, text)."""

    def __init__(self, html: str, files: _Files) -> None:
        super().__init__(convert_charrefs=False)
        self._html, self._files = html, files
        self._lines = [0, *(found.end() for found in re.finditer("\n", html))]
        self._patches: list[tuple[int, int, str]] = []
        self._style: int | None = None

    def patches(self) -> list[tuple[int, int, str]]:
        """The replacements, in order."""
        self.feed(self._html)
        self.close()
        if self._style is not None:  # never closed: it goes on to the end
            self._css(self._style, len(self._html))
        return self._patches

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element's addresses."""
        if tag in _REFUSED or (tag == "meta" and any(name == "http-equiv" for name, _ in attrs)):
            raise UserError(f"模板不能使用 <{tag}>", _INCLUDE if tag == "link" else _HINT)
        start, source = self._at(), self.get_starttag_text() or ""
        made = [(name, self._attribute(tag, name, value)) for name, value in attrs]
        if made != attrs:
            closed = "/>" if source.endswith("/>") else ">"
            told = "".join(f" {name}" if v is None else f' {name}="{escape(v)}"' for name, v in made)
            self._patches.append((start, start + len(source), f"<{tag}{told}{closed}"))
        if tag == "style":
            self._style = start + len(source)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that ends where it begins, in SVG; in HTML the slash says nothing."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """A style is known when it ends."""
        if tag == "style" and self._style is not None:
            self._css(self._style, self._at())
            self._style = None

    def _attribute(self, tag: str, name: str, value: str | None) -> str | None:
        if name.startswith("on") or name in _NOT_SET:
            raise UserError(f"模板不能使用 <{tag} {name}>", _HINT)
        if value is None:
            return None
        if tag in ("a", "area"):
            if name == "rel" and "attachment" in value.lower():
                raise UserError(f"模板不能附带文件：<{tag} rel={value}>", _HINT)
            if name in ("href", "xlink:href"):
                if not value.strip().lower().startswith(_LINKS):
                    raise UserError(f"链接应为 http(s)、mailto 或本文内的 #：{value[:200]}", "请改正模板里的链接")
                return value
        if name in _FETCHED:
            return self._files.address(value)
        if name == "style" or "url" in value.lower() or "\\" in value:
            return _restyled(value, self._files)
        return value

    def _css(self, start: int, end: int) -> None:
        css = self._html[start:end]
        made = _restyled(css, self._files)
        if made != css:
            self._patches.append((start, end, made))

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _restyled(css: str, files: _Files) -> str:
    """Styles with the files they refer to as ``data:``; word for word the same where they refer to none."""
    if not _TELLING.search(css):
        return css
    import tinycss2

    tokens = tinycss2.parse_component_value_list(css)
    return str(tinycss2.serialize(tokens)) if _replace(tokens, files, is_address=False) else css


def _replace(tokens: Iterable[object], files: _Files, *, is_address: bool) -> bool:
    """Replace the addresses among the tokens of a style; returns whether there was one."""
    changed = False
    for token in tokens:
        match getattr(token, "type", ""):
            case "at-keyword" if token.lower_value == "import":  # type: ignore[attr-defined]
                raise UserError("模板的样式不能使用 @import", _INCLUDE)
            case "url":
                changed |= _readdress(token, files, "url({})")
            case "string" if is_address:
                changed |= _readdress(token, files, "{}")
            case "function":
                inner = is_address or token.lower_name in _IN_CSS  # type: ignore[attr-defined]
                changed |= _replace(token.arguments, files, is_address=inner)  # type: ignore[attr-defined]
            case "{} block" | "[] block" | "() block":
                changed |= _replace(token.content, files, is_address=is_address)  # type: ignore[attr-defined]
    return changed


def _readdress(token: object, files: _Files, form: str) -> bool:
    was = token.value  # type: ignore[attr-defined]
    now = files.address(was)
    if now == was:
        return False
    token.value = now  # type: ignore[attr-defined]
    token.representation = form.format(f'"{now}"')  # type: ignore[attr-defined]
    return True
