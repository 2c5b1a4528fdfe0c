"""The PDF of a page: A4, tagged for screen readers (PDF/UA-1), with bookmarks. Nothing outside the page is fetched."""

from __future__ import annotations

import logging
from pathlib import Path

from rpt.values.issue import UserError

_HINT = (
    "在 Debian/Ubuntu 上输入：apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk；"
    "在 macOS 上输入：brew install pango"
)
_FONTS = (
    "请安装中文字体：Debian/Ubuntu 上输入 apt-get install fonts-noto-cjk；Windows 与 macOS 自带的微软雅黑、苹方即可"
)


def write_pdf(path: Path, html: str) -> None:
    """Print HTML to ``path``. Raises UserError (exit 3) where WeasyPrint's system libraries or a font
    for one of its characters is missing."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
    except OSError as error:  # the bindings load Pango when imported
        raise UserError(f"缺少生成 PDF 所需的系统组件：{error}".splitlines()[0], _HINT, exit_code=3) from error
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
    if missing.characters:
        shown = "".join(sorted(missing.characters))[:20]
        raise UserError(f"系统字体里没有这些字：{shown}", _FONTS, exit_code=3)


class _MissingGlyphs(logging.Handler):
    """Collects the characters that no font of the system has; the printer only warns of them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if ".notdef" in record.msg and isinstance(record.args, tuple) and record.args:
            self.characters.add(str(record.args[0]))
