"""rpt is an ordinary wheel: built here, installed into a fresh environment, used on the sample data it carries."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import rpt

ROOT = Path(__file__).parents[1]


def run(*command: object, cwd: Path = ROOT) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8", cwd=cwd, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.early
def test_wheel_carries_templates_and_sample_data(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    bin_ = home / ("Scripts" if sys.platform == "win32" else "bin")
    python, command = bin_ / "python", bin_ / "rpt"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel)
    # the libraries rpt needs are taken from here: nothing is fetched, and only rpt itself is new
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    package = Path(run(python, "-I", "-c", "import rpt; print(rpt.__file__)").strip()).parent
    assert package.is_relative_to(site)

    assert run(command, "--version").strip() == f"rpt {rpt.__version__}"
    project = tmp_path / "project"
    shutil.copytree(package / "_sample_data", project)
    assert (project / "generate.py").exists()
    (project / "member.xlsx").unlink()  # by far the largest, and not what is tested
    out = tmp_path / "out"
    run(
        command,
        "annual",
        "2025",
        "--project",
        project,
        "--out",
        out,
        "--format",
        "json",
        "--allow-errors",
        cwd=tmp_path,
    )
    report = json.loads((out / "annual-2025.json").read_text(encoding="utf-8"))
    assert {number["id"] for number in report["numbers"]} >= {"gmv@2025", "gmv@2024", "inventory_days@2025"}
