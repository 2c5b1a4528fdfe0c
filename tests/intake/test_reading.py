"""Files are read by child processes; whatever a file does to its process, the others are read and nothing is left."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rpt
from rpt.engine.duck import Duck
from rpt.intake import handover
from rpt.intake import reading as parent
from rpt.intake.handover import Reading
from rpt.intake.load import load
from rpt.intake.raw import CellNote, RawSheet
from rpt.intake.reading import Wanted, reading
from rpt.processes import server, warm, worker
from rpt.values.issue import Issue, Level, Origin
from rpt.values.limits import Limits
from tests.intake.packages import package, row
from tests.projects import SETTINGS, project, write_workbook

HEADER = ["日期", "平台", "支付金额"]
DAY = date(2025, 6, 18)
UNRULY = Path(__file__).with_name("unruly.py")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where scratch folders are made; nothing may be left there, and no process."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    started: list[int] = []

    class Noted(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self.pid)

    monkeypatch.setattr(warm, "_blocks", [])  # a run of its own, which keeps no process
    monkeypatch.setattr(server.subprocess, "Popen", Noted)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    monkeypatch.undo()
    assert list(folder.iterdir()) == []
    assert not running(started)


def running(groups: list[int]) -> list[str]:
    """The processes of these groups that have not ended."""
    listed = in_proc() if Path("/proc/self/stat").exists() else in_ps()
    return [name for group, state, name in listed if group in groups and not state.startswith("Z")]


def in_proc() -> Iterator[tuple[int, str, str]]:
    """Group, state and name of every process, as Linux tells them; a bare system has no ps."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            name, _, rest = stat.read_text(encoding="utf-8", errors="replace").partition("(")[2].rpartition(")")
            state, _, group, *_ = rest.split()
            yield int(group), state, name


def in_ps() -> Iterator[tuple[int, str, str]]:
    listed = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        group, state, name = line.split(maxsplit=2)
        yield int(group), state, name


@pytest.fixture
def readers_that_misbehave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "COMMAND", (sys.executable, str(UNRULY)))


def read_all(files: list[Path], limits: Limits | None = None) -> list[Reading]:
    with reading([Wanted(path, path.name) for path in files], limits or Limits()) as readings:
        return list(readings)


def between(folder: Path, word: str, limits: Limits | None = None) -> Issue:
    """The issue of a file that misbehaves; the files before and after it are read."""
    files = [folder / f"{number}.txt" for number in range(3)]
    for path in files:
        path.write_text(word if path.stem == "1" else "read")
    before, bad, after = read_all(files, limits)
    assert [sheet.name for reading in (before, after) for sheet in reading.sheets] == ["渠道日报", "渠道日报"]
    assert (before.issues, after.issues, bad.sheets) == ((), (), ())
    (issue,) = bad.issues
    assert (issue.level, issue.origin, bool(issue.hint)) == (Level.ERROR, Origin("1.txt"), True)
    return issue


@pytest.mark.usefixtures("readers_that_misbehave")
@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("allocate", "reading_memory", "读取所需内存超过上限 2 GB"),
        ("SIGABRT", "reading_crashed", "读取程序崩溃（信号 SIGABRT）"),
        ("SIGSEGV", "reading_crashed", "读取程序崩溃（信号 SIGSEGV）"),
        ("SIGKILL", "reading_killed", "被系统终止"),
        ("kill all", "reading_killed", "被系统终止"),
        ("panic", "reading_crashed", "读取程序崩溃"),
        ("exit", "reading_crashed", "退出码 7"),
        ("silence", "reading_broken", "读取结果不完整"),
        ("gibberish", "reading_broken", "读取结果不完整"),
        ("lies", "reading_broken", "读取结果不完整"),
    ],
)
def test_a_reader_that_dies_is_an_issue_of_its_file(tmp_path: Path, word: str, code: str, said: str) -> None:
    issue = between(tmp_path, word)
    assert (issue.code, said in issue.message) == (code, True)


@pytest.mark.usefixtures("readers_that_misbehave")
@pytest.mark.parametrize("word", ["sleep", "spin", "stop"])
def test_a_reader_that_hangs_is_ended(tmp_path: Path, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if word == "stop":  # a stopped process gets no alarm: its parent kills it
        monkeypatch.setattr(worker, "GRACE", 3.0)
    issue = between(tmp_path, word, Limits(seconds=1))
    assert (issue.code, issue.message) == ("reading_timeout", "读取超过 1 秒，已中止")


@pytest.mark.usefixtures("readers_that_misbehave")
def test_what_a_reader_prints_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "0.txt"
    path.write_text("chatter")
    (found,) = read_all([path])
    assert (len(found.sheets), found.issues) == (1, ())


@pytest.mark.usefixtures("readers_that_misbehave")
def test_a_sheet_that_is_no_parquet_is_named_and_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "0.txt").write_text("no parquet")
    (tmp_path / "1.txt").write_text("read")
    dataset, (issue,) = load(project(tmp_path, settings=SETTINGS.replace("*.xlsx", "*.txt")), Duck())
    assert (issue.code, str(issue.origin)) == ("unreadable", "0.txt › 渠道日报")
    assert dataset.tables["channel_daily"].rows == 1


@pytest.mark.usefixtures("readers_that_misbehave")
def test_a_process_that_cannot_start_is_an_issue_of_each_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "0.txt"
    path.write_text("read")
    monkeypatch.setattr(parent, "COMMAND", (str(tmp_path / "nothing"),))
    assert [issue.code for found in read_all([path, path]) for issue in found.issues] == ["reading_failed"] * 2
    monkeypatch.setattr(parent, "COMMAND", (sys.executable, "-c", "raise SystemExit('no readers here')"))
    (issue,) = read_all([path])[0].issues
    assert (issue.code, issue.value) == ("reading_crashed", "no readers here")


