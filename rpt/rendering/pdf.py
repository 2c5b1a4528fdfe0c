"""The PDF of a page: A4, tagged for screen readers (PDF/UA-1), with bookmarks. Nothing outside the page is fetched."""

from __future__ import annotations

import logging
from pathlib import Path

from rpt.values.issue import UserError

_HINT = (
    "在 Debian/Ubuntu 上输入：apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk；"
    "在 macOS 上输入：brew install pango"
)
NO_FONT = 40  # more missing characters than this are no emoji: there is no Chinese font at all
_FONTS = (
    "请安装中文字体：Debian/Ubuntu 上输入 apt-get install fonts-noto-cjk；Windows 与 macOS 自带的微软雅黑、苹方即可"
)


def write_pdf(path: Path, html: str) -> str:
    """Print HTML to ``path`` and return the characters (emoji, mostly) for which no font has a glyph; they are printed
    as 〓. Raises UserError (exit 3) where WeasyPrint's system libraries or a Chinese font are missing."""
    try:
        missing = _print(path, html)
        if len(missing) > NO_FONT:
            raise UserError(f"系统里没有中文字体，缺字：{missing[:20]}……", _FONTS, exit_code=3)
        if missing:
            _print(path, html.translate(dict.fromkeys(map(ord, missing), "〓")))
        return missing
    except OSError as error:  # the bindings load Pango when imported
        raise UserError(f"缺少生成 PDF 所需的系统组件：{error}".splitlines()[0], _HINT, exit_code=3) from error


def _print(path: Path, html: str) -> str:
    """One run of the printer: the characters it had no glyph for, each once."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    missing = _MissingGlyphs()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(missing)
    try:
        # a report is self-contained: an address in it is a mistake or an attack
        fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
        HTML(string=html, url_fetcher=fetcher).write_pdf(path, pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:
        address = str(error).removeprefix("Error fetching ").strip('"')[:200]
        raise UserError(f"报告内容引用了外部地址：{address}", "请把图片等内容放进模板本身（data:）") from error
    finally:
        logger.removeHandler(missing)
    return "".join(sorted(missing.characters))


class _MissingGlyphs(logging.Handler):
    """Collects the characters that no font of the system has; the printer only warns of them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if ".notdef" in record.msg and isinstance(record.args, tuple) and record.args:
            self.characters.add(str(record.args[0]))
