"""The archive of runs: what is kept comes back equal, rows stand on the disk once, half a run is none."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpt.state.runs import RunStore
from rpt.values.document import (
    Chapter,
    Chart,
    Column,
    Document,
    Figure,
    FigureKind,
    Formula,
    Row,
    Section,
    Series,
    Table,
)
from rpt.values.issue import UserError
from rpt.values.ledger import Benchmark, Ledger, Measurement, Source, Target
from rpt.values.period import Period
from rpt.values.run import KeptFile, Run
from tests.state.keeping import METRIC, PLAN, a_run

ROOT = Path(__file__).parents[2]
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
EXACT = st.decimals(allow_nan=False, allow_infinity=False) | st.decimals(-(10**12), 10**12, places=2)
PERIODS = st.sampled_from([Period.parse(key) for key in ("2024", "2025Q4", "2025-11")])
SOURCES = st.builds(Source, TEXT, TEXT, TEXT, st.integers(0, 10**9), st.integers(1, 99), st.integers(1, 99))
MEASUREMENTS = st.builds(
    Measurement,
    st.sampled_from(["gmv", "repeat_rate"]),
    PERIODS,
    st.sampled_from(["全部", "渠道=主站", "渠道=主站|活动=618"]),
    st.none() | EXACT,
    st.none() | EXACT,
    st.none() | EXACT,
    st.lists(SOURCES, max_size=2).map(tuple),
    st.none() | TEXT,
)
LEDGERS = st.builds(
    Ledger,
    st.just({"gmv": METRIC, "repeat_rate": replace(METRIC, id="repeat_rate", unit="比率")}),
    st.lists(MEASUREMENTS, max_size=4).map(tuple),
    st.lists(
        st.builds(Target, TEXT, PERIODS, TEXT, st.none() | EXACT, parts=st.lists(EXACT).map(tuple)), max_size=2
    ).map(tuple),
    st.lists(st.builds(Benchmark, TEXT, PERIODS, TEXT, EXACT, TEXT), max_size=2).map(tuple),
    st.dictionaries(TEXT, TEXT, max_size=2),
    st.dictionaries(TEXT, st.lists(TEXT, max_size=2).map(tuple), max_size=2),
)
FIGURES = st.builds(
    Figure,
    TEXT,
    st.sampled_from(list(FigureKind)),
    st.none() | EXACT,
    TEXT,
    TEXT,
    st.none() | st.booleans(),
    st.sampled_from(["▲", "▼", ""]),
    st.none() | st.builds(Formula, st.just("growth"), st.tuples(TEXT, TEXT)),
)
ROWS = st.builds(
    Row,
    st.dictionaries(TEXT, st.none() | TEXT | FIGURES, max_size=3),
    st.booleans(),
    st.none() | TEXT,
    st.none() | EXACT,
)
COLUMNS = st.builds(Column, TEXT, TEXT, TEXT, EXACT, st.none() | TEXT, st.booleans())
TABLES = st.builds(
    Table, TEXT, TEXT, TEXT, TEXT, st.lists(COLUMNS, max_size=2).map(tuple), st.lists(ROWS, max_size=2).map(tuple)
)
SERIES = st.builds(
    Series, TEXT, st.lists(st.none() | EXACT, max_size=3).map(tuple), st.lists(TEXT, max_size=3).map(tuple)
)
CHARTS = st.builds(
    Chart, TEXT, TEXT, TEXT, TEXT, st.just("line"), st.lists(TEXT).map(tuple), st.lists(SERIES, max_size=2).map(tuple)
)
DOCUMENTS = st.builds(
    Document,
    *([TEXT] * 5),
    st.just((Chapter("a", "一、总体", "c1", (Section("1.1", "s1"),)),)),
    st.lists(TABLES, max_size=2).map(tuple),
    st.lists(CHARTS, max_size=2).map(tuple),
    st.lists(FIGURES, max_size=3).map(tuple),
    st.dictionaries(TEXT, TEXT, max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(ledger=LEDGERS, document=DOCUMENTS)
def test_what_is_kept_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, ledger: Ledger, document: Document
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    run = replace(a_run(folder), ledger=ledger, document=document)
    store = RunStore(folder / ".rpt")
    back = store.load(store.keep(run))
    assert (back.ledger, back.document, back.plan) == (ledger, document, PLAN)
    assert repr(back.ledger) == repr(ledger)  # 1.50 is not 1.5
    assert repr(back.document) == repr(document)
    assert back.record == replace(run.record, id=back.record.id)
    assert (back.origins, back.tables, back.bases, back.cut) == (run.origins, run.tables, run.bases, run.cut)
    assert back.rows["channel_daily"].read_bytes() == b"rows"
    shutil.rmtree(folder)


def test_the_newest_comes_first(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    assert store.list() == ()
    assert store.latest("annual-2025") is None
    first = store.keep(a_run(tmp_path))
    second = store.keep(a_run(tmp_path, at="2026-01-16T08:00:00+08:00"))
    month = store.keep(a_run(tmp_path, at="2026-01-17T08:00:00+08:00", report="monthly-2025-11-channel"))
    assert [record.id for record in store.list()] == [month, second, first]
    latest, known = store.latest("annual-2025"), store.of_file("cd" * 32)
    assert latest is not None
    assert latest.record.id == second
    assert known is not None
    assert known.record.id == month
    assert store.of_file("ef" * 32) is None


def test_runs_of_one_second_have_ids_of_their_own(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    ids = [store.keep(a_run(tmp_path)) for _ in range(3)]
    assert ids == [f"20260115-080000-annual-2025{more}" for more in ("", ".2", ".3")]


def test_rows_stand_on_the_disk_once(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    same, again = (store.load(store.keep(a_run(tmp_path))).rows["channel_daily"] for _ in range(2))
    other = store.load(store.keep(a_run(tmp_path, rows=b"other"))).rows["channel_daily"]
    assert same.stat().st_ino == again.stat().st_ino
    assert other.stat().st_ino != same.stat().st_ino
    store.prune(1)
    assert other.read_bytes() == b"other"


def test_prune_keeps_the_newest_of_each_report(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    days = [store.keep(a_run(tmp_path, at=f"2026-01-{day}T08:00:00+08:00")) for day in (15, 16, 17)]
    month = store.keep(a_run(tmp_path, report="monthly-2025-11-channel"))
    gone = store.prune(2)
    assert [record.id for record in gone] == [days[0]]
    assert {record.id for record in store.list()} == {days[1], days[2], month}


def with_file(folder: Path, day: int, sha256: str) -> Run:
    """A run of a January day that wrote a file with this SHA-256."""
    run = a_run(folder, at=f"2026-01-{day}T08:00:00+08:00")
    return replace(run, record=replace(run.record, artifacts=(KeptFile("pdf", "annual-2025.pdf", sha256, 9),)))


def test_prune_spares_the_run_that_a_file_is_known_by(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    runs = [store.keep(with_file(tmp_path, day, file)) for day, file in enumerate(("a", "a", "b", "c", "d"), 11)]
    other = store.keep(a_run(tmp_path, report="monthly-2025-11-channel"))
    gone = store.prune(1, {"a", "unknown"}, report="annual-2025")
    assert [record.id for record in gone] == [runs[3], runs[2], runs[0]]  # the newest that wrote "a" stands for it
    assert store.of_file("a") is not None
    assert {record.id for record in store.list()} == {runs[1], runs[4], other}


def test_prune_removes_what_is_damaged_only_where_asked(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    assert store.prune(1) == ()
    assert not (tmp_path / ".rpt").exists()
    id = store.keep(a_run(tmp_path))
    (tmp_path / ".rpt" / "runs" / id / "record.json").write_text("{}")  # or of a newer version
    store.prune(1)
    assert len(store.damaged()) == 1
    store.prune(1, damaged=True)
    assert store.damaged() == ()


def test_half_a_run_is_none_and_is_swept(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    id = store.keep(a_run(tmp_path))
    half = tmp_path / ".rpt" / "runs" / ".rpt-tmp12345678"
    shutil.copytree(tmp_path / ".rpt" / "runs" / id, half)
    assert [record.id for record in store.list()] == [id]
    assert store.damaged() == ()
    store.keep(a_run(tmp_path))
    assert not half.exists()


@pytest.mark.parametrize("file", ["record.json", "run.json.gz"])
@pytest.mark.parametrize("content", [b"", b"{", b"\x1f\x8b\x08\x00", b'{"version": 2}'])
def test_a_damaged_run_is_told_and_breaks_nothing(tmp_path: Path, file: str, content: bytes) -> None:
    store = RunStore(tmp_path / ".rpt")
    id, good = store.keep(a_run(tmp_path)), store.keep(a_run(tmp_path))
    (tmp_path / ".rpt" / "runs" / id / file).write_bytes(content)
    with pytest.raises(UserError, match="已损坏"):
        store.load(id)
    assert good in [record.id for record in store.list()]
    assert len(store.damaged()) == (file == "record.json")


def test_rows_that_are_gone_are_told(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    id = store.keep(a_run(tmp_path))
    store.load(id).rows["channel_daily"].unlink()
    with pytest.raises(UserError, match="已损坏"):
        store.load(id)


@pytest.mark.parametrize("id", ["", "nothing", "../plans", "."])
def test_an_unknown_run_is_told(tmp_path: Path, id: str) -> None:
    store = RunStore(tmp_path / ".rpt")
    store.keep(a_run(tmp_path))
    with pytest.raises(UserError, match="没有编号"):
        store.load(id)


def test_how_a_run_ended_is_written_beside_it(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    id = store.keep(a_run(tmp_path))
    store.conclude(id, "verified")
    assert store.load(id).record.outcome == "verified"
    assert [record.outcome for record in store.list()] == ["verified"]
    text = (tmp_path / ".rpt" / "runs" / id / "record.json").read_text(encoding="utf-8")
    assert json.loads(text)["version"] == 1


_KEEPING = """
import sys
from itertools import count
from pathlib import Path
from rpt.state.runs import RunStore
from tests.state.keeping import a_run
folder = Path(sys.argv[1])
store = RunStore(folder / ".rpt")
for at in count():
    store.keep(a_run(folder, rows=b"%d" % (at // 3) * 20_000))
    print(at, flush=True)
"""


def test_killed_while_keeping_a_run_is_whole_or_none(tmp_path: Path) -> None:
    chance = random.Random(5)
    for _ in range(5):
        command = [sys.executable, "-c", _KEEPING, str(tmp_path)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline()
            time.sleep(chance.random() / 20)
            child.kill()
        store = RunStore(tmp_path / ".rpt")
        assert store.damaged() == ()
        for record in store.list():
            store.load(record.id)
    store.keep(a_run(tmp_path))
    assert not list((tmp_path / ".rpt" / "runs").glob(".rpt-tmp*"))


def test_a_damaged_file_is_not_linked(tmp_path: Path) -> None:
    store = RunStore(tmp_path / ".rpt")
    store.load(store.keep(a_run(tmp_path))).rows["channel_daily"].write_bytes(b"bad!")
    second = store.load(store.keep(a_run(tmp_path)))
    assert second.rows["channel_daily"].read_bytes() == b"rows"
