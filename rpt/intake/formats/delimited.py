"""Text with a delimiter (csv, tsv, txt), in the encodings that Chinese tools write."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rpt.intake.raw import RawSheet


def read(path: Path) -> list[RawSheet]:
    """The file as one sheet named after it.

    Raises UnicodeDecodeError for text that is neither UTF-8 nor GB18030.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return [RawSheet(path.stem, rows)] if any(rows) else []


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:20])
    return max(",\t;", key=head.count)
