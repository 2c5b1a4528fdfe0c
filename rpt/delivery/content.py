"""What makes two letters the same: the words and figures that a reader gets, whenever and however they were made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from html import unescape

from rpt.values.run import Run

_HEAD = re.compile(r"<(head|style|script)\b.*?</\1>", re.DOTALL)
_MADE = re.compile(r"<dt>生成(?:日期|时间)</dt>\s*<dd>.*?</dd>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_DIGEST = re.compile(r"\b[0-9a-f]{8,64}\b…?")  # of input files, which change when a file is merely saved again


def content_hash(run: Run, names: Sequence[str]) -> str:
    """SHA-256 over the document's text, what its charts draw, the ledger's values and the attachments' names.

    Left out: the day it was made, styles, and the hashes of the input files: saved again without a change, a file gives
    the same report.
    """
    whole = hashlib.sha256()
    for part in _parts(run, names):
        whole.update(part.encode())
        whole.update(b"\0")
    return whole.hexdigest()


def _parts(run: Run, names: Sequence[str]) -> Iterator[str]:
    document = run.document
    yield document.title
    yield document.subtitle
    text = _TAG.sub(" ", _MADE.sub("", _HEAD.sub("", document.html)))
    yield " ".join(_DIGEST.sub("", unescape(text)).split())
    for chart in document.charts:
        yield chart.title
        yield "|".join(chart.categories)
        for series in chart.series:
            yield series.title
            yield "|".join("" if value is None else f"{value.normalize():f}" for value in series.values)
    for table in document.tables:
        for row in table.rows:
            yield "|".join(str(getattr(cell, "text", cell)) for cell in row.cells.values())
    for m in sorted(run.ledger.measurements, key=lambda m: m.id):
        yield f"{m.id}={m.reason if m.value is None else f'{m.value.normalize():f}'}"
    yield from sorted(names)
