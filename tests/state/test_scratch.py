"""Folders of a run: gone when it ends, and where it was killed, when the next one begins."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rpt.state.scratch import scratch

ROOT = Path(__file__).parents[2]
_HOLD = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from rpt.state.scratch import scratch
with scratch() as folder:
    (folder / "rows.parquet").write_text("theirs")
    print("there", flush=True)
    sys.stdin.readline()
"""


def test_left_folders_are_removed_and_those_in_use_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "rpt-of-somebody-else").mkdir()

    def ours() -> list[Path]:
        return [folder for folder in tmp_path.glob("rpt-*") if (folder / "in").exists()]

    command = [sys.executable, "-c", _HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        (theirs,) = ours()
        os.utime(theirs / "alive", (0, 0))  # as though it had been there for long
        with scratch() as mine:
            assert list(mine.iterdir()) == []
            assert theirs.exists()
        assert ours() == [theirs]
        process.kill()
        process.wait()
        with scratch():
            assert not theirs.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["rpt-of-somebody-else"]
