"""The PDF of a page: A4, tagged for screen readers (PDF/UA-1), with bookmarks. Nothing outside the page is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rpt.values.issue import UserError

_HINT = (
    "在 Debian/Ubuntu 上输入：apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk；"
    "在 macOS 上输入：brew install pango"
)


def write_pdf(path: Path, html: str) -> None:
    """Print HTML to ``path``. Raises UserError (exit 3) where WeasyPrint's system libraries are missing."""
    try:
        from weasyprint import HTML
    except OSError as error:  # the bindings load Pango when imported
        raise UserError(f"缺少生成 PDF 所需的系统组件：{error}".splitlines()[0], _HINT, exit_code=3) from error
    HTML(string=html, url_fetcher=_refuse).write_pdf(path, pdf_variant="pdf/ua-1")


def _refuse(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    """A report is self-contained: an address in it is a mistake or an attack."""
    if url.startswith("data:"):
        from weasyprint import default_url_fetcher

        return dict(default_url_fetcher(url))
    raise UserError(f"报告内容引用了外部地址：{url}", "请把图片等内容放进模板本身（data:）")
