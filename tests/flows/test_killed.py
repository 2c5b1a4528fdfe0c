"""Killed while it writes: every file is the old one or the new one, and the next run leaves nothing lying about."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpt.flows.steps import FORMATS
from rpt.state.atomic import sweep

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")
ROOT = Path(__file__).parents[2]


class Writer:
    """The process that writes; ``took`` is how many seconds a format takes it."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self.folder = process, folder
        self.took = {form: float(seconds) for form, seconds in (self._said().split() for _ in FORMATS)}

    def kill(self, form: str, after: float) -> None:
        """Have it write a format, and kill it so many seconds later."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{form}\n")
        self._process.stdin.flush()
        pid = int(self._said())
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        assert int(self._said()) == -signal.SIGKILL  # it had not ended by itself

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.flows.writer", str(folder)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1768435200"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        yield Writer(process, folder)
        process.kill()


def kill_often(writer: Writer, form: str, times: int) -> None:
    """Kill it at random moments of the first two documents that it writes over each other."""
    out, name = writer.folder / "out", f"annual-2025.{form}"
    whole = {(writer.folder / which / name).read_bytes() for which in "ab"}
    assert len(whole) == 2
    moment = random.Random(form)
    out.mkdir(exist_ok=True)
    shutil.copy(writer.folder / "b" / name, out / name)  # the first that is written is another one
    for _ in range(times):
        writer.kill(form, moment.uniform(0, 1.5 * writer.took[form]))
        assert (out / name).read_bytes() in whole, "a torn file"
    sweep(out)  # as the next run begins
    assert [path.name for path in out.glob(f"*.{form}")] == [name]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_the_old_one_or_the_new_one(writer: Writer, form: str) -> None:
    kill_often(writer, form, 10)


@pytest.mark.proof
@pytest.mark.parametrize("form", FORMATS)
def test_200_times(writer: Writer, form: str) -> None:
    kill_often(writer, form, 200)
