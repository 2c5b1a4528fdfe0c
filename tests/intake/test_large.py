"""Large files: read in a stream where they are plain, as a whole where they are not, with the same cells and checks."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from rpt.engine.duck import Duck
from rpt.intake import child, handover
from rpt.intake.formats import large_text
from rpt.intake.handover import Reading, take
from rpt.intake.load import load
from rpt.intake.raw import LargeText
from tests.projects import SETTINGS, project

PLAIN = '日期,平台,支付金额\n2025-06-18,天猫,"1,000.5"\n2025-06-19,天猫,"含\n换行"\n2025-06-20,,\n'


def cells(
    folder: Path, text: bytes, *, at: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[bool, list[tuple[object, ...]]]:
    """Whether a file went in a stream, and its rows as handed over; files from ``at`` bytes on are large."""
    monkeypatch.setattr(large_text, "LARGE", at)
    path, out = folder / "渠道日报.csv", folder / f"out{at}"
    path.write_bytes(text)
    out.mkdir()
    streamed: list[bool] = []
    lines = handover._lines
    monkeypatch.setattr(handover, "_lines", lambda of: streamed.append(True) or lines(of))
    assert child.do(child.Job(str(path), path.name, str(out))) == 0
    (sheet,) = take(out, path.name).sheets
    return bool(streamed), Duck().rows(f"select * from '{sheet.path}' order by _row")


@pytest.mark.parametrize(
    ("text", "streams"),
    [
        (PLAIN.encode(), True),
        (b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode(), True),
        (PLAIN.replace(",", ";").encode(), True),
        ("日期,平台\n\n2025-06-18,天猫\n".encode(), False),  # an empty line counts as a row
        ("标题\n日期,平台\n2025-06-18,天猫\n".encode(), False),  # a title above the table
        ("日期,平台\n2025-06-18\n".encode(), True),  # begun, and given up: a cell is missing
        (PLAIN.encode("gb18030"), True),
    ],
)
def test_a_stream_gives_the_cells_of_the_whole(
    tmp_path: Path, text: bytes, streams: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    streamed, found = cells(tmp_path, text, at=1, monkeypatch=monkeypatch)
    held, wanted = cells(tmp_path, text, at=1 << 30, monkeypatch=monkeypatch)
    assert (streamed, held) == (streams, False)
    assert found == wanted
    assert len(found) >= 2


def test_a_columnar_file_is_read_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    duckdb.sql("select 1 as a, 'b' as b").write_parquet(str(path))
    (tmp_path / "out").mkdir()
    assert child.do(child.Job(str(path), path.name, str(tmp_path / "out"))) == 0
    (sheet,) = take(tmp_path / "out", path.name).sheets
    assert (sheet.typed, sheet.path) == (True, path)
    assert [found.name for found in (tmp_path / "out").iterdir()] == ["sheets.json"]


def test_a_columnar_file_with_a_damaged_page_is_an_issue(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    duckdb.sql("select range as a, hash(range) as b from range(100000)").write_parquet(str(path))
    data = bytearray(path.read_bytes())
    data[1000:3000] = bytes(2000)
    path.write_bytes(data)
    (tmp_path / "out").mkdir()
    assert child.do(child.Job(str(path), path.name, str(tmp_path / "out"))) == 0
    found = take(tmp_path / "out", path.name)
    assert isinstance(found, Reading)
    assert [issue.message for issue in found.issues] == ["文件损坏：parquet 文件读不出来"]


def test_bad_values_of_columnar_files_are_counted_by_column(tmp_path: Path) -> None:
    rows = "(date '2025-06-18', '天猫', '1.5'), (null, '天猫', 'x'), (date '2025-06-20', null, null)"
    duckdb.sql(f"select * from (values {rows}) t(date, platform, paid_amount)").write_parquet(
        str(tmp_path / "channel_daily.parquet")
    )
    dataset, issues = load(project(tmp_path, settings=SETTINGS.replace("*.xlsx", "*.parquet")), Duck())
    assert [issue.message for issue in issues if issue.code == "cell_bad"] == [
        "列“日期”有 1 个值为空或不能转换为 date",
        "列“平台”有 1 个值为空或不能转换为 varchar",
        "列“支付金额”有 2 个值为空或不能转换为 decimal(18,4)",
    ]
    assert dataset.engine.rows("select _row from typed_channel_daily order by _row") == [(1,), (2,), (3,)]


def test_large_text_says_how_its_records_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_text, "LARGE", 1)
    path = tmp_path / "x.tsv"
    path.write_bytes(b"a\tb\tc\r\n1\t2\t3\r\n")
    assert large_text.large_text(path, "") == LargeText(path, "\t", 3, "\\r\\n")
    assert large_text.large_text(path, "gb18030") is None