@pytest.mark.usefixtures("readers_that_misbehave")
def test_a_run_that_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(9)]
    for path in files:
        path.write_text("sleep" if path.stem != "0" else "read")

    def broken_off() -> None:
        with reading([Wanted(path, path.name) for path in files], Limits()) as readings:
            next(readings)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()


def test_a_run_that_is_killed_leaves_nothing(tmp_path: Path, scratch: Path) -> None:
    """The children notice that nobody asks any more, and tidy up."""
    (tmp_path / "0.txt").write_text("sleep")
    run = f"""
import sys, tempfile
from pathlib import Path
from rpt.intake import reading
from rpt.values.limits import Limits
reading.COMMAND = (sys.executable, {str(UNRULY)!r})
tempfile.tempdir = {str(scratch)!r}
with reading.reading([reading.Wanted(Path("0.txt"), "0.txt")], Limits(seconds=1)) as found:
    print("begun", flush=True)
    list(found)
"""
    paths = {**os.environ, "PYTHONPATH": str(Path(rpt.__file__).parents[1])}
    command = (sys.executable, "-c", run)
    with subprocess.Popen(command, cwd=tmp_path, env=paths, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"begun\n"
        wait_until(lambda: any(scratch.glob("*/file-0/begun")))
        parent.kill()
    wait_until(lambda: not any(scratch.iterdir()))


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it never came to that")


@pytest.mark.usefixtures("readers_that_misbehave")
def test_files_come_back_in_the_order_asked_for_and_no_longer_take_room(tmp_path: Path, scratch: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(20)]
    for path in files:
        path.write_text("read")
    with reading([Wanted(path, path.name) for path in files], Limits()) as readings:
        for number, found in enumerate(readings):
            (sheet,) = found.sheets
            assert Duck().rows(f"select _row, column_1 from '{sheet.path}'") == [(1, "平台"), (2, str(number))]
            assert len(list(scratch.glob("*/file-*"))) <= 10


def test_a_workbook_that_aborts_its_reader_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """The limits that should have kept it from the reader are raised here."""
    package(tmp_path / "b.xlsx", rows=row(1, "A1") + row(1048576, "XFD1048576"))
    for name in ("a", "c"):
        write_workbook(tmp_path / f"{name}.xlsx", {"渠道日报": [HEADER, [DAY, name, 1]]})
    found = project(tmp_path, settings=f"{SETTINGS}\n[limits]\narea = 20_000_000_000\n")
    dataset, (issue,) = load(found, Duck())
    assert (issue.code, issue.level, str(issue.origin)) == ("reading_memory", Level.ERROR, "b.xlsx")
    assert dataset.engine.rows("select platform from typed_channel_daily order by _src") == [("a",), ("c",)]


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no limit of address space there")
def test_the_memory_limit_is_the_one_asked_for(tmp_path: Path) -> None:
    """Also where there is too little for a library to say so, whatever it does then."""
    rows = [HEADER, *([DAY, f"平台{number}", number] for number in range(50_000))]
    path = write_workbook(tmp_path / "data.xlsx", {"渠道日报": rows})
    for most in (10, 100, 120, 160, 200, 260):
        (found,) = read_all([path], Limits(memory_mb=most))
        assert [issue.code for issue in found.issues] == ["reading_memory"], most
        assert f"超过上限 {most} MB" in found.issues[0].message
    assert len(read_all([path])[0].sheets) == 1


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 and so on", b"PAR1\0\0\0\0\xff\xff\xff\x7fPAR1"])
def test_a_broken_parquet_is_named_and_the_run_goes_on(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "渠道日报.parquet").write_bytes(content)
    settings = SETTINGS.replace('"*.xlsx"', '["*.xlsx", "*.parquet"]')
    found = project(tmp_path, {"渠道日报": [HEADER, [DAY, "天猫", 1]]}, settings)
    dataset, (issue,) = load(found, Duck())
    assert (issue.code, issue.origin.file, "重新导出" in issue.hint) == ("unreadable", "渠道日报.parquet", True)
    assert dataset.tables["channel_daily"].rows == 1


def test_a_file_that_may_not_be_opened_is_named(tmp_path: Path) -> None:
    for name in ("gone.csv", "gone.xlsx", "gone.parquet"):
        (found,) = read_all([tmp_path / name])
        assert [(issue.code, issue.origin.file) for issue in found.issues] == [("unreadable", name)]


def test_a_handover_gives_back_what_was_left(tmp_path: Path) -> None:
    notes = (CellNote(3, 2, "error", "#REF!"), CellNote(4, 2, "no_value", ""))
    rows = [["率", "x"], ["0.352", None, "y"], [], ["\t'0", ""]]
    sheet = RawSheet("表", rows, first_column=2, notes=notes)
    issue = Issue("a", Level.WARNING, "b", Origin("x.xlsx", "表", "C3"), "c", "d")
    handover.leave(tmp_path, Reading("0f", (sheet,), (issue,)), 2**30)
    found = handover.take(tmp_path, "x.xlsx")
    assert (found.sha256, found.issues) == ("0f", (issue,))
    assert (found.sheets[0].name, found.sheets[0].first_column, found.sheets[0].notes) == ("表", 2, notes)
    assert Duck().rows(f"select * from '{found.sheets[0].path}'") == [
        (1, "率", "x", None),
        (2, "0.352", None, "y"),
        (3, None, None, None),
        (4, "\t'0", None, None),
    ]
