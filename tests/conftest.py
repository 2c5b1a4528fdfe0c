"""What the tests of finished files share: one report of the sample business, made once for all workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

from rpt.processes.warm import kept

ROOT = Path(__file__).parents[1]
# rpt itself, with what WeasyPrint complains of (it logs, and says nothing by default) written to a file
_RPT = """
import logging, sys
for name in ("weasyprint", "fontTools"):
    logging.getLogger(name).addHandler(logging.FileHandler(sys.argv[1], encoding="utf-8"))
sys.argv = ["rpt", *sys.argv[2:]]
from rpt.__main__ import main
main()
"""


# The properties are tried with the same examples until a test or its code changes, so that `make test` says what a
# change did and not what the day brought; `make proof` looks for new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("new", derandomize=False)
settings.load_profile("same")


def pytest_configure() -> None:
    """Have the many child processes of the tests find rpt compiled, though the machine says to keep no bytecode."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _forget_the_test() -> None:
    """Take the name of the running test out of the environment: a server kept warm serves only its own environment."""
    os.environ.pop("PYTEST_CURRENT_TEST", None)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup() -> None:
    _forget_the_test()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call() -> None:
    _forget_the_test()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a test often waits for a child process."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First whoever reads the annual report, then what is marked ``early``, so that no long test is left for the end.

    pytest-xdist begins by giving each worker a long run of neighbours: the readers come to one worker, which makes the
    report, and the others do not wait for it.
    """

    def rank(item: pytest.Item) -> int:
        return 0 if "annual" in getattr(item, "fixturenames", ()) else 1 if item.get_closest_marker("early") else 2

    items.sort(key=rank)


@pytest.fixture(scope="session", autouse=True)
def _servers_stay_warm() -> Iterator[None]:
    """Have the children of the many small runs serve one after the other."""
    with kept():
        yield


@dataclass(frozen=True)
class Annual:
    """The four files of ``rpt annual 2025``, and what the run said."""

    folder: Path

    @property
    def project(self) -> Path:
        """The copy of sample_data that it was made from, with the archive of the run."""
        return self.folder / "sample_data"

    def path(self, form: str) -> Path:
        return self.folder / f"annual-2025.{form}"

    @cached_property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.path("json").read_text(encoding="utf-8"))
        return content

    @cached_property
    def numbers(self) -> dict[str, dict[str, Any]]:
        return {number["id"]: number for number in self.json["numbers"]}

    @cached_property
    def html(self) -> str:
        return self.path("html").read_text(encoding="utf-8")

    @property
    def output(self) -> str:
        return (self.folder / "stdout.txt").read_text(encoding="utf-8")

    @property
    def log(self) -> str:
        return (self.folder / "weasyprint.log").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This worker's own copy of sample_data: one run at a time works on a project."""
    return _copied(tmp_path_factory.mktemp("sample") / "sample_data")


def _copied(folder: Path) -> Path:
    return Path(shutil.copytree(ROOT / "sample_data", folder, ignore=shutil.ignore_patterns(".rpt", "__pycache__")))


@pytest.fixture(scope="session")
def annual(tmp_path_factory: pytest.TempPathFactory) -> Annual:
    """The annual report of sample_data, made by the first worker that asks."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "annual"
    with FileLock(shared / "annual.lock"):
        if not folder.exists():
            making = shared / "annual-making"
            making.mkdir(exist_ok=True)
            _make(making)
            making.rename(folder)
    return Annual(folder)


def _make(folder: Path) -> None:
    log, project = folder / "weasyprint.log", _copied(folder / "sample_data")
    command = [sys.executable, "-c", _RPT, str(log), "annual", "2025", "--project", str(project), "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "stdout.txt").write_text(done.stdout, encoding="utf-8")


@dataclass(frozen=True)
class Said:
    """How a command line ended: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def rpt(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Said]:
    """Run a command line in this process, from an empty folder and without RPT_PROJECT."""
    from rpt.commands import run

    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.delenv("RPT_PROJECT", raising=False)

    def call(*arguments: str | Path) -> Said:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call
