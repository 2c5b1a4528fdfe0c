"""The PDF of a page: A4, tagged for screen readers (PDF/UA-1), with bookmarks. Nothing outside the page is fetched."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

from rpt.values.issue import UserError

_HINT = (
    "在 Debian/Ubuntu 上输入：apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk；"
    "在 macOS 上输入：brew install pango"
)
_NOWHERE = "http://report.invalid/"
NO_FONT = 40  # more missing characters than this are no emoji: there is no Chinese font at all
INSTALL_FONTS = (
    "请安装中文字体：Debian/Ubuntu 上输入 apt-get install fonts-noto-cjk；Windows 与 macOS 自带的微软雅黑、苹方即可"
)


def write_pdf(path: Path, html: str) -> str:
    """Print HTML to ``path`` and return the characters (emoji, mostly) for which no font has a glyph; they are printed
    as 〓. Raises UserError (exit 3) where WeasyPrint's system libraries or a Chinese font are missing."""
    try:
        missing = _print(path, html)
        if len(missing) > NO_FONT:
            raise UserError(f"系统里没有中文字体，缺字：{missing[:20]}……", INSTALL_FONTS, exit_code=3)
        if missing:
            _print(path, html.translate(dict.fromkeys(map(ord, missing), "〓")))
        return missing
    except OSError as error:  # the bindings load Pango when imported
        raise _no_libraries(error) from error


def load(families: str) -> None:
    """Load the printer and the fonts of CSS ``families``, which the first page would do else. Raises UserError (exit 3)
    where there is none."""
    try:
        from weasyprint import HTML

        HTML(string=f"<html lang=zh-CN><body style='font-family: {families}'><p>成交总额<b>12.3%</b></p>").render()
    except (ImportError, OSError) as error:
        raise _no_libraries(OSError(str(error))) from error


@dataclass(frozen=True)
class Trial:
    """A text printed on trial: WeasyPrint's version, the font families used, and the characters none of them has."""

    version: str
    families: tuple[str, ...]
    missing: str


def try_print(text: str, families: str) -> Trial:
    """Print a text in CSS ``families``, plain and bold, to nowhere. Raises UserError (exit 3) where the printer or its
    system libraries are missing."""
    page = f"<html lang=zh-CN><body style='font-family: {families}'><p>{escape(text)}</p><p><b>{escape(text)}</b></p>"
    try:
        import weasyprint

        with _missing_glyphs() as missing:
            document = weasyprint.HTML(string=page).render()
            document.write_pdf()
    except ImportError as error:
        hint = "请输入：python -m pip install weasyprint"
        raise UserError(f"没有安装 WeasyPrint：{error}", hint, exit_code=3) from error
    except OSError as error:
        raise _no_libraries(error) from error
    used = dict.fromkeys(font.family for font in document.fonts.values())
    return Trial(weasyprint.__version__, tuple(used), "".join(sorted(missing)))


def _no_libraries(error: OSError) -> UserError:
    return UserError(f"缺少生成 PDF 所需的系统组件：{error}".splitlines()[0], _HINT, exit_code=3)


def _print(path: Path, html: str) -> str:
    """One run of the printer: the characters it had no glyph for, each once."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    refused: list[str] = []

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Serves ``data:`` alone: a report is self-contained, and an address in it is a mistake or an attack."""

        def fetch(self, url: str, headers: object = None) -> object:
            if url[:5].lower() != "data:":
                refused.append(url)
                raise ValueError(url)
            return super().fetch(url, headers)

    fetcher = Fetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
    content = b""
    with _missing_glyphs() as missing, suppress(FatalURLFetchingError):
        # with a base, an address without a scheme is asked for, and so refused; without one it would be passed over
        content = HTML(string=html, base_url=_NOWHERE, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
    if refused or not content:  # what is refused inside an SVG ends no run of the printer's own accord
        address = refused[0].removeprefix(_NOWHERE)[:200] if refused else "data:"
        raise UserError(f"报告内容引用了外部地址：{address}", "请把图片等内容放进项目的 templates 文件夹")
    path.write_bytes(content)
    return "".join(sorted(missing))


@contextmanager
def _missing_glyphs() -> Iterator[set[str]]:
    """The characters for which no font of the system has a glyph, as they come up."""
    handler, logger = _MissingGlyphs(), logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield handler.characters
    finally:
        logger.removeHandler(handler)


class _MissingGlyphs(logging.Handler):
    """Collects the characters that no font of the system has; the printer only warns of them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if ".notdef" in record.msg and isinstance(record.args, tuple) and record.args:
            self.characters.add(str(record.args[0]))
