"""The parts of a package come out as they went in, in pieces of no more than was asked for."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.intake.preflight import archive
from rpt.intake.preflight.archive import Archive
from rpt.values.limits import Limits

CONTENT = st.one_of(st.binary(max_size=3000), st.integers(0, 200_000).map(lambda count: b"<c r=" * count))


@given(CONTENT, st.sampled_from([64, 1000, 4096, 1 << 21]), st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]))
def test_parts_come_out_whole(content: bytes, piece: int, method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as book:
        book.writestr("xl/a.xml", content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "PIECE", piece)
        found = Archive(packed, len(packed.getvalue()), Limits())
        (entry,) = found.entries
        pieces = list(found.pieces(entry))
    assert b"".join(pieces) == content
    assert all(0 < len(one) <= piece for one in pieces)
    assert entry.crc == zlib.crc32(content)
    assert found.room == found.limit - len(content)
